"""What should not come to a door, as tables: each row is one test of doors.py.

A row of CONTENT says what is wrong with the content of a well-formed message; it goes through both doors, and must get
the same answer at both. A row of UNREADABLE is a record of an inbox that cannot be decoded or whose sender cannot be
known; REQUESTS are the like over HTTP."""

import json

DRAFT = {
    "reference": "GD-BAD", "template_code": "T22D", "title": "路灯不亮", "lead_unit": "urban-management",
    "source": {"kind": "工单", "from": "12345热线"},
}  # fmt: skip


def draft(**changes):
    return {**DRAFT, **changes}


# name, trigger, data, code, field
CONTENT = [
    ("an unknown template", "draft", draft(template_code="T99"), "unknown_word", "template_code"),
    ("an unknown unit", "draft", draft(lead_unit="nowhere"), "unknown_word", "lead_unit"),
    ("an unknown urgency", "draft", draft(urgency="extreme"), "unknown_word", "urgency"),
    ("a field that does not exist", "draft", draft(colour="red"), "field_unknown", "colour"),
    ("a field that must be given", "draft", {"template_code": "T22", "title": "路灯"}, "field_missing", "reference"),
    ("a text where a structure belongs", "draft", draft(source="热线"), "field_range", "source"),
    ("a number where a text belongs", "draft", draft(title=17), "field_range", "title"),
    ("a title of 600 bytes", "draft", draft(title="路" * 200), "field_too_long", "title"),
    ("a reference of 300 bytes", "draft", draft(reference="A" * 300), "field_too_long", "reference"),
    ("a control character in the title", "draft", draft(title="路灯\u0007"), "field_characters", "title"),
    ("a line break in the title", "draft", draft(title="路灯\r\nX-Admin: yes"), "field_characters", "title"),
    ("a line break in the reference", "draft", draft(reference="GD-1\r\nce_task: X"), "field_characters", "reference"),
    ("尽快 where a date belongs", "draft", draft(due={"date": "尽快"}), "deadline_vague", "due.date"),
    ("尽快 instead of a deadline", "draft", draft(due={"wording": "尽快办结"}), "deadline_vague", "due.wording"),
    ("a deadline in the past", "draft", draft(due={"date": "2022-03-31"}), "date_past", "due.date"),
    ("30 February", "draft", draft(due={"date": "2027-02-30"}), "no_such_date", "due.date"),
    ("the year 9999", "draft", draft(due={"date": "9999-12-31"}), "no_such_date", "due.date"),
    ("a date in another order", "draft", draft(due={"date": "31.03.2027"}), "no_such_date", "due.date"),
    ("an amount beyond all money", "draft", draft(amount_fen="99999999999999999"), "field_range", "amount_fen"),
    ("an amount beyond 64 bits", "draft", draft(amount_fen="1" * 40), "field_range", "amount_fen"),
    ("101 percent", "progress", {"percent": 101}, "field_range", "percent"),
    ("less than nothing percent", "progress", {"percent": -1}, "field_range", "percent"),
    ("the watcher's trigger", "wake", {"wake_seq": "1"}, "wrong_origin", ""),
    ("the number book's trigger", "number_granted", {"number": {"kind": "事项", "year": 2023}}, "wrong_origin", ""),
    ("the notifier's trigger", "notice_accepted", {"notice": "x"}, "wrong_origin", ""),
]


def deep(depth):
    return b'{"reference":' + b"[" * depth + b"]" * depth + b"}"


def good():
    return json.dumps(DRAFT).encode()


JSON, PROTOBUF = "application/json", "application/protobuf"
NONE = None  # a header that is left out

# name, value, headers that differ, code, field
UNREADABLE = [
    ("what is no protobuf", b"\xff\xfe\xfd\xfc", {"content-type": PROTOBUF}, "malformed", ""),
    ("what is no JSON", b"a complaint", {}, "malformed", ""),
    ("an empty value as JSON", b"", {"content-type": JSON}, "field_missing", "reference"),
    ("JSON cut off", good()[:-20], {}, "malformed", ""),
    ("JSON with something behind it", good() + b"{}", {}, "malformed", ""),
    ("a list where an object belongs", b"[1,2]", {}, "field_range", ""),
    ("a key that stands twice", b'{"reference":"A","reference":"B"}', {}, "malformed", ""),
    ("a depth bomb of JSON", deep(100), {}, "malformed", ""),
    ("a deeper bomb of JSON", deep(30000), {}, "malformed", ""),
    ("a depth bomb of protobuf", b"\x0b" * 30000, {"content-type": PROTOBUF}, "malformed", ""),
    ("invalid UTF-8 in JSON", good().replace(b"T22", b"T\xff\xfe"), {}, "malformed", ""),
    ("a zero character in JSON", json.dumps(draft(title="a\0b")).encode(), {}, "malformed", ""),
    ("an unknown content type", good(), {"content-type": "text/xml"}, "content_type", "content-type"),
    ("900 kB", b'{"title":"' + b"a" * 900_000 + b'"}', {}, "message_too_large", ""),
    ("no id", good(), {"ce_id": NONE}, "field_missing", "ce_id"),
    ("an empty id", good(), {"ce_id": ""}, "field_missing", "ce_id"),
    ("no source", good(), {"ce_source": NONE}, "field_missing", "ce_source"),
    ("no type", good(), {"ce_type": NONE}, "field_missing", "ce_type"),
    ("an unknown trigger", good(), {"ce_type": "duban.v1.fly"}, "unknown_word", "ce_type"),
    ("a type of somebody else", good(), {"ce_type": "com.example.draft"}, "unknown_word", "ce_type"),
    ("another version of CloudEvents", good(), {"ce_specversion": "0.3"}, "field_range", "ce_specversion"),
    ("a time that is none", good(), {"ce_time": "yesterday"}, "no_such_date", "ce_time"),
    ("a line break in the id", good(), {"ce_id": "a\r\nb"}, "field_characters", "ce_id"),
    ("a zero byte in the id", good(), {"ce_id": b"a\0b"}, "field_characters", "ce_id"),
    ("invalid UTF-8 in the source", good(), {"ce_source": b"urn:\xff"}, "field_characters", "ce_source"),
    ("an endless id", good(), {"ce_id": "a" * 5000}, "field_too_long", "ce_id"),
    ("the source of another unit", good(), {"ce_source": "urn:duban:finance:oa"}, "wrong_source", ""),
    ("a source that nobody has", good(), {"ce_source": "urn:example:me"}, "wrong_source", ""),
]


def event(**changes):
    return {"id": "bad", "type": "duban.v1.draft", "data": DRAFT, **changes}


def say(document):
    return json.dumps(document).encode()


# name, body, content type, status, code, field
REQUESTS = [
    ("what is no JSON", b"a complaint", JSON, 400, "malformed", ""),
    ("protobuf", b"\x0a\x01a", PROTOBUF, 415, "content_type", ""),
    ("a form", b"id=1", "application/x-www-form-urlencoded", 415, "content_type", ""),
    ("no content type", say(event()), "", 415, "content_type", ""),
    ("an empty body", b"", JSON, 400, "malformed", ""),
    ("JSON cut off", say(event())[:-20], JSON, 400, "malformed", ""),
    ("a list where an object belongs", b"[]", JSON, 400, "malformed", ""),
    ("a key that stands twice", b'{"id":"1","id":"2"}', JSON, 400, "malformed", ""),
    ("a depth bomb", deep(100), JSON, 400, "malformed", ""),
    ("a deeper bomb", deep(300_000), JSON, 400, "malformed", ""),
    ("invalid UTF-8", say(event()).replace(b"T22", b"\xff\xfe"), JSON, 400, "malformed", ""),
    ("a zero character", say(event(id="a\0b")), JSON, 400, "malformed", ""),
    ("100 kB", say(event(data=draft(description="a" * 100_000))), JSON, 413, "message_too_large", ""),
    ("no id", say({"type": "duban.v1.sign", "data": {}}), JSON, 400, "field_missing", "id"),
    ("no type", say({"id": "1", "data": {}}), JSON, 400, "field_missing", "type"),
    ("an unknown trigger", say(event(type="duban.v1.fly")), JSON, 400, "unknown_word", "type"),
    ("an unknown attribute", say(event(colour="red")), JSON, 400, "field_unknown", "colour"),
    ("a number as id", say(event(id=7)), JSON, 400, "field_range", "id"),
    ("a line break in the id", say(event(id="a\r\nb")), JSON, 400, "field_characters", "id"),
    ("the source of somebody else", say(event(source="urn:duban:person:executive")), JSON, 403, "wrong_source", ""),
    ("the source of a unit's system", say(event(source="urn:duban:hotline:tickets")), JSON, 403, "wrong_source", ""),
    ("a task id that is none", say(event(type="duban.v1.sign", task="../x", data={})), JSON, 400, "field_range", "task"),
    ("no task at all", say(event(type="duban.v1.sign", data={})), JSON, 400, "field_missing", "task"),
]
