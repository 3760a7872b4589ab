-- The log of reads. What is counted for audit names readers, never whose file was read.

-- readers: who read one person's file, newest first, without what is withheld today
-- in:  member int, today text, before int
-- out: many (id int, at int, name text, role text, kind text, ground text, reason text, record text, n int)
-- limit: 101
-- scope: none, because a person is told of his own file, whoever reads it
SELECT r.id, r.at, a.name, r.role, r.kind, r.ground, r.reason, r.record, r.n
  FROM admin_read r LEFT JOIN auth_account a ON a.id = r.account
 WHERE r.member = :member AND r.kind <> 'reason' AND r.ended = 0 AND r.id < :before
   AND (r.withheld_until IS NULL OR r.withheld_until < :today)
 ORDER BY r.id DESC LIMIT 101

-- readers_count: how many reads of one person's file there are, and how many of them are withheld today
-- in:  member int, today text
-- out: one (n int, withheld int)
SELECT count(*) AS n, coalesce(sum(CASE WHEN withheld_until >= :today THEN 1 ELSE 0 END), 0) AS withheld
  FROM admin_read
 WHERE member = :member AND kind <> 'reason' AND ended = 0

-- wide_reads: exports and runs that name nobody: any file of their scope may be among them
-- in:  since int
-- out: one (n int)
SELECT count(*) AS n FROM admin_read WHERE at >= :since AND member IS NULL AND kind IN ('export', 'run') AND ended = 0

-- patterns: reads by account, office, kind, ground and hour (hours since 1970 in the civil zone)
-- in:  since int, until int, shift int
-- out: each (account int, name text, role text, kind text, ground text, hour int, n int, files int, shown int, relative int)
SELECT r.account, a.name, r.role, r.kind, r.ground, (r.at + :shift) / 3600000 AS hour, count(*) AS n,
       count(DISTINCT r.member) AS files, coalesce(sum(r.n), 0) AS shown, coalesce(sum(r.relative), 0) AS relative
  FROM admin_read r LEFT JOIN auth_account a ON a.id = r.account
 WHERE r.at >= :since AND r.at < :until AND r.ended = 0
 GROUP BY r.account, a.name, r.role, r.kind, r.ground, (r.at + :shift) / 3600000
 ORDER BY r.account, r.role, hour, r.kind, r.ground

-- repeated: accounts that wrote one reason word for word for several files; not which
-- in:  since int, until int
-- out: many (account int, name text, n int, files int)
-- limit: 200
SELECT r.account, a.name, count(*) AS n, count(DISTINCT r.member) AS files
  FROM admin_read r LEFT JOIN auth_account a ON a.id = r.account
 WHERE r.at >= :since AND r.at < :until AND r.kind = 'reason' AND r.ended = 0
 GROUP BY r.account, a.name, r.reason
HAVING count(DISTINCT r.member) >= 5
 ORDER BY files DESC, r.account LIMIT 200

-- notes: questions of the audit administrator to readers, newest first; account 0: to everybody
-- in:  account int
-- out: many (id int, rev int, account int, name text, pattern text, question text, asked_by text, asked_on date, answer text, answered_on date)
-- limit: 200
SELECT n.id, n.rev, n.account, a.name, n.pattern, n.question, n.asked_by, n.asked_on, n.answer, n.answered_on
  FROM admin_read_note n LEFT JOIN auth_account a ON a.id = n.account
 WHERE (n.account = :account OR :account = 0) AND n.ended = 0
 ORDER BY n.id DESC LIMIT 200

-- to_withhold: reads of one person's file by one account that are not withheld
-- in:  member int, account int
-- out: many (id int, rev int)
-- limit: 500
-- scope: none, because the decision was checked against the person's own row before
SELECT id, rev
  FROM admin_read
 WHERE member = :member AND account = :account AND withheld_until IS NULL AND ended = 0
 ORDER BY id LIMIT 500

-- What the security administrator needs to issue accounts: names on slips, nothing else of a person's file.

-- without_account: cadres who have no account, or whose account was never used, in a range of units
-- in:  low int, high int, waiting int
-- out: many (id int, name text, unit text, account int, username text)
-- limit: 501
-- scope: none, because accounts are issued for the whole district by an office that reads no file
SELECT m.id, m.name, coalesce(u.name, '') AS unit, coalesce(x.id, 0) AS account, coalesce(x.username, '') AS username
  FROM roster_member m
  LEFT JOIN roster_unit u ON u.id = m.unit
  LEFT JOIN auth_account x ON x.member = m.id AND x.ended = 0
 WHERE m.ended = 0 AND m.scope >= :low AND m.scope < :high
   AND (x.id IS NULL OR (:waiting = 1 AND x.password = 'none' AND coalesce(x.disabled, 0) = 0))
 ORDER BY m.scope, m.id
 LIMIT 501

-- count_without: how many they are
-- in:  low int, high int
-- out: one (n int)
-- scope: none, because accounts are issued for the whole district by an office that reads no file
SELECT count(*) AS n
  FROM roster_member m
 WHERE m.ended = 0 AND m.scope >= :low AND m.scope < :high
   AND NOT EXISTS (SELECT 1 FROM auth_account x WHERE x.member = m.id AND x.ended = 0)

-- units: what may be chosen
-- out: many (id int, name text)
-- limit: 2000
SELECT id, name
  FROM roster_unit
 WHERE ended = 0
 ORDER BY scope

-- oidc_links: accounts linked to the directory, by the issuer their links begin with
-- in:  low text, high text
-- out: many (id int, username text, name text, oidc text)
-- limit: 500
SELECT id, username, name, oidc
  FROM auth_account
 WHERE ended = 0 AND oidc >= :low AND oidc < :high
 ORDER BY username LIMIT 500

-- accounts: accounts by name or user name, for a proposal
-- in:  q text
-- out: many (id int, username text, name text)
-- limit: 20
SELECT id, username, name
  FROM auth_account
 WHERE ended = 0 AND (username = :q OR name = :q)
 ORDER BY username

-- resets: the newest
-- out: many (id int, account int, username text, name text, reason text, state text, proposed_by int, proposer text, decider text)
-- limit: 100
SELECT r.id, r.account, u.username, u.name, r.reason, r.state, r.proposed_by, p.name AS proposer,
       coalesce(d.name, '') AS decider
  FROM auth_reset r
  JOIN auth_account u ON u.id = r.account
  JOIN auth_account p ON p.id = r.proposed_by
  LEFT JOIN auth_account d ON d.id = r.decided_by
 WHERE r.ended = 0
 ORDER BY CASE WHEN r.state = 'open' THEN 0 ELSE 1 END, r.id DESC

-- offices: offices in force on a day or later, by unit
-- in:  today text
-- out: many (id int, unit int, unit_name text, role text, branch text, name text, username text, from_on text, to_on text, deputy int, successor text)
-- limit: 20000
SELECT o.id, o.unit, u.name AS unit_name, o.role, o.branch, a.name, a.username, o.from_on, o.to_on,
       coalesce(o.deputy, 0) AS deputy, s.name AS successor
  FROM admin_office o JOIN auth_account a ON a.id = o.account LEFT JOIN roster_unit u ON u.id = o.unit
  LEFT JOIN auth_account s ON s.id = o.successor
 WHERE o.ended = 0 AND (o.to_on IS NULL OR o.to_on >= :today)
 ORDER BY coalesce(u.scope, -1), coalesce(o.unit, 0), o.role, o.id

-- signatures: what an account signed, newest first
-- in:  account int
-- out: many (id int, at int, role text, flow text, matter int, text text, hash text)
-- limit: 200
SELECT s.id, c.at, s.role, m.flow, s.matter, s.shown AS text, s.hash
  FROM flow_sign s JOIN flow_matter m ON m.id = s.matter
  JOIN revision r ON r.record = 'flow.sign' AND r.row = s.id AND r.rev = s.rev JOIN change c ON c.id = r.change
 WHERE s.account = :account AND s.state = 'given' AND s.ended = 0 ORDER BY s.id DESC LIMIT 200
