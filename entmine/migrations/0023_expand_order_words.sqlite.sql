-- The words by which orders are found: of customers' names, e-mail addresses and postcodes. They are personal
-- and go with them. Which orders have theirs says the sequence 'order_words'.
CREATE TABLE order_words (
    word     TEXT   NOT NULL,
    position BIGINT NOT NULL, -- the order's
    PRIMARY KEY (word, position)
) WITHOUT ROWID;

-- Orders of a certain age, without those that came since.
CREATE INDEX orders_by_age ON orders (accepted_at_ms, position);

-- A program that does not know this table would leave a customer's words in it.
CREATE TRIGGER orders_erased_with_words BEFORE UPDATE ON orders
WHEN OLD.erased_at_ms IS NULL AND NEW.erased_at_ms IS NOT NULL AND OLD.search_text <> ''
BEGIN
    SELECT RAISE(ABORT, 'the words by which this order is found have to be erased first');
END;
