-- Matters that figures count, and reports that were saved.

-- matters: those that count in a span of days, in order of day; what ended without a mark is not among them
-- in:  scope, since text, until text, barred text, lost int
-- out: each (id int, flow text, title text, state text, outcome text, member int, unit int, place int, unit_name text, channel text, counted_on date)
SELECT t.id, t.flow, t.title, t.state, coalesce(l.outcome, t.outcome) AS outcome, t.member, u.id AS unit, u.scope AS place, u.name AS unit_name,
       coalesce(r.source, i.source, d.source, CASE WHEN h.source = 'petitions' THEN 'petition' ELSE h.source END) AS channel, t.counted_on
  FROM (SELECT id, flow, title, state, outcome, member, unit, row, counted_on, CASE WHEN scope < 0 THEN :lost ELSE scope END AS stands
          FROM flow_matter
         WHERE counted_on >= :since AND counted_on < :until AND coalesce(unmarked, 0) = 0 AND ended = 0) t
  LEFT JOIN roster_member m ON m.id = t.member
  LEFT JOIN roster_unit u ON u.id = coalesce(m.unit, t.unit)
  LEFT JOIN care_reminder r ON t.flow = 'care.reminder' AND r.id = t.row
  LEFT JOIN care_inquiry i ON t.flow = 'care.inquiry' AND i.id = t.row
  LEFT JOIN care_admonition d ON t.flow = 'care.admonition' AND d.id = t.row
  LEFT JOIN leads_lead l ON t.flow = 'leads.lead' AND l.id = t.row
  LEFT JOIN leads_channel h ON h.id = l.channel
 WHERE t.stands >= :scope_from AND t.stands < :scope_to
   AND :barred NOT LIKE '%,' || coalesce(t.member, 0) || ',%'
 ORDER BY t.counted_on, t.id

-- saved: reports a reader may open, newest first
-- in:  scope, sees int, me int, free int
-- out: many (id int, year int, unit_name text, made_on date, made_by text)
-- limit: 40
SELECT s.id, s.year, u.name AS unit_name, s.made_on, s.made_by
  FROM figures_report s JOIN roster_unit u ON u.id = s.unit
 WHERE s.scope >= :scope_from AND s.scope < :scope_to
   AND s.sees <= :sees AND (s.account = :me OR :free = 1) AND s.ended = 0
 ORDER BY s.id DESC LIMIT 20

-- top_unit: the highest unit of a scope
-- in:  scope
-- out: many (id int, name text)
-- limit: 1
SELECT id, name FROM roster_unit
 WHERE scope >= :scope_from AND scope < :scope_to AND ended = 0
 ORDER BY scope, id LIMIT 1

-- root: where the whole tree of units begins
-- out: one (place int)
SELECT coalesce(min(scope), -1) AS place FROM roster_unit WHERE ended = 0
