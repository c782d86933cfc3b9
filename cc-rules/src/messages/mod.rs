//! Texts for people: a message of the pack with the arguments of a change put in.

mod catalogue;
mod check;
mod language;
mod numbers;
mod plural;
mod render;
mod template;

use std::collections::{BTreeMap, BTreeSet};

use cc_core::Arguments;

use crate::pack::Pack;
use crate::pack::model::RawMessage;
pub(crate) use check::{Use, check};
pub(crate) use language::check_language;

/// Texts by language, then key.
pub(crate) type Catalogues = BTreeMap<String, BTreeMap<String, RawMessage>>;

/// Whether a text says more than engines before 0.2.0 understand.
pub(crate) fn needs_newer(text: &str) -> bool {
    let Ok(pieces) = template::parse(text) else { return false };
    let mut arguments = Vec::new();
    template::arguments(&pieces, &mut arguments);
    arguments.iter().any(|argument| !matches!(argument.form, template::Form::Plain { .. }))
}

/// A message in one language.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// One line, for a list; the text again where the pack gives no title.
    pub title: String,
    /// What to tell the driver.
    pub text: String,
}

impl Pack {
    /// The message `key` in `language`, with the arguments in place of `{name}`.
    ///
    /// Where the language lacks it, the language without its region is used, then with another region, then English, then
    /// the first language of the pack that has it; `None` where no language has the message. Arguments are written for reading: numbers with at most
    /// one decimal unless the text asks for more, as the language writes them, in the unit that the text asks for or else
    /// their own; a day as `2026-05-01`. An argument that is missing shows as `–`.
    ///
    /// # Examples
    ///
    /// ```
    /// let pack = cc_rules::standard_pack();
    /// let message = pack.message("en", "spark_plugs", &cc_core::Arguments::new()).unwrap();
    /// assert_eq!(message.title, "Engine issue: spark plugs");
    /// assert_eq!(pack.message("en-GB", "spark_plugs", &cc_core::Arguments::new()), Some(message));
    /// assert_eq!(pack.message("en", "no_such_message", &cc_core::Arguments::new()), None);
    /// ```
    pub fn message(&self, language: &str, key: &str, args: &Arguments) -> Option<Message> {
        let (language, written) = self.written(language, key)?;
        let text = render::render(&written.text, args, language);
        let title = written
            .title
            .as_ref()
            .map_or_else(|| text.clone(), |title| render::render(title, args, language));
        Some(Message { title, text })
    }

    /// The message as it stands in the pack, with `{name}` where an argument goes: for people who read packs.
    ///
    /// ```
    /// let pack = cc_rules::standard_pack();
    /// assert!(pack.message_as_written("en", "overheat").unwrap().text.contains("{temperature}"));
    /// ```
    pub fn message_as_written(&self, language: &str, key: &str) -> Option<Message> {
        let (_, written) = self.written(language, key)?;
        let text = written.text.clone();
        Some(Message { title: written.title.clone().unwrap_or_else(|| text.clone()), text })
    }

    /// The languages that the pack has messages in, added ones included, sorted.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        let all: BTreeSet<&str> =
            self.0.raw.messages.keys().chain(self.1.keys()).map(String::as_str).collect();
        all.into_iter()
    }

    /// The language that has the message, and the message; an added catalogue goes before the pack's own.
    fn written(&self, language: &str, key: &str) -> Option<(&str, &RawMessage)> {
        let (own, added) = (&self.0.raw.messages, &*self.1);
        let bare = language::primary(language);
        let exactly = |language: &str| {
            [added.get_key_value(language), own.get_key_value(language)].into_iter().flatten()
        };
        let elsewhere = added.iter().chain(own).filter(|(other, _)| language::primary(other) == bare);
        let wanted = [language, bare].into_iter().flat_map(exactly).chain(elsewhere).chain(exactly("en"));
        wanted.chain(own).find_map(|(language, catalogue)| Some((language.as_str(), catalogue.get(key)?)))
    }
}
