CREATE TABLE orders(id INTEGER PRIMARY KEY, customer INTEGER, amount INTEGER, note TEXT);
CREATE INDEX by_customer ON orders(customer);
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 260000)
  INSERT INTO orders SELECT i, i * 7919 % 5003, i * 104729 % 9973, 'order ' || i || ' of this run' FROM n;
UPDATE orders SET amount = amount * 2 WHERE customer % 3 = 1;
DELETE FROM orders WHERE amount % 11 = 0;
SELECT count(*), sum(amount), max(note) FROM orders;
UPDATE orders SET customer = (customer * 31 + amount) % 5003;
COMMIT;
SELECT customer, count(*), sum(amount) FROM orders GROUP BY customer ORDER BY 3 DESC, 1 LIMIT 20;
PRAGMA integrity_check;
