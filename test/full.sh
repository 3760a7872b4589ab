#!/bin/bash
# full.sh PART...: runs each part (arguments of make) to its end, whatever the others did, and ends with one count over
# all of them. A part that ends without a count, or other than 0 without a failed test, is one failed test.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
ok=0 bad=0 said=
for part in "$@"; do
    start=$SECONDS
    echo "== $part"
    # shellcheck disable=SC2086
    make --no-print-directory $part 2>&1 | tee "$log"
    rc=${PIPESTATUS[0]}
    count=$(grep -aE '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -1)
    read -r passed _ failed _ <<<"${count:-0 passed, 1 failed}"
    [ "$rc" = 0 ] || [ "$failed" -gt 0 ] || failed=1
    ok=$((ok + passed)) bad=$((bad + failed))
    said+=$(printf '%-28s %5d passed %3d failed %5ds' "$part" "$passed" "$failed" $((SECONDS - start)))$'\n'
done
printf '== all parts\n%s' "$said"
echo "$ok passed, $bad failed"
[ $bad = 0 ]
