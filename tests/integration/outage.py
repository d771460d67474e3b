#!/usr/bin/python3
"""Kafka is not there when the programs start, and goes away while they work: they wait, say so once, go on by
themselves, and nothing is lost. A port that is taken and a setting that is wrong end a program with a clear word."""

import json
import os
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

PORT = int(os.environ["PORT_BASE"]) + 10
os.environ["BROKER"] = f"127.0.0.1:{PORT}"  # a broker of its own, that may be stopped

import tap  # noqa: E402
from deployment import PROGRAMS, REGISTRY, ROOT, Department, Deployment  # noqa: E402

suite = tap.Suite()
duban = Deployment()
hotline = Department(duban, "hotline", "urn:duban:hotline:tickets")
WAITING = "waiting for Kafka at "


def broker(command):
    options = ["--dir", os.path.join(duban.work, "kafka"), "--port", str(PORT)]
    guard = ["--with-parent"] if command == "start" else []
    done = subprocess.run(["deploy/kafka/broker", command, *options, *guard], cwd=ROOT, capture_output=True, text=True)
    tap.equal(done.returncode, 0, f"broker {command}: {done.stdout}{done.stderr}")


def log_of(program):
    with open(f"{duban.work}/logs/{program}.log", encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.startswith("{")]


def said(program, phrase):
    return [line["message"] for line in log_of(program) if phrase in line["message"]]


def draft(reference):
    return {"reference": reference, "template_code": "T22D", "title": "路灯不亮", "lead_unit": "urban-management"}


def run_alone(program, *settings):
    """Started beside the deployment, with its settings: exit code and what it said."""
    done = subprocess.run(
        [os.path.join(duban.bin, program), f"--brokers={duban.brokers}", f"--prefix={duban.prefix}", *settings],
        capture_output=True, text=True, timeout=tap.CEILING_SECONDS,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


# --- not there at the start ------------------------------------------------------------------------------------------------


@suite.stage("topics are created on a broker that then stops")
def _():
    broker("start")
    duban.dubanctl("topics", "create", REGISTRY)
    broker("stop")


@suite.stage("without a broker the programs start, and live")
def _():
    duban.stack("start_all")


@suite.cases("{} is not ready, and says once whom it waits for", PROGRAMS, name=str)
def _(program):
    tap.wait_for(lambda: said(program, WAITING), f"{program} to say that it waits")
    status, text = duban.get(program, "/readyz")
    tap.equal((status, text.decode()), (503, f"waiting for Kafka at {duban.brokers}\n"), "/readyz")


@suite.test("the door says that it is shut, and when to come again")
def _():
    answer = duban.post(None, "draft", draft("GD-1"))
    tap.equal((answer.status, answer.code), (503, "unavailable"), f"{answer}")


@suite.test("dubanctl says that the broker does not answer")
def _():
    done = duban.dubanctl("topics", "check", "--timeout=2s", check=False)
    tap.equal(done.returncode, 3, done.stdout + done.stderr)
    assert duban.brokers in done.stderr, done.stderr


@suite.stage("when the broker comes, they go on by themselves")
def _():
    broker("start")
    duban.wait_ready("intake", "task-ledger")
    duban.apply_first_registry()


@suite.cases("{} has said once that it waits, and once that it goes on", PROGRAMS, name=str)
def _(program):
    tap.equal(said(program, WAITING), [WAITING + duban.brokers], "waiting")
    tap.equal(len(said(program, "Kafka is there, going on")), 1, "going on")


# --- gone in between --------------------------------------------------------------------------------------------------------


@suite.test("a task before")
def _():
    letter = hotline.outbox.answer_to(hotline.send("draft", draft("GD-BEFORE"), message="before"))
    tap.equal(letter["event"], "drafted", f"{letter}")


@suite.test("when the broker dies, the door answers 503 and nobody dies")
def _():
    broker("kill")

    def shut():
        answer = duban.post("hotline-clerk", "draft", draft("GD-DURING"), message="during")
        return answer if answer.status == 503 else None

    answer = tap.wait_for(shut, "the door to shut")
    tap.equal(answer.code, "unavailable", f"{answer}")
    for program in PROGRAMS:
        tap.equal(duban.get(program, "/healthz")[0], 200, program)


@suite.test("when it is back, the same request is done once")
def _():
    broker("start")

    def done():
        answer = duban.post("hotline-clerk", "draft", draft("GD-DURING"), message="during")
        return answer if answer.status != 503 else None

    answer = tap.wait_for(done, "the door to open")
    tap.equal((answer.status, answer.outcome), (200, "accepted"), f"{answer}")
    again = duban.post("hotline-clerk", "draft", draft("GD-DURING"), message="during")
    tap.equal((again.status, again.repeated, again.seq), (200, True, 1), f"{again}")


@suite.test("the inboxes go on where they were")
def _():
    letter = hotline.outbox.answer_to(hotline.send("draft", draft("GD-AFTER"), message="after"))
    tap.equal(letter["event"], "drafted", f"{letter}")
    before = [it for _, it in hotline.outbox.letters if it.get("reference") == "GD-BEFORE" and it["event"] == "drafted"]
    tap.equal(len(before), 1, "the task before")
    duban.wait_ready(*PROGRAMS)


@suite.cases("{} has not filled its log meanwhile", PROGRAMS, name=str)
def _(program):
    lines = [line["message"] for line in log_of(program) if line["level"] in ("warn", "error")]
    assert len(lines) <= 40, f"{len(lines)} lines: {lines[:60]}"


@suite.test("every program lives, and verify is clean")
def _():
    duban.check_sound()


# --- what ends a program at once -------------------------------------------------------------------------------------------------


@suite.cases("{}: a port that is taken", PROGRAMS, name=str)
def _(program):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, text = run_alone(program, f"--http-port={port}")
    tap.equal(code, 1, text)
    assert f"port {port} is in use" in text, text


SETTINGS = [
    ("a clock that does not exist", "--clock=sundial", "clock"),
    ("a port that is no number", "--http-port=http", "http-port"),
    ("a port that does not exist", "--http-port=70000", "http-port"),
    ("no partition", "--partitions=0", "partitions"),
    ("a setting that does not exist", "--colour=red", "colour"),
]


@suite.cases("settings: {}", SETTINGS)
def _(row):
    _, setting, name = row
    for program in PROGRAMS:
        code, text = run_alone(program, setting)
        tap.equal(code, 2, f"{program}: {text}")
        assert name in text, text


@suite.test("settings: another number of partitions than the topics have")
def _():
    for program in PROGRAMS:
        code, text = run_alone(program, "--partitions=16")
        tap.equal(code, 1, f"{program}: {text}")
        assert "wrong number of partitions" in text and f"{duban.prefix}events" in text, text


@suite.test("settings: topics that nobody has created")
def _():
    for program in PROGRAMS:
        code, text = run_alone(program, "--partitions=4", f"--prefix={duban.prefix}other.")
        tap.equal(code, 1, f"{program}: {text}")
        assert "dubanctl topics create" in text, text


if __name__ == "__main__":
    try:
        with duban:
            suite.run()
    finally:
        broker("stop")
