#!/bin/sh
# Runs the specs of spec/e2e: against an account of Amazon SES, or against another server of its API. Which one,
# SES_E2E_… variables say (CONTRIBUTING.md); without them it runs nothing. Credentials are those of the AWS SDKs.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
if [ -z "${SES_E2E_REGION:-}" ] && [ -z "${SES_E2E_ENDPOINT:-}" ]; then
    echo "e2e: nothing is run: neither SES_E2E_REGION nor SES_E2E_ENDPOINT is set (see CONTRIBUTING.md)"
    exit 0
fi
if [ -z "${SES_E2E_FROM:-}" ] && [ -z "${SES_E2E_ENDPOINT:-}" ]; then
    echo "e2e: SES_E2E_FROM must name a verified address of the account" >&2
    exit 2
fi
make --no-print-directory build-all >&2
export LUA_PATH="$root/lua/?.lua;$root/lua/?/init.lua;$root/?.lua;;"
unset LUA_PATH_5_4 LUA_CPATH_5_4 2>/dev/null || true
echo "e2e: against ${SES_E2E_ENDPOINT:-Amazon SES in $SES_E2E_REGION}"
for lua in ${SES_E2E_LUA:-lua5.4 luajit}; do
    echo "== spec/e2e under $lua"
    LUA_CPATH="$root/build/$lua/?.so;;" "$lua" /usr/bin/busted -o plainTerminal --pattern=_e2e spec/e2e
done
