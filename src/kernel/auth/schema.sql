-- Kept outside records, because they end by themselves and are written at every sign-in: open sessions, counters of
-- failed sign-ins (under hashes of names and addresses), the last step of each authenticator, so that a code works once.
DROP TABLE IF EXISTS auth_session;
CREATE TABLE IF NOT EXISTS auth_login (
  token TEXT PRIMARY KEY,
  id TEXT NOT NULL,
  account BIGINT NOT NULL,
  office BIGINT NOT NULL,
  begun BIGINT NOT NULL,
  seen BIGINT NOT NULL,
  idle BIGINT NOT NULL,
  ends BIGINT NOT NULL,
  second BIGINT NOT NULL,
  proved BIGINT NOT NULL,
  offered TEXT,
  address TEXT,
  device TEXT
);
CREATE INDEX IF NOT EXISTS auth_login_account ON auth_login (account);
CREATE TABLE IF NOT EXISTS auth_attempt (
  key TEXT PRIMARY KEY,
  fails BIGINT NOT NULL,
  last BIGINT NOT NULL,
  until BIGINT NOT NULL,
  good BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS auth_step (
  account BIGINT PRIMARY KEY,
  step BIGINT NOT NULL
);
