-- Erasures and backups: numbers, states and who confirmed; nothing of what is erased.

-- requests: what waits first, then the newest
-- out: many (id int, record text, row int, ground text, citation text, state text, marked_on text, first_name text, second_name text, done_on text)
-- limit: 300
SELECT id, record, row, ground, citation, state, marked_on, coalesce(first_name, '') AS first_name,
       coalesce(second_name, '') AS second_name, coalesce(done_on, '') AS done_on
  FROM keep_request
 WHERE ended = 0
 ORDER BY CASE WHEN state IN ('open', 'first', 'confirmed') THEN 0 ELSE 1 END, id DESC

-- backups: the newest
-- out: many (id int, at int, file text, until text, size int, changes int, why text)
-- limit: 100
SELECT id, at, file, until, size, changes, why FROM keep_backup WHERE ended = 0 ORDER BY at DESC, id DESC

-- restores: the newest
-- out: many (id int, at int, made int, size int, cut_size int)
-- limit: 100
SELECT id, at, made, size, coalesce(cut_size, 0) AS cut_size FROM kernel_restore WHERE ended = 0 ORDER BY at DESC, id DESC
