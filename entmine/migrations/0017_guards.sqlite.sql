-- The guards of 0006, with what 0016 added: erasing an order empties what it is searched by, and an audit
-- entry may get its searchable form. The same guards as in 0018, which is PostgreSQL's.

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
            OR NEW.country <> '' OR NEW.note IS NOT NULL
            OR NEW.search_text <> '' OR NEW.email_key <> ''))
BEGIN
    SELECT RAISE(ABORT, 'an order keeps its number, key, store, total and body');
END;

DROP TRIGGER audit_never_changes;
CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
WHEN NEW.position IS NOT OLD.position OR NEW.at_ms IS NOT OLD.at_ms OR NEW.actor IS NOT OLD.actor
    OR NEW.event IS NOT OLD.event OR NEW.subject IS NOT OLD.subject OR NEW.detail IS NOT OLD.detail
BEGIN
    SELECT RAISE(ABORT, 'the audit never changes');
END;
