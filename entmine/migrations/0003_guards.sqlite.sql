-- What never changes is held by the database itself, whoever writes to it: a verdict, and of an
-- order what its customer and its store were told. The same guards as in 0004, which is PostgreSQL's.

-- One key, one verdict, for ever.
CREATE TRIGGER verdicts_never_change BEFORE UPDATE ON verdicts
BEGIN
    SELECT RAISE(ABORT, 'a verdict never changes');
END;
CREATE TRIGGER verdicts_never_go BEFORE DELETE ON verdicts
BEGIN
    SELECT RAISE(ABORT, 'a verdict is kept for ever');
END;

-- An order keeps what it was accepted as; its status changes.
CREATE TRIGGER orders_keep BEFORE UPDATE ON orders
WHEN NEW.number IS NOT OLD.number
    OR NEW.key IS NOT OLD.key
    OR NEW.store IS NOT OLD.store
    OR NEW.position IS NOT OLD.position
    OR NEW.accepted_at_ms IS NOT OLD.accepted_at_ms
    OR NEW.currency IS NOT OLD.currency
    OR NEW.total_minor IS NOT OLD.total_minor
    OR NEW.body IS NOT OLD.body
BEGIN
    SELECT RAISE(ABORT, 'an order keeps its number, key, store, total and body');
END;
CREATE TRIGGER orders_never_go BEFORE DELETE ON orders
BEGIN
    SELECT RAISE(ABORT, 'an order is kept for ever');
END;

-- What was listed to a store under a cursor stays where it was.
CREATE TRIGGER status_changes_never_change BEFORE UPDATE ON status_changes
BEGIN
    SELECT RAISE(ABORT, 'a change of status never changes');
END;
CREATE TRIGGER status_changes_never_go BEFORE DELETE ON status_changes
BEGIN
    SELECT RAISE(ABORT, 'a change of status is kept for ever');
END;

-- INSERT OR REPLACE passes the triggers of DELETE by.
CREATE TRIGGER verdicts_never_replaced BEFORE INSERT ON verdicts
WHEN EXISTS (SELECT 1 FROM verdicts WHERE key = NEW.key)
BEGIN
    SELECT RAISE(ABORT, 'a verdict never changes');
END;
CREATE TRIGGER orders_never_replaced BEFORE INSERT ON orders
WHEN EXISTS (SELECT 1 FROM orders WHERE number = NEW.number OR key = NEW.key OR position = NEW.position)
BEGIN
    SELECT RAISE(ABORT, 'an order is kept for ever');
END;
