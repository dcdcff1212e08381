#!/bin/bash
# Installs the packages of /packages, uses them and purges them: for a Debian system that is thrown away after
# (tools/deb_check.sh). Says each step that holds, and ends at the first that does not.
set -euo pipefail

files() { # what there is but for the books that dpkg and apt keep
    find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /packages -o -path /var/lib/dpkg \
        -o -path /var/lib/apt -o -path /var/cache -o -path /var/log \) -prune -o -print | LC_ALL=C sort
}

holds() { echo "  ok  $*"; }

apt() { DEBIAN_FRONTEND=noninteractive apt-get -y -qq --no-install-recommends "$@" >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; exit 1; }; }

names=$(for deb in /packages/*.deb; do dpkg-deb -f "$deb" Package; done)
apt update
# Everything of others, so that what is there before and after differs by our packages alone.
# shellcheck disable=SC2046
apt install lua5.4 luajit2 lua-sql-sqlite3 nginx libnginx-mod-http-lua gcc libc6-dev pkg-config ca-certificates curl \
    $(for deb in /packages/*.deb; do dpkg-deb -f "$deb" Depends; done | tr ',' '\n' | sed 's/(.*//; s/|.*//' | grep -vwF "$names")
files >/tmp/before
apt install /packages/*.deb
holds installed: $names

cd /tmp
ses --version | grep -q "^ses $VERSION "
holds "ses --version: $(ses --version)"
[ -s /usr/share/man/man1/ses-send.1.gz ]
holds "manual pages"
for lua in lua5.4 luajit; do
    $lua -e 'print(require("ses").version, require("ses.core").version)' | grep -qx "$VERSION	$VERSION"
    holds "$lua -e 'require \"ses\"'"
done

ses emulator --detach --port 0 >/tmp/emulator
eval "$(sed -n '/^ *export/,/secret-key$/p' /tmp/emulator)"
from=letters@lantern.example
ses send --from $from --to ses@example.com --subject Hello --text "It is here." >/dev/null
for lua in lua5.4 luajit; do
    $lua -e "assert(assert(require('ses').client()).emails:send {
        from = '$from', to = '$lua@example.com', subject = 'Hello', text = 'It is here.' })"
done
embed=/usr/share/doc/libses-dev/examples/embed
# shellcheck disable=SC2046
cc $embed/send.c -o send $(pkg-config --cflags --libs ses)
./send $from c@example.com >/dev/null
# shellcheck disable=SC2046
cc $embed/host.c -o host $(pkg-config --cflags --libs ses-lua lua5.4)
./host $embed/notify.lua $from host@example.com "The Sea" >/dev/null
# shellcheck disable=SC2046
cc $embed/send.c -o send-static $(pkg-config --cflags --static --libs ses | sed 's/-lses/-l:libses.a/')
./send-static $from static@example.com >/dev/null
curl -s "$AWS_ENDPOINT_URL_SESV2/_emulator/messages" >messages
for who in ses lua5.4 luajit c host static; do
    grep -q "\"$who@example.com\"" messages || { echo "no mail by $who"; exit 1; }
done
holds "a mail to the emulator by ses, lua5.4, luajit, C, C with the static library, C that hosts Lua"
kill "$(sed -n 's/^To end it: kill //p' /tmp/emulator)"

# shellcheck disable=SC2086
apt purge $names
files >/tmp/after
diff /tmp/before /tmp/after
holds "purged: nothing is left"
