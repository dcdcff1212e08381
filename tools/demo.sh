#!/bin/bash
# The demonstration: a campaign to the 1,000 readers of examples/newsletter, from a CSV file to mail in an
# inbox on this machine. `make demo` runs it; KEEP=1 leaves the inbox open. Nothing leaves the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

. tools/demo_common.sh

# Runs of before, unless their emulator is still up.
for old in build/demo/run.*; do
    [ -d "$old" ] || continue
    pid=$(cat "$old/pid" 2>/dev/null || echo none)
    kill -0 "$pid" 2>/dev/null || rm -rf "$old"
done
mkdir -p build/demo
run=$(mktemp -d build/demo/run.XXXXXX)

emulator=""
stop() {
    [ -n "$emulator" ] || return 0
    kill -TERM "$emulator" 2>/dev/null || true
    emulator=""
}
trap stop EXIT

# So fast that the progress bar can be watched.
rate=${DEMO_RATE:-180}

step "1. SES on this machine"
show "ses emulator --port 0 --rate $rate"
build/ses emulator --port 0 --rate "$rate" --data "$run/emulator" --detach >"$run/emulator.log"
url=$(sed -nE 's|.*(http://127\.0\.0\.1:[0-9]+).*|\1|p' "$run/emulator.log" | head -n 1)
emulator=$(sed -nE 's|^To end it: kill ([0-9]+)$|\1|p' "$run/emulator.log")
echo "$emulator" >"$run/pid"
export AWS_ENDPOINT_URL_SESV2="$url"
echo "The emulator listens on $url"

step "2. The letter's template, and a reader who wants no more letters"
show "ses examples/newsletter/upload_template.lua"
build/ses examples/newsletter/upload_template.lua
show "ses call PutSuppressedDestination '{\"EmailAddress\": \"unsubscribed@readers.test\", \"Reason\": \"COMPLAINT\"}'"
build/ses call PutSuppressedDestination '{"EmailAddress": "unsubscribed@readers.test", "Reason": "COMPLAINT"}' \
    >/dev/null

step "3. The campaign"
show "ses campaign run examples/newsletter/campaign.lua"
status=0
build/ses campaign run examples/newsletter/campaign.lua --journal "$run/journal.sqlite3" || status=$?
[ "$status" = 0 ] || exit "$status"

step "4. Does the inbox agree?"
build/ses tools/demo_check.lua "$url" "$run/journal.sqlite3"

if [ -n "${KEEP:-}" ] && [ "$KEEP" != 0 ]; then
    trap - EXIT
    step "The inbox stays open: $url/"
    echo "To end it: kill $emulator"
else
    step "See the mail: make demo KEEP=1"
    echo "leaves the inbox open in the browser's reach. This one was at $url/"
fi
