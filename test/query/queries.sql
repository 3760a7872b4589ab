-- Statements of query_cases.h: each shape, type and form once.

-- find: one person by number
-- in: id int
-- out: one (id int, name text, born date, leads bool)
-- scope: none, because the test owns these people
SELECT id, name, born, leads FROM q_member WHERE id = :id

-- born_before: people of some units by birth
-- in: by date, scope, lead bool
-- out: many (id int, name text)
-- limit: 3
SELECT m.id, m.name -- in the order of age: not a parameter
  FROM q_member m
 WHERE m.path >= :scope_from AND m.path < :scope_to
   AND (m.born < :by OR m.name = ':by ?1 "it''s" -- no') AND (m.leads = :lead OR :lead = 0)
 ORDER BY m.id;

-- oldest: at most two, by a limit of its own
-- in: most int
-- out: many (id int)
-- limit: 10
-- scope: none, because the test owns these people
SELECT id FROM q_member ORDER BY born LIMIT :most

-- walk: names of a kind, with the engine's own word for it
-- in: likes text
-- out: each (name text, engine text)
-- scope: none, because the test owns these people
-- sqlite:
SELECT name, 'sqlite' AS engine FROM q_member

 WHERE :likes IS NULL OR name LIKE :likes ORDER BY id
-- postgres:
SELECT name, 'postgres'::text AS engine FROM q_member
 WHERE CAST(:likes AS text) IS NULL OR name LIKE :likes ORDER BY id

-- swapped: columns in another order than the head says
-- out: each (name text, id int)
-- scope: none, because the test owns these people
SELECT id, name FROM q_member

-- both: more than one row where one is promised
-- out: one (id int)
-- scope: none, because the test owns these people
SELECT id FROM q_member
