#!/bin/bash
# A database of the first released schema under today's program: it is upgraded when opened, everything on record is
# still there word for word, every change has its leaf and says since when, and the rules find what was planted then.
. "$(dirname "$0")/hardening/lib.sh"
here=$PWD/test/upgrade keys=(--keys "$dir/keys")

# query URL SQL: rows of either database
query() { case $1 in postgresql:*) psql -qAtX -F'|' "$1" -c "$2" ;; *) sqlite3 "$1" "$2" ;; esac; }
old_words() { query "$1" "SELECT record, row, rev, body FROM revision WHERE change <= $2 ORDER BY record, row, rev" >"$dir/words.$3"; }
same_words() { old_words "$1" "$2" now && [ "$(wc -l <"$dir/words.now")" -gt 3000 ] && cmp "$dir/words.before" "$dir/words.now"; }
planted_found() {
    "$qf" check --db "$1" --as-of 2026-11-26 --json 2>/dev/null | jq -r '[.rule, .kind, (.id | tostring)] | @tsv' | sort >"$dir/found"
    jq -r '[.rule, .kind, (.id | tostring)] | @tsv' "$here/planted.jsonl" | sort >"$dir/planted"
    [ "$(wc -l <"$dir/planted")" = 31 ] && [ -z "$(comm -23 "$dir/planted" "$dir/found")" ]
}
says_since() { "$qf" verify --db "$1" "${keys[@]}" --json | jq -e --argjson n "$2" '.ok and .leaves_since == $n + 1 and .changes > $n'; }
opened() { [ "$("$qf" init --codes --db "$1" "${keys[@]}" | wc -l)" = 3 ]; }
kept() { ls "$dir/keys/upgrades"/qingfeng-before-upgrade-*; }
serves() { serve_db "$1" "${keys[@]}" && curl -sf "$base/healthz" && kill -TERM "$pid" && wait "$pid"; }

upgrade() { # NAME URL CHANGES
    rm -rf "$dir/keys"
    old_words "$2" "$3" before
    step "$1: the first program to open it upgrades it, and makes the codes of the three administrators" opened "$2"
    step "$1: a backup of before is kept" kept
    step "$1: every revision is there word for word" same_words "$2" "$3"
    step "$1: the rules find what was planted then" planted_found "$2"
    step "$1: verify finds nothing wrong and says since when changes have leaves of their own" says_since "$2" "$3"
    step "$1: a server serves it" serves "$2"
    step "$1: and verify is content after that" says_since "$2" "$3"
}

zcat "$here/schema1.sqlite.sql.gz" | sqlite3 "$dir/old.db"
upgrade sqlite "$dir/old.db" 123
zcat "$here/schema1.postgres.sql.gz" | psql -qX "$QF_PG_URL" >/dev/null
upgrade postgres "$QF_PG_URL" 122
done_testing
