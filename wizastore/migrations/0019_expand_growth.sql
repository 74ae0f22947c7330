-- What waits for a person is found among all orders of all years.
CREATE INDEX orders_attention ON orders (order_key) WHERE attention IS NOT NULL;
-- Idle carts are swept oldest first, a few at a time.
CREATE INDEX carts_by_age ON carts (created_at);
