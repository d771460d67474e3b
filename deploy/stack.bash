# stack.bash: starts and stops one deployment's programs on this machine. Sourced by deploy/run and by the chaos
# tests; the programs are children of the sourcing script and die with it.
#
#   stack_init DIR BIN BROKERS PREFIX PORT PARTITIONS   where things are; ports PORT, PORT+1, …
#   stack_start NAME     start one program (again) and return when it answers /healthz
#   stack_start_all
#   stack_kill NAME      SIGKILL, as a power cut would; returns when it is gone
#   stack_stop_all       SIGTERM, wait, then SIGKILL what does not listen
#   stack_urls           "name=url,…" of all programs, for the rehearsal
#   stack_url NAME

STACK_PROGRAMS=(intake task-ledger deadline-watcher escalation-notifier)
STACK_UP_SECONDS=${STACK_UP_SECONDS:-120}
declare -A STACK_PIDS=()

stack_init() {
    STACK_DIR=$1 STACK_BIN=$2 STACK_BROKERS=$3 STACK_PREFIX=$4 STACK_PORT=$5 STACK_PARTITIONS=$6
    STACK_CLOCK=${STACK_CLOCK:-stepped}
    STACK_SECRET=${STACK_SECRET:-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')}
    mkdir -p "$STACK_DIR/logs"
}

stack_port() {
    local i
    for i in "${!STACK_PROGRAMS[@]}"; do
        [[ ${STACK_PROGRAMS[i]} == "$1" ]] && echo $((STACK_PORT + i)) && return
    done
    return 1
}

stack_url() { echo "http://127.0.0.1:$(stack_port "$1")"; }

stack_urls() {
    local name list=
    for name in "${STACK_PROGRAMS[@]}"; do list+=",$name=$(stack_url "$name")"; done
    echo "${list#,}"
}


stack_healthy() {
    local line=
    exec 3<>"/dev/tcp/127.0.0.1/$(stack_port "$1")" || return 1
    printf 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
    read -r -t 5 line <&3
    exec 3>&-
    [[ $line == *" 200 "* ]]
} 2>/dev/null

stack_start() {
    local name=$1 pid
    (
        # What only one program wants to know. By the environment: a command line can be read by anybody.
        export DUBAN_BOOTSTRAP_SECRET=$STACK_SECRET DUBAN_LETTERS_DIR=$STACK_DIR/letters
        exec setpriv --pdeathsig TERM "$STACK_BIN/$name" --brokers="$STACK_BROKERS" --prefix="$STACK_PREFIX" \
            --partitions="$STACK_PARTITIONS" --http-port="$(stack_port "$name")" --clock="$STACK_CLOCK" \
            --state-dir="$STACK_DIR/state/$name"
    ) >>"$STACK_DIR/logs/$name.log" 2>&1 </dev/null &
    pid=$!
    STACK_PIDS[$name]=$pid
    local until=$((SECONDS + STACK_UP_SECONDS))
    until stack_healthy "$name"; do
        if ! kill -0 "$pid" 2>/dev/null; then
            echo "stack: $name ended while starting; the end of $STACK_DIR/logs/$name.log:" >&2
            tail -n 5 "$STACK_DIR/logs/$name.log" >&2
            return 1
        fi
        ((SECONDS < until)) || { echo "stack: $name does not answer, see $STACK_DIR/logs/$name.log" >&2; return 1; }
        read -r -t 0.1 <> <(:) || true # a tenth of a second between two looks
    done
}

stack_start_all() {
    local name
    for name in "${STACK_PROGRAMS[@]}"; do stack_start "$name" || return 1; done
}

stack_kill() {
    local pid=${STACK_PIDS[$1]}
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null || true
    unset "STACK_PIDS[$1]"
}

stack_stop_all() {
    local name pid until=$((SECONDS + 20))
    for name in "${!STACK_PIDS[@]}"; do kill -TERM "${STACK_PIDS[$name]}" 2>/dev/null || true; done
    for name in "${!STACK_PIDS[@]}"; do
        pid=${STACK_PIDS[$name]}
        while kill -0 "$pid" 2>/dev/null && ((SECONDS < until)); do read -r -t 0.1 <> <(:) || true; done
        kill -KILL "$pid" 2>/dev/null && echo "stack: $name did not stop in time and was killed" >&2
        wait "$pid" 2>/dev/null || true
        unset "STACK_PIDS[$name]"
    done
}
