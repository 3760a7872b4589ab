#!/bin/bash
# dist.sh BINARY-DIR OUT-DIR: a tarball that runs on any Linux of this architecture with a C library at least as new:
# qingfeng and qingfeng-verify with the libraries they need beside them in lib/, found through the run path $ORIGIN/lib.
set -e
bin=$1 out=$2
version=$("$bin/qingfeng" --version | awk '{print $NF; exit}')
name=qingfeng-$version-$(uname -m)
root=$out/$name
rm -rf "$root" && mkdir -p "$root/lib" "$root/licenses"
cp "$bin/dist/qingfeng" "$bin/dist/qingfeng-verify" "$root/"
strip "$root/qingfeng" "$root/qingfeng-verify"

# all but the C library, which goes with the system's kernel and name services
ldd "$bin/qingfeng" "$bin/qingfeng-verify" | awk '$2 == "=>" {print $3}' | sort -u |
    grep -vE '/(libc|libm|libpthread|libdl|librt|libresolv|ld-linux[^/]*)\.so' >"$out/libraries"
while read -r lib; do
    cp -L "$lib" "$root/lib/$(basename "$lib")"
    package=$(dpkg -S "$(readlink -f "$lib")" 2>/dev/null | head -1 | cut -d: -f1)
    [ -z "$package" ] || cp -n "/usr/share/doc/$package/copyright" "$root/licenses/$package.txt" 2>/dev/null || true
done <"$out/libraries"
cp README.md README.zh-CN.md LICENSE CHANGELOG.md packaging/qingfeng.service "$root/"
cp -r doc "$root/doc"
rm -rf "$root/doc/screens"
tar -C "$out" --sort=name --owner=0 --group=0 --mtime="@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" -czf "$out/$name.tar.gz" "$name"
echo "$out/$name.tar.gz"
