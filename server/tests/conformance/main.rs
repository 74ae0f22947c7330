//! Every way in which the store reaches EntMine, and both databases, against one suite.

// A test that cannot go on has failed.
#![allow(clippy::unwrap_used)]

mod office;
mod suite;

use database::Engine;
use office::{Staff, open};
use server::embedded::Embedded;
use std::sync::Arc;
use suite::Subject;
use wizastore::erp::{HttpEntMine, HttpLimits};

/// EntMine in the store's process.
async fn embedded(engine: Engine) -> Subject {
    let (entmine, clock, home) = open(engine).await;
    Subject {
        erp: Arc::new(Embedded {
            entmine: entmine.clone(),
            clock: clock.clone(),
            switch: None,
        }),
        office: Arc::new(Staff { entmine, clock }),
        _keep: Box::new(home),
    }
}

/// EntMine behind HTTP.
async fn over_http(engine: Engine) -> Subject {
    let (entmine, clock, home) = open(engine).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let tokens = entmine::http::Tokens::parse("wizastore:orders+catalog:secret").unwrap();
    let router = entmine::http::router(entmine.clone(), tokens);
    tokio::spawn(async move { axum::serve(listener, router).await });
    // A busy machine that runs tests may take its time.
    let limits = HttpLimits {
        attempt: std::time::Duration::from_secs(20),
        ..HttpLimits::default()
    };
    Subject {
        erp: Arc::new(HttpEntMine::new(&base, "secret", limits).unwrap()),
        office: Arc::new(Staff { entmine, clock }),
        _keep: Box::new(home),
    }
}

mod embedded_on_sqlite {
    crate::suite::rows!(crate::embedded(crate::Engine::Sqlite));
}

mod embedded_on_postgres {
    crate::suite::rows!(crate::embedded(crate::Engine::Postgres));
}

mod http_on_sqlite {
    crate::suite::rows!(crate::over_http(crate::Engine::Sqlite));
}

mod http_on_postgres {
    crate::suite::rows!(crate::over_http(crate::Engine::Postgres));
}
