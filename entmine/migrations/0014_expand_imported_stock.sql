-- What a product file last set, so that importing a file again never takes stock back: a file that does
-- not say which stock it saw changes the stock only while it is still what a file made it.
ALTER TABLE products ADD COLUMN imported_on_hand BIGINT CHECK (imported_on_hand >= 0);
