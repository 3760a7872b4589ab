#!/bin/bash
# arm64.sh OUT-DIR: what the cross-build links with: Debian's libraries for ARM64, unpacked into OUT-DIR/root without
# installing them, so that nothing on this machine changes. Packages come from the sources this machine uses.
set -e
out=$(mkdir -p "$1" && cd "$1" && pwd)
[ -e "$out/root/.done" ] && exit 0
want=$(sed -n '/^run="/,/"$/p' "$(dirname "$0")/../tools/setup.sh" | grep -oE '[a-z0-9.+-]+-dev')
apt=$out/apt
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$out/root"
: >"$apt/status"
opts=(-o "APT::Architecture=arm64" -o "APT::Architectures::=arm64" -o "Dir::State::Lists=$apt/lists" -o "Dir::State::Status=$apt/status"
    -o "Dir::Cache=$apt/cache" -o "Debug::NoLocking=1" -o "APT::Sandbox::User=root" -o "APT::Install-Recommends=0")
apt-get "${opts[@]}" update -q >"$out/log" 2>&1
# shellcheck disable=SC2086
apt-get "${opts[@]}" install -y -q --download-only $want >>"$out/log" 2>&1 || { tail -5 "$out/log" >&2; exit 1; }
for deb in "$apt"/cache/archives/*.deb; do dpkg-deb -x "$deb" "$out/root"; done
touch "$out/root/.done"
