#!/bin/bash
# fuzz.sh FUZZER SECONDS: one fuzzer (a path of the sources without .c, built under build/fuzz) on the corpus beside it.
# Prints TAP. What crashes is left as build/fuzz/NAME.crash-*; put it into the corpus with its mending.
n=$(basename "$1")
n=${n#fuzz_}
mkdir -p "build/fuzz/new_$n"
"build/fuzz/$1" -max_total_time="$2" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="build/fuzz/$n." "build/fuzz/new_$n" "$(dirname "$1")/corpus_$n" >"build/fuzz/$n.out" 2>&1
rc=$?
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$n.out")
grep -aE 'ERROR|SUMMARY|runtime error|Test unit|    #[0-9]+ .*src/' "build/fuzz/$n.out"
[ $rc = 0 ] && [ "${runs:-0}" -gt 0 ] && echo "ok 1 - $n, ${runs} inputs" || echo "not ok 1 - $n (exit $rc, ${runs:-no} inputs)"
exit $rc
