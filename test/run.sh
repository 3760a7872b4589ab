#!/bin/bash
# run.sh COMMAND...: runs each command (a test binary or script that prints TAP), two at a time, and ends with a count.
# A command that prints no result, or ends other than 0 without a "not ok", counts as one failed test.
export CMOCKA_MESSAGE_OUTPUT=TAP
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
one() {
    out=$1/$2
    start=$SECONDS
    case $3 in *_pg_test*) # each has a database of its own
        psql -q "$QF_PG_URL" -c "CREATE DATABASE qf_$2" && export QF_PG_URL=${QF_PG_URL/\/qf?/\/qf_$2?} ;;
    esac
    timeout "${TEST_SECONDS:-600}" bash -c "$3" >"$out.out" 2>&1 </dev/null
    rc=$?
    ok=$(grep -c '^ok ' "$out.out")
    bad=$(grep -c '^not ok ' "$out.out")
    if [ $rc -ne 0 ] && [ "$bad" -eq 0 ] || [ $((ok + bad)) -eq 0 ]; then
        bad=$((bad + 1))
    fi
    echo "$ok $bad" >"$out.count"
    printf '%-64s %4d passed %3d failed  %ds\n' "$(echo "$3" | sed 's#build/[a-z]*/##')" "$ok" "$bad" $((SECONDS - start))
    if [ "$bad" -ne 0 ]; then
        echo "--- $3 (exit $rc)"
        grep -v '^ok ' "$out.out" | tail -60
        echo "---"
    fi
}
export -f one
n=0
for c in "$@"; do
    n=$((n + 1))
    printf '%s\0%s\0%s\0' "$dir" "$n" "$c"
done | xargs -0 -n 3 -P "${TEST_JOBS:-2}" bash -c 'one "$@"' _
awk '{ok += $1; bad += $2} END {printf "%d passed, %d failed\n", ok, bad; exit bad > 0}' "$dir"/*.count
