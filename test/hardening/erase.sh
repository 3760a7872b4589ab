#!/bin/bash
# erase.sh: a person erased from end to end on both databases: asked for and confirmed by two over HTTP, carried out at the
# command line; then name and id are looked for in every file, an older backup is restored, and the erasure killed. Prints TAP.
. "$(dirname "$0")/lib.sh"
RANDOM=${SEED:-$$}
kills=${KILLS:-6}
echo "a passphrase for tests" >"$dir/pass"
ask() { # SQL: one answer of the database being tested
    case $engine in sqlite) sqlite3 "$url" "$1" ;; pg) psql -qAtX "$url" -c "$1" ;; esac
}
erase() { timeout 120 "$qf" erase --db "$url" --keys "$keys" "$@"; }
verify() { timeout 120 "$qf" verify --db "$url" --keys "$keys"; }

# ---- a person, and every kind of place that names him ----
name=欧阳楚材 id=990103196907236410 # in no list of names of the demonstration
form() { # JAR PATH FIELD...: prints the status
    local csrf
    csrf=$(curl -s -m 20 -b "$1" "$base/account" | grep -o 'name="csrf" value="[^"]*"' | head -1 | cut -d'"' -f4)
    curl -s -m 60 -b "$1" -o "$dir/page" -w '%{http_code}' --data-urlencode "csrf=$csrf" "${@:3}" "$base$2"
}
made() { # JAR PATH JSON: a new row, its id in $new
    [ "$(post "$1" "$2" "$3")" = 201 ] || { cat "$dir/posted.json"; return 1; }
    new=$(jq .id "$dir/posted.json")
}
person() {
    made "$dir/jar" /roster/member "{\"name\":\"$name\",\"sex\":\"1\",\"birth\":\"1969-07-23\",\"status\":\"1\",\"unit\":$(ask "SELECT min(id) FROM roster_unit WHERE parent IS NOT NULL"),\"citizen_id\":\"$id\"}" || return 1
    him=$new
    made "$dir/jar" /roster/award "{\"member\":$him,\"name\":\"优秀共产党员\"}" || return 1
    made "$dir/jar" /roster/resume "{\"member\":$him,\"from_on\":\"1990-07\",\"text\":\"$name 在示例区工作\"}" ||
        made "$dir/jar" /roster/appraisal "{\"member\":$him,\"year\":2020,\"grade\":\"1\"}" || return 1
    other=$(ask "SELECT min(id) FROM roster_member")
    made "$dir/jar" /roster/family "{\"member\":$other,\"relation_text\":\"舅父\",\"name\":\"$name\",\"other\":$him}" || return 1
    kin=$new
    made "$dir/jar" /roster/award "{\"member\":$other,\"name\":\"与$name（$id）共同立功\"}" || return 1
    quoted=$new
    made "$dir/jar" /roster/award "{\"member\":$other,\"name\":\"曾与$name同组\"}" || return 1
    mended=$new
    curl -s -m 10 -b "$dir/jar" -H 'Accept: application/json' -H "X-Reason: $(jq -rn --arg x "查阅$name档案" '$x|@uri')" "$base/roster/member/$him" >/dev/null
    curl -s -m 10 -b "$dir/jar" -G --data-urlencode "q=$name" "$base/search" >/dev/null
    curl -s -m 10 -b "$dir/jar" -H 'Accept: application/json' -G --data-urlencode "q=$id" "$base/roster/member" >/dev/null
    # an upload that nobody decided about
    printf '姓名,身份证号\n%s,%s\n' "$name" "$id" >"$dir/stage.csv"
    local csrf
    csrf=$(curl -s -m 20 -b "$dir/jar" "$base/account" | grep -o 'name="csrf" value="[^"]*"' | head -1 | cut -d'"' -f4)
    curl -s -m 20 -b "$dir/jar" -o /dev/null -F "csrf=$csrf" -F "file=@$dir/stage.csv" "$base/roster/award/import"
    [ "$(ask "SELECT count(*) FROM face_import_row WHERE cells LIKE '%$id%'")" -gt 0 ]
}
spellings() { # as files may hold them: UTF-8, escaped in JSON, UTF-16, GBK, hexadecimal
    printf '%s\n' "$name" "$id"
    printf '%s' "$name" | iconv -t UTF-16BE | od -An -v -tx1 | tr -d ' \n' | sed 's/..../\\u&/g'
    echo
    printf '%s' "$name" | od -An -v -tx1 | tr -d ' \n'
    echo
    printf '%s' "$id" | od -An -v -tx1 | tr -d ' \n'
    echo
}
nowhere() { # FILE OR FOLDER...: prints what still holds him
    local found there=() f
    for f in "$@"; do [ -e "$f" ] && there+=("$f"); done
    spellings >"$dir/spellings"
    found=$(LC_ALL=C grep -raolF -f "$dir/spellings" "${there[@]}"
        LC_ALL=C grep -raoblF -- "$(printf '%s' "$name" | iconv -t GBK)" "${there[@]}"
        LC_ALL=C grep -ralP -- "$(printf '%s' "$name" | iconv -t UTF-16LE | od -An -v -tx1 | tr -d ' \n' | sed 's/../\\x&/g')" "${there[@]}")
    [ -z "$found" ] || { echo "held by $found"; return 1; }
}
files() {
    case $engine in
    sqlite) echo "$url" "$url"-wal "$url"-shm "$keys"/* ;;
    pg) psql -qAtX "$url" -c 'CHECKPOINT' && echo "${QF_PG_URL##*host=}/data/base" "${QF_PG_URL##*host=}/data/global" ;;
    esac
}

fails() { ! "$@"; }
sign_in_all() {
    for who in supervision archives security system; do sign_in "$dir/jar.$who" "$who" || return 1; done
    cp "$dir/jar.supervision" "$dir/jar"
}
planned() {
    erase --plan "$him" | tee "$dir/plan"
    grep -q '^row roster.member 1$' "$dir/plan" && grep -q '^unlink roster.family 1$' "$dir/plan" &&
        grep -q '^quote roster.award 2$' "$dir/plan" && grep -q '^quote roster.family 1$' "$dir/plan" &&
        grep -q '^row admin.read' "$dir/plan" && grep -q '^outside face_import_row' "$dir/plan" &&
        ! grep -qF -e "$name" -e "$id" "$dir/plan"
}
asked() {
    [ "$(form "$dir/jar.archives" /keep/erasure -d "row=$him" -d ground=测试 -d citation=测试依据)" = 303 ] || return 1
    request=$(ask "SELECT max(id) FROM keep_request")
}
own_second() { [ "$(form "$dir/jar.supervision" "/keep/erasure/$request" -d answer=agree)" = 409 ]; }
quotes_first() { [ "$(form "$dir/jar.security" "/keep/erasure/$request" -d answer=agree)" = 409 ]; }
not_yet() { fails_with 3 'not confirmed by two' "$qf" erase --db "$url" --keys "$keys" "$request"; }
counts_only() { # the administrator's page
    curl -s -m 60 -b "$dir/jar.security" "$base/keep/erasure/$request" >"$dir/page"
    grep -q "roster\|干部" "$dir/page" && ! grep -qF -e "$name" -e "$id" "$dir/page" &&
        [ "$(curl -s -m 20 -b "$dir/jar.security" -o /dev/null -w '%{http_code}' "$base/roster/member/$him")" != 200 ]
}
no_entry() {
    for who in member contact_audit; do
        sign_in "$dir/jar.$who" "$who"
        [ "$(curl -s -m 20 -b "$dir/jar.$who" -o /dev/null -w '%{http_code}' "$base/keep/erasure/$request")" = 403 ] || return 1
    done
    [ "$(form "$dir/jar.system" "/keep/erasure/$request" -d answer=agree)" = 403 ] &&
        [ "$(form "$dir/jar.security" "/keep/erasure/$request/quote" -d record=roster.award -d "row=$quoted" -d rev=1 -d choice=erase)" = 403 ]
}
redacted() { # one text mended by its officer, one row erased, one kept with a ground
    local rev
    [ "$(post "$dir/jar" "/roster/award/$mended" "{\"rev\":1,\"member\":$other,\"name\":\"曾与他人同组\"}")" = 200 ] || { cat "$dir/posted.json"; return 1; }
    [ "$(form "$dir/jar.archives" "/keep/erasure/$request/quote" -d record=roster.award -d "row=$quoted" -d rev=1 -d choice=erase)" = 303 ] || return 1
    rev=$(ask "SELECT rev FROM roster_family WHERE id = $kin")
    [ "$(form "$dir/jar.archives" "/keep/erasure/$request/quote" -d record=roster.family -d "row=$kin" -d "rev=$rev" -d choice=keep)" = 422 ] &&
        [ "$(form "$dir/jar.archives" "/keep/erasure/$request/quote" -d record=roster.family -d "row=$kin" -d "rev=$rev" -d choice=erase)" = 303 ]
}
agreed() {
    [ "$(form "$dir/jar.security" "/keep/erasure/$request" -d answer=agree)" = 303 ] && [ "$(ask "SELECT state FROM keep_request WHERE id = $request")" = confirmed ]
}
gone_from_pages() { # a server that held him in its columns; not by his name, which the log of searches would keep
    for _ in $(seq 60); do
        [ "$(total "$dir/jar" /roster/member)" = $((people - 1)) ] && return 0
        sleep .1
    done
    return 1
}
back_again() {
    local fresh=$dir/back.$engine.db
    timeout 120 "$qf" restore --db "$fresh" --keys "$keys.copy" --passphrase-file "$dir/pass" "$dir"/kept.$engine/*.backup >"$dir/said" 2>&1
    cat "$dir/said"
    grep -q 'contents erased since were erased again' "$dir/said" && ! grep -q ' 0 contents' "$dir/said" &&
        timeout 60 "$qf" verify --db "$fresh" --keys "$keys.copy" &&
        sqlite3 "$fresh" 'VACUUM' && nowhere "$fresh" "$fresh-wal"
}
found_back() { # an older copy of the file put back by hand
    cp "$dir/before.db" "$dir/hand.db"
    fails_with 1 'was erased and is back' "$qf" verify --db "$dir/hand.db" --keys "$keys"
}
killed() {
    local p
    for i in $(seq "$kills"); do
        rm -rf "$dir"/k.db*
        cp "$dir/before.db" "$dir/k.db"
        cp -r "$dir/before.keys" "$dir/k.db.keys"
        "$qf" erase --db "$dir/k.db" "$request" >/dev/null 2>&1 &
        p=$!
        sleep "$(printf '0.%06d' $((RANDOM * 12)))"
        kill -9 "$p" 2>/dev/null
        wait "$p" 2>/dev/null
        timeout 60 "$qf" verify --db "$dir/k.db" || return 1
        timeout 60 "$qf" erase --db "$dir/k.db" "$request" >/dev/null && timeout 60 "$qf" verify --db "$dir/k.db" &&
            nowhere "$dir/k.db" "$dir/k.db-wal" "$dir"/k.db.keys/* || { sqlite3 "$dir/k.db" .dump | grep -a "$name" | cut -c1-300; return 1; }
    done
}

run() { # ENGINE URL
    engine=$1 url=$2 keys=$dir/$1.keys
    "$qf" demo --db "$url" --keys "$keys" --members 300 --seed 5 --accounts "$dir/accounts" >/dev/null &&
        password=$(jq -r 'select(.username == "supervision") | .password' "$dir/accounts")
    serve_db "$url" --keys "$keys"
    step "$engine: who takes part signs in" sign_in_all
    step "$engine: a person stands in many places" person
    step "$engine: the plan names every place, and nothing that stands there" planned
    step "$engine: whoever knows the file asks" asked
    step "$engine: nothing happens on one person's word" not_yet
    step "$engine: another of the same side is no second person" own_second
    step "$engine: others' texts are decided first" quotes_first
    step "$engine: the administrator sees counts, opens nothing" counts_only
    step "$engine: who has no part in it gets nowhere" no_entry
    step "$engine: a text is mended, a row given up, a ground is asked for" redacted
    timeout 60 "$qf" backup --db "$url" --keys "$keys" --out "$dir/kept.$engine" --passphrase-file "$dir/pass" >/dev/null
    step "$engine: the second person confirms" agreed
    if [ "$engine" = sqlite ]; then
        kill "$pid" && wait "$pid"
        sqlite3 "$url" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null && cp "$url" "$dir/before.db" && cp -r "$keys" "$dir/before.keys"
        serve_db "$url" --keys "$keys" && sign_in_all
    fi
    cp -r "$keys" "$keys.old"
    people=$(total "$dir/jar" /roster/member)
    step "$engine: it is carried out while a server runs" erase "$request"
    cat "$dir/out" >"$dir/carried"
    step "$engine: it tells which backups still hold him" grep -q 'backup, to be removed after' "$dir/carried"
    step "$engine: the server's columns no longer have him" gone_from_pages
    step "$engine: verify accepts what is missing" verify
    step "$engine: name and id are in no file of the database" nowhere $(files)
    printf '%s' "$name" >"$dir/trace" && step "$engine: (the search would find them)" fails nowhere "$dir/trace"
    step "$engine: again is harmless" erase "$request"
    cp -r "$keys" "$keys.copy"
    step "$engine: a restore of an older backup does not bring him back" back_again
    next_number() { made "$dir/jar" /roster/member "{\"name\":\"甲乙\",\"sex\":\"1\",\"birth\":\"1980-01-02\",\"status\":\"1\",\"unit\":$(ask "SELECT min(id) FROM roster_unit WHERE parent IS NOT NULL")}" && [ "$new" -gt "$him" ]; }
    step "$engine: his number is nobody else's" next_number
    step "$engine: and verify still accepts it" verify
    kill "$pid" && wait "$pid"
}
run sqlite "$dir/live.db"
step "an older file put back by hand is found" found_back
step "an erasure killed $kills times is whole or has not been, and again it completes" killed
if [ -n "${QF_PG_URL:-}" ]; then
    psql -qX "$QF_PG_URL" -c 'DROP SCHEMA public CASCADE' -c 'CREATE SCHEMA public' 2>/dev/null
    run pg "$QF_PG_URL"
fi
done_testing
