#!/bin/sh
# Installs the npm packages of spec/peers/package.json into build/peers, where specs look for them.
# Touches nothing where they are there already. Where there is no npm, or it cannot reach a registry,
# it says so and ends well: the specs that need them are pending then.
set -eu
cd "$(dirname "$0")/.."
folder=build/peers
if [ -d "$folder/node_modules" ] && cmp -s spec/peers/package-lock.json "$folder/installed"; then exit 0; fi
command -v npm >/dev/null 2>&1 || { echo "peers.sh: no npm here: specs against its packages are pending" >&2; exit 0; }
mkdir -p "$folder"
rm -rf "$folder/node_modules" "$folder/installed"
cp spec/peers/package.json spec/peers/package-lock.json "$folder/"
if npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error \
    --fetch-timeout=30000 --fetch-retries=1 >"$folder/log" 2>&1; then
    cp spec/peers/package-lock.json "$folder/installed"
else
    cat "$folder/log" >&2
    rm -rf "$folder/node_modules"
    echo "peers.sh: npm could not install: specs against its packages are pending" >&2
fi
