-- documents: the district's own, in order of title
-- out: many (id int, title text, number text, issuer text, clauses text)
-- limit: 500
SELECT id, title, number, issuer, clauses
  FROM policy_document
 WHERE ended = 0
 ORDER BY title, id LIMIT 500

-- editions: of the district's own documents
-- out: many (document int, from_on date, to_on date, number text)
-- limit: 2000
SELECT document, from_on, to_on, number
  FROM policy_edition
 WHERE ended = 0
 ORDER BY document, from_on LIMIT 2000

-- articles: of the district's own documents
-- out: many (document int, id int, article text, summary text, applies text)
-- limit: 5000
SELECT document, id, article, summary, applies
  FROM policy_article
 WHERE ended = 0
 ORDER BY document, article, id LIMIT 5000

-- values: what the district set of every parameter, newest first
-- out: many (rule text, name text, value text, from_on date, citation text, set_by text)
-- limit: 5000
SELECT rule, name, value, from_on, citation, set_by
  FROM rules_param
 WHERE ended = 0
 ORDER BY rule, name, from_on DESC, id DESC LIMIT 5000
