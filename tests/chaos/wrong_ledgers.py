#!/usr/bin/python3
"""The checker of the chaos tests against ledgers with one deliberate bug each (mutations.txt): on a real broker, without any
fault, a few tasks are played by a right ledger, which must pass, and by each wrong one, which must not."""

import os
import random
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import checker  # noqa: E402
import chaos_run  # noqa: E402
import tap  # noqa: E402
from cluster import Cluster  # noqa: E402
from load import Story  # noqa: E402

SHARE = (("intake", 1), ("task-ledger", 1))
TASKS = 3
PATIENCE = 60.0  # seconds, after which somebody without an answer gives up
IMPATIENCE = 2.0  # likewise, of a wrong ledger's answers to what should be answered only
suite = tap.Suite()
seen = {}


def play(run, patience):
    """What the checker needs to see: numbers, events, a message that was said twice, one that concerns nobody's task."""
    load = run.load
    load.give_up_at = time.monotonic() + PATIENCE
    for number in range(TASKS):
        story = Story(load, random.Random(number), f"w-{number}")
        assert story.assigned() and story.person("urban-management-handler", "sign", {}), load.said[-1]
    for message, task in (("twice", story.task), ("twice", story.task), ("nobody's", "a" * 26)):
        load.give_up_at = time.monotonic() + patience
        load.http(message, "urban-management-handler", "progress", {"percent": 50, "note": "正在处置"}, task=task)
        if not load.said[-1]["clear"]:
            break


def verdict(name, replaced, patience):
    """The checks that were violated, by what they found first."""
    work = os.path.join(os.environ["WORK"], name)
    os.environ["PREFIX"] = f"{name.replace('_', '-')}."
    run = chaos_run.Run(work, os.environ["BIN"], seen["port"], 1, 1, print, 1, 0.001, seen["cluster"], SHARE, replaced)
    try:
        run.up()
        play(run, patience)
        run.stack.stop()
        _, report = checker.check(run.cluster.direct, run.prefix, chaos_run.PARTITIONS, run.load.said, work)
    finally:
        run.close()
        if run.follower is not None:
            run.follower.close()
    found = {}
    for check, detail in report.violations:
        found.setdefault(check, detail)
    return found, report


@suite.stage("a right ledger passes every check, and gives each that a wrong one must fail something to look at")
def _():
    tools = os.path.abspath(os.path.join(os.environ["BIN"], "../tests/chaos"))
    seen["port"] = int(os.environ["PORT_BASE"])
    seen["cluster"] = Cluster(1, seen["port"], os.path.join(os.environ["WORK"], "kafka"), tools)
    seen["cluster"].start()
    found, report = verdict("right", {}, PATIENCE)
    tap.equal(found, {}, "violations")
    tap.equal([check for _, check in WRONG if report.looked[check] == 0], [], "checks that had nothing to look at")


WRONG = [
    ("the_offset_stays_at_the_last_record", "offsets fit the rows"),
    ("an_event_is_written_twice", "events are numbered and chained"),
    ("a_row_is_not_written", "rows are the last event"),
    ("a_repeat_is_taken_for_new", "every message has one effect"),
    ("an_answer_is_left_out", "every sender got an answer"),
    ("a_number_is_given_twice", "numbers have no gap"),
]


@suite.cases("{}: the checker notices", WRONG)
def _(row):
    name, check = row
    ledger = os.path.abspath(os.path.join(os.environ["BIN"], "../wrong-ledgers", name))
    found, _ = verdict(name, {"task-ledger": ledger}, IMPATIENCE)
    assert check in found, f"{check}: nothing; {found}"
    print(f"# {check}: {found[check][:100]}")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # brokers and programs do not outlive us
    try:
        suite.run()
    finally:
        if "cluster" in seen:
            seen["cluster"].close()
