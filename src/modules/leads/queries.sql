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
