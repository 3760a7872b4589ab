#!/bin/bash
# deb.sh BINARY-DIR OUT-DIR: a Debian package with the programs, the unit, and the user it runs as. What it depends on is
# read from the programs.
set -e
bin=$1 out=$2
version=$("$bin/qingfeng" --version | awk '{print $NF; exit}')
arch=$(dpkg --print-architecture)
root=$out/deb
rm -rf "$root" && mkdir -p "$root/DEBIAN" "$root/usr/bin" "$root/usr/lib/systemd/system" "$root/usr/share/doc/qingfeng"
for p in qingfeng qingfeng-verify; do install -m755 -s "$bin/$p" "$root/usr/bin/$p"; done
install -m644 packaging/qingfeng.service "$root/usr/lib/systemd/system/"
install -m644 README.md README.zh-CN.md CHANGELOG.md doc/*.md "$root/usr/share/doc/qingfeng/"
install -m644 LICENSE "$root/usr/share/doc/qingfeng/copyright"

# dpkg-shlibdeps wants a source package around it
mkdir -p "$out/shlibs/debian" && printf 'Source: qingfeng\n\nPackage: qingfeng\nArchitecture: any\n' >"$out/shlibs/debian/control"
depends=$(cd "$out/shlibs" && dpkg-shlibdeps -O --ignore-missing-info -e"$OLDPWD/$root/usr/bin/qingfeng" -e"$OLDPWD/$root/usr/bin/qingfeng-verify" 2>/dev/null)
cat >"$root/DEBIAN/control" <<C
Package: qingfeng
Version: $version
Architecture: $arch
Maintainer: Qingfeng <qingfeng@example.invalid>
Section: admin
Priority: optional
Depends: ${depends#shlibs:Depends=}, adduser
Suggests: postgresql, nginx
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Description: supervision of public officials on record (清风)
 Manages and supervises the cadres of a district: rosters, rules with their
 clauses, matters with their deadlines, and proof of everything recorded.
C
install -m755 packaging/postinst packaging/prerm packaging/postrm "$root/DEBIAN/"
dpkg-deb --root-owner-group --build "$root" "$out/qingfeng_${version}_$arch.deb" >/dev/null
echo "$out/qingfeng_${version}_$arch.deb"
