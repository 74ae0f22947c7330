-- What the code promises, the database refuses to break: the rules of the SQLite file beside this
-- one. A test tries both.

CREATE FUNCTION orders_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND NOT (
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
    THEN
        RAISE EXCEPTION 'an order does not go from this state to that one';
    END IF;
    IF (OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number)
        OR (OLD.reasons IS NOT NULL AND NEW.reasons IS DISTINCT FROM OLD.reasons)
        OR (OLD.note IS NOT NULL AND NEW.note IS DISTINCT FROM OLD.note)
    THEN
        RAISE EXCEPTION 'a verdict is write-once';
    END IF;
    IF (NEW.order_key, NEW.receipt, NEW.placed_at, NEW.body, NEW.fingerprint, NEW.total_minor, NEW.currency)
        IS DISTINCT FROM
        (OLD.order_key, OLD.receipt, OLD.placed_at, OLD.body, OLD.fingerprint, OLD.total_minor, OLD.currency)
    THEN
        RAISE EXCEPTION 'a journalled order is frozen';
    END IF;
    IF NEW.fence < OLD.fence THEN
        RAISE EXCEPTION 'a fence never goes back';
    END IF;
    IF NEW.ambiguous < OLD.ambiguous THEN
        RAISE EXCEPTION 'what may have been applied once stays so';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER orders_guard BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION orders_guard();

CREATE FUNCTION orders_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal keeps every order';
END $$;
CREATE TRIGGER orders_stay BEFORE DELETE ON orders FOR EACH ROW EXECUTE FUNCTION orders_stay();
