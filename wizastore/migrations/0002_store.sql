-- The store's own database: catalogue cache, sessions, carts and the journal of orders.
-- Text that works on SQLite and PostgreSQL alike. Times are integer milliseconds since the Unix
-- epoch (UTC), money is minor units, truth is 0 or 1.

-- The store's copy of EntMine's products.
CREATE TABLE products (
    sku           TEXT    NOT NULL PRIMARY KEY,
    version       BIGINT  NOT NULL, -- EntMine's; a lower one never replaces a higher one
    name          TEXT    NOT NULL,
    slug          TEXT    NOT NULL, -- last part of the product page's address
    category      TEXT    NOT NULL, -- as people read it
    category_slug TEXT    NOT NULL, -- as it stands in the category page's address
    description   TEXT    NOT NULL, -- plain text
    image         TEXT    NOT NULL, -- path of a picture, or empty
    currency      TEXT    NOT NULL, -- ISO 4217
    price_minor   BIGINT  NOT NULL,
    price_version BIGINT  NOT NULL, -- goes up with every change of the price
    available     BIGINT  NOT NULL, -- last known; below zero where an order on hold waits
    published     INTEGER NOT NULL, -- 0: not shown and not sold
    search_text   TEXT    NOT NULL  -- name, category and description in lower case
);
CREATE INDEX products_by_slug ON products (slug);
CREATE INDEX products_by_category ON products (category_slug, published, name);

-- How far the cache has followed EntMine. One row.
CREATE TABLE catalogue_watermark (
    id           INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    epoch        BIGINT  NOT NULL, -- raised when EntMine is restored from a backup
    seq          BIGINT  NOT NULL, -- the last change that was applied
    confirmed_at BIGINT  NOT NULL  -- when EntMine last spoke
);

-- A browser. The cookie's token is kept as a hash only.
CREATE TABLE sessions (
    id           TEXT   NOT NULL PRIMARY KEY,
    created_at   BIGINT NOT NULL,
    seen_at      BIGINT NOT NULL, -- when its cart last changed
    draft        TEXT,            -- the checkout form as last typed, JSON; gone once ordered
    reasons      TEXT             -- why the last order was not placed, JSON
);
CREATE INDEX sessions_by_seen ON sessions (seen_at);

CREATE TABLE session_tokens (
    token_hash TEXT   NOT NULL PRIMARY KEY, -- SHA-256 of the cookie's token, hex
    session_id TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);

CREATE TABLE carts (
    order_key  TEXT    NOT NULL PRIMARY KEY, -- UUID v7, the order's when it is placed
    receipt    TEXT    NOT NULL UNIQUE,      -- the order's page
    session_id TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    revision   BIGINT  NOT NULL,             -- goes up with every change
    follows    TEXT,                         -- the order whose lines came back into this cart
    created_at BIGINT  NOT NULL
);
-- A session has one open cart; a placed one leaves this table and becomes an order.
CREATE UNIQUE INDEX carts_by_session ON carts (session_id);

CREATE TABLE cart_lines (
    order_key        TEXT    NOT NULL REFERENCES carts (order_key) ON DELETE CASCADE ON UPDATE CASCADE,
    sku              TEXT    NOT NULL,
    position         BIGINT  NOT NULL, -- the order in which lines were added
    name             TEXT    NOT NULL, -- as shown when it was added
    quantity         BIGINT  NOT NULL CHECK (quantity BETWEEN 1 AND 999),
    unit_price_minor BIGINT  NOT NULL CHECK (unit_price_minor >= 0), -- as shown to the customer
    price_version    BIGINT  NOT NULL, -- EntMine's version of that price
    price_was        BIGINT,           -- the price before EntMine changed it, until the cart changes
    currency         TEXT    NOT NULL,
    PRIMARY KEY (order_key, sku)
);

-- The journal: every order, written before the first byte goes to EntMine, kept for ever.
CREATE TABLE orders (
    order_key     TEXT    NOT NULL PRIMARY KEY, -- one key, one verdict
    receipt       TEXT    NOT NULL UNIQUE,
    session_id    TEXT    NOT NULL,             -- the session may be gone; the order is not
    follows       TEXT,                         -- the order that this one replaces
    placed_at     BIGINT  NOT NULL,
    body          BLOB    NOT NULL,             -- the frozen bytes that every attempt sends
    fingerprint   TEXT    NOT NULL,             -- sha256:<hex> of the body
    total_minor   BIGINT  NOT NULL,
    currency      TEXT    NOT NULL,
    pieces        BIGINT  NOT NULL,             -- sum of quantities, for lists
    names         TEXT    NOT NULL,             -- product names by SKU, JSON, as the customer saw them
    state         TEXT    NOT NULL CHECK (state IN
        ('journalled', 'sending', 'retry_wait', 'unknown', 'voiding', 'quarantined',
         'confirmed', 'rejected', 'cancelled', 'settled')),
    fence         BIGINT  NOT NULL,             -- number of the newest attempt
    lease_until   BIGINT,                       -- the running attempt owns the order until then
    ambiguous     INTEGER NOT NULL,             -- 1 once an attempt may have been applied
    unreadable    BIGINT  NOT NULL DEFAULT 0,   -- answers that claimed success and could not be read
    rounds        BIGINT  NOT NULL,             -- unsuccessful rounds, for the schedule
    next_try_at   BIGINT,                       -- when the background takes it up again
    not_before    BIGINT,                       -- EntMine asked for patience (Retry-After)
    number        TEXT    UNIQUE,               -- EntMine's order number, write-once
    erp_status    TEXT,                         -- EntMine's status of the order
    reasons       TEXT,                         -- why it was rejected, JSON
    back_in_cart  INTEGER NOT NULL DEFAULT 0,   -- 1: the lines went back into the session's cart
    cancel_wished INTEGER NOT NULL DEFAULT 0,   -- 1: customer or operator asked to cancel it
    other_fields  INTEGER NOT NULL DEFAULT 0,   -- 1: it was submitted again with other details
    attention     TEXT,                         -- why a person has to look at it
    note          TEXT,                         -- how an operator settled it
    seen_at       BIGINT,                       -- when a reconciliation last found it in EntMine
    lost          INTEGER NOT NULL DEFAULT 0,   -- 1: EntMine lost it with a restored backup
    updated_at    BIGINT  NOT NULL,
    CHECK ((state = 'confirmed') = (number IS NOT NULL)),
    CHECK ((state = 'rejected') = (reasons IS NOT NULL)),
    CHECK ((state = 'settled') = (note IS NOT NULL)),
    CHECK (state <> 'sending' OR lease_until IS NOT NULL),
    CHECK (lease_until IS NULL OR state IN ('sending', 'voiding')),
    CHECK (state <> 'quarantined' OR attention IS NOT NULL)
);
CREATE INDEX orders_by_session ON orders (session_id, placed_at);
CREATE INDEX orders_open ON orders (state, next_try_at);

-- One try to push or void one order; the row is committed before the try.
CREATE TABLE attempts (
    order_key  TEXT   NOT NULL REFERENCES orders (order_key),
    fence      BIGINT NOT NULL,
    kind       TEXT   NOT NULL CHECK (kind IN ('push', 'void')),
    started_at BIGINT NOT NULL,
    ended_at   BIGINT,        -- null while it runs, or when the process died
    result     TEXT,          -- accepted, rejected, voided, not_applied, ambiguous, unreadable,
                              -- contradiction, expired
    detail     TEXT,          -- what happened, for an operator; never personal data
    PRIMARY KEY (order_key, fence)
);
-- The attempts under way, which a lease that ran out has to end.
CREATE INDEX attempts_open ON attempts (order_key) WHERE ended_at IS NULL;

-- What else happened to an order: an operator's hand, a reconciliation.
CREATE TABLE order_notes (
    order_key TEXT   NOT NULL REFERENCES orders (order_key),
    at        BIGINT NOT NULL,
    what      TEXT   NOT NULL, -- operator, reconciled, customer
    detail    TEXT   NOT NULL  -- never personal data
);
CREATE INDEX order_notes_by_order ON order_notes (order_key, at);

-- Orders that EntMine has from this store and the journal does not know, because the store was
-- restored from a backup.
CREATE TABLE adopted (
    order_key   TEXT   NOT NULL PRIMARY KEY,
    number      TEXT   NOT NULL,
    total_minor BIGINT NOT NULL,
    currency    TEXT   NOT NULL,
    status      TEXT   NOT NULL, -- EntMine's
    accepted_at TEXT   NOT NULL, -- RFC 3339, as EntMine says
    adopted_at  BIGINT NOT NULL
);

-- The EntMine that this store belongs to, and how far it was reconciled. One row.
CREATE TABLE entmine (
    id             INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    instance       TEXT    NOT NULL, -- EntMine-Instance
    epoch          BIGINT  NOT NULL, -- EntMine-Epoch
    orders_cursor  TEXT,             -- listings of orders go on from here
    orders_tail    BIGINT  NOT NULL DEFAULT 0, -- orders that were seen after it
    changes_cursor TEXT,             -- listings of changes of status go on from here
    paused         TEXT,             -- why nothing is pushed until a reconciliation is done
    compared_until BIGINT            -- one replica compares everything, until then
);
