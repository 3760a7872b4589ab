# lib.sh: what the scripts here share: a folder of their own, TAP, a server on a free port, signing in.
cd "${QF_ROOT:-$(dirname "$0")/../..}" || exit 1
qf=${QF_BIN:-$PWD/build/release/qingfeng}
dir=$(mktemp -d)
servers=()
n=0 bad=0
finish() {
    for p in "${servers[@]}"; do kill -9 "$p" 2>/dev/null; done
    [ -z "${mounted:-}" ] || umount "$mounted"
    rm -rf "$dir"
}
trap finish EXIT
step() { # SENTENCE COMMAND...
    n=$((n + 1))
    if "${@:2}" >"$dir/out" 2>&1; then echo "ok $n - $1"; else echo "not ok $n - $1"; tail -20 "$dir/out"; bad=1; fi
}
done_testing() { echo "1..$n"; exit $bad; }
skipped() { n=$((n + 1)); echo "ok $n - $1 # SKIP $2"; }

# init_db URL: a database with units and accounts, without people; the password of supervision is in $password.
init_db() {
    "$qf" demo --house --db "$1" --members 120 --seed 1 --accounts "$dir/accounts" >/dev/null &&
        password=$(jq -r 'select(.username == "supervision") | .password' "$dir/accounts")
    [ -n "$password" ]
}
# serve_db URL [OPTION...]: a server; its pid in $pid, its address in $base.
serve_db() {
    : >"$dir/serve.out"
    "$qf" serve --db "$1" --listen 127.0.0.1:0 "${@:2}" >"$dir/serve.out" 2>"$dir/serve.err" &
    pid=$!
    servers+=("$pid")
    for _ in $(seq 200); do
        base=$(grep -o 'http://[0-9.:]*' "$dir/serve.out") && return 0
        kill -0 "$pid" 2>/dev/null || break
        sleep .05
    done
    cat "$dir/serve.err" >&2
    return 1
}
# sign_in JAR [USERNAME]: at $base, as supervision with $password or as another of the accounts.
sign_in() {
    local csrf who=${2:-supervision} word=$password
    [ "$who" = supervision ] || word=$(jq -r "select(.username == \"$who\") | .password" "$dir/accounts")
    csrf=$(curl -s -m 10 -c "$1" "$base/login" | grep -o 'name="csrf" value="[^"]*"' | head -1 | cut -d'"' -f4)
    [ "$(curl -s -m 10 -b "$1" -c "$1" -o /dev/null -w '%{http_code}' -d "csrf=$csrf" -d "username=$who" \
        -d "password=$word" "$base/login")" = 303 ]
}
# get JAR PATH: the JSON of a page; waits while the columns are still loading.
get() {
    for _ in $(seq 100); do
        [ "$(curl -s -m 10 -b "$1" -H 'Accept: application/json' -o "$dir/got.json" -w '%{http_code}' "$base$2")" != 503 ] && break
        sleep .05
    done
    cat "$dir/got.json"
}
total() { get "$1" "$2" | jq .total; }
# post JAR PATH JSON: prints the status.
post() {
    curl -s -m 10 -b "$1" -H 'Accept: application/json' -H 'Content-Type: application/json' -o "$dir/posted.json" \
        -w '%{http_code}' -d "$3" "$base$2"
}
# Exit status and message of a command that must fail: fails_with STATUS PATTERN COMMAND...
fails_with() {
    timeout 20 "${@:3}" >"$dir/said" 2>&1
    local rc=$?
    cat "$dir/said"
    echo "exit $rc, wanted $1"
    [ $rc = "$1" ] && grep -qE "$2" "$dir/said" && ! grep -qiE 'sanitizer|assert|core dumped' "$dir/said"
}
# The sequence of a SQLite file has no gap, and every revision belongs to a change.
no_gap() {
    [ "$(sqlite3 "$1" "SELECT (count(*) = 0 OR count(*) = max(seq) - min(seq) + 1) AND NOT EXISTS
        (SELECT 1 FROM revision r LEFT JOIN change c ON c.id = r.change WHERE c.id IS NULL) FROM change")" = 1 ]
}
sound() { [ "$(sqlite3 "$1" 'PRAGMA integrity_check')" = ok ] && no_gap "$1"; }
