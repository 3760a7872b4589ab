-- people: how many cadres stand in the database
-- out: one (n int)
-- scope: none, because only an empty database is filled
SELECT count(*) AS n FROM roster_member

-- accounts: how many accounts there are
-- out: one (n int)
SELECT count(*) AS n FROM auth_account

-- roots: the first unit that lies below no other
-- out: one (id int, name text)
SELECT id, name FROM roster_unit WHERE parent IS NULL AND ended = 0 ORDER BY id LIMIT 1

-- town: the township body with most cadres, for offices of one unit
-- out: one (id int, name text)
-- scope: none, because the demo fills what it has just made
SELECT u.id, u.name FROM roster_unit u LEFT JOIN roster_member m ON m.unit = u.id
 WHERE u.ended = 0 AND u.kind = 'township'
 GROUP BY u.id, u.name ORDER BY count(m.id) DESC, u.id LIMIT 1

-- cadres: the first cadres in office of a unit
-- in:  unit int
-- out: many (id int, name text)
-- limit: 2
-- scope: none, because the demo fills what it has just made
SELECT id, name FROM roster_member WHERE unit = :unit AND ended = 0 AND status = '1' ORDER BY id LIMIT 2

-- asked: the first cadre in office who holds a post in a firm: a finding asks him
-- out: one (id int, name text)
-- scope: none, because the demo fills what it has just made
SELECT m.id, m.name FROM roster_outside o JOIN roster_member m ON m.id = o.member
 WHERE o.kind = 'firm' AND o.to_on IS NULL AND coalesce(o.finished, 0) = 0 AND o.ended = 0 AND m.ended = 0
   AND m.status = '1'
 ORDER BY m.id LIMIT 1

-- holder: who holds an office
-- in:  role text, branch text
-- out: one (account int, name text)
SELECT o.account, a.name FROM admin_office o JOIN auth_account a ON a.id = o.account
 WHERE o.role = :role AND coalesce(o.branch, '') = :branch AND o.ended = 0 ORDER BY o.id LIMIT 1

-- channel: the channel of leads of a source
-- in:  source text
-- out: one (id int)
SELECT id FROM leads_channel WHERE source = :source AND ended = 0 ORDER BY id LIMIT 1
