//! What surrounds every page: the bar with where one can go, who is signed in, and what was just done.

use super::parts::escaped;
use entmine::{Role, Session};
use leptos::prelude::*;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

/// The back office's own stylesheet: EntMine may run alone, where there are no other files.
pub const STYLESHEET: &str = include_str!("../../../style/office.css");

/// Its address, another one for another text, so that browsers may keep it for ever.
pub fn stylesheet_address() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| {
        let mut hasher = DefaultHasher::new();
        STYLESHEET.hash(&mut hasher);
        format!("/entmine/office.css?v={:x}", hasher.finish())
    });
    &ADDRESS
}

/// Whoever looks at a page, and what they are told first.
#[derive(Clone, Debug)]
pub struct Desk {
    pub session: Session,
    /// What their last step did.
    pub done: Option<String>,
}

impl Desk {
    /// Whether they may do what a manager may.
    pub fn manages(&self) -> bool {
        self.session.role.may(Role::Manager)
    }
}

/// Where one can go: a name, its address, and who may. One more entry is one more line.
const PLACES: [(&str, &str, Role); 10] = [
    ("Orders", "/entmine/orders", Role::Clerk),
    ("Picking list", "/entmine/picking", Role::Clerk),
    ("Products", "/entmine/products", Role::Clerk),
    ("Stock", "/entmine/stock", Role::Clerk),
    ("Stores", "/entmine/stores", Role::Clerk),
    ("Prices", "/entmine/prices", Role::Manager),
    ("Customers", "/entmine/customers", Role::Manager),
    ("Shop", "/entmine/shop", Role::Manager),
    ("Staff", "/entmine/staff", Role::Manager),
    ("Audit", "/entmine/audit", Role::Manager),
];

/// A whole page for somebody who is signed in. `place` is the address of the entry that it is under.
pub(super) fn page(desk: &Desk, place: &str, title: &str, content: impl IntoView) -> String {
    let entries = PLACES
        .into_iter()
        .filter(|(_, _, needs)| desk.session.role.may(*needs))
        .map(|(name, address, _)| {
            let current = (address == place).then_some("page");
            view! { <li><a href=address aria-current=current>{name}</a></li> }
        })
        .collect_view();
    let done = desk
        .done
        .clone()
        .map(|done| view! { <p class="done" role="status">{done}</p> });
    let who = format!("{}, {}", desk.session.name, desk.session.role.as_str());
    let body = view! {
        <header class="bar">
            <a class="mark" href="/entmine/orders">"EntMine"</a>
            <nav aria-label="Back office"><ul>{entries}</ul></nav>
            <form class="who" method="post" action="/entmine/sign-out">
                <a href="/entmine/password">{who}</a>
                <button class="quiet" type="submit">"Sign out"</button>
            </form>
        </header>
        <main>
            {done}
            <h1>{title.to_owned()}</h1>
            {content}
        </main>
    };
    document(title, body)
}

/// A whole page for somebody who is not.
pub(super) fn outside(title: &str, content: impl IntoView) -> String {
    let body = view! {
        <main class="narrow">
            <p class="mark">"EntMine"</p>
            <h1>{title.to_owned()}</h1>
            {content}
        </main>
    };
    document(title, body)
}

fn document(title: &str, body: impl IntoView) -> String {
    let page = view! {
        <html lang="en-GB">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="robots" content="noindex" />
                <title inner_html=escaped(&format!("{title} · EntMine"))></title>
                <link rel="icon" href="data:," />
                <link rel="stylesheet" href=stylesheet_address() />
            </head>
            <body>{body}</body>
        </html>
    };
    format!("<!DOCTYPE html>{}", page.to_html())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_its_text_and_nothing_else() {
        for (title, written) in [
            ("Orders", "<title>Orders · EntMine</title>"),
            (
                "A <b> & \"c\"</title><script>",
                "<title>A &lt;b&gt; &amp; \"c\"&lt;/title&gt;&lt;script&gt; · EntMine</title>",
            ),
        ] {
            let page = outside(title, ());
            assert!(page.contains(written), "{page}");
        }
    }
}
