//! Work that ends when the customer leaves the page.

use futures::future::abortable;
use leptos::{prelude::on_cleanup, task::spawn_local};
use std::future::Future;

/// Runs a task until it ends or the page is left, whichever is first.
pub fn while_here(task: impl Future<Output = ()> + 'static) {
    let (task, handle) = abortable(task);
    on_cleanup(move || handle.abort());
    spawn_local(async move {
        let _ = task.await;
    });
}
