-- What stands on desks. A desk is a range of flow_matter.waits ("ROLE DUE"), read in its order.

-- waiting: matters that wait for an office, in due order, after a place
-- in:  scope, low text, high text, me int, stands_in int, after text, after_id int
-- out: many (id int, flow text, title text, member int, unit int, state text, due text, due_on date, provisional int, holder int, paused_on date, since_on date, waits text)
-- limit: 60
SELECT id, flow, title, member, unit, state, due, due_on, provisional, holder, paused_on, since_on, waits
  FROM flow_matter
 WHERE scope >= :scope_from AND scope < :scope_to
   AND waits >= :low AND waits < :high AND (waits > :after OR (waits = :after AND id > :after_id))
   AND coalesce(holder, 0) IN (0, :me, :stands_in)
 ORDER BY waits, id LIMIT 51

-- waiting_count: how many those are, and how many of them are past their end; at most 5001
-- in:  scope, low text, high text, me int, stands_in int, today text
-- out: one (n int, late int)
SELECT count(*) AS n, coalesce(sum(late), 0) AS late FROM (
SELECT CASE WHEN due_on < :today THEN 1 ELSE 0 END AS late
  FROM flow_matter
 WHERE scope >= :scope_from AND scope < :scope_to
   AND waits >= :low AND waits < :high
   AND coalesce(holder, 0) IN (0, :me, :stands_in)
 LIMIT 5001) AS some

-- signing: signatures that wait for an office
-- in:  scope, low text, high text
-- out: many (sign int, sign_name text, id int, flow text, title text, member int, unit int, state text, due text, due_on date, provisional int, step text, waits text)
-- limit: 300
SELECT s.id AS sign, s.sign AS sign_name, m.id, m.flow, m.title, m.member, m.unit, m.state, m.due, m.due_on, m.provisional, t.step, s.waits
  FROM flow_sign s JOIN flow_matter m ON m.id = s.matter JOIN flow_step t ON t.id = s.step
 WHERE m.scope >= :scope_from AND m.scope < :scope_to
   AND s.waits >= :low AND s.waits < :high
 ORDER BY s.waits, s.id LIMIT 200

-- of_person: open matters that concern one person and wait for him, in due order
-- scope: none, because a person's own matters are asked for by his own number
-- in:  member int
-- out: many (id int, flow text, title text, state text, due text, due_on date, provisional int, paused_on date, since_on date)
-- limit: 200
SELECT id, flow, title, state, due, due_on, provisional, paused_on, since_on
  FROM flow_matter
 WHERE member = :member AND owner = 'person' AND closed_on IS NULL AND ended = 0
 ORDER BY due_on, id LIMIT 200

-- mine: open matters this account opened or handles
-- in:  scope, me int
-- out: many (id int, flow text, title text, member int, unit int, state text, due text, due_on date, provisional int, holder int, paused_on date, since_on date)
-- limit: 300
SELECT id, flow, title, member, unit, state, due, due_on, provisional, holder, paused_on, since_on
  FROM flow_matter
 WHERE scope >= :scope_from AND scope < :scope_to
   AND closed_on IS NULL AND ended = 0 AND (opened_by = :me OR holder = :me)
 ORDER BY due_on, id LIMIT 200

-- stands_in: whom this account stands in for on a day
-- in:  me int, today text
-- out: many (account int)
-- limit: 50
SELECT account FROM flow_away
 WHERE deputy = :me AND from_on <= :today AND to_on >= :today AND ended = 0
 ORDER BY account

-- in_hand: open matters about a person that an account holds or that wait on its office's desk, to act or to sign
-- in:  member int, me int, role text
-- out: one (n int)
-- scope: none, because only the number of one's own matters about a person already in scope is asked
SELECT count(*) AS n
  FROM flow_matter m
 WHERE m.member = :member AND m.ended = 0 AND m.closed_on IS NULL
   AND (m.holder = :me OR (coalesce(m.holder, 0) = 0 AND m.owner = :role)
        OR EXISTS (SELECT 1 FROM flow_sign s WHERE s.matter = m.id AND s.state = 'wanted' AND s.waits LIKE :role || ' %'))
