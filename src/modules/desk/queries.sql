-- What stands on desks. A desk is a range of flow_matter.waits ("ROLE DUE"), read in its order.

-- waiting: matters that wait for an office, in due order, after a place
-- in:  scope, low text, high text, me int, today text, after text, after_id int
-- out: many (id int, flow text, title text, member int, unit int, state text, due text, due_on date, provisional int, holder int, paused_on date, since_on date, waits text)
-- limit: 60
SELECT id, flow, title, member, unit, state, due, due_on, provisional, holder, paused_on, since_on, waits
  FROM flow_matter
 WHERE scope >= :scope_from AND scope < :scope_to
   AND waits >= :low AND waits < :high AND (waits > :after OR (waits = :after AND id > :after_id))
   AND (coalesce(holder, 0) IN (0, :me) OR holder IN (
       SELECT account FROM flow_away WHERE deputy = :me AND from_on <= :today AND to_on >= :today AND ended = 0))
 ORDER BY waits, id LIMIT 51

-- waiting_count: how many those are, and how many of them are past their end; at most 5001
-- in:  scope, low text, high text, me int, today text
-- out: one (n int, late int)
SELECT count(*) AS n, coalesce(sum(late), 0) AS late FROM (
SELECT CASE WHEN due_on < :today THEN 1 ELSE 0 END AS late
  FROM flow_matter
 WHERE scope >= :scope_from AND scope < :scope_to
   AND waits >= :low AND waits < :high
   AND (coalesce(holder, 0) IN (0, :me) OR holder IN (
       SELECT account FROM flow_away WHERE deputy = :me AND from_on <= :today AND to_on >= :today AND ended = 0))
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

-- mine: open matters this account opened or handles
-- in:  scope, me int
-- out: many (id int, flow text, title text, member int, unit int, state text, due text, due_on date, provisional int, holder int, paused_on date, since_on date)
-- limit: 300
SELECT id, flow, title, member, unit, state, due, due_on, provisional, holder, paused_on, since_on
  FROM flow_matter
 WHERE scope >= :scope_from AND scope < :scope_to
   AND closed_on IS NULL AND ended = 0 AND (opened_by = :me OR holder = :me)
 ORDER BY due_on, id LIMIT 200

-- in_hand: open matters about a person that an account holds or that wait on its office's desk, to act or to sign
-- in:  member int, me int, role text
-- out: one (n int)
-- scope: none, because only the number of one's own matters about a person already in scope is asked
SELECT count(*) AS n
  FROM flow_matter m
 WHERE m.member = :member AND m.ended = 0 AND m.closed_on IS NULL
   AND (m.holder = :me OR (coalesce(m.holder, 0) = 0 AND m.owner = :role)
        OR EXISTS (SELECT 1 FROM flow_sign s WHERE s.matter = m.id AND s.state = 'wanted' AND s.waits LIKE :role || ' %'))

-- head: what waits for an office, what it has to sign and was told, each counted to 100
-- in:  scope, low text, high text, me int, today text, barred text, office text
-- out: one (waiting int, signing int, unread int)
SELECT (SELECT count(*) FROM (SELECT 1 AS one
          FROM flow_matter
         WHERE scope >= :scope_from AND scope < :scope_to
           AND waits >= :low AND waits < :high AND :barred NOT LIKE '%,' || coalesce(member, 0) || ',%'
           AND (coalesce(holder, 0) IN (0, :me) OR holder IN (
               SELECT account FROM flow_away WHERE deputy = :me AND from_on <= :today AND to_on >= :today AND ended = 0))
         LIMIT 100) AS a) AS waiting,
       (SELECT count(*) FROM (SELECT 1 AS one
          FROM flow_sign s JOIN flow_matter m ON m.id = s.matter
         WHERE m.scope >= :scope_from AND m.scope < :scope_to AND s.waits >= :low AND s.waits < :high
           AND :barred NOT LIKE '%,' || coalesce(m.member, 0) || ',%'
         LIMIT 100) AS b) AS signing,
       (SELECT count(*) FROM (SELECT 1 AS one
          FROM flow_notice n JOIN flow_matter m ON m.id = n.matter
         WHERE m.scope >= :scope_from AND m.scope < :scope_to AND n.unread = :office
           AND :barred NOT LIKE '%,' || coalesce(m.member, 0) || ',%'
         LIMIT 100) AS c) AS unread

-- told: what an account and its own file were told and nobody has read, counted to 100
-- in:  mine text, file text
-- out: one (n int)
SELECT count(*) AS n FROM (SELECT 1 AS one FROM flow_notice WHERE unread IN (:mine, :file) AND ended = 0 LIMIT 100) AS a

-- asked: matters that wait for a person, counted to 100
-- scope: none, because a person's own matters are asked for by his own number
-- in:  member int
-- out: one (n int)
SELECT count(*) AS n FROM (SELECT 1 AS one FROM flow_matter
 WHERE member = :member AND owner = 'person' AND closed_on IS NULL AND ended = 0 LIMIT 100) AS a

-- notices: what a person was told, newest first
-- in:  mine text, file text, office text, unread int, before int
-- out: many (id int, recipient text, kind text, made_on date, read_on date, matter int, flow text, title text, member int, due text, due_on date, unmarked int, place int)
-- scope: none, because they are found by whom they were sent to; what an office may no longer see is left out by the page
-- limit: 60
SELECT n.id, n.recipient, n.kind, n.made_on, n.read_on, n.matter, m.flow, m.title, m.member, m.due, m.due_on, m.unmarked, m.scope AS place
  FROM flow_notice n JOIN flow_matter m ON m.id = n.matter
 WHERE n.recipient IN (:mine, :file, :office) AND n.ended = 0 AND n.id < :before
   AND (:unread = 0 OR n.unread IS NOT NULL)
 ORDER BY n.id DESC LIMIT 51

-- unread: the numbers of what a person was told and has not read
-- in:  mine text, file text, office text
-- out: many (id int, place int, member int)
-- scope: none, because they are found by whom they were sent to
-- limit: 1000
SELECT n.id, m.scope AS place, m.member FROM flow_notice n JOIN flow_matter m ON m.id = n.matter
 WHERE n.unread IN (:mine, :file, :office) AND n.ended = 0
 ORDER BY n.id LIMIT 1000

-- template_of: the district's own text of a template
-- in:  name text
-- out: one (id int)
SELECT id FROM flow_template WHERE name = :name AND ended = 0
