"""The faults of a chaos run: a table of kinds, and the schedule that a seed draws from it. Each lasts a while; several
overlap. What is drawn depends on the seed alone, what it meets on the machine."""

import ctypes
import os
import random
import signal
import subprocess
import threading
import time

import pauses

# Kafka's API keys
PRODUCE, FETCH, JOIN, HEARTBEAT, SYNC, INIT, ADD_OFFSETS, END_TXN, TXN_OFFSETS = 0, 1, 11, 12, 14, 22, 25, 26, 28
LOST_REPLIES = (PRODUCE, JOIN, SYNC, INIT, ADD_OFFSETS, END_TXN, END_TXN, END_TXN, TXN_OFFSETS)
LATE_REQUESTS = (PRODUCE, END_TXN, END_TXN, END_TXN, TXN_OFFSETS, HEARTBEAT)
SESSION_SECONDS = 10
CLONE_NEWNS = 0x00020000  # sched.h
PARALLEL = 6  # faults that last at the same time, at most
ALONE = (("kill -9", 0.5), ("kill -9", SESSION_SECONDS + 4.0), ("SIGTERM", 0.5), ("zombie", SESSION_SECONDS + 4.0))


class Fault:
    def __init__(self, kind, target, seconds, argument):
        self.kind, self.target, self.seconds, self.argument = kind, target, seconds, argument
        self.began = self.ended = None
        self.met = True  # there was something to hit
        self.owners = {}  # of one that stands alone: which ledger had which partitions before …
        self.owners_during = {}  # … and at its end

    def __str__(self):
        words = [self.kind, self.target, f"{self.seconds:.1f}s" if self.seconds else "", str(self.argument or "")]
        return " ".join(word for word in words if word)


class World:
    """What faults can be done to."""

    def __init__(self, cluster, stack):
        self.cluster = cluster
        self.stack = stack
        self.label = {program.label: program for program in stack.programs}
        self.busy_nodes = threading.Lock()  # at most one broker is away at a time
        self.disks = Disks(stack)


class Disks:
    """The state directories of the ledgers are small file systems of their own, where we may mount any."""

    SIZE = "24m"

    def __init__(self, stack):
        self.mounted = []
        self.locks = {}  # one fault of a disk at a time
        # Mounts that nobody else sees, and that are gone when we are.
        if ctypes.CDLL(None).unshare(CLONE_NEWNS) != 0:
            return
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)
        for program in stack.of("task-ledger"):
            done = subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={self.SIZE}", "duban-chaos", program.state], capture_output=True
            )
            if done.returncode == 0:
                self.mounted.append(program)
                self.locks[program] = threading.Lock()

    def fill(self, program):
        path = os.path.join(program.state, "ballast")
        with open(path, "wb", buffering=0) as file:
            block = bytes(65536)
            try:
                while file.write(block) > 0:
                    pass
            except OSError:
                pass  # that is what we want

    def empty(self, program):
        os.unlink(os.path.join(program.state, "ballast"))

    def read_only(self, program, on):
        """By a mount over itself: what is open stays writable, as after an error of the file system."""
        if on:
            subprocess.run(["mount", "--bind", program.state, program.state], check=True)
            subprocess.run(["mount", "-o", "remount,ro,bind", program.state], check=True)
        else:
            subprocess.run(["umount", "-l", program.state], check=True)

    def close(self):
        for program in self.mounted:
            while subprocess.run(["umount", "-l", program.state], capture_output=True).returncode == 0:
                pass


# --- what the kinds do: a generator; what stands behind the yield happens when the fault's time is over ---------------------


def kill(world, fault):
    fault.met = world.label[fault.target].down(signal.SIGKILL, fault.seconds)
    yield


def term(world, fault):
    fault.met = world.label[fault.target].down(signal.SIGTERM, fault.seconds)
    yield


def freeze(world, fault):
    program = world.label[fault.target]
    process = program.process
    fault.met = program.signal(signal.SIGSTOP)
    yield
    if program.process is process:
        program.signal(signal.SIGCONT)


def rolling(world, fault):
    """All instances of a program one after the other, each when the one before is ready again."""
    for program in world.stack.of(fault.target):
        fault.met &= program.down(signal.SIGTERM, 0.1)
        until = time.monotonic() + 20
        while time.monotonic() < until and not (program.process is not None and program.ready()):
            time.sleep(0.2)
    yield


def step_clock(world, fault):
    clock = world.label[fault.target].clock
    clock.step(fault.argument)
    yield
    clock.step(0)


def disk_full(world, fault):
    program = world.label[fault.target]
    fault.met = program in world.disks.mounted
    if not fault.met:
        yield
        return
    with world.disks.locks[program]:
        world.disks.fill(program)
        yield
        world.disks.empty(program)


def disk_read_only(world, fault):
    program = world.label[fault.target]
    fault.met = program in world.disks.mounted
    if not fault.met:
        yield
        return
    with world.disks.locks[program]:
        world.disks.read_only(program, True)
        yield
        world.disks.read_only(program, False)


def network(world, fault):
    world.cluster.proxy.tell(f"{fault.target} {fault.argument}")
    yield


def _broker_away(world, fault, end):
    """One at a time, and never when the one before has not caught up: with two of three away nothing can be promised."""
    node = int(fault.target.removeprefix("broker-"))
    with world.busy_nodes:
        end(node)
        time.sleep(fault.seconds)
        world.cluster.start(node)
        world.cluster.wait_replicated()


def broker_kill(world, fault):
    _broker_away(world, fault, world.cluster.kill)
    yield


def broker_restart(world, fault):
    _broker_away(world, fault, world.cluster.stop)
    yield


def move_leaders(world, fault):
    with world.busy_nodes:
        fault.met = world.cluster.move_leaders(random.Random(fault.argument))
    yield


# --- drawing ----------------------------------------------------------------------------------------------------------------


def any_program(dice, world):
    # The ledger is what it is all about.
    name = dice.choices(("task-ledger", "intake", "deadline-watcher", "escalation-notifier"), (5, 2, 2, 2))[0]
    return dice.choice(world.stack.of(name)).label


def a_ledger(dice, world):
    return dice.choice(world.stack.of("task-ledger")).label


def a_name(dice, world):
    return dice.choice(("task-ledger", "task-ledger", "deadline-watcher", "escalation-notifier", "intake"))


def a_lane(dice, world):
    return dice.choice(["*", *(str(i) for i in range(world.cluster.nodes))])


def a_node(dice, world):
    return f"broker-{dice.randrange(world.cluster.nodes) + 1}"


def nothing(dice, seconds):
    return ""


def steps(dice, seconds):
    """ms: what a badly kept clock does, or one that is set wrong altogether."""
    return dice.choice((-1, 1)) * dice.choice((dice.randrange(200, 3000), dice.randrange(10_000, 3_600_000)))


def ms(seconds):
    return int(seconds * 1000)


NETWORK = {
    "cut": lambda dice, s: "cut",
    "refused": lambda dice, s: f"refuse {ms(s)}",
    "delayed": lambda dice, s: f"delay {dice.randrange(20, 400)} {ms(s)}",
    "stalled": lambda dice, s: f"stall {ms(s)}",
    "half-open": lambda dice, s: f"swallow {ms(s)}",
    "reply lost": lambda dice, s: f"lose {dice.choice(LOST_REPLIES)} {dice.randrange(1, 4)} {ms(s)}",
    "EndTxn reply held": lambda dice, s: f"hold {END_TXN} {dice.randrange(300, 6000)} {ms(s)}",
    "request late": lambda dice, s: f"late {dice.choice(LATE_REQUESTS)} {dice.randrange(50, 3000)} 1",
}

# kind: weight on one node, weight on three, seconds from–to, target, argument, what it does
KINDS = {
    "kill -9": (20, 20, (0.0, 3.0), any_program, nothing, kill),
    "SIGTERM": (8, 8, (0.0, 2.0), any_program, nothing, term),
    "rolling restart": (2, 2, (0.0, 0.0), a_name, nothing, rolling),
    "frozen": (10, 10, (0.2, 4.0), any_program, nothing, freeze),
    "zombie": (6, 6, (SESSION_SECONDS + 1.0, SESSION_SECONDS + 5.0), any_program, nothing, freeze),
    "clock step": (8, 8, (1.0, 6.0), any_program, steps, step_clock),
    "disk full": (5, 5, (2.0, 8.0), a_ledger, nothing, disk_full),
    "disk read-only": (5, 5, (2.0, 8.0), a_ledger, nothing, disk_read_only),
    "broker kill -9": (1.2, 2, (0.0, 2.0), a_node, nothing, broker_kill),
    "broker restart": (0.8, 2, (0.0, 2.0), a_node, nothing, broker_restart),
    "leaders moved": (0, 6, (0.0, 0.0), lambda dice, world: "", lambda dice, s: dice.randrange(1 << 30), move_leaders),
    "cut": (8, 8, (0.0, 0.0), a_lane, NETWORK["cut"], network),
    "refused": (4, 4, (0.5, 4.0), a_lane, NETWORK["refused"], network),
    "delayed": (6, 6, (1.0, 6.0), a_lane, NETWORK["delayed"], network),
    "stalled": (5, 5, (0.5, 8.0), a_lane, NETWORK["stalled"], network),
    "half-open": (4, 4, (1.0, 8.0), a_lane, NETWORK["half-open"], network),
    "reply lost": (8, 8, (2.0, 5.0), a_lane, NETWORK["reply lost"], network),
    "EndTxn reply held": (5, 5, (1.0, 5.0), a_lane, NETWORK["EndTxn reply held"], network),
    "request late": (8, 8, (0.5, 3.0), a_lane, NETWORK["request late"], network),
}


def draw(dice, world):
    column = 0 if world.cluster.nodes == 1 else 1
    kind = dice.choices(list(KINDS), [row[column] for row in KINDS.values()])[0]
    _, _, (least, most), target, argument, _ = KINDS[kind]
    where = target(dice, world)
    seconds = dice.uniform(least, most)
    return Fault(kind, where, seconds, argument(dice, seconds))


class Schedule:
    """Injects faults until there have been so many or the time is over."""

    def __init__(self, world, seed, tell):
        self.world = world
        self.dice = random.Random(seed)
        self.tell = tell
        self.faults = []
        self.failed = []  # of the harness itself
        self.slots = threading.Semaphore(PARALLEL)
        self.threads = []

    def _inflict(self, fault, at_its_end=lambda: None):
        try:
            act = KINDS[fault.kind][5](self.world, fault)
            next(act)
            if KINDS[fault.kind][5] not in (broker_kill, broker_restart):
                time.sleep(fault.seconds)
            at_its_end()
            next(act, None)
        except Exception as error:  # what cannot be inflicted must not pass for survived
            self.failed.append(f"{fault}: {error}")
            fault.met = False
        fault.ended = time.monotonic()
        self.slots.release()

    def run(self, count, seconds, pause):
        until = time.monotonic() + seconds
        while len(self.faults) < count and time.monotonic() < until:
            fault = draw(self.dice, self.world)
            self.slots.acquire()
            self._note(fault)
            thread = threading.Thread(target=self._inflict, args=(fault,), daemon=True)
            thread.start()
            self.threads.append(thread)
            time.sleep(self.dice.uniform(0.5 * pause, 1.5 * pause))
        for thread in self.threads:
            thread.join()

    def run_alone(self, all_ready):
        """Losses of a ledger with nothing before and behind them, for a clean measure."""
        for kind, seconds in ALONE:
            all_ready()
            time.sleep(pauses.REBALANCE_SECONDS)
            fault = Fault(kind, a_ledger(self.dice, self.world), seconds, "alone")
            fault.owners = pauses.owners(self.world.stack)
            self.slots.acquire()
            self._note(fault)

            def note(fault=fault):
                fault.owners_during = pauses.owners(self.world.stack)

            self._inflict(fault, note)
            time.sleep(pauses.REBALANCE_SECONDS)

    def _note(self, fault):
        fault.began = time.monotonic()
        self.faults.append(fault)
        self.tell(f"{len(self.faults)} {fault}")
