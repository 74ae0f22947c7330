-- An order whose customer was erased in EntMine is erased here too. The same as 0016, which is SQLite's.

-- When the customer's data were erased: the body is empty then. Null while they are there.
ALTER TABLE orders ADD COLUMN erased_at BIGINT;
-- What was ordered, of an erased order: its lines as JSON, which hold nothing of the customer. Null while
-- the body says it.
ALTER TABLE orders ADD COLUMN kept_lines TEXT;
-- 1: the order's customer was erased, and whatever copy of this e-mail the mailer keeps is to go. 0: no.
ALTER TABLE mails ADD COLUMN forget BIGINT NOT NULL DEFAULT 0 CHECK (forget IN (0, 1));
CREATE INDEX mails_to_forget ON mails (id) WHERE forget = 1;

-- The frozen bytes may go in one way only: all of them, once, of an order that has its end, and with
-- nothing else of it changed.
CREATE FUNCTION orders_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erased CONSTANT text[] := ARRAY['body', 'kept_lines', 'erased_at', 'updated_at'];
BEGIN
    IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL THEN
        IF octet_length(NEW.body) <> 0
            OR OLD.state NOT IN ('confirmed', 'rejected', 'cancelled', 'settled')
            OR (to_jsonb(NEW) - erased) IS DISTINCT FROM (to_jsonb(OLD) - erased)
        THEN
            RAISE EXCEPTION 'a journalled order is frozen';
        END IF;
    ELSIF (NEW.erased_at, NEW.kept_lines) IS DISTINCT FROM (OLD.erased_at, OLD.kept_lines) THEN
        RAISE EXCEPTION 'a journalled order is frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER orders_erasure BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION orders_erasure();

-- Every other update is held as before.
DROP TRIGGER orders_guard ON orders;
CREATE TRIGGER orders_guard BEFORE UPDATE ON orders FOR EACH ROW
WHEN (NOT (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL))
EXECUTE FUNCTION orders_guard();
