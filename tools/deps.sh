#!/bin/sh
# Installs the Debian packages that a make target needs, and no others.
#
#   tools/deps.sh build demo      the sets below, by name
#
# Says what it installs. Uses sudo where the caller is not root. Where nothing is missing it prints
# nothing and touches nothing.
set -eu

build="lua5.4 liblua5.4-dev libluajit2-5.1-dev libbearssl-dev libcurl4-openssl-dev libidn2-dev pkg-config lua-cjson lua-lpeg libedit2"
demo="nginx libnginx-mod-http-lua lua-sql-sqlite3 ca-certificates"
peers="python3-botocore nodejs npm"
# LDoc of Debian 12 runs on Lua 5.1 or 5.2 alone.
docs="lua-ldoc lua-discount lua5.1 cmark-gfm"
test="$demo $peers $docs lua-busted luajit2 lua-socket curl procps sqlite3 openssl postgresql lua-sql-postgres tzdata g++ mandoc valgrind zsh"
lint="lua-check clang-format"
valgrind="$test libc6-dbg"
rocks="$test luarocks"
deb="$build build-essential debhelper"
fuzz="$build clang libclang-rt-14-dev"
screenshots="$demo chromium fonts-dejavu-core fonts-noto-cjk fonts-noto-color-emoji bsdutils"

wanted=""
for set in "$@"; do
    case $set in
    build) wanted="$wanted $build" ;;
    demo) wanted="$wanted $demo" ;;
    demo-nginx) wanted="$wanted $demo curl" ;;
    bench-nginx) wanted="$wanted $test wrk" ;;
    bench) wanted="$wanted $test awscli" ;;
    peers) wanted="$wanted $peers" ;;
    docs) wanted="$wanted $docs" ;;
    test) wanted="$wanted $test" ;;
    lint) wanted="$wanted $lint" ;;
    valgrind) wanted="$wanted $valgrind" ;;
    rocks) wanted="$wanted $rocks" ;;
    deb) wanted="$wanted $deb" ;;
    deb-check) wanted="$wanted $deb lintian debootstrap" ;;
    fuzz) wanted="$wanted $fuzz" ;;
    screenshots) wanted="$wanted $screenshots" ;;
    pages) wanted="$wanted $test $screenshots" ;;
    *) echo "deps.sh: no set named '$set' (build, demo, demo-nginx, bench, bench-nginx, peers, docs, test, lint, valgrind, rocks, deb, deb-check, fuzz, screenshots, pages)" >&2; exit 2 ;;
    esac
done

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "deps.sh: this is no Debian system; please install by hand what matches:$wanted" >&2
    exit 0
fi

# A package may be there under another's name: some builds of nodejs bring npm, and refuse Debian's.
provided=$(dpkg-query -W -f '${db:Status-Status} ${Provides}\n' | sed -n 's/^installed //p' | sed 's/([^)]*)//g' |
    tr ',\n' '  ')
missing=""
for package in $wanted; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    case " $missing $provided " in *" $package "*) continue ;; esac
    [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 || {
        echo "deps.sh: to go on, run as root: apt-get install$missing" >&2
        exit 1
    }
    as_root=sudo
fi

echo "Installing Debian packages:$missing"
log=$(mktemp)
cluster_conf=/etc/postgresql-common/createcluster.conf
cluster_kept=""
finish() {
    rm -f "$log"
    [ -z "$cluster_kept" ] || $as_root mv "$cluster_conf.before-ses" "$cluster_conf"
}
trap finish EXIT
$as_root apt-get update -qq >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
# Debian makes a database cluster and starts it when it installs PostgreSQL. The specs start servers of their
# own, so that setting is off meanwhile; what is there already stays as it is.
case " $missing " in
*" postgresql "*)
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-common \
        >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
    $as_root cp -p "$cluster_conf" "$cluster_conf.before-ses"
    cluster_kept=1
    $as_root sed -i 's/^#* *create_main_cluster *=.*/create_main_cluster = false/' "$cluster_conf"
    ;;
esac
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing \
    >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
# Debian starts a web server on port 80 when it installs nginx. The emulator runs an nginx of its
# own on a loopback port, so the system's is put back to sleep where this script brought it.
case " $missing " in
*" nginx "*)
    if [ -d /run/systemd/system ]; then
        $as_root systemctl disable --now nginx >/dev/null 2>&1 || true
    else
        $as_root service nginx stop >/dev/null 2>&1 || true
    fi
    ;;
esac
