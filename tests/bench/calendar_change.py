#!/usr/bin/env python3
"""Other calendars while commands flow: how long until every open task has been computed anew, and what is left of the
ledger's rate meanwhile, against the same commands without the change. Numbers: ledger_world.py; CALENDAR_TASKS=<n> takes
another number of tasks.
"""
import os
import statistics
import time

from ledger_world import RUNS, TASKS, Ledger, bench, broker, fill, note, tell

LIVE = int(os.environ.get("CALENDAR_TASKS", TASKS))


def watched(prefix):
    """Samples of (time, commands from outside, rows looked at, rows still ahead) until everything is done."""
    samples = []
    with Ledger(prefix) as ledger:
        ledger.wait_up()

        def done():
            numbers = ledger.metrics()
            moved = numbers.get("duban_ledger_moved_tasks_total", 0)
            commands = numbers.get("duban_ledger_commands_total", 0) - moved
            if commands > 0:
                samples.append((time.monotonic(), commands, numbers.get("duban_ledger_recomputed_rows_total", 0),
                                numbers["duban_ledger_recompute_remaining_rows"], moved))
            return samples and commands >= LIVE and samples[-1][3] == 0

        ledger.wait_for(done)
    return samples


def rate(samples):
    return (samples[-1][1] - samples[0][1]) / max(samples[-1][0] - samples[0][0], 1e-3)


def main():
    alone, meanwhile, seconds = [], [], []
    with broker():
        for run in range(RUNS):
            fill(f"same{run}.", True, LIVE)
            alone.append(rate(watched(f"same{run}.")))
            note(f"without the change: {alone[-1]:.0f} commands/s")
            fill(f"change{run}.", True, LIVE)
            bench("calendar", f"change{run}.")
            samples = watched(f"change{run}.")
            under_way = [sample for sample in samples if sample[3] > 0]
            meanwhile.append(rate(under_way))
            seconds.append(under_way[-1][0] - under_way[0][0])
            note(f"{samples[-1][2]:.0f} rows looked at, {samples[-1][4]:.0f} moved in {seconds[-1]:.1f} s, meanwhile "
                 f"{meanwhile[-1]:.0f} commands/s")
    tell(f"calendar change, {round(samples[-1][2] / 1000)} k open tasks computed anew", statistics.median(seconds), "s",
         goal=("<=", 60))
    tell("calendar change, commands meanwhile", statistics.median(meanwhile), "commands/s", "the same without the change",
         statistics.median(alone), (">=", 0.5))


if __name__ == "__main__":
    main()
