-- Sessions are kept outside records: they hold no personal data, end by themselves and are written at every sign-in.
CREATE TABLE IF NOT EXISTS auth_session (
  token TEXT PRIMARY KEY,
  account BIGINT NOT NULL,
  begun BIGINT NOT NULL,
  seen BIGINT NOT NULL
);
