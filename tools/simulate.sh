#!/bin/bash
# Runs simulations on one Lua against what is in build/: tools/simulate.sh lua5.4|luajit SEEDS [FIRST]
# SEED=n runs that one and prints all that happens in it; WORK=machines runs several machines, or one kind of what may
# happen to them (spec/simulation/kinds), WORK=mixed one, at single, bulk and campaign, or at what else WORK names;
# MUTATION=name breaks something on purpose.
set -eu
lua=$1
shift
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
for name in $(env | sed -n 's/^\(AWS_[A-Z0-9_]*\|SES_[A-Z0-9_]*\)=.*/\1/p'); do unset "$name"; done
export AWS_CONFIG_FILE=/nonexistent/config AWS_SHARED_CREDENTIALS_FILE=/nonexistent/credentials
export AWS_EC2_METADATA_DISABLED=true
export LUA_PATH="$root/lua/?.lua;$root/lua/?/init.lua;$root/?.lua;;" LUA_CPATH="$root/build/$lua/?.so;;"
unset LUA_PATH_5_4 LUA_CPATH_5_4 2>/dev/null || true
SIMULATION_FOLDER=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d)
# A database server's folder; its user is another.
TMPDIR=$(mktemp -d -p /tmp)
chmod 755 "$TMPDIR"
export SIMULATION_FOLDER TMPDIR

tidy() {
    for file in "$TMPDIR"/*/data/postmaster.pid; do
        [ ! -f "$file" ] || kill -QUIT "$(head -n 1 "$file")" 2>/dev/null || true
    done
    rm -rf "$SIMULATION_FOLDER" "$TMPDIR"
}
trap tidy EXIT
"$lua" tools/simulate.lua "$@"
