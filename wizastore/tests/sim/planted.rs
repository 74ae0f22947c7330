//! Bugs in the store's own database: triggers do to its rows what careless code would. The product has no switch for
//! them. The triggers that would refuse such rows are not there.

/// What the database does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// An order is marked as being sent only when the attempt has ended.
    MarkAfterSend,
    /// A negative end counts although another attempt owns the order.
    UnfencedNegative,
    /// A lease that ran out leaves no doubt behind.
    ExpiryLeavesNoDoubt,
    /// A void whose lease ran out is taken for done.
    ExpiredVoidIsDone,
    /// A cancellation in doubt does not ask EntMine.
    CancelledInDoubt,
    /// A cancellation that was asked for while nobody knew what became of the order is forgotten.
    CancelForgotten,
    /// EntMine's `Retry-After` is not kept.
    PatienceForgotten,
    /// That EntMine has to be reconciled first is not kept.
    PauseForgotten,
    /// What a restored EntMine lost is not brought back.
    LostStaysLost,
    /// The order gets another receipt than its form had.
    OtherReceipt,
    /// The cart stays open under the order's key.
    CartStaysOpen,
    /// The lines of an order that was not placed do not come back.
    LinesNotGivenBack,
}

/// Those triggers.
const GUARDS: [&str; 5] = [
    "transitions",
    "verdict_stays",
    "bytes_stay",
    "fence_grows",
    "doubt_stays",
];

/// Takes the guards away, for whatever else is planted.
pub fn unguarded() -> String {
    GUARDS
        .map(|guard| format!("DROP TRIGGER orders_{guard};"))
        .concat()
}

impl Bug {
    /// The statements that plant it.
    pub fn sql(self) -> &'static str {
        match self {
            Self::MarkAfterSend => {
                "CREATE TRIGGER planted_new AFTER INSERT ON orders WHEN NEW.state = 'sending'
                 BEGIN
                     UPDATE orders SET state = 'journalled', lease_until = NULL
                     WHERE order_key = NEW.order_key;
                 END;
                 CREATE TRIGGER planted_claimed AFTER UPDATE OF fence ON orders
                 WHEN NEW.fence > OLD.fence
                 BEGIN
                     UPDATE orders SET state = OLD.state, lease_until = NULL
                     WHERE order_key = NEW.order_key;
                 END;"
            }
            Self::UnfencedNegative => {
                "CREATE TRIGGER planted AFTER UPDATE OF result ON attempts
                 WHEN NEW.result IN ('rejected', 'voided', 'not_applied')
                 BEGIN
                     UPDATE orders SET lease_until = NULL, next_try_at = NEW.ended_at,
                         state = CASE NEW.result WHEN 'rejected' THEN 'rejected'
                             WHEN 'voided' THEN 'cancelled' ELSE 'retry_wait' END,
                         reasons = CASE NEW.result WHEN 'rejected' THEN '[]' END
                     WHERE order_key = NEW.order_key AND fence > NEW.fence AND state = 'sending';
                 END;"
            }
            Self::ExpiryLeavesNoDoubt => {
                "CREATE TRIGGER planted AFTER UPDATE OF state ON orders
                 WHEN OLD.state = 'sending' AND NEW.state = 'unknown' AND OLD.ambiguous = 0
                     AND EXISTS (SELECT 1 FROM attempts a WHERE a.order_key = NEW.order_key
                                 AND a.fence = NEW.fence AND a.result = 'expired')
                 BEGIN
                     UPDATE orders SET ambiguous = 0 WHERE order_key = NEW.order_key;
                 END;"
            }
            Self::ExpiredVoidIsDone => {
                "CREATE TRIGGER planted AFTER UPDATE OF lease_until ON orders
                 WHEN OLD.state = 'voiding' AND NEW.state = 'voiding' AND NEW.lease_until IS NULL
                     AND EXISTS (SELECT 1 FROM attempts a WHERE a.order_key = NEW.order_key
                                 AND a.fence = NEW.fence AND a.result = 'expired')
                 BEGIN
                     UPDATE orders SET state = 'cancelled', next_try_at = NULL
                     WHERE order_key = NEW.order_key;
                 END;"
            }
            Self::CancelledInDoubt => {
                "CREATE TRIGGER planted AFTER UPDATE OF state ON orders
                 WHEN NEW.state = 'voiding' AND NEW.ambiguous = 1
                 BEGIN
                     UPDATE orders SET state = 'cancelled', lease_until = NULL, next_try_at = NULL
                     WHERE order_key = NEW.order_key;
                 END;"
            }
            Self::CancelForgotten => {
                "CREATE TRIGGER planted AFTER UPDATE OF state ON orders
                 WHEN OLD.state = 'unknown' AND NEW.state = 'voiding' AND NEW.cancel_wished = 1
                 BEGIN
                     UPDATE orders SET state = OLD.state, next_try_at = OLD.next_try_at
                     WHERE order_key = NEW.order_key;
                 END;"
            }
            Self::PatienceForgotten => {
                "CREATE TRIGGER planted AFTER UPDATE OF not_before ON orders
                 WHEN NEW.not_before IS NOT NULL
                 BEGIN
                     UPDATE orders SET not_before = NULL, next_try_at = updated_at
                     WHERE order_key = NEW.order_key;
                     INSERT OR REPLACE INTO sim_patience VALUES (NEW.order_key, NEW.not_before);
                 END;"
            }
            Self::PauseForgotten => {
                "CREATE TRIGGER planted AFTER UPDATE OF paused ON entmine
                 WHEN NEW.paused IS NOT NULL
                 BEGIN
                     UPDATE entmine SET paused = NULL;
                     INSERT OR REPLACE INTO sim_paused VALUES (1, NEW.paused);
                 END;"
            }
            Self::LostStaysLost => {
                "CREATE TRIGGER planted BEFORE UPDATE OF lost ON orders WHEN NEW.lost = 1
                 BEGIN
                     SELECT RAISE(IGNORE);
                 END;"
            }
            Self::OtherReceipt => {
                "CREATE TRIGGER planted AFTER INSERT ON orders
                 BEGIN
                     UPDATE orders SET receipt = substr(receipt, 2) || substr(receipt, 1, 1)
                     WHERE order_key = NEW.order_key;
                 END;"
            }
            Self::CartStaysOpen => {
                "CREATE TRIGGER planted BEFORE DELETE ON carts
                 WHEN EXISTS (SELECT 1 FROM orders o WHERE o.order_key = OLD.order_key)
                 BEGIN
                     SELECT RAISE(IGNORE);
                 END;"
            }
            Self::LinesNotGivenBack => {
                "CREATE TRIGGER planted AFTER UPDATE OF back_in_cart ON orders
                 WHEN NEW.back_in_cart = 1
                 BEGIN
                     DELETE FROM cart_lines WHERE order_key IN
                         (SELECT order_key FROM carts WHERE session_id = NEW.session_id)
                         AND sku IN (SELECT json_extract(value, '$.sku')
                                     FROM json_each(CAST(NEW.body AS TEXT), '$.lines'));
                 END;"
            }
        }
    }
}
