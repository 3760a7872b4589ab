#!/bin/bash
# proof.sh: proofs leave the house: the program's own check and the separate verifier agree on true ones, on a witness's
# signature, and on every altered byte. Prints TAP.
. "$(dirname "$0")/lib.sh"

apart=$(dirname "$qf")/qingfeng-verify
"$qf" demo --db "$dir/d.db" --members 300 --seed 3 >/dev/null 2>&1
both() { # FILE: both say it is right
    "$qf" verify-proof "$1" >"$dir/said" 2>&1 && "$apart" "$1" >>"$dir/said" 2>&1
}
neither() { # FILE
    ! "$qf" verify-proof "$1" >"$dir/said" 2>&1 && ! "$apart" "$1" >>"$dir/said" 2>&1
}
step "a row of the demo is proven" "$qf" prove --db "$dir/d.db" --out "$dir/p" roster.member 5
step "both programs find it right" both "$dir/p"
step "the proof names the public key" grep -q '^vkey ' "$dir/p"
for line in seq at head head-salt content content-salt commitment path number hash; do
    awk -v name="$line" '!done && $1 == name {sub(/[A-Za-z0-9]/, substr($2, 1, 1) == "B" ? "C" : "B", $2); done = 1} {print}' "$dir/p" >"$dir/q"
    step "an altered $line is found" bash -c "! cmp -s '$dir/p' '$dir/q'"
    step "by both programs ($line)" neither "$dir/q"
done
step "a row that is not there is not proven" fails_with 3 'no roster.member' "$qf" prove --db "$dir/d.db" roster.member 999999
"$qf" checkpoint export --db "$dir/d.db" --out "$dir/carried" >/dev/null 2>&1
log=$(sed -n 's/^vkey //p' "$dir/p")
step "a witness signs what only grew" "$qf" witness cosign --keys "$dir/w" --name witness.example --log "$log" --out "$dir/cosigned" "$dir/carried"
witness=$(grep -ho 'witness.example+[^ ]*' "$dir/out" "$dir/cosigned" | head -1)
step "and his signature is kept" "$qf" checkpoint import --db "$dir/d.db" --witness "$witness" "$dir/cosigned"
step "all of the database verifies" "$qf" verify --db "$dir/d.db"
done_testing
