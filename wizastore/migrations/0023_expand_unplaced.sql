-- Orders that EntMine refused, or that were cancelled before it had them, with their customers' data: those go after a
-- time. An order on its way to EntMine is not in it, so that it costs no sale anything.
CREATE INDEX orders_unplaced ON orders (order_key)
    WHERE erased_at IS NULL AND state IN ('rejected', 'cancelled');
