//! The description of a product, from the HTML of a merchant's file to plain text.

use html2text::render::TextDecorator;
use html2text::{RcDom, config};
use std::rc::Rc;

/// The longest HTML that is read, in bytes: ten times the longest description.
pub(super) const MAX_HTML_BYTES: usize = 100_000;

/// How deep elements may be nested. Real descriptions stay below 30; html2text measures a tree
/// recursively, and a tree of thousands of levels would overflow the stack.
const MAX_DEPTH: usize = 200;

/// Wider than any text that is read, so that no line is broken.
const WIDTH: usize = 10 * MAX_HTML_BYTES;

/// Of a list's item. html2text counts bytes where it measures a line, so that it has to be one.
const BULLET: &str = "\u{7f} ";

/// Reduces HTML to text: paragraphs separated by an empty line, list items on lines of their own,
/// no marks for what was bold or a link. Scripts, styles and pictures are dropped.
///
/// # Errors
/// Why the HTML is not read.
pub(super) fn plain_text(html: &str) -> Result<String, &'static str> {
    if html.len() > MAX_HTML_BYTES {
        return Err("is longer than 100,000 bytes");
    }
    if !html.contains(['<', '&']) {
        return Ok(html.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    let unreadable = |_| "is HTML that cannot be read";
    let reader = config::with_decorator(Plain)
        .raw_mode(true)
        .unicode_strikeout(false)
        .allow_width_overflow();
    let dom = reader.parse_html(html.as_bytes()).map_err(unreadable)?;
    if is_deeper_than(MAX_DEPTH, &dom) {
        return Err("has elements nested deeper than 200");
    }
    let tree = reader.dom_to_render_tree(&dom).map_err(unreadable)?;
    let text = reader.render_to_string(tree, WIDTH).map_err(unreadable)?;
    Ok(tidy(&text.replace(BULLET, "• ")))
}

/// At most one empty line in a row, none at the ends, no control characters (an entity such as
/// `&#7;` makes one) and no space at the end of a line.
pub(crate) fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut gap = false;
    for line in text.lines() {
        let line: String = line.chars().filter(|c| !c.is_control()).collect();
        let line = line.trim();
        if line.is_empty() {
            gap = true;
            continue;
        }
        if !tidied.is_empty() {
            tidied.push_str(if gap { "\n\n" } else { "\n" });
        }
        gap = false;
        tidied.push_str(line);
    }
    tidied
}

/// Whether any node lies deeper than `most` levels, found without recursion.
fn is_deeper_than(most: usize, dom: &RcDom) -> bool {
    let mut nodes = vec![(Rc::clone(&dom.document), 0)];
    while let Some((node, depth)) = nodes.pop() {
        if depth > most {
            return true;
        }
        let children = node.children.borrow();
        nodes.extend(children.iter().map(|child| (Rc::clone(child), depth + 1)));
    }
    false
}

/// html2text with nothing added to the words but the bullets and numbers of lists.
#[derive(Clone, Debug)]
struct Plain;

impl TextDecorator for Plain {
    type Annotation = ();

    fn decorate_link_start(&mut self, _url: &str) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_link_end(&mut self) -> String {
        String::new()
    }
    fn decorate_em_start(&self) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_em_end(&self) -> String {
        String::new()
    }
    fn decorate_strong_start(&self) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_strong_end(&self) -> String {
        String::new()
    }
    fn decorate_strikeout_start(&self) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_strikeout_end(&self) -> String {
        String::new()
    }
    fn decorate_code_start(&self) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_code_end(&self) -> String {
        String::new()
    }
    fn decorate_superscript_start(&self) -> (String, ()) {
        (String::new(), ())
    }
    fn decorate_superscript_end(&self) -> String {
        String::new()
    }
    fn decorate_preformat_first(&self) {}
    fn decorate_preformat_cont(&self) {}
    fn decorate_image(&mut self, _src: &str, _title: &str) -> (String, ()) {
        (String::new(), ())
    }
    fn header_prefix(&self, _level: usize) -> String {
        String::new()
    }
    fn quote_prefix(&self) -> String {
        String::new()
    }
    fn unordered_item_prefix(&self) -> String {
        BULLET.to_owned()
    }
    fn ordered_item_prefix(&self, i: i64) -> String {
        format!("{i}. ")
    }
    fn make_subblock_decorator(&self) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        plain_text(html).unwrap()
    }

    #[test]
    fn paragraphs_are_separated_by_an_empty_line() {
        assert_eq!(
            text("<p>One.</p><p>Two.<br>Three.</p>"),
            "One.\n\nTwo.\nThree."
        );
        assert_eq!(text("<h2>Wand</h2>\n<div>Oak.</div>"), "Wand\n\nOak.");
    }

    #[test]
    fn marks_pictures_scripts_and_styles_are_dropped() {
        assert_eq!(
            text(
                "<style>p{}</style><p>A <b>bold</b>, <em>soft</em> <a href='x'>link</a>, \
                 <s>old</s>, x<sup>y</sup>, <code>c</code><img src=a alt=b>.</p>\
                 <script>alert('no')</script><!-- no -->"
            ),
            "A bold, soft link, old, xy, c."
        );
    }

    #[test]
    fn lists_stay_lists() {
        assert_eq!(text("<ul><li>Oak</li><li>Ash</li></ul>"), "• Oak\n• Ash");
        assert_eq!(
            text("<ol><li>Light</li><li>Wait</li></ol>"),
            "1. Light\n2. Wait"
        );
    }

    #[test]
    fn short_items_are_items_too() {
        assert_eq!(text("<ul><li>S</li><li>M</li></ul>"), "• S\n• M");
        assert_eq!(
            text("<ul><li></li><li>M<ul><li>L</li></ul></li></ul>"),
            "• M\n• L"
        );
        let ten = "<li>x</li>".repeat(12);
        assert!(text(&format!("<ol>{ten}</ol>")).ends_with("12. x"));
        assert!(text("<ol start=99999><li>x</li></ol>").ends_with(" x"));
        assert_eq!(text("<blockquote>q</blockquote>"), "q");
        assert_eq!(text("<dl><dt>S</dt><dd>M</dd></dl>"), "S\nM");
    }

    #[test]
    fn entities_become_characters_and_soup_stays_text() {
        assert_eq!(
            text("Salt &amp; smoke &lt;3 &pound;5&nbsp;&#8211;&#7; ok"),
            "Salt & smoke <3 £5\u{a0}– ok"
        );
        assert_eq!(
            text("<p>Half <b>open <i>tags</p> & </div> a < b &nope; &"),
            "Half open tags\n\n& a < b &nope; &"
        );
    }

    #[test]
    fn long_lines_are_not_broken() {
        let words = "wand ".repeat(2_000);
        assert_eq!(text(&format!("<p>{words}</p>")), words.trim());
        let table = format!("<table><tr><td>{words}</td><td>b</td></tr></table>");
        assert_eq!(text(&table), format!("{}\nb", words.trim()));
    }

    #[test]
    fn plain_text_needs_no_html() {
        assert_eq!(text("  A plain\n  line. "), "A plain line.");
        assert_eq!(text(""), "");
    }

    #[test]
    fn bodies_made_to_overflow_are_refused_or_read() {
        for tag in ["b", "div", "ul", "blockquote", "span"] {
            let open = format!("<{tag}>");
            assert!(plain_text(&open.repeat(3_000)).is_err(), "{tag}");
            assert!(
                plain_text(&format!("{}deep", open.repeat(MAX_DEPTH - 10))).is_ok(),
                "{tag}"
            );
        }
        // An end tag that is none: what looks balanced is 3,000 levels deep.
        assert!(plain_text(&"<div title='</div>'>".repeat(3_000)).is_err());
        for tag in [
            "table", "p", "li", "td", "tr", "br", "img", "dd", "dt", "option", "hr",
        ] {
            assert!(
                plain_text(&format!("<{tag}>x").repeat(3_000)).is_ok(),
                "{tag}"
            );
        }
        assert!(plain_text(&"a".repeat(MAX_HTML_BYTES + 1)).is_err());
    }
}
