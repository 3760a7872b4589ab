#!/bin/bash
# database.sh: databases that are none, and a disk that is full. Prints TAP.
. "$(dirname "$0")/lib.sh"

each_command() { # STATUS PATTERN FILE
    fails_with "$1" "$2" "$qf" check --db "$3" && fails_with "$1" "$2" "$qf" rules list --db "$3" &&
        fails_with "$1" "$2" "$qf" import --db "$3" test/lrmx-samples/01-baseline-3.2.lrmx &&
        fails_with "$1" "$2" "$qf" serve --db "$3" --listen 127.0.0.1:0 &&
        fails_with "$1" "$2" "$qf" export --db "$3" roster.member --out "$dir/rows.csv" && [ ! -e "$dir/rows.csv" ]
}
untouched() { # FILE COMMAND...
    local before after
    before=$(cksum <"$1")
    "${@:2}" || return 1
    after=$(cksum <"$1")
    [ "$before" = "$after" ]
}

: >"$dir/empty.db"
echo 'this is a letter, not a database, and long enough to be read as a page of one' >"$dir/text.db"
mkdir "$dir/folder.db"
step "a file that is not there is said to be missing" each_command 3 'no file' "$dir/none.db"
step "an empty file is said to hold nothing" each_command 3 'no Qingfeng tables' "$dir/empty.db"
step "a text is said to be no database, and is not touched" untouched "$dir/text.db" each_command 3 'not a database' "$dir/text.db"
step "a text is not made a database by init" untouched "$dir/text.db" fails_with 3 'not a database' "$qf" init --db "$dir/text.db"
step "a folder is said to be no file" each_command 3 'is not a file' "$dir/folder.db"
step "an address of another kind is refused" fails_with 3 'neither a file nor' "$qf" check --db mysql://a:secret@b/c
step "a password in an address is not shown" bash -c "! grep -q secret '$dir/said'"
init_db "$dir/newer.db"
sqlite3 "$dir/newer.db" "UPDATE kernel_meta SET value = '99' WHERE name = 'schema'; PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
step "a database of a newer version is refused and not touched" untouched "$dir/newer.db" each_command 3 'schema 99' "$dir/newer.db"
sqlite3 "$dir/other.db" 'CREATE TABLE t (x); INSERT INTO t VALUES (1)'
step "a database of another program is refused" fails_with 3 'no Qingfeng tables' "$qf" check --db "$dir/other.db"
step "no option ends 2" fails_with 2 'db' "$qf" check

# ---- a full disk: a small tmpfs where one may mount, else a limit on the size of files ----
"$qf" demo-forms --members 300 --seed 5 --out "$dir/forms.zip"
small=$dir/small
mkdir "$small"
limit=
if mount -t tmpfs -o size=3m none "$small" 2>/dev/null; then mounted=$small; else limit='ulimit -f 2500; trap "" XFSZ;'; fi
init_db "$small/full.db"
step "an import on a full disk says so" fails_with 3 'full|space|too large' bash -c "$limit exec \"\$@\"" _ "$qf" import --db "$small/full.db" "$dir/forms.zip"
step "what was committed before is whole" sound "$small/full.db"
step "the check still runs" "$qf" check --db "$small/full.db"
had=$(sqlite3 "$small/full.db" 'SELECT count(*) FROM roster_member')
[ -z "${mounted:-}" ] || mount -o remount,size=64m "$small"
complete() {
    "$qf" import --db "$small/full.db" "$dir/forms.zip" 2>&1 | tee "$dir/said"
    grep -q "300 people: $((300 - had)) new, 0 changed, $had unchanged, 0 refused, 0 doubtful" "$dir/said"
}
step "with space again the same import completes, and had left whole persons" complete
done_testing
