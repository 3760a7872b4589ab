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
