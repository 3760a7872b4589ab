#!/bin/bash
# new-module.sh: the recipe of doc/adding-a-module.md, run in a copy of the tree. Prints TAP.
cd "${QF_ROOT:-$(dirname "$0")/..}" || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS # a make of its own
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0 bad=0
step() {
    n=$((n + 1))
    if "${@:2}" >"$dir/out" 2>&1; then echo "ok $n - $1"; else echo "not ok $n - $1"; tail -20 "$dir/out"; bad=1; fi
}
tar cf - --exclude=./.git --exclude=./web/node_modules --exclude='./build/*' . | tar xf - -C "$dir"
ln -s "$PWD/web/node_modules" "$dir/web/node_modules"
mkdir -p "$dir/build" && cp -a build/release "$dir/build/release"
cd "$dir" || exit 1
step "make module writes the folder and one line" make module NAME=exchange
step "nothing else was edited" grep -qx 'MODULE(exchange)' src/modules.def
step "it builds without a warning" bash -c '! make build/release/qingfeng 2>&1 | grep -E "warning|error"'
step "its test passes" make unit T=modules/exchange
step "its record is in the field register" bash -c './build/release/qingfeng fields | grep -q exchange.item'
step "its routes are there" bash -c './build/release/qingfeng routes | grep -q /exchange/item'
step "its table is made" bash -c './build/release/qingfeng init --db x.db && sqlite3 x.db "select count(*) from exchange_item"'
step "its texts stand in both languages" make unit T=view/test/texts
step "a name that is none is refused" bash -c '! make module NAME=Bad-Name'
echo "1..$n"
exit $bad
