#!/bin/bash
# What offices get: the tarball runs in a root that holds nothing but the C library; the Debian package holds what it
# says, names what it needs, and installs and goes again without taking the records.
. "$(dirname "$0")/hardening/lib.sh"
out=$PWD/build/out
tarball=$(ls -t "$out"/qingfeng-*-"$(uname -m)".tar.gz | head -1)
deb=$(ls -t "$out"/qingfeng_*.deb | head -1)

root=$dir/root
bare_root() { # the C library, the unpacked tarball, and nothing else
    mkdir -p "$root/data" "$root/tmp"
    for lib in $(ldd "$qf" | grep -oE '/[^ ]*/(libc|libm|libpthread|libdl|librt|libresolv|ld-linux[^/ ]*)\.so[^ ]*'); do
        mkdir -p "$root$(dirname "$lib")" && cp -L "$lib" "$root$lib"
    done
    tar -C "$root" -xzf "$tarball" && mv "$root"/qingfeng-* "$root/opt" && [ ! -e "$root/usr" ] || [ -z "$(find "$root/usr" -name 'libsqlite3*')" ]
}
# there is no /proc in it: the loader is told where the program stands
inside() {
    local LD_ORIGIN_PATH=/opt && export LD_ORIGIN_PATH
    if [ "$(id -u)" = 0 ]; then chroot "$root" "$@"; else unshare -r chroot "$root" "$@"; fi
}
makes() { inside /opt/qingfeng demo --db /data/d.db --members 120 --seed 1 --accounts /data/accounts && inside /opt/qingfeng verify --db /data/d.db; }
answers() {
    inside /opt/qingfeng serve --db /data/d.db --listen 127.0.0.1:0 >"$dir/serve.out" 2>"$dir/serve.err" &
    servers+=("$!")
    for _ in $(seq 100); do base=$(grep -o 'http://[0-9.:]*' "$dir/serve.out") && break; sleep .05; done
    password=$(jq -r 'select(.username == "supervision") | .password' "$root/data/accounts")
    sign_in "$dir/jar" && [ "$(total "$dir/jar" /roster/member)" = 120 ]
}
proves() {
    inside /opt/qingfeng prove --db /data/d.db roster.member 1 >"$root/data/proof" && inside /opt/qingfeng-verify /data/proof
}
no_surprise() { # nothing of the machine that built it: run paths, folders
    ! strings -a "$root/opt/qingfeng" | grep -F "$PWD" && readelf -d "$root/opt/qingfeng" | grep -F '[$ORIGIN/lib]'
}
contents() {
    dpkg-deb -c "$deb" | awk '{print $6}' >"$dir/list"
    for f in ./usr/bin/qingfeng ./usr/bin/qingfeng-verify ./usr/lib/systemd/system/qingfeng.service ./usr/share/doc/qingfeng/deploy.md; do
        grep -qxF "$f" "$dir/list" || { echo "no $f"; return 1; }
    done
}
depends() { dpkg-deb -f "$deb" Depends | grep -E 'libsqlite3-0 .*libpq5|libpq5 .*libsqlite3-0' && dpkg-deb -f "$deb" Depends | grep -F 'libmicrohttpd12'; }
installs() { # into a root of its own, as far as that goes without a system in it
    dpkg-deb -x "$deb" "$dir/deb" && "$dir/deb/usr/bin/qingfeng" --version | grep -F "$(dpkg-deb -f "$deb" Version)"
    for s in postinst prerm postrm; do dpkg-deb -I "$deb" "$s" | sh -n || return 1; done
}

step "the tarball unpacks into a root with the C library alone" bare_root
step "it makes a district there and verifies it" makes
step "it serves it" answers
step "it proves a record, and the separate verifier agrees" proves
step "it knows nothing of the machine that built it" no_surprise
step "the Debian package holds the programs, the unit and how to put it up" contents
step "it names the libraries it needs" depends
step "its program runs, its scripts are sound" installs
done_testing
