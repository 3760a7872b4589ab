-- Leads, their channels and who may open a reporter's name. What ended without a mark stands in no list.

-- channels: channels in force on a day: of one branch, or for the office all but the public page's
-- in:  branch text, day date
-- out: many (id int, name text, source text, office text)
-- limit: 300
SELECT id, name, source, office FROM leads_channel
 WHERE ((:branch = '' AND source <> 'public') OR (:branch <> '' AND source = :branch))
   AND from_on <= :day AND (to_on IS NULL OR to_on >= :day) AND ended = 0
 ORDER BY source, name, id

-- public_channel: the channel of the public page on a day, the first when there are several
-- in:  day date
-- out: one (id int)
SELECT id FROM leads_channel
 WHERE source = 'public' AND from_on <= :day AND (to_on IS NULL OR to_on >= :day) AND ended = 0
 ORDER BY id LIMIT 1

-- receipt: the matter behind the hash of a code
-- in:  hash text
-- out: one (matter int)
SELECT m.id AS matter
  FROM leads_receipt r JOIN flow_matter m ON m.row = r.lead AND m.flow = 'leads.lead'
 WHERE r.hash = :hash AND r.ended = 0 AND m.ended = 0

-- released: a release of a lead's reporter in force for the account that asked for it
-- in:  lead int, account int, day date
-- out: one (id int)
SELECT l.id
  FROM leads_release l JOIN flow_matter m ON m.row = l.id AND m.flow = 'leads.release'
  JOIN flow_step s ON s.matter = m.id AND s.step = 'ask' AND s.account = :account AND s.ended = 0
 WHERE l.lead = :lead AND m.state = 'released' AND l.until_on >= :day AND l.ended = 0 AND m.ended = 0
 ORDER BY l.id DESC LIMIT 1

-- leads: leads of the reader, newest first; of a department those it delivered and those put to it
-- in:  scope, office text, barred text, source text, kind text, show text, since text, until text, before int
-- out: many (id int, rev int, title text, state text, member int, merged int, along int, due_on date, provisional int, paused_on date, received_on date, kind text, outcome text, channel text, source text, sealed int)
-- limit: 60
SELECT m.id, m.rev, m.title, m.state, m.member, m.merged, m.along, m.due_on, m.provisional, m.paused_on, l.received_on, l.kind, l.outcome, c.name AS channel, c.source,
       CASE WHEN EXISTS (SELECT 1 FROM leads_reporter r WHERE r.lead = l.id AND r.ended = 0) THEN 1 ELSE 0 END AS sealed
  FROM flow_matter m JOIN leads_lead l ON l.id = m.row LEFT JOIN leads_channel c ON c.id = l.channel
 WHERE m.scope >= :scope_from AND m.scope < :scope_to
   AND m.flow = 'leads.lead' AND m.ended = 0 AND coalesce(m.unmarked, 0) = 0
   AND (:office = '' OR m.office = :office OR m.owner = :office)
   AND (m.member IS NULL OR :barred NOT LIKE '%,' || m.member || ',%')
   AND (:source = '' OR c.source = :source) AND (:kind = '' OR l.kind = :kind)
   AND (:show = 'all' OR (:show = 'open' AND m.closed_on IS NULL) OR (:show = 'ended' AND m.closed_on IS NOT NULL))
   AND l.received_on >= :since AND l.received_on < :until AND m.id < :before
 ORDER BY m.id DESC LIMIT 51

-- sealed_leads: leads whose reporter is sealed, and how often each was opened
-- in:  scope, barred text
-- out: many (id int, number text, received_on date, looks int, last date, released int)
-- limit: 300
SELECT m.id, l.number, l.received_on,
       (SELECT count(*) FROM leads_look k WHERE k.lead = l.id AND k.ended = 0) AS looks,
       (SELECT max(k.opened_on) FROM leads_look k WHERE k.lead = l.id AND k.ended = 0) AS last,
       (SELECT count(*) FROM leads_release x JOIN flow_matter y ON y.row = x.id AND y.flow = 'leads.release' WHERE x.lead = l.id AND y.closed_on IS NULL AND x.ended = 0) AS released
  FROM flow_matter m JOIN leads_lead l ON l.id = m.row JOIN leads_reporter r ON r.lead = l.id AND r.ended = 0
 WHERE m.scope >= :scope_from AND m.scope < :scope_to
   AND m.flow = 'leads.lead' AND m.ended = 0
   AND (m.member IS NULL OR :barred NOT LIKE '%,' || m.member || ',%')
 ORDER BY m.id DESC LIMIT 200

-- sealed_lead: one lead by its matter, and whether a reporter is sealed
-- in:  scope, barred text, matter int
-- out: one (lead int, number text, received_on date, sealed int)
SELECT l.id AS lead, l.number, l.received_on,
       CASE WHEN EXISTS (SELECT 1 FROM leads_reporter r WHERE r.lead = l.id AND r.ended = 0) THEN 1 ELSE 0 END AS sealed
  FROM flow_matter m JOIN leads_lead l ON l.id = m.row
 WHERE m.scope >= :scope_from AND m.scope < :scope_to
   AND m.id = :matter AND m.flow = 'leads.lead' AND m.ended = 0
   AND (m.member IS NULL OR :barred NOT LIKE '%,' || m.member || ',%')

-- looks: who opened the reporter's identity of a lead
-- in:  lead int
-- out: many (actor text, role text, opened_on date, release int)
-- limit: 300
SELECT actor, role, opened_on, coalesce(release, 0) AS release FROM leads_look
 WHERE lead = :lead AND ended = 0 ORDER BY id DESC LIMIT 200

-- releases: requests for the release of a lead's reporter
-- in:  lead int
-- out: many (id int, state text, opened_on date, until_on date)
-- limit: 100
SELECT m.id, m.state, m.opened_on, x.until_on
  FROM leads_release x JOIN flow_matter m ON m.row = x.id AND m.flow = 'leads.release'
 WHERE x.lead = :lead AND x.ended = 0 AND m.ended = 0 ORDER BY m.id DESC LIMIT 50
