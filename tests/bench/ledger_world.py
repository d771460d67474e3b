"""What the ledger's benchmarks on a real broker share (ledger_kafka.py, calendar_change.py, peers): the broker, the other half
in C (bench_ledger), a task-ledger of their own, and how a figure is told.

TASKS=<n>, RUNS=<n>, PACE_SECONDS=<n> and RATE=<n> in the environment take other numbers; KAFKA=host:port another broker than
one of its own.

  BUILD BIN OUT WORK     as tools/bench sets them
"""
import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import time

PARTITIONS = 16
TASKS = int(os.environ.get("TASKS", "100000"))
RUNS = int(os.environ.get("RUNS", "2"))
PACE_SECONDS = int(os.environ.get("PACE_SECONDS", "15"))
RATE = int(os.environ.get("RATE", "1000"))
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


def fill(prefix, commands, tasks=TASKS):
    create_topics(prefix)
    bench("rows", prefix, count=tasks)
    if commands:
        bench("commands", prefix, count=tasks)


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
