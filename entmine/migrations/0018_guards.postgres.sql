-- The guards of 0007, with what 0016 added: erasing an order empties what it is searched by, and an audit
-- entry may get its searchable form. The same guards as in 0017, which is SQLite's.

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
                OR NEW.note IS NOT NULL OR NEW.search_text <> '' OR NEW.email_key <> '')))
    EXECUTE FUNCTION refuse('an order keeps its number, key, store, total and body');

DROP TRIGGER audit_never_changes ON audit;
CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
    FOR EACH ROW
    WHEN (NEW.position IS DISTINCT FROM OLD.position OR NEW.at_ms IS DISTINCT FROM OLD.at_ms
        OR NEW.actor IS DISTINCT FROM OLD.actor OR NEW.event IS DISTINCT FROM OLD.event
        OR NEW.subject IS DISTINCT FROM OLD.subject OR NEW.detail IS DISTINCT FROM OLD.detail)
    EXECUTE FUNCTION refuse('the audit never changes');
