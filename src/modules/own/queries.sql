-- What concerns one person, asked for by his own number.

-- asks: findings that ask the person, newest first
-- scope: none, because a person's own findings are asked for by his own number
-- in:  member int
-- out: many (id int, rule text, state text, ended_as text, since date, opened_on date, closed_on date, reasons text, closed_by text, matter int, matter_state text, due_on date)
-- limit: 300
SELECT f.id, f.rule, f.state, f.ended_as, f.since, f.opened_on, f.closed_on, f.reasons, f.closed_by,
       coalesce(m.id, 0) AS matter, m.state AS matter_state, m.due_on
  FROM rules_finding f
  LEFT JOIN own_hearing h ON h.finding = f.id AND h.ended = 0
  LEFT JOIN flow_matter m ON m.row = h.id AND m.flow = 'own.hearing' AND m.ended = 0
 WHERE f.member = :member AND f.asks = 'person' AND f.missing IS NULL AND f.ended = 0
 ORDER BY f.id DESC, m.id DESC LIMIT 200

-- matters: everything that concerns the person and was put before him, newest first
-- scope: none, because a person's own matters are asked for by his own number
-- in:  member int, recipient text
-- out: many (id int, flow text, title text, state text, owner text, due text, due_on date, provisional int, paused_on date, closed_on date, outcome text)
-- limit: 300
SELECT m.id, m.flow, m.title, m.state, m.owner, m.due, m.due_on, m.provisional, m.paused_on, m.closed_on, m.outcome
  FROM flow_matter m
 WHERE m.member = :member AND m.ended = 0
   AND EXISTS (SELECT 1 FROM flow_notice n WHERE n.matter = m.id AND n.recipient = :recipient
               UNION ALL SELECT 1 FROM flow_step s WHERE s.matter = m.id AND s.role IN ('person', 'member'))
 ORDER BY m.closed_on IS NOT NULL, m.id DESC LIMIT 200
