-- Bytes: the one type that SQLite and PostgreSQL name differently.
CREATE DOMAIN blob AS bytea;
