-- What the code promises, the database refuses to break.

-- A verdict, the frozen bytes and the identity of an order never change.
CREATE TRIGGER orders_final_stay
BEFORE UPDATE ON orders
WHEN OLD.state IN ('confirmed', 'rejected') AND (NEW.state <> OLD.state
    OR NEW.number IS NOT OLD.number OR NEW.reasons IS NOT OLD.reasons)
BEGIN
    SELECT RAISE(ABORT, 'a verdict is write-once');
END;

CREATE TRIGGER orders_bytes_stay
BEFORE UPDATE OF order_key, receipt, body, fingerprint, total_minor, currency ON orders
BEGIN
    SELECT RAISE(ABORT, 'a journalled order is frozen');
END;

CREATE TRIGGER orders_stay
BEFORE DELETE ON orders
BEGIN
    SELECT RAISE(ABORT, 'the journal keeps every order');
END;

CREATE TRIGGER orders_fence_grows
BEFORE UPDATE OF fence ON orders
WHEN NEW.fence < OLD.fence
BEGIN
    SELECT RAISE(ABORT, 'a fence never goes back');
END;
