#!/bin/bash
# kill.sh: kill -9 changes nothing in the outcome. The same year is played twice, once undisturbed and once while every
# program is killed and started again at drawn moments; the histories must be equal, and verify clean after both.
# Another seed gives another history.
#
# A moment is a line of the rehearsal's output and a number of records that the program then handles: drawn from SEED and
# printed, so that a run can be repeated as far as two cores allow.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

SEED=${SEED:-2023}
DAYS=${DAYS:-45}
FEW_DAYS=8          # of the runs that only compare seeds
KILLS_OF_EACH=3
RECORDS_AT_MOST=12  # handled between the line and the kill
FIRST_LINES=20      # nothing to disturb before the first tasks exist
partitions=4
tests=10
# shellcheck source=tests/chaos/kill.bash
source tests/chaos/kill.bash

# has_handled NAME RECORDS: since it was started
has_handled() {
    local handled
    handled=$(metric "$1" duban_records_handled_total)
    ((${handled:-0} >= $2))
}

# kill_after NAME RECORDS: in the middle of its work, or when the rehearsal has nothing more for it
kill_after() {
    until_holds has_handled "$1" $(($(metric "$1" duban_records_handled_total) + $2)) || true
    stack_kill "$1" && stack_start "$1"
}

# draw_kills LINES: "line program records", ascending
draw_kills() {
    local name i
    RANDOM=$SEED
    for name in "${STACK_PROGRAMS[@]}"; do
        for ((i = 0; i < KILLS_OF_EACH; i++)); do
            echo "$((FIRST_LINES + RANDOM % ($1 * 9 / 10 - FIRST_LINES))) $name $((RANDOM % (RECORDS_AT_MOST + 1)))"
        done
    done | sort -n
}

declare -A killed=()

# play_disturbed NAME PORT LINES: as play, with kills spread over so many lines
play_disturbed() {
    local line seen=0 next=0 at name records
    mapfile -t kills < <(draw_kills "$3")
    printf 'SEED=%s: line, program, records then handled\n' "$SEED" | comment
    printf '%s\n' "${kills[@]}" | comment
    set_up "$1" "$2" || return 1
    mkfifo "$run/lines"
    (rehearse "$SEED" "$DAYS") >"$run/lines" &
    rehearsal_pid=$!
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$run/output"
        seen=$((seen + 1))
        while ((next < ${#kills[@]})) && read -r at name records <<<"${kills[next]}" && ((seen >= at)); do
            next=$((next + 1))
            kill_after "$name" "$records" || return 1
            killed[$name]=$((${killed[$name]:-0} + 1))
        done
    done <"$run/lines"
    rehearsal_ends
}

killed_each() {
    local name
    for name in "${STACK_PROGRAMS[@]}"; do
        ((${killed[$name]:-0} >= KILLS_OF_EACH)) || { echo "$name: ${killed[$name]:-0}" | comment && return 1; }
    done
}

# ---------------------------------------------------------------------------------------------------------------------------

need "an undisturbed run of $DAYS days" play calm "$PORT_BASE" "$SEED" "$DAYS"
check "verify is clean after it" verified
calm=$run
stack_stop_all
check "it has a history worth comparing" long_enough "$calm/history" 300

need "the same with kill -9 of every program" play_disturbed shaken $((PORT_BASE + 5)) "$(wc -l <"$calm/output")"
check "every program was killed $KILLS_OF_EACH times" killed_each
check "verify is clean after it" verified
check "the histories are equal" same "$calm/history" "$run/history"
stack_stop_all
check "no program has stumbled" none_stumbled

need "two short runs of different seeds" eval \
    "play one $((PORT_BASE + 10)) 1 $FEW_DAYS && stack_stop_all && play two $((PORT_BASE + 15)) 2 $FEW_DAYS"
check "another seed gives another history" differ "$WORK/one/history" "$WORK/two/history"
exit $failed
