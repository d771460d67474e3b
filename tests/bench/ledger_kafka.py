#!/usr/bin/env python3
"""The task-ledger on a real broker against librdkafka alone (tests/support/ledger_pass.h): throughput with the same bytes
in and out, latency at a steady rate, one command on an idle system, memory, and how long a restart takes.

Everything is a ratio within this run; the two take turns, since other work on the machine slows both. Prints a line of
JSON for each figure. Numbers: ledger_world.py; ONLY=throughput,latency,restart takes some parts.
"""
import os
import statistics
import subprocess

from ledger_world import (BENCH, BROKER, PACE_SECONDS, PARTITIONS, PATIENCE_SECONDS, RATE, RUNS, TASKS, Ledger, bench, broker,
                          create_topics, fill, note, tell)  # fmt: skip

ONLY = os.environ.get("ONLY", "throughput,latency,restart").split(",")
RAW_INTERVAL_MS = 100  # of the throughput runs: the best of those that were tried
PACE_INTERVALS_MS = (20, 35, 50, 100)


def throughput():
    raws, plains, ledgers = [], [], []
    for run in range(RUNS):
        prefix = f"bench{run}."
        fill(prefix, True)
        for mode, results in (("plain", plains), ("eos", raws)):
            create_topics(f"{mode}{run}.")
            results.append(bench(mode, prefix, f"{mode}{run}.", count=TASKS, interval=RAW_INTERVAL_MS))
            note(f"raw {mode}: {results[-1]}")
        with Ledger(prefix) as ledger:
            ledger.wait_up()
            ledgers.append(ledger.drain(TASKS))
            note(f"ledger: {ledgers[-1]}")
            memory = ledger.memory_bytes()
            rows = ledger.metrics()["duban_ledger_rows"]
            if run == 0 and "restart" in ONLY:
                ledger.wait_snapshots()
    middle = lambda results, key: statistics.median(result[key] for result in results)
    raw, plain = "raw librdkafka, transactions", "raw librdkafka, no transactions"
    for results, name in ((raws, raw), (plains, plain)):
        tell(name, middle(results, "rate"), "records/s")
        tell(f"{name}, per CPU-second", middle(results, "per_cpu_second"), "records/s")
    tell("ledger throughput", middle(ledgers, "rate"), "commands/s", raw, middle(raws, "rate"), (">=", 0.9))
    tell("ledger throughput, the same", middle(ledgers, "rate"), "commands/s", plain, middle(plains, "rate"))
    tell("ledger, commands per CPU-second", middle(ledgers, "per_cpu_second"), "1/s", raw,
         middle(raws, "per_cpu_second"))
    tell(f"ledger, memory at {round(rows / 1000)} k rows", memory / 1e6, "MB")


def latency():
    count = RATE * PACE_SECONDS
    fill("pace.", False)
    best = None
    for interval in PACE_INTERVALS_MS:
        to = f"pace{interval}."
        create_topics(to)
        words = [BENCH, "eos", BROKER, to, to, PARTITIONS, 0, count, interval, 0]
        with subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, text=True) as raw:
            raw.stdout.readline()  # ready
            shown = bench("pace", to, first=0, count=count, rate=RATE)
            raw.communicate(timeout=PATIENCE_SECONDS)
        note(f"raw every {interval} ms: {shown}")
        best = shown if best is None or shown["p50_ms"] < best["p50_ms"] else best
    with Ledger("pace.") as ledger:
        ledger.wait_ready()
        before = ledger.metrics()
        shown = bench("pace", "pace.", first=0, count=count, rate=RATE)
        after = ledger.metrics()
        commits = after["duban_ledger_commit_seconds_count"] - before["duban_ledger_commit_seconds_count"]
        seconds = after["duban_ledger_commit_seconds_sum"] - before["duban_ledger_commit_seconds_sum"]
        note(f"ledger: {shown}, {commits:.0f} commits of {seconds * 1000 / max(commits, 1):.1f} ms")
        idle = bench("pace", "pace.", first=count, count=40, rate=2)
        note(f"ledger, idle: {idle}")
    raw = "raw at its best fixed interval"
    tell(f"publish to visible at {RATE}/s, p50", shown["p50_ms"], "ms", raw, best["p50_ms"], ("<=", 1.3))
    tell(f"publish to visible at {RATE}/s, p99", shown["p99_ms"], "ms", raw, best["p99_ms"], ("<=", 1.3))
    tell("one command on an idle system, p50", idle["p50_ms"], "ms", goal=("<=", 15))


def restart():
    """The same rows from the snapshots that the first ledger left, and from the topic."""
    if "throughput" not in ONLY:
        fill("bench0.", True)
        with Ledger("bench0.") as ledger:
            ledger.wait_up()
            ledger.drain(TASKS)
            ledger.wait_snapshots()
    seconds = {}
    for how in ("snapshot", "read"):
        with Ledger("bench0.") as ledger:
            ledger.wait_ready()
            numbers = ledger.metrics()
            seconds[how] = numbers["duban_ledger_restore_seconds_sum"]
            note(f"restart by {how}: {numbers['duban_ledger_rows']:.0f} rows in {seconds[how]:.2f} s")
        subprocess.run(["rm", "-rf", ledger.state], check=True)
    tell("restore from snapshots", seconds["snapshot"], "s", "the same rows read from the topic", seconds["read"],
         ("<=", 0.1))


def main():
    with broker():
        for part in (throughput, latency, restart):
            if part.__name__ in ONLY:
                part()


if __name__ == "__main__":
    main()
