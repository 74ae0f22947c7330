//! Business verdicts against an order.

use super::Subject;
use super::orders::{body, new_key};
use model::{OrderLine, Reason};
use wizastore::erp::{Found, Placed};
use wizastore::fingerprint;

pub async fn every_reason_is_told_at_once(on: &Subject) {
    let mut order = on.order("BROOM", 2);
    order.lines[0].unit_price_minor = 7000;
    order.lines.push(OrderLine {
        sku: "GHOST".into(),
        quantity: 1,
        unit_price_minor: 100,
        price_version: 1,
    });
    order.total_minor = 1;
    order.customer.email = "nobody".into();
    let Placed::Rejected(reasons) = on.place(new_key(), &order).await else {
        panic!("not rejected")
    };
    let has = |wanted: fn(&Reason) -> bool| assert!(reasons.iter().any(wanted), "{reasons:?}");
    has(
        |reason| matches!(reason, Reason::OutOfStock { sku, requested: 2, available: 1 } if sku == "BROOM"),
    );
    has(|reason| {
        matches!(
            reason,
            Reason::PriceChanged { sku, shown_minor: 7000, current_minor: 8000, .. } if sku == "BROOM"
        )
    });
    has(|reason| matches!(reason, Reason::Discontinued { sku } if sku == "GHOST"));
    has(|reason| {
        matches!(
            reason,
            Reason::TotalMismatch {
                shown_minor: 1,
                computed_minor: 14_100
            }
        )
    });
    has(|reason| matches!(reason, Reason::InvalidCustomer { field, .. } if field == "email"));
    assert_eq!(reasons.len(), 5, "{reasons:?}");
}

pub async fn a_rejection_is_remembered_whatever_comes_in(on: &Subject) {
    let (key, order) = (new_key(), on.order("BROOM", 2));
    let rejected = on.place(key, &order).await;
    let Placed::Rejected(reasons) = rejected.clone() else {
        panic!("not rejected: {rejected:?}")
    };
    on.office.product("BROOM", 8000, 50).await;
    assert_eq!(on.place(key, &order).await, rejected);
    let found = Found::Rejected {
        fingerprint: fingerprint(&body(&order)),
        reasons,
    };
    assert_eq!(on.find(key).await, found);
    on.accepted(new_key(), &order).await;
}

pub async fn a_rejected_key_takes_no_other_body(on: &Subject) {
    let key = new_key();
    on.place(key, &on.order("BROOM", 2)).await;
    let corrected = on.order("BROOM", 1);
    assert_eq!(on.place(key, &corrected).await, Placed::KeyReused);
    on.accepted(new_key(), &corrected).await;
}

pub async fn a_rejection_reserves_nothing_and_has_no_number(on: &Subject) {
    let mut order = on.order("WAND", 3);
    order.total_minor += 1;
    let placed = on.place(new_key(), &order).await;
    assert!(matches!(placed, Placed::Rejected(_)), "{placed:?}");
    let stock = on.erp.stock(&["WAND".into()]).await.expect("an answer");
    assert_eq!(stock.levels[0].reserved, 0);
    let listed = on.erp.orders(None, 10).await.expect("an answer").answer;
    assert!(listed.orders.is_empty(), "{listed:?}");
}
