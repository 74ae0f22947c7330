-- Each index of what an order writes is a page more in each of its commits. An older program that runs beside this one
-- does without these as well: it finds the same, in a shop with many orders and sessions not as quickly.

-- Orders that are not confirmed are few, and orders_not_confirmed has all of them.
DROP INDEX orders_open;
-- The attempts of an order are few, and their primary key begins with it.
DROP INDEX attempts_open;
-- sessions_by_ordered has the same order in each of its halves.
DROP INDEX sessions_by_seen;
