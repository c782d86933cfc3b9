//! What is wrong with a pack, shown as a compiler does.

use std::collections::BTreeMap;
use std::fmt::Write;

use cc_rules::{Diagnostic, Diagnostics};
use example_terminal::{Palette, printable};

use super::pack::SourceFile;

/// How grave findings are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Error,
    Warning,
}

/// Every finding with its place, the line it stands in, a caret under the character, and what to write instead.
pub(super) fn render(
    findings: &Diagnostics,
    kind: Kind,
    pack: &str,
    files: &BTreeMap<String, SourceFile>,
    palette: Palette,
) -> String {
    let mut text = String::new();
    for finding in findings {
        one(&mut text, finding, kind, pack, files.get(&*finding.file), palette);
    }
    let count = findings.iter().count();
    let plural = if count == 1 { "" } else { "s" };
    let noun = if kind == Kind::Error { "finding" } else { "warning" };
    let _ = write!(text, "{pack}: {count} {noun}{plural}");
    text
}

/// Writing to a String cannot fail.
fn one(
    text: &mut String,
    finding: &Diagnostic,
    kind: Kind,
    pack: &str,
    file: Option<&SourceFile>,
    palette: Palette,
) {
    let Palette { bold, dim, notice, .. } = palette;
    let (alarm, word) = match kind {
        Kind::Error => (palette.alarm, "error"),
        Kind::Warning => (notice, "warning"),
    };
    let _ = writeln!(text, "{alarm}{word}[{}]{alarm:#}{bold}: {}{bold:#}", finding.code, finding.text);
    let Some((file, line)) =
        file.and_then(|file| Some((file, file.text.lines().nth(finding.line as usize - 1)?)))
    else {
        let place = if finding.path.is_empty() { "" } else { &finding.path };
        let _ = writeln!(text, "  {dim}-->{dim:#} {pack} {place}");
        if let Some(suggestion) = &finding.suggestion {
            let _ = writeln!(text, "  {dim}={dim:#} {notice}help{notice:#}: {suggestion}");
        }
        text.push('\n');
        return;
    };
    let number = finding.line.to_string();
    let margin = " ".repeat(number.len());
    let (line, column) = around(&printable(&line.replace('\t', " ")), finding.column as usize - 1);
    let before = " ".repeat(column);
    let _ = writeln!(text, "{margin}{dim}-->{dim:#} {}:{}:{}", file.path, finding.line, finding.column);
    let _ = writeln!(text, "{margin} {dim}|{dim:#}");
    let _ = writeln!(text, "{dim}{number} |{dim:#} {line}");
    let _ = writeln!(text, "{margin} {dim}|{dim:#} {before}{alarm}^{alarm:#}");
    if let Some(suggestion) = &finding.suggestion {
        let _ = writeln!(text, "{margin} {dim}={dim:#} {notice}help{notice:#}: {suggestion}");
    }
    text.push('\n');
}

/// The part of a line around a character, and where the character stands in that part.
fn around(line: &str, column: usize) -> (String, usize) {
    if line.chars().nth(WIDEST).is_none() {
        return (line.to_owned(), column);
    }
    let first = column.saturating_sub(WIDEST / 2);
    let mut part: String = line.chars().skip(first).take(WIDEST).collect();
    if line.chars().nth(first + WIDEST).is_some() {
        part.push('…');
    }
    if first == 0 { (part, column) } else { (format!("…{part}"), column - first + 1) }
}

/// So many characters of a line are shown.
const WIDEST: usize = 120;
