-- Staging of an import is kept outside records: it holds what a person's file says, not what is on record, and goes when
-- the import is done with or after a day.
CREATE TABLE IF NOT EXISTS face_import (
  id BIGINT PRIMARY KEY,
  record TEXT NOT NULL,
  account BIGINT NOT NULL,
  at BIGINT NOT NULL,
  filename TEXT NOT NULL,
  heads TEXT NOT NULL,
  mapping TEXT,
  state TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS face_import_row (
  import BIGINT NOT NULL,
  n BIGINT NOT NULL,
  cells TEXT NOT NULL,
  status TEXT,
  id BIGINT,
  note TEXT,
  PRIMARY KEY (import, n)
);
