-- PostgreSQL's word for bytes is not SQLite's; with this the tables' text is one for both.
CREATE DOMAIN blob AS bytea;
