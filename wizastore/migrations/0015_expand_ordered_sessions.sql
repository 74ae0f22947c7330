-- My orders stay as long as the cookie that shows them: a year after their customer was last here. Carts
-- and what was typed at the checkout go after 30 idle days as before. `seen_at` moves with the cart, with
-- an order, and once a day with a look at one's orders.
ALTER TABLE sessions ADD COLUMN ordered INTEGER NOT NULL DEFAULT 0; -- 1 once an order was placed in it
UPDATE sessions SET ordered = 1
 WHERE EXISTS (SELECT 1 FROM orders WHERE orders.session_id = sessions.id);
-- Both kinds are swept by their own age.
CREATE INDEX sessions_by_ordered ON sessions (ordered, seen_at);
-- What was typed is found without looking at every session that is kept for its orders.
CREATE INDEX sessions_with_draft ON sessions (seen_at) WHERE draft IS NOT NULL OR reasons IS NOT NULL;
