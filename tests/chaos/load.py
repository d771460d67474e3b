"""The load of a chaos run, on the real clock: people over HTTP and a department's system through its inbox play the lives
of urgent complaints. A sender that gets no clear answer says the same again under the same id, as the README asks; what
was said and what was answered is written down for the checker."""

import http.client
import json
import random
import threading
import time

from confluent_kafka import Consumer, Producer, TopicPartition

QUIET = {"log_level": 2}
RETRY_SECONDS = 0.3
UNCLEAR = {0, 202, 408, 429, 500, 502, 503, 504}  # say it again


class Follower:
    """Reads duban.events and duban.answers as everybody may, and knows of each message when its effect was visible."""

    def __init__(self, brokers, prefix, partitions, wire):
        self.types = {f"{prefix}events": wire.event.EventRecord, f"{prefix}answers": wire.traffic.Answer}
        self.event_body = wire.event.Event
        self.partitions = partitions
        self.consumer = Consumer(
            {"bootstrap.servers": brokers, "group.id": f"{prefix}chaos-follower", "isolation.level": "read_committed",
             "fetch.wait.max.ms": 20, **QUIET}
        )  # fmt: skip
        self.consumer.assign([TopicPartition(topic, p, 0) for topic in self.types for p in range(partitions)])
        self.lock = threading.Condition()
        self.effects = {}  # message id: (task, refused)
        self.kinds = {}  # task: the types of its events
        self.visible = [[] for _ in range(partitions)]  # per partition: (monotonic, ms since it was received)
        self.stopping = False
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _note_event(self, record, partition):
        event = self.event_body()
        event.ParseFromString(record.body)
        if event.message.id:
            self.effects.setdefault(event.message.id, (event.task_id, event.refusal.code != 0))
            self.visible[partition].append((time.monotonic(), time.time() * 1000 - event.received_at))
        self.kinds.setdefault(event.task_id, set()).add(event.type)

    def _read(self):
        while not self.stopping:
            for message in self.consumer.consume(500, 0.1):
                if message.error() is not None:
                    continue
                record = self.types[message.topic()]()
                record.ParseFromString(message.value())
                with self.lock:
                    if hasattr(record, "body"):
                        self._note_event(record, message.partition())
                    elif record.message.id:
                        self.effects.setdefault(record.message.id, (record.task_id, True))
                    self.lock.notify_all()
        self.consumer.close()

    def wait(self, fits, until):
        """What `fits` returns once it is true; None when it is too late."""
        with self.lock:
            while True:
                found = fits()
                if found or time.monotonic() > until:
                    return found
                self.lock.wait(0.5)

    def close(self):
        self.stopping = True
        self.thread.join()


class Load:
    def __init__(self, stack, brokers, tokens, follower, event_types, seed, players, pace):
        self.stack = stack
        self.intake = stack.of("intake")[0]
        self.tokens = tokens
        self.follower = follower
        self.event_types = event_types
        self.seed = seed
        self.pace = pace  # seconds between two acts of a player, on average
        self.producer = Producer(
            {"bootstrap.servers": brokers, "enable.idempotence": True, "linger.ms": 0, "message.timeout.ms": 30000, **QUIET}
        )
        self.lock = threading.Lock()
        self.said = []  # what the checker gets
        self.unclear = 0
        self.stories = 0
        self.finished = 0
        self.ending = threading.Event()  # no new stories
        self.give_up_at = float("inf")
        self.players = [threading.Thread(target=self._play, args=(i,), daemon=True) for i in range(players)]

    def start(self):
        for player in self.players:
            player.start()

    def end(self, seconds):
        """No new stories; those begun come to their end within so long, or what is missing is written down."""
        self.give_up_at = time.monotonic() + seconds
        self.ending.set()
        for player in self.players:
            player.join(max(0.0, self.give_up_at + 30 - time.monotonic()))
        return [player.name for player in self.players if player.is_alive()]

    # --- saying something ---

    def _note(self, **what):
        with self.lock:
            self.said.append(what)

    def _post(self, token, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.intake.port, timeout=15)
        try:
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
            connection.request("POST", "/v1/commands", body, headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"{}")
        except (OSError, http.client.HTTPException, ValueError):
            return 0, {}
        finally:
            connection.close()

    def talk(self, person, message):
        """Says it once: status and document of the answer, (0, {}) when there was none."""
        return self._post(self.tokens[person], json.dumps(message).encode())

    def http(self, message, person, trigger, data, **attributes):
        """The answer's document, or None."""
        words = {"id": message, "type": f"duban.v1.{trigger}", "data": data, **attributes}
        tries = 0
        while True:
            status, answer = self.talk(person, words)
            tries += 1
            if status not in UNCLEAR or time.monotonic() > self.give_up_at:
                break
            self.unclear += 1
            time.sleep(RETRY_SECONDS)
        clear = status not in UNCLEAR
        self._note(
            id=message, door="http", person=person, trigger=trigger, status=status, clear=clear, tries=tries,
            outcome=answer.get("outcome", ""), task=answer.get("task", ""), seq=int(answer.get("seq", 0) or 0),
            code=answer.get("code", ""),
        )  # fmt: skip
        return answer if status == 200 else None

    def _deliver(self, topic, value, headers):
        """True: it stands in the inbox, maybe twice."""
        while time.monotonic() < self.give_up_at:
            told = []
            try:
                self.producer.produce(topic, value=value, headers=headers, on_delivery=lambda error, _: told.append(error))
            except BufferError:
                time.sleep(RETRY_SECONDS)
                continue
            while not told:
                self.producer.poll(0.1)
            if told[0] is None:
                return True
        return False

    def inbox(self, message, unit, source, trigger, data, **attributes):
        """The task and whether it was refused, once the effect is visible; None: it never was."""
        headers = {
            "ce_specversion": "1.0", "ce_id": message, "ce_source": source, "ce_type": f"duban.v1.{trigger}",
            "content-type": "application/json", **{f"ce_{name}": value for name, value in attributes.items()},
        }  # fmt: skip
        delivered = self._deliver(f"{self.stack.prefix}inbox.{unit}", json.dumps(data).encode(), headers)
        seen = self.follower.wait(lambda: self.follower.effects.get(message), self.give_up_at) if delivered else None
        self._note(
            id=message, door="inbox", trigger=trigger, clear=delivered, status=200 if seen else 0,
            outcome="" if seen is None else "refused" if seen[1] else "accepted", task=seen[0] if seen else "",
            unit=unit, seq=0, tries=1, code="",
        )  # fmt: skip
        return seen

    # --- stories ---

    def _play(self, player):
        dice = random.Random(f"{self.seed}/{player}")
        while not self.ending.is_set():
            with self.lock:
                self.stories += 1
                story = Story(self, dice, f"{self.seed}-{player}-{self.stories}")
            if dice.choices((story.quick, story.silent, story.late, story.rejected), (6, 2, 1, 1))[0]():
                with self.lock:
                    self.finished += 1


class Story:
    """One complaint."""

    def __init__(self, load, dice, name):
        self.load, self.dice, self.name = load, dice, name
        self.task = ""
        self.acts = 0

    def _id(self):
        self.acts += 1
        time.sleep(self.dice.expovariate(1 / self.load.pace))  # people do not act at once
        return f"c-{self.name}-{self.acts}"

    def person(self, who, trigger, data):
        return self.load.http(self._id(), who, trigger, data, task=self.task) is not None

    def system(self, trigger, data):
        """The lead unit's."""
        seen = self.load.inbox(
            self._id(), "urban-management", "urn:duban:urban-management:oa", trigger, data, task=self.task
        )
        return seen is not None and not seen[1]

    def draft(self):
        data = {
            "reference": f"CH-{self.name}", "template_code": "T22D", "title": "燃气泄漏", "lead_unit": "urban-management",
            "urgency": "critical", "source": {"kind": "工单"},
        }  # fmt: skip
        if self.dice.random() < 0.5:
            seen = self.load.inbox(self._id(), "hotline", "urn:duban:hotline:tickets", "draft", data)
            self.task = seen[0] if seen and not seen[1] else ""
        else:
            answer = self.load.http(self._id(), "hotline-clerk", "draft", data)
            self.task = answer.get("task", "") if answer else ""
        return bool(self.task)

    def assigned(self):
        return (
            self.draft()
            and self.person("hotline-clerk", "register", {"lead_unit": "urban-management"})
            and self.person("hotline-clerk", "assign", {"requirement": "请立即处置"})
        )

    def done(self):
        evidence = [{"class_code": "办理答复", "reference": "答复-1"}]
        verification = {"method": "call_back", "passed": True, "satisfaction": "yes"}
        return (
            self.person("urban-management-head", "report_done", {"summary": "已修复", "evidence": evidence})
            and self.person("hotline-clerk", "start_verify", {})
            and self.person("hotline-clerk-b", "record_verification", verification)
            and self.person("hotline-head", "close", {"disposition": "来电人满意"})
        )

    def progress(self):
        data = {"percent": self.dice.randrange(1, 100), "note": "正在处置"}
        if self.dice.random() < 0.5:
            return self.system("progress", data)
        return self.person("urban-management-handler", "progress", data)

    def quick(self):
        signs = self.system if self.dice.random() < 0.5 else lambda *act: self.person("urban-management-handler", *act)
        if not self.assigned() or not signs("sign", {}):
            return False
        for _ in range(self.dice.randrange(4)):
            if not self.progress():
                return False
        return self.done()

    def silent(self):
        """Nobody signs, nobody acts: the whole ladder goes up."""
        return self.assigned()

    def late(self):
        """Deemed to be signed after a minute, reported when it is overdue."""
        if not self.assigned():
            return False
        deemed = self.load.event_types["EVENT_TYPE_DEEMED_SIGNED"]
        follower = self.load.follower
        if not follower.wait(lambda: deemed in follower.kinds.get(self.task, ()), self.load.give_up_at):
            self.load._note(
                id=f"c-{self.name}-deemed", door="watcher", trigger="wake", clear=False, status=0, outcome="",
                task=self.task, seq=0, tries=1, code="never deemed signed",
            )  # fmt: skip
            return False
        return self.progress() and self.done()

    def rejected(self):
        return self.draft() and self.person("hotline-clerk", "reject", {"reason_code": "repeated", "reason": "重复"})
