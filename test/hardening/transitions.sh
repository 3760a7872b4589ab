#!/bin/bash
# transitions.sh: kill -9 while matters move, KILLED_MOVES times (20). Three offices open talks, whose promises become matters of
# their own, and propose and withdraw reminders; at a random moment the server is gone. What was acknowledged is there;
# no matter lacks a part of a step. Prints TAP.
. "$(dirname "$0")/lib.sh"
rounds=${KILLED_MOVES:-20}
RANDOM=${SEED:-$$}
db=$dir/moves.db
"$qf" demo --db "$db" --members 120 --seed 1 --accounts "$dir/accounts" >/dev/null || exit 1
password=$(jq -r 'select(.username == "supervision") | .password' "$dir/accounts")

send() { # PATH JSON: prints the status and where it led
    curl -s -m 10 -b "$dir/jar" -H 'Accept: application/json' -H 'Content-Type: application/json' -o /dev/null \
        -w '%{http_code} %{redirect_url}' -d "$2" "$base$1"
}
mover() { # NUMBER: moves matters until the server is gone; notes what was acknowledged
    local i=0 status to rev
    while :; do
        i=$((i + 1))
        read -r status to < <(send /desk/open/care.talk "{\"title\":\"谈话\",\"member\":$((1 + (i * 7 + $1 * 31) % 100)),\"kind\":\"yearly\",\"held_on\":\"2026-01-05\",\
\"held_by\":\"甲\",\"said\":\"谈了工作\",\"promise\":\"改进\",\"promise_by\":\"2030-01-05\",\"promise_2\":\"学习\",\"promise_2_by\":\"2030-01-05\"}")
        [ "${status:-000}" != 000 ] || return 0
        [ "$status" = 303 ] && echo "${to##*/} record" >>"$dir/acked.$1"
        read -r status to < <(send /desk/open/care.reminder "{\"title\":\"提醒\",\"member\":$((1 + (i * 3 + $1 * 17) % 100)),\"source\":\"daily\",\"form\":\"talk\",\"cause\":\"苗头\"}")
        [ "${status:-000}" != 000 ] || return 0
        [ "$status" = 303 ] || continue
        echo "${to##*/} propose" >>"$dir/acked.$1"
        rev=$(curl -s -m 10 -b "$dir/jar" -H 'Accept: application/json' "$base/desk/${to##*/}" | jq .rev)
        [ "$(send "/desk/${to##*/}/step/withdraw" "{\"rev\":${rev:-0},\"reasons\":\"不再需要\"}")" = "303 $to" ] &&
            echo "${to##*/} withdraw" >>"$dir/acked.$1"
    done
}

none() { # WHAT SQL: counts to nothing
    local found
    found=$(sqlite3 "$db" "SELECT count(*) FROM $2") || return 1
    [ "$found" = 0 ] || { echo "$found: $1"; return 1; }
}
whole() {
    none "matters without their first step" "flow_matter m WHERE NOT EXISTS (SELECT 1 FROM flow_step s WHERE s.matter = m.id)" &&
        none "matters whose last step led elsewhere" "flow_matter m WHERE state <> (SELECT to_state FROM flow_step s WHERE s.matter = m.id AND s.state = 'taken'
            ORDER BY s.id DESC LIMIT 1)" &&
        none "open matters without a deadline that runs" "flow_matter m WHERE closed_on IS NULL AND NOT EXISTS (SELECT 1 FROM flow_deadline d
            WHERE d.matter = m.id AND d.ended_on IS NULL)" &&
        none "ended matters whose deadline runs" "flow_matter m JOIN flow_deadline d ON d.matter = m.id WHERE m.closed_on IS NOT NULL AND d.ended_on IS NULL" &&
        none "matters without content" "flow_matter m LEFT JOIN care_talk t ON m.flow = 'care.talk' AND t.id = m.row LEFT JOIN care_reminder r ON
            m.flow = 'care.reminder' AND r.id = m.row LEFT JOIN care_promise p ON m.flow = 'care.promise' AND p.id = m.row
            WHERE coalesce(t.id, r.id, p.id) IS NULL AND m.flow IN ('care.talk', 'care.reminder', 'care.promise')" &&
        none "content without a matter" "care_talk t WHERE NOT EXISTS (SELECT 1 FROM flow_matter m WHERE m.flow = 'care.talk' AND m.row = t.id)" &&
        none "talks without both promises" "care_talk t WHERE 2 <> (SELECT count(*) FROM care_promise p JOIN flow_matter m ON m.flow = 'care.promise' AND
            m.row = p.id WHERE p.talk = t.id)" &&
        none "talks without letter or notice" "flow_matter m WHERE flow = 'care.talk' AND NOT (EXISTS (SELECT 1 FROM flow_document d WHERE d.matter = m.id)
            AND EXISTS (SELECT 1 FROM flow_notice n WHERE n.matter = m.id))"
}
there() { # every acknowledged step
    sqlite3 "$db" "SELECT matter || ' ' || step FROM flow_step WHERE state = 'taken'" | sort >"$dir/there"
    cat "$dir"/acked.* 2>/dev/null | sort >"$dir/acked"
    [ -z "$(comm -23 "$dir/acked" "$dir/there")" ] || { comm -23 "$dir/acked" "$dir/there" | head -5; return 1; }
}
killed() {
    for i in $(seq "$rounds"); do
        serve_db "$db" || return 1
        [ "$(curl -s -m 10 -b "$dir/jar" -o /dev/null -w '%{http_code}' "$base/desk")" = 200 ] || sign_in "$dir/jar" || return 1
        local movers=()
        for w in 1 2 3; do
            mover "$w" &
            movers+=($!)
        done
        sleep "0.$(printf '%03d' $((20 + RANDOM % 120)))"
        kill -9 "$pid"
        wait "$pid" 2>/dev/null
        wait "${movers[@]}"
        whole && there || { echo "after kill $i"; return 1; }
    done
}
: >"$dir/jar"
step "matters moved by three offices are whole after each of $rounds kills, with every step acknowledged" killed
moved() { sqlite3 "$db" "SELECT count(*) FROM flow_step"; [ -s "$dir/acked" ] && [ "$(wc -l <"$dir/acked")" -ge "$rounds" ]; }
step "they did move" moved
step "the sequence has no gap" sound "$db"
step "every row is as its revision and its leaf say" "$qf" verify --db "$db"
done_testing
