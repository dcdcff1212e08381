#!/bin/sh
# Runs the threads' test under ThreadSanitizer: a data race is a failure.
set -u
cd "$(dirname "$0")/.."
# Kernels that place mappings more randomly than ThreadSanitizer's map of memory allows for need this.
launcher=
command -v setarch >/dev/null 2>&1 && setarch -R true 2>/dev/null && launcher="setarch -R"
exec env TSAN_OPTIONS="halt_on_error=1 exitcode=66" $launcher build/tsan/threads
