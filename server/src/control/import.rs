//! An import that a running EntMine does.

use crate::catalogue::{self, Followed};
use crate::import::{Ended, ImportRequest, Step, perform};
use entmine::EntMine;
use entmine::pictures::Pictures;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use wizastore::Store;

const HELD: &str = "EntMine's catalogue is so much smaller than the shop's that somebody has to say that it is meant: \
     wizastore catalog repair --take-smaller";

/// The line before the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Head {
    pub size: usize,
    pub request: ImportRequest,
}

/// A line of the answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Line {
    Step(Step),
    Ended(Ended),
    Error(String),
}

/// Reads the file, imports it and says how it goes. `shown` is the store in the same process, whose
/// own copy has the products before the import ends.
pub(super) async fn serve(
    head: Head,
    mut reader: impl AsyncRead + Unpin,
    mut writer: impl AsyncWrite + Unpin,
    entmine: &EntMine,
    pictures: &Pictures,
    shown: Option<&Store>,
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).await?;
    if bytes.len() != head.size {
        let line = Line::Error("the file came incomplete".to_owned());
        return write(&mut writer, &line).await;
    }
    let (told, mut steps) = mpsc::unbounded_channel::<Step>();
    let (entmine, pictures) = (entmine.clone(), pictures.clone());
    let importing = entmine.clone();
    let work = tokio::spawn(async move {
        let mut step = |step| {
            // Nobody listens where the caller has gone.
            let _ = told.send(step);
        };
        perform(&importing, &pictures, bytes, &head.request, &mut step).await
    });
    while let Some(step) = steps.recv().await {
        write(&mut writer, &Line::Step(step)).await?;
    }
    let end = match work.await {
        Ok(Ok(ended)) => Line::Ended(show(&entmine, shown, ended).await),
        Ok(Err(error)) => Line::Error(error),
        Err(_) => Line::Error("the import ended abnormally".to_owned()),
    };
    write(&mut writer, &end).await
}

async fn write(writer: &mut (impl AsyncWrite + Unpin), line: &Line) -> std::io::Result<()> {
    // Plain structs of strings and numbers always serialise.
    let text = serde_json::to_string(line).unwrap_or_default() + "\n";
    writer.write_all(text.as_bytes()).await
}

/// Done means shown. A store elsewhere takes the products by itself.
async fn show(entmine: &EntMine, shown: Option<&Store>, mut ended: Ended) -> Ended {
    if let (Ended::Imported { not_shown, .. }, Some(store)) = (&mut ended, shown) {
        let here = catalogue::EntMineHere(entmine.clone());
        *not_shown = match catalogue::catch_up(&here, store).await {
            Ok(Followed::There) => None,
            Ok(Followed::Held) => Some(HELD.to_owned()),
            Err(error) => Some(error.to_string()),
        };
    }
    ended
}
