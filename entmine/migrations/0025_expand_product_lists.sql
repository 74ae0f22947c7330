-- Staff's lists of products, in their order. The searched text begins with the name; all of it may be too long for
-- an index.
CREATE INDEX products_by_text ON products (archived, substr(search_text, 1, 40), sku, published, listed);
CREATE INDEX products_in_category ON products (category, substr(search_text, 1, 40), sku);
-- Those of which more should be ordered: `SHORT_STOCK` in the code.
CREATE INDEX products_short ON products (archived, substr(search_text, 1, 40), sku) WHERE tracked = 1 AND on_hand - reserved <= 5;
