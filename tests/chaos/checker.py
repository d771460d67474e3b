#!/usr/bin/python3
"""The independent checker: reads every topic of a deployment with read_committed and verifies from outside what duban
promises. It knows the protobuf files and what the senders were told, and nothing of duban's code.

    checker.py --brokers HOST:PORT --prefix P --partitions N --said said.json --work DIR

Prints one line per violation and one per check; exit code 1 when there was a violation. `dubanctl verify` folds the
events into rows and is the other half."""

import argparse
import collections
import hashlib
import json
import os
import sys
import time

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from deployment import proto_messages  # noqa: E402

END_TRIES = 5
READ_SECONDS = 90  # for one topic, to its end
LATE_SECONDS = 60  # an alarm that is due for so long should have come
ON_WAY_SECONDS = 60  # between a door's hearing and its writing lies a broker's absence at most
AHEAD_SECONDS = 5  # CLOCK_SKEW_MS of duban
TERMINAL = ("NOTICE_STATUS_ACCEPTED", "NOTICE_STATUS_EXHAUSTED", "NOTICE_STATUS_CANCELLED")
SHARED = ("commands", "internal", "events", "answers", "tasks")
QUIET = {"log_level": 2}


class Wire:
    """The protobuf messages, by file."""

    def __init__(self, work):
        for name in ("event", "traffic", "command", "task", "notice", "vocabulary"):
            setattr(self, name, proto_messages(work, name))


class Topics:
    def __init__(self, brokers, prefix, partitions):
        self.brokers, self.prefix, self.partitions = brokers, prefix, partitions

    def _consumer(self, group, isolation):
        return Consumer(
            {"bootstrap.servers": self.brokers, "group.id": f"{self.prefix}{group}", "isolation.level": isolation,
             "enable.partition.eof": True, "enable.auto.commit": False, "fetch.wait.max.ms": 20, **QUIET}
        )  # fmt: skip

    @staticmethod
    def _end(consumer, part):
        """A leader that has just moved is asked for again."""
        for _ in range(END_TRIES):
            try:
                return consumer.get_watermark_offsets(part, timeout=30)[1]
            except KafkaException:
                consumer.list_topics(timeout=10)
        return consumer.get_watermark_offsets(part, timeout=30)[1]

    def ends(self, topics):
        """(topic, partition): high watermark, last stable offset."""
        found = {}
        for place, isolation in enumerate(("read_uncommitted", "read_committed")):
            consumer = self._consumer("chaos-ends", isolation)
            for topic, count in topics.items():
                for p in range(count):
                    part = TopicPartition(f"{self.prefix}{topic}", p)
                    found.setdefault((topic, p), [0, 0])[place] = self._end(consumer, part)
            consumer.close()
        return found

    def read(self, topic, count):
        """The records of each partition, whole; None in the second place: it has not come to its end."""
        consumer = self._consumer("chaos-checker", "read_committed")
        consumer.assign([TopicPartition(f"{self.prefix}{topic}", p, 0) for p in range(count)])
        records = [[] for _ in range(count)]
        open_parts = set(range(count))
        until = time.monotonic() + READ_SECONDS
        while open_parts and time.monotonic() < until:
            for message in consumer.consume(1000, 0.2):
                if message.error() is None:
                    records[message.partition()].append(message)
                elif message.error().code() == KafkaError._PARTITION_EOF:
                    open_parts.discard(message.partition())
        consumer.close()
        return records, open_parts

    def committed(self, group, topic):
        consumer = self._consumer(group, "read_committed")
        parts = consumer.committed([TopicPartition(f"{self.prefix}{topic}", p) for p in range(self.partitions)], timeout=30)
        consumer.close()
        return [part.offset for part in parts]

    def has_unread(self, group, topic):
        """Whether a record stands behind the group's offsets. The ends do not tell: markers and what was aborted, of several
        transactions maybe, stand behind the last record."""
        consumer = self._consumer("chaos-ends", "read_committed")
        places = enumerate(self.committed(group, topic))
        consumer.assign([TopicPartition(f"{self.prefix}{topic}", p, max(offset, 0)) for p, offset in places])
        open_parts = set(range(self.partitions))
        until = time.monotonic() + READ_SECONDS
        found = False
        while open_parts and not found and time.monotonic() < until:
            message = consumer.poll(1)
            found = message is not None and message.error() is None
            if message is not None and message.error() is not None and message.error().code() == KafkaError._PARTITION_EOF:
                open_parts.discard(message.partition())
        consumer.close()
        return bool(found or open_parts)


class Report:
    def __init__(self):
        self.looked = collections.Counter()
        self.violations = []

    def hold(self, check, fine, detail):
        self.looked[check] += 1
        if not fine:
            self.violations.append((check, detail))


class Checker:
    def __init__(self, topics, wire, said):
        self.topics, self.wire, self.said = topics, wire, said
        self.report = Report()
        self.read = {}
        self.events = collections.defaultdict(list)  # task: (Event, hash, place)
        self.of_cause = collections.defaultdict(list)  # command id: (task, seq, event)
        self.of_message = collections.defaultdict(list)
        self.answers = collections.defaultdict(list)  # command id
        self.answers_of_message = collections.defaultdict(list)
        self.heard = []  # of what people said: (command id, received_at, when the broker says it was written), ms
        self.rows = {}
        self.partition_rows = {}
        self.committed_offsets = {}
        self.now_ms = time.time() * 1000

    def load(self):
        counts = {name: self.topics.partitions for name in SHARED} | {"notices": 1}
        self.ends = self.topics.ends(counts)
        for name, count in counts.items():
            self.read[name], unread = self.topics.read(name, count)
            self.report.hold("every topic can be read to its end", not unread, f"{name} partitions={sorted(unread)}")
        for messages in self.read["events"]:
            for message in messages:
                record = self.wire.event.EventRecord.FromString(message.value())
                event = self.wire.event.Event.FromString(record.body)
                self.events[event.task_id].append((event, record))
                self.of_cause[event.cause].append(event)
                if event.message.id:
                    self.of_message[event.message.id].append(event)
        for messages in self.read["answers"]:
            for message in messages:
                answer = self.wire.traffic.Answer.FromString(message.value())
                self.answers[answer.command_id].append(answer)
                self.answers_of_message[answer.message.id].append(answer)
        for messages in self.read["commands"]:
            for message in messages:
                command = self.wire.command.Command.FromString(message.value())
                if command.actor.door == self.wire.vocabulary.DOOR_HTTP:
                    self.heard.append((command.command_id, command.received_at, message.timestamp()[1]))
        for p, messages in enumerate(self.read["tasks"]):
            for message in messages:
                row = self.wire.task.Row.FromString(message.value())
                kind = row.WhichOneof("kind")
                if kind == "partition":
                    self.partition_rows[p] = row.partition
                else:
                    self.rows[message.key().decode()] = getattr(row, kind)

    # --- the checks, each from outside ---

    def no_transaction_is_left_open(self, check):
        for place, (high, stable) in self.ends.items():
            self.report.hold(check, high == stable, f"{place} high={high} stable={stable}")

    def events_are_numbered_and_chained(self, check):
        for task, items in self.events.items():
            before = bytes(32)
            for number, (event, record) in enumerate(items, 1):
                self.report.hold(check, event.seq == number, f"task={task} seq={event.seq} is number {number}")
                digest = hashlib.sha256(before + record.body).digest()
                self.report.hold(check, record.hash == digest, f"task={task} seq={event.seq} hash")
                before = record.hash

    def rows_are_the_last_event(self, check):
        for task, items in self.events.items():
            event, record = items[-1]
            row = self.rows.get(task)
            fine = row is not None and row.seq == event.seq and row.chain == record.hash
            if fine and hasattr(row, "state"):
                fine = row.state == event.state
            self.report.hold(check, fine, f"task={task} last seq={event.seq} row={getattr(row, 'seq', None)}")

    def _one_effect(self, check, name, events, answers):
        """One command's events follow each other, in one task, and none of them comes twice; refusals are alone."""
        seqs = sorted(event.seq for event in events)
        fine = len({event.task_id for event in events}) <= 1 and seqs == list(range(seqs[0], seqs[0] + len(seqs)) if seqs else [])
        fine &= len({event.type for event in events}) == len(events)
        others = [it for it in answers if it.refusal.code not in self.say_again]
        fine &= len(events) > 0 or len(others) > 0 or any(it.refusal.code == self.say_again[1] for it in answers)
        fine &= not (events and others)
        fine &= len({it.refusal.code for it in others}) <= 1
        detail = f"{name} events={[(it.task_id[:8], it.seq, it.type) for it in events]} answers={len(others)}"
        self.report.hold(check, fine, detail)

    def every_command_has_one_effect(self, check):
        wake = self.wire.vocabulary.ORIGIN_WATCHER
        for messages in self.read["commands"]:
            for message in messages:
                command = self.wire.command.Command.FromString(message.value())
                if command.origin != wake:
                    self._one_effect(check, command.command_id, self.of_cause[command.command_id], self.answers[command.command_id])

    def every_message_has_one_effect(self, check):
        for said in self.said:
            if said["door"] != "watcher" and said["clear"] and said["code"] not in self.at_the_door:
                self._one_effect(check, said["id"], self.of_message[said["id"]], self.answers_of_message[said["id"]])

    def senders_were_told_the_truth(self, check):
        for said in self.said:
            if said["outcome"] not in ("accepted", "refused") or said["code"] in self.at_the_door:
                continue
            events = self.of_message[said["id"]]
            refused = all(it.refusal.code != 0 for it in events)  # also when there is none
            self.report.hold(check, refused == (said["outcome"] == "refused"), f"{said}")
            if said["seq"]:
                self.report.hold(check, any(it.seq == said["seq"] for it in events), f"{said} seqs={[it.seq for it in events]}")

    def every_sender_got_an_answer(self, check):
        for said in self.said:
            self.report.hold(check, said["clear"] and said["outcome"] != "", f"{said}")

    def offsets_fit_the_rows(self, check):
        for topic, field in (("commands", "next_command"), ("internal", "next_internal")):
            committed = self.committed_offsets[topic] = self.topics.committed("task-ledger", topic)
            for p, offset in enumerate(committed):
                row = self.partition_rows.get(p)
                last = self.read[topic][p][-1].offset() + 1 if self.read[topic][p] else 0
                fine = row is not None and getattr(row, field) == max(offset, 0) and max(offset, 0) >= last
                self.report.hold(check, fine, f"{topic}/{p} committed={offset} row={row and getattr(row, field)} end={last}")

    def people_are_heard_when_they_speak(self, check):
        """By the broker's clock. What was heard ahead of it must have been refused."""
        for command, received, written in self.heard:
            fine = received >= written - ON_WAY_SECONDS * 1000
            if received > written + AHEAD_SECONDS * 1000:
                fine = any(it.refusal.code == self.say_again[1] for it in self.answers[command])
            self.report.hold(check, fine, f"{command} heard {written - received} ms before it was written")

    def no_alarm_is_early(self, check):
        self.lateness = []
        for messages in self.read["commands"]:
            for message in messages:
                command = self.wire.command.Command.FromString(message.value())
                if command.body.WhichOneof("kind") == "wake":
                    late = message.timestamp()[1] - command.body.wake.due
                    self.lateness.append(late)
                    self.report.hold(check, late >= 0, f"task={command.task_id} early by {-late} ms")

    def every_alarm_comes(self, check):
        for task, row in self.rows.items():
            due = getattr(row, "next_wake", 0)
            self.report.hold(check, due == 0 or due > self.now_ms - LATE_SECONDS * 1000, f"task={task} due={due}")

    def no_alarm_comes_twice(self, check):
        for task, items in self.events.items():
            fired = [
                (it.fired.clock, it.fired.key, it.fired.version, it.fired.kind, it.fired.rung, it.fired.occurrence, it.fired.at)
                for it, _ in items if it.HasField("fired")
            ]  # fmt: skip
            self.report.hold(check, len(fired) == len(set(fired)), f"task={task}")

    def numbers_have_no_gap(self, check):
        books = collections.defaultdict(list)
        for task, row in self.rows.items():
            if hasattr(row, "number") and row.number.sequence:
                books[(row.number.kind, row.number.year)].append(row.number.sequence)
        for book, numbers in books.items():
            self.report.hold(check, sorted(numbers) == list(range(1, len(numbers) + 1)), f"{book} {len(numbers)} numbers")

    def notices_come_to_an_end(self, check):
        status_name = self.wire.vocabulary.NoticeStatus.Name
        last = {}
        for message in self.read["notices"][0]:
            notice = self.wire.notice.Notice.FromString(message.value())
            before = last.get(notice.id)
            over = before is not None and status_name(before.status) in TERMINAL
            self.report.hold(check, not over or status_name(notice.status) in TERMINAL, f"{notice.id} lives again")
            last[notice.id] = notice
        for notice in last.values():
            name = status_name(notice.status)
            waits = max(notice.created_at, notice.release_due, notice.not_before, notice.retry_at)
            fine = name in TERMINAL or waits > self.now_ms - LATE_SECONDS * 1000
            self.report.hold(check, fine, f"{notice.id} {name} since {waits}")
            taken = [it for it in notice.attempts if it.outcome == self.wire.vocabulary.ATTEMPT_OUTCOME_TAKEN]
            self.report.hold(check, len(taken) <= 1, f"{notice.id} taken {len(taken)} times")

    def run(self):
        # No outcome: the first one stands, or there will be one when the door's clock is right.
        self.say_again = [self.wire.vocabulary.RefusalCode.Value(f"REFUSAL_CODE_{it}") for it in ("DUPLICATE", "CLOCK_SKEW")]
        self.at_the_door = ("field_missing", "unknown_word")
        self.load()
        for name in (
            "no_transaction_is_left_open", "events_are_numbered_and_chained", "rows_are_the_last_event",
            "every_command_has_one_effect", "every_message_has_one_effect", "senders_were_told_the_truth",
            "every_sender_got_an_answer", "people_are_heard_when_they_speak", "offsets_fit_the_rows", "no_alarm_is_early",
            "every_alarm_comes", "no_alarm_comes_twice", "numbers_have_no_gap", "notices_come_to_an_end",
        ):  # fmt: skip
            getattr(self, name)(name.replace("_", " "))
        return self.report


def check(brokers, prefix, partitions, said, work):
    checker = Checker(Topics(brokers, prefix, partitions), Wire(work), said)
    return checker, checker.run()


def print_report(checker, report):
    for name, detail in report.violations[:200]:
        print(f"violation: {name}: {detail}")
    failed = collections.Counter(name for name, _ in report.violations)
    for name, looked in report.looked.items():
        print(f"{name}: {looked} looked at, {failed[name]} violations")
    late = sorted(checker.lateness)
    if late:
        print(f"lateness of {len(late)} alarms: p50 {late[len(late) // 2]} ms, p99 {late[len(late) * 99 // 100]} ms, most {late[-1]} ms")


def main():
    parser = argparse.ArgumentParser()
    for name in ("brokers", "prefix", "said", "work"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--partitions", type=int, required=True)
    options = parser.parse_args()
    with open(options.said, encoding="utf-8") as file:
        said = json.load(file)
    checker, report = check(options.brokers, options.prefix, options.partitions, said, options.work)
    print_report(checker, report)
    print(f"{sum(report.looked.values())} looked at, {len(report.violations)} violations")
    sys.exit(1 if report.violations else 0)


if __name__ == "__main__":
    main()
