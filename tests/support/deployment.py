"""One deployment of duban for a suite: its programs, its topics, its registry, and the two doors.

What a department's system does (inboxes, outboxes) and what a person does (HTTP) go the public ways only.
"""

import hashlib
import http.client
import importlib
import json
import os
import re
import secrets
import subprocess
import sys

import yaml
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

import tap

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
REGISTRY = os.path.join(ROOT, "deploy", "registry")
PROGRAMS = ("intake", "task-ledger", "deadline-watcher", "escalation-notifier")
PARTITIONS = 4
QUIET = {"log_level": 2}  # of our own clients: a broker that goes away is what some suites want


def proto_messages(work, name):
    """The messages of proto/duban/v1/<name>.proto, compiled for Python."""
    target = os.path.join(work, "proto")
    os.makedirs(target, exist_ok=True)
    files = [os.path.join("duban/v1", file) for file in os.listdir(os.path.join(ROOT, "proto/duban/v1"))]
    subprocess.run(["protoc", "-Iproto", f"--python_out={target}", *files], check=True, cwd=ROOT)
    if target not in sys.path:
        sys.path.insert(0, target)
    return importlib.import_module(f"duban.v1.{name}_pb2")


# --- the registry ---------------------------------------------------------------------------------------------------


class _Plain(yaml.SafeLoader):
    """Scalars as they stand; only true, false and nothing mean something, as at the HTTP door."""


_Plain.yaml_implicit_resolvers = {}
_Plain.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
_Plain.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(~|null|)$"), ["~", "n", ""])


def _load(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return yaml.load(file, _Plain)


def registry_content(directory=REGISTRY):
    """The district's files as the JSON document that the HTTP door takes."""
    content = {}
    for name in sorted(os.listdir(directory)):
        if name.endswith(".yaml"):
            content.update(_load(directory, name))
    years = os.path.join(directory, "calendars")
    content["calendars"] = [_load(years, name) for name in sorted(os.listdir(years)) if name.endswith(".yaml")]
    return content


class Tokens:
    """A token for everybody in the registry."""

    def __init__(self, content):
        self.of_person = {}
        content["tokens"] = [self._issue(person["id"]) for person in content["persons"]]

    def _issue(self, person):
        secret = secrets.token_hex(32)
        self.of_person[person] = f"t-{person}.{secret}"
        return {"id": f"t-{person}", "person": person, "digest": hashlib.sha256(secret.encode()).hexdigest()}


# --- the programs ---------------------------------------------------------------------------------------------------


class Answer:
    """Of the HTTP door."""

    def __init__(self, status, document):
        self.status = status
        self.document = document

    def __getattr__(self, name):
        return self.document.get(name)

    def __repr__(self):
        return f"{self.status} {json.dumps(self.document, ensure_ascii=False)}"


class Deployment:
    def __init__(self, clock="real"):
        self.brokers = os.environ["BROKER"]
        self.prefix = os.environ["PREFIX"]
        self.work = os.environ["WORK"]
        self.bin = os.path.abspath(os.environ["BIN"])
        self.port = int(os.environ["PORT_BASE"])
        self.secret = secrets.token_hex(16)
        self.content = registry_content()
        self.tokens = Tokens(self.content)
        self.messages = 0
        self.consumers = []
        self.producer = Producer(
            {"bootstrap.servers": self.brokers, "message.max.bytes": 20_000_000, "linger.ms": 0, **QUIET}
        )
        own = {
            "STACK_DIR": self.work, "STACK_BIN": self.bin, "STACK_BROKERS": self.brokers, "STACK_PREFIX": self.prefix,
            "STACK_PORT": str(self.port), "STACK_PARTITIONS": str(PARTITIONS), "STACK_CLOCK": clock,
            "STACK_SECRET": self.secret,
        }  # fmt: skip
        self.pipe = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", os.path.join(ROOT, "tests/support/stack_pipe.bash")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **own},
        )  # fmt: skip

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for consumer in self.consumers:
            consumer.close()  # one that is left open may spin while the interpreter ends
        self.pipe.stdin.close()
        self.pipe.wait()

    def stack(self, command):
        self.pipe.stdin.write(command + "\n")
        self.pipe.stdin.flush()
        answer = self.pipe.stdout.readline().strip()
        if answer != "ok":
            raise AssertionError(f"{command}: {answer or 'the stack has ended'}, see {self.work}/logs")

    def dubanctl(self, *words, check=True):
        settings = {
            "DUBAN_BROKERS": self.brokers, "DUBAN_PREFIX": self.prefix, "DUBAN_PARTITIONS": str(PARTITIONS),
            "DUBAN_INTAKE": self.url("intake"),
        }  # fmt: skip
        done = subprocess.run(
            [os.path.join(self.bin, "dubanctl"), *words],
            capture_output=True, text=True, cwd=ROOT, env={**os.environ, **settings},
        )  # fmt: skip
        if check and done.returncode != 0:
            raise AssertionError(f"dubanctl {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def up(self):
        """Topics, programs and version 1 of the registry: ready for everybody."""
        self.dubanctl("topics", "create", REGISTRY)
        self.start()
        self.apply_first_registry()

    def start(self):
        """The programs; the door is open, but only for a registry."""
        self.stack("start_all")
        self.wait_ready("intake", "task-ledger")

    def apply_first_registry(self):
        answer = self.apply_registry(None, 0, self.content, bootstrap_secret=self.secret)
        tap.equal(answer.status, 200, f"the first registry ({answer})")
        self.wait_ready(*PROGRAMS)

    def apply_registry(self, person, base, content, message=None, **more):
        return self.post(person, "apply_registry", {"base_version": base, "content": content, **more}, message=message)

    # --- HTTP ---

    def url(self, program):
        return f"http://127.0.0.1:{self.port + PROGRAMS.index(program)}"

    def request(self, program, method, path, body=None, headers=()):
        """Status and body. A server that refuses a body too large may hang up while it is still being sent."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port + PROGRAMS.index(program), timeout=60)
        try:
            try:
                connection.request(method, path, body, dict(headers))
            except (BrokenPipeError, ConnectionResetError):
                pass  # its answer may be there all the same
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def get(self, program, path):
        return self.request(program, "GET", path)

    def wait_ready(self, *programs):
        for program in programs:
            try:
                tap.wait_for(lambda: self._readiness(program) == "ready", f"{program} to be ready")
            except AssertionError as late:
                raise AssertionError(f"{late}: {self._readiness(program)}") from None

    def _readiness(self, program):
        try:
            return self.get(program, "/readyz")[1].decode().strip()
        except OSError as error:
            return str(error)

    def message_id(self):
        self.messages += 1
        return f"message-{self.messages}"

    def post_raw(self, token, body, content_type="application/json"):
        headers = {"Content-Type": content_type}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        status, text = self.request("intake", "POST", "/v1/commands", body, headers)
        try:
            return Answer(status, json.loads(text))
        except ValueError:
            return Answer(status, {})

    def post(self, person, trigger, data, message=None, token=None, **attributes):
        """What a person does; `attributes` are task, reference, source."""
        body = {"id": message or self.message_id(), "type": f"duban.v1.{trigger}", "data": data, **attributes}
        token = token if token is not None else self.tokens.of_person.get(person, "")
        return self.post_raw(token, json.dumps(body).encode())

    # --- the end ---

    def check_sound(self):
        """Every program lives and has not stumbled, and what stands in the log keeps the promises."""
        for program in PROGRAMS:
            tap.equal(self.get(program, "/healthz")[0], 200, f"/healthz of {program}")
        for program in PROGRAMS:
            with open(f"{self.work}/logs/{program}.log", encoding="utf-8", errors="replace") as log:
                bad = [line for line in log if "Sanitizer" in line or "runtime error" in line or "Assertion" in line]
            tap.equal(bad, [], f"log of {program}")
        tap.wait_for(lambda: self.dubanctl("verify", check=False).returncode == 0 or self._tell_verify(), "a clean verify", 1)

    def _tell_verify(self):
        print(self.dubanctl("verify", check=False).stdout, file=sys.stderr)
        return False


# --- a department's system --------------------------------------------------------------------------------------------


class Department:
    """A unit's system: writes into its inbox, reads its outbox from the beginning."""

    def __init__(self, deployment, unit, source=None):
        self.deployment = deployment
        self.unit = unit
        self.source = source or f"urn:duban:{unit}:oa"
        self.inbox = f"{deployment.prefix}inbox.{unit}"
        self.outbox = Outbox(deployment, unit)

    def headers(self, trigger, message, json_value=True, **attributes):
        headers = {
            "ce_specversion": "1.0", "ce_id": message, "ce_source": self.source, "ce_type": f"duban.v1.{trigger}",
            "content-type": "application/json" if json_value else "application/protobuf",
        }  # fmt: skip
        headers.update({f"ce_{name}": value for name, value in attributes.items()})
        return headers

    def send_raw(self, value, headers):
        """The offset in the inbox. `headers` as a dict or, to say one twice, as pairs."""
        told = []
        self.deployment.producer.produce(
            self.inbox, value=value, headers=headers, on_delivery=lambda error, message: told.append((error, message))
        )
        self.deployment.producer.flush()
        error, message = told[0]
        if error is not None:
            raise KafkaException(error)
        return message.offset()

    def send(self, trigger, data, message=None, **attributes):
        """The message's id."""
        message = message or self.deployment.message_id()
        self.send_raw(json.dumps(data).encode(), self.headers(trigger, message, **attributes))
        return message


class Outbox:
    def __init__(self, deployment, unit):
        self.letters = []  # (headers, document), in their order
        self.topic = f"{deployment.prefix}outbox.{unit}"
        self.consumer = Consumer(
            {"bootstrap.servers": deployment.brokers, "group.id": f"{deployment.prefix}reader", **QUIET}
        )
        self.consumer.assign([TopicPartition(self.topic, 0, 0)])
        deployment.consumers.append(self.consumer)

    def _read(self):
        for message in self.consumer.consume(100, 0.1):
            if message.error() is None:
                headers = {name: value.decode() for name, value in message.headers() or ()}
                self.letters.append((headers, json.loads(message.value())))

    def find(self, fits):
        return next((letter for letter in self.letters if fits(letter[1])), None)

    def wait(self, fits, what):
        """The first letter that fits: headers, document."""

        def look():
            found = self.find(fits)
            if found is None:
                self._read()
            return found or self.find(fits)

        return tap.wait_for(look, f"{what} in {self.topic}", pause=0)

    def answer_to(self, message):
        """The first letter about the unit's own message."""
        return self.wait(lambda letter: letter.get("message", {}).get("id") == message, f"an answer to {message}")[1]

    def answer_at(self, offset):
        """The door's refusal of what stands at that offset of the inbox."""
        return self.wait(lambda letter: letter.get("offset") == offset, f"an answer to offset {offset}")[1]
