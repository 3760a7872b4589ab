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
if mount -t tmpfs -o size=5m none "$small" 2>/dev/null; then mounted=$small; else limit='ulimit -f 4500; trap "" XFSZ;'; fi
echo older >"$small/rows.csv"
init_db "$small/full.db"
step "an import on a full disk says so" fails_with 3 'full|space|disk I/O' bash -c "$limit exec \"\$@\"" _ "$qf" import --db "$small/full.db" "$dir/forms.zip"
step "what was committed before is whole" sound "$small/full.db"
step "the check still runs" "$qf" check --db "$small/full.db"
had=$(sqlite3 "$small/full.db" 'SELECT count(*) FROM roster_member')

# files going out: the database has room, the folder they go to has none
init_db "$dir/roomy.db"
"$qf" import --db "$dir/roomy.db" "$dir/forms.zip" 2>/dev/null
exports() { sqlite3 "$dir/roomy.db" "SELECT count(*) FROM revision WHERE record = 'face.export'"; }
crammed() { # COMMAND...: with not a byte left in $small
    local rc
    if [ -n "${mounted:-}" ]; then
        cat /dev/zero >"$small/filler" 2>/dev/null
        "$@"
    else
        (ulimit -f 100 && trap '' XFSZ && "$@")
    fi
    rc=$?
    rm -f "$small/filler"
    return $rc
}
no_room_for() { # FILE [NAME=VALUE]: an export to it says so, leaves what stood there and is not noted as done
    local was
    was=$(exports)
    crammed fails_with 3 'full|space|too large' env "${@:2}" "$qf" export --db "$dir/roomy.db" roster.member --out "$1" &&
        [ "$(exports)" = "$was" ] && [ "$(cat "$small/rows.csv")" = older ] && [ ! -e "$dir/rows.xlsx" ] &&
        ! ls "$small"/*.part "$small"/qingfeng-* "$dir"/*.part 2>/dev/null
}
step "an export that finds no room says so and leaves the file as it was" no_room_for "$small/rows.csv"
step "a workbook for whose making there is no room is not given out" no_room_for "$dir/rows.xlsx" TMPDIR="$small"
step "without a folder for temporary files an export says which" fails_with 3 '/nonexistent' \
    env TMPDIR=/nonexistent "$qf" export --db "$dir/roomy.db" roster.member --out "$dir/rows.xlsx"
with_room() { "$qf" export --db "$dir/roomy.db" roster.member --out "$small/rows.csv" && [ "$(wc -l <"$small/rows.csv")" -gt 300 ]; }
[ -z "${mounted:-}" ] || mount -o remount,size=64m "$small"
step "with space again the same export succeeds" with_room
complete() {
    "$qf" import --db "$small/full.db" "$dir/forms.zip" 2>&1 | tee "$dir/said"
    grep -q "300 people: $((300 - had)) new, 0 changed, $had unchanged, 0 refused, 0 doubtful" "$dir/said"
}
step "with space again the same import completes, and had left whole persons" complete
done_testing
