-- The ledger of stock and the audit only grow, and of an order exactly one thing more than its status
-- may change: its customer's data go, all of them at once. The same guards as in 0007, which is
-- PostgreSQL's.

DROP TRIGGER orders_keep;
CREATE TRIGGER orders_keep BEFORE UPDATE ON orders
WHEN NEW.number IS NOT OLD.number
    OR NEW.key IS NOT OLD.key
    OR NEW.store IS NOT OLD.store
    OR NEW.position IS NOT OLD.position
    OR NEW.accepted_at_ms IS NOT OLD.accepted_at_ms
    OR NEW.currency IS NOT OLD.currency
    OR NEW.total_minor IS NOT OLD.total_minor
    -- Not erased: the body stays as it is, and what was erased stays so.
    OR (NEW.erased_at_ms IS NULL AND (NEW.body IS NOT OLD.body OR OLD.erased_at_ms IS NOT NULL))
    -- Erased: nothing personal is left, and the time stays.
    OR (NEW.erased_at_ms IS NOT NULL AND (
            (OLD.erased_at_ms IS NOT NULL AND NEW.erased_at_ms IS NOT OLD.erased_at_ms)
            OR length(NEW.body) <> 0 OR NEW.name <> '' OR NEW.email <> '' OR NEW.phone IS NOT NULL
            OR NEW.line1 <> '' OR NEW.line2 IS NOT NULL OR NEW.city <> '' OR NEW.postcode <> ''
            OR NEW.country <> '' OR NEW.note IS NOT NULL))
BEGIN
    SELECT RAISE(ABORT, 'an order keeps its number, key, store, total and body');
END;

CREATE TRIGGER stock_movements_never_change BEFORE UPDATE ON stock_movements
BEGIN
    SELECT RAISE(ABORT, 'a movement of stock never changes');
END;
CREATE TRIGGER stock_movements_never_go BEFORE DELETE ON stock_movements
BEGIN
    SELECT RAISE(ABORT, 'a movement of stock is kept for ever');
END;
CREATE TRIGGER stock_movements_never_replaced BEFORE INSERT ON stock_movements
WHEN EXISTS (SELECT 1 FROM stock_movements WHERE position = NEW.position)
BEGIN
    SELECT RAISE(ABORT, 'a movement of stock never changes');
END;

CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit never changes');
END;
CREATE TRIGGER audit_never_goes BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is kept for ever');
END;
CREATE TRIGGER audit_never_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE position = NEW.position)
BEGIN
    SELECT RAISE(ABORT, 'the audit never changes');
END;
