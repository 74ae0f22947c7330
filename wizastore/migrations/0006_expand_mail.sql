-- E-mails that the store owes its customers: written in the transaction of what they are about, sent
-- afterwards, once each. Their text is made when they are sent, from the order.
CREATE TABLE mails (
    id         TEXT   NOT NULL PRIMARY KEY, -- UUID v7; the e-mail's Message-ID
    order_key  TEXT   NOT NULL REFERENCES orders (order_key),
    about      TEXT   NOT NULL, -- confirmed, rejected, cancelled, or EntMine's status as status:shipped
    created_at BIGINT NOT NULL,
    due_at     BIGINT,          -- when it is to be tried; whoever tries moves it. Null at its end
    tries      BIGINT NOT NULL,
    ended_at   BIGINT,          -- null until it was sent, or nobody needs it any more
    result     TEXT,            -- sent, not needed, or why it cannot be sent
    UNIQUE (order_key, about)
);
CREATE INDEX mails_due ON mails (due_at) WHERE due_at IS NOT NULL;
