#!/usr/bin/python3
"""A department connects its system, knowing only the README: it publishes a complaint, learns the task and its number,
sees it assigned, and is told why something was refused; in JSON and in protobuf, on the real clock."""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import tap  # noqa: E402
from deployment import ROOT, Department, Deployment, proto_messages  # noqa: E402

suite = tap.Suite()
duban = Deployment()
hotline = Department(duban, "hotline", "urn:duban:hotline:tickets")
management = Department(duban, "urban-management")
seen = {}  # what one test learns for the next


def readme_example():
    """The Python program that stands in the README."""
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        return re.search(r"```python\n(.*?)```", file.read(), re.DOTALL).group(1)


def outbox_event(department, task, event):
    return department.outbox.wait(lambda letter: letter.get("task") == task and letter["event"] == event, event)


@suite.stage("topics, programs and registry come up")
def _():
    duban.up()


# --- JSON -------------------------------------------------------------------------------------------------------------


@suite.test("the program in the README publishes a complaint")
def _():
    program = readme_example().replace("127.0.0.1:9092", duban.brokers).replace('"duban.inbox.', f'"{duban.prefix}inbox.')
    assert duban.brokers in program and duban.prefix in program, "the README's example has another form now"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=tap.CEILING_SECONDS)


@suite.test("the outbox names the task and the sender's own message")
def _():
    headers, letter = hotline.outbox.wait(lambda it: it["event"] == "drafted", "the draft")
    tap.equal(letter["reference"], "GD-2023-0017", "reference")
    tap.equal(letter["message"], {"source": "urn:duban:hotline:tickets", "id": "GD-2023-0017/draft"}, "message")
    tap.equal(letter["state"], "draft", "state")
    tap.equal(headers["ce_type"], "duban.v1.drafted", "ce_type")
    tap.equal(headers["ce_specversion"], "1.0", "ce_specversion")
    tap.equal(headers["ce_task"], letter["task"], "ce_task")
    tap.equal(headers["content-type"], "application/json", "content-type")
    seen["task"] = letter["task"]


@suite.test("it registers itself, and the outbox brings its number")
def _():
    number = outbox_event(hotline, seen["task"], "numbered")[1]["number"]
    assert re.fullmatch(r"督办〔\d{4}〕1号", number), number
    seen["number"] = number


@suite.test("the assignment reaches the source unit and the lead unit, with its deadline")
def _():
    for department in (hotline, management):
        letter = outbox_event(department, seen["task"], "assigned")[1]
        tap.equal(letter["number"], seen["number"], department.unit)
        due = [clock for clock in letter["due"] if clock["clock"] == "due"]
        tap.equal([clock["unit"] for clock in due], ["urban-management"], "whose deadline")
        assert re.match(r"\d{4}-\d\d-\d\d", due[0]["last_day"]), due


@suite.test("another unit's message ids are not shown to the lead unit")
def _():
    letter = outbox_event(management, seen["task"], "assigned")[1]
    assert "message" not in letter, letter


@suite.test("what is refused comes back with code, sentence and the sender's own id")
def _():
    message = management.send("sign", {}, task=seen["task"])  # nobody signs what runs by itself
    letter = management.outbox.answer_to(message)
    tap.equal((letter["event"], letter["refusal"]["code"]), ("refused", "wrong_state"), f"{letter}")
    assert "progress" in letter["refusal"]["allowed"], letter["refusal"]
    assert re.search("[一-鿿]", letter["refusal"]["zh"]) and letter["refusal"]["en"], letter["refusal"]


@suite.test("the same message again takes effect once, and is told so")
def _():
    message = management.send("progress", {"percent": 40, "note": "已派单"}, task=seen["task"])
    tap.equal(management.outbox.answer_to(message)["event"], "progressed", "first")
    management.send("progress", {"percent": 40, "note": "已派单"}, message=message, task=seen["task"])
    letter = management.outbox.wait(lambda it: it["event"] == "repeated", "the repeat")[1]
    tap.equal(letter["message"]["id"], message, "message")
    tap.equal(letter["first"]["state"], "in_progress", "first answer")
    progressed = [it for _, it in management.outbox.letters if it["event"] == "progressed"]
    tap.equal(len(progressed), 1, "progress recorded")


@suite.test("its own reference is as good an address as the task id")
def _():
    fact = {"kind": "答复", "occurred_on": "2026-02-06", "note": "热线已答复来电人"}
    message = hotline.send("record_fact", fact, reference="GD-2023-0017")
    letter = hotline.outbox.answer_to(message)
    tap.equal((letter["event"], letter["task"]), ("fact_recorded", seen["task"]), f"{letter}")


# --- protobuf ---------------------------------------------------------------------------------------------------------


@suite.test("a complaint in protobuf becomes a task too")
def _():
    body = seen["body"] = proto_messages(duban.work, "body")
    draft = body.Draft(reference="GD-2023-0018", template_code="T22D", title="井盖破损", lead_unit="urban-management")
    draft.source.kind = "工单"
    message = duban.message_id()
    hotline.send_raw(draft.SerializeToString(), hotline.headers("draft", message, json_value=False))
    letter = hotline.outbox.answer_to(message)
    tap.equal((letter["event"], letter["reference"]), ("drafted", "GD-2023-0018"), f"{letter}")
    seen["other"] = letter["task"]


@suite.test("a supervised one is registered and assigned by a clerk over HTTP, and gets the next number")
def _():
    answer = duban.post("hotline-clerk", "register", {"lead_unit": "urban-management"}, task=seen["other"])
    tap.equal(answer.status, 200, f"{answer}")
    number = outbox_event(hotline, seen["other"], "numbered")[1]["number"]
    tap.equal(number, seen["number"].replace("1号", "2号"), "number")
    tap.equal(duban.post("hotline-clerk", "assign", {}, task=seen["other"]).status, 200, "assign")
    outbox_event(management, seen["other"], "assigned")


@suite.test("signing and progress in protobuf")
def _():
    for trigger, record, event in (
        ("sign", seen["body"].Sign(), "signed"),
        ("progress", seen["body"].Progress(percent=60, note="正在更换"), "progressed"),
    ):
        message = duban.message_id()
        headers = management.headers(trigger, message, json_value=False, task=seen["other"])
        management.send_raw(record.SerializeToString(), headers)
        tap.equal(management.outbox.answer_to(message)["event"], event, trigger)


@suite.test("a refusal of protobuf names field and rule as well")
def _():
    message = duban.message_id()
    value = seen["body"].Progress(percent=101).SerializeToString()
    management.send_raw(value, management.headers("progress", message, json_value=False, task=seen["other"]))
    refusal = management.outbox.answer_to(message)["refusal"]
    tap.equal((refusal["code"], refusal["field"]), ("field_range", "percent"), f"{refusal}")
    tap.equal(refusal["parameters"]["rule"], "0..100", "rule")


@suite.test("an outbox holds nothing twice and a task's events in their order")
def _():
    for department in (hotline, management):
        ids = [headers["ce_id"] for headers, _ in department.outbox.letters]
        tap.equal(len(ids), len(set(ids)), f"ids in the outbox of {department.unit}")
        for task in (seen["task"], seen["other"]):
            seqs = [it["seq"] for _, it in department.outbox.letters if it.get("task") == task and "seq" in it]
            tap.equal(seqs, sorted(seqs), f"order in the outbox of {department.unit}")


@suite.test("every program lives, and verify is clean")
def _():
    duban.check_sound()


if __name__ == "__main__":
    with duban:
        suite.run()
