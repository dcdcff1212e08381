#!/bin/bash
# Runs each fuzzer of build/fuzz for FUZZ_SECONDS (60), from its corpus in fuzz/corpus. What it finds on
# the way is kept in build/fuzz/corpus; an input that breaks something, in build/fuzz/findings. The template
# engine is Lua, and has a fuzzer in Lua, for the same time on each Lua; FUZZ_SEED (1) is its seed.
set -u
cd "$(dirname "$0")/.."
mkdir -p build/fuzz/findings
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0
count=0
for source in fuzz/*.c; do
    name=$(basename "$source" .c)
    [ "$name" = replay ] && continue
    mkdir -p "build/fuzz/corpus/$name"
    "build/fuzz/$name" -max_total_time="${FUZZ_SECONDS:-60}" -max_len=4096 -timeout=5 -rss_limit_mb=1024 \
        -verbosity=0 -print_final_stats=1 -artifact_prefix="build/fuzz/findings/$name-" \
        "build/fuzz/corpus/$name" "fuzz/corpus/$name" >"$log" 2>&1
    status=$?
    echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs in ${FUZZ_SECONDS:-60} s"
    if [ "$status" != 0 ]; then
        tail -n 60 "$log"
        failed=1
    fi
    count=$((count + 1))
done
for lua in lua5.4 luajit; do
    LUA_PATH="./?.lua;./lua/?.lua;./lua/?/init.lua;;" LUA_CPATH="./build/$lua/?.so;;" "$lua" fuzz/run_template.lua \
        "${FUZZ_SECONDS:-60}" "${FUZZ_SEED:-1}" "build/fuzz/findings/template-$lua" || failed=1
done
count=$((count + 1))
[ "$failed" = 0 ] && echo "fuzz: $count fuzzers, no finding"
exit "$failed"
