"""What a run says about liveness: how soon work went on after each fault, and how long partitions stood still when a ledger
was lost, those it had and those of another.

The measure is the time from a message's receipt until its effect is visible. What overlaps with other faults tells nothing
about one of them, so only losses that stand alone count for the second; the end of a run has some (faults.py)."""

import collections

REBALANCE_SECONDS = 15  # after the fault: the session runs out, the partitions move, and back
WORK_GOES_ON_SECONDS = 60  # after a fault, at the latest
KINDS = ("kill -9", "SIGTERM", "zombie", "frozen")


def owners(stack):
    """Ledger: its partitions now."""
    return {program.label: program.owned() for program in stack.of("task-ledger")}


def _ranks(values, unit):
    values = sorted(values)
    return f"p50 {values[len(values) // 2]:.0f} {unit}, most {values[-1]:.0f} {unit}"


# --- after each fault ----------------------------------------------------------------------------------------------------


def _went_on_after(fault, visible):
    """Seconds from its end until something that was received after it was visible; None: never."""
    found = [at for of_one in visible for at, ms in of_one if at - ms / 1000 >= fault.ended]
    return min(found) - fault.ended if found else None


def survived(faults, visible, load_ended):
    """Kind: (injected, of these with something to hit, survived, seconds until work went on). What ended with the load has
    nobody who could have gone on."""
    table = {}
    for fault in faults:
        row = table.setdefault(fault.kind, [0, 0, 0, []])
        seconds = _went_on_after(fault, visible)
        row[0] += 1
        row[1] += fault.met
        row[2] += fault.ended + WORK_GOES_ON_SECONDS > load_ended if seconds is None else seconds <= WORK_GOES_ON_SECONDS
        row[3] += [] if seconds is None else [seconds]
    return table


def fault_lines(faults, visible, load_ended):
    yield f"fault: injected, with something to hit, survived (work went on within {WORK_GOES_ON_SECONDS} s), after how long it did"
    totals = collections.Counter()
    for kind, (injected, met, fine, seconds) in sorted(survived(faults, visible, load_ended).items()):
        totals.update(injected=injected, met=met, fine=fine)
        yield f"  {kind}: {injected}, {met}, {fine}" + (f", {_ranks([it * 1000 for it in seconds], 'ms')}" if seconds else "")
    yield f"  all: {totals['injected']}, {totals['met']}, {totals['fine']}"


# --- the loss of a ledger ------------------------------------------------------------------------------------------------


def _window(fault):
    return fault.began, fault.ended + REBALANCE_SECONDS


def stands_alone(fault, faults):
    began, until = _window(fault)
    return not any(it is not fault and it.began < until and it.ended > began for it in faults)


def _longest(visible, began, until):
    """ms; None: nothing became visible in that time."""
    return max((ms for at, ms in visible if began <= at <= until), default=None)


def _waits(visible, partitions, window):
    found = [_longest(visible[p], *window) for p in partitions]
    return [ms for ms in found if ms is not None]


def lines(faults, visible):
    for kind in KINDS:
        alone = [it for it in faults if it.kind == kind and it.owners and it.met and stands_alone(it, faults)]
        for what, seconds_fit in (("shorter", lambda s: s < REBALANCE_SECONDS / 2), ("longer", lambda s: s >= REBALANCE_SECONDS / 2)):
            some = [it for it in alone if seconds_fit(it.seconds)]
            if not some:
                continue
            waits = collections.defaultdict(list)
            for fault in some:
                for label, partitions in fault.owners.items():
                    mine = label == fault.target
                    others = set().union(*(it for name, it in fault.owners_during.items() if name != label))
                    gone = partitions & others if mine else set()
                    waits["moved"] += _waits(visible, gone, _window(fault))
                    waits["came back" if mine else "kept"] += _waits(visible, partitions - gone, _window(fault))
            yield (
                f"{kind} of a ledger alone, {what} than its session ({len(some)} times), longest wait for an effect: "
                + "; ".join(f"partitions that {name} {_ranks(ms, 'ms')} ({len(ms)} looked at)" for name, ms in waits.items() if ms)
            )
    calm = _calm(faults, visible)
    if calm:
        yield f"without any fault, longest wait for an effect in {REBALANCE_SECONDS} s: {_ranks(calm, 'ms')} ({len(calm)} looked at)"


def _calm(faults, visible):
    """Windows of the same kind in which nothing happened, before each fault that stands alone."""
    found = []
    for fault in faults:
        began, until = fault.began - REBALANCE_SECONDS, fault.began
        if fault.owners and not any(it.began < until and it.ended > began for it in faults if it is not fault):
            found += _waits(visible, range(len(visible)), (began, until))
    return found
