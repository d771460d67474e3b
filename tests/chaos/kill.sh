#!/bin/bash
# kill.sh: kill -9 changes nothing in the outcome. The same year is played twice, once undisturbed and once while every
# program is killed and started again at drawn moments; the histories must be equal, and verify clean after both.
# Another seed gives another history.
#
# A moment is a line of the rehearsal's output and a number of records that the program then handles: drawn from SEED and
# printed, so that a run can be repeated as far as two cores allow.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=deploy/stack.bash
source deploy/stack.bash

SEED=${SEED:-2023}
DAYS=${DAYS:-45}
FEW_DAYS=8          # of the runs that only compare seeds
KILLS_OF_EACH=3
RECORDS_AT_MOST=12  # handled between the line and the kill
CEILING_SECONDS=120 # for any one condition
FIRST_LINES=20      # nothing to disturb before the first tasks exist
partitions=4
rehearsal_pid=
trap 'stop_rehearsal; stack_stop_all' EXIT
trap 'exit 143' TERM

# --- TAP ---------------------------------------------------------------------------------------------------------------

tests=10
number=0
failed=0
echo "1..$tests"

# check TITLE COMMAND…: one test
check() {
    local title=$1
    shift
    number=$((number + 1))
    if "$@"; then echo "ok $number - $title"; else
        failed=1
        echo "not ok $number - $title"
    fi
}

comment() { sed 's/^/# /'; }

# Without a run there is nothing to compare.
need() {
    check "$@"
    [[ $failed -eq 0 ]] || exit 1
}

# --- runs ----------------------------------------------------------------------------------------------------------------

stop_rehearsal() {
    [[ -n $rehearsal_pid ]] && kill -TERM "$rehearsal_pid" 2>/dev/null
    rehearsal_pid=
}

# set_up NAME PORT: topics and programs of a deployment of its own
set_up() {
    run=$WORK/$1
    stack_init "$run" "$BIN" "$BROKER" "$PREFIX$1." "$2" $partitions
    export DUBAN_BROKERS=$BROKER DUBAN_PREFIX=$PREFIX$1. DUBAN_PARTITIONS=$partitions
    "$BIN/dubanctl" topics create deploy/registry >"$run/logs/topics.log" && stack_start_all
}

# rehearse SEED DAYS: plays on the deployment that is up; the lines go to standard output
rehearse() {
    export DUBAN_BOOTSTRAP_SECRET=$STACK_SECRET
    exec setpriv --pdeathsig TERM "$BIN/rehearsal" --registry=deploy/registry --intake="$(stack_url intake)" \
        --programs="$(stack_urls)" --seed="$1" --days="$2" --history="$run/history" --summary="$run/summary.json" \
        2>"$run/logs/rehearsal.log"
}

# play NAME PORT SEED DAYS: a whole run without disturbance
play() {
    set_up "$1" "$2" || return 1
    (rehearse "$3" "$4") >"$run/output" &
    rehearsal_pid=$!
    wait "$rehearsal_pid" || { tail -n 20 "$run/logs/rehearsal.log" | comment && return 1; }
    rehearsal_pid=
}

# --- killing -------------------------------------------------------------------------------------------------------------

# handled NAME: records that the program has handled so far
handled() {
    local line count=0
    {
        exec 4<>"/dev/tcp/127.0.0.1/$(stack_port "$1")" || return 1
        printf 'GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&4
        while read -r -t 5 line <&4; do
            [[ $line == duban_records_handled_total\ * ]] && count=${line##* }
        done
        exec 4>&-
    } 2>/dev/null
    echo "${count%%[.e]*}"
}

# kill_after NAME RECORDS: in the middle of its work, or when the rehearsal has nothing more for it
kill_after() {
    local name=$1 from until=$((SECONDS + CEILING_SECONDS))
    from=$(handled "$name")
    while (($(handled "$name") < from + $2)) && kill -0 "$rehearsal_pid" 2>/dev/null && ((SECONDS < until)); do :; done
    stack_kill "$name" && stack_start "$name"
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
    wait "$rehearsal_pid" || { tail -n 20 "$run/logs/rehearsal.log" | comment && return 1; }
    rehearsal_pid=
}

# --- what must hold --------------------------------------------------------------------------------------------------------

verified() {
    "$BIN/dubanctl" verify --language=en >"$run/verify" 2>&1 || { comment <"$run/verify" && return 1; }
}

# A file that only exists shows nothing.
long_enough() {
    local lines
    lines=$(wc -l <"$1")
    ((lines >= $2)) || { echo "only $lines lines in $1" | comment && return 1; }
}

same() {
    cmp -s "$1" "$2" || { diff "$1" "$2" | head -n 40 | comment && return 1; }
}

differ() { ! cmp -s "$1" "$2"; }

killed_each() {
    local name
    for name in "${STACK_PROGRAMS[@]}"; do
        ((${killed[$name]:-0} >= KILLS_OF_EACH)) || { echo "$name: ${killed[$name]:-0}" | comment && return 1; }
    done
}

none_stumbled() {
    ! grep -hE 'Sanitizer|runtime error|Assertion|"level":"error"' "$WORK"/*/logs/*.log | head -n 20 | comment | grep .
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
