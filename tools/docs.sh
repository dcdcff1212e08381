#!/bin/sh
# Writes the guides and the reference of the API as HTML: tools/docs.sh FOLDER
# The guides, the operations, the errors and the C headers by tools/gen_reference.lua, the Lua modules by LDoc, which must
# find nothing to warn of.
set -eu
out=$1
root=$(cd "$(dirname "$0")/.." && pwd)
case $out in /*) ;; *) out=$PWD/$out ;; esac
cd "$root"
export LUA_PATH="$root/lua/?.lua;$root/lua/?/init.lua;$root/?.lua;;" LUA_CPATH="$root/build/lua5.4/?.so;;"
unset LUA_PATH_5_4 LUA_CPATH_5_4 2>/dev/null || true
# The machine's own AWS settings are not the reference's.
for name in $(env | sed -n 's/^\(AWS_[A-Z0-9_]*\|SES_[A-Z0-9_]*\)=.*/\1/p'); do unset "$name"; done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/docs/guides" "$work/docs/operations" "$work/docs/c" "$work/style"
lua5.4 tools/gen_reference.lua "$work/docs" include/ses/*.h

mkdir -p "$work/source"
cp -R --parents docs/ldoc "$work/source/"
lua5.4 -e 'io.write((require "tools.reference.style"))' > "$work/source/docs/ldoc/ldoc.css"
lua5.4 tools/ldoc_source.lua "$work/source"
# LDoc is Lua of its own version, and says what is wrong on both of its outputs.
if ! (unset LUA_PATH LUA_CPATH && cd "$work/source/docs/ldoc" && ldoc --quiet --fatalwarnings --testing \
    --dir "$work/docs/lua" --style . --template . .) > "$work/said" 2>&1 || grep -qv '^reading' "$work/said"; then
    cat "$work/said" >&2
    exit 1
fi
cp -R docs/images "$work/docs/guides/"
rm -rf "$out"
mkdir -p "$(dirname "$out")"
cp -R "$work/docs" "$out"
