#!/bin/bash
# tamper.sh: with the database in hand (sqlite3, psql), a row of every table is changed, column by column, added and
# deleted: `qingfeng verify` names table and column, or the table is on the list of doc/threat-model.md. Prints TAP.
. "$(dirname "$0")/lib.sh"
far=1000000007

outside=$(sed -n '/^## Tables outside the ledger/,/^## [^T]/s/^| `\([a-z_]*\)`.*/\1/p' doc/threat-model.md | sort)
kernel="change revision kernel_meta kernel_file ledger_node change_counter"

# ---- the two databases: make URL, run SQL, a fresh copy, what stands there ----
at() { case $engine in sqlite) echo "$dir/$1.db" ;; pg) echo "${QF_PG_URL/\/qf?/\/tamper_$1?}" ;; esac; }
sql() {
    case $engine in
    sqlite) sqlite3 -bail "$(at "$1")" "$2" ;;
    pg) psql -qAtX -v ON_ERROR_STOP=1 "$(at "$1")" -c "$2" ;;
    esac
}
fresh() {
    case $engine in
    sqlite) rm -f "$dir"/copy.db* && cp "$dir/whole.db" "$dir/copy.db" ;;
    pg) psql -qX "$QF_PG_URL" -c "DROP DATABASE IF EXISTS tamper_copy" -c "CREATE DATABASE tamper_copy TEMPLATE tamper_whole" ;;
    esac
}
tables() {
    case $engine in
    sqlite) sql whole "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name" ;;
    pg) sql whole "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1" ;;
    esac
}
columns() { # TABLE: name and type
    case $engine in
    sqlite) sql whole "SELECT name || ' ' || lower(type) FROM pragma_table_info('$1') ORDER BY cid" ;;
    pg) sql whole "SELECT column_name || ' ' || data_type FROM information_schema.columns WHERE table_schema = 'public'
        AND table_name = '$1' ORDER BY ordinal_position" ;;
    esac
}
changed() { # COLUMN TYPE [N]: another value; numbers differ by N more, so that two rows never change alike
    case $2 in
    text*) echo "coalesce($1, '') || 'x'" ;;
    blob) echo "zeroblob(length(coalesce($1, '')) + 1)" ;;
    bytea) echo "coalesce($1, '') || '\\x00'" ;;
    *) echo "coalesce($1, 0) + $((far + ${3:-0}))" ;;
    esac
}
verify() { timeout 60 "$qf" verify --db "$(at copy)" --keys "$dir/$engine.keys" >"$dir/found" 2>&1; }

prepare() {
    [ $engine = sqlite ] || psql -qX "$QF_PG_URL" -c 'DROP DATABASE IF EXISTS tamper_whole' -c 'CREATE DATABASE tamper_whole'
    "$qf" demo --db "$(at whole)" --members 300 --seed 7 --keys "$dir/$engine.keys" >/dev/null &&
        "$qf" import --db "$(at whole)" --keys "$dir/$engine.keys" test/lrmx-samples/10-png-wrapped-base64.lrmx &&
        "$qf" keys rotate --db "$(at whole)" --keys "$dir/$engine.keys" &&
        { [ $engine = pg ] || sqlite3 "$dir/whole.db" 'PRAGMA wal_checkpoint(TRUNCATE)'; } && fresh && verify
}

# ---- tables of records: all of them at once, one column a time ----
first() { echo "id = (SELECT min(id) FROM $1)"; }
full() { [ "$(sql whole "SELECT count(*) FROM $1")" -gt 0 ]; }
named() { # WHAT: every table, and where one is given the column, is in what verify found
    local bad=0
    while read -r table column; do
        case $column in id | rev | scope_to | '') pattern="^$table [0-9-]*[ :]" ;; *) pattern="^$table [0-9-]* $column:" ;; esac
        grep -q -- "$pattern" "$dir/found" || { echo "$1 of $table $column was not named"; bad=1; }
    done <"$dir/want"
    return $bad
}
column_at() { # K
    : >"$dir/want"
    local script= nth=0
    for t in $records; do
        full "$t" || continue
        nth=$((nth + 1)) # a row and the person it hangs on, moved alike, would agree
        read -r name type < <(sed -n "$1p" "$dir/columns.$t")
        [ -n "$name" ] || continue
        script+="UPDATE $t SET $name = $(changed "$name" "$type" $nth) WHERE $(first "$t");"
        echo "$t $name" >>"$dir/want"
    done
    [ -s "$dir/want" ] || return 0
    fresh && sql copy "$script" || return 1
    verify
    [ $? = 1 ] && named "a change"
}
row_added() {
    : >"$dir/want"
    local script=
    for t in $records; do
        local names="" values="" empty=""
        while read -r name type; do
            names+="${names:+, }$name"
            case $name in id) value="id + $far" ;; *) value=$name ;; esac
            values+="${values:+, }$value"
            case $name in scope) value=-1 ;; ended) value=0 ;; id | rev) value=1 ;; *) case $type in text*) value="'x'" ;; *) value=1 ;; esac ;; esac
            empty+="${empty:+, }$value"
        done <"$dir/columns.$t"
        if full "$t"; then script+="INSERT INTO $t ($names) SELECT $values FROM $t WHERE $(first "$t");"
        else script+="INSERT INTO $t ($names) VALUES ($empty);"; fi
        echo "$t" >>"$dir/want"
    done
    fresh && sql copy "$script" || return 1
    verify
    [ $? = 1 ] && named "a new row"
}
row_deleted() {
    : >"$dir/want"
    local script=
    for t in $records; do
        full "$t" || continue
        script+="DELETE FROM $t WHERE $(first "$t");"
        echo "$t" >>"$dir/want"
    done
    fresh && sql copy "$script" || return 1
    verify
    [ $? = 1 ] && named "a deletion"
}

# ---- tables of the log itself: one statement a time ----
finds() { # PATTERN SQL
    fresh && sql copy "$2" || return 1
    verify
    local rc=$?
    head -5 "$dir/found"
    [ $rc = 1 ] && grep -qE "$1" "$dir/found"
}
kernel_table() { # TABLE WHERE PATTERN: every column of a row, and the row's end
    while read -r name type; do
        finds "$3" "UPDATE $1 SET $name = $(changed "$name" "$type") WHERE $2" || { echo "$1.$name"; return 1; }
    done < <(columns "$1")
    finds "$3" "DELETE FROM $1 WHERE $2"
}
copied() { # TABLE WHERE COLUMN=VALUE...: the same row once more, but for these
    local names="" values="" c
    while read -r name type; do
        names+="${names:+, }$name"
        value=$name
        for c in "${@:3}"; do [ "${c%%=*}" = "$name" ] && value=${c#*=}; done
        values+="${values:+, }$value"
    done < <(columns "$1")
    echo "INSERT INTO $1 ($names) SELECT $values FROM $1 WHERE $2"
}
known_tables() {
    local t bad=0
    for t in $outside; do
        grep -qx "$t" <<<"$all" || [ "$t" = "change_counter" ] || { echo "doc/threat-model.md lists $t, which is no table"; bad=1; }
    done
    return $bad
}

# Every column on SQLite; on PostgreSQL the kernel's four and some of the others, all of them with TAMPER=all.
tried() {
    if [ $engine = sqlite ] || [ "${TAMPER:-}" = all ]; then seq $most; else seq 4; seq 5 9 $most; fi
}
whole() {
    step "$engine: a district, a photograph, a new key: nothing differs" prepare
    all=$(tables)
    records=
    for t in $all; do
        grep -qwF "$t" <<<"$kernel" || grep -qx "$t" <<<"$outside" || records+=" $t"
    done
    most=0
    for t in $records; do
        columns "$t" >"$dir/columns.$t"
        k=$(wc -l <"$dir/columns.$t")
        [ "$k" -le $most ] || most=$k
    done
    step "$engine: the tables listed as outside are tables" known_tables
    for k in $(tried); do step "$engine: column $k of every record's table" column_at "$k"; done
    step "$engine: a row added to every record's table" row_added
    step "$engine: a row deleted from every record's table" row_deleted
    some="(change, n) = (SELECT change, n FROM revision WHERE record = 'roster.member' AND row = 5 AND rev = 1)"
    step "$engine: a change" kernel_table change "seq = 100" '^(change|revision) '
    step "$engine: a change added" finds '^change ' "$(copied change 'seq = 100' "id=id + $far" "seq=(SELECT max(seq) + 1 FROM change)")"
    step "$engine: a revision" kernel_table revision "$some" '^(change|revision) '
    step "$engine: a revision added to a change" finds '^(change|revision) ' "$(copied revision "$some" n=n+$far rev=rev+1)"
    step "$engine: a revision added to no change" finds '^revision ' "$(copied revision "$some" change=change+$far rev=rev+1)"
    step "$engine: a file" kernel_table kernel_file 'id = (SELECT min(id) FROM kernel_file)' '^kernel_file '
    step "$engine: a file added" finds '^kernel_file ' "$(copied kernel_file 'id = (SELECT min(id) FROM kernel_file)' id=id+1 "hash='x'")"
    step "$engine: a node" kernel_table ledger_node 'level = 1 AND place = 0' '^ledger_node '
    step "$engine: a node added" finds '^ledger_node ' "$(copied ledger_node 'level = 1 AND place = 0' place=9)"
    step "$engine: what the schema is" kernel_table kernel_meta "name = 'schema'" '^kernel_meta '
    step "$engine: by which hash the log is kept" kernel_table kernel_meta "name = 'hash'" '^kernel_meta '
    step "$engine: a line about the schema" finds '^kernel_meta ' "INSERT INTO kernel_meta VALUES ('more', 'x')"
    step "$engine: a table of a stranger" finds '^mine ' 'CREATE TABLE mine (x int)'
    if [ $engine = pg ]; then
        step "$engine: the counter of places" finds '^change_counter ' 'UPDATE change_counter SET n = n - 1'
        step "$engine: the time of the last change" finds '^change_counter ' 'UPDATE change_counter SET at = at + 1'
        step "$engine: the counter deleted" finds '^change_counter ' 'DELETE FROM change_counter'
        step "$engine: a trigger" finds '^spy ' 'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
            CREATE TRIGGER spy BEFORE INSERT ON change FOR EACH ROW EXECUTE FUNCTION f()'
    else
        step "$engine: a trigger" finds '^spy ' 'CREATE TRIGGER spy AFTER INSERT ON change BEGIN SELECT 1; END'
    fi
}

engine=sqlite whole
[ -n "${QF_PG_URL:-}" ] && engine=pg whole
done_testing
