#!/bin/sh
# Unpacks Debian's prometheus and promtool into build/prometheus, where specs look for them: 19 MB to fetch.
# The package is not installed, since that would start a server on port 9090 of this machine. Touches nothing where
# they are there already; where it cannot be had it says so and ends well: the specs that need it are pending then.
set -eu
cd "$(dirname "$0")/.."
folder=build/prometheus
[ ! -x "$folder/prometheus" ] || [ ! -x "$folder/promtool" ] || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
if (cd "$work" && apt-get download -q prometheus) >"$work/log" 2>&1 &&
    dpkg-deb --fsys-tarfile "$work"/prometheus_*.deb | tar -x -C "$work" ./usr/bin/prometheus ./usr/bin/promtool; then
    mkdir -p "$folder"
    mv "$work/usr/bin/prometheus" "$work/usr/bin/promtool" "$folder/"
else
    cat "$work/log" >&2
    echo "prometheus.sh: no prometheus could be had: specs against it are pending" >&2
fi
