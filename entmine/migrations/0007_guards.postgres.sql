-- The ledger of stock and the audit only grow, and of an order exactly one thing more than its status
-- may change: its customer's data go, all of them at once. The same guards as in 0006, which is
-- SQLite's.

DROP TRIGGER orders_keep ON orders;
CREATE TRIGGER orders_keep BEFORE UPDATE ON orders
    FOR EACH ROW
    WHEN (NEW.number IS DISTINCT FROM OLD.number
        OR NEW.key IS DISTINCT FROM OLD.key
        OR NEW.store IS DISTINCT FROM OLD.store
        OR NEW.position IS DISTINCT FROM OLD.position
        OR NEW.accepted_at_ms IS DISTINCT FROM OLD.accepted_at_ms
        OR NEW.currency IS DISTINCT FROM OLD.currency
        OR NEW.total_minor IS DISTINCT FROM OLD.total_minor
        -- Not erased: the body stays as it is, and what was erased stays so.
        OR (NEW.erased_at_ms IS NULL
            AND (NEW.body IS DISTINCT FROM OLD.body OR OLD.erased_at_ms IS NOT NULL))
        -- Erased: nothing personal is left, and the time stays.
        OR (NEW.erased_at_ms IS NOT NULL AND (
                (OLD.erased_at_ms IS NOT NULL AND NEW.erased_at_ms <> OLD.erased_at_ms)
                OR octet_length(NEW.body) <> 0 OR NEW.name <> '' OR NEW.email <> ''
                OR NEW.phone IS NOT NULL OR NEW.line1 <> '' OR NEW.line2 IS NOT NULL
                OR NEW.city <> '' OR NEW.postcode <> '' OR NEW.country <> ''
                OR NEW.note IS NOT NULL)))
    EXECUTE FUNCTION refuse('an order keeps its number, key, store, total and body');

CREATE TRIGGER stock_movements_never_change BEFORE UPDATE ON stock_movements
    FOR EACH ROW EXECUTE FUNCTION refuse('a movement of stock never changes');
CREATE TRIGGER stock_movements_never_go BEFORE DELETE ON stock_movements
    FOR EACH ROW EXECUTE FUNCTION refuse('a movement of stock is kept for ever');
CREATE TRIGGER stock_movements_never_emptied BEFORE TRUNCATE ON stock_movements
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('a movement of stock is kept for ever');

CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
    FOR EACH ROW EXECUTE FUNCTION refuse('the audit never changes');
CREATE TRIGGER audit_never_goes BEFORE DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION refuse('the audit is kept for ever');
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('the audit is kept for ever');
