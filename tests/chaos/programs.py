"""The programs of a chaos run: several instances of some, each with a state directory of its own and a clock that can be
stepped. One that has ended is started again after a while, as a service manager would."""

import http.client
import json
import mmap
import os
import signal
import struct
import subprocess
import threading
import time

# program, instances
SHARE = (("intake", 1), ("task-ledger", 2), ("deadline-watcher", 2), ("escalation-notifier", 2))
RESTART_SECONDS = 1.0
STOP_SECONDS = 40
STANDS_BY = "another instance may have it"


class Clock:
    """What a program adds to the wall time, in ms; read by clock/stepping_clock.c."""

    def __init__(self, path):
        self.path = path
        with open(path, "wb") as file:
            file.write(struct.pack("=q", 0))
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 8)

    def step(self, ms):
        self.memory[:] = struct.pack("=q", ms)


class Program:
    def __init__(self, stack, name, instance, port):
        self.stack = stack
        self.name = name
        self.instance = instance
        self.port = port
        self.label = f"{name}-{instance}"
        self.state = os.path.join(stack.work, "state", self.label)
        self.log = os.path.join(stack.work, "logs", f"{self.label}.log")
        os.makedirs(self.state, exist_ok=True)
        os.makedirs(os.path.dirname(self.log), exist_ok=True)
        self.clock = Clock(os.path.join(stack.work, f"clock.{self.label}"))
        self.process = None
        self.wanted = False  # to be up: whoever finds it down starts it
        self.held_down_until = 0.0
        self.exits = []  # ended by itself: exit codes
        self.crashes = []  # of these, those by SIGSEGV and the like
        self.expected_end = False
        self.lock = threading.RLock()

    def spawn(self):
        stack = self.stack
        own = {
            "DUBAN_BOOTSTRAP_SECRET": stack.secret, "DUBAN_LETTERS_DIR": os.path.join(stack.work, "letters"),
            "STEPPING_CLOCK": self.clock.path, "LD_PRELOAD": os.path.join(stack.tools, "stepping_clock.so"),
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "detect_leaks=1") + ":verify_asan_link_order=0",
        }  # fmt: skip
        command = [
            "setpriv", "--pdeathsig", "KILL", stack.replaced.get(self.name, os.path.join(stack.bin, self.name)), f"--brokers={stack.brokers}",
            f"--prefix={stack.prefix}", f"--partitions={stack.partitions}", f"--http-port={self.port}",
            f"--instance={self.instance}", f"--state-dir={self.state}",
            *(["--snapshot-seconds=5"] if self.name == "task-ledger" else []),
        ]  # fmt: skip
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **own}
            )

    def start(self):
        with self.lock:
            self.wanted = True
            self.expected_end = False
            if self.process is None:
                self.spawn()

    def signal(self, number):
        """False: it does not run."""
        with self.lock:
            if self.process is None or self.process.poll() is not None:
                return False
            self.process.send_signal(number)
            return True

    def down(self, number, seconds):
        """Ends it by that signal; it stays down for so long."""
        with self.lock:
            if not self.signal(number):
                return False
            self.signal(signal.SIGCONT)
            self.expected_end = True
            self.held_down_until = time.monotonic() + seconds
            return True

    def look_after(self):
        with self.lock:
            if self.process is not None and self.process.poll() is not None:
                code = self.process.returncode
                if code < 0 and -code not in (signal.SIGKILL, signal.SIGTERM):
                    self.crashes.append(code)
                if not self.expected_end:
                    self.exits.append(code)
                    self.held_down_until = time.monotonic() + RESTART_SECONDS
                elif code not in (0, -signal.SIGKILL, -signal.SIGTERM):
                    self.exits.append(code)
                self.process = None
            if self.process is None and self.wanted and time.monotonic() >= self.held_down_until:
                self.expected_end = False
                self.spawn()

    def page(self, path, timeout=2):
        """Status and text; (0, reason) when it cannot be reached."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            return 0, str(error)
        finally:
            connection.close()

    def ready(self):
        """A notifier may also stand by while another has the notices."""
        status, reason = self.page("/readyz")
        return status == 200 or STANDS_BY in reason

    def metrics(self):
        values = {}
        for line in self.page("/metrics")[1].splitlines():
            if line and not line.startswith("#"):
                name, _, value = line.rpartition(" ")
                try:
                    values[name] = float(value)
                except ValueError:
                    pass
        return values

    def owned(self):
        """The partitions of duban.commands that a ledger has now."""
        try:
            settled = json.loads(self.page("/settled")[1])
        except ValueError:
            return set()
        return {it.get("partition", 0) for it in settled.get("inputs", []) if it.get("topic", "").endswith("commands")}


class Stack:
    """`share`: programs and how many instances of each. `replaced`: a program's other binary, by its name."""

    def __init__(self, work, binaries, tools, brokers, prefix, port, partitions, secret, share, replaced):
        self.work, self.bin, self.tools = work, binaries, tools
        self.brokers, self.prefix, self.partitions, self.secret = brokers, prefix, partitions, secret
        self.replaced = replaced
        self.programs = []
        for name, count in share:
            for instance in range(1, count + 1):
                self.programs.append(Program(self, name, str(instance), port + len(self.programs)))
        self.stopping = threading.Event()
        self.keeper = threading.Thread(target=self._keep, daemon=True)

    @staticmethod
    def ports():
        return sum(count for _, count in SHARE)

    def of(self, name):
        return [program for program in self.programs if program.name == name]

    def start(self):
        for program in self.programs:
            program.start()
        self.keeper.start()

    def _keep(self):
        while not self.stopping.wait(0.1):
            for program in self.programs:
                program.look_after()

    def stop_these(self, programs):
        """In order; those that do not listen, by force: their labels."""
        deaf = []
        for program in programs:
            with program.lock:
                program.wanted = False
                program.expected_end = True
                program.signal(signal.SIGCONT)
                program.signal(signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        for program in programs:
            with program.lock:
                if program.process is None:
                    continue
                try:
                    program.process.wait(max(0.1, until - time.monotonic()))
                except subprocess.TimeoutExpired:
                    deaf.append(program.label)
                    program.process.kill()
                    program.process.wait()
        return deaf

    def stop(self):
        deaf = self.stop_these(self.programs)
        self.stopping.set()
        if self.keeper.is_alive():
            self.keeper.join()
        return deaf
