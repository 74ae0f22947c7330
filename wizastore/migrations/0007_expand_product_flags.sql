-- EntMine's flags of a product, in the cache and where a snapshot waits to become it.

-- 0: stock is not counted, so it can always be bought
ALTER TABLE products ADD COLUMN tracked INTEGER NOT NULL DEFAULT 1;
-- 0: not in lists and search; its page and orders for it work
ALTER TABLE products ADD COLUMN listed INTEGER NOT NULL DEFAULT 1;
ALTER TABLE products_staged ADD COLUMN tracked INTEGER NOT NULL DEFAULT 1;
ALTER TABLE products_staged ADD COLUMN listed INTEGER NOT NULL DEFAULT 1;
