//! An order that waited for EntMine is not a lost sale.

use super::Subject;
use super::orders::{HOUR, SECOND, new_key};
use model::{OrderStatus, Reason};
use wizastore::erp::Placed;

pub async fn a_price_is_honoured_for_72_hours(on: &Subject) {
    let order = on.order("WAND", 1);
    on.office.turn_clock(SECOND);
    on.office.product("WAND", 1500, 10).await;
    on.office.turn_clock(71 * HOUR);
    on.accepted(new_key(), &order).await;
    on.office.turn_clock(2 * HOUR);
    let Placed::Rejected(reasons) = on.place(new_key(), &order).await else {
        panic!("not rejected")
    };
    assert!(
        matches!(
            reasons.as_slice(),
            [Reason::PriceChanged {
                shown_minor: 1299,
                current_minor: 1500,
                ..
            }]
        ),
        "{reasons:?}"
    );
}

pub async fn short_stock_holds_an_order_that_waited(on: &Subject) {
    let order = on.order("BROOM", 2);
    // The store's clock may be slow by five minutes: nobody waited yet.
    on.office.turn_clock(360 * SECOND);
    let placed = on.place(new_key(), &order).await;
    assert!(matches!(placed, Placed::Rejected(_)), "{placed:?}");
    on.office.turn_clock(SECOND);
    let key = new_key();
    let Placed::Accepted(acceptance) = on.place(key, &order).await else {
        panic!("not accepted")
    };
    assert_eq!(acceptance.status, OrderStatus::OnHold);
    let stock = on.erp.stock(&["BROOM".into()]).await.expect("an answer");
    let level = &stock.levels[0];
    assert_eq!((level.reserved, level.available), (1, 0), "what there is");
}
