-- What the pages of findings count. The statements name no person: a finding's place decides who sees it.

-- counts: findings nobody closed yet, by category and effect
-- in:  scope, sees int, barred text
-- out: many (category text, effect text, n int)
-- limit: 2000
SELECT category, effect, count(*) AS n
  FROM rules_finding
 WHERE scope >= :scope_from AND scope < :scope_to
   AND state <> 'closed' AND ended = 0 AND secrecy <= :sees
   AND :barred NOT LIKE '%,' || coalesce(member, 0) || ',%'
 GROUP BY category, effect
 ORDER BY category, effect

-- by_rule: findings nobody closed yet, by rule
-- in:  scope, sees int, barred text
-- out: many (rule text, n int)
-- limit: 5000
SELECT rule, count(*) AS n
  FROM rules_finding
 WHERE scope >= :scope_from AND scope < :scope_to
   AND state <> 'closed' AND ended = 0 AND secrecy <= :sees
   AND :barred NOT LIKE '%,' || coalesce(member, 0) || ',%'
 GROUP BY rule
 ORDER BY rule

-- values: what the district set of one rule's parameters, newest first
-- in:  rule text
-- out: many (id int, name text, value text, from_on date, citation text, set_by text)
-- limit: 1000
SELECT id, name, value, from_on, citation, set_by
  FROM rules_param
 WHERE rule = :rule AND ended = 0
 ORDER BY name, from_on DESC

-- in_hand: open findings about a person that somebody handles
-- in:  member int, handler text
-- out: one (n int)
SELECT count(*) AS n
  FROM rules_finding
 WHERE member = :member AND handler = :handler AND state <> 'closed' AND ended = 0

-- unit_range: the places of a unit and all below it
-- in:  id int, scope
-- out: one (name text, first int, last int)
SELECT name, scope AS first, scope_to AS last
  FROM roster_unit
 WHERE id = :id AND ended = 0 AND scope >= :scope_from AND scope < :scope_to

-- handlers: who may be handed a finding: in an office of the district that handles them
-- in:  today date
-- out: many (name text, member int)
-- limit: 300
SELECT DISTINCT a.name, coalesce(a.member, 0) AS member
  FROM auth_account a JOIN admin_office o ON o.account = a.id
 WHERE a.ended = 0 AND a.disabled = 0 AND o.ended = 0 AND o.from_on <= :today AND (o.to_on IS NULL OR o.to_on >= :today)
   AND o.role IN ('minister', 'supervision', 'cadre_officer', 'archives')
 ORDER BY a.name LIMIT 300

-- looked: when an account last said that it had looked at the findings
-- in:  account int
-- out: one (id int, rev int, at int)
SELECT id, rev, at
  FROM findings_look
 WHERE account = :account AND ended = 0
