#!/bin/bash
# backup.sh: backups and their restore on both databases: what is damaged is told and replaces nothing; kill -9 at any
# moment leaves a whole database under the name; a full disk leaves no half backup. Prints TAP.
. "$(dirname "$0")/lib.sh"
RANDOM=${SEED:-$$}
kills=${KILLS:-6}
echo "a passphrase for tests" >"$dir/pass"
echo "another one for tests" >"$dir/wrong"
backup() { timeout 120 "$qf" backup --db "$1" --keys "$2" --out "$3" --passphrase-file "$dir/pass"; }
restore() { timeout 120 "$qf" restore --db "$1" --keys "$2" --passphrase-file "$dir/pass" "${@:3}"; }
verify() { timeout 120 "$qf" verify --db "$1" --keys "$2"; }
newest() { ls "$1"/*.backup | tail -1; }
nap() { sleep "$(printf '0.%06d' "$1")"; }

init_db "$dir/live.db" && "$qf" demo-forms --members 300 --seed 4 --out "$dir/forms.zip" &&
    "$qf" import --db "$dir/live.db" "$dir/forms.zip" 2>/dev/null
step "a backup is made" backup "$dir/live.db" "$dir/live.db.keys" "$dir/kept"
made=$(newest "$dir/kept")
step "it is on record" [ "$(sqlite3 "$dir/live.db" "SELECT file FROM keep_backup")" = "$made" ]
step "nothing of it can be read without the passphrase" bash -c "! grep -aqE 'roster|示例|member' '$made'"
cp -r "$dir/live.db.keys" "$dir/copy.keys"
restored() { restore "$dir/copy.db" "$dir/copy.keys" "$made" && verify "$dir/copy.db" "$dir/copy.keys"; }
step "it is restored where nothing is, and verify accepts it" restored
same() {
    for t in roster_member roster_post auth_account; do
        cmp <(sqlite3 "$dir/live.db" "SELECT * FROM $t ORDER BY id") <(sqlite3 "$dir/copy.db" "SELECT * FROM $t ORDER BY id") || return 1
    done
}
step "every row is the one that was there" same
step "verify says that it was restored" bash -c "timeout 60 '$qf' verify --db '$dir/copy.db' --keys '$dir/copy.keys' | grep -q 'restored from the backup of'"
content() { sqlite3 "$1" .dump | sha256sum; }
untouched() { [ "$(content "$dir/copy.db")" = "$sum" ] && [ ! -e "$dir/copy.db.restoring" ]; }
sum=$(content "$dir/copy.db")
refused() { # PATTERN FILE [PASSPHRASE]
    fails_with 3 "$1" "$qf" restore --db "$dir/copy.db" --keys "$dir/copy.keys" --replace --passphrase-file "${3:-$dir/pass}" "$2" && untouched
}
bytes=$(stat -c %s "$made")
step "another passphrase is told, and nothing is replaced" refused 'not the passphrase' "$made" "$dir/wrong"
cut_off() {
    for some in 0 40 300 $((bytes / 2)) $((bytes - 1)); do
        head -c "$some" "$made" >"$dir/bad" && refused 'cut off|damaged|no backup' "$dir/bad" || return 1
    done
}
step "a backup cut off anywhere is told" cut_off
flipped() {
    for at in 3 25 100 250 420 700 $((bytes / 3)) $((bytes - 9)); do
        cp "$made" "$dir/bad"
        printf "\\x$(printf %02x $(($(od -An -tu1 -j "$at" -N 1 "$made") ^ 1)))" | dd of="$dir/bad" bs=1 seek="$at" conv=notrunc 2>/dev/null
        refused 'changed|damaged|no backup|cut off' "$dir/bad" || return 1
    done
}
step "one bit turned anywhere is told" flipped
sed 's,^qingfeng-backup/1,qingfeng-backup/2,' "$made" >"$dir/bad"
step "a newer program's backup is told" refused 'newer program' "$dir/bad"
step "a database that stands is not replaced unasked" fails_with 2 'replace' "$qf" restore --db "$dir/copy.db" \
    --keys "$dir/copy.keys" --passphrase-file "$dir/pass" "$made"
in_use() {
    serve_db "$dir/copy.db" --keys "$dir/copy.keys" || return 1
    fails_with 3 'stop the server' "$qf" restore --db "$dir/copy.db" --keys "$dir/copy.keys" --replace --passphrase-file "$dir/pass" "$made"
    local rc=$?
    kill "$pid"
    wait "$pid"
    return $rc
}
step "a database that a server has open is not replaced" in_use
replaced() {
    "$qf" import --db "$dir/copy.db" --keys "$dir/copy.keys" test/lrmx-samples/10-png-wrapped-base64.lrmx || return 1
    restore "$dir/copy.db" "$dir/copy.keys" --replace "$made" && verify "$dir/copy.db" "$dir/copy.keys" && same &&
        ls "$dir"/copy.db.replaced-*
}
step "an older backup in its place is a restore on record, not a log cut short" replaced
lawless() { # the same state without a restore on record
    cp -r "$dir/copy.keys" "$dir/lawless.keys"
    "$qf" import --db "$dir/copy.db" --keys "$dir/lawless.keys" test/lrmx-samples/10-png-wrapped-base64.lrmx
    rm -f "$dir"/copy.db-* && cp "$dir/live.db" "$dir/copy.db"
    fails_with 1 'folder of keys' "$qf" verify --db "$dir/copy.db" --keys "$dir/lawless.keys"
}
step "an older file put in its place by hand is still found" lawless

killed_backup() {
    for i in $(seq "$kills"); do
        "$qf" backup --db "$dir/live.db" --out "$dir/k" --passphrase-file "$dir/pass" >/dev/null 2>&1 &
        local p=$!
        nap $((RANDOM * 30 + RANDOM % 30))
        kill -9 "$p" 2>/dev/null
        wait "$p" 2>/dev/null
        sleep 1.1 # names say the second
    done
    backup "$dir/live.db" "$dir/live.db.keys" "$dir/k" && verify "$dir/live.db" "$dir/live.db.keys" || return 1
    for f in "$dir"/k/*.backup; do
        rm -rf "$dir"/x.db* && restore "$dir/x.db" "$dir/x.keys" "$f" || return 1
    done
}
step "a backup killed $kills times: what has the name is whole" killed_backup
killed_restore() {
    cp "$dir/live.db" "$dir/r.db"
    cp -r "$dir/live.db.keys" "$dir/r.keys"
    for i in $(seq "$kills"); do
        "$qf" restore --db "$dir/r.db" --keys "$dir/r.keys" --replace --passphrase-file "$dir/pass" "$made" >/dev/null 2>&1 &
        local p=$!
        nap $((RANDOM * 30 + RANDOM % 30))
        kill -9 "$p" 2>/dev/null
        wait "$p" 2>/dev/null
        verify "$dir/r.db" "$dir/r.keys" || return 1
    done
    restore "$dir/r.db" "$dir/r.keys" --replace "$made" && verify "$dir/r.db" "$dir/r.keys"
}
step "a restore killed $kills times: the old database or the new one, both whole" killed_restore
full_disk() {
    mkdir "$dir/small"
    if mount -t tmpfs -o size=64k none "$dir/small" 2>/dev/null; then mounted=$dir/small; limit=; else limit='ulimit -f 60; trap "" XFSZ;'; fi
    fails_with 3 'space|too large' bash -c "$limit exec \"\$@\"" _ "$qf" backup --db "$dir/live.db" --out "$dir/small" --passphrase-file "$dir/pass" &&
        ! ls "$dir"/small/*.backup* 2>/dev/null
}
step "a full disk is told and leaves no half backup" full_disk
pruned() {
    mkdir "$dir/old" && touch "$dir/old/qingfeng-20200101T000000Z-until-20200401.backup" "$dir/old/other-until-20200401.backup" \
        "$dir/old/qingfeng-20200101T000000Z-until-29990401.backup"
    "$qf" backup --prune "$dir/old" && [ "$(ls "$dir/old" | wc -l)" = 2 ] && [ ! -e "$dir/old/qingfeng-20200101T000000Z-until-20200401.backup" ]
}
step "prune removes what has reached its end, and nothing else" pruned

upgraded() {
    cp "$dir/live.db" "$dir/u.db"
    sqlite3 "$dir/u.db" "ALTER TABLE kernel_restore DROP COLUMN note"
    "$qf" export --db "$dir/u.db" roster.unit >/dev/null || return 1
    "$qf" restore --db "$dir/before.db" --keys "$dir/u.db.keys" --passphrase-file "$dir/u.db.keys/upgrade.passphrase" \
        "$dir"/u.db.keys/upgrades/*.backup
}
step "before the tables grow a backup is kept, under a passphrase in the folder of keys" upgraded

if [ -n "${QF_PG_URL:-}" ]; then
    psql -qX "$QF_PG_URL" -c 'DROP SCHEMA public CASCADE' -c 'CREATE SCHEMA public'
    step "PostgreSQL: a backup made on SQLite is restored" restore "$QF_PG_URL" "$dir/pg.keys" "$made"
    step "PostgreSQL: verify accepts it" verify "$QF_PG_URL" "$dir/pg.keys"
    step "PostgreSQL: a backup is made" backup "$QF_PG_URL" "$dir/pg.keys" "$dir/pgkept"
    step "PostgreSQL: another passphrase is told" fails_with 3 'not the passphrase' "$qf" restore --db "$QF_PG_URL" \
        --keys "$dir/pg.keys" --replace --passphrase-file "$dir/wrong" "$(newest "$dir/pgkept")"
    step "PostgreSQL: what stands is not replaced unasked" fails_with 2 'replace' "$qf" restore --db "$QF_PG_URL" \
        --keys "$dir/pg.keys" --passphrase-file "$dir/pass" "$(newest "$dir/pgkept")"
    step "PostgreSQL: it is restored in place of the tables" restore "$QF_PG_URL" "$dir/pg.keys" --replace "$(newest "$dir/pgkept")"
    pg_killed() {
        for i in $(seq "$kills"); do
            "$qf" restore --db "$QF_PG_URL" --keys "$dir/pg.keys" --replace --passphrase-file "$dir/pass" "$(newest "$dir/pgkept")" >/dev/null 2>&1 &
            local p=$!
            nap $((RANDOM * 30 + RANDOM % 30))
            kill -9 "$p" 2>/dev/null
            wait "$p" 2>/dev/null
            verify "$QF_PG_URL" "$dir/pg.keys" || return 1
        done
    }
    step "PostgreSQL: a restore killed $kills times: the old tables or the new ones" pg_killed
    step "PostgreSQL: its backup is restored into SQLite" restore "$dir/back.db" "$dir/back.keys" "$(newest "$dir/pgkept")"
fi
done_testing
