//! Files that were looked at and wait to be imported, or that wait to be fetched.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// So many are kept; the oldest goes first. Each may be as large as the largest file of a browser.
const MOST: usize = 4;
/// Long enough to read a hundred problems.
const KEPT: Duration = Duration::from_secs(30 * 60);

/// The files, each its owner's. Clones are one.
#[derive(Clone, Default)]
pub(super) struct Uploads {
    files: Arc<Mutex<VecDeque<Upload>>>,
}

struct Upload {
    mark: String,
    owner: String,
    bytes: Arc<[u8]>,
}

impl Uploads {
    /// Keeps a file for a while; gives the mark by which its owner gets it back.
    pub fn keep(&self, owner: &str, bytes: Vec<u8>) -> String {
        let mark = Uuid::now_v7().to_string();
        let upload = Upload {
            mark: mark.clone(),
            owner: owner.to_owned(),
            bytes: bytes.into(),
        };
        let mut files = self.lock();
        files.push_back(upload);
        if files.len() > MOST {
            files.pop_front();
        }
        drop(files);
        let (uploads, old) = (self.clone(), mark.clone());
        tokio::spawn(async move {
            tokio::time::sleep(KEPT).await;
            uploads.lock().retain(|upload| upload.mark != old);
        });
        mark
    }

    /// A file of this owner's; none where it is not kept any more.
    pub fn get(&self, owner: &str, mark: &str) -> Option<Arc<[u8]>> {
        let files = self.lock();
        let upload = files.iter().find(|upload| upload.mark == mark)?;
        (upload.owner == owner).then(|| Arc::clone(&upload.bytes))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Upload>> {
        // A list of files is whole whatever panicked beside it.
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_is_its_owner_s_and_only_a_few_are_kept() {
        let uploads = Uploads::default();
        let first = uploads.keep("staff:morgan", vec![1]);
        assert_eq!(
            uploads.get("staff:morgan", &first).as_deref(),
            Some(&[1][..])
        );
        assert!(uploads.get("staff:robin", &first).is_none());
        for _ in 0..MOST {
            uploads.keep("staff:morgan", vec![2]);
        }
        assert!(uploads.get("staff:morgan", &first).is_none());
    }
}
