//! The languages the words are written in.

use core::fmt;
use core::str::FromStr;

/// A language of the words.
///
/// Reads BCP 47 tags: the first subtag decides, a region or script is ignored, letter case too. Norwegian is bokmål;
/// `no` and `nn` read as it.
///
/// # Examples
///
/// ```
/// use cc_core::Language;
///
/// assert_eq!("de-AT".parse(), Ok(Language::German));
/// assert_eq!("nn".parse::<Language>()?.tag(), "nb");
/// let error = "fr".parse::<Language>().unwrap_err();
/// assert_eq!(error.to_string(), "expected one of da, de, en, es, nb, sv as language");
/// # Ok::<(), cc_core::LanguageParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Language {
    /// Danish, `da`.
    Danish,
    /// English, `en`, as it is written in Britain.
    English,
    /// German, `de`.
    German,
    /// Norwegian bokmål, `nb`.
    Norwegian,
    /// Spanish, `es`.
    Spanish,
    /// Swedish, `sv`.
    Swedish,
}

impl Language {
    /// Every one, in order.
    pub const ALL: &'static [Self] =
        &[Self::Danish, Self::English, Self::German, Self::Norwegian, Self::Spanish, Self::Swedish];

    /// Its own of six things, which stand in the order English, Danish, German, Norwegian, Swedish, Spanish.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::Language;
    ///
    /// let car = ["car", "bil", "Auto", "bil", "bil", "coche"];
    /// assert_eq!(Language::German.of(car), "Auto");
    /// ```
    pub fn of<T>(self, things: [T; 6]) -> T {
        let [english, danish, german, norwegian, swedish, spanish] = things;
        match self {
            Self::Danish => danish,
            Self::English => english,
            Self::German => german,
            Self::Norwegian => norwegian,
            Self::Spanish => spanish,
            Self::Swedish => swedish,
        }
    }

    /// Its BCP 47 tag, two letters.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Danish => "da",
            Self::English => "en",
            Self::German => "de",
            Self::Norwegian => "nb",
            Self::Spanish => "es",
            Self::Swedish => "sv",
        }
    }
}

impl FromStr for Language {
    type Err = LanguageParseError;

    fn from_str(text: &str) -> Result<Self, LanguageParseError> {
        let first = text.split('-').next().unwrap_or_default();
        let is = |tag: &str| first.eq_ignore_ascii_case(tag);
        if is("no") || is("nn") {
            return Ok(Self::Norwegian);
        }
        Self::ALL.iter().copied().find(|language| is(language.tag())).ok_or(LanguageParseError)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.tag())
    }
}

/// A text that is no tag of a [`Language`] there are words in.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected one of da, de, en, es, nb, sv as language")]
pub struct LanguageParseError;

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_are_read_with_region_and_in_any_case() {
        for (text, language) in [
            ("da", Language::Danish),
            ("DA-dk", Language::Danish),
            ("en-GB", Language::English),
            ("de-AT", Language::German),
            ("nb-NO", Language::Norwegian),
            ("no", Language::Norwegian),
            ("nn-NO", Language::Norwegian),
            ("es-419", Language::Spanish),
            ("sv-FI", Language::Swedish),
        ] {
            assert_eq!(text.parse(), Ok(language), "{text}");
        }
        for text in ["", "-", "dan", "d", "fr", "english", " da", "da_DK"] {
            assert_eq!(text.parse::<Language>(), Err(LanguageParseError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_parses_prints_a_tag_that_parses_to_the_same(text in "[a-zA-Z]{2}(-[A-Za-z0-9]{2,4})?") {
            if let Ok(language) = text.parse::<Language>() {
                prop_assert_eq!(language.to_string().parse(), Ok(language));
            }
        }
    }
}
