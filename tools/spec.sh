#!/bin/sh
# Runs busted on one Lua against what is in build/: tools/spec.sh lua5.4|luajit [ARGUMENT …]
# LAUNCHER is a command to start Lua by, such as valgrind.
set -eu
lua=$1
shift
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
export LUA_PATH="$root/lua/?.lua;$root/lua/?/init.lua;$root/?.lua;;"
export LUA_CPATH="$root/build/$lua/?.so;;"
unset LUA_PATH_5_4 LUA_CPATH_5_4 2>/dev/null || true
# The machine's own AWS settings must not change what a spec sees.
# SES_SHARED is no setting: it says where the test data is that the repository does not carry.
for name in $(env | sed -n 's/^\(AWS_[A-Z0-9_]*\|SES_[A-Z0-9_]*\)=.*/\1/p'); do
    [ "$name" = SES_SHARED ] || unset "$name"
done
export AWS_CONFIG_FILE=/nonexistent/config AWS_SHARED_CREDENTIALS_FILE=/nonexistent/credentials
export AWS_EC2_METADATA_DISABLED=true
# shellcheck disable=SC2086
exec ${LAUNCHER:-} "$lua" /usr/bin/busted "$@"
