//! Trouble codes in words, composed in six languages.
//!
//! A car's computer stores a fault as a code, and a person needs a sentence. The standard behind a code (SAE J2012-DA,
//! ISO 15031-6) says which part failed, where it is and how it failed; some 7,000 codes are made of some 800 parts and
//! 160 ways to fail. So the words are written once a part, once a failure and once a place, in English, Danish,
//! German, Norwegian, Swedish and Spanish, and put together by one grammar that needs no inflection: *part mark
//! (place): failure – failure type*. The words are this project's own.
//!
//! Where the standard leaves a code to the maker, the words say so and name the part of the car, which the code's
//! digits tell; nothing is guessed. Every text has an [`Urgency`] and an [`Action`]; they are advice (a product choice,
//! a class for each part and failure) and replace neither the car's manual nor a mechanic.
//!
//! Your own words go over these: see [`Overlay`].
//!
//! # Examples
//!
//! ```
//! use cc_core::Language;
//! use cc_core::dtc_text::Origin;
//! use cc_core::{Action, Dtc, Urgency};
//!
//! let misfire: Dtc = "P0301".parse()?;
//! let text = misfire.describe(Language::English);
//! assert_eq!(text.to_string(), "Cylinder 1: misfire detected");
//! assert_eq!((text.urgency, text.action), (Urgency::High, Action::Book));
//! assert_eq!(misfire.describe(Language::Danish).to_string(), "Cylinder 1: fejltænding registreret");
//!
//! // A third byte says how it failed; a maker's code says no more than its digits do.
//! let sensor: Dtc = "C003113".parse()?;
//! assert_eq!(sensor.describe(Language::German).to_string(), "Raddrehzahlsensor (vorn links): Leitung unterbrochen");
//! let own: Dtc = "P1351".parse()?;
//! let text = own.describe(Language::English);
//! assert_eq!(text.to_string(), "Ignition and misfire: meaning given by the maker");
//! assert_eq!(text.origin, Origin::MakerSpecific);
//! # Ok::<(), cc_core::DtcParseError>(())
//! ```

mod advice;
mod compose;
mod overlay;
mod table;
#[cfg(test)]
mod tests;
mod words;

use alloc::string::String;
use core::fmt;

pub use overlay::{Overlay, RowError, RowFault, TableError};

use crate::{Action, Dtc, J2012Dtc, Language, Urgency};

/// Who gave a code its meaning.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Origin {
    /// The maker of the car or the ECU: other makers may mean something else.
    MakerSpecific,
    /// Nobody yet: the standard keeps the code for later (SAE J2012 §5).
    Reserved,
    /// The standard, the same for every maker.
    Standard,
    /// The standard may have a meaning, but this version has no words for it.
    Unlisted,
    /// A table of the user's own: an [`Overlay`].
    User,
}

impl Origin {
    /// The word for it in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MakerSpecific => "maker_specific",
            Self::Reserved => "reserved",
            Self::Standard => "standard",
            Self::Unlisted => "unlisted",
            Self::User => "user",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A trouble code in words. Its [`Display`](fmt::Display) is the whole sentence.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DtcText {
    /// What a person should do.
    pub action: Action,
    /// What failed, with its mark among its like: `Fuel pump A`.
    pub component: String,
    /// How it failed, or what is to be said instead; empty where the component says all.
    pub failure: String,
    /// What the failure type byte of a three-byte code adds to the failure. None where it adds nothing, or where it is
    /// all that is known and is the failure itself.
    pub failure_type: Option<String>,
    /// The language of the words.
    pub language: Language,
    /// Where the part is, if there are several: `bank 1, sensor 2`.
    pub location: Option<String>,
    /// Who gave the code its meaning.
    pub origin: Origin,
    /// How much it matters.
    pub urgency: Urgency,
    /// What to do, as a sentence of its own.
    pub what_to_do: String,
}

impl fmt::Display for DtcText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.component)?;
        if let Some(location) = &self.location {
            write!(f, " ({location})")?;
        }
        if !self.failure.is_empty() {
            write!(f, ": {}", self.failure)?;
        }
        if let Some(failure_type) = &self.failure_type {
            write!(f, " – {failure_type}")?;
        }
        Ok(())
    }
}

impl Dtc {
    /// The code in words. Never fails: a code nobody has words for says so.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::Dtc;
    /// use cc_core::Language;
    ///
    /// for (code, words) in [
    ///     ("P0171", "Fuel and air mixture (bank 1): too lean"),
    ///     ("VAG 16502", "Coolant temperature sensor 1: signal too high"),
    ///     ("SPN 100 FMI 1", "Engine oil pressure: valid but far below normal"),
    ///     ("KWP 4321", "Trouble code: meaning given by the maker"),
    /// ] {
    ///     assert_eq!(code.parse::<Dtc>()?.describe(Language::English).to_string(), words);
    /// }
    /// # Ok::<(), cc_core::DtcParseError>(())
    /// ```
    pub fn describe(self, language: Language) -> DtcText {
        compose::describe(self, language)
    }
}

/// The codes of the standard that there are words for, in the order of their two bytes.
///
/// # Examples
///
/// ```
/// assert!(cc_core::dtc_text::codes().count() >= 3_000);
/// assert_eq!(cc_core::dtc_text::codes().next().map(|code| code.to_string()).as_deref(), Some("P0001"));
/// ```
pub fn codes() -> impl Iterator<Item = J2012Dtc> {
    table::entries().map(|entry| J2012Dtc::from_raw(entry.code))
}

/// The words for a failure type byte (SAE J2012-DA), if the standard defines it.
///
/// # Examples
///
/// ```
/// use cc_core::Language;
/// use cc_core::dtc_text::failure_type;
///
/// assert_eq!(failure_type(0x13, Language::English), Some("line open"));
/// assert_eq!(failure_type(0x00, Language::English), None); // says nothing more
/// ```
pub fn failure_type(byte: u8, language: Language) -> Option<&'static str> {
    words::failure_type::words_for(byte, language)
}
