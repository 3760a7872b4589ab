-- member_by_citizen_id: who has this number
-- in: citizen_id text, scope
-- out: many (id int, name text, birth text, post_text text, citizen_id text, unit int)
-- limit: 20
SELECT id, name, birth, post_text, citizen_id, unit
  FROM roster_member
 WHERE citizen_id = :citizen_id AND ended = 0 AND scope >= :scope_from AND scope < :scope_to
 ORDER BY id

-- member_by_name: who bears this name
-- in: name text, scope
-- out: many (id int, name text, birth text, post_text text, citizen_id text, unit int)
-- limit: 200
SELECT id, name, birth, post_text, citizen_id, unit
  FROM roster_member
 WHERE name = :name AND ended = 0 AND scope >= :scope_from AND scope < :scope_to
 ORDER BY id

-- words_texts: post texts of people whose present post is not known, most people first
-- in: scope
-- out: each (post_text text, people int)
SELECT m.post_text, count(*) AS people
  FROM roster_member m
 WHERE m.post_text IS NOT NULL AND m.ended = 0 AND m.scope >= :scope_from AND m.scope < :scope_to
   AND NOT EXISTS (SELECT 1 FROM roster_post p WHERE p.member = m.id AND p.current = 1 AND p.ended = 0)
 GROUP BY m.post_text
 ORDER BY people DESC, m.post_text

-- words_people: those people, in order of id
-- in: after int, scope
-- out: many (id int, post_text text)
-- limit: 200
SELECT m.id, m.post_text
  FROM roster_member m
 WHERE m.id > :after AND m.post_text IS NOT NULL AND m.ended = 0 AND m.scope >= :scope_from AND m.scope < :scope_to
   AND NOT EXISTS (SELECT 1 FROM roster_post p WHERE p.member = m.id AND p.current = 1 AND p.ended = 0)
 ORDER BY m.id
 LIMIT 200

-- words_units: every unit's names
-- in: scope
-- out: each (id int, parent int, name text, short_name text, former_names text, kind text, level text)
SELECT id, parent, name, short_name, former_names, kind, level
  FROM roster_unit
 WHERE ended = 0 AND scope >= :scope_from AND scope < :scope_to
 ORDER BY id

-- words_alias: the answer kept for a text
-- in: text text
-- out: one (id int, unit int, title text, level text, chief text, leading_post bool, main bool, occupies_quota bool, set_aside bool)
SELECT id, unit, title, level, chief, leading_post, main, occupies_quota, set_aside
  FROM roster_alias
 WHERE text = :text AND ended = 0

-- member_line: what a list shows of a cadre beside his facts; the unit's name where it stands in for the post
-- in: id int
-- out: one (id int, name text, post_text text, unit int, unit_name text)
-- scope: none, because the ids come from columns already limited to the reader's scope
SELECT id, name, post_text, unit,
       CASE WHEN post_text IS NULL THEN (SELECT u.name FROM roster_unit u WHERE u.id = m.unit) END AS unit_name
  FROM roster_member m
 WHERE id = :id

-- sheet_line: what an official roster says of a cadre beside his facts
-- in: id int
-- out: one (name text, post_text text, native_place text, other_parties text, title text, rank_text text, post_since text, level_since text, rank_since text, note text)
-- scope: none, because the ids come from columns already limited to the reader's scope
SELECT name, post_text, native_place, other_parties, title, rank_text, post_since, level_since, rank_since, note
  FROM roster_member
 WHERE id = :id

-- sheet_education: a cadre's education, latest first
-- in: member int
-- out: many (mode text, level text, education text, degree text, school text, major text)
-- limit: 100
-- scope: none, because the ids come from columns already limited to the reader's scope
SELECT mode, education_level AS level, education, degree, school, major
  FROM roster_education
 WHERE member = :member AND ended = 0
 ORDER BY CASE WHEN to_on IS NULL THEN 1 ELSE 0 END, to_on DESC, id DESC

-- units: the house in its order
-- in: scope
-- out: many (id int, parent int, name text, kind text, node text, level text, place int)
-- limit: 2001
SELECT id, parent, name, kind, node, level, scope AS place
  FROM roster_unit
 WHERE ended = 0 AND closed_on IS NULL AND scope >= :scope_from AND scope < :scope_to
 ORDER BY scope, id LIMIT 2001

-- unit_line: what a list shows of a unit
-- in: id int
-- out: one (id int, name text, kind text, level text, parent int, parent_name text)
-- scope: none, because the ids come from columns already limited to the reader's scope
SELECT u.id, u.name, u.kind, u.level, u.parent, p.name AS parent_name
  FROM roster_unit u LEFT JOIN roster_unit p ON p.id = u.parent
 WHERE u.id = :id

-- unit_children: the units right below one
-- in: parent int, scope
-- out: many (id int, name text, kind text, level text)
-- limit: 1000
SELECT id, name, kind, level
  FROM roster_unit
 WHERE parent = :parent AND ended = 0 AND closed_on IS NULL AND scope >= :scope_from AND scope < :scope_to
 ORDER BY scope, id LIMIT 1000

-- units_under: a unit and what lies right below it
-- in: parent int, scope
-- out: many (id int, parent int, name text, kind text, node text, level text, place int)
-- limit: 2001
SELECT id, parent, name, kind, node, level, scope AS place
  FROM roster_unit
 WHERE (id = :parent OR parent = :parent) AND ended = 0 AND closed_on IS NULL
   AND scope >= :scope_from AND scope < :scope_to
 ORDER BY scope, id LIMIT 2001

-- layout_by_hash: the columns a person confirmed for a header
-- in: layout text
-- out: one (id int, rev int, columns text)
SELECT id, rev, columns
  FROM roster_layout
 WHERE layout = :layout AND ended = 0

-- invented_areas: does ID-CHECK let citizen ids of invented areas through?
-- in: by date
-- out: one (value text)
SELECT coalesce(value, '0') AS value
  FROM rules_param
 WHERE rule = 'ID-CHECK' AND name = 'invented' AND ended = 0 AND from_on <= :by
 ORDER BY from_on DESC, id DESC LIMIT 1

-- kin_open: family rows whose name and month of birth are those of a cadre on record, not yet answered
-- in: after int, scope
-- out: many (id int, member int, member_name text, member_post text, relation text, name text, birth text, work text, other int, other_post text, other_unit text, other_birth text)
-- limit: 101
SELECT f.id, f.member, m.name AS member_name, m.post_text AS member_post, f.relation, f.name, f.birth, f.work,
       o.id AS other, o.post_text AS other_post, u.name AS other_unit, o.birth AS other_birth
  FROM roster_family f
  JOIN roster_member m ON m.id = f.member
  JOIN roster_member o ON o.name = f.name AND o.id <> f.member AND o.ended = 0
  LEFT JOIN roster_unit u ON u.id = o.unit
 WHERE f.id > :after AND f.ended = 0 AND m.ended = 0 AND (f.other IS NULL OR f.other = o.id) AND f.birth IS NOT NULL
   AND length(f.birth) >= 7 AND substr(f.birth, 1, 7) = substr(o.birth, 1, 7)
   AND (f.kin IS NULL OR f.kin = 'proposed')
   AND f.scope >= :scope_from AND f.scope < :scope_to AND o.scope >= :scope_from AND o.scope < :scope_to
 ORDER BY f.id, o.id
 LIMIT 101

-- relatives: cadres related to a person on record, said on either's file
-- in:  member int
-- out: many (id int)
-- limit: 200
-- scope: none, because whose case may not be read is asked for every reader
SELECT other AS id FROM roster_family WHERE member = :member AND kin = 'confirmed' AND other IS NOT NULL AND ended = 0
 UNION
SELECT member AS id FROM roster_family WHERE other = :member AND kin = 'confirmed' AND ended = 0

-- batches: imports and what took them back, newest first
-- out: many (id int, name text, undoes int, undone int, last int)
-- limit: 50
-- scope: none, because a batch names a file and belongs to no unit
SELECT id, name, coalesce(undoes, 0) AS undoes, coalesce(undone, 0) AS undone, coalesce(last, 0) AS last
  FROM roster_batch
 WHERE ended = 0
 ORDER BY id DESC LIMIT 50
