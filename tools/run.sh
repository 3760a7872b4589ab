#!/bin/bash
# run.sh PROGRAM: makes the fictitious district once (demo.db, 5 000 cadres, fixed seed) and serves it.
set -e
db=${DB:-demo.db} program=$1
if [ ! -f "$db" ]; then
    echo "making a fictitious district of 5 000 cadres in $db"
    rm -rf "$db.new" "$db.new-wal" "$db.new-shm" "$db.new.keys" "$db.keys"
    $program demo --db "$db.new" --members 5000 --seed 1 --accounts "$db.accounts" >"$db.log"
    mv "$db.new.keys" "$db.keys" # what was sealed and signed while it was made stays readable
    mv "$db.new" "$db"
fi
echo "sign in with this account (also in $db.accounts), stop with Ctrl-C:"
cat "$db.accounts"
exec $program serve --db "$db" --listen "${LISTEN:-127.0.0.1:8080}" --next-free
