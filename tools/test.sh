#!/bin/bash
# Runs all tests and closes with one line, `N passed, N failed`, over every runner.
set -u
cd "$(dirname "$0")/.."
passed=0
failed=0
log=$(mktemp)
failures=$(mktemp)
trap 'rm -f "$log" "$failures"' EXIT

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
# The specs wait most of their time, so that both Luas run them at once; what LuaJIT's say is shown after.
other=$(mktemp)
tools/spec.sh luajit -o plainTerminal >"$other" 2>&1 &
echo "== specs under lua5.4"
tools/spec.sh lua5.4 -o plainTerminal 2>&1 | tee "$log"
count lua5.4 "${PIPESTATUS[0]}"
wait $!
status=$?
echo "== specs under luajit"
cat "$other"
mv "$other" "$log"
count luajit "$status"
# Named once more, where whoever reads the end alone sees them.
cat "$failures"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
