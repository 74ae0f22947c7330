-- What EntMine's staff work with: the ledger of stock, their accounts, and what is kept of a customer
-- whose data were erased.

-- The ledger of stock: every change of a product's on_hand or reserved, written in the transaction
-- that made it. The sums of both changes over a product's movements are its on_hand and reserved.
CREATE TABLE stock_movements (
    -- place in the order of commits, without gaps over all products, from the sequence 'stock'
    position        BIGINT NOT NULL PRIMARY KEY,
    -- the product; no reference, because the ledger outlives it
    sku             TEXT   NOT NULL,
    -- receipt: goods came in; count: what is there was counted, also by a merchant's file;
    -- reservation: promised to an order; release: a promise ended without shipping; shipment: pieces
    -- left the warehouse
    kind            TEXT   NOT NULL
                    CHECK (kind IN ('receipt', 'count', 'reservation', 'release', 'shipment')),
    -- by how many pieces products.on_hand changed
    on_hand_change  BIGINT NOT NULL,
    -- by how many pieces products.reserved changed
    reserved_change BIGINT NOT NULL,
    -- products.on_hand afterwards
    on_hand         BIGINT NOT NULL CHECK (on_hand >= 0),
    -- products.reserved afterwards
    reserved        BIGINT NOT NULL CHECK (reserved >= 0),
    -- 'staff:<name>', 'store:<name>' or 'entmine'
    actor           TEXT   NOT NULL,
    -- why, in the words of whoever did it; empty where the kind says it all
    reason          TEXT   NOT NULL,
    -- the order that it was for; null where for none
    number          TEXT,
    -- when
    at_ms           BIGINT NOT NULL
);
CREATE INDEX stock_movements_by_sku ON stock_movements (sku, position);
CREATE INDEX stock_movements_by_number ON stock_movements (number);

-- The stock of a database from before the ledger, as of the last change of each product.
INSERT INTO stock_movements (position, sku, kind, on_hand_change, reserved_change, on_hand, reserved,
                             actor, reason, at_ms)
SELECT ROW_NUMBER() OVER (ORDER BY p.sku), p.sku, 'count', p.on_hand, p.reserved, p.on_hand, p.reserved,
       'entmine', 'stock when the ledger was opened', COALESCE(c.at_ms, 0)
FROM products p
LEFT JOIN (SELECT sku, MAX(changed_at_ms) AS at_ms FROM catalog_changes GROUP BY sku) c
       ON c.sku = p.sku;
INSERT INTO sequences (name, last) SELECT 'stock', COUNT(*) FROM products;

-- The people who work with EntMine.
CREATE TABLE staff (
    -- lower case letters, digits, dots, hyphens
    name           TEXT   NOT NULL PRIMARY KEY,
    -- clerk: orders and stock; manager: everything
    role           TEXT   NOT NULL CHECK (role IN ('clerk', 'manager')),
    -- the password's hash in the PHC string format, argon2id
    password       TEXT   NOT NULL,
    -- when the account was made
    created_at_ms  BIGINT NOT NULL,
    -- since when nobody can sign in as this person; null while they can
    disabled_at_ms BIGINT
);

-- Who is signed in. A row goes when its session ends.
CREATE TABLE staff_sessions (
    -- SHA-256 of the cookie's token in hexadecimal; the token itself is kept nowhere
    token_hash  TEXT   NOT NULL PRIMARY KEY,
    -- whose session it is
    name        TEXT   NOT NULL REFERENCES staff (name),
    -- when it began; it ends 12 hours later, whatever happens
    begun_at_ms BIGINT NOT NULL,
    -- the last request, to the minute; it ends one hour later
    seen_at_ms  BIGINT NOT NULL
);
CREATE INDEX staff_sessions_by_name ON staff_sessions (name);

-- Why a status was changed, in the words of whoever did it. Kept for ever, so nothing personal.
ALTER TABLE status_changes ADD COLUMN reason TEXT NOT NULL DEFAULT '';
CREATE INDEX status_changes_by_number ON status_changes (number);

-- When the customer's data were erased: then body and everything personal are empty. Null while they
-- are there.
ALTER TABLE orders ADD COLUMN erased_at_ms BIGINT;

-- The history of one order or product.
CREATE INDEX audit_by_subject ON audit (subject, position);
