#!/usr/bin/python3
"""The task-ledger and Kafka Streams (exactly_once_v2, LedgerStreams.java) on the same broker with the same commands, in
turn: commands per CPU-second, latency at a steady rate, memory, and the restore of the rows.

The peer is spared the decision and the encoding; it writes one row and one event per command, of as many bytes as the
ledger writes for a command on the average. Called by `make bench-peers`; the variables are those of ledger_world.py.
"""
import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import confluent_kafka  # noqa: E402
import ledger_world as kafka  # noqa: E402

LIBS = os.path.join(os.environ["BUILD"], "bench/peers")
COMMIT_MS = 100  # the default of exactly_once_v2
HEAP = os.environ.get("HEAP", "4g")


def fetch():
    """Jars by Maven, once; the pom's own text says which set they are."""
    pom = os.path.join(HERE, "pom.xml")
    mark = os.path.join(LIBS, "pom.xml")
    with open(pom, encoding="utf-8") as file:
        wanted = file.read()
    with contextlib.suppress(OSError), open(mark, encoding="utf-8") as file:
        if file.read() == wanted:
            return
    kafka.note("fetching Kafka Streams with Maven, once")
    subprocess.run(["rm", "-rf", LIBS], check=True)
    subprocess.run(["mvn", "--batch-mode", "--quiet", "-f", pom, "dependency:copy-dependencies",
                    f"-DoutputDirectory={LIBS}"], check=True, stdout=sys.stderr)  # fmt: skip
    with open(mark, "w", encoding="utf-8") as file:
        file.write(wanted)


def average_sizes():
    """Bytes of rows and of everything else that the ledger writes per command."""
    done = subprocess.run([kafka.BENCH], env={**os.environ, "TASKS": "20000"}, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, check=True)  # fmt: skip
    written = {topic: (int(count), float(size)) for topic, count, size in
               re.findall(r"^#\s+(\w[\w-]*)\s+(\d+) records of\s+(\d+) bytes", done.stderr, re.M)}  # fmt: skip
    row = written["tasks"][0] * written["tasks"][1] / 20000
    rest = sum(count * size for topic, (count, size) in written.items() if topic not in ("tasks", "registry")) / 20000
    return round(row), round(rest)


def records_of(topic):
    """How many stand in a topic that nobody wrote in transactions."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": kafka.BROKER, "group.id": "bench"})
    try:
        return sum(consumer.get_watermark_offsets(confluent_kafka.TopicPartition(topic, partition), timeout=30)[1]
                   for partition in range(kafka.PARTITIONS))  # fmt: skip
    finally:
        consumer.close()


class Streams:
    """One Kafka Streams application; ends with the block."""

    def __init__(self, prefix, store, sizes):
        state = os.path.join(os.environ["WORK"], f"streams-{prefix}{store}")
        # A crash under exactly_once_v2 loses the local store: every start reads the changelog.
        subprocess.run(["rm", "-rf", state], check=True)
        words = ["setpriv", "--pdeathsig", "KILL", "java", f"-Xmx{HEAP}", "-cp", f"{LIBS}/*",
                 os.path.join(HERE, "LedgerStreams.java"), kafka.BROKER, prefix, store, state, *sizes, COMMIT_MS]  # fmt: skip
        self.process = subprocess.Popen([str(word) for word in words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=open(os.path.join(os.environ["WORK"], "streams.log"), "ab"), text=True)  # fmt: skip

    def __enter__(self):
        self.started = self.read()
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=120)

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"Kafka Streams has ended, see {os.environ['WORK']}/streams.log")
        return json.loads(line)

    def ask(self, what="now"):
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return self.read()

    def wait(self, name, count):
        """From the first sight of progress until `count` are done."""
        first = None
        until = time.monotonic() + kafka.PATIENCE_SECONDS
        while time.monotonic() < until:
            numbers = self.ask()
            if first is None and numbers[name] > 0:
                first = (time.monotonic(), numbers)
            if numbers[name] >= count:
                (t0, n0), t1 = first, time.monotonic()
                done = numbers[name] - n0[name]
                cpu = numbers["cpu_seconds"] - n0["cpu_seconds"]
                return {"rate": done / max(t1 - t0, 1e-9), "per_cpu_second": done / max(cpu, 1e-9)}
            time.sleep(0.05)
        return sys.exit(f"Kafka Streams does not come to an end of {name}")


def measure_ledger(prefix):
    kafka.fill(prefix, False)
    with kafka.Ledger(prefix) as ledger:  # leaves its snapshots
        ledger.wait_ready()
    kafka.bench("commands", prefix, count=kafka.TASKS)
    with kafka.Ledger(prefix) as ledger:
        ledger.wait_up()
        shown = ledger.drain(kafka.TASKS)
        shown |= {"memory": ledger.memory_bytes(), "rows": ledger.metrics()["duban_ledger_rows"]}
    kafka.note(f"ledger: {shown}")
    return shown


def measure_streams(prefix, store, sizes):
    kafka.fill(prefix, False)
    with Streams(prefix, store, sizes) as streams:
        streams.wait("rows", records_of(f"{prefix}tasks"))
    kafka.bench("commands", prefix, count=kafka.TASKS)
    with Streams(prefix, store, sizes) as streams:
        shown = streams.wait("commands", kafka.TASKS)
        shown |= {"memory": streams.ask("collect")["rss_bytes"], "restored": streams.started["restored"],
                  "restore": streams.started["restore_seconds"]}  # fmt: skip
    kafka.note(f"Kafka Streams, {store}: {shown}")
    return shown


def throughput(sizes):
    ledgers, peers = [], {"rocks": [], "memory": []}
    for run in range(kafka.RUNS):
        ledgers.append(measure_ledger(f"peers{run}."))
        for store, results in peers.items():
            results.append(measure_streams(f"{store}{run}.", store, sizes))
    middle = lambda results, key: statistics.median(result[key] for result in results)
    for store, name, goal in (("rocks", "Kafka Streams, RocksDB", 5), ("memory", "Kafka Streams in memory", 3.5)):
        kafka.tell(f"{name}, commands per CPU-second", middle(peers[store], "per_cpu_second"), "1/s")
        kafka.tell("ledger, commands per CPU-second", middle(ledgers, "per_cpu_second"), "1/s", name,
                   middle(peers[store], "per_cpu_second"), (">=", goal))  # fmt: skip
        kafka.tell("ledger throughput", middle(ledgers, "rate"), "commands/s", name, middle(peers[store], "rate"))
    rows = middle(ledgers, "rows")
    kafka.tell(f"ledger, memory at {rows / 1000:.0f} k rows", middle(ledgers, "memory") / 1e6, "MB",
               "Kafka Streams in memory", middle(peers["memory"], "memory") / 1e6, ("<=", 0.5))  # fmt: skip


def paced(prefix, count):
    """The second of two runs at the rate: a virtual machine compiles its code during the first."""
    kafka.bench("pace", prefix, count=count, rate=kafka.RATE)
    return kafka.bench("pace", prefix, first=count, count=count, rate=kafka.RATE)


def latency(sizes):
    count = kafka.RATE * kafka.PACE_SECONDS
    kafka.create_topics("steady.")
    kafka.fill("pace.", False)
    with kafka.Ledger("pace.") as ledger:
        ledger.wait_ready()
        ours = paced("pace.", count)
    with Streams("steady.", "memory", sizes):
        theirs = paced("steady.", count)
    kafka.note(f"ledger: {ours}")
    kafka.note(f"Kafka Streams in memory: {theirs}")
    for part in ("p50", "p99"):
        kafka.tell(f"publish to visible at {kafka.RATE}/s, {part}", ours[f"{part}_ms"], "ms",
                   f"Kafka Streams in memory, commits of {COMMIT_MS} ms", theirs[f"{part}_ms"], ("<=", 0.7))  # fmt: skip


def main():
    fetch()
    with kafka.broker():
        sizes = average_sizes()
        kafka.note(f"{sizes[0]} bytes of row and {sizes[1]} bytes of the rest per command")
        throughput(sizes)
        latency(sizes)


if __name__ == "__main__":
    main()
