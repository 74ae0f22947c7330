-- How many pieces of each product can be had, beside the catalogue: every sale moves one of them, and a
-- row of `products` is long. Programs from before would go on reading them there.
CREATE TABLE stock (
    -- the product; it may come later than its stock, and stays where it goes
    sku       TEXT   NOT NULL PRIMARY KEY,
    -- last known; below zero where an order on hold waits
    available BIGINT NOT NULL
);
INSERT INTO stock (sku, available) SELECT sku, available FROM products;
ALTER TABLE products DROP COLUMN available;

-- the last movement of EntMine's stock that was applied; 0: none, all of it is asked for
ALTER TABLE catalogue_watermark ADD COLUMN stock_seq BIGINT NOT NULL DEFAULT 0;
