#!/usr/bin/python3
"""A door whose clock is wrong. What a person says counts from the moment intake's clock says, so nobody may be heard while
that is not the broker's: an act that came too late would be timely. Nor may alarms go on, since nobody could have acted."""

import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import chaos_run  # noqa: E402
import tap  # noqa: E402

SKEW_MS = 5000  # CLOCK_SKEW_MS
HOUR_MS = 3_600_000
suite = tap.Suite()
seen = {}


def say(name):
    """Status and code of the answer; the same words under the same id whenever they are said."""
    data = {
        "reference": name, "template_code": "T22", "title": "燃气泄漏", "lead_unit": "urban-management", "urgency": "critical",
        "source": {"kind": "工单"},
    }  # fmt: skip
    load = seen["run"].load
    status, answer = load.talk("hotline-clerk", {"id": name, "type": "duban.v1.draft", "data": data})
    return status, answer.get("code", "")


def http_marks():
    records, _ = seen["run"].topics.read("watermarks", 1)
    marks = [seen["run"].wire.traffic.Watermark.FromString(it.value()) for it in records[0]]
    return [it.at for it in marks if it.door == "http"]


def await_marks(more):
    """All marks of http, when there are so many more of them."""
    count = len(http_marks())
    tap.wait_for(lambda: len(http_marks()) >= count + more, "watermarks of http")
    return http_marks()


def off_seconds():
    return seen["intake"].metrics()["duban_intake_clock_off_seconds"]


def is_heard_again(name):
    tap.wait_for(lambda: say(name)[0] == 200, "the door to open")


@suite.stage("one broker and all programs come up, and a person is heard")
def _():
    port = int(os.environ["PORT_BASE"])
    seen["run"] = run = chaos_run.Run(os.environ["WORK"], os.environ["BIN"], port, 1, 1, print, 1, 1.0)
    run.up()
    seen["intake"] = run.stack.of("intake")[0]
    is_heard_again("before")
    assert off_seconds() == 0, off_seconds()


WRONG = [("a minute behind", -60_000), ("an hour behind", -HOUR_MS), ("an hour ahead", HOUR_MS)]


@suite.cases("while its clock is {} the door hears nobody, says why, and stands still; then it goes on", WRONG)
def _(row):
    name, ms = row
    clock = seen["intake"].clock
    before = max(http_marks())
    clock.step(ms)
    tap.equal(say(f"while {name}"), (503, "clock_skew"), "the first answer after the clock was set")
    assert abs(off_seconds() * 1000 - ms) < SKEW_MS, off_seconds()
    marks = await_marks(1)
    standing = marks[-1]
    tap.equal(set(await_marks(3)[len(marks):]), {standing}, "watermarks of the door that is shut")
    tap.equal(say(f"while {name}"), (503, "clock_skew"), "the answer later on")
    tap.equal(seen["intake"].page("/readyz")[0], 503, "/readyz")
    clock.step(0)
    is_heard_again(f"while {name}")
    tap.wait_for(lambda: http_marks()[-1] > max(before, standing), "the watermark to go on")


@suite.test("a door that starts with a clock an hour behind never hears anybody")
def _():
    intake = seen["intake"]
    intake.clock.step(-HOUR_MS)
    assert intake.down(signal.SIGTERM, 0)
    answers = []
    tap.wait_for(lambda: answers.append(say("from the start")) or answers[-1][1] == "clock_skew", "the door to say why")
    assert all(status in (0, 503) for status, _ in answers), answers
    intake.clock.step(0)
    is_heard_again("from the start")


@suite.test("nothing stands in the log as heard at another time than it was written")
def _():
    run = seen["run"]
    records, _ = run.topics.read("commands", chaos_run.PARTITIONS)
    off = []
    for record in (it for part in records for it in part):
        command = run.wire.command.Command.FromString(record.value())
        if command.actor.door == run.wire.vocabulary.DOOR_HTTP:
            off.append(abs(command.received_at - record.timestamp()[1]))
    assert len(off) >= 5, off
    assert max(off) <= SKEW_MS, off


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # brokers and programs do not outlive us
    try:
        suite.run()
    finally:
        if "run" in seen:
            seen["run"].close()
