//! The server's end of the socket.

use super::reply::{Envelope, Reply};
use super::{DatabasePlace, Fault, VERSION, entmine, import, record, store};
use crate::catalogue::CatalogueSource;
use crate::net::PAUSE;
use ::entmine::EntMine;
use ::entmine::pictures::Pictures;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wizastore::Store;

/// The largest file that is taken: 50,000 products with long texts are a tenth of it.
const MAX_FILE: u64 = 512 * 1024 * 1024;
/// Commands under way get this long to end when the server stops.
const DRAIN: Duration = Duration::from_secs(10);

/// Whose commands a socket takes.
#[derive(Clone)]
pub enum Serves {
    Store {
        store: Store,
        /// EntMine's catalogue, which the store's is compared with.
        catalogue: Arc<dyn CatalogueSource>,
    },
    EntMine {
        entmine: EntMine,
        /// Where copies of products' pictures are kept.
        pictures: Pictures,
        /// The store in the same process, which shows what was imported.
        shown: Option<Store>,
    },
}

/// Takes commands for the system at `place` until `stop`, and leaves word of it in the data folder.
///
/// # Errors
/// One sentence for the person who starts the program.
pub async fn listen(
    place: &DatabasePlace<'_>,
    serves: Serves,
    stop: CancellationToken,
) -> Result<JoinHandle<()>, String> {
    let socket = place.socket();
    let (listener, path) = socket
        .bind()
        .await
        .map_err(|error| format!("cannot take commands at {socket:?}: {error}"))?;
    if let Err(error) = record::leave(place, &path).await {
        // Then only a command that names the database finds it.
        let folder = place.data.display();
        tracing::warn!(%error, %folder, "commands will not find this server by its data folder");
    }
    Ok(tokio::spawn(async move {
        accept(listener, serves, stop).await;
        let _ = std::fs::remove_file(path);
    }))
}

async fn accept(listener: UnixListener, serves: Serves, stop: CancellationToken) {
    let commands = TaskTracker::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let serves = serves.clone();
                    commands.spawn(async move {
                        if let Err(error) = serve(stream, serves).await {
                            tracing::warn!(%error, "a command was cut short");
                        }
                    });
                }
                // Out of file descriptors, mostly: wait for some to be free.
                Err(error) => {
                    tracing::warn!(%error, "a command could not be taken");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
    commands.close();
    let _ = tokio::time::timeout(DRAIN, commands.wait()).await;
}

async fn serve(stream: UnixStream, serves: Serves) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader.take(MAX_FILE));
    let mut line = String::new();
    if reader.read_line(&mut line).await? == 0 {
        // Somebody only looked whether anyone listens here.
        return Ok(());
    }
    let line = line.trim();
    let file = line
        .strip_prefix("import ")
        .and_then(|head| serde_json::from_str(head).ok());
    let reply = match (&serves, file) {
        (
            Serves::EntMine {
                entmine,
                pictures,
                shown,
            },
            Some(head),
        ) => {
            return import::serve(head, reader, writer, entmine, pictures, shown.as_ref()).await;
        }
        (Serves::EntMine { entmine, .. }, None) => match command(line) {
            Ok(command) => reply(entmine::perform_entmine(entmine, command).await),
            Err(fault) => reply::<()>(Err(fault)),
        },
        (Serves::Store { store, catalogue }, _) => match command(line) {
            Ok(command) => reply(store::perform(store, Some(catalogue.as_ref()), command).await),
            Err(fault) => reply::<()>(Err(fault)),
        },
    };
    writer.write_all(reply.as_bytes()).await
}

fn command<C: DeserializeOwned>(line: &str) -> Result<C, Fault> {
    match serde_json::from_str::<Envelope<C>>(line) {
        Ok(envelope) if envelope.control == VERSION => Ok(envelope.command),
        Ok(_) | Err(_) => Err(Fault::UnknownCommand { speaks: VERSION }),
    }
}

fn reply<T: Serialize>(result: Result<T, Fault>) -> String {
    let text = serde_json::to_string(&Reply::from(result));
    // Plain structs of strings and numbers always serialise.
    text.unwrap_or_default() + "\n"
}
