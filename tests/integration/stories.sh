#!/bin/bash
# stories.sh: every story of tests/scenarios on a real deployment, all of them merged on one stepped timeline, then the
# log verified from outside. Environment and rules: tools/test-suite.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=deploy/stack.bash
source deploy/stack.bash

partitions=4
stack_init "$WORK" "$BIN" "$BROKER" "$PREFIX" "$PORT_BASE" "$partitions"
export DUBAN_BROKERS=$BROKER DUBAN_PREFIX=$PREFIX DUBAN_PARTITIONS=$partitions
trap stack_stop_all EXIT
trap 'exit 143' TERM

bail_out() {
    echo "Bail out! $1"
    exit 1
}
"$BIN/dubanctl" topics create deploy/registry >"$WORK/logs/topics.log" || bail_out "the topics could not be made"
stack_start_all || bail_out "the programs did not start"

# In the background, since bash hears a signal only when it does not wait for a program in the foreground.
DUBAN_BOOTSTRAP_SECRET=$STACK_SECRET setpriv --pdeathsig TERM "$BIN/rehearsal" --stories=tests/scenarios \
    --registry=deploy/registry --intake="$(stack_url intake)" --programs="$(stack_urls)" >"$WORK/stories.tap" &
wait $!
played=$?
grep -v '^1\.\.' "$WORK/stories.tap"
count=$(grep -cE '^(not )?ok ' "$WORK/stories.tap")
[[ $count -gt 0 ]] || bail_out "the stories could not be played"

# check NAME COMMAND…
check() {
    local name=$1
    shift
    count=$((count + 1))
    if "$@" >"$WORK/logs/check.log" 2>&1; then
        echo "ok $count - $name"
    else
        echo "not ok $count - $name"
        tail -n 20 "$WORK/logs/check.log" | sed 's/^/# /'
    fi
}
all_live() {
    local name
    for name in "${STACK_PROGRAMS[@]}"; do stack_healthy "$name" || { echo "$name is gone" && return 1; }; done
}
export_seals() { "$BIN/dubanctl" events export --event=archived >"$WORK/seals.jsonl" && [[ -s $WORK/seals.jsonl ]]; }
# The exit code of verify against a copy in which one hash is another one.
verify_forged() {
    sed '1s/"chain": *"[0-9a-f]\{8\}/"chain":"00000000/' "$WORK/seals.jsonl" >"$WORK/forged.jsonl"
    "$BIN/dubanctl" verify --seals="$WORK/forged.jsonl" --language=en
    [[ $? -eq 4 ]]
}
no_sanitizer_spoke() { ! grep -E 'Sanitizer|runtime error|Assertion' "$WORK"/logs/*.log; }

check the_rehearsal_ends_in_order test "$played" -eq 0
check every_program_lives all_live
check copies_of_the_seals_can_be_kept export_seals
check the_log_keeps_its_promises_and_its_seals "$BIN/dubanctl" verify --seals="$WORK/seals.jsonl"
check a_copy_that_differs_is_found verify_forged
stack_stop_all
check the_programs_end_in_order no_sanitizer_spoke
echo "1..$count"
