#!/usr/bin/python3
"""The registry and the tokens at the door: what comes before the first version, who may publish, what is refused and in
which words, two clerks at once, and a token that is missing, wrong or revoked."""

import copy
import json
import os
import shutil
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import tap  # noqa: E402
from deployment import REGISTRY, Department, Deployment  # noqa: E402

suite = tap.Suite()
duban = Deployment()
market = Department(duban, "market")
version = {"now": 0}
DRAFT = {"reference": "R-1", "template_code": "T22D", "title": "路灯不亮", "lead_unit": "market"}


def check_refused(answer, status, code, field=None):
    tap.equal((answer.status, answer.outcome, answer.code), (status, "refused", code), f"{answer}")
    assert answer.zh and answer.en, answer
    if field is not None:
        tap.equal(answer.field or "", field, f"{answer}")


def changed(change):
    """The content in force, changed by `change`."""
    content = copy.deepcopy(duban.content)
    change(content)
    return content


def apply(content, person="administrator", base=None, **more):
    return duban.apply_registry(person, version["now"] if base is None else base, content, **more)


def apply_good(content):
    answer = apply(content)
    tap.equal((answer.status, answer.outcome), (200, "accepted"), f"{answer}")
    version["now"] += 1
    duban.content = content


# --- before the first version ---------------------------------------------------------------------------------------------


@suite.stage("the programs start without a registry")
def _():
    duban.dubanctl("topics", "create", REGISTRY)
    duban.start()


@suite.test("before the first registry everything else is refused")
def _():
    check_refused(duban.post(None, "draft", DRAFT), 503, "no_registry")
    check_refused(duban.post("hotline-clerk", "draft", DRAFT), 503, "no_registry")


@suite.test("the first registry needs the bootstrap secret")
def _():
    for secret in ({}, {"bootstrap_secret": ""}, {"bootstrap_secret": "guessed"}, {"bootstrap_secret": duban.secret[:-1]}):
        check_refused(duban.apply_registry(None, 0, duban.content, **secret), 401, "wrong_secret")


@suite.test("the first registry has base 0")
def _():
    answer = duban.apply_registry(None, 7, duban.content, bootstrap_secret=duban.secret)
    check_refused(answer, 409, "version_conflict")


@suite.stage("the first registry comes into force")
def _():
    duban.apply_first_registry()
    version["now"] = 1


# --- tokens ---------------------------------------------------------------------------------------------------------------


def sign_with(token):
    body = json.dumps({"id": "t", "type": "duban.v1.sign", "task": "a" * 26, "data": {}}).encode()
    return duban.post_raw(token, body)


def good_token():
    return duban.tokens.of_person["market-handler"]


TOKENS = [
    ("missing", lambda: ""),
    ("of nobody", lambda: "t-nobody." + good_token().split(".")[1]),
    ("with another's secret", lambda: "t-market-handler." + duban.tokens.of_person["executive"].split(".")[1]),
    ("without its secret", lambda: "t-market-handler."),
    ("without a dot", lambda: good_token().replace(".", "")),
    ("one character short", lambda: good_token()[:-1]),
    ("that is the digest in the registry", lambda: "t-market-handler." + next(
        token["digest"] for token in duban.content["tokens"] if token["person"] == "market-handler")),
    ("of 8 KB", lambda: "t-market-handler." + "a" * 8000),
]  # fmt: skip


@suite.cases("a token {}", TOKENS)
def _(row):
    check_refused(sign_with(row[1]()), 401, "unauthenticated")


@suite.test("a good token gets as far as the task")
def _():
    check_refused(sign_with(good_token()), 404, "unknown_task")


@suite.test("the fate of a command is told to its sender only")
def _():
    command = sign_with(good_token()).command
    for person, status in (("market-handler", 404), ("executive", 404)):
        headers = {"Authorization": f"Bearer {duban.tokens.of_person[person]}"}
        found, text = duban.request("intake", "GET", f"/v1/commands/{command}", headers=headers)
        tap.equal(found, status, f"{person} {text!r}")
        known = json.loads(text).get("code")
        tap.equal(known, "unknown_task" if person == "market-handler" else None, person)


# --- what is refused --------------------------------------------------------------------------------------------------------


def person(content, name):
    return next(row for row in content["persons"] if row["id"] == name)


def move_person(content):
    person(content, "market-handler")["unit"] = "nowhere"


def follow_nothing(content):
    content["templates"][0]["follows"] = "T99"


def two_of_a_kind(content):
    content["units"].append(content["units"][0])


def drop_unit(content):
    content["units"] = [unit for unit in content["units"] if unit["id"] != "market"]


def empower_system(content):
    content["units"][0]["systems"][0]["triggers"].append("close")


INVALID = [
    ("a person of a unit that does not exist", move_person),
    ("a template that follows none", follow_nothing),
    ("a unit that stands twice", two_of_a_kind),
    ("a unit that old tasks may name is left out", drop_unit),
    ("a system that would close tasks", empower_system),
]


@suite.cases("invalid: {}", INVALID)
def _(row):
    answer = apply(changed(row[1]))
    check_refused(answer, 400, "registry_invalid")
    assert answer.fault_count >= 1 and answer.faults[0]["field"] and answer.faults[0]["rule"], answer


@suite.test("invalid: every fault is told at once")
def _():
    answer = apply(changed(lambda content: (move_person(content), follow_nothing(content))))
    check_refused(answer, 400, "registry_invalid")
    assert answer.fault_count >= 2 and len(answer.faults) == answer.fault_count, answer


def raw(content):
    """The request with this text as the content."""
    return b'{"id":"r","type":"duban.v1.apply_registry","data":{"base_version":1,"content":' + content + b"}}"


UNREADABLE = [
    ("no JSON", b"{units", 400, "malformed"),
    ("a key that stands twice", b'{"deployment":"A","deployment":"B"}', 400, "malformed"),
    ("a list", b"[]", 400, "field_missing"),
    ("nothing", b"null", 400, "field_missing"),
    ("a field that does not exist", b'{"colour":"red"}', 400, "field_unknown"),
    ("a text where a list belongs", b'{"units":"all"}', 400, "field_range"),
    ("more units than there may be", b'{"units":[' + b"{}," * 1000 + b"{}]}", 400, "field_range"),
    ("700 KB", b'{"deployment":"' + b"a" * 700_000 + b'"}', 400, "field_too_long"),
]


@suite.cases("does not parse: {}", UNREADABLE)
def _(row):
    _, content, status, code = row
    check_refused(duban.post_raw(duban.tokens.of_person["administrator"], raw(content)), status, code)


@suite.test("only an administrator may publish")
def _():
    for someone in ("hotline-clerk", "executive", "market-head"):
        check_refused(apply(duban.content, someone), 403, "not_entitled")


@suite.test("a system cannot publish")
def _():
    message = market.send("apply_registry", {"base_version": 1})
    tap.equal(market.outbox.answer_to(message)["refusal"]["code"], "not_entitled", "code")


@suite.test("an old base is a conflict that names the current version")
def _():
    answer = apply(duban.content, base=0)
    check_refused(answer, 409, "version_conflict")
    tap.equal((answer.parameters["base"], answer.parameters["current"]), ("0", "1"), f"{answer}")


# --- versions ---------------------------------------------------------------------------------------------------------------


def renamed(name):
    return changed(lambda content: person(content, "market-handler").update(name=name))


@suite.test("of two that are published at once, one comes into force and the other is told")
def _():
    answers = {}

    def publish(name):
        answers[name] = apply(renamed(name))

    threads = [threading.Thread(target=publish, args=(name,)) for name in ("区市场监管局承办人乙", "区市场监管局承办人丙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tap.equal(sorted(answer.status for answer in answers.values()), [200, 409], f"{answers}")
    winner, loser = sorted(answers, key=lambda name: answers[name].status)
    check_refused(answers[loser], 409, "version_conflict")
    version["now"] += 1
    duban.content = renamed(winner)


@suite.test("the same registry applied with the same id again takes effect once")
def _():
    content = renamed("区市场监管局承办人丁")
    first = apply(content, message="again")
    again = apply(content, message="again")
    tap.equal((first.status, again.status, again.repeated), (200, 200, True), f"{first} {again}")
    version["now"] += 1
    duban.content = content


@suite.test("a revoked token is worth nothing from then on")
def _():
    def revoke(content):
        next(token for token in content["tokens"] if token["person"] == "market-handler")["revoked"] = True

    apply_good(changed(revoke))
    tap.wait_for(lambda: sign_with(good_token()).status == 401, "the revocation to arrive")
    check_refused(sign_with(good_token()), 401, "unauthenticated")
    check_refused(sign_with(duban.tokens.of_person["market-head"]), 404, "unknown_task")


# --- the files ---------------------------------------------------------------------------------------------------------------


FILES = [
    ("a line that is no YAML", "units.yaml", "units:\n", "units:\n  - {id: [\n", "units.yaml:"),
    ("a key that stands twice", "registry.yaml", "deployment:", "deployment: A\ndeployment:", "registry.yaml:"),
    ("a reference to nothing", "persons.yaml", "unit: market,", "unit: nowhere,", "persons.yaml:"),
    ("an unknown word", "templates.yaml", "verify: call_back", "verify: by_heart", "templates.yaml:"),
]


@suite.cases("dubanctl registry check names the place: {}", FILES)
def _(row):
    _, file, old, new, place = row
    directory = os.path.join(tempfile.mkdtemp(dir=duban.work), "registry")
    shutil.copytree(REGISTRY, directory)
    path = os.path.join(directory, file)
    with open(path, encoding="utf-8") as source:
        text = source.read()
    assert old in text, f"{file} no longer holds {old!r}"
    with open(path, "w", encoding="utf-8") as target:
        target.write(text.replace(old, new, 1))
    done = duban.dubanctl("registry", "check", directory, check=False)
    tap.equal(done.returncode, 1, done.stdout + done.stderr)
    said = done.stdout + done.stderr
    assert any(place in line and line.split(place, 1)[1][:1].isdigit() for line in said.splitlines()), said


@suite.test("every program lives, and verify is clean")
def _():
    duban.check_sound()


if __name__ == "__main__":
    with duban:
        suite.run()
