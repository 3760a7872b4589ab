-- What an account opened or holds and is still open (queries.sql, mine): only open matters stand in these, so that the
-- years behind an office cost its desk nothing.
CREATE INDEX IF NOT EXISTS flow_matter_open_of ON flow_matter (opened_by, due_on, id) WHERE closed_on IS NULL AND ended = 0;
CREATE INDEX IF NOT EXISTS flow_matter_open_held ON flow_matter (holder, due_on, id) WHERE closed_on IS NULL AND ended = 0;
