#!/bin/bash
# The program built for ARM64, under emulation: its rules judge their cases, and a district it makes gives the same
# findings and the same verdict of verify as under this machine's build.
. "$(dirname "$0")/hardening/lib.sh"
arm=$PWD/build/arm64
arm() { qemu-aarch64-static -L "$arm/root" "$arm/release/qingfeng" "$@"; }
rules() { arm rules test | tail -1 | grep -E '^[1-9][0-9]* passed, 0 failed$'; }
district() { arm demo --db "$dir/d.db" --members 120 --seed 3; }
same() {
    arm check --db "$dir/d.db" --as-of 2026-11-26 --json >"$dir/arm" 2>/dev/null
    "$qf" check --db "$dir/d.db" --as-of 2026-11-26 --json >"$dir/here" 2>/dev/null
    [ "$(wc -l <"$dir/here")" -gt 20 ] && cmp "$dir/arm" "$dir/here"
}
verified() { arm verify --db "$dir/d.db" --json | jq -e .ok && "$qf" verify --db "$dir/d.db" --json | jq -e .ok; }

step "rules judge their cases on ARM64" rules
step "a district is made on ARM64" district
step "both builds find the same in it, byte for byte" same
step "both builds verify it" verified
done_testing
