-- Matters of care counted and listed; who is due to be written to; whom nobody has talked with. What ended without a mark
-- stands in none of them.

-- letter_counts: matters of a period by kind and state
-- in:  scope, since text, until text
-- out: many (flow text, state text, n int)
-- limit: 500
SELECT flow, state, count(*) AS n
  FROM flow_matter
 WHERE scope >= :scope_from AND scope < :scope_to
   AND flow IN ('care.inquiry', 'care.reminder', 'care.concern', 'care.admonition', 'care.measure', 'care.appeal', 'care.clearing', 'care.talk', 'care.promise', 'care.visit')
   AND opened_on >= :since AND opened_on < :until AND coalesce(unmarked, 0) = 0 AND ended = 0
 GROUP BY flow, state ORDER BY flow, state

-- letter_counts_of: the same of one person: what a reader must not count
-- in:  scope, member int, since text, until text
-- out: many (flow text, state text, n int)
-- limit: 500
SELECT flow, state, count(*) AS n
  FROM flow_matter
 WHERE scope >= :scope_from AND scope < :scope_to
   AND member = :member
   AND flow IN ('care.inquiry', 'care.reminder', 'care.concern', 'care.admonition', 'care.measure', 'care.appeal', 'care.clearing', 'care.talk', 'care.promise', 'care.visit')
   AND opened_on >= :since AND opened_on < :until AND coalesce(unmarked, 0) = 0 AND ended = 0
 GROUP BY flow, state ORDER BY flow, state

-- letter_rows: matters of a period, newest first, of one kind and state or of all
-- in:  scope, flow text, state text, since text, until text, before int
-- out: many (id int, flow text, title text, state text, member int, opened_on date, due_on date, provisional int, paused_on date, closed_on date)
-- limit: 60
SELECT id, flow, title, state, member, opened_on, due_on, provisional, paused_on, closed_on
  FROM flow_matter
 WHERE scope >= :scope_from AND scope < :scope_to
   AND flow IN ('care.inquiry', 'care.reminder', 'care.concern', 'care.admonition', 'care.measure', 'care.appeal', 'care.clearing', 'care.talk', 'care.promise', 'care.visit')
   AND (:flow = '' OR flow = :flow) AND (:state = '' OR state = :state)
   AND opened_on >= :since AND opened_on < :until AND coalesce(unmarked, 0) = 0 AND ended = 0
   AND id < :before
 ORDER BY id DESC LIMIT 51

-- due_findings: open reminders of the rules about cadres, nobody written to yet
-- in:  scope, sees int
-- out: many (id int, rule text, member int, name text, unit text, since date)
-- limit: 300
SELECT f.id, f.rule, f.member, m.name, u.name AS unit, f.since
  FROM rules_finding f JOIN roster_member m ON m.id = f.member LEFT JOIN roster_unit u ON u.id = m.unit
 WHERE m.scope >= :scope_from AND m.scope < :scope_to
   AND f.state IN ('opened', 'answered') AND f.effect = 'remind' AND f.asks <> 'archives' AND f.missing IS NULL AND f.ended = 0
   AND coalesce(f.secrecy, 0) <= :sees AND m.ended = 0
   AND NOT EXISTS (SELECT 1 FROM care_concern c WHERE c.member = f.member AND c.ended = 0 AND c.node = 'finding ' || f.id)
 ORDER BY f.id DESC LIMIT 200

-- due_posts: posts taken or left between two days
-- in:  scope, since text, until text
-- out: many (id int, member int, name text, unit text, title text, from_on date, to_on date, taken int)
-- limit: 300
SELECT p.id, p.member, m.name, u.name AS unit, p.title, p.from_on, p.to_on,
       CASE WHEN p.from_on >= :since AND p.from_on <= :until THEN 1 ELSE 0 END AS taken
  FROM roster_post p JOIN roster_member m ON m.id = p.member LEFT JOIN roster_unit u ON u.id = m.unit
 WHERE p.scope >= :scope_from AND p.scope < :scope_to
   AND ((p.from_on >= :since AND p.from_on <= :until) OR (p.to_on >= :since AND p.to_on <= :until))
   AND p.ended = 0 AND m.ended = 0
   AND NOT EXISTS (SELECT 1 FROM care_concern c WHERE c.member = p.member AND c.ended = 0 AND c.node = 'post ' || p.id)
 ORDER BY p.id DESC LIMIT 200

-- due_ranks: ranks reached between two days
-- in:  scope, since text, until text
-- out: many (id int, member int, name text, unit text, rank text, from_on date)
-- limit: 300
SELECT r.id, r.member, m.name, u.name AS unit, r.rank, r.from_on
  FROM roster_rank r JOIN roster_member m ON m.id = r.member LEFT JOIN roster_unit u ON u.id = m.unit
 WHERE r.scope >= :scope_from AND r.scope < :scope_to
   AND r.from_on >= :since AND r.from_on <= :until AND r.ended = 0 AND m.ended = 0
   AND NOT EXISTS (SELECT 1 FROM care_concern c WHERE c.member = r.member AND c.ended = 0 AND c.node = 'rank ' || r.id)
 ORDER BY r.id DESC LIMIT 200

-- due_festival: cadres in office not yet written to about a festival
-- in:  scope, node text
-- out: many (member int, name text, unit text)
-- limit: 300
SELECT m.id AS member, m.name, u.name AS unit
  FROM roster_member m LEFT JOIN roster_unit u ON u.id = m.unit
 WHERE m.scope >= :scope_from AND m.scope < :scope_to
   AND m.status = '1' AND m.ended = 0
   AND NOT EXISTS (SELECT 1 FROM care_concern c WHERE c.member = m.id AND c.ended = 0 AND c.node = :node)
 ORDER BY m.id LIMIT 200

-- talked: cadres in office, those talked with since a day, and plans of a year
-- in:  scope, since text, year int
-- out: one (in_office int, talked int, planned int, planned_done int)
SELECT count(*) AS in_office,
       coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM care_talk t WHERE t.member = m.id AND t.ended = 0 AND t.held_on >= :since) THEN 1 ELSE 0 END), 0) AS talked,
       coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM care_plan p WHERE p.member = m.id AND p.ended = 0 AND p.year = :year) THEN 1 ELSE 0 END), 0) AS planned,
       coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM care_plan p WHERE p.member = m.id AND p.ended = 0 AND p.year = :year AND EXISTS (SELECT 1 FROM care_talk t WHERE t.member = p.member AND t.ended = 0 AND substr(t.held_on, 1, 4) = CAST(p.year AS TEXT))) THEN 1 ELSE 0 END), 0) AS planned_done
  FROM roster_member m
 WHERE m.scope >= :scope_from AND m.scope < :scope_to AND m.status = '1' AND m.ended = 0

-- not_talked: cadres in office nobody has talked with since a day
-- in:  scope, since text, after int
-- out: many (id int, name text, unit text, last date)
-- limit: 60
SELECT m.id, m.name, u.name AS unit, (SELECT max(t.held_on) FROM care_talk t WHERE t.member = m.id AND t.ended = 0) AS last
  FROM roster_member m LEFT JOIN roster_unit u ON u.id = m.unit
 WHERE m.scope >= :scope_from AND m.scope < :scope_to
   AND m.status = '1' AND m.ended = 0 AND m.id > :after
   AND NOT EXISTS (SELECT 1 FROM care_talk t WHERE t.member = m.id AND t.ended = 0 AND t.held_on >= :since)
 ORDER BY m.id LIMIT 51

-- units: units of the scope, in the order of the tree, for a choice
-- in:  scope
-- out: many (id int, name text)
-- limit: 400
SELECT id, name FROM roster_unit
 WHERE scope >= :scope_from AND scope < :scope_to AND ended = 0
 ORDER BY scope, id LIMIT 400
