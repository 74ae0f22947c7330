-- Stores follow the stock beside the catalogue, in the order of the ledger: a reservation is no change of
-- a product any more. Programs from before would go on counting it as one.
-- the last movement that the store said it has applied
ALTER TABLE stores ADD COLUMN stock_applied BIGINT NOT NULL DEFAULT 0;
-- They say themselves what they have.
UPDATE stores SET stock_applied = (SELECT COALESCE(MAX(last), 0) FROM sequences WHERE name = 'stock');
