//! Where the database of one row is.

#[path = "../postgres/mod.rs"]
mod postgres;

use postgres::Postgres;
use tempfile::TempDir;

/// Which database it is.
#[derive(Clone, Copy)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A new, empty database, which goes with this value.
pub enum Home {
    Sqlite { _folder: TempDir, url: String },
    Postgres(Postgres),
}

impl Home {
    pub async fn new(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite:{}", folder.path().join("entmine.db").display());
                Self::Sqlite {
                    _folder: folder,
                    url,
                }
            }
            Engine::Postgres => Self::Postgres(Postgres::new().await),
        }
    }

    pub fn url(&self) -> &str {
        match self {
            Self::Sqlite { url, .. } => url,
            Self::Postgres(database) => &database.url,
        }
    }
}
