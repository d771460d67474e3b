#!/usr/bin/python3
"""Two ledgers: what one holds, the other keeps snapshots of, and takes it over from them when the first one dies."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import tap  # noqa: E402
from deployment import PARTITIONS, PROGRAMS, Department, Deployment  # noqa: E402

TASKS = 24
suite = tap.Suite()
duban = Deployment()
hotline = Department(duban, "hotline", "urn:duban:hotline:tickets")
second = {"drafts": 0}


class Second:
    """The other ledger."""

    def __init__(self):
        self.port = duban.port + len(PROGRAMS)
        self.log = open(f"{duban.work}/logs/task-ledger-2.log", "ab")
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", os.path.join(duban.bin, "task-ledger"), f"--brokers={duban.brokers}",
             f"--prefix={duban.prefix}", f"--partitions={PARTITIONS}", f"--http-port={self.port}", "--instance=2",
             f"--state-dir={duban.work}/state-2", "--standby-seconds=1"],
            stdout=self.log, stderr=self.log)  # fmt: skip

    def get(self, path):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as page:
            return page.read().decode()
        return ""

    def metric(self, series):
        for line in self.get("/metrics").splitlines():
            name, _, value = line.rpartition(" ")
            if name == series:
                return float(value)
        return 0

    def holds(self):
        """Partitions of duban.commands."""
        try:
            settled = json.loads(self.get("/settled"))
        except ValueError:
            return set()
        return {it.get("partition", 0) for it in settled.get("inputs", []) if it["topic"].endswith("commands")}

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(tap.CEILING_SECONDS)


def draft_some():
    """Each has come through the loop."""
    sent = [hotline.send("draft", draft(f"S-{second['drafts'] + i}")) for i in range(TASKS)]
    second["drafts"] += TASKS
    for message in sent:
        hotline.outbox.answer_to(message)


def draft(reference):
    return {"reference": reference, "template_code": "T22D", "title": "路灯不亮", "lead_unit": "urban-management"}


@suite.stage("two ledgers share the partitions")
def _():
    duban.up()
    second["ledger"] = Second()
    tap.wait_for(lambda: 0 < len(second["ledger"].holds()) < PARTITIONS, "the second ledger to hold some partitions")
    draft_some()


@suite.test("each partition of the first one comes into a snapshot of the second one")
def _():
    others = PARTITIONS - len(second["ledger"].holds())
    tap.wait_for(
        lambda: second["ledger"].metric('duban_ledger_snapshots_total{outcome="standby"}') >= others, "its snapshots"
    )


@suite.test("the first one is killed: the second one takes its partitions over from these snapshots, and loses nothing")
def _():
    ledger = second["ledger"]
    others = PARTITIONS - len(ledger.holds())
    before = ledger.metric('duban_ledger_restored_partitions_total{how="snapshot"}')
    duban.stack("kill task-ledger")
    tap.wait_for(lambda: len(ledger.holds()) == PARTITIONS and ledger.get("/readyz").strip() == "ready", "all partitions")
    tap.equal(ledger.metric('duban_ledger_restored_partitions_total{how="snapshot"}') - before, others, "restores by snapshot")
    draft_some()


@suite.test("the second one ends in order, the first one comes back, and the log keeps the promises")
def _():
    tap.equal(second["ledger"].stop(), 0, "exit code of the second ledger")
    duban.stack("start task-ledger")
    duban.wait_ready("task-ledger")
    duban.check_sound()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what we have started does not outlive us
    with duban:
        try:
            suite.run()
        finally:
            if "ledger" in second and second["ledger"].process.poll() is None:
                second["ledger"].process.kill()
