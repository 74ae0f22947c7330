//! The shop's search.

use super::read::{CardRow, PAGE, cards, clamp_page};
use super::words::{END, search_text, stem};
use crate::store::Store;
use database::Conn;
use database::DatabaseError;
use model::{ProductList, fold};

/// Words of a search that count.
const WORDS: usize = 6;
/// Products whose searched text is written anew in one transaction.
const REFOLDED_AT_ONCE: i64 = 200;

/// Each word is in the text as it was typed, or a word of the text has its stem; or all of it is the
/// article number, whose hyphens and spaces people leave out.
const FOUND: &str = "published = 1 AND listed = 1
     AND (REPLACE(REPLACE(search_text, '-', ''), ' ', '') LIKE $13 ESCAPE '\\'
     OR (search_text LIKE $1 ESCAPE '\\' OR search_text LIKE $7 ESCAPE '\\')
     AND (search_text LIKE $2 ESCAPE '\\' OR search_text LIKE $8 ESCAPE '\\')
     AND (search_text LIKE $3 ESCAPE '\\' OR search_text LIKE $9 ESCAPE '\\')
     AND (search_text LIKE $4 ESCAPE '\\' OR search_text LIKE $10 ESCAPE '\\')
     AND (search_text LIKE $5 ESCAPE '\\' OR search_text LIKE $11 ESCAPE '\\')
     AND (search_text LIKE $6 ESCAPE '\\' OR search_text LIKE $12 ESCAPE '\\'))";

/// Products that have every word somewhere in name, article number, category or description; first
/// the one whose article number was typed, then those that have the first word in their name. A text
/// of nothing but signs finds nothing.
pub(crate) async fn matching(
    db: &mut Conn,
    words: &str,
    page: i64,
) -> Result<ProductList, sqlx::Error> {
    let title = words.trim().chars().take(100).collect::<String>();
    let folded = fold(&title);
    let all = words_of(&folded);
    let typed: Vec<&str> = all.iter().copied().take(WORDS).collect();
    let Some(first) = typed.first() else {
        return Ok(nothing(title));
    };
    let pattern = |word: &str| format!("%{}%", escape(word));
    let mut patterns: Vec<_> = typed.iter().map(|word| pattern(word)).collect();
    patterns.resize(WORDS, "%".to_owned());
    let stemmed = typed.iter().map(|word| match stem(word) {
        Some(stem) => pattern(&format!(" {stem} ")),
        None => pattern(word),
    });
    patterns.extend(stemmed);
    patterns.resize(2 * WORDS, "%".to_owned());
    patterns.push(format!("%{END}{}{END}%", escape(&all.concat())));

    let count = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "SELECT COUNT(*) FROM products WHERE {FOUND}"
    )));
    let count = patterns
        .iter()
        .fold(count, |query, pattern| query.bind(pattern.clone()));
    let total: i64 = count.fetch_one(&mut *db).await?;
    let (page, pages) = clamp_page(page, total);
    let select = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT sku, name, slug, image, price_minor, currency, COALESCE(available, 0) AS available, tracked
         FROM products LEFT JOIN stock USING (sku)
         WHERE {FOUND}
         ORDER BY CASE WHEN REPLACE(REPLACE(search_text, '-', ''), ' ', '')
                            LIKE $13 ESCAPE '\\' THEN 0
                       WHEN search_text LIKE $14 ESCAPE '\\' THEN 1 ELSE 2 END, name, sku
         LIMIT $15 OFFSET $16"
    )));
    let rows: Vec<CardRow> = patterns
        .into_iter()
        .fold(select, |query, pattern| query.bind(pattern))
        // Only the name has three more ends behind it.
        .bind(format!("%{}%{END}%{END}%{END}%", escape(first)))
        .bind(PAGE)
        .bind((page - 1) * PAGE)
        .fetch_all(db)
        .await?;
    Ok(ProductList {
        title,
        products: cards(rows),
        total,
        page,
        pages,
        age_s: 0,
    })
}

fn nothing(title: String) -> ProductList {
    ProductList {
        title,
        products: Vec::new(),
        total: 0,
        page: 1,
        pages: 1,
        age_s: 0,
    }
}

/// The words of a folded text: what stands between spaces and hyphens, without the signs around it.
fn words_of(folded: &str) -> Vec<&str> {
    folded
        .split([' ', '-'])
        .map(|word| word.trim_matches(is_sign))
        .filter(|word| !word.is_empty())
        .collect()
}

/// Punctuation, which people type and paste around words: in ASCII, of other languages, and that of
/// Chinese and Japanese texts. Folding left no full-width sign.
fn is_sign(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c,
            '\u{a1}' | '\u{ab}' | '\u{b7}' | '\u{bb}' | '\u{bf}' | '\u{2010}'..='\u{205e}'
            | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}')
}

fn escape(word: &str) -> String {
    word.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}

impl Store {
    /// Writes the searched text anew where an older program wrote it, which folded nothing.
    ///
    /// # Errors
    /// [`DatabaseError`] where the database does not answer.
    pub(crate) async fn refold(&self) -> Result<(), DatabaseError> {
        loop {
            let rows: Vec<(String, i64, String, String, String)> = sqlx::query_as(
                "SELECT sku, version, name, category, description FROM products
                 WHERE search_text NOT LIKE $1 LIMIT $2",
            )
            .bind(format!("%{END}%"))
            .bind(REFOLDED_AT_ONCE)
            .fetch_all(self.db.reader())
            .await?;
            if rows.is_empty() {
                return Ok(());
            }
            self.db
                .write("store.catalogue", move |tx| {
                    Box::pin(async move {
                        for (sku, version, name, category, description) in &rows {
                            let text = search_text(sku, name, category, description);
                            sqlx::query(
                                "UPDATE products SET search_text = $3
                                 WHERE sku = $1 AND version = $2",
                            )
                            .bind(sku)
                            .bind(version)
                            .bind(text)
                            .execute(&mut *tx)
                            .await?;
                        }
                        Ok::<_, DatabaseError>(())
                    })
                })
                .await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_stand_around_words_and_between_them() {
        for (typed, words) in [
            ("beeswax-candle", vec!["beeswax", "candle"]),
            ("\"oak wand\"", vec!["oak", "wand"]),
            ("(wand) wand. «wand»", vec!["wand", "wand", "wand"]),
            ("o'brien's 60%bamboo", vec!["o'brien's", "60%bamboo"]),
            ("r_s k\\s a.b", vec!["r_s", "k\\s", "a.b"]),
            ("「杖」", vec!["杖"]),
            ("- ' % _ \" ()", vec![]),
            ("", vec![]),
            ("🧙", vec!["🧙"]),
        ] {
            assert_eq!(words_of(typed), words, "{typed}");
        }
    }
}
