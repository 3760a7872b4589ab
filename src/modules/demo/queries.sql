-- people: how many cadres stand in the database
-- out: one (n int)
-- scope: none, because only an empty database is filled
SELECT count(*) AS n FROM roster_member

-- accounts: how many accounts there are
-- out: one (n int)
SELECT count(*) AS n FROM auth_account
