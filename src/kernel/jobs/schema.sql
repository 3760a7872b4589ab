-- When each job is due and who holds it. Kept outside records: it says nothing about anyone and is written every time.
CREATE TABLE IF NOT EXISTS job_state (
  name TEXT PRIMARY KEY,
  due BIGINT NOT NULL,
  lease BIGINT NOT NULL,
  said TEXT
);
