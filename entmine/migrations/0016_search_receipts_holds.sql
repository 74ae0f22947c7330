-- Search that knows accents and other writings, receipts that count once, held orders that promise what
-- there is, and erasures that stores hear of. One text for SQLite and PostgreSQL.

-- What staff search a product by: name, SKU and category in the folded form of `model::fold`. Written by
-- the program with every change of these; rows from before this migration are folded at the next start.
ALTER TABLE products ADD COLUMN search_text TEXT NOT NULL DEFAULT '';

-- What staff search an order's customer by: name, e-mail and postcode, folded. Empty where erased.
ALTER TABLE orders ADD COLUMN search_text TEXT NOT NULL DEFAULT '';

-- The e-mail address in small letters, by which a customer's orders are found when their data are handed
-- out or erased. Accents count here: josé@ and jose@ are two people. Empty where erased.
ALTER TABLE orders ADD COLUMN email_key TEXT NOT NULL DEFAULT '';
CREATE INDEX orders_by_email ON orders (email_key) WHERE email_key <> '';

-- Event, subject and detail, folded. It is no part of what the audit says, only a way to find it.
ALTER TABLE audit ADD COLUMN search_text TEXT NOT NULL DEFAULT '';

-- An empty database has nothing that is to be folded.
INSERT INTO settings (name, value)
SELECT 'folded', '1'
WHERE NOT EXISTS (SELECT 1 FROM products) AND NOT EXISTS (SELECT 1 FROM orders)
  AND NOT EXISTS (SELECT 1 FROM audit);

-- The request that made this movement, where whoever asked named it: '<actor> <their key>'. The same
-- request sent again finds its movement and adds nothing. Null where it has no name.
ALTER TABLE stock_movements ADD COLUMN request_key TEXT;
CREATE UNIQUE INDEX stock_movements_by_request ON stock_movements (request_key)
WHERE request_key IS NOT NULL;

-- 1: what changed is that the customer's data were erased; both statuses are then the one that the order
-- had. 0: a change of status.
ALTER TABLE status_changes ADD COLUMN erased BIGINT NOT NULL DEFAULT 0 CHECK (erased IN (0, 1));

-- The same table as before, but for `reserved`: an order on hold may have a part of a line.
CREATE TABLE order_lines_new (
    -- the order
    number           TEXT   NOT NULL REFERENCES orders (number),
    -- 1, 2, … in the order of the request
    line             BIGINT NOT NULL,
    -- the product; no reference, because an order that a restored backup had lost may name one that
    -- the backup does not have either
    sku              TEXT   NOT NULL,
    -- pieces
    quantity         BIGINT NOT NULL CHECK (quantity >= 1),
    -- how many of products.reserved are this line's. Of an order that was accepted as new: the quantity.
    -- Of one that was accepted on hold: what was available then, until staff release or pick it, which
    -- promises the rest. 0 once it is shipped or cancelled, and where EntMine does not know the product.
    reserved         BIGINT NOT NULL CHECK (reserved >= 0 AND reserved <= quantity),
    -- price of one piece, minor units
    unit_price_minor BIGINT NOT NULL CHECK (unit_price_minor >= 0),
    -- version of that price, as sent
    price_version    BIGINT NOT NULL,
    PRIMARY KEY (number, line)
);
INSERT INTO order_lines_new (number, line, sku, quantity, reserved, unit_price_minor, price_version)
SELECT number, line, sku, quantity, reserved, unit_price_minor, price_version FROM order_lines;
DROP TABLE order_lines;
ALTER TABLE order_lines_new RENAME TO order_lines;
-- products.reserved is above products.on_hand where staff released an order for which there is not enough,
-- counted less than was promised, or imported a file that says so; accepting an order never does it.
