-- The lists of the back office, and the picking list, without the orders of all years.
CREATE INDEX orders_by_status ON orders (status, position);
