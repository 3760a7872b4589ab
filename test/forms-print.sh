#!/bin/bash
# forms-print.sh: forms printed by Chromium and the .docx of the same people opened by LibreOffice have the same pages and
# the same text: a plain one, one with fourteen members of the family, one with a resume of sixty periods. Part of test-full
# (both programs are slow to start). QF_BIN and QF_ROOT as in run.sh.
bin=${QF_BIN:-build/release/qingfeng} port=${PORT:-19471}
dir=$(mktemp -d) pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null; sleep .2; rm -rf "$dir"' EXIT
fail() { echo "not ok - $*"; bad=1; }
bad=0
base=http://127.0.0.1:$port
person() { # NAME ID PERIODS MEMBERS: a form with so many periods of the resume and members of the family
    printf '<Person><XingMing>%s</XingMing><XingBie>男</XingBie><ChuShengNianYue>197503</ChuShengNianYue><XianRenZhiWu>示例区示例局副局长</XianRenZhiWu><JianLi>' "$1"
    for ((i = 0; i < $3; i++)); do
        printf '%d.%02d--%d.%02d  示例区示例局党组成员、副局长，示例中心主任第%d段\n' $((1990 + i / 2)) $((i % 2 * 6 + 1)) $((1990 + (i + 1) / 2)) $(((i + 1) % 2 * 6 + 1)) "$i"
    done
    printf '</JianLi><JiaTingChengYuan>'
    for ((i = 0; i < $4; i++)); do
        printf '<Item><ChengWei>兄弟</ChengWei><XingMing>白行%02d</XingMing><ChuShengRiQi>1970%02d</ChuShengRiQi><ZhengZhiMianMao>群众</ZhengZhiMianMao><GongZuoDanWeiJiZhiWu>示例区第%d小学教师</GongZuoDanWeiJiZhiWu></Item>' "$i" $((i % 12 + 1)) "$i"
    done
    printf '</JiaTingChengYuan><ShenFenZheng>%s</ShenFenZheng></Person>' "$2"
}
person 白其一 990103197503150015 8 2 >"$dir/1.lrmx"
person 白其二 '' 8 14 >"$dir/2.lrmx"
person 白其三 '' 60 9 >"$dir/3.lrmx"
"$bin" demo --db "$dir/db" --house --members 120 --seed 1 --accounts "$dir/accounts" >/dev/null || exit 1
"$bin" import --db "$dir/db" --accept valid "$dir"/[123].lrmx 2>"$dir/import.err" || { cat "$dir/import.err"; exit 1; }
"$bin" serve --db "$dir/db" --listen "127.0.0.1:$port" >/dev/null 2>"$dir/serve.err" &
pid=$!
for _ in $(seq 100); do curl -s -m 2 -o /dev/null "$base/login" && break; sleep .1; done
password=$(jq -r 'select(.username == "supervision") | .password' "$dir/accounts")
token() { curl -s -m 20 -b "$dir/jar" -c "$dir/jar" "$base$1" | grep -o 'name="csrf" value="[^"]*"' | head -1 | cut -d'"' -f4; }
curl -s -m 20 -o /dev/null -b "$dir/jar" -c "$dir/jar" -d "csrf=$(token /login)" -d username=supervision --data-urlencode "password=$password" "$base/login"
for _ in $(seq 100); do [ "$(curl -s -m 9 -b "$dir/jar" -o /dev/null -w '%{http_code}' "$base/roster/member")" = 200 ] && break; sleep .1; done
list="/roster/member/forms?q=%E7%99%BD%E5%85%B6"
csrf=$(token "$list")
take() { curl -s -m 60 -b "$dir/jar" -d "csrf=$csrf" -d "as=$1" -d version=4 -d reason=printing -o "$2" "$base$list"; }
take print "$dir/print.html"
take docx "$dir/forms.zip"
sed -i "s#=\"/static#=\"$base/static#g" "$dir/print.html"
timeout 120 chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer --virtual-time-budget=5000 \
    --print-to-pdf="$dir/print.pdf" "file://$dir/print.html" >/dev/null 2>&1
for i in 1 2 3; do unzip -p "$dir/forms.zip" "000$i *" >"$dir/form$i.docx"; done
timeout 240 soffice --headless "-env:UserInstallation=file://$dir/office" --convert-to pdf --outdir "$dir" "$dir"/form*.docx >/dev/null 2>&1
pages() { pdfinfo "$1" | awk '/^Pages/ {print $2}'; }
# every character but blanks and word joiners, sorted: cells may be read in another order
letters() { pdftotext "$@" - | node -e 'console.log([...fs.readFileSync(0, "utf8").replace(/[\s\u2060]/g, "")].sort().join(""))'; }
at=1 whole=0
for i in 1 2 3; do
    n=$(pages "$dir/form$i.pdf")
    want=2
    [ $i = 2 ] && want=3
    [ $i = 3 ] && want=3
    [ "${n:-0}" = $want ] || fail "form $i: $n pages in LibreOffice, not $want"
    ours=$(letters -f $at -l $((at + want - 1)) "$dir/print.pdf") theirs=$(letters "$dir/form$i.pdf")
    if [ -n "$ours" ] && [ "$ours" = "$theirs" ]; then
        echo "ok - form $i: $want pages, ${#ours} characters, alike in both"
    else
        fail "form $i: the texts differ"
        diff <(echo "$ours" | fold -w 60) <(echo "$theirs" | fold -w 60) | head -6
    fi
    at=$((at + want + want % 2))
    whole=$((whole + want + (i < 3 ? want % 2 : 0)))
done
n=$(pages "$dir/print.pdf")
[ "${n:-0}" = $whole ] && echo "ok - $n pages printed, each form from a front side" || fail "$n pages printed, not $whole"
exit $bad
