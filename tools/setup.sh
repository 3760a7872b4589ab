#!/bin/bash
# setup.sh run|test|full|arm64: installs the Debian packages that are missing. node and npm are taken as found.
set -e
run="gcc make pkg-config libc6-dev libsqlite3-dev libpq-dev libmicrohttpd-dev libjansson-dev libxml2-dev libzip-dev
 libxlsxwriter-dev libssl-dev libargon2-dev libsodium-dev libqrencode-dev libicu-dev zlib1g-dev libcurl4-openssl-dev
 libcjose-dev binutils"
test="libcmocka-dev sqlite3 postgresql chromium tidy clang-format-14 cppcheck codespell fonts-noto-cjk curl zip unzip jq dpkg-dev nginx"
want=$run
full="valgrind clang wrk libreoffice-writer poppler-utils"
arm64="gcc-aarch64-linux-gnu qemu-user-static"
[ "$1" = arm64 ] && want="$want $arm64"
[ "$1" = test ] && want="$want $test"
[ "$1" = full ] && want="$want $test $full $arm64"
command -v node >/dev/null || want="$want nodejs"
command -v npm >/dev/null || want="$want npm"
missing=
for p in $want; do
    [ "$(dpkg-query -W -f '${Status}' "$p" 2>/dev/null)" = "install ok installed" ] || missing="$missing $p"
done
[ -z "$missing" ] && exit 0
echo "installing:$missing"
as=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "these packages are missing and you are not root: apt-get install$missing" >&2; exit 1; }
    as=sudo
fi
$as apt-get update -q >/dev/null
DEBIAN_FRONTEND=noninteractive $as apt-get install -y -q --no-install-recommends $missing >/dev/null
