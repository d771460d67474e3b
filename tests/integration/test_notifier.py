#!/usr/bin/python3
"""Notices leave as letters and as mails: a real relay accepts, puts off, refuses, breaks off; the notifier is killed in
the middle of a mail. Every notice reaches its end, and a repeat bears the same number."""

import email
import email.policy
import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from aiosmtpd.controller import Controller  # noqa: E402
from confluent_kafka import Consumer, TopicPartition  # noqa: E402

import tap  # noqa: E402
from deployment import Department, Deployment, proto_messages  # noqa: E402

suite = tap.Suite()
PORT = int(os.environ["PORT_BASE"]) + 19


class Relay:
    """Takes every mail, unless the script of its subject says otherwise: one reply per attempt, in order."""

    def __init__(self):
        self.mails = []
        self.scripts = {}  # part of a subject: replies
        self.lock = threading.Lock()
        self.reached = threading.Event()

    def script(self, subject, *replies):
        self.scripts[subject] = list(replies)

    def reply_to(self, mail):
        for subject, replies in self.scripts.items():
            if subject in mail["Subject"] and replies:
                return replies.pop(0)
        return "250 2.0.0 taken"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        mail.recipients = envelope.rcpt_tos
        with self.lock:
            reply = self.reply_to(mail)
            if not reply.startswith(("4", "5")):
                self.mails.append(mail)
        if reply == "break off":
            server.transport.abort()
        if reply == "fall silent":
            self.reached.set()
            await server.silence.wait()
        return reply

    def about(self, subject):
        with self.lock:
            return [mail for mail in self.mails if subject in mail["Subject"]]


class SilentController(Controller):
    """A server whose answers can be held back for ever."""

    def factory(self):
        import asyncio

        server = super().factory()
        server.silence = asyncio.Event()
        return server


relay = Relay()
server = SilentController(relay, hostname="127.0.0.1", port=PORT, enable_SMTPUTF8=False)
server.start()
os.environ.update(DUBAN_SMTP_URL=f"smtp://127.0.0.1:{PORT}", DUBAN_SMTP_FROM="duban@shifan.example")
duban = Deployment()
for channel in duban.content["channels"]:
    channel["enabled"] = True
hotline = Department(duban, "hotline", "urn:duban:hotline:tickets")


class Notices:
    """duban.notices, the last record of each."""

    def __init__(self):
        self.notice = proto_messages(duban.work, "notice").Notice
        self.words = proto_messages(duban.work, "vocabulary")
        self.by_id = {}
        self.consumer = Consumer({"bootstrap.servers": duban.brokers, "group.id": f"{duban.prefix}notices-reader"})
        self.consumer.assign([TopicPartition(f"{duban.prefix}notices", 0, 0)])

    def read(self):
        for message in self.consumer.consume(100, 0.1):
            if message.error() is None:
                self.by_id[message.key().decode()] = self.notice.FromString(message.value())
        return self.by_id.values()

    def wait(self, task, status, event="REJECTED"):
        wanted = getattr(self.words, f"NOTICE_STATUS_{status}")
        cause = getattr(self.words, f"EVENT_TYPE_{event}")

        def look():
            return next(
                (it for it in self.read() if (it.task_id, it.event_type, it.status) == (task, cause, wanted)), None
            )

        return tap.wait_for(look, f"a notice of {task} that is {status}", pause=0)

    def outcomes(self, notice):
        return [self.words.AttemptOutcome.Name(it.outcome)[16:].lower() for it in notice.attempts if it.channel == "smtp"]


def rejected(title):
    """A draft that is rejected: the clerk of the unit that sent it is told. Returns the task."""
    message = hotline.send("draft", {
        "reference": title, "template_code": "T22D", "title": title, "lead_unit": "urban-management",
        "source": {"kind": "工单"},
    })  # fmt: skip
    task = hotline.outbox.answer_to(message)["task"]
    answer = duban.post("hotline-clerk", "reject", {"reason_code": "repeated", "reason": "与在办事项重复"}, task=task)
    tap.equal((answer.status, answer.state), (200, "rejected"), f"{answer}")
    return task


seen = {}


@suite.test("topics, programs and a registry with both channels come up")
def _():
    duban.up()
    seen["notices"] = Notices()


@suite.test("a notice leaves as a mail and as a letter, with its number, and says that it is a rehearsal")
def _():
    task = rejected("路灯不亮")
    notice = seen["notices"].wait(task, "ACCEPTED")
    mail = tap.wait_for(lambda: relay.about("路灯不亮"), "the mail")[0]
    tap.equal(mail["Message-ID"], f"<{notice.id}@shifan.example>", "Message-ID")
    tap.equal(mail["Auto-Submitted"], "auto-generated", "Auto-Submitted")
    tap.equal(mail.recipients, ["hotline-clerk@shifan.example"], "recipients")
    assert "演练" in mail["Subject"], mail["Subject"]
    text = mail.get_content()
    for words in (notice.id, "与在办事项重复", "数据截至", "演练"):
        assert words in text, f"{words} is not in\n{text}"
    tap.equal([it.channel for it in notice.attempts], ["directory", "smtp"], "channels")
    with open(os.path.join(duban.work, "letters", notice.attempts[0].detail), encoding="utf-8") as letter:
        assert "与在办事项重复" in letter.read()


@suite.test("a mail that is put off is tried again")
def _():
    relay.script("井盖破损", "451 4.7.1 later please")
    notice = seen["notices"].wait(rejected("井盖破损"), "ACCEPTED")
    tap.equal(seen["notices"].outcomes(notice), ["temporary", "taken"], "attempts")
    tap.equal(len(relay.about("井盖破损")), 1, "mails")
    assert "451" in notice.attempts[1].detail, notice.attempts[1].detail


@suite.test("a mail that is refused is given up, and the supervisor's clerk is told so")
def _():
    relay.script("噪声扰民", "550 5.1.1 no such person")
    task = rejected("噪声扰民")
    notice = seen["notices"].wait(task, "EXHAUSTED")
    tap.equal((notice.ending, seen["notices"].outcomes(notice)), ("refused", ["refused"]), "end")
    told = seen["notices"].wait(task, "ACCEPTED", "NOTICE_EXHAUSTED")
    assert "未送达" in told.subject, told.subject


@suite.test("a connection that breaks after the last dot is unknown, and the mail is sent once more with its number")
def _():
    relay.script("道路积水", "break off")
    notice = seen["notices"].wait(rejected("道路积水"), "ACCEPTED")
    tap.equal(seen["notices"].outcomes(notice), ["unknown", "taken"], "attempts")
    first, second = relay.about("道路积水")
    tap.equal(first["Message-ID"], second["Message-ID"], "Message-ID")
    assert "重发" not in first.get_content() and "重发" in second.get_content()


@suite.test("killed in the middle of a mail, the notifier sends it once more and no oftener")
def _():
    relay.script("占道经营", "fall silent")
    task = rejected("占道经营")
    assert relay.reached.wait(tap.CEILING_SECONDS), "the mail did not reach the relay"
    duban.stack("kill escalation-notifier")
    duban.stack("start escalation-notifier")
    notice = seen["notices"].wait(task, "ACCEPTED")
    tap.equal(seen["notices"].outcomes(notice), ["unknown", "taken"], "attempts")
    first, second = relay.about("占道经营")
    tap.equal(first["Message-ID"], second["Message-ID"], "Message-ID")


@suite.test("nothing but that was sent twice, and the log keeps its promises")
def _():
    ids = [mail["Message-ID"] for mail in relay.mails]
    tap.equal(len(ids) - len(set(ids)), 2, "repeats")
    duban.check_sound()


with duban:
    suite.run()
