-- The lists of operators and the counts of open orders, without the orders of all years.
CREATE INDEX orders_not_confirmed ON orders (state, order_key) WHERE state <> 'confirmed';
-- Confirmed orders that the shop cancelled.
CREATE INDEX orders_cancelled_by_shop ON orders (order_key) WHERE erp_status = 'cancelled';
-- Those that EntMine lost, in the order in which they are sent again.
CREATE INDEX orders_lost_by_number ON orders (number) WHERE lost = 1;
