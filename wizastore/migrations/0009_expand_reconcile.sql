-- An order that EntMine lost with a restored backup (`lost` = 1) is brought back by itself, at its own pace.
ALTER TABLE orders ADD COLUMN lost_tries BIGINT NOT NULL DEFAULT 0; -- how often it was sent again
ALTER TABLE orders ADD COLUMN lost_try_at BIGINT; -- when it is sent again; null: as soon as possible
CREATE INDEX orders_lost ON orders (lost_try_at) WHERE lost = 1;

-- Which order replaced another one, and who has a number: asked for one order at a time.
CREATE INDEX orders_follows ON orders (follows) WHERE follows IS NOT NULL;
CREATE INDEX adopted_by_number ON adopted (number);
-- Sessions that go take their tokens with them.
CREATE INDEX session_tokens_by_session ON session_tokens (session_id);

-- How far the full comparison of a pause is, so that it goes on there after whatever interrupted it. All
-- null before its first page.
ALTER TABLE entmine ADD COLUMN compared_instance TEXT; -- the EntMine that is compared
ALTER TABLE entmine ADD COLUMN compared_epoch BIGINT;  -- and its epoch
ALTER TABLE entmine ADD COLUMN compared_began BIGINT;  -- when it began: what it saw has this time in seen_at
ALTER TABLE entmine ADD COLUMN compared_cursor TEXT;   -- the listing goes on from here
-- Goes up with every page that was applied: a page that was asked for before another one was applied may
-- be older than that one, and is not applied.
ALTER TABLE entmine ADD COLUMN pages BIGINT NOT NULL DEFAULT 0;

-- Whose catalogue the cache follows: the seqs of another EntMine mean nothing. Null: not known yet.
ALTER TABLE catalogue_watermark ADD COLUMN instance TEXT;
