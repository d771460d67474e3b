"""One run of the chaos tests, from the brokers' start to the checker's verdict. Used by tools/chaos and by slice.py."""

import json
import os
import random
import secrets
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import checker  # noqa: E402
import faults  # noqa: E402
import pauses  # noqa: E402
from cluster import Cluster  # noqa: E402
from deployment import REGISTRY, ROOT, Tokens, registry_content  # noqa: E402
from load import Follower, Load  # noqa: E402
from programs import SHARE, Stack  # noqa: E402

PARTITIONS = 4
UP_SECONDS = 120
AFTER_SECONDS = 150  # after the last fault: everything that was begun has come to its end
STABLE_SECONDS = 60  # the last stable offset may stand still for so long: a broker's absence and a transaction's time-out
STUMBLED = ("Sanitizer", "runtime error", "Assertion", "assertion")


def short_clocks(content):
    """Urgent complaints are due after a minute, and deemed to be signed for by then."""
    minute = {"amount": "1", "unit": "minute"}
    for template in content["templates"]:
        if template["code"] == "T22D":
            template["due_urgent"] = minute
            for clock in template["clocks"]:
                clock["urgent"] = minute
    return content


class Stability:
    """Watches the last stable offsets: none may stand still below the end of its partition."""

    def __init__(self, topics):
        self.topics = topics
        self.longest = 0.0
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self):
        since = {}
        while not self.stopping.wait(2):
            try:
                ends = self.topics.ends({"tasks": self.topics.partitions})
            except Exception:  # the broker is away: the time it takes counts
                continue
            now = time.monotonic()
            for place, (high, stable) in ends.items():
                if high == stable or since.get(place, (None,))[0] != stable:
                    since[place] = (stable, now)
                self.longest = max(self.longest, now - since[place][1])

    def close(self):
        self.stopping.set()
        self.thread.join()


class Run:
    """`cluster`: brokers that run already and are somebody else's. `share`, `replaced`: as Stack has them."""

    def __init__(self, work, binaries, port, seed, nodes, tell, players, pace, cluster=None, share=SHARE, replaced=None):
        self.work, self.bin, self.seed, self.tell = work, os.path.abspath(binaries), seed, tell
        self.tools = os.path.abspath(os.path.join(binaries, "../tests/chaos"))
        self.prefix = os.environ.get("PREFIX", "chaos.")
        self.own_cluster = cluster is None
        self.secret = secrets.token_hex(16)
        self.content = short_clocks(registry_content())
        self.tokens = Tokens(self.content)
        self.violations = []
        self.owned_before = {}
        os.makedirs(work, exist_ok=True)
        self.cluster = cluster or Cluster(nodes, port, os.path.join(work, "kafka"), self.tools)
        self.stack = Stack(
            work, self.bin, self.tools, self.cluster.brokers, self.prefix, port + Cluster.ports(nodes), PARTITIONS, self.secret,
            share, replaced or {},
        )  # fmt: skip
        self.world = faults.World(self.cluster, self.stack)
        self.topics = checker.Topics(self.cluster.direct, self.prefix, PARTITIONS)
        self.wire = checker.Wire(work)
        self.players, self.pace = players, pace
        self.follower = self.load = self.stability = None

    def dubanctl(self, *words):
        settings = {
            "DUBAN_BROKERS": self.cluster.direct, "DUBAN_PREFIX": self.prefix, "DUBAN_PARTITIONS": str(PARTITIONS),
        }  # fmt: skip
        return subprocess.run(
            [os.path.join(self.bin, "dubanctl"), *words], capture_output=True, text=True, cwd=ROOT, env={**os.environ, **settings}
        )

    def _await(self, condition, what, seconds=UP_SECONDS):
        until = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > until:
                raise RuntimeError(f"waited {seconds} s in vain for {what}, see {self.work}/logs")
            time.sleep(0.1)

    def up(self):
        if self.own_cluster:
            self.cluster.start()
        made = self.dubanctl("topics", "create", REGISTRY)
        if made.returncode != 0:
            raise RuntimeError(f"dubanctl topics create: {made.stdout}{made.stderr}")
        self.stack.start()
        for name in ("intake", "task-ledger"):
            for program in self.stack.of(name):
                self._await(lambda program=program: program.page("/readyz")[0] in (200, 503), f"{program.label} to answer")
        self.follower = Follower(self.cluster.direct, self.prefix, PARTITIONS, self.wire)
        types = dict(self.wire.vocabulary.EventType.items())
        self.load = Load(
            self.stack, self.cluster.direct, self.tokens.of_person, self.follower, types, self.seed, self.players, self.pace
        )
        self.load.tokens[None] = ""
        first = {"base_version": 0, "content": self.content, "bootstrap_secret": self.secret}
        self.load.give_up_at = time.monotonic() + UP_SECONDS
        accepted = self.load.http("registry", None, "apply_registry", first)
        said = self.load.said[-1]
        # Said again after it had been accepted, it comes from nobody: the bootstrap secret is of no use any more.
        if accepted is None and not (said["status"] == 401 and said["tries"] > 1):
            raise RuntimeError(f"the registry was not accepted: {self.load.said}")
        self.load.said.clear()
        self.load.give_up_at = float("inf")
        self._await_ready()
        self.stability = Stability(self.topics)

    def shake(self, count, seconds, pause, alone):
        """Then, so many times, the losses that are measured by themselves."""
        self.load.start()
        self.schedule = faults.Schedule(self.world, self.seed, self.tell)
        self.schedule.run(count, seconds, pause)
        for _ in range(alone):
            self.schedule.run_alone(self._await_ready)
        self.last_fault_at = time.monotonic()

    def _await_ready(self):
        for program in self.stack.programs:
            self._await(program.ready, f"{program.label} to be ready: {program.page('/readyz')[1]}")

    def settle(self):
        """The load comes to its end, then nothing more is produced, then everything that stands in the log is handled."""
        self._violate("a player does not come to its end", self.load.end(AFTER_SECONDS))
        self.recovery_seconds = time.monotonic() - self.last_fault_at
        for program in self.stack.programs:
            try:
                self._await(program.ready, f"{program.label} to be ready again", 60)
            except RuntimeError:
                self._violate("a program is not ready again", [f"{program.label}: {program.page('/readyz')}"])
        for name in ("deadline-watcher", "intake"):
            self._violate("a program does not stop", self.stack.stop_these(self.stack.of(name)))
        try:
            self._await(self._handled, "the ledgers and the notifier to handle what stands in the log", 60)
        except RuntimeError as error:
            self._violate("not all was handled", [str(error)])
        self.metrics = {program.label: program.metrics() for program in self.stack.programs}
        self.stability.close()
        self._violate("a program does not stop", self.stack.stop())
        self.follower.close()

    def _handled(self):
        """Twice in a row the same ends, no transaction open, and of all inputs no record unread."""
        ends = self.topics.ends({"commands": PARTITIONS, "internal": PARTITIONS, "events": PARTITIONS})
        settled = ends == getattr(self, "_ends", None) and all(high == stable for high, stable in ends.values())
        self._ends = ends
        inputs = (("task-ledger", "commands"), ("task-ledger", "internal"), ("escalation-notifier", "events"))
        return settled and not any(self.topics.has_unread(group, topic) for group, topic in inputs)

    def _violate(self, what, details):
        for detail in details:
            self.violations.append((what, detail))

    def judge(self):
        said = os.path.join(self.work, "said.json")
        with open(said, "w", encoding="utf-8") as file:
            json.dump(self.load.said, file, ensure_ascii=False, indent=0)
        self.checker, self.report = checker.check(self.cluster.direct, self.prefix, PARTITIONS, self.load.said, self.work)
        self.violations += self.report.violations
        self.verified = self.dubanctl("verify", "--language=en")
        if self.verified.returncode != 0:
            lines = (self.verified.stdout + self.verified.stderr).splitlines()[-40:]
            self._violate("dubanctl verify", [line for line in lines if "✓" not in line])
        if self.stability.longest > STABLE_SECONDS:
            self._violate("the last stable offset stood still", [f"{self.stability.longest:.0f} s"])
        self._violate("a fault could not be injected", self.schedule.failed)
        for program in self.stack.programs:
            self._violate("a program crashed", [f"{program.label}: signal {-code}" for code in program.crashes])
            with open(program.log, encoding="utf-8", errors="replace") as log:
                self._violate("a program stumbled", [f"{program.label}: {line.strip()}" for line in log if any(it in line for it in STUMBLED)][:5])

    def close(self):
        for part in (self.stability, self.stack, self.world.disks, self.cluster if self.own_cluster else None):
            if part is not None:
                (part.stop if part is self.stack else part.close)()

    # --- the report ---

    def lines(self):
        visible = self.follower.visible
        yield from pauses.fault_lines(self.schedule.faults, visible, self.last_fault_at)
        yield f"the proxy did: {', '.join(f'{count} {name}' for name, count in self.deeds.items() if count)}"
        for program in self.stack.programs:
            if program.exits:
                yield f"{program.label} gave up by itself {len(program.exits)} times, exit codes {sorted(set(program.exits))}"
        said = self.load.said
        doors = {door: sum(it["door"] == door for it in said) for door in ("http", "inbox")}
        yield (
            f"load: {self.load.stories} stories, {self.load.finished} played to their end; {doors['http']} messages over HTTP "
            f"({self.load.unclear} unclear answers, said again), {doors['inbox']} through inboxes; "
            f"{sum(len(it) for it in self.checker.events.values())} events"
        )
        yield from pauses.lines(self.schedule.faults, visible)
        yield f"the last stable offset stood still for {self.stability.longest:.0f} s at most"
        yield f"{self.recovery_seconds:.0f} s after the last fault the last story had come to its end"
        for name, help_ in (("duban_ledger_transactions_total", "transactions"), ("duban_ledger_restores_total", "restores")):
            values = {}
            for label, metrics in self.metrics.items():
                for key, value in metrics.items():
                    if key.startswith(name):
                        values[key[len(name):]] = values.get(key[len(name):], 0) + value
            if values:
                yield f"{help_} since the ledgers' last start: {values}"


def play(work, binaries, port, seed, nodes, count, seconds, pause, tell, players=10, pace=0.8, alone=0):
    """A whole run. The Run, whose violations are what went wrong."""
    random.seed(seed)
    run = Run(work, binaries, port, seed, nodes, tell, players, pace)
    try:
        run.up()
        run.shake(count, seconds, pause, alone)
        run.settle()
        run.deeds = run.cluster.proxy.deeds()
        run.judge()
    finally:
        run.close()
    return run
