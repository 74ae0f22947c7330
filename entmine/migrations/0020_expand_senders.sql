-- Of several EntMine processes on one database, one sends to a store.
-- which sender sends to it: a random id of the process's sender; null before the first one
ALTER TABLE stores ADD COLUMN sender TEXT;
-- until when, in milliseconds since 1970 UTC; then another one may. Null where sender is
ALTER TABLE stores ADD COLUMN sends_until_ms BIGINT;
