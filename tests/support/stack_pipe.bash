#!/bin/bash
# stack_pipe.bash: deploy/stack.bash for a suite that is not a shell script: commands come on stdin, one a line, and
# each is answered by one line, "ok" or "failed". At the end of the input everything is stopped.
#
#   start NAME | kill NAME | start_all | stop_all
#
# DIR, BIN, BROKERS, PREFIX, PORT, PARTITIONS as in stack_init, by the environment with STACK_ before them.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# shellcheck source=deploy/stack.bash
source deploy/stack.bash
# shellcheck disable=SC2153 # they come from the environment
stack_init "$STACK_DIR" "$STACK_BIN" "$STACK_BROKERS" "$STACK_PREFIX" "$STACK_PORT" "$STACK_PARTITIONS"
trap stack_stop_all EXIT
trap 'exit 143' TERM

while read -r command name; do
    case $command in
    start | kill) "stack_$command" "$name" ;;
    start_all | stop_all) "stack_$command" ;;
    *) false ;;
    esac && echo ok || echo failed
done
