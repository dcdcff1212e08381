#!/bin/bash
# The demonstration of examples/nginx: an emulator of SES and an nginx on this machine, mail through it, and what
# inbox, metrics and health show of it. `make demo-nginx` runs it; KEEP=1 leaves both open. Nothing leaves the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

. tools/demo_common.sh

# Runs of before, unless their nginx is still up.
for old in build/demo-nginx/run.*; do
    [ -d "$old" ] || continue
    pid=$(cat "$old/nginx.pid" 2>/dev/null || echo none)
    kill -0 "$pid" 2>/dev/null || rm -rf "$old"
done
mkdir -p build/demo-nginx
run=$(mktemp -d "$PWD/build/demo-nginx/run.XXXXXX")

emulator=""; server=""
stop() {
    [ -z "$server" ] || { kill -TERM "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
    [ -z "$emulator" ] || kill -TERM "$emulator" 2>/dev/null || true
    server=""; emulator=""
}
trap stop EXIT

export UNSUBSCRIBE_SECRET="a secret of the demonstration" RELAY_TOKEN="a-token-of-the-demonstration"
export OUTBOX="$run/outbox/outbox.db"
export LUA_PATH="$PWD/lua/?.lua;$PWD/lua/?/init.lua;;" LUA_CPATH="$PWD/build/luajit/?.so;;"

fetch() { curl -sS --noproxy '*' --max-time 20 "$@"; }

# Until a command gives 0, twenty seconds at most.
eventually() {
    for _ in $(seq 200); do
        if "$@" >/dev/null 2>&1; then return 0; fi
        sleep 0.1
    done
    echo "demo-nginx: not in time: $*" >&2
    cat "$run/error.log" >&2
    exit 1
}

step "1. SES on this machine"
show "ses emulator --port 0"
build/ses emulator --port 0 --data "$run/emulator" --detach >"$run/emulator.log"
url=$(sed -nE 's|.*(http://127\.0\.0\.1:[0-9]+).*|\1|p' "$run/emulator.log" | head -n 1)
emulator=$(sed -nE 's|^To end it: kill ([0-9]+)$|\1|p' "$run/emulator.log")
export AWS_ENDPOINT_URL_SESV2="$url"
echo "The emulator listens on $url"

step "2. The nginx of examples/nginx"
# The files as they are, but for a port that is free. Workers of another user may not enter a checkout.
port=${DEMO_PORT:-8080}
while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
for file in examples/nginx/*.conf; do
    sed -e '/^user /d' -e "s|127\.0\.0\.1:8080|127.0.0.1:$port|" "$file" >"$run/$(basename "$file")"
done
cp examples/nginx/site.lua "$run/"
mkdir -m 700 "$run/outbox"
as_root=""
[ "$(id -u)" != 0 ] || as_root="user root;"
conf=nginx.conf; program=nginx
if command -v openresty >/dev/null 2>&1; then conf=openresty.conf; program=openresty; fi
show "$program -p build/demo-nginx/$(basename "$run") -c $conf"
"$program" -p "$run" -c "$conf" ${as_root:+-g "$as_root"} </dev/null >/dev/null 2>"$run/error.log" &
server=$!
site="http://127.0.0.1:$port"
eventually fetch -f "$site/ping"
echo "nginx answers on $site"

step "3. A program posts a mail, a visitor writes to the shop"
mail='{"from": "letters@lantern.example", "to": "siobhan@example.com", "subject": "Your book is here", "text": "It waits."}'
show "curl $site/mail -H 'Authorization: Bearer …' -H 'Content-Type: application/json' -d '$mail'"
fetch -H "Authorization: Bearer $RELAY_TOKEN" -H "Content-Type: application/json" -d "$mail" "$site/mail"
echo
show "curl -d name=Ana -d email=ana@example.com -d 'message=Do you have Moby-Dick?' $site/contact"
fetch -d name=Ana -d email=ana@example.com -d 'message=Do you have Moby-Dick?' "$site/contact"

step "4. The inbox, once the outbox has sent both"
arrived() { build/ses tools/demo_inbox.lua "$url" | grep -q '^2 mails'; }
eventually arrived
build/ses tools/demo_inbox.lua "$url"

step "5. Metrics, of all workers together"
show "curl $site/metrics"
counted() { fetch "$site/metrics" | grep -q '^ses_emails_sent_total.* 2$'; }
eventually counted
fetch "$site/metrics" | grep -E '^ses_(emails_sent|recipients|requests)_total'

step "6. Health"
show "curl $site/health"
fetch -f "$site/health"
echo

if [ -n "${KEEP:-}" ] && [ "$KEEP" != 0 ]; then
    trap - EXIT
    step "Both stay open: $site/ and the inbox at $url/"
    echo "To end them: kill $server $emulator"
else
    step "See it for yourself: make demo-nginx KEEP=1"
    echo "leaves both open. The inbox was at $url/"
fi
