#!/bin/bash
# Runs the C tests and the specs of the binding under valgrind, but for the tests that it cannot judge
# (RUN_NATIVE in spec/c/check.h).
set -u
cd "$(dirname "$0")/.."
export UNDER_VALGRIND=1
valgrind="valgrind -q --error-exitcode=9 --leak-check=full --show-leak-kinds=definite"
failed=0
for test in spec/c/*_test.c; do
    test=build/valgrind/$(basename "$test" _test.c)
    echo "== $test"
    $valgrind "$test" || failed=1
done
echo "== spec/binding"
LAUNCHER=$valgrind tools/spec.sh lua5.4 -o plainTerminal spec/binding || failed=1
[ "$failed" = 0 ] && echo "valgrind: clean"
exit "$failed"
