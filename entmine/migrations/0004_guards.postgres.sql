-- What never changes is held by the database itself, whoever writes to it: a verdict, and of an
-- order what its customer and its store were told. The same guards as in 0003, which is SQLite's.

-- Refuses with the sentence that the trigger gives it.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END
$$;

-- One key, one verdict, for ever.
CREATE TRIGGER verdicts_never_change BEFORE UPDATE ON verdicts
    FOR EACH ROW EXECUTE FUNCTION refuse('a verdict never changes');
CREATE TRIGGER verdicts_never_go BEFORE DELETE ON verdicts
    FOR EACH ROW EXECUTE FUNCTION refuse('a verdict is kept for ever');

-- An order keeps what it was accepted as; its status changes.
CREATE TRIGGER orders_keep BEFORE UPDATE ON orders
    FOR EACH ROW
    WHEN (NEW.number IS DISTINCT FROM OLD.number
        OR NEW.key IS DISTINCT FROM OLD.key
        OR NEW.store IS DISTINCT FROM OLD.store
        OR NEW.position IS DISTINCT FROM OLD.position
        OR NEW.accepted_at_ms IS DISTINCT FROM OLD.accepted_at_ms
        OR NEW.currency IS DISTINCT FROM OLD.currency
        OR NEW.total_minor IS DISTINCT FROM OLD.total_minor
        OR NEW.body IS DISTINCT FROM OLD.body)
    EXECUTE FUNCTION refuse('an order keeps its number, key, store, total and body');
CREATE TRIGGER orders_never_go BEFORE DELETE ON orders
    FOR EACH ROW EXECUTE FUNCTION refuse('an order is kept for ever');

-- What was listed to a store under a cursor stays where it was.
CREATE TRIGGER status_changes_never_change BEFORE UPDATE ON status_changes
    FOR EACH ROW EXECUTE FUNCTION refuse('a change of status never changes');
CREATE TRIGGER status_changes_never_go BEFORE DELETE ON status_changes
    FOR EACH ROW EXECUTE FUNCTION refuse('a change of status is kept for ever');

-- TRUNCATE passes the triggers of rows by.
CREATE TRIGGER verdicts_never_emptied BEFORE TRUNCATE ON verdicts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('a verdict is kept for ever');
CREATE TRIGGER orders_never_emptied BEFORE TRUNCATE ON orders
    FOR EACH STATEMENT EXECUTE FUNCTION refuse('an order is kept for ever');
