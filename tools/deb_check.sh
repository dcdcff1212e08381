#!/bin/bash
# Looks at the packages of a folder by lintian, and has a bare Debian of their own install, use and purge them.
#
#   tools/deb_check.sh build/deb VERSION
set -euo pipefail
packages=$(cd "$1" && pwd)
export VERSION=$2
[ "$(id -u)" = 0 ] || { echo "deb_check.sh: a system of its own can be made by root alone" >&2; exit 1; }

lintian -EviI --pedantic --allow-root --fail-on error,warning,info "$packages"/*.changes >"$packages/lintian.log" ||
    { grep -E '^[EWIPX]:' "$packages/lintian.log"; exit 1; }
grep -E '^[EWIPX]:' "$packages/lintian.log" || true
echo "  ok  lintian"

tree=$(mktemp -d /var/tmp/ses-deb.XXXXXX)
trap 'umount -R "$tree/proc" "$tree/dev" 2>/dev/null || true; rm -rf --one-file-system "$tree"' EXIT
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror=$(apt-get indextargets --format '$(REPO_URI)' | head -n 1)
debootstrap --variant=minbase --include=ca-certificates "$suite" "$tree" "$mirror" >"$packages/debootstrap.log" 2>&1 ||
    { tail -n 5 "$packages/debootstrap.log"; exit 1; }
# This machine's way to its mirror.
rm -rf "$tree"/etc/apt/sources.list*
cp -a /etc/apt/sources.list* /etc/apt/apt.conf.d "$tree/etc/apt/"
cp -a /usr/share/keyrings/. "$tree/usr/share/keyrings/"
cp -a /etc/ssl/certs/. "$tree/etc/ssl/certs/"
cp -L /etc/hosts /etc/resolv.conf "$tree/etc/"
mkdir "$tree/packages"
find "$packages" -name '*.deb' ! -name '*-dbgsym_*' -exec cp {} "$tree/packages" \;
cp "$(dirname "$0")/deb_try.sh" "$tree/packages/try"
# shellcheck disable=SC2016
unshare --mount --pid --fork --kill-child bash -c '
    mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && mount --make-rslave "$0/dev" &&
    exec env -i VERSION="$VERSION" HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 chroot "$0" bash /packages/try' "$tree"
