-- An order whose customer was erased in EntMine is erased here too. The same as 0017, which is PostgreSQL's.

-- When the customer's data were erased: the body is empty then. Null while they are there.
ALTER TABLE orders ADD COLUMN erased_at BIGINT;
-- What was ordered, of an erased order: its lines as JSON, which hold nothing of the customer. Null while
-- the body says it.
ALTER TABLE orders ADD COLUMN kept_lines TEXT;
-- 1: the order's customer was erased, and whatever copy of this e-mail the mailer keeps is to go. 0: no.
ALTER TABLE mails ADD COLUMN forget BIGINT NOT NULL DEFAULT 0 CHECK (forget IN (0, 1));
CREATE INDEX mails_to_forget ON mails (id) WHERE forget = 1;

-- The frozen bytes may go in one way only: all of them, once, of an order that has its end.
DROP TRIGGER orders_bytes_stay;
CREATE TRIGGER orders_bytes_stay
BEFORE UPDATE OF order_key, receipt, placed_at, fingerprint, total_minor, currency ON orders
BEGIN
    SELECT RAISE(ABORT, 'a journalled order is frozen');
END;
CREATE TRIGGER orders_body_stays
BEFORE UPDATE OF body, erased_at, kept_lines ON orders
WHEN NOT (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND length(NEW.body) = 0
    AND OLD.state IN ('confirmed', 'rejected', 'cancelled', 'settled'))
BEGIN
    SELECT RAISE(ABORT, 'a journalled order is frozen');
END;
