//! What is wrong with a pack, shown as a compiler does.

use std::collections::BTreeMap;
use std::fmt::Write;

use cc_rules::{Diagnostic, Diagnostics};
use example_terminal::{Palette, printable};

use super::pack::SourceFile;

/// Every finding with its place, the line it stands in, a caret under the character, and what to write instead.
pub(super) fn render(
    findings: &Diagnostics,
    pack: &str,
    files: &BTreeMap<String, SourceFile>,
    palette: Palette,
) -> String {
    let mut text = String::new();
    for finding in findings {
        one(&mut text, finding, pack, files.get(&*finding.file), palette);
    }
    let count = findings.iter().count();
    let plural = if count == 1 { "" } else { "s" };
    let _ = write!(text, "{pack}: {count} finding{plural}");
    text
}

/// Writing to a String cannot fail.
fn one(text: &mut String, finding: &Diagnostic, pack: &str, file: Option<&SourceFile>, palette: Palette) {
    let Palette { bold, dim, alarm, notice, .. } = palette;
    let _ = writeln!(text, "{alarm}error[{}]{alarm:#}{bold}: {}{bold:#}", finding.code, finding.text);
    let Some((file, line)) =
        file.and_then(|file| Some((file, file.text.lines().nth(finding.line as usize - 1)?)))
    else {
        let place = if finding.path.is_empty() { "" } else { &finding.path };
        let _ = writeln!(text, "  {dim}-->{dim:#} {pack} {place}\n");
        return;
    };
    let number = finding.line.to_string();
    let margin = " ".repeat(number.len());
    let before = " ".repeat(finding.column as usize - 1);
    let _ = writeln!(text, "{margin}{dim}-->{dim:#} {}:{}:{}", file.path, finding.line, finding.column);
    let _ = writeln!(text, "{margin} {dim}|{dim:#}");
    let _ = writeln!(text, "{dim}{number} |{dim:#} {}", printable(&line.replace('\t', " ")));
    let _ = writeln!(text, "{margin} {dim}|{dim:#} {before}{alarm}^{alarm:#}");
    if let Some(suggestion) = &finding.suggestion {
        let _ = writeln!(text, "{margin} {dim}={dim:#} {notice}help{notice:#}: {suggestion}");
    }
    text.push('\n');
}
