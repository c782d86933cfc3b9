//! One way to write a pack's files, so that a difference between two versions is a difference in meaning.

mod comments;
mod print;
mod scalar;

use super::yaml::{self, Content, Node};
use crate::diagnostic::{Diagnostic, Diagnostics};
use comments::Comments;
use print::Printer;

/// Writes a file of a pack in the canonical style; comments stay with what they are about.
///
/// Rules stand a blank line apart with their keys in a fixed order; quotes stand only where YAML needs them, lines that are
/// too long are folded, and everything else stays as the author laid it out: what was written in one line stays in one
/// line as long as it fits, expressions keep their line breaks. What the file means never changes, and formatting twice
/// is formatting once.
///
/// A text that is no YAML of the pack language is refused with its findings.
///
/// # Examples
///
/// ```
/// let text = "
/// rules:
/// - {recommend: {urgency: high, action: book, message: m}, id: a, when: 'ignition'}
/// ## Why b is here.
/// - when:   engine_speed > 3000 rpm
///   id: \"b\"
/// ";
/// assert_eq!(
///     cc_rules::source::format(text)?,
///     "rules:
/// - {id: a, when: ignition, recommend: {action: book, urgency: high, message: m}}
///
/// ## Why b is here.
/// - id: b
///   when: engine_speed > 3000 rpm
/// "
/// );
/// let error = cc_rules::source::format("a: [1").unwrap_err();
/// assert_eq!(error.0[0].code, "yaml");
/// # Ok::<(), cc_rules::Diagnostics>(())
/// ```
pub fn format(text: &str) -> Result<String, Diagnostics> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let root = match yaml::parse(0, &text) {
        Ok(root) => root,
        Err(error) => return Err(finding(&text, error.place.start, error.code, &error.text, error.hint)),
    };
    let comments = Comments::of(&text, root.as_ref());
    let count = comments.count();
    let printed = Printer::new(&text, comments).file(root.as_ref());
    // Nothing is given that does not mean the same.
    match yaml::parse(0, &printed) {
        Ok(again)
            if same(root.as_ref(), again.as_ref())
                && Comments::of(&printed, again.as_ref()).count() == count =>
        {
            Ok(printed)
        }
        _ => Err(finding(
            &text,
            0,
            "not-formattable",
            "the file is written in a way that cannot be laid out anew",
            None,
        )),
    }
}

fn finding(text: &str, at: u32, code: &'static str, what: &str, hint: Option<&str>) -> Diagnostics {
    let (line, column) = yaml::line_and_column(text, at);
    let (file, path) = ("".into(), "".into());
    Diagnostics(vec![Diagnostic {
        file,
        line,
        column,
        path,
        code,
        text: what.into(),
        suggestion: hint.map(Into::into),
    }])
}

/// Whether two trees mean the same: the order of keys does not count. Depth is bounded by the parser.
fn same(a: Option<&Node>, b: Option<&Node>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return a.is_none() && b.is_none() };
    match (&a.content, &b.content) {
        (
            Content::Scalar { text: a, plain: a_plain, .. },
            Content::Scalar { text: b, plain: b_plain, .. },
        ) => a == b && (a_plain == b_plain || !scalar::means_nothing(a)),
        (Content::Sequence(a), Content::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(Some(a), Some(b)))
        }
        (Content::Mapping(a), Content::Mapping(b)) => {
            let find = |key: &str| b.iter().find(|entry| entry.key == key).map(|entry| &entry.value);
            a.len() == b.len()
                && a.iter().all(|entry| find(&entry.key).is_some_and(|b| same(Some(&entry.value), Some(b))))
        }
        _ => false,
    }
}
