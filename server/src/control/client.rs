//! The command's end of the socket.

use super::import::{Head, Line};
use super::reply::{Envelope, Fault, Reply, VERSION};
use crate::import::{Ended, ImportRequest, Step};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

/// Gives a command to the server that listens at `socket`.
///
/// # Errors
/// A [`Fault`], a sentence for the person who gave the command.
pub async fn ask<C: Serialize, T: DeserializeOwned>(socket: &Path, command: C) -> Result<T, Fault> {
    converse(connect(socket).await?, command).await
}

async fn connect(socket: &Path) -> Result<UnixStream, Fault> {
    UnixStream::connect(socket).await.map_err(|error| {
        Fault::Failed(format!(
            "the running server at '{}' cannot be reached: {error}; nothing was done",
            socket.display()
        ))
    })
}

async fn converse<C: Serialize, T: DeserializeOwned>(
    mut stream: UnixStream,
    command: C,
) -> Result<T, Fault> {
    let envelope = Envelope {
        control: VERSION,
        command,
    };
    let mut line =
        serde_json::to_vec(&envelope).map_err(|error| Fault::Failed(error.to_string()))?;
    line.push(b'\n');
    stream.write_all(&line).await.map_err(broken)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.map_err(broken)?;
    if answer.is_empty() {
        return Err(broken(std::io::ErrorKind::UnexpectedEof.into()));
    }
    match serde_json::from_str(&answer) {
        Ok(Reply::Ok(value)) => Ok(value),
        Ok(Reply::Error(fault)) => Err(fault),
        // A server from before these commands answers in words.
        Err(_) => Err(Fault::UnknownCommand { speaks: 0 }),
    }
}

fn broken(error: std::io::Error) -> Fault {
    Fault::Failed(format!(
        "the connection to the running server broke: {error}; the command may have been carried \
         out, look before you give it again"
    ))
}

/// Has the running EntMine import a file; says how it goes and how it ended.
///
/// # Errors
/// A [`Fault`], a sentence for the person who gave the command.
pub async fn ask_import(
    socket: &Path,
    bytes: &[u8],
    request: &ImportRequest,
    step: &mut (dyn FnMut(Step) + Send),
) -> Result<Ended, Fault> {
    import(connect(socket).await?, bytes, request, step).await
}

async fn import(
    stream: UnixStream,
    bytes: &[u8],
    request: &ImportRequest,
    step: &mut (dyn FnMut(Step) + Send),
) -> Result<Ended, Fault> {
    let broken = |error: std::io::Error| {
        Fault::Failed(format!(
            "the connection to the running server broke: {error}; the import may have been done, \
             and may be run again"
        ))
    };
    let (reader, mut writer) = stream.into_split();
    let head = Head {
        size: bytes.len(),
        request: request.clone(),
    };
    let head = serde_json::to_string(&head).map_err(|error| Fault::Failed(error.to_string()))?;
    let head = format!("import {head}\n");
    writer.write_all(head.as_bytes()).await.map_err(broken)?;
    writer.write_all(bytes).await.map_err(broken)?;
    writer.shutdown().await.map_err(broken)?;
    let mut lines = BufReader::new(reader).lines();
    while let Some(line) = lines.next_line().await.map_err(broken)? {
        match serde_json::from_str(&line) {
            Ok(Line::Step(told)) => step(told),
            Ok(Line::Ended(ended)) => return Ok(ended),
            Ok(Line::Error(why)) => {
                return Err(Fault::Failed(format!("the running server says: {why}")));
            }
            // Of another version.
            Err(_) => return Err(Fault::Failed(format!("the running server says: {line}"))),
        }
    }
    Err(broken(std::io::ErrorKind::UnexpectedEof.into()))
}
