//! The page of a terminal, as much of it as the window has room for.

use std::fmt::Write as _;

/// The parts of a page, the most important first.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Who answers, and what is wrong with it.
    pub(super) head: String,
    pub(super) codes: String,
    pub(super) readiness: String,
    pub(super) values: String,
}

impl Page {
    /// All of it.
    pub(super) fn whole(&self) -> String {
        format!("{}\n{}\n{}\n{}", self.head, self.codes, self.readiness, self.values)
    }

    /// All of it where it fits into so many rows. Else without empty rows between the parts, of the codes no more than a
    /// third of the rows, and at the end how many rows are hidden.
    pub(super) fn fitted(&self, rows: usize) -> String {
        let whole = self.whole();
        if whole.lines().count() <= rows {
            return whole;
        }
        let mut room = rows.saturating_sub(1);
        let mut hidden = 0;
        let mut text = String::new();
        for (part, most) in [
            (&self.head, usize::MAX),
            (&self.codes, (rows / 3).max(2)),
            (&self.readiness, usize::MAX),
            (&self.values, usize::MAX),
        ] {
            let all = part.lines().count();
            let shown = all.min(most).min(room);
            for line in part.lines().take(shown) {
                text.push_str(line);
                text.push('\n');
            }
            room -= shown;
            hidden += all - shown;
        }
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{hidden} more rows: make the window taller, or choose with --signal");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(name: &str, count: usize) -> String {
        (0..count).fold(String::new(), |text, row| text + &format!("{name}{row}\n"))
    }

    #[test]
    fn a_small_window_has_the_important_rows_and_the_number_of_the_others() {
        let page = Page {
            head: rows("head", 4),
            codes: rows("code", 10),
            readiness: rows("ready", 2),
            values: rows("value", 30),
        };
        assert_eq!(page.fitted(49), page.whole());
        let text = page.fitted(23);
        assert_eq!(text.lines().count(), 23);
        let shown = |name: &str| text.lines().filter(|line| line.starts_with(name)).count();
        assert_eq!([shown("head"), shown("code"), shown("ready"), shown("value")], [4, 7, 2, 9]);
        assert!(text.ends_with("24 more rows: make the window taller, or choose with --signal\n"), "{text}");
        assert_eq!(page.fitted(1).lines().count(), 1);
        assert_eq!(page.fitted(0).lines().count(), 1);
    }
}
