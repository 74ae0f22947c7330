-- Whether a product changed again since.
CREATE INDEX catalog_changes_by_sku ON catalog_changes (sku, seq);
