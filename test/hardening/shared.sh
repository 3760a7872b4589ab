#!/bin/bash
# shared.sh: several programs on one database: an import under a running server, two servers on one PostgreSQL.
. "$(dirname "$0")/lib.sh"
"$qf" demo-forms --members 200 --seed 7 --out "$dir/forms.zip"

shows() { [ "$(total "$1" "$2")" = "$3" ]; }
init_db "$dir/a.db"
step "a server starts on an empty database" serve_db "$dir/a.db"
step "the officer signs in" sign_in "$dir/jar"
step "the list is empty" shows "$dir/jar" /roster/member 0
step "the command line brings people in" "$qf" import --db "$dir/a.db" "$dir/forms.zip"
step "the list shows them without a restart" shows "$dir/jar" /roster/member 200
step "the list's filter sees their facts" bash -c "[ $(total "$dir/jar" '/roster/member?filter=age+%3E%3D+18') -gt 0 ]"
kill -TERM "$pid" && wait "$pid"
ended=$?
step "SIGTERM ends the server with 0" [ "$ended" = 0 ]

if [ -n "${QF_PG_URL:-}" ]; then
    psql -q "$QF_PG_URL" -c "CREATE DATABASE qf_district_$$"
    district=${QF_PG_URL/\/qf?/\/qf_district_$$?}
    made() { "$qf" demo --db "$district" --members 300 --seed 2 --planted "$dir/planted" && "$qf" check --db "$district" --expect "$dir/planted"; }
    step "a district is made on PostgreSQL without a folder of keys, and judged as it was planted" made
    psql -q "$QF_PG_URL" -c "CREATE DATABASE qf_shared_$$"
    QF_PG_URL=${QF_PG_URL/\/qf?/\/qf_shared_$$?}
    init_db "$QF_PG_URL"
    serve_db "$QF_PG_URL" && base_a=$base
    serve_db "$QF_PG_URL" && base_b=$base
    step "two servers on one PostgreSQL answer" [ -n "$base_a" -a -n "$base_b" ]
    base=$base_a && sign_in "$dir/jar_a" cadre_officer
    base=$base_b && sign_in "$dir/jar_b" cadre_officer
    "$qf" import --db "$QF_PG_URL" "$dir/forms.zip"
    both() { base=$base_a && shows "$dir/jar_a" "$1" "$2" && base=$base_b && shows "$dir/jar_b" "$1" "$2"; }
    step "both show what a third program brought in" both /roster/member 200
    by_turns() {
        for i in $(seq 20); do
            base=$base_a && [ "$(post "$dir/jar_a" /roster/appraisal "{\"member\":$i,\"year\":1991,\"grade\":\"1\"}")" = 201 ] || return 1
            base=$base_b && shows "$dir/jar_b" '/roster/appraisal?year=1991' $((2 * i - 1)) || return 1
            base=$base_b && [ "$(post "$dir/jar_b" /roster/appraisal "{\"member\":$i,\"year\":1991,\"grade\":\"2\"}")" = 201 ] || return 1
            base=$base_a && shows "$dir/jar_a" '/roster/appraisal?year=1991' $((2 * i)) || return 1
        done
    }
    step "a change through one is in the other's list at once, forty times by turns" by_turns
    named() { # each change is a name that the columns of the other server must find
        for i in $(seq 10); do
            base=$base_a && [ "$(post "$dir/jar_a" "/roster/member/$((i * 7))" '{"rev":1,"name":"龘龘"}')" = 200 ] || return 1
            base=$base_b && shows "$dir/jar_b" /roster/member?q=%E9%BE%98%E9%BE%98 "$i" || return 1
        done
    }
    step "a changed fact is in the other's columns at once" named
    gapless() {
        [ "$(psql -qtA "$QF_PG_URL" -c 'SELECT count(*) = max(seq) - min(seq) + 1 AND count(DISTINCT seq) = count(*) FROM change')" = t ]
    }
    step "the sequence has no gap" gapless
    "$qf" check --db "$QF_PG_URL" --json 2>/dev/null | sort >"$dir/pg.jsonl"
    "$qf" check --db "$dir/a.db" --json 2>/dev/null | jq -c '[.rule,.kind,.id,.since]' | sort >"$dir/lite.names"
    jq -c '[.rule,.kind,.id,.since]' "$dir/pg.jsonl" | sort >"$dir/pg.names"
    step "the check finds the same there as on SQLite" cmp "$dir/lite.names" "$dir/pg.names"
fi
done_testing
