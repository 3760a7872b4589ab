-- questions: open findings by category and effect
-- in: sees int, scope, barred text
-- out: many (category text, effect text, n int)
-- limit: 1000
SELECT category, effect, count(*) AS n
  FROM rules_finding
 WHERE state <> 'closed' AND ended = 0 AND rule <> 'MISSING' AND (secrecy IS NULL OR secrecy <= :sees)
   AND :barred NOT LIKE '%,' || coalesce(member, 0) || ',%'
   AND scope >= :scope_from AND scope < :scope_to
 GROUP BY category, effect
 ORDER BY category, effect
