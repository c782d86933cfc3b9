//! The words: each once, in six languages.
//!
//! A [`words!`] block is a list of names with six fields each; a missing field does not compile. The texts of a block
//! become one string with the ends of its parts beside it, because a pointer to each word would cost more than the
//! words do.

pub(super) mod action;
mod air;
mod body;
mod chassis;
mod condition;
mod control;
mod electric;
mod engine;
mod exhaust;
pub(super) mod failure_type;
pub(super) mod fmi;
mod fuel;
mod gear;
mod network;
pub(super) mod place;
mod signal;
pub(super) mod spn;
pub(super) mod structure;

use super::advice::Advice;
use crate::Language;

/// What can fail.
pub(super) mod component {
    pub(in crate::dtc_text) use super::air::name::*;
    pub(in crate::dtc_text) use super::body::name::*;
    pub(in crate::dtc_text) use super::chassis::name::*;
    pub(in crate::dtc_text) use super::control::name::*;
    pub(in crate::dtc_text) use super::electric::name::*;
    pub(in crate::dtc_text) use super::engine::name::*;
    pub(in crate::dtc_text) use super::exhaust::name::*;
    pub(in crate::dtc_text) use super::fuel::name::*;
    pub(in crate::dtc_text) use super::gear::name::*;
    pub(in crate::dtc_text) use super::network::name::*;
}

/// How it can fail.
pub(super) mod failure {
    pub(in crate::dtc_text) use super::condition::name::*;
    pub(in crate::dtc_text) use super::signal::name::*;
}

/// The blocks by their numbers.
pub(super) static GROUPS: [&Group; 12] = [
    &air::GROUP,
    &fuel::GROUP,
    &exhaust::GROUP,
    &engine::GROUP,
    &control::GROUP,
    &gear::GROUP,
    &electric::GROUP,
    &chassis::GROUP,
    &body::GROUP,
    &network::GROUP,
    &signal::GROUP,
    &condition::GROUP,
];

/// The first of the two blocks of failures.
const FAILURES: u8 = 10;

/// The name of a word: its block and its place in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Word {
    pub(super) group: u8,
    pub(super) index: u8,
    pub(super) advice: Advice,
}

impl Word {
    pub(super) const fn new(group: u8, index: u8, advice: &[Advice]) -> Self {
        Self { group, index, advice: if advice.is_empty() { Advice::Note } else { advice[0] } }
    }

    /// A failure in one byte: the top bit names the block.
    pub(super) const fn failure_byte(self) -> u8 {
        assert!(self.group >= FAILURES && self.index < 0x80);
        (self.group - FAILURES) << 7 | self.index
    }

    /// The text of a component.
    pub(super) fn component(group: u8, index: u8, language: Language) -> &'static str {
        GROUPS.get(usize::from(group)).map_or("", |group| group.get(index, language))
    }

    /// The text of a failure from its byte.
    pub(super) fn failure(byte: u8, language: Language) -> &'static str {
        Self::component(FAILURES + (byte >> 7), byte & 0x7F, language)
    }
}

/// The texts of a block, one string, each part ended by a line end: six to a name, in the order of the macro.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) text: &'static str,
    pub(super) ends: &'static [u16],
}

impl Group {
    /// The text of a name of the block, empty where there is none.
    pub(super) fn get(&self, index: u8, language: Language) -> &'static str {
        let column = match language {
            Language::English => 0,
            Language::Danish => 1,
            Language::German => 2,
            Language::Norwegian => 3,
            Language::Swedish => 4,
            Language::Spanish => 5,
        };
        let at = usize::from(index) * LANGUAGES + column;
        let end_of = |at: usize| self.ends.get(at).copied().map(usize::from);
        let start = at.checked_sub(1).map_or(Some(0), |before| end_of(before).map(|end| end + 1));
        start.zip(end_of(at)).and_then(|(start, end)| self.text.get(start..end)).unwrap_or_default()
    }

    /// How many names the block has.
    #[cfg(test)]
    pub(super) fn len(&self) -> u8 {
        (self.ends.len() / LANGUAGES) as u8
    }
}

/// Texts a name.
pub(super) const LANGUAGES: usize = 6;

/// Finds the line ends; a text with more or fewer of them than the block has parts does not compile.
pub(super) const fn ends<const N: usize>(text: &str) -> [u16; N] {
    let bytes = text.as_bytes();
    assert!(bytes.len() <= u16::MAX as usize);
    let mut ends = [0; N];
    let (mut found, mut at) = (0, 0);
    while at < bytes.len() {
        if bytes[at] == b'\n' {
            ends[found] = at as u16;
            found += 1;
        }
        at += 1;
    }
    assert!(found == N);
    ends
}

/// A block of texts that are found by their order and need no names in tables.
macro_rules! texts {
    ($($name:ident {
        en: $en:literal, da: $da:literal, de: $de:literal, nb: $nb:literal, sv: $sv:literal, es: $es:literal
    })*) => {
        const TEXT: &str =
            concat!($($en, "\n", $da, "\n", $de, "\n", $nb, "\n", $sv, "\n", $es, "\n"),*);
        const PARTS: usize = [$(stringify!($name)),*].len() * $crate::dtc_text::words::LANGUAGES;
        static ENDS: [u16; PARTS] = $crate::dtc_text::words::ends(TEXT);

        /// The texts of this block.
        pub(in crate::dtc_text) static GROUP: $crate::dtc_text::words::Group =
            $crate::dtc_text::words::Group { text: TEXT, ends: &ENDS };
    };
}
use texts;

/// A block of words with names.
macro_rules! words {
    ($group:literal $($(#[$doc:meta])* $name:ident $($advice:ident)? {
        en: $en:literal, da: $da:literal, de: $de:literal, nb: $nb:literal, sv: $sv:literal, es: $es:literal
    })*) => {
        /// The names, for the tables.
        pub(in crate::dtc_text) mod name {
            #[expect(clippy::allow_attributes, reason = "only some blocks have names that look like acronyms")]
            #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "the names are those of constants")]
            #[repr(u8)]
            enum Index { $($name),* }

            $($(#[$doc])* pub(in crate::dtc_text) const $name: $crate::dtc_text::words::Word =
                $crate::dtc_text::words::Word::new(
                    $group,
                    Index::$name as u8,
                    &[$($crate::dtc_text::advice::Advice::$advice)?],
                );)*
        }

        $crate::dtc_text::words::texts! {$($name { en: $en, da: $da, de: $de, nb: $nb, sv: $sv, es: $es })*}
    };
}
use words;
