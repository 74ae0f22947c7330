//! Commands for a running server, over a Unix socket in its data folder: who may open the folder
//! may give commands.
//!
//! One command now, `import <bytes>\n` followed by the file. The server answers in lines:
//! `progress <n>`, then `ok <text>` or `error <text>`.

use crate::catalogue_feed;
use crate::import::report_line;
use entmine::{EntMine, ProductFile};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use wizastore::Store;

/// The largest file that is taken: 50,000 products with long texts are a tenth of it.
const MAX_FILE: u64 = 512 * 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    #[error("no server listens on this data folder")]
    NoServer,
    #[error(
        "the connection to the running server broke: {0}; the import may have been done, and may be run again"
    )]
    Broken(#[from] std::io::Error),
    #[error("the running server says: {0}")]
    Refused(String),
}

/// Takes commands until `stop`.
pub fn listen(
    path: &Path,
    entmine: EntMine,
    store: Store,
    stop: CancellationToken,
) -> Result<JoinHandle<()>, String> {
    let fault = |error| format!("cannot listen on '{}': {error}", path.display());
    // The database's lock is ours, so a socket that is still there is a dead server's.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(fault(error)),
        Ok(()) | Err(_) => {}
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(fault)?;
    }
    let listener = UnixListener::bind(path).map_err(fault)?;
    let socket: PathBuf = path.to_owned();
    Ok(tokio::spawn(async move {
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                accepted = listener.accept() => {
                    if let Ok((stream, _)) = accepted {
                        let (entmine, store) = (entmine.clone(), store.clone());
                        tokio::spawn(async move {
                            if let Err(error) = serve(stream, entmine, store).await {
                                tracing::warn!(%error, "a command was cut short");
                            }
                        });
                    }
                }
            }
        }
        let _ = std::fs::remove_file(socket);
    }))
}

async fn serve(stream: UnixStream, entmine: EntMine, store: Store) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader.take(MAX_FILE));
    let mut command = String::new();
    reader.read_line(&mut command).await?;
    let size = command
        .trim()
        .strip_prefix("import ")
        .and_then(|size| size.parse::<usize>().ok());
    let Some(size) = size else {
        return writer.write_all(b"error unknown command\n").await;
    };
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).await?;
    if bytes.len() != size {
        return writer.write_all(b"error the file came incomplete\n").await;
    }
    let file = match ProductFile::parse(&bytes, "GBP") {
        Ok(file) => file,
        Err(errors) => {
            let text = format!("error {} problems in the file\n", errors.len());
            return writer.write_all(text.as_bytes()).await;
        }
    };
    let (told, mut progress) = mpsc::unbounded_channel::<u64>();
    let importing = entmine.clone();
    let work = tokio::spawn(async move {
        importing
            .import(&file, &mut |done| {
                let _ = told.send(done);
            })
            .await
    });
    while let Some(done) = progress.recv().await {
        writer
            .write_all(format!("progress {done}\n").as_bytes())
            .await?;
    }
    let end = match work.await {
        // Done means shown: the shop's own copy has the products before the command ends.
        Ok(Ok(report)) => match catalogue_feed::catch_up(&entmine, &store).await {
            Ok(()) => format!("ok {}\n", report_line(&report)),
            Err(error) => format!("error imported, but not in the shop yet: {error}\n"),
        },
        Ok(Err(error)) => format!("error {error}\n"),
        Err(_) => "error the import ended abnormally\n".to_owned(),
    };
    writer.write_all(end.as_bytes()).await
}

/// Has the running server import a file; gives its report.
pub async fn import(
    path: &Path,
    bytes: &[u8],
    progress: impl Fn(u64),
) -> Result<String, ControlError> {
    let stream = UnixStream::connect(path)
        .await
        .map_err(|_| ControlError::NoServer)?;
    let (reader, mut writer) = stream.into_split();
    writer
        .write_all(format!("import {}\n", bytes.len()).as_bytes())
        .await?;
    writer.write_all(bytes).await?;
    writer.shutdown().await?;
    let mut lines = BufReader::new(reader).lines();
    while let Some(line) = lines.next_line().await? {
        match line.split_once(' ') {
            Some(("progress", done)) => progress(done.parse().unwrap_or_default()),
            Some(("ok", report)) => return Ok(report.to_owned()),
            Some((_, why)) => return Err(ControlError::Refused(why.to_owned())),
            None => return Err(ControlError::Refused(line)),
        }
    }
    Err(ControlError::Broken(ErrorKind::UnexpectedEof.into()))
}
