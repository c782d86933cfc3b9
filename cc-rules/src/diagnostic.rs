//! What is wrong with a pack, and where.

use std::fmt;

/// One finding in a pack: where, what, and what to write instead.
///
/// `file`, `line` and `column` point into the YAML source, down to the character inside an expression. For a pack
/// in its canonical form, which has no lines, `file` is empty, both numbers are 0 and `path` says which part is
/// meant.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostic {
    /// The name of the source file, as the caller gave it.
    pub file: Box<str>,
    /// Line, counted from 1.
    pub line: u32,
    /// Column in characters, counted from 1.
    pub column: u32,
    /// Which part of the pack, as `rules.overheat.when`.
    pub path: Box<str>,
    /// A stable name of the kind of finding, such as `unknown-key`.
    pub code: &'static str,
    /// What is wrong: a lower-case fragment.
    pub text: Box<str>,
    /// What to write instead, where that is known.
    pub suggestion: Option<Box<str>>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        } else if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{} [{}]", self.text, self.code)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "; {suggestion}"),
            None => Ok(()),
        }
    }
}

/// All findings of one run over a pack, in the order of the source; never empty as an error.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "source")] {
/// let text = "pack: {id: demo, version: 1.0.0, language: 1, min_engine: 0.1.0}\nrulez: []\n";
/// let found = cc_rules::source::compile("pack.yaml", &[("pack.yaml", text)]).unwrap_err();
/// assert_eq!(
///     found.to_string(),
///     "pack.yaml:2:1: unknown key [unknown-key]; did you mean `rules`?"
/// );
/// # }
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// The findings, in the order of the source.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, found) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{found}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// The known word nearest to a misspelt one, if it is near enough to be meant.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST_GUESSED {
        return None;
    }
    let limit = 1 + word.chars().count() / 4;
    known
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST_GUESSED)
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// How a suggestion to use the nearest known word reads.
pub(crate) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<Box<str>> {
    nearest(word, known).map(|near| format!("did you mean `{near}`?").into())
}

/// Longer words are not compared: the cost grows with the square of the length.
const LONGEST_GUESSED: usize = 64;

/// Edit distance (insert, remove, replace one character), case ignored.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().map(|c| c.to_ascii_lowercase()).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().map(|c| c.to_ascii_lowercase()).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_suggested_only_when_it_is_near() {
        for (word, expected) in
            [("rulez", Some("rules")), ("When", Some("when")), ("zzzzz", None), ("", None)]
        {
            assert_eq!(nearest(word, ["rules", "when", "clear"]), expected, "{word}");
        }
    }
}
