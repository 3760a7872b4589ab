#!/bin/bash
# kill.sh: kill -9 at random moments of an import and of a server that is being written to; KILLS in all (20). What was
# acknowledged is there, persons are whole, the sequence has no gap, and the import again completes. Prints TAP.
. "$(dirname "$0")/lib.sh"
rounds=$((${KILLS:-20} / 2))
RANDOM=${SEED:-$$}
"$qf" demo-forms --members 200 --seed 9 --out "$dir/forms.zip"
init_db "$dir/whole.db"
cp "$dir/whole.db" "$dir/start.db"
SECONDS=0
begin=${EPOCHREALTIME/./}
"$qf" import --db "$dir/whole.db" "$dir/forms.zip"
took=$((${EPOCHREALTIME/./} - begin)) # microseconds: the moments are spread over that time
counts() { "$qf" check --db "$1" --json 2>/dev/null | jq -r .rule | sort | uniq -c; }
counts "$dir/whole.db" >"$dir/whole.counts"

nap() { sleep "$(printf '%d.%06d' $(($1 / 1000000)) $(($1 % 1000000)))"; }
after() { # FILE: opens, sound, check runs
    sound "$1" && "$qf" check --db "$1" >/dev/null
}
completes() { # FILE: who is there is whole: the same forms again change nobody
    local had
    had=$(sqlite3 "$1" 'SELECT count(*) FROM roster_member')
    "$qf" import --db "$1" "$dir/forms.zip" 2>"$dir/said"
    cat "$dir/said"
    grep -q "200 people: $((200 - had)) new, 0 changed, $had unchanged, 0 refused, 0 doubtful" "$dir/said" &&
        counts "$1" | cmp - "$dir/whole.counts" && sound "$1"
}
killed_import() {
    local wait
    for i in $(seq "$rounds"); do
        rm -f "$dir"/k.db*
        cp "$dir/start.db" "$dir/k.db"
        wait=$((RANDOM * 32768 + RANDOM))
        wait=$((wait % took))
        "$qf" import --db "$dir/k.db" "$dir/forms.zip" 2>/dev/null &
        local p=$!
        nap "$wait"
        kill -9 "$p" 2>/dev/null
        wait "$p" 2>/dev/null
        echo "round $i, killed after $wait us with $(sqlite3 "$dir/k.db" 'SELECT count(*) FROM roster_member') people"
        after "$dir/k.db" && completes "$dir/k.db" || return 1
    done
}
step "an import killed $rounds times leaves whole persons, and again it completes" killed_import

writer() { # NUMBER: saves rows one after another and notes those acknowledged, until the server is gone
    local i=0 status
    while :; do
        i=$((i + 1))
        status=$(curl -s -m 10 -b "$dir/jar" -H 'Accept: application/json' -H 'Content-Type: application/json' \
            -o /dev/null -w '%{http_code}' \
            -d "{\"member\":$((1 + (i * 7 + $1) % 200)),\"year\":1992,\"grade\":\"1\",\"document\":\"$1-$i\"}" "$base/roster/appraisal") || return 0
        [ "$status" = 201 ] && echo "$1-$i" >>"$dir/acked.$1"
    done
}
killed_server() {
    cp "$dir/whole.db" "$dir/s.db"
    rm -f "$dir"/acked.*
    for i in $(seq "$rounds"); do
        serve_db "$dir/s.db" && sign_in "$dir/jar" || return 1
        local writers=()
        for w in 1 2 3; do
            writer "$i$w" &
            writers+=($!)
        done
        nap $((50000 + (RANDOM * 32768 + RANDOM) % 300000))
        kill -9 "$pid"
        wait "$pid" 2>/dev/null
        wait "${writers[@]}"
        after "$dir/s.db" || return 1
    done
    sqlite3 "$dir/s.db" "SELECT document FROM roster_appraisal WHERE document GLOB '*-*'" | sort >"$dir/there"
    sort "$dir"/acked.* >"$dir/acked"
    echo "acknowledged $(wc -l <"$dir/acked"), there $(wc -l <"$dir/there")"
    [ -s "$dir/acked" ] && [ -z "$(comm -23 "$dir/acked" "$dir/there")" ]
}
step "a server killed $rounds times under writers has lost nothing it acknowledged" killed_server
revisions() {
    [ "$(sqlite3 "$dir/s.db" "SELECT count(*) FROM roster_appraisal a WHERE document GLOB '*-*' AND NOT EXISTS
        (SELECT 1 FROM revision r WHERE r.record = 'roster.appraisal' AND r.row = a.id AND r.rev = a.rev)")" = 0 ]
}
step "every row there has its revision" revisions
step "the import into that database changes nobody" completes "$dir/s.db"
done_testing
