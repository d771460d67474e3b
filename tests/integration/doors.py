#!/usr/bin/python3
"""Whatever comes to a door gets an answer that names what was wrong, at both doors alike; nothing crashes, nothing is
lost, and what could not be read leaves a dead letter without its content. The tables stand in doors_input.py."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import tap  # noqa: E402
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition  # noqa: E402
from confluent_kafka.admin import AdminClient, NewTopic  # noqa: E402
from deployment import REGISTRY, Department, Deployment, proto_messages  # noqa: E402
from doors_input import CONTENT, DRAFT, PROTOBUF, REQUESTS, UNREADABLE, draft, good  # noqa: E402

suite = tap.Suite()
duban = Deployment()
hotline = Department(duban, "hotline", "urn:duban:hotline:tickets")
management = Department(duban, "urban-management")
finance = Department(duban, "finance")
forestry = Department(duban, "forestry")
body = proto_messages(duban.work, "body")
tasks = {}  # name → id
dead = set()  # (topic, offset) of what must have left a dead letter
NOBODY = "a" * 26  # a task id that no task has


def check_refusal(refusal, code, field, what=""):
    tap.equal((refusal["code"], refusal.get("field", "")), (code, field), f"{what} {refusal}")
    assert refusal["zh"] and refusal["en"], refusal


def check_refused(letter, code, field=""):
    tap.equal(letter["event"], "refused", f"{letter}")
    check_refusal(letter["refusal"], code, field)


def check_answer(answer, status, code, field=""):
    tap.equal((answer.status, answer.outcome), (status, "refused"), f"{answer}")
    check_refusal(answer.document, code, field)


def post(person, trigger, data, **attributes):
    answer = duban.post(person, trigger, data, **attributes)
    tap.equal((answer.status, answer.outcome), (200, "accepted"), f"{trigger} {answer}")
    return answer


# --- the stage ----------------------------------------------------------------------------------------------------------


def create_wrong_inbox():
    """Its records carry the time that the sender chose."""
    admin = AdminClient({"bootstrap.servers": duban.brokers})
    topic = NewTopic(forestry.inbox, 1, 1, config={"message.timestamp.type": "CreateTime"})
    admin.create_topics([topic])[forestry.inbox].result()


def task_in_progress(reference):
    message = hotline.send("draft", draft(reference=reference))
    task = hotline.outbox.answer_to(message)["task"]
    post("hotline-clerk", "register", {"lead_unit": "urban-management"}, task=task)
    post("hotline-clerk", "assign", {}, task=task)
    post("urban-management-handler", "sign", {}, task=task)
    return task


def close(task):
    evidence = [{"class_code": "办理答复", "reference": "答复-1"}]
    post("urban-management-head", "report_done", {"summary": "已修复", "evidence": evidence}, task=task)
    post("hotline-clerk", "start_verify", {}, task=task)
    verification = {"method": "call_back", "passed": True, "satisfaction": "yes"}
    post("hotline-clerk-b", "record_verification", verification, task=task)
    post("hotline-head", "close", {"disposition": "来电人满意"}, task=task)
    hotline.outbox.wait(lambda it: it.get("task") == task and it["event"] == "written_off", "the end of the task")


@suite.test("an inbox with the sender's timestamps is named when topics are created")
def _():
    create_wrong_inbox()
    done = duban.dubanctl("topics", "create", REGISTRY, check=False)
    tap.equal(done.returncode, 1, done.stdout + done.stderr)
    found = [line for line in done.stdout.splitlines() if forestry.inbox in line]
    assert any("message.timestamp.type" in line and "CreateTime" in line for line in found), done.stdout


@suite.stage("the programs come up all the same, and so do tasks")
def _():
    duban.start()
    duban.apply_first_registry()
    tasks["open"] = task_in_progress("GD-OPEN")
    tasks["done"] = task_in_progress("GD-DONE")
    close(tasks["done"])


# --- inboxes --------------------------------------------------------------------------------------------------------------


def attributes_of(trigger):
    return {} if trigger == "draft" else {"task": tasks["open"]}


@suite.cases("inbox: {}", CONTENT)
def _(row):
    _, trigger, data, code, field = row
    department = hotline if trigger == "draft" else management
    message = department.send(trigger, data, **attributes_of(trigger))
    letter = department.outbox.answer_to(message)
    check_refused(letter, code, field)
    tap.equal(letter["trigger"], trigger, "trigger")


@suite.cases("inbox, unreadable: {}", UNREADABLE)
def _(row):
    _, value, changes, code, field = row
    headers = {**hotline.headers("draft", duban.message_id()), **changes}
    offset = hotline.send_raw(value, {name: said for name, said in headers.items() if said is not None})
    letter = hotline.outbox.answer_at(offset)
    check_refused(letter, code, field)
    tap.equal(letter["topic"], hotline.inbox, "topic")
    if code in ("malformed", "message_too_large", "content_type", "wrong_source") or field.startswith("ce_"):
        dead.add((hotline.inbox, offset))


@suite.test("inbox, unreadable: a header that stands twice")
def _():
    headers = [*hotline.headers("draft", duban.message_id()).items(), ("ce_id", "another")]
    offset = hotline.send_raw(good(), headers)
    check_refused(hotline.outbox.answer_at(offset), "malformed", "ce_id")
    dead.add((hotline.inbox, offset))


@suite.test("inbox, unreadable: no header at all")
def _():
    offset = hotline.send_raw(good(), {})
    check_refused(hotline.outbox.answer_at(offset), "field_missing", "ce_id")
    dead.add((hotline.inbox, offset))


@suite.test("inbox, unreadable: 10 MB that compression made small")
def _():
    told = []
    bomber = Producer({"bootstrap.servers": duban.brokers, "message.max.bytes": 20_000_000, "compression.type": "gzip"})
    headers = hotline.headers("draft", duban.message_id())
    value = b'{"title":"' + b"a" * 10_000_000 + b'"}'
    bomber.produce(hotline.inbox, value, headers=headers, on_delivery=lambda *it: told.append(it))
    bomber.flush()
    tap.equal(told[0][0], None, "delivery")
    offset = told[0][1].offset()
    check_refused(hotline.outbox.answer_at(offset), "message_too_large")
    dead.add((hotline.inbox, offset))


@suite.test("inbox: 10 MB are refused by the broker already")
def _():
    try:
        hotline.send_raw(b"\0" * 10_000_000, hotline.headers("draft", duban.message_id()))
    except KafkaException as refused:
        tap.equal(refused.args[0].name(), "MSG_SIZE_TOO_LARGE", "the broker's answer")
    else:
        raise AssertionError("the broker took 10 MB")


def protobuf(record):
    return record.SerializeToString()


PROTOBUFS = [
    ("cut off", lambda: protobuf(body.Draft(**DRAFT))[:-5], "malformed", ""),
    ("a field that does not exist", lambda: protobuf(body.Draft(**DRAFT)) + b"\xfa\x3f\x01x", "field_unknown", "#1023"),
    ("invalid UTF-8", lambda: protobuf(body.Draft(**DRAFT)) + b"\x1a\x02\xff\xfe", "field_characters", "title"),
    ("a zero byte", lambda: protobuf(body.Draft(**draft(title="a\0b"))), "field_characters", "title"),
    ("a control character", lambda: protobuf(body.Draft(**draft(title="a\x1bb"))), "field_characters", "title"),
    ("the year 9999", lambda: protobuf(body.Draft(**draft(due={"date": 2932896}))), "no_such_date", "due.date"),
    ("a date beyond all years", lambda: protobuf(body.Draft(**draft(due={"date": 2**31 - 1}))), "no_such_date", "due.date"),
    ("a date in the past", lambda: protobuf(body.Draft(**draft(due={"date": 19000}))), "date_past", "due.date"),
    ("nothing", lambda: b"", "field_missing", "reference"),
]  # fmt: skip


@suite.cases("inbox, protobuf: {}", PROTOBUFS)
def _(row):
    _, value, code, field = row
    offset = hotline.send_raw(value(), hotline.headers("draft", duban.message_id(), json_value=False))
    check_refused(hotline.outbox.answer_at(offset), code, field)
    if code == "malformed":
        dead.add((hotline.inbox, offset))


@suite.test("inbox: the sender's timestamps shut that door only, and say so")
def _():
    offset = forestry.send_raw(good(), forestry.headers("draft", duban.message_id()))
    check_refused(forestry.outbox.answer_at(offset), "timestamp_type")
    dead.add((forestry.inbox, offset))
    message = management.send("progress", {"percent": 10}, task=tasks["open"])
    tap.equal(management.outbox.answer_to(message)["event"], "progressed", "the door beside it")


# --- HTTP ------------------------------------------------------------------------------------------------------------------


@suite.cases("http: {}", CONTENT)
def _(row):
    _, trigger, data, code, field = row
    person = "urban-management-handler" if trigger == "progress" else "hotline-clerk"
    answer = duban.post(person, trigger, data, **attributes_of(trigger))
    check_answer(answer, 403 if code == "wrong_origin" else 400, code, field)


@suite.cases("http, unreadable: {}", REQUESTS)
def _(row):
    _, value, content_type, status, code, field = row
    answer = duban.post_raw(duban.tokens.of_person["hotline-clerk"], value, content_type)
    check_answer(answer, status, code, field)


@suite.test("http: 10 MB are refused before they are kept")
def _():
    answer = duban.post_raw(duban.tokens.of_person["hotline-clerk"], b"a" * 10_000_000)
    tap.equal(answer.status, 413, f"{answer}")


@suite.test("http: a person that the registry does not know")
def _():
    task = hotline.outbox.answer_to(hotline.send("draft", draft(reference="GD-PERSON")))["task"]
    registration = {"lead_unit": "urban-management", "leader": "nobody"}
    answer = duban.post("hotline-clerk", "register", registration, task=task)
    check_answer(answer, 400, "unknown_word", "leader")
    approval = {"person": "nobody", "kind": "批示", "date": "2026-01-05", "document_no": "1"}
    answer = duban.post("hotline-clerk", "register", {**registration, "leader": "", "approval": approval}, task=task)
    check_answer(answer, 400, "unknown_word", "approval.person")


@suite.test("http: paths and methods that are none")
def _():
    for method, path, status in (
        ("GET", "/v1/nothing", 404), ("DELETE", "/v1/commands", 405), ("GET", "/../../etc/passwd", 404),
        ("GET", "/" + "a" * 4000, 404), ("GET", "/v1/commands/%0d%0a", 401),
    ):  # fmt: skip
        tap.equal(duban.request("intake", method, path)[0], status, f"{method} {path[:30]}")


@suite.test("http: 20 KB of headers are too many")
def _():
    status, _ = duban.request("intake", "POST", "/v1/commands", b"{}", {"X-Long": "a" * 20_000})
    tap.equal(status, 400, "status")


# --- who, what, which: both doors --------------------------------------------------------------------------------------------


@suite.test("inbox: the same id with the same content gets the first answer, with other content a conflict")
def _():
    message = hotline.send("draft", draft(reference="GD-SAME"))
    first = hotline.outbox.answer_to(message)
    hotline.send("draft", draft(reference="GD-SAME"), message=message)
    again = hotline.outbox.wait(lambda it: it.get("task") == first["task"] and it["event"] == "repeated", "repeat")[1]
    tap.equal((again["first"]["seq"], again["first"]["state"]), (1, "draft"), f"{again}")
    hotline.send("draft", draft(reference="GD-SAME", title="另一件事"), message=message)
    other = hotline.outbox.wait(lambda it: it.get("task") == first["task"] and it["event"] == "refused", "conflict")[1]
    check_refused(other, "id_conflict")


@suite.test("http: the same id with the same content gets the first answer, with other content a conflict")
def _():
    said = {"person": "urban-management-handler", "trigger": "progress", "message": "same", "task": tasks["open"]}
    first = duban.post(data={"percent": 20}, **said)
    tap.equal((first.status, first.repeated), (200, None), f"{first}")
    again = duban.post(data={"percent": 20}, **said)
    tap.equal((again.status, again.repeated, again.seq), (200, True, first.seq), f"{again}")
    check_answer(duban.post(data={"percent": 30}, **said), 409, "id_conflict")


@suite.test("the same id at two doors is two messages")
def _():
    message = management.send("progress", {"percent": 25}, message="same", task=tasks["open"])
    tap.equal(management.outbox.answer_to(message)["event"], "progressed", "event")


@suite.test("a reference that is taken cannot be drafted again")
def _():
    message = hotline.send("draft", draft(reference="GD-OPEN", title="另一件事"))
    check_refused(hotline.outbox.answer_to(message), "exists")


@suite.test("inbox: a command for another unit's task")
def _():
    message = finance.send("sign", {}, task=tasks["open"])
    check_refused(finance.outbox.answer_to(message), "not_entitled")


@suite.test("http: a command for another unit's task")
def _():
    answer = duban.post("finance-handler", "sign", {}, task=tasks["open"])
    check_answer(answer, 403, "not_entitled")


@suite.test("inbox: a system cannot do what only people may")
def _():
    for trigger, data in (("close", {}), ("register", {"lead_unit": "finance"})):
        message = hotline.send(trigger, data, task=tasks["open"])
        check_refused(hotline.outbox.answer_to(message), "not_entitled")


@suite.test("a reference of one unit does not lead to another unit's task")
def _():
    message = finance.send("sign", {}, reference="GD-OPEN")
    check_refused(finance.outbox.answer_to(message), "unknown_task")


@suite.test("inbox: a task that does not exist")
def _():
    message = management.send("progress", {"percent": 1}, task=NOBODY)
    check_refused(management.outbox.answer_to(message), "unknown_task")


@suite.test("http: a task that does not exist")
def _():
    answer = duban.post("urban-management-handler", "progress", {"percent": 1}, task=NOBODY)
    check_answer(answer, 404, "unknown_task")


@suite.test("inbox: a task that is done")
def _():
    message = management.send("progress", {"percent": 90}, task=tasks["done"])
    check_refused(management.outbox.answer_to(message), "wrong_state")


@suite.test("http: a task that is done")
def _():
    answer = duban.post("urban-management-handler", "progress", {"percent": 90}, task=tasks["done"])
    check_answer(answer, 409, "wrong_state")


# --- afterwards ----------------------------------------------------------------------------------------------------------------


def dead_letters(count):
    """All that stand there, at least so many."""
    letter_of = proto_messages(duban.work, "traffic").DeadLetter
    topic = f"{duban.prefix}dead-letters"
    consumer = Consumer({"bootstrap.servers": duban.brokers, "group.id": f"{duban.prefix}dead", "enable.partition.eof": True})
    partitions = consumer.list_topics(topic).topics[topic].partitions
    consumer.assign([TopicPartition(topic, number, 0) for number in partitions])
    found, ended = [], set()

    def read():
        for message in consumer.consume(100, 0.1):
            if message.error() is None:
                ended.discard(message.partition())
                found.append((letter_of.FromString(message.value()), message.value()))
            else:
                ended.add(message.partition())
        return len(found) >= count and len(ended) == len(partitions)

    tap.wait_for(read, f"{count} dead letters", pause=0)
    consumer.close()
    return found


@suite.test("what could not be read left a dead letter each, without its content")
def _():
    letters = dead_letters(len(dead))
    places = [(letter.topic, letter.offset) for letter, _ in letters]
    tap.equal(sorted(places), sorted(dead), "places")
    for letter, raw in letters:
        assert letter.reason.code and letter.received_at and len(letter.digest) == 32, letter
        assert b"GD-BAD" not in raw and "路灯".encode() not in raw and b"aaaa" not in raw, letter


@suite.test("the open task is what it was")
def _():
    message = management.send("progress", {"percent": 50}, task=tasks["open"])
    letter = management.outbox.answer_to(message)
    tap.equal((letter["event"], letter["state"]), ("progressed", "in_progress"), f"{letter}")


@suite.test("every program lives, and verify is clean")
def _():
    duban.check_sound()


if __name__ == "__main__":
    with duban:
        suite.run()
