-- EntMine's tables. One text for SQLite and PostgreSQL: ids are text, times are integer
-- milliseconds since 1970 UTC, money is integer minor units, yes/no is 1/0.

-- What EntMine knows about itself.
CREATE TABLE settings (
    -- 'epoch' or 'instance'
    name  TEXT NOT NULL PRIMARY KEY,
    -- epoch: raised when EntMine is restored from a backup; instance: the UUID of this database
    value TEXT NOT NULL
);
INSERT INTO settings (name, value) VALUES ('epoch', '1');

-- Counters without gaps: taken in the transaction that uses the number, so a rollback gives it back.
CREATE TABLE sequences (
    -- 'catalog', 'orders', 'status', 'audit', and 'number-<year>' for each year's order numbers
    name TEXT   NOT NULL PRIMARY KEY,
    -- the last number given out
    last BIGINT NOT NULL CHECK (last >= 0)
);
INSERT INTO sequences (name, last)
VALUES ('catalog', 0), ('orders', 0), ('status', 0), ('audit', 0);

-- A product, one row for each SKU.
CREATE TABLE products (
    -- the merchant's own id of the product
    sku           TEXT   NOT NULL PRIMARY KEY,
    -- goes up by one with every change of anything in the row
    version       BIGINT NOT NULL CHECK (version >= 1),
    -- what customers read; for a variant with its options
    name          TEXT   NOT NULL,
    -- last part of the page's address; import keeps it unique (two products may swap theirs in one
    -- import, which a UNIQUE constraint would refuse half-way)
    slug          TEXT   NOT NULL,
    -- the department it is sold in
    category      TEXT   NOT NULL,
    -- plain text, paragraphs separated by an empty line
    description   TEXT   NOT NULL,
    -- address of a picture, or empty
    image         TEXT   NOT NULL,
    -- ISO 4217
    currency      TEXT   NOT NULL CHECK (length(currency) = 3),
    -- the current price, tax included, minor units
    price_minor   BIGINT NOT NULL CHECK (price_minor >= 0),
    -- goes up by one with every change of price_minor; the current row of `prices`
    price_version BIGINT NOT NULL CHECK (price_version >= 1),
    -- pieces in the warehouse, the reserved ones among them
    on_hand       BIGINT NOT NULL CHECK (on_hand >= 0),
    -- pieces promised to accepted orders that were not shipped yet: the sum of order_lines.reserved;
    -- above on_hand only where an order is on hold
    reserved      BIGINT NOT NULL CHECK (reserved >= 0),
    -- 1 where it can be bought
    published     BIGINT NOT NULL CHECK (published IN (0, 1))
);
CREATE INDEX products_by_slug ON products (slug);

-- Every price that a product ever had, so that a price shown to a customer can be honoured.
CREATE TABLE prices (
    -- the product
    sku           TEXT   NOT NULL REFERENCES products (sku),
    -- the product's price_version
    price_version BIGINT NOT NULL,
    -- the price, minor units
    price_minor   BIGINT NOT NULL CHECK (price_minor >= 0),
    -- from when it was the price, inclusive
    valid_from_ms BIGINT NOT NULL,
    -- until when, exclusive; null while it is the price
    valid_to_ms   BIGINT,
    PRIMARY KEY (sku, price_version)
);

-- The catalogue's stream of changes. One row for each product that a transaction changed; the row
-- says that it changed, its state is read from `products`.
CREATE TABLE catalog_changes (
    -- from the sequence 'catalog', without gaps
    seq           BIGINT NOT NULL PRIMARY KEY,
    -- the product
    sku           TEXT   NOT NULL,
    -- the product's version after the change
    version       BIGINT NOT NULL,
    -- when
    changed_at_ms BIGINT NOT NULL
);

-- What was decided about an order key: written once, never changed, kept for ever.
CREATE TABLE verdicts (
    -- the order key, a UUID in lower case with hyphens
    key           TEXT   NOT NULL PRIMARY KEY,
    -- the store that the key belongs to
    store         TEXT   NOT NULL,
    -- 'accepted', 'rejected' or 'voided'
    verdict       TEXT   NOT NULL CHECK (verdict IN ('accepted', 'rejected', 'voided')),
    -- sha256:<hex> of the body as received; null where voided
    fingerprint   TEXT,
    -- JSON array of the reasons; only where rejected
    reasons       TEXT,
    -- when
    decided_at_ms BIGINT NOT NULL,
    CHECK ((verdict = 'voided') = (fingerprint IS NULL)),
    CHECK ((verdict = 'rejected') = (reasons IS NOT NULL))
);

-- An accepted order.
CREATE TABLE orders (
    -- SO-<year>-<6 digits>
    number         TEXT   NOT NULL PRIMARY KEY,
    -- place in the order of commits, without gaps over all stores, from the sequence 'orders'
    position       BIGINT NOT NULL UNIQUE,
    -- the order key
    key            TEXT   NOT NULL UNIQUE REFERENCES verdicts (key),
    -- the store that sent it
    store          TEXT   NOT NULL,
    -- when the customer placed it, as the store says
    placed_at_ms   BIGINT NOT NULL,
    -- when EntMine accepted it
    accepted_at_ms BIGINT NOT NULL,
    -- ISO 4217
    currency       TEXT   NOT NULL,
    -- what the customer agreed to pay, minor units
    total_minor    BIGINT NOT NULL CHECK (total_minor >= 0),
    -- how far EntMine's staff are
    status         TEXT   NOT NULL
                   CHECK (status IN ('new', 'on_hold', 'picked', 'shipped', 'cancelled')),
    -- the customer and where the goods go
    name           TEXT   NOT NULL,
    email          TEXT   NOT NULL,
    phone          TEXT,
    line1          TEXT   NOT NULL,
    line2          TEXT,
    city           TEXT   NOT NULL,
    postcode       TEXT   NOT NULL,
    -- ISO 3166-1 alpha-2
    country        TEXT   NOT NULL,
    -- the customer's wishes
    note           TEXT,
    -- the request exactly as received: what the fingerprint is of
    body           BLOB   NOT NULL
);

-- A store lists its own orders in the order of commits.
CREATE INDEX orders_by_store ON orders (store, position);

-- The products of an accepted order.
CREATE TABLE order_lines (
    -- the order
    number           TEXT   NOT NULL REFERENCES orders (number),
    -- 1, 2, … in the order of the request
    line             BIGINT NOT NULL,
    -- the product; no reference, because an order that a restored backup had lost may name one that
    -- the backup does not have either
    sku              TEXT   NOT NULL,
    -- pieces
    quantity         BIGINT NOT NULL CHECK (quantity >= 1),
    -- how many of products.reserved are this line's: the quantity until the order is shipped or
    -- cancelled, 0 afterwards, and 0 where EntMine did not know the product
    reserved         BIGINT NOT NULL CHECK (reserved IN (0, quantity)),
    -- price of one piece, minor units
    unit_price_minor BIGINT NOT NULL CHECK (unit_price_minor >= 0),
    -- version of that price, as sent
    price_version    BIGINT NOT NULL,
    PRIMARY KEY (number, line)
);

-- Every change of an order's status after its acceptance.
CREATE TABLE status_changes (
    -- place in the order of commits, without gaps, from the sequence 'status'
    position      BIGINT NOT NULL PRIMARY KEY,
    -- the order
    number        TEXT   NOT NULL REFERENCES orders (number),
    -- the order's store, so that a store lists its own without looking at others'
    store         TEXT   NOT NULL,
    -- the status before and after
    from_status   TEXT   NOT NULL,
    to_status     TEXT   NOT NULL,
    -- who changed it: 'staff:<name>' or 'entmine'
    actor         TEXT   NOT NULL,
    -- when
    changed_at_ms BIGINT NOT NULL
);
CREATE INDEX status_changes_by_store ON status_changes (store, position);

-- Who did what. Never holds customer data.
CREATE TABLE audit (
    -- from the sequence 'audit', without gaps
    position BIGINT NOT NULL PRIMARY KEY,
    -- when
    at_ms    BIGINT NOT NULL,
    -- 'store:<name>', 'staff:<name>' or 'entmine'
    actor    TEXT   NOT NULL,
    -- for example 'order.accepted' or 'product.price'
    event    TEXT   NOT NULL,
    -- the order key, SKU or other thing that it happened to
    subject  TEXT   NOT NULL,
    -- for people: the number, the codes of the reasons, the old and new value
    detail   TEXT   NOT NULL
);
