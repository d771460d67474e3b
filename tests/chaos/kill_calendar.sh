#!/bin/bash
# kill_calendar.sh: a calendar that changes in the middle of the year, while everything is killed. The rehearsal's own notice
# of 2023-09-12 is published twice: once undisturbed, once while the cursor that recomputes the open tasks is ended by
# kill -9 again and again, and every other program while it stands there. The histories must be equal.
#
# Where a kill falls is not left to chance: the ledger looks at one row in a transaction (batch-records), is killed when its
# counters say that it has come some rows far, and its log says afterwards which partitions were not done. While it is
# dead the cursor stands still, so whatever else is killed then is killed in the middle of it.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

SEED=${SEED:-2023}
FROM=2023-09-06
DAYS=12
THE_DAY=2023-09-12
LIVES=3  # of the ledger that end while the cursor is under way
ROWS=2   # looked at in each of them before
MOVES=10 # at least so many tasks must be moved, or there is not much to compare
partitions=4
tests=9
# shellcheck source=tests/chaos/kill.bash
source tests/chaos/kill.bash

done_partitions() {
    sed -n 's/.*tasks recomputed \(partition=[0-9]*\) calendar_version=2 .*/\1/p' "$run/logs/task-ledger.log" | sort -u | wc -l
}

# In the middle of the cursor: it has looked at some rows, and others are to come.
is_under_way() {
    local looked remaining
    looked=$(metric task-ledger duban_ledger_recomputed_rows_total)
    remaining=$(metric task-ledger duban_ledger_recompute_remaining_rows)
    ((${looked:-0} >= ROWS && ${remaining:-0} > 0))
}

caught=0

# catch_cursor: the ledger dies in the middle of it
catch_cursor() {
    until_holds is_under_way || return 1
    stack_kill task-ledger
    caught=$((caught + ($(done_partitions) < partitions)))
}

killed_meanwhile=()

# play_disturbed NAME PORT
play_disturbed() {
    local line life name
    export DUBAN_BATCH_RECORDS=2 # half of a batch, a row, is the cursor's
    set_up "$1" "$2" || return 1
    mkfifo "$run/lines"
    (rehearse "$SEED" "$DAYS" "$FROM") >"$run/lines" &
    rehearsal_pid=$!
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$run/output"
        [[ $line == "── $THE_DAY "* ]] || continue
        for ((life = 0; life < LIVES; life++)); do
            catch_cursor || return 1
            ((life > 0)) || for name in "${STACK_PROGRAMS[@]}"; do
                [[ $name != task-ledger ]] || continue
                stack_kill "$name" && stack_start "$name" || return 1
                killed_meanwhile+=("$name")
            done
            stack_start task-ledger || return 1
        done
    done <"$run/lines"
    rehearsal_ends
}

moved() {
    local run count
    for run in "$@"; do
        count=$(jq '.events.calendar_applied // 0' "$run/summary.json")
        echo "$run: $count" | comment
        ((count >= MOVES)) || return 1
    done
}

need "undisturbed" play calm "$PORT_BASE" "$SEED" "$DAYS" "$FROM"
check "verify is clean after it" verified
calm=$run
stack_stop_all
need "the same with kill -9 while the calendar is applied" play_disturbed shaken $((PORT_BASE + 5))
check "the ledger was killed $LIVES times with the cursor under way" test "$caught" -eq "$LIVES"
check "every other program was killed meanwhile" test "${#killed_meanwhile[@]}" -eq $((${#STACK_PROGRAMS[@]} - 1))
check "verify is clean after it" verified
check "the calendar moved at least $MOVES tasks in either" moved "$calm" "$run"
check "the histories are equal" same "$calm/history" "$run/history"
stack_stop_all
check "no program has stumbled" none_stumbled
exit $failed
