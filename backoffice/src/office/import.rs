//! A product file into EntMine: choose it, look at what it would do, import it.

use super::frame::{Desk, page};
use super::parts::{alarm, choice, table};
use entmine::RowError;
use leptos::prelude::*;

/// How far an import is.
#[derive(Clone, Debug)]
pub enum ImportStep {
    /// A file is to be chosen; `problem` is why the last one was not taken.
    Choose { problem: Option<String> },
    /// A file was looked at, and nothing was written.
    Look(Look),
    /// It was imported.
    Done(Imported),
}

/// What a file would do.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// The mark under which the file is kept until it is imported.
    pub upload: String,
    pub on_duplicate: String,
    pub pictures: String,
    /// What to know before, in whole sentences.
    pub lines: Vec<String>,
    /// The first products that would be new or change, each with what changes.
    pub changes: Vec<String>,
    /// Rows that would be left alone.
    pub left_alone: Vec<RowError>,
    /// The first problems, and how many there are.
    pub problems: Vec<RowError>,
    pub problem_count: usize,
    /// Products that would be new or change.
    pub writes: u64,
}

/// What an import did.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    pub lines: Vec<String>,
    pub left_alone: Vec<RowError>,
    /// Where the rows that were left out are to be had.
    pub refused: Option<String>,
}

/// The page of a step.
pub fn import_page(desk: &Desk, step: &ImportStep) -> String {
    let content = match step {
        ImportStep::Choose { problem } => view! {
            {alarm(problem.as_deref())}
            {form()}
        }
        .into_any(),
        ImportStep::Look(look) => looked(look),
        ImportStep::Done(done) => imported(done),
    };
    page(desk, "/entmine/products", "Import products", content)
}

fn form() -> AnyView {
    let duplicates = options(&[
        ("error", "Name both rows and import nothing"),
        ("first", "Take the first row, leave the others out"),
        ("rename", "Give the others SKUs of their own"),
    ]);
    let pictures = options(&[
        ("copy", "Copy them"),
        ("link", "Leave them where they are"),
        ("skip", "Leave them out"),
    ]);
    view! {
        <p>
            "An export from here, or a product or inventory file of Shopify's. Products are found by \
             SKU: new ones are added, changed ones updated, others left alone. What the file has no \
             column for stays as it is. You see what the file would do before anything is written."
        </p>
        <form class="stack narrow" method="post" action="/entmine/import"
            enctype="multipart/form-data">
            <div class="field">
                <label for="field-file">"File"</label>
                <input id="field-file" name="file" type="file" accept=".csv,.tsv,.txt,text/csv"
                    required />
            </div>
            {choice("on_duplicate", "Two rows with the same SKU", duplicates, "error", &[])}
            {choice("pictures", "Pictures on other servers", pictures, "copy", &[])}
            <button type="submit">"Look at the file"</button>
        </form>
    }
    .into_any()
}

fn options(words: &[(&str, &str)]) -> Vec<(String, String)> {
    let words = words.iter();
    words
        .map(|(value, words)| ((*value).to_owned(), (*words).to_owned()))
        .collect()
}

fn looked(look: &Look) -> AnyView {
    let bad = look.problem_count > 0;
    let count = look.problem_count;
    let words = match count {
        0 => "",
        1 => "Nothing of the file was imported: a row is wrong.",
        _more => "Nothing of the file was imported: some rows are wrong.",
    };
    let shown = look.problems.len();
    let more = (count > shown).then(|| {
        let words = format!("… and {} more.", count - shown);
        view! { <p class="hint">{words}</p> }
    });
    let problems = bad.then(|| {
        view! {
            {alarm(Some(words))}
            {rows("What is wrong", "Problem", &look.problems)}
            {more}
        }
    });
    let import = if bad {
        "Import the other rows"
    } else {
        "Import as shown"
    };
    let skip = if bad { "yes" } else { "no" };
    let confirm = (look.writes > 0).then(|| {
        view! {
            <form class="actions" method="post" action="/entmine/import/confirm">
                <input type="hidden" name="upload" value=look.upload.clone() />
                <input type="hidden" name="on_duplicate" value=look.on_duplicate.clone() />
                <input type="hidden" name="pictures" value=look.pictures.clone() />
                <input type="hidden" name="skip" value=skip />
                <button type="submit" class:grave=bad>{import}</button>
                <a href="/entmine/import">"Another file"</a>
            </form>
        }
    });
    let nothing = (look.writes == 0).then(|| {
        view! {
            <p>"Nothing would change."</p>
            <p><a href="/entmine/import">"Another file"</a></p>
        }
    });
    view! {
        {problems}
        <h2>"What the file would do"</h2>
        {sentences(&look.lines)}
        {changes(look)}
        {left_alone(&look.left_alone)}
        {confirm}
        {nothing}
    }
    .into_any()
}

fn imported(done: &Imported) -> AnyView {
    let refused = done.refused.clone().map(|address| {
        view! {
            <p>
                <a href=address download="refused.csv">"The rows that were left out"</a>
                ", with the reasons in the last column: correct them and import that file."
            </p>
        }
    });
    view! {
        <div role="status">{sentences(&done.lines)}</div>
        {left_alone(&done.left_alone)}
        {refused}
        <p><a href="/entmine/products">"To the products"</a></p>
    }
    .into_any()
}

/// What would be written: the first ones in words, the others by their number.
fn changes(look: &Look) -> Option<AnyView> {
    let shown = u64::try_from(look.changes.len()).unwrap_or(u64::MAX);
    let more = look.writes.saturating_sub(shown);
    let more = (more > 0).then(|| {
        let words = format!("… and {more} more.");
        view! { <p class="hint">{words}</p> }
    });
    let lines = look.changes.iter().cloned();
    let items = lines.map(|line| view! { <li>{line}</li> }).collect_view();
    (look.writes > 0 && shown > 0).then(|| {
        view! {
            <h3>"What changes"</h3>
            <ul class="changes">{items}</ul>
            {more}
        }
        .into_any()
    })
}

fn sentences(lines: &[String]) -> AnyView {
    let lines = lines.iter().cloned();
    let items = lines.map(|line| view! { <li>{line}</li> }).collect_view();
    view! { <ul>{items}</ul> }.into_any()
}

/// Rows that stay as they are, each with why.
fn left_alone(left: &[RowError]) -> Option<AnyView> {
    (!left.is_empty()).then(|| {
        view! {
            <h3>"Left alone"</h3>
            {rows("Left alone", "Why", left)}
        }
        .into_any()
    })
}

fn rows(label: &'static str, what: &'static str, errors: &[RowError]) -> AnyView {
    let rows = errors
        .iter()
        .map(|error| {
            view! {
                <tr>
                    <td class="number">{error.line}</td>
                    <td>{error.column.clone()}</td>
                    <td class="words">{error.reason.clone()}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    table(label, vec![">Line", "Column", what], rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_says_what_changes_and_how_many_more() {
        let look = Look {
            changes: vec!["WAND: price £12.99 -> £13.99".into(), "CAP: new".into()],
            writes: 45,
            ..Look::default()
        };
        let page = looked(&look).to_html();
        assert!(
            page.contains("<li>WAND: price £12.99 -&gt; £13.99"),
            "{page}"
        );
        assert!(page.contains("… and 43 more."), "{page}");
        let all = Look { writes: 2, ..look };
        assert!(!looked(&all).to_html().contains("more."));
    }
}
