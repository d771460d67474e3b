# kill.bash: what the suites share that play a rehearsal twice, once undisturbed and once under kill -9, and compare the
# histories. Sourced; the caller has set tests (how many there are) and partitions. Environment: tools/test-suite.
# shellcheck source=deploy/stack.bash
source deploy/stack.bash

CEILING_SECONDS=120 # for any one condition
rehearsal_pid=
trap 'stop_rehearsal; stack_stop_all' EXIT
trap 'exit 143' TERM

# --- TAP ---------------------------------------------------------------------------------------------------------------

number=0
failed=0
echo "1..${tests:?}"

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
    stack_init "$run" "$BIN" "$BROKER" "$PREFIX$1." "$2" "${partitions:?}"
    export DUBAN_BROKERS=$BROKER DUBAN_PREFIX=$PREFIX$1. DUBAN_PARTITIONS=$partitions
    "$BIN/dubanctl" topics create deploy/registry >"$run/logs/topics.log" && stack_start_all
}

# rehearse SEED DAYS [FROM]: plays on the deployment that is up; the lines go to standard output
rehearse() {
    export DUBAN_BOOTSTRAP_SECRET=$STACK_SECRET
    exec setpriv --pdeathsig TERM "$BIN/rehearsal" --registry=deploy/registry --intake="$(stack_url intake)" \
        --programs="$(stack_urls)" --seed="$1" --days="$2" ${3:+--from="$3"} --history="$run/history" \
        --summary="$run/summary.json" 2>"$run/logs/rehearsal.log"
}

rehearsal_ends() {
    wait "$rehearsal_pid" || { tail -n 20 "$run/logs/rehearsal.log" | comment && return 1; }
    rehearsal_pid=
}

# play NAME PORT SEED DAYS [FROM]: a whole run without disturbance
play() {
    set_up "$1" "$2" || return 1
    (rehearse "${@:3}") >"$run/output" &
    rehearsal_pid=$!
    rehearsal_ends
}

# --- killing -------------------------------------------------------------------------------------------------------------

# metric NAME SERIES: its whole part as the program says it now; nothing when it does not answer
metric() {
    local line value=
    {
        exec 4<>"/dev/tcp/127.0.0.1/$(stack_port "$1")" || return 1
        printf 'GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&4
        while read -r -t 5 line <&4; do
            [[ $line == "$2 "* ]] && value=${line##* }
        done
        exec 4>&-
    } 2>/dev/null
    value=${value%$'\r'}
    echo "${value%%[.e]*}"
}

# until_holds COMMAND…: false when the rehearsal ends before, or under one ceiling
until_holds() {
    local until=$((SECONDS + CEILING_SECONDS))
    until "$@"; do
        kill -0 "$rehearsal_pid" 2>/dev/null && ((SECONDS < until)) || return 1
    done
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

none_stumbled() {
    ! grep -hE 'Sanitizer|runtime error|Assertion|"level":"error"' "$WORK"/*/logs/*.log | head -n 20 | comment | grep .
}
