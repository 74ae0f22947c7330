-- Browsers in which somebody signed in before. What strangers try with that name does not keep its
-- owner out there.
CREATE TABLE staff_devices (
    -- the SHA-256 of the browser's cookie, in hex
    token_hash       TEXT   NOT NULL,
    -- who signed in there
    name             TEXT   NOT NULL REFERENCES staff (name),
    -- when they last did, in milliseconds since 1970 UTC; forgotten half a year later
    seen_at_ms       BIGINT NOT NULL,
    PRIMARY KEY (token_hash, name)
);
CREATE INDEX staff_devices_by_name ON staff_devices (name);
