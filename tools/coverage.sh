#!/bin/bash
# coverage.sh BUILD: lines covered by the tests that ran in a MODE=cov build, a line a folder and the whole.
cd "$(dirname "$0")/.." || exit 3
b=$1
find "$b/src" -name '*.gcda' -not -path '*/test/*' | while read -r f; do
    src=${f#"$b"/}
    src=${src%.gcda}.c
    gcov -n -o "$f" "$src" 2>/dev/null | awk -v src="$src" '
        /^File/ {mine = index($0, "\x27" src "\x27") > 0}
        mine && /^Lines executed/ {split($2, a, /[:%]/); n = $NF; print src "\t" a[2] "\t" n; mine = 0}'
done | awk -F'\t' '
    {k = $1; sub("/[^/]*$", "", k); done[k] += $2 * $3 / 100; all[k] += $3; d += $2 * $3 / 100; t += $3}
    END {for (k in all) printf "%-28s %5.1f %% of %d lines\n", k, 100 * done[k] / all[k], all[k] | "sort";
         close("sort"); printf "%-28s %5.1f %% of %d lines\n", "all", 100 * d / t, t}'
