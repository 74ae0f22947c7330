-- What a merchant decides about a product beyond its price. The defaults are what every product was
-- before: counted, shown in lists, not archived.

-- 1: stock is counted, and an order needs enough of it. 0: always to be had, never reserved.
ALTER TABLE products ADD COLUMN tracked BIGINT NOT NULL DEFAULT 1 CHECK (tracked IN (0, 1));
-- 1: shown in lists and search. 0: only whoever has the page's address sees and buys it.
ALTER TABLE products ADD COLUMN listed BIGINT NOT NULL DEFAULT 1 CHECK (listed IN (0, 1));
-- 1: kept for its orders and its history, hidden from staff's lists. Never published.
ALTER TABLE products ADD COLUMN archived BIGINT NOT NULL DEFAULT 0
    CHECK (archived IN (0, 1) AND (archived = 0 OR published = 0));
