-- A snapshot of EntMine's catalogue while it is being written, a few rows at a time, so that orders
-- need not wait for it; it becomes the cache in one transaction. The columns are those of `products`.
CREATE TABLE products_staged (
    stage         TEXT    NOT NULL, -- which snapshot: each attempt to take one has its own id
    sku           TEXT    NOT NULL,
    version       BIGINT  NOT NULL,
    name          TEXT    NOT NULL,
    slug          TEXT    NOT NULL,
    category      TEXT    NOT NULL,
    category_slug TEXT    NOT NULL,
    description   TEXT    NOT NULL,
    image         TEXT    NOT NULL,
    currency      TEXT    NOT NULL,
    price_minor   BIGINT  NOT NULL,
    price_version BIGINT  NOT NULL,
    available     BIGINT  NOT NULL,
    published     INTEGER NOT NULL,
    search_text   TEXT    NOT NULL,
    PRIMARY KEY (stage, sku)
);

-- A snapshot that was so much smaller than the cache that an operator has to say whether it is
-- meant. At most one row; the cache stays as it is meanwhile.
CREATE TABLE catalogue_held (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    epoch    BIGINT  NOT NULL, -- the snapshot's
    seq      BIGINT  NOT NULL, -- the snapshot's
    digest   TEXT    NOT NULL, -- the snapshot's: EntMine still has the same one where this is equal
    products BIGINT  NOT NULL, -- how many it has
    had      BIGINT  NOT NULL, -- how many the cache has
    held_at  BIGINT  NOT NULL
);
