//! The dashboard's own words in six languages.

use super::RowKind;
use crate::{Language, Urgency};

/// One word in English, Danish, German, Norwegian (bokmål), Swedish and Spanish.
pub(super) type Words = [&'static str; 6];

impl RowKind {
    /// The word for it in a language.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::Language;
    /// use cc_core::dashboard::RowKind;
    ///
    /// assert_eq!(RowKind::WarningLight.word("de-AT".parse()?), "Warnleuchte");
    /// assert_eq!(RowKind::WarningLight.word(Language::English), "warning light");
    /// # Ok::<(), cc_core::LanguageParseError>(())
    /// ```
    pub fn word(self, language: Language) -> &'static str {
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
        language.of(words)
    }
}

/// The word for an urgency in a language, as for [`RowKind::word`].
///
/// # Examples
///
/// ```
/// use cc_core::{Language, Urgency, dashboard};
///
/// assert_eq!(dashboard::urgency_word(Urgency::High, Language::Swedish), "hög");
/// ```
pub fn urgency_word(urgency: Urgency, language: Language) -> &'static str {
    let words = match urgency {
        Urgency::Info => ["info", "info", "Info", "info", "info", "info"],
        Urgency::Low => ["low", "lav", "niedrig", "lav", "låg", "baja"],
        Urgency::Medium => ["medium", "middel", "mittel", "middels", "medel", "media"],
        Urgency::High => ["high", "høj", "hoch", "høy", "hög", "alta"],
        Urgency::Critical => ["critical", "kritisk", "kritisch", "kritisk", "kritisk", "crítica"],
    };
    language.of(words)
}

/// The word for whether a row is open, as for [`RowKind::word`].
pub fn state_word(open: bool, language: Language) -> &'static str {
    let words = if open {
        ["open", "åben", "offen", "åpen", "öppen", "abierto"]
    } else {
        ["closed", "lukket", "erledigt", "lukket", "stängd", "cerrado"]
    };
    language.of(words)
}
