-- Staff's lists of products, in their order. The searched text begins with the name.
CREATE INDEX products_by_text ON products (archived, search_text, sku, published, listed);
CREATE INDEX products_in_category ON products (category, search_text, sku);
-- Those of which more should be ordered: `SHORT_STOCK` in the code.
CREATE INDEX products_short ON products (archived, search_text, sku) WHERE tracked = 1 AND on_hand - reserved <= 5;
