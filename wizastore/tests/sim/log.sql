-- What the simulation writes down about the store's own database, beside the store's code.
CREATE TABLE sim_log (
    id      INTEGER PRIMARY KEY,
    what    TEXT NOT NULL,
    order_key TEXT NOT NULL,
    was     TEXT,
    became  TEXT,
    owned   INTEGER -- 1: the newest attempt had not ended
);
CREATE TRIGGER sim_states AFTER UPDATE OF state ON orders WHEN NEW.state <> OLD.state
BEGIN
    INSERT INTO sim_log (what, order_key, was, became, owned)
    VALUES ('state', NEW.order_key, OLD.state, NEW.state, EXISTS (
        SELECT 1 FROM attempts a WHERE a.order_key = NEW.order_key AND a.fence = NEW.fence
        AND a.ended_at IS NULL));
END;
CREATE TRIGGER sim_numbers AFTER UPDATE OF number ON orders
WHEN OLD.number IS NOT NULL AND NEW.number IS NOT OLD.number
BEGIN
    INSERT INTO sim_log (what, order_key, was, became)
    VALUES ('number', NEW.order_key, OLD.number, NEW.number);
END;
-- Until when EntMine asked for patience, beside the store's own column.
CREATE TABLE sim_patience (order_key TEXT NOT NULL PRIMARY KEY, until BIGINT);
CREATE TRIGGER sim_asked AFTER UPDATE OF not_before ON orders
WHEN NEW.not_before IS NOT OLD.not_before
BEGIN
    INSERT OR REPLACE INTO sim_patience VALUES (NEW.order_key, NEW.not_before);
END;
-- What a cancellation asks of EntMine is not what EntMine wanted to be left alone with.
CREATE TRIGGER sim_cancels AFTER UPDATE OF state ON orders
WHEN NEW.state <> OLD.state AND NEW.state IN ('voiding', 'cancelled')
BEGIN
    DELETE FROM sim_patience WHERE order_key = NEW.order_key;
END;
-- Why EntMine has to be reconciled first, beside the store's own column.
CREATE TABLE sim_paused (id INTEGER PRIMARY KEY, why TEXT);
CREATE TRIGGER sim_pauses AFTER UPDATE OF paused ON entmine WHEN NEW.paused IS NOT OLD.paused
BEGIN
    INSERT OR REPLACE INTO sim_paused VALUES (1, NEW.paused);
END;
CREATE TRIGGER sim_claims AFTER UPDATE OF fence ON orders WHEN NEW.fence > OLD.fence
BEGIN
    INSERT INTO sim_log (what, order_key) SELECT 'patience', NEW.order_key
    FROM sim_patience p WHERE p.order_key = NEW.order_key AND p.until > NEW.updated_at;
    INSERT INTO sim_log (what, order_key) SELECT 'paused', NEW.order_key
    WHERE EXISTS (SELECT 1 FROM sim_paused WHERE why IS NOT NULL);
END;
CREATE TRIGGER sim_wishes AFTER INSERT ON attempts WHEN NEW.kind = 'push'
BEGIN
    INSERT INTO sim_log (what, order_key) SELECT 'cancelled', NEW.order_key
    WHERE EXISTS (SELECT 1 FROM orders o WHERE o.order_key = NEW.order_key
                  AND o.cancel_wished = 1);
END;
