"""How long partitions stood still when a ledger was lost: those it had, and those that another had and that did not move.
The measure is the time from a message's receipt until its effect is visible; other faults overlap, so the median tells
more than the worst."""

REBALANCE_SECONDS = 15  # after the fault: the session runs out, the partitions move, and back
KINDS = ("kill -9", "SIGTERM", "zombie", "frozen")


def note_owners(stack, fault):
    """Before the fault: which ledger has which partitions."""
    if fault.kind in KINDS and fault.target.startswith("task-ledger"):
        fault.owners = {program.label: program.owned() for program in stack.of("task-ledger")}


def _longest(visible, fault):
    """ms; None: nothing became visible there in that time."""
    until = fault.began + fault.seconds + REBALANCE_SECONDS
    return max((ms for at, ms in visible if fault.began <= at <= until), default=None)


def lines(faults, visible):
    for kind in KINDS:
        lost, kept = [], []
        for fault in faults:
            owners = fault.owners if fault.kind == kind else {}
            for label, partitions in owners.items():
                found = [_longest(visible[p], fault) for p in partitions]
                (lost if label == fault.target else kept).extend(ms for ms in found if ms is not None)
        for name, values in (("had", lost), ("did not have", kept)):
            if values:
                values.sort()
                yield (
                    f"{kind} of a ledger, partitions it {name}: longest wait for an effect p50 {values[len(values) // 2]:.0f} ms, "
                    f"most {values[-1]:.0f} ms ({len(values)} looked at)"
                )
