//! A process: a runtime on which something runs, given up as a whole when it dies, and begun anew.

use futures::future::BoxFuture;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::runtime::{Handle, Runtime};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use wizastore::OpenError;

/// From a start to the death after it.
#[derive(Default)]
pub struct Life {
    over: AtomicBool,
    died: Notify,
}

impl Life {
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    pub fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
        self.died.notify_one();
    }

    async fn ended(&self) {
        while !self.is_over() {
            self.died.notified().await;
        }
    }
}

/// A process that is begun again whenever it died.
pub struct Process<T> {
    alive: watch::Receiver<Option<Alive<T>>>,
    keeper: JoinHandle<()>,
}

#[derive(Clone)]
struct Alive<T> {
    what: T,
    runtime: Handle,
}

/// A runtime whose tasks end where they stand.
struct Machine(Option<Runtime>);

impl Machine {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        Self(Some(runtime.unwrap()))
    }

    fn runtime(&self) -> &Runtime {
        self.0.as_ref().unwrap()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl<T: Clone + Send + Sync + 'static> Process<T> {
    /// Keeps a process alive that `open` begins. An opening that fails is tried again: what the life
    /// before held is released a moment after its death.
    pub fn keep<F>(open: F) -> Self
    where
        F: Fn(Arc<Life>) -> BoxFuture<'static, Result<T, OpenError>> + Send + Sync + 'static,
    {
        let (tell, alive) = watch::channel(None);
        let keeper = tokio::spawn(async move {
            loop {
                let life = Arc::<Life>::default();
                let machine = Machine::start();
                let opened = machine.runtime().spawn(open(life.clone()));
                let opened = tokio::select! {
                    opened = opened => opened,
                    () = life.ended() => continue,
                };
                match opened {
                    Ok(Ok(what)) => {
                        let runtime = machine.runtime().handle().clone();
                        tell.send_replace(Some(Alive { what, runtime }));
                        life.ended().await;
                        tell.send_replace(None);
                    }
                    Ok(Err(_)) => tokio::time::sleep(Duration::from_millis(1)).await,
                    Err(gone) => panic!("opening did not end well: {gone}"),
                }
            }
        });
        Self { alive, keeper }
    }

    /// Runs `call` in the process once it lives. None: it died before it could answer.
    pub async fn call<R, F>(&self, call: impl FnOnce(T) -> F + Send + 'static) -> Option<R>
    where
        R: Send + 'static,
        F: Future<Output = R> + Send + 'static,
    {
        let mut alive = self.alive.clone();
        let called = {
            let now = alive.wait_for(Option::is_some).await.ok()?;
            let now = now.as_ref()?;
            let what = now.what.clone();
            now.runtime.spawn(async move { call(what).await })
        };
        match called.await {
            Ok(answer) => Some(answer),
            Err(gone) if gone.is_cancelled() => None,
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        }
    }
}

impl<T> Drop for Process<T> {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}
