#!/usr/bin/python3
"""A minute of `make chaos` (`make test T=chaos/slice`): one broker of its own, every program under the sanitizers, faults from a seed.
SEED and SECONDS by the environment. Afterwards what was read is tampered with: the checker must notice."""

import copy
import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import checker  # noqa: E402
import chaos_run  # noqa: E402
import tap  # noqa: E402

SEED = int(os.environ.get("SEED", "2023"))
SECONDS = float(os.environ.get("SECONDS", "60"))
PAUSE = 2.0
PLAYERS = 6
suite = tap.Suite()
seen = {}


def comment(line):
    print(f"# {line}", flush=True)


@suite.stage(f"SEED={SEED}: {SECONDS:.0f} seconds of faults under load")
def _():
    port = int(os.environ["PORT_BASE"])
    seen["run"] = run = chaos_run.play(
        os.environ["WORK"], os.environ["BIN"], port, SEED, 1, 10_000, SECONDS, PAUSE, comment, PLAYERS, pace=0.5
    )
    for line in run.lines():
        comment(line)
    comment(f"{len(run.schedule.faults)} faults, {len(run.violations)} violations")


@suite.test("there were enough faults, and enough that they could have harmed")
def _():
    run = seen["run"]
    assert len(run.schedule.faults) >= SECONDS / PAUSE / 3, f"{len(run.schedule.faults)} faults"
    assert len(run.load.said) >= 100, f"{len(run.load.said)} messages"
    idle = [name for name in CHECKS if run.report.looked[name] == 0]
    tap.equal(idle, [], "checks that had nothing to look at")


def hold(check):
    tap.equal([detail for name, detail in seen["run"].report.violations if name == check], [], check)


CHECKS = [
    "no transaction is left open", "events are numbered and chained", "rows are the last event",
    "every command has one effect", "every message has one effect", "senders were told the truth",
    "every sender got an answer", "people are heard when they speak", "offsets fit the rows", "no alarm is early",
    "every alarm comes", "no alarm comes twice", "numbers have no gap", "notices come to an end",
]  # fmt: skip
suite.cases("{}", CHECKS, name=str)(hold)


@suite.test("nothing else went wrong: verify is clean, no program crashed, everybody came to an end")
def _():
    of_checker = seen["run"].report.violations
    tap.equal([it for it in seen["run"].violations if it not in of_checker], [], "violations")


# --- the checker can fail -----------------------------------------------------------------------------------------------


def longest(found):
    return max(found.events, key=lambda task: len(found.events[task]))


def accepted(found):
    """A message of a person that made one event."""
    return next(
        it for it in found.said
        if it["outcome"] == "accepted" and len(found.of_message[it["id"]]) == 1
    )  # fmt: skip


def lose_event(found):
    del found.events[longest(found)][1]


def lose_last_event(found):
    found.events[longest(found)].pop()


def repeat_effect(found):
    events = found.of_message[accepted(found)["id"]]
    again = copy.deepcopy(events[0])
    again.seq += 5
    events.append(again)


def lose_effect(found):
    found.of_message[accepted(found)["id"]] = []


def lose_command(found):
    event = next(it for it in found.of_message[accepted(found)["id"]])
    found.of_cause[event.cause] = []


def lie(found):
    accepted(found)["outcome"] = "refused"


def fall_silent(found):
    accepted(found)["clear"] = False


def backdate(found):
    command, received, written = found.heard[0]
    found.heard[0] = (command, received - 120_000, written)


def postdate(found):
    place = next(i for i, (command, _, _) in enumerate(found.heard) if not found.answers[command])
    command, _, written = found.heard[place]
    found.heard[place] = (command, written + 6000, written)


def rewind_row(found):
    found.partition_rows[0].next_command -= 1


def fire_twice(found):
    events = next(items for items in found.events.values() if any(it.HasField("fired") for it, _ in items))
    events.append(next(it for it in events if it[0].HasField("fired")))


def oversleep(found):
    found.now_ms += 10 * 365 * 86_400_000
    next(row for row in found.rows.values() if hasattr(row, "next_wake")).next_wake = 1


def skip_number(found):
    max((row for row in found.rows.values() if hasattr(row, "number")), key=lambda row: row.number.sequence).number.sequence += 1


def leave_open(found):
    found.ends[("events", 0)][1] -= 1


TAMPERINGS = [
    ("an event is missing", lose_event, "events are numbered and chained"),
    ("the last event is missing", lose_last_event, "rows are the last event"),
    ("a message took effect twice", repeat_effect, "every message has one effect"),
    ("a message had no effect", lose_effect, "every message has one effect"),
    ("a command had no effect", lose_command, "every command has one effect"),
    ("a sender was told something else", lie, "senders were told the truth"),
    ("a sender got no answer", fall_silent, "every sender got an answer"),
    ("a person was heard before he spoke", backdate, "people are heard when they speak"),
    ("a person was heard after it was written", postdate, "people are heard when they speak"),
    ("a row is behind its offset", rewind_row, "offsets fit the rows"),
    ("an alarm came twice", fire_twice, "no alarm comes twice"),
    ("an alarm never came", oversleep, "every alarm comes"),
    ("a number is missing", skip_number, "numbers have no gap"),
    ("a transaction is open", leave_open, "no transaction is left open"),
]


@suite.cases("the checker notices when {}", TAMPERINGS)
def _(row):
    _, tamper, check = row
    sound = seen["run"].checker
    found = copy.copy(sound)
    for part in ("events", "of_cause", "of_message", "heard", "said", "rows", "partition_rows", "ends"):
        setattr(found, part, copy.deepcopy(getattr(sound, part)))
    found.report = checker.Report()
    found.topics = Frozen(sound)
    tamper(found)
    getattr(found, check.replace(" ", "_"))(check)
    assert found.report.violations, check


class Frozen:
    """The committed offsets as they were, when the broker has gone."""

    def __init__(self, sound):
        self.offsets = sound.committed_offsets

    def committed(self, group, topic):
        return self.offsets[topic]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # brokers and programs do not outlive us
    suite.run()
