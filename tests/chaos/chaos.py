"""chaos.py: a run of the chaos tests by hand; `make chaos` calls it. What it draws depends on the seed alone; what that
meets depends on the machine."""

import argparse
import os
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import checker  # noqa: E402
import chaos_run  # noqa: E402


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # brokers and programs do not outlive us
    parser = argparse.ArgumentParser()
    for name in ("work", "bin"):
        parser.add_argument(f"--{name}", required=True)
    for name, value in (("port", None), ("faults", 100), ("nodes", 1), ("seed", None), ("players", 10), ("alone", 1)):
        parser.add_argument(f"--{name}", type=int, required=value is None and name == "port", default=value)
    parser.add_argument("--pause", type=float, default=3.0, help="seconds between two faults, on average")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else time.time_ns() % 1_000_000
    began = time.monotonic()

    def tell(line):
        print(f"[{time.monotonic() - began:7.1f}] {line}", flush=True)

    print(f"SEED={seed} NODES={options.nodes} FAULTS={options.faults}", flush=True)
    run = chaos_run.play(
        options.work, options.bin, options.port, seed, options.nodes, options.faults, float("inf"), options.pause, tell, options.players,
        alone=options.alone,
    )  # fmt: skip
    print()
    checker.print_report(run.checker, run.report)
    for what, detail in run.violations:
        if (what, detail) not in run.report.violations:
            print(f"violation: {what}: {detail}")
    for line in run.lines():
        print(line)
    print(f"{time.monotonic() - began:.0f} s")
    print(f"{len(run.schedule.faults)} faults, {len(run.violations)} violations")
    sys.exit(1 if run.violations else 0)


if __name__ == "__main__":
    main()
