#!/bin/bash
# Makes the pictures in docs/images: the campaign half way and at its end, drawn from what `make demo` writes to
# a terminal; the inbox that it leaves and its report as a page, from a browser.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
emulator=""
stop() {
    [ -z "$emulator" ] || kill -TERM "$emulator" 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT
mkdir -p docs/images

shoot() { # URL PICTURE WIDTH HEIGHT
    # A sandboxed frame in a process of its own stays white while virtual time runs.
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1.5 \
        --disable-features=IsolateSandboxedIframes \
        --user-data-dir="$work/chromium" --window-size="$3,$4" --virtual-time-budget=4000 \
        --screenshot="$2" "$1" >"$work/chromium.log" 2>&1 || { cat "$work/chromium.log" >&2; exit 1; }
    echo "$2"
}

# A page as high as the terminal's text.
terminal() { # PICTURE TITLE [UNTIL]
    lua5.4 tools/terminal_html.lua --title "$2" ${3:+--until "$3"} <"$work/typescript" >"$work/page.html"
    local lines
    lines=$(sed -n '/<pre>/,/<\/pre>/p' "$work/page.html" | wc -l)
    shoot "file://$work/page.html" "$1" 1064 $((lines * 22 + 132))
}

script -q -e -c 'stty cols 106 rows 50; KEEP=1 TERM=xterm-256color tools/demo.sh' /dev/null \
    >"$work/typescript" </dev/null
emulator=$(sed -n 's/.*To end it: kill \([0-9]*\).*/\1/p' "$work/typescript" | tail -n 1)
url=$(sed -nE 's|.*(http://127\.0\.0\.1:[0-9]+).*|\1|p' "$work/typescript" | tail -n 1)

run=$(ls -dt build/demo/run.* | head -n 1)
build/ses campaign report examples/newsletter/campaign.lua --journal "$run/journal.sqlite3" \
    --html "$work/report.html" >/dev/null
shoot "file://$work/report.html" docs/images/page.png 960 1000

terminal docs/images/campaign.png "make demo" ' 6%d%%'
terminal docs/images/report.png "make demo"
shoot "$url/" docs/images/inbox.png 1280 800
# The letter of one reader whose book has a comma in its name.
id=$(build/ses tools/demo_find.lua "$url" "The Lion")
shoot "$url/messages/$id" docs/images/message.png 1280 1180
