#!/usr/bin/env python3
"""How many lines a second `dubanctl due --batch` answers: the best of several runs over the same file, reasons included.

In processor time, which is what it takes on a machine that does nothing else: it is one thread and waits for nothing.

Prints one line of JSON; tools/bench gathers it. BIN is the directory of the programs, WORK one to write in.
"""
import json
import os
import random
import subprocess
import sys

LINES = 200_000
RUNS = 5
GOAL = 200_000


def question(dice, number):
    """One as departments ask them: mostly working days, some with a pause, an extension, or offsets."""
    start = f"{dice.randint(2022, 2026)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}T10:00:00+08:00"
    unit = dice.choices(["working_day", "calendar_day", "month"], [6, 3, 1])[0]
    asked = {"id": str(number), "rule": {"amount": dice.randint(1, 6 if unit == "month" else 60), "unit": unit},
             "start": start}
    if dice.random() < 0.1:
        asked["extensions"] = [{"amount": 3, "unit": "working_day"}]
    if dice.random() < 0.1:
        asked["offsets"] = ["-3wd", "+5wd"]
    return json.dumps(asked, separators=(",", ":"))


def seconds_of(command):
    before = os.times()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}")
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main():
    path = os.path.join(os.environ["WORK"], "questions.jsonl")
    dice = random.Random(1)
    with open(path, "w", encoding="utf-8") as questions:
        for number in range(LINES):
            questions.write(question(dice, number) + "\n")
    command = [os.path.join(os.environ["BIN"], "dubanctl"), "due", "--batch", path]
    best = min(seconds_of(command) for _ in range(RUNS))
    rate = round(LINES / best)
    print(json.dumps({"name": "due --batch", "value": rate, "unit": "lines/s", "goal": f"value >= {GOAL}",
                      "met": rate >= GOAL}))


if __name__ == "__main__":
    main()
