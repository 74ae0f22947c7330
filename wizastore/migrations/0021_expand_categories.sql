-- The categories that have something to show. Every page names them, so they are counted when products change
-- and not when pages are read.
CREATE TABLE categories (
    slug     TEXT   NOT NULL PRIMARY KEY, -- as it stands in the category page's address
    name     TEXT   NOT NULL,             -- as people read it
    products BIGINT NOT NULL,             -- those that are published and listed
    image    TEXT   NOT NULL              -- a picture of one of them, or empty
);
INSERT INTO categories (slug, name, products, image)
SELECT category_slug, MIN(category), COUNT(*), MAX(image) FROM products
WHERE published = 1 AND listed = 1 GROUP BY category_slug;

-- A category's page, in its order: the searched text begins with the name.
CREATE INDEX products_shown ON products (category_slug, substr(search_text, 1, 40), sku)
WHERE published = 1 AND listed = 1;
-- What costs about as much.
CREATE INDEX products_by_price ON products (category_slug, price_minor, sku)
WHERE published = 1 AND listed = 1;
