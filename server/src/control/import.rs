//! An import that a running EntMine does.

use crate::catalogue;
use crate::import::report_line;
use entmine::{EntMine, ProductFile};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use wizastore::Store;

/// Reads the file, imports it and says how it goes. `shown` is the store in the same process, whose
/// own copy has the products before the import ends.
pub(super) async fn serve(
    size: usize,
    mut reader: impl AsyncRead + Unpin,
    mut writer: impl AsyncWrite + Unpin,
    entmine: &EntMine,
    shown: Option<&Store>,
) -> std::io::Result<()> {
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
        Ok(Ok(report)) => match show(entmine, shown).await {
            Ok(()) => format!("ok {}\n", report_line(&report)),
            Err(error) => format!("error imported, but not in the shop yet: {error}\n"),
        },
        Ok(Err(error)) => format!("error {error}\n"),
        Err(_) => "error the import ended abnormally\n".to_owned(),
    };
    writer.write_all(end.as_bytes()).await
}

/// Done means shown. A store elsewhere takes the products by itself.
async fn show(entmine: &EntMine, shown: Option<&Store>) -> Result<(), catalogue::FollowError> {
    match shown {
        Some(store) => {
            let here = catalogue::EntMineHere(entmine.clone());
            catalogue::catch_up(&here, store).await.map(|_| ())
        }
        None => Ok(()),
    }
}
