#!/bin/bash
# docs.sh: what README and doc/ tell people to type works as written: every make target named, the lines of the READMEs,
# every command of doc/cli.md without and with its options, and the requests shown there. Prints TAP.
cd "${QF_ROOT:-$(dirname "$0")/..}" || exit 1
bin=${QF_BIN:-$PWD/build/release/qingfeng}
dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; wait 2>/dev/null; rm -rf "$dir"' EXIT
n=0 bad=0
step() {
    n=$((n + 1))
    if "${@:2}" >"$dir/out" 2>&1 </dev/null; then echo "ok $n - $1"; else echo "not ok $n - $1"; tail -5 "$dir/out" | sed 's/^/# /'; bad=1; fi
}
# run COMMAND: a line of a document with this build and this district; differences found (1) are no fault
run() {
    timeout 60 bash -c "${1/#build\/release\/qingfeng/qingfeng}"
    case $? in 0) ;; 1) [[ $1 == *--expect* ]] ;; *) false ;; esac
}
# serve COMMAND: starts it on a free port, waits for its line and leaves the address in $url
serve() {
    bash -c "exec ${1/#build\/release\/qingfeng/qingfeng}" >"$dir/said" 2>"$dir/log" &
    server=$!
    for _ in $(seq 200); do
        url=$(grep -oE 'https?://[^ ]*[0-9]' "$dir/said") && return 0
        sleep 0.1
    done
    false
}
stop() {
    kill -TERM "$server" && wait "$server"
    rc=$?
    server=
    return $rc
}
mkdir "$dir/bin" && ln -s "$bin" "$dir/bin/qingfeng"
export PATH=$dir/bin:$PATH
qingfeng demo --db "$dir/demo.db" --members 200 --seed 1 --planted "$dir/planted" --accounts "$dir/accounts" >/dev/null || exit 1

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout "$dir/tls.key" -out "$dir/tls.pem" 2>/dev/null
# what the commands of the log hand to each other, on a stick or on paper
db=$dir/demo.db
qingfeng checkpoint --db "$db" | tail -1 >"$dir/vkey"
qingfeng checkpoint export --db "$db" --out "$dir/carried"
qingfeng witness cosign --keys "$db.keys" --name witness.example --log "$(cat "$dir/vkey")" --out "$dir/cosigned" "$dir/carried" 2>"$dir/wkey"
sed -i 's/.* as //' "$dir/wkey"
qingfeng checkpoint import --db "$db" --witness "$(cat "$dir/wkey")" "$dir/cosigned"
qingfeng prove --db "$db" --out "$dir/proof" roster.member 1
qingfeng rules export --db "$db" --out "$dir/rules.json"
echo "a passphrase for tests" >"$dir/pass"
qingfeng backup --db "$db" --out "$dir/kept" --passphrase-file "$dir/pass" >/dev/null
backup=$(ls "$dir"/kept/*.backup)

for target in $(grep -ohE '`make [a-z][a-z0-9-]*|^    make [a-z][a-z0-9-]*' README*.md CONTRIBUTING.md doc/*.md | awk '{print $NF}' | sort -u); do
    step "make $target is a target" make -n "$target" NAME=exchange
done

for readme in README.md README.zh-CN.md; do
    rm -f "$dir/new.db"
    while read -r line; do
        here=$(sed "s#/srv/qingfeng.db#$dir/new.db#; s#:8080#:0#" <<<"${line%%#*}")
        case $line in
        *" serve "*)
            step "$readme: $line" serve "$here"
            step "$readme: the address answers" curl -sf "$url/healthz"
            step "$readme: SIGTERM ends it" stop
            ;;
        *) step "$readme: $line" run "$here" ;;
        esac
    done < <(sed -n 's/^    \(build\/release\/.*\)/\1/p' "$readme")
done

# The first column of the table, with values in the place of what is in capitals.
fill() {
    sed -e 's/\\|/|/g' -e 's/all|valid|none/none/' -e "s#--db URL#--db $db#" -e "s#--out FILE.zip#--out $dir/forms.zip#" -e "s#--out FILE#--out $dir/rows.xlsx#" \
        -e "s#--planted FILE#--planted $dir/planted.new#" -e "s#--accounts FILE#--accounts $dir/accounts.new#" -e "s#--expect FILE#--expect $dir/planted#" \
        -e 's#FILE\.\.\.#test/lrmx-samples/01-baseline-3.2.lrmx#' -e 's#HOST:PORT#127.0.0.1:0#' -e 's/--as-of DATE/--as-of 2027-01-01/' -e 's/--rule ID/--rule DISC-SW/' \
        -e 's/--member ID/--member 1/' -e 's/RECORD/roster.member/' -e "s/--filter EXPR/--filter 'age >= 50'/" -e 's/--cols a,b/--cols name,birth/' -e 's/--sort a,-b/--sort -birth,name/' \
        -e "s#--tls-cert FILE#--tls-cert $dir/tls.pem#" -e "s#--tls-key FILE#--tls-key $dir/tls.key#" -e 's/--behind-proxy ADDRESS/--behind-proxy 127.0.0.1/' \
        -e 's/sha256|sm3/sm3/' -e "s#--keys DIR#--keys $db.keys#" -e 's/ ID$/ 1/' -e 's/--rev N/--rev 1/' -e 's/--from N/--from 1/' -e 's/--name NAME/--name w/' \
        -e "s#FOLDER#$dir/kept#g" -e "s#--passphrase-file FILE#--passphrase-file $dir/pass#" -e "s#--until DAY#--until 2099-01-01#" -e "s#BACKUP#$backup#" \
        -e 's/--plan MEMBER/--plan 1/' -e 's/REQUEST/1/' -e "s#^\(rules import .*\) FILE\$#\1 $dir/rules.json#" \
        -e "s#CARRIED#$dir/carried#" -e "s#COSIGNED#$dir/cosigned#" -e "s#PROOF#$dir/proof#" -e "s#--\(log\|vkey\) VKEY#--\1 $(cat "$dir/vkey")#" \
        -e "s#--witness VKEY#--witness $(cat "$dir/wkey")#" -e "s/--reason TEXT/--reason inspection/" -e 's/--as USERNAME/--as supervision/' -e 's/--members N/--members 120/' -e 's/--seed S/--seed 2/' -e 's/--year Y/--year 2026/' -e 's/--unit ID/--unit 1/'
}
while IFS= read -r usage; do
    for form in "$(sed -E 's/ *\[[^]]*\]//g' <<<"$usage")" "$(tr -d '[]' <<<"$usage")"; do
        case $usage in "init --codes"*) ;; "init "* | "demo "* | "restore "*) db=$dir/empty-$n.db ;; *) db=$dir/demo.db ;; esac
        line="qingfeng $(fill <<<"$form")"
        [ "$line" != "$before" ] || continue
        before=$line
        case $line in "qingfeng serve "*--listen*) ;; "qingfeng serve "*) continue ;; esac # others may have the default port
        name=${line//$dir/DIR}
        case $usage in
        "erase "*REQUEST) # as if two persons had confirmed it
            sqlite3 "$db" "INSERT OR IGNORE INTO keep_request (id, rev, ended, scope, record, row, ground, citation, state, marked_on)
                VALUES (1, 1, 0, -1, 'roster.award', (SELECT min(id) FROM roster_award), 'test', 'test', 'confirmed', '2026-01-01')"
            ;;&
        "serve "*) step "doc/cli.md: $name" serve "$line" && stop ;;
        *) step "doc/cli.md: $name" run "$line" ;;
        esac
    done
done < <(sed -n 's/^| `\([a-z-].*\)` |.*/\1/p' doc/cli.md | sed 's/` | .*//; s/`, `/\n/g')

serve "qingfeng serve --db $dir/demo.db --listen 127.0.0.1:0"
password=$(sed -n '1s/.*"password": *"\([^"]*\)".*/\1/p' "$dir/accounts")
csrf=$(curl -s -c "$dir/jar" -b "$dir/jar" "$url/login" | sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' | head -1)
step "doc/cli.md: signing in as described" test 303 = "$(curl -s -o "$dir/page" -w '%{http_code}' -c "$dir/jar" -b "$dir/jar" \
    --data-urlencode username=supervision --data-urlencode "password=$password" --data-urlencode "csrf=$csrf" "$url/login")"
for _ in $(seq 100); do # the columns are read beside the pages
    curl -sf -o "$dir/page" -b "$dir/jar" "$url/roster/member" && break
    sleep 0.1
done
while IFS= read -r line; do
    step "doc/cli.md: $line" run "$(sed "s#curl -b jar#curl -sf -b $dir/jar#; s#http://127.0.0.1:8080#$url#" <<<"$line")"
done < <(sed -n 's/^    \(curl .*\)/\1/p' doc/cli.md)
step "the server ends" stop
echo "1..$n"
exit $bad
