-- Staging of imports, kept outside records: what files say until a person has decided about it. Emptied when the import is
-- written or given up; nothing here is judged, listed or proven.
CREATE TABLE IF NOT EXISTS load_stage (
  id BIGINT PRIMARY KEY,
  what TEXT NOT NULL,
  account BIGINT NOT NULL,
  begun BIGINT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  notes TEXT
);
CREATE TABLE IF NOT EXISTS load_stage_item (
  stage BIGINT NOT NULL,
  n BIGINT NOT NULL,
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  said TEXT NOT NULL,
  report TEXT,
  choice TEXT,
  PRIMARY KEY (stage, n)
);
CREATE INDEX IF NOT EXISTS load_stage_item_by_kind ON load_stage_item (stage, kind, n);
