//! What e-mails say.

use super::Mail;
use crate::clock::local_time;
use crate::journal::WholeOrder;
use model::{OrderStatus, Reason, ShopInfo, format_minor};

/// What happens to an order on hold. It is true for every cause: goods may be short, the order may be
/// beyond a limit of the shop, or staff have a question.
const HELD: &str = "A person of the shop looks at it first and will contact you, about stock or \
                    another question, before anything is sent.";

/// The e-mail about something that happened to an order; none where there is nothing to say.
pub(super) fn mail(
    id: &str,
    about: &str,
    whole: &WholeOrder,
    info: &ShopInfo,
    shop: Option<&str>,
) -> Option<Mail> {
    let WholeOrder { order, content } = whole;
    let number = order.standing.number.as_deref().unwrap_or_default();
    let (subject, said) = match about.strip_prefix("status:") {
        // What it is not any more would be untrue; the e-mail about what it is now follows.
        Some(word) if Some(word) != order.standing.erp_status.map(OrderStatus::as_str) => {
            return None;
        }
        Some(word) => status(OrderStatus::parse(word)?, number)?,
        None => end(about, whole, number)?,
    };
    let form = content.form();
    let mut text = format!("Dear {},\n\n{said}\n\n", form.name);
    for line in content.lines() {
        let sum = format_minor(
            line.unit_price_minor.saturating_mul(line.quantity),
            &order.currency,
        );
        text += &format!("  {} × {}  {sum}\n", line.quantity, line.name);
    }
    text += &format!(
        "  Total {}\n",
        format_minor(order.total_minor, &order.currency)
    );
    if let Some(shop) = shop {
        text += &format!(
            "\nYour order's page: {}/orders/{}\n",
            shop.trim_end_matches('/'),
            order.receipt
        );
    }
    let placed_at = local_time(order.placed_at, &info.time_zone);
    text += &format!("\nReceived: {placed_at}\n");
    text += &signature(info);
    Some(Mail {
        id: id.to_owned(),
        to: form.email,
        from_name: info.name.clone(),
        subject,
        text,
    })
}

/// Whose shop it is, and how to reach them.
fn signature(info: &ShopInfo) -> String {
    let contact = [&info.address, &info.email, &info.phone];
    let mut lines = vec![info.name.as_str()];
    lines.extend(contact.into_iter().flat_map(|part| part.lines()));
    format!("\n{}\n", lines.join("\n"))
}

/// How an order ended.
fn end(about: &str, whole: &WholeOrder, number: &str) -> Option<(String, String)> {
    let order = &whole.order;
    match about {
        "confirmed" => {
            let subject = format!("Order {number} confirmed");
            let said = match order.standing.erp_status {
                Some(OrderStatus::OnHold) => format!("your order {number} is confirmed. {HELD}"),
                // An e-mail of its own says so.
                Some(OrderStatus::Cancelled) => return None,
                Some(OrderStatus::New | OrderStatus::Picked | OrderStatus::Shipped) | None => {
                    format!(
                        "thank you: your order {number} is confirmed. You pay by invoice when the \
                     goods are there."
                    )
                }
            };
            Some((subject, said))
        }
        "rejected" => {
            let why: Vec<_> = order
                .standing
                .reasons
                .iter()
                .map(|reason| why(whole, reason))
                .collect();
            let said = format!(
                "your order was not placed, and nothing was ordered:\n\n  {}\n\n{}",
                why.join("\n  "),
                match order.back_in_cart {
                    true =>
                        "The goods went back into your cart. The order's page has what can be done.",
                    false => "There is nothing to pay.",
                }
            );
            Some(("Your order was not placed".to_owned(), said))
        }
        "cancelled" => Some((
            "Your order is cancelled".to_owned(),
            "your order is cancelled. Nothing was ordered.".to_owned(),
        )),
        _ => None,
    }
}

/// What became of an order after it was confirmed. That it waits to be packed again is no news.
fn status(status: OrderStatus, number: &str) -> Option<(String, String)> {
    let (words, said) = match status {
        OrderStatus::New => return None,
        OrderStatus::OnHold => {
            return Some((
                format!("Order {number} on hold"),
                format!("your order {number} is on hold. {HELD}"),
            ));
        }
        OrderStatus::Picked => ("packed", "is packed and leaves soon."),
        OrderStatus::Shipped => ("on its way", "is on its way to you."),
        OrderStatus::Cancelled => (
            "cancelled",
            "was cancelled by us. Nothing will be sent and nothing is to be paid; we are sorry.",
        ),
    };
    Some((
        format!("Order {number} {words}"),
        format!("your order {number} {said}"),
    ))
}

fn why(WholeOrder { order, content }: &WholeOrder, reason: &Reason) -> String {
    let money = |minor: i64| format_minor(minor, &order.currency);
    match reason {
        Reason::OutOfStock { sku, available, .. } if *available > 0 => {
            format!("{}: only {available} left", content.name_of(sku))
        }
        Reason::OutOfStock { sku, .. } => format!("{}: out of stock", content.name_of(sku)),
        Reason::PriceChanged {
            sku,
            shown_minor,
            current_minor,
            ..
        } => format!(
            "{}: the price is {} now, it was {}",
            content.name_of(sku),
            money(*current_minor),
            money(*shown_minor)
        ),
        Reason::Discontinued { sku } => format!("{}: no longer sold", content.name_of(sku)),
        Reason::TotalMismatch {
            shown_minor,
            computed_minor,
        } => format!(
            "the total is {} now, it was {}",
            money(*computed_minor),
            money(*shown_minor)
        ),
        Reason::InvalidCustomer { .. } | Reason::InvalidField { .. } => {
            "something in the address could not be used".to_owned()
        }
        // The store's own, which no verdict of EntMine's has.
        Reason::CartChanged | Reason::CartEmpty | Reason::UnknownOrder | Reason::NotSaved => {
            "it has to be placed again".to_owned()
        }
    }
}
