//! Locks among the tabs of this browser (the Web Locks API). A lock goes with its tab, however the
//! tab ends.

use futures::{
    channel::oneshot,
    future::{Either, select},
};
use js_sys::{Function, Object, Promise, Reflect};
use leptos::{prelude::window, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// What came of asking for a lock.
pub enum Tried {
    Held(Lock),
    /// Another tab holds it, or this one already does.
    Taken,
    /// This browser has no locks, or not for this page (no https).
    Unsupported,
}

/// A lock, until it is dropped.
pub struct Lock {
    /// Its other end gives the lock back. No value of the browser's is kept in here, so that a
    /// place for a lock may stand in what the server renders too.
    _held: oneshot::Sender<()>,
}

impl Lock {
    fn new(release: Function) -> Self {
        let (held, dropped) = oneshot::channel::<()>();
        spawn_local(async move {
            let _ = dropped.await;
            let _ = release.call0(&JsValue::UNDEFINED);
        });
        Self { _held: held }
    }
}

/// Asks for a lock, without waiting for another tab.
pub async fn try_lock(name: &str) -> Tried {
    let (sender, granted) = oneshot::channel();
    let callback = Closure::once(move |lock: JsValue| {
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        if lock.is_null() || lock.is_undefined() {
            drop(sender.send(None));
            return Promise::resolve(&JsValue::UNDEFINED);
        }
        // Where nobody waits for it any more the lock is given back at once.
        if let Err(Some(release)) = sender.send(release) {
            let _ = Function::call0(&release, &JsValue::UNDEFINED);
        }
        held
    });
    let Some(request) = request(name, callback.as_ref()) else {
        return Tried::Unsupported;
    };
    match select(granted, JsFuture::from(request)).await {
        Either::Left((Ok(Some(release)), _)) => Tried::Held(Lock::new(release)),
        Either::Left((Ok(None), _)) => Tried::Taken,
        Either::Left((Err(_), _)) | Either::Right(_) => Tried::Unsupported,
    }
}

fn request(name: &str, callback: &JsValue) -> Option<Promise> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    let request = Reflect::get(&locks, &"request".into()).ok()?;
    let options = Object::new();
    Reflect::set(&options, &"ifAvailable".into(), &true.into()).ok()?;
    request
        .dyn_ref::<Function>()?
        .call3(&locks, &name.into(), &options, callback)
        .ok()?
        .dyn_into()
        .ok()
}
