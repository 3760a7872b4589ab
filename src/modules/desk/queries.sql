-- What stands on desks. A desk is a range of flow_matter.waits ("ROLE DUE"), read in its order; counts say ORDER BY waits too,
-- or SQLite would go through the whole scope instead.

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
 ORDER BY waits LIMIT 5001) AS a

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
SELECT * FROM (SELECT id, flow, title, member, unit, state, due, due_on, provisional, holder, paused_on, since_on
  FROM flow_matter
 WHERE scope >= :scope_from AND scope < :scope_to AND closed_on IS NULL AND ended = 0 AND opened_by = :me
 ORDER BY due_on, id LIMIT 200) AS opened_by_me
UNION SELECT * FROM (SELECT id, flow, title, member, unit, state, due, due_on, provisional, holder, paused_on, since_on
  FROM flow_matter
 WHERE scope >= :scope_from AND scope < :scope_to AND closed_on IS NULL AND ended = 0 AND holder = :me
 ORDER BY due_on, id LIMIT 200) AS holder_me
 ORDER BY due_on, id LIMIT 200

-- in_hand: open matters about a person that an account holds or that wait on its office's desk, to act or to sign
-- in:  member int, me int, role text, today text
-- out: one (n int)
-- scope: none, because only the number of one's own matters about a person already in scope is asked
SELECT count(*) AS n
  FROM flow_matter m
 WHERE m.member = :member AND m.ended = 0 AND m.closed_on IS NULL
   AND (m.holder = :me OR m.holder IN (SELECT account FROM flow_away WHERE deputy = :me AND from_on <= :today AND to_on >= :today AND ended = 0)
        OR (coalesce(m.holder, 0) = 0 AND m.owner = :role)
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
         ORDER BY waits LIMIT 100) AS a) AS waiting,
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

-- to_tell: who wants to be told at once and has unread notices since the last message of a channel, none under way
-- in:  channel text
-- out: many (account int, n int, upto int)
-- limit: 2000
SELECT d.account, count(*) AS n, max(n.id) AS upto
  FROM desk_delivery d JOIN auth_account a ON a.id = d.account
  JOIN flow_notice n ON n.unread IN ('account:' || d.account, 'member:' || a.member)
 WHERE d.ended = 0 AND a.ended = 0 AND coalesce(a.disabled, 0) = 0 AND n.ended = 0
   AND CASE WHEN :channel = 'mail' THEN d.mail_how ELSE d.hook_how END = 'now'
   AND n.id > d.since
   AND n.id > coalesce((SELECT max(s.upto) FROM desk_sending s WHERE s.account = d.account AND s.channel = :channel), 0)
   AND NOT EXISTS (SELECT 1 FROM desk_sending s WHERE s.account = d.account AND s.channel = :channel
                      AND s.state IN ('ready', 'sending'))
 GROUP BY d.account ORDER BY d.account LIMIT 2000

-- daily: who wants to be told once a day and was not told this day
-- in:  channel text, day text
-- out: many (account int, name text, member int, newest int)
-- limit: 2000
SELECT d.account, a.name, a.member, (SELECT max(id) FROM flow_notice) AS newest
  FROM desk_delivery d JOIN auth_account a ON a.id = d.account
 WHERE d.ended = 0 AND a.ended = 0 AND coalesce(a.disabled, 0) = 0
   AND CASE WHEN :channel = 'mail' THEN d.mail_how ELSE d.hook_how END = 'daily'
   AND NOT EXISTS (SELECT 1 FROM desk_sending s WHERE s.once = 'daily ' || :channel || ' ' || d.account || ' ' || :day)
 ORDER BY d.account LIMIT 2000

-- ready: the message that is due first
-- in:  now int, mail text, hook text
-- out: one (id int, channel text, n int, username text, mail text, lang text)
SELECT s.id, s.channel, s.n, a.username, d.mail, d.lang
  FROM desk_sending s JOIN auth_account a ON a.id = s.account JOIN desk_delivery d ON d.account = s.account AND d.ended = 0
 WHERE s.next_at <= :now AND s.state = 'ready' AND s.channel IN (:mail, :hook) AND s.ended = 0
 ORDER BY s.next_at, s.id LIMIT 1

-- cut_off: messages whose sending was begun and never ended
-- in:  now int
-- out: many (id int)
-- limit: 1000
SELECT id FROM desk_sending WHERE next_at <= :now AND state = 'sending' AND ended = 0 ORDER BY id LIMIT 1000

-- sendings: what was sent to an account, newest first
-- in:  account int
-- out: many (id int, channel text, kind text, n int, state text, tries int, sent_at int, next_at int, at int)
-- limit: 50
SELECT s.id, s.channel, s.kind, s.n, s.state, s.tries, s.sent_at, s.next_at, c.at
  FROM desk_sending s JOIN revision r ON r.record = 'desk.sending' AND r.row = s.id AND r.rev = 1 JOIN change c ON c.id = r.change
 WHERE s.account = :account AND s.ended = 0 ORDER BY s.id DESC LIMIT 30

-- delivery: where an account wants to be told
-- in:  account int
-- out: one (id int)
SELECT id FROM desk_delivery WHERE account = :account AND ended = 0

-- newest_notice: the number of the newest notice
-- out: one (id int)
SELECT max(id) AS id FROM flow_notice

-- feed_of: whose calendar a token opens
-- in:  hash text
-- out: one (id int, account int, office int, lang text, name text, member int)
SELECT f.id, f.account, f.office, f.lang, a.name, a.member
  FROM desk_feed f JOIN auth_account a ON a.id = f.account
 WHERE f.hash = :hash AND f.ended = 0 AND coalesce(f.revoked, 0) = 0 AND a.ended = 0 AND coalesce(a.disabled, 0) = 0

-- feed_lines: matters with a day that wait for an office, or for a person himself, due first
-- in:  low text, high text, me int, barred text, file int
-- out: many (id int, due_on date, provisional int, place int, member int)
-- scope: none, because the feed leaves out what lies outside the office's units
-- limit: 1000
SELECT id, due_on, provisional, scope AS place, member
  FROM flow_matter
 WHERE due_on IS NOT NULL AND ended = 0 AND closed_on IS NULL
   AND ((waits >= :low AND waits < :high AND coalesce(holder, 0) IN (0, :me)
         AND :barred NOT LIKE '%,' || coalesce(member, 0) || ',%')
        OR (member = :file AND owner = 'person'))
 ORDER BY due_on, id LIMIT 1000

-- feeds: the calendars of an account, newest first
-- in:  account int
-- out: many (id int, made_on date, revoked int)
-- limit: 100
SELECT id, made_on, revoked FROM desk_feed WHERE account = :account AND ended = 0 ORDER BY id DESC LIMIT 100

-- day_row: the district's own entry of a day
-- in:  day text
-- out: one (id int)
SELECT id FROM kernel_day WHERE day = :day AND ended = 0

-- aways: the leaves an account arranged, newest first
-- in:  me int
-- out: many (id int, deputy_name text, from_on date, to_on date, ground text, ended int)
-- limit: 60
SELECT w.id, a.name AS deputy_name, w.from_on, w.to_on, w.ground, w.ended
  FROM flow_away w JOIN auth_account a ON a.id = w.deputy
 WHERE w.account = :me ORDER BY w.id DESC LIMIT 50

-- away_clash: leaves that fall into the same days: mine, the deputy's, and those in which I stand in
-- in:  me int, deputy int, from_on text, to_on text
-- out: one (mine int, his int, chain int)
SELECT (SELECT count(*) FROM flow_away WHERE account = :me AND from_on <= :to_on AND to_on >= :from_on AND ended = 0) AS mine,
       (SELECT count(*) FROM flow_away WHERE account = :deputy AND from_on <= :to_on AND to_on >= :from_on AND ended = 0) AS his,
       (SELECT count(*) FROM flow_away WHERE deputy = :me AND from_on <= :to_on AND to_on >= :from_on AND ended = 0) AS chain

-- away_now: who stands in for me today, and for whom I do
-- in:  me int, today text
-- out: many (account int, name text, deputy_name text, to_on date)
-- limit: 50
SELECT w.account, a.name, d.name AS deputy_name, w.to_on
  FROM flow_away w JOIN auth_account a ON a.id = w.account JOIN auth_account d ON d.id = w.deputy
 WHERE (w.account = :me OR w.deputy = :me) AND w.from_on <= :today AND w.to_on >= :today AND w.ended = 0
 ORDER BY w.id LIMIT 50
