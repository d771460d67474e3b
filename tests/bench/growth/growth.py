#!/usr/bin/python3
"""How the ledger's own work per command and its memory grow with the number of tasks and of partitions: the core
of bench_ledger, without Kafka, for each pair. A table on stderr, a line of JSON for each figure, and a picture in
build/bench/growth.svg (gnuplot). Called by `make bench-growth`.

  BUILD OUT WORK      as tools/bench sets them
  TASKS_LIST, PARTITIONS_LIST   other numbers, separated by blanks
"""
import json
import os
import statistics
import subprocess
import sys

TASKS = [int(word) for word in os.environ.get("TASKS_LIST", "1000 10000 100000 1000000").split()]
PARTITIONS = [int(word) for word in os.environ.get("PARTITIONS_LIST", "1 4 16 64").split()]
COMMANDS = 100000  # at most; a smaller number of tasks is run through several times over
RUNS = 3
PICTURE = os.path.join(os.environ["BUILD"], "bench/growth.svg")

GNUPLOT = """
set terminal svg size 880,380 font 'sans,12' background rgb 'white'
set output '{picture}'
set multiplot layout 1,2
set logscale x 10
set format x '10^{{%L}}'
set xlabel 'live tasks'
set yrange [0:*]
set key bottom right
set title 'processor time of one command, microseconds'
plot for [i=2:{columns}] '{data}' index 0 using 1:i with linespoints title columnheader(i)
set title 'memory, MB'
set logscale y 10
set yrange [*:*]
plot for [i=2:{columns}] '{data}' index 1 using 1:i with linespoints title columnheader(i)
unset multiplot
"""


def measure(tasks, partitions):
    """Microseconds of one command, and megabytes of all rows; the median of some runs."""
    costs, sizes = [], []
    commands = min(tasks, COMMANDS)
    for _ in range(RUNS if tasks < 1000000 else 1):
        done = subprocess.run([os.path.join(os.environ["OUT"], "tests/bench/bench_ledger")], check=True, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              env={**os.environ, "TASKS": str(tasks), "COMMANDS": str(commands),
                                   "PARTITIONS": str(partitions)})  # fmt: skip
        figures = {line["name"]: line["value"] for line in map(json.loads, done.stdout.splitlines())}
        costs.append(1e6 / figures["ledger core, commands per CPU-second"])
        sizes.append(figures["ledger core, memory of one row"] * tasks / 1e6)
    return statistics.median(costs), statistics.median(sizes)


def table(figures, which, title):
    lines = [title + "\t" + "\t".join(f'"{partitions} partitions"' for partitions in PARTITIONS)]
    for tasks in TASKS:
        lines.append(f"{tasks}\t" + "\t".join(f"{figures[tasks, partitions][which]:.2f}" for partitions in PARTITIONS))
    return "\n".join(lines)


def main():
    figures = {}
    for tasks in TASKS:
        for partitions in PARTITIONS:
            figures[tasks, partitions] = measure(tasks, partitions)
            cost, size = figures[tasks, partitions]
            print(f"#   {tasks} tasks, {partitions} partitions: {cost:.2f} us, {size:.1f} MB", file=sys.stderr, flush=True)
            print(json.dumps({"name": f"one command at {tasks} tasks, {partitions} partitions", "value": round(cost, 2),
                              "unit": "us"}), flush=True)  # fmt: skip
    data = os.path.join(os.environ["WORK"], "growth.data")
    with open(data, "w", encoding="utf-8") as file:
        file.write(table(figures, 0, "tasks") + "\n\n\n" + table(figures, 1, "tasks") + "\n")
    subprocess.run(["gnuplot"], input=GNUPLOT.format(picture=PICTURE, data=data, columns=len(PARTITIONS) + 1), text=True,
                   check=True)  # fmt: skip
    print(f"#   drawn in {PICTURE}", file=sys.stderr)


if __name__ == "__main__":
    main()
