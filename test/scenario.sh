#!/bin/bash
# scenario.sh: the year of demo/figures, entered over HTTP, and what the report says of it. Prints TAP.
. "$(dirname "$0")/hardening/lib.sh"
db=$dir/figures.db
step "the year is entered" timeout 280 node demo/figures/scenario.mjs "$qf" "$db"
"$qf" report --db "$db" --year 2016 --json >"$dir/report.json"
says() { jq "$1" "$dir/report.json"; jq -e "$1 == $2" "$dir/report.json" >/dev/null; }
step "51 reminders" says .persons_times.reminders 51
step "19 inquiries" says .persons_times.inquiries 19
step "145 talks and admonitions" says .persons_times.talks_admonitions 145
step "fewer persons than person-times" says '(.persons.talks_admonitions < 145 and .persons.talks_admonitions > 50)' true
for by in month unit channel; do
    step "by $by they come to the same" says "([.by_$by[].persons_times.reminders] | add)" 51
done
step "by outcome too" says '([.by_outcome[] | select(.kind == "inquiries") | .persons_times] | add)' 19
count() { sqlite3 "$db" "$1"; [ "$(sqlite3 "$db" "$1")" = "$2" ]; }
step "what was closed as clear is there and not counted" count "SELECT count(*) FROM flow_matter WHERE flow = 'care.inquiry'" 22
step "offices, cadres and the clock took every step" count \
    "SELECT count(*) FROM flow_step s JOIN flow_matter m ON m.id = s.matter WHERE m.flow LIKE 'care.%' AND s.role NOT IN ('supervision', 'minister', 'cadre_officer', 'party_secretary', 'person', 'clock')" 0
step "a file that exists is not written into" fails_with 1 'exists' node demo/figures/scenario.mjs "$qf" "$db"
step "the log of that year is whole" "$qf" verify --db "$db"
done_testing
