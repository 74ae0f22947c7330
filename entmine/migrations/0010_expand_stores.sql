-- The stores that EntMine sends its catalogue to, and how far each of them has followed.
CREATE TABLE stores (
    -- the store's name, as in its token
    name             TEXT   NOT NULL PRIMARY KEY,
    -- where it is: 'here' for one in EntMine's own process, else its address
    address          TEXT   NOT NULL,
    -- the epoch that `applied` belongs to
    epoch            BIGINT NOT NULL,
    -- the last change that the store said it has applied
    applied          BIGINT NOT NULL,
    -- when it last took a message; null before the first one
    heard_at_ms      BIGINT,
    -- 1 where its catalogue was EntMine's when it last compared, 0 where it differed, null where it
    -- never said
    matches          BIGINT CHECK (matches IN (0, 1)),
    -- when it last compared
    matched_at_ms    BIGINT,
    -- messages in a row that it did not take
    failures         BIGINT NOT NULL,
    -- why it did not take the last one; null while it takes them
    failure          TEXT
);
