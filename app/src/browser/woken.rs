//! Whether somebody looks at the page, and waits that end when somebody does again.

use super::clock::{is_online, sleep};
use futures::{
    StreamExt,
    channel::mpsc::{UnboundedReceiver, unbounded},
    future::{Either, select},
    pin_mut,
};
use leptos::prelude::*;

/// Hears when the page is shown or hidden, and when the connection comes or goes.
pub struct Woken {
    signs: UnboundedReceiver<()>,
    handles: Vec<WindowListenerHandle>,
}

impl Woken {
    pub fn listen() -> Self {
        let (sender, signs) = unbounded();
        let handles = ["visibilitychange", "online", "offline"]
            .into_iter()
            .map(|name| {
                let sender = sender.clone();
                window_event_listener_untyped(name, move |_| {
                    // Nobody listens any more when the page is left.
                    let _ = sender.unbounded_send(());
                })
            })
            .collect();
        Self { signs, handles }
    }

    /// Waits until the page is seen and the browser may have a connection.
    pub async fn until_seen(&mut self) {
        while !is_seen() {
            if self.signs.next().await.is_none() {
                return;
            }
        }
    }

    /// Something changed.
    pub async fn sign(&mut self) {
        self.signs.next().await;
    }

    /// Waits so long, or until somebody comes back to the page.
    pub async fn pause(&mut self, ms: u32) {
        let over = sleep(ms);
        pin_mut!(over);
        match select(over, self.signs.next()).await {
            Either::Left(_) | Either::Right(_) => {}
        }
    }
}

impl Drop for Woken {
    fn drop(&mut self) {
        for handle in self.handles.drain(..) {
            handle.remove();
        }
    }
}

/// Nobody needs news on a page that is hidden, and off line there are none.
pub fn is_seen() -> bool {
    !document().hidden() && is_online()
}
