#!/usr/bin/python3
"""Programs that are cut off from the broker while they start, before they have read to any end: each kind of reader (the
ledger's restore, the notifier's follower, the readers of watcher and intake) has to come to its end once the network is
well again, and the loop to go on."""

import os
import random
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import chaos_run  # noqa: E402
import tap  # noqa: E402
from load import Story  # noqa: E402

SHARE = (("intake", 1), ("task-ledger", 1), ("deadline-watcher", 1), ("escalation-notifier", 1))
TASKS = 4
CUTS, CUT_EVERY_SECONDS = 40, 0.1
suite = tap.Suite()
seen = {}


def play(name):
    """A task is drafted, registered and assigned."""
    story = Story(seen["run"].load, random.Random(name), name)
    assert story.assigned(), seen["run"].load.said[-1]


@suite.stage("one broker and all programs come up, and some tasks are played")
def _():
    port = int(os.environ["PORT_BASE"])
    seen["run"] = run = chaos_run.Run(os.environ["WORK"], os.environ["BIN"], port, 1, 1, print, 1, 0.001, share=SHARE)
    run.up()
    for number in range(TASKS):
        play(f"before-{number}")


def cut_again_and_again(proxy):
    for _ in range(CUTS):
        proxy.tell("* cut")
        time.sleep(CUT_EVERY_SECONDS)


FAULTS = [
    ("cut off again and again", cut_again_and_again),
    ("refused", lambda proxy: proxy.tell("* refuse 3000")),
    ("stalled", lambda proxy: proxy.tell("* stall 3000")),
    ("left half-open", lambda proxy: proxy.tell("* swallow 3000")),
    ("slowed down", lambda proxy: proxy.tell("* delay 400 4000")),
]


@suite.cases("all programs die and are {} while they start: all come to their end", FAULTS)
def _(row):
    name, inflict = row
    run = seen["run"]
    for program in run.stack.programs:
        assert program.down(signal.SIGKILL, 0.0), f"{program.label} did not run"
    before = run.cluster.proxy.deeds()
    inflict(run.cluster.proxy)
    for program in run.stack.programs:
        tap.wait_for(lambda program=program: program.page("/readyz")[0] == 200, f"{program.label} to be ready")
    assert run.cluster.proxy.deeds() != before, "nothing was done to any connection"
    play(name)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # brokers and programs do not outlive us
    try:
        suite.run()
    finally:
        if "run" in seen:
            seen["run"].close()
