#!/usr/bin/env python3
"""The task-ledger on a real broker against librdkafka alone (tests/support/ledger_pass.h): throughput with the same bytes
in and out, latency at a steady rate, one command on an idle system, memory, and how long a restart takes.

Everything is a ratio within this run; the two take turns, since other work on the machine slows both. Prints a line of
JSON for each figure. TASKS=<n>, RUNS=<n>, PACE_SECONDS=<n> and RATE=<n> in the environment take other numbers;
KAFKA=host:port another broker than one of its own; ONLY=throughput,latency,restart some parts.

  BUILD BIN OUT WORK     as tools/bench sets them
"""
import contextlib
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import time

PARTITIONS = 16
TASKS = int(os.environ.get("TASKS", "100000"))
RUNS = int(os.environ.get("RUNS", "2"))
PACE_SECONDS = int(os.environ.get("PACE_SECONDS", "15"))
RATE = int(os.environ.get("RATE", "1000"))
ONLY = os.environ.get("ONLY", "throughput,latency,restart").split(",")
RAW_INTERVAL_MS = 100  # of the throughput runs: limits.md found none better
PACE_INTERVALS_MS = (20, 35, 50, 100)
PATIENCE_SECONDS = 300

PORT = int(os.environ.get("PORT_BASE") or subprocess.check_output(["tools/port-base"], text=True)) + 40
BROKER = os.environ.get("KAFKA") or f"127.0.0.1:{PORT}"
BENCH = os.path.join(os.environ["OUT"], "tests/bench/bench_ledger")
TICKS = os.sysconf("SC_CLK_TCK")


def tell(name, value, unit, ratio_to=None, other=None, goal=None):
    """One figure; goal is ("<=" or ">=", bound) of the ratio, or of the value where there is none."""
    line = {"name": name, "value": round(value, 1), "unit": unit}
    judged = value
    if ratio_to is not None:
        judged = value / other
        line |= {"ratio_to": ratio_to, "ratio": round(judged, 3)}
    if goal is not None:
        sign, bound = goal
        line |= {"goal": f"{'value' if ratio_to is None else 'ratio'} {sign} {bound}",
                 "met": judged <= bound if sign == "<=" else judged >= bound}
    print(json.dumps(line), flush=True)


def note(text):
    print(f"#   {text}", file=sys.stderr, flush=True)


def bench(mode, prefix, to=None, first=0, count=0, interval=0, rate=0):
    """The other half of this benchmark; its last line of output."""
    words = [BENCH, mode, BROKER, prefix, to or prefix, PARTITIONS, first, count, interval, rate]
    done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else None


def create_topics(prefix):
    settings = {"DUBAN_BROKERS": BROKER, "DUBAN_PREFIX": prefix, "DUBAN_PARTITIONS": str(PARTITIONS)}
    subprocess.run([os.path.join(os.environ["BIN"], "dubanctl"), "topics", "create", "deploy/registry"],
                   env={**os.environ, **settings}, stdout=subprocess.DEVNULL, check=True)


class Ledger:
    """A task-ledger of its own."""

    def __init__(self, prefix):
        self.prefix = prefix
        self.state = os.path.join(os.environ["WORK"], f"state-{prefix}")
        self.log = open(os.path.join(os.environ["WORK"], f"ledger-{prefix}log"), "ab")

    def __enter__(self):
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", os.path.join(os.environ["BIN"], "task-ledger"),
             f"--brokers={BROKER}", f"--prefix={self.prefix}", f"--partitions={PARTITIONS}", "--deployment=bench",
             f"--http-port={PORT + 5}", "--clock=real", f"--state-dir={self.state}", "--snapshot-seconds=5"],
            stdout=self.log, stderr=self.log)  # fmt: skip
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=60)
        self.log.close()

    def get(self, path):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", PORT + 5, timeout=10)) as connection:
            connection.request("GET", path)
            return connection.getresponse().read().decode()

    def metrics(self):
        """Every series, and the sums over the labels of each metric."""
        numbers = {}
        for line in self.get("/metrics").splitlines():
            found = re.match(r"(\w+)(\{[^}]*\})? (\S+)$", line)
            if found:
                numbers[found[1]] = numbers.get(found[1], 0) + float(found[3])
                numbers[found[1] + (found[2] or "")] = float(found[3])
        return numbers

    def wait_up(self):
        self.wait_for(lambda: self.get("/healthz"))

    def wait_ready(self):
        self.wait_for(lambda: self.get("/readyz").strip() == "ready")

    def wait_for(self, condition):
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError, http.client.HTTPException):
                if condition():
                    return
            time.sleep(0.02)
        sys.exit(f"the ledger does not get where it should, see {self.log.name}")

    def wait_snapshots(self):
        """All partitions have changed, and are in a file."""
        written = 'duban_ledger_snapshots_total{outcome="written"}'
        self.wait_for(lambda: self.metrics().get(written, 0) >= PARTITIONS)

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory_bytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) * 1024

    def drain(self, commands):
        """Applies what lies ready; rate and rate per CPU-second from the first sight of progress to the last."""
        samples = []
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            numbers = self.metrics()
            done = numbers.get("duban_ledger_commands_total", 0)
            if done > 0 and (not samples or done > samples[-1][1]):
                samples.append((time.monotonic(), done, self.cpu_seconds(), numbers))
            if samples and done >= commands and time.monotonic() - samples[-1][0] > 1:
                break
            time.sleep(0.05)
        else:
            sys.exit(f"the ledger does not come to an end, see {self.log.name}")
        (t0, n0, c0, m0), (t1, n1, c1, m1) = samples[0], samples[-1]
        seconds = m1["duban_ledger_commit_seconds_sum"] - m0["duban_ledger_commit_seconds_sum"]
        commits = m1["duban_ledger_commit_seconds_count"] - m0["duban_ledger_commit_seconds_count"]
        return {"records": n1, "seconds": round(t1 - t0, 3), "rate": (n1 - n0) / (t1 - t0),
                "per_cpu_second": (n1 - n0) / (c1 - c0), "commits": commits,
                "commit_ms": round(seconds * 1000 / max(commits, 1), 1)}


def fill(prefix, commands):
    create_topics(prefix)
    bench("rows", prefix, count=TASKS)
    if commands:
        bench("commands", prefix, count=TASKS)


def throughput():
    raws, plains, ledgers = [], [], []
    for run in range(RUNS):
        prefix = f"bench{run}."
        fill(prefix, True)
        for mode, results in (("plain", plains), ("eos", raws)):
            create_topics(f"{mode}{run}.")
            results.append(bench(mode, prefix, f"{mode}{run}.", count=TASKS, interval=RAW_INTERVAL_MS))
            note(f"raw {mode}: {results[-1]}")
        with Ledger(prefix) as ledger:
            ledger.wait_up()
            ledgers.append(ledger.drain(TASKS))
            note(f"ledger: {ledgers[-1]}")
            memory = ledger.memory_bytes()
            rows = ledger.metrics()["duban_ledger_rows"]
            if run == 0 and "restart" in ONLY:
                ledger.wait_snapshots()
    middle = lambda results, key: statistics.median(result[key] for result in results)
    raw, plain = "raw librdkafka, transactions", "raw librdkafka, no transactions"
    for results, name in ((raws, raw), (plains, plain)):
        tell(name, middle(results, "rate"), "records/s")
        tell(f"{name}, per CPU-second", middle(results, "per_cpu_second"), "records/s")
    tell("ledger throughput", middle(ledgers, "rate"), "commands/s", raw, middle(raws, "rate"), (">=", 0.9))
    tell("ledger throughput, the same", middle(ledgers, "rate"), "commands/s", plain, middle(plains, "rate"))
    tell("ledger, commands per CPU-second", middle(ledgers, "per_cpu_second"), "1/s", raw,
         middle(raws, "per_cpu_second"))
    tell(f"ledger, memory at {round(rows / 1000)} k rows", memory / 1e6, "MB")


def latency():
    count = RATE * PACE_SECONDS
    fill("pace.", False)
    best = None
    for interval in PACE_INTERVALS_MS:
        to = f"pace{interval}."
        create_topics(to)
        words = [BENCH, "eos", BROKER, to, to, PARTITIONS, 0, count, interval, 0]
        with subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, text=True) as raw:
            raw.stdout.readline()  # ready
            shown = bench("pace", to, first=0, count=count, rate=RATE)
            raw.communicate(timeout=PATIENCE_SECONDS)
        note(f"raw every {interval} ms: {shown}")
        best = shown if best is None or shown["p50_ms"] < best["p50_ms"] else best
    with Ledger("pace.") as ledger:
        ledger.wait_ready()
        before = ledger.metrics()
        shown = bench("pace", "pace.", first=0, count=count, rate=RATE)
        after = ledger.metrics()
        note(f"ledger: {shown}, {after['duban_ledger_commit_seconds_count'] - before['duban_ledger_commit_seconds_count']:.0f} commits")
        idle = bench("pace", "pace.", first=count, count=40, rate=2)
        note(f"ledger, idle: {idle}")
    raw = "raw at its best fixed interval"
    tell(f"publish to visible at {RATE}/s, p50", shown["p50_ms"], "ms", raw, best["p50_ms"], ("<=", 1.3))
    tell(f"publish to visible at {RATE}/s, p99", shown["p99_ms"], "ms", raw, best["p99_ms"], ("<=", 1.3))
    tell("one command on an idle system, p50", idle["p50_ms"], "ms", goal=("<=", 15))


def restart():
    """The same rows from the snapshots that the first ledger left, and from the topic."""
    if "throughput" not in ONLY:
        fill("bench0.", True)
        with Ledger("bench0.") as ledger:
            ledger.wait_up()
            ledger.drain(TASKS)
            ledger.wait_snapshots()
    seconds = {}
    for how in ("snapshot", "read"):
        with Ledger("bench0.") as ledger:
            ledger.wait_ready()
            numbers = ledger.metrics()
            seconds[how] = numbers["duban_ledger_restore_seconds_sum"]
            note(f"restart by {how}: {numbers['duban_ledger_rows']:.0f} rows in {seconds[how]:.2f} s")
        subprocess.run(["rm", "-rf", ledger.state], check=True)
    tell("restore from snapshots", seconds["snapshot"], "s", "the same rows read from the topic", seconds["read"],
         ("<=", 0.1))


@contextlib.contextmanager
def broker():
    """One of our own for as long as the block lasts, unless KAFKA names another."""
    if "KAFKA" in os.environ:
        yield
        return
    command, where = "deploy/kafka/broker", ["--dir", os.path.join(os.environ["WORK"], "kafka"), "--port", str(PORT)]
    subprocess.run([command, "start", "--with-parent", *where], check=True, stdout=sys.stderr)
    try:
        yield
    finally:
        subprocess.run([command, "stop", *where], check=True, stdout=sys.stderr)


def main():
    with broker():
        for part in (throughput, latency, restart):
            if part.__name__ in ONLY:
                part()


if __name__ == "__main__":
    main()
