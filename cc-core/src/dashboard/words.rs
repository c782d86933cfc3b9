//! The dashboard's own words in six languages.

use super::RowKind;
use crate::Urgency;

/// One word in English, Danish, German, Norwegian (bokmål), Swedish and Spanish.
pub(super) type Words = [&'static str; 6];

/// The languages of [`Words`], in their order (ISO 639-1).
pub(super) const LANGUAGES: [&str; 6] = ["en", "da", "de", "nb", "sv", "es"];

/// The place of a language, also with a region as in `da-DK`; `no` and `nn` are read as `nb`, any other is English.
pub(super) fn place(language: &str) -> usize {
    let language = language.split(['-', '_']).next().unwrap_or_default();
    let language = if matches!(language, "no" | "nn") { "nb" } else { language };
    LANGUAGES.iter().position(|known| *known == language).unwrap_or(0)
}

pub(super) fn choose(words: Words, language: &str) -> &'static str {
    words.get(place(language)).copied().unwrap_or(words[0])
}

impl RowKind {
    /// The word for it in a language (`en`, `da`, `de`, `nb`, `sv`, `es`, also with a region; any other is English).
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::dashboard::RowKind;
    ///
    /// assert_eq!(RowKind::WarningLight.word("de-AT"), "Warnleuchte");
    /// assert_eq!(RowKind::WarningLight.word("fi"), "warning light");
    /// ```
    pub fn word(self, language: &str) -> &'static str {
        let words = match self {
            Self::ErrorCode => {
                ["error code", "fejlkode", "Fehlercode", "feilkode", "felkod", "código de avería"]
            }
            Self::ServiceReminder => [
                "service reminder",
                "servicepåmindelse",
                "Serviceerinnerung",
                "servicepåminnelse",
                "servicepåminnelse",
                "aviso de mantenimiento",
            ],
            Self::WarningLight => [
                "warning light",
                "advarselslampe",
                "Warnleuchte",
                "varsellampe",
                "varningslampa",
                "testigo de aviso",
            ],
        };
        choose(words, language)
    }
}

/// The word for an urgency in a language, as for [`RowKind::word`].
///
/// # Examples
///
/// ```
/// use cc_core::{Urgency, dashboard};
///
/// assert_eq!(dashboard::urgency_word(Urgency::High, "sv"), "hög");
/// ```
pub fn urgency_word(urgency: Urgency, language: &str) -> &'static str {
    let words = match urgency {
        Urgency::Info => ["info", "info", "Info", "info", "info", "info"],
        Urgency::Low => ["low", "lav", "niedrig", "lav", "låg", "baja"],
        Urgency::Medium => ["medium", "middel", "mittel", "middels", "medel", "media"],
        Urgency::High => ["high", "høj", "hoch", "høy", "hög", "alta"],
        Urgency::Critical => ["critical", "kritisk", "kritisch", "kritisk", "kritisk", "crítica"],
    };
    choose(words, language)
}

/// The word for whether a row is open, as for [`RowKind::word`].
pub fn state_word(open: bool, language: &str) -> &'static str {
    let words = if open {
        ["open", "åben", "offen", "åpen", "öppen", "abierto"]
    } else {
        ["closed", "lukket", "erledigt", "lukket", "stängd", "cerrado"]
    };
    choose(words, language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_with_and_without_its_region() {
        for (tag, language) in
            [("da", 1), ("da-DK", 1), ("de_AT", 2), ("no", 3), ("nn-NO", 3), ("fi", 0), ("", 0)]
        {
            assert_eq!(place(tag), language, "{tag}");
        }
    }
}
