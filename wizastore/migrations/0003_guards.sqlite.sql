-- What the code promises, the database refuses to break.

CREATE TRIGGER orders_transitions
BEFORE UPDATE OF state ON orders
WHEN NEW.state <> OLD.state AND NOT (
    (OLD.state IN ('journalled', 'retry_wait')
        AND NEW.state IN ('sending', 'confirmed', 'voiding', 'cancelled'))
    OR (OLD.state = 'unknown'
        AND NEW.state IN ('sending', 'confirmed', 'voiding', 'quarantined'))
    OR (OLD.state = 'sending'
        AND NEW.state IN ('confirmed', 'rejected', 'cancelled', 'retry_wait', 'unknown', 'quarantined'))
    OR (OLD.state = 'voiding'
        AND NEW.state IN ('confirmed', 'rejected', 'cancelled', 'quarantined'))
    OR (OLD.state = 'quarantined'
        AND NEW.state IN ('confirmed', 'unknown', 'voiding', 'settled')))
BEGIN
    SELECT RAISE(ABORT, 'an order does not go from this state to that one');
END;

CREATE TRIGGER orders_verdict_stays
BEFORE UPDATE OF number, reasons, note ON orders
WHEN (OLD.number IS NOT NULL AND NEW.number IS NOT OLD.number)
    OR (OLD.reasons IS NOT NULL AND NEW.reasons IS NOT OLD.reasons)
    OR (OLD.note IS NOT NULL AND NEW.note IS NOT OLD.note)
BEGIN
    SELECT RAISE(ABORT, 'a verdict is write-once');
END;

CREATE TRIGGER orders_bytes_stay
BEFORE UPDATE OF order_key, receipt, placed_at, body, fingerprint, total_minor, currency ON orders
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

CREATE TRIGGER orders_doubt_stays
BEFORE UPDATE OF ambiguous ON orders
WHEN NEW.ambiguous < OLD.ambiguous
BEGIN
    SELECT RAISE(ABORT, 'what may have been applied once stays so');
END;
