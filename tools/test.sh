#!/bin/bash
# Runs all tests and closes with one line, `N passed, N failed`, over every runner.
set -u
cd "$(dirname "$0")/.."
passed=0
failed=0
log=$(mktemp)
failures=$(mktemp)
trap 'rm -rf "$log" "$failures" "${others:-}"' EXIT

count() { # the runner's name, its exit status; its output is in $log
    local p f
    p=$(sed -nE 's/^([0-9]+) success(es)? .*/\1/p; s/^([0-9]+) passed, [0-9]+ failed$/\1/p' "$log" | tail -n 1)
    f=$(sed -nE 's/^[0-9]+ success(es)? \/ ([0-9]+) failures? \/ ([0-9]+) errors?.*/\2 \3/p; s/^[0-9]+ passed, ([0-9]+) failed$/\1 0/p' "$log" | tail -n 1 | awk '{print $1 + $2}')
    passed=$((passed + ${p:-0}))
    failed=$((failed + ${f:-0}))
    awk -v who="$1" '/^(Failure|Error) (->|→) / { place = $3; getline; print who ": " place ": " $0 }' "$log" >>"$failures"
    # A runner that died before it could count is a failure of its own.
    if [ -z "$p" ] || { [ "$2" != 0 ] && [ "${f:-0}" = 0 ]; }; then
        echo "$1: exit status $2 without a count of failures" >&2
        failed=$((failed + 1))
    fi
}

for test in build/test/*; do
    [ -x "$test" ] && [ ! -d "$test" ] || continue
    case $test in *.d) continue ;; esac
    echo "== $test"
    "$test" 2>&1 | tee "$log"
    count "$test" "${PIPESTATUS[0]}"
done
echo "== build/tsan/threads"
tools/tsan.sh 2>&1 | tee "$log"
count build/tsan/threads "${PIPESTATUS[0]}"
# The specs wait most of their time, so that several processes run them at once, two of each Lua; what those beside say is
# shown after. The one that judges how long a loop is held runs last, when nothing else does.
others=$(mktemp -d)
alone=spec/nginx/event_loop_spec.lua
long="spec/adapters spec/campaign spec/cli spec/faults spec/simulation"
rest=$(ls -d spec/*/ spec/*_spec.lua | sed 's|/$||' | grep -vxE 'spec/(nginx|c|e2e|support)' | grep -vxF "${long// /$'\n'}")
beside() { # a name, the Lua, what to run
    local name=$1 lua=$2
    shift 2
    (
        tools/spec.sh "$lua" -o plainTerminal "$@" >"$others/$name" 2>&1
        echo $? >"$others/$name.status"
    ) &
}
show() { # a name
    echo "== $1"
    cp "$others/$1" "$log"
    cat "$log"
    count "$1" "$(cat "$others/$1.status" || echo 1)"
}
# shellcheck disable=SC2086
beside "long specs under luajit" luajit $long
# shellcheck disable=SC2086
beside "long specs under lua5.4" lua5.4 $long
# shellcheck disable=SC2086
beside "specs under luajit" luajit $rest
# shellcheck disable=SC2046
beside "specs of nginx" luajit $(ls spec/nginx/*_spec.lua | grep -vxF "$alone")
echo "== specs under lua5.4"
# shellcheck disable=SC2086
tools/spec.sh lua5.4 -o plainTerminal $rest 2>&1 | tee "$log"
count lua5.4 "${PIPESTATUS[0]}"
wait
for name in "long specs under lua5.4" "specs under luajit" "long specs under luajit" "specs of nginx"; do show "$name"; done
echo "== $alone"
tools/spec.sh luajit -o plainTerminal "$alone" 2>&1 | tee "$log"
count "$alone" "${PIPESTATUS[0]}"

# Named once more, where whoever reads the end alone sees them.
cat "$failures"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
