#!/bin/bash
# house_lint.sh: what the compiler does not check: includes go down, banned functions, sizes, writes of rows, first lines.
cd "$(dirname "$0")/.." || exit 3
bad=0
say() { echo "$1"; bad=1; }

level() {
    case $1 in
    base) echo 1 ;; db | expr) echo 2 ;; ledger) echo 3 ;; record) echo 4 ;;
    auth | facts | jobs | load | doc | view) echo 5 ;; rules | web) echo 6 ;; flow) echo 7 ;; face) echo 8 ;;
    *) echo 9 ;;
    esac
}
for f in $(git ls-files 'src/kernel/*.c' 'src/kernel/*.h'); do
    folder=$(echo "$f" | cut -d/ -f3)
    case $f in */test/*) continue ;; esac
    mine=$(level "$folder")
    for inc in $(sed -n 's/^#include "\([a-z]*\)\/.*/\1/p' "$f" | sort -u); do
        [ "$inc" = "$folder" ] && continue
        theirs=$(level "$inc")
        if [ "$theirs" -ge "$mine" ]; then say "$f: includes $inc/, which is not below $folder/"; fi
    done
done
for f in $(git ls-files 'src/modules/*.c' 'src/modules/*.h'); do
    module=$(echo "$f" | cut -d/ -f3)
    case $f in */test/*) continue ;; esac
    for inc in $(sed -n 's/^#include "\([a-z_]*\/[a-z_]*\)\.h".*/\1/p' "$f"); do
        other=${inc%%/*}
        [ -d "src/modules/$other" ] && [ "$other" != "$module" ] && [ "$inc" != "$other/$other" ] &&
            say "$f: uses $inc.h; another module is used through $other/$other.h"
    done
    grep -nE '\b(malloc|calloc|realloc|free|strdup|strndup)\(' "$f" | sed "s#^#$f:#;s/\$/: memory comes from the arena/" | grep . && bad=1
    grep -nE '"[[:space:]]*(INSERT|UPDATE|DELETE) ' "$f" | sed "s#^#$f:#;s/\$/: rows are written by record_save/" | grep . && bad=1
done
for f in $(git ls-files 'src/*.c' 'src/*.h' 'tools/*.c'); do
    grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atof|strtok|tmpnam|rand|srand|localtime|gmtime|asctime|ctime)\(' "$f" |
        sed "s#^#$f:#;s/\$/: banned function/" | grep . && bad=1
    n=$(wc -l <"$f")
    [ "$n" -gt 800 ] && say "$f: $n lines, at most 800"
    head -1 "$f" | grep -q '^/\*' || say "$f: the first lines say what the file is for"
    awk -v f="$f" '/^[a-z].*[^;]$/ {name = $0} /^\{/ {start = NR} /^\}/ {if (start && NR - start - 1 > 60) {print f ":" start ": " NR - start - 1 " lines in a function, at most 60"; r = 1} start = 0} END {exit r}' "$f" || bad=1
done
[ $bad = 0 ] && echo "house_lint: nothing found"
exit $bad
