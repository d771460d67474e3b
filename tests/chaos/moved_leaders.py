#!/usr/bin/python3
"""Three brokers: every partition gets another leader while the programs run undisturbed. The doors' watermarks must go on, or
no alarm would ever go out again; they did not, because the client goes on asking the former leader."""

import os
import random
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import chaos_run  # noqa: E402
import tap  # noqa: E402

SEED = int(os.environ.get("SEED", "7"))
suite = tap.Suite()
seen = {}


def marks():
    """Door: how far it has come."""
    found = {}
    records, _ = seen["run"].topics.read("watermarks", 1)
    for record in records[0]:
        mark = seen["run"].wire.traffic.Watermark.FromString(record.value())
        found[mark.door] = mark.at
    return found


def all_passed(moment):
    return min(marks().values()) > moment


@suite.stage(f"SEED={SEED}: three brokers and all programs come up")
def _():
    port = int(os.environ["PORT_BASE"])
    seen["run"] = run = chaos_run.Run(os.environ["WORK"], os.environ["BIN"], port, SEED, 3, print, 1, 1.0)
    run.up()
    tap.wait_for(lambda: len(marks()) > 10, "watermarks of all doors")


@suite.test("after the leaders have moved, the watermark of every door goes on")
def _():
    dice = random.Random(SEED)
    for _ in range(2):
        assert seen["run"].cluster.move_leaders(dice), "no leader was moved"
        moment = time.time() * 1000
        tap.wait_for(lambda moment=moment: all_passed(moment), "every door to pass the move")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # brokers and programs do not outlive us
    try:
        suite.run()
    finally:
        if "run" in seen:
            seen["run"].close()
