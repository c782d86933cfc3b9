//! Texts for people: a message of the pack with the arguments of a change put in.

use cc_core::{Argument, Arguments};

use crate::pack::Pack;

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
    /// Where the pack lacks the language, English is used, then the first language that it has; `None` where no
    /// language has the message. An argument that is missing shows as `–`.
    ///
    /// # Examples
    ///
    /// ```
    /// let pack = cc_rules::standard_pack();
    /// let message = pack.message("en", "spark_plugs", &cc_core::Arguments::new()).unwrap();
    /// assert_eq!(message.title, "Engine issue: spark plugs");
    /// assert_eq!(pack.message("en", "no_such_message", &cc_core::Arguments::new()), None);
    /// ```
    pub fn message(&self, language: &str, key: &str, args: &Arguments) -> Option<Message> {
        let catalogues = &self.0.raw.messages;
        let wanted = [language, "en"].into_iter().filter_map(|language| catalogues.get(language));
        let message = wanted.chain(catalogues.values()).find_map(|catalogue| catalogue.get(key))?;
        let text = render(&message.text, args);
        Some(Message {
            title: message.title.as_ref().map_or_else(|| text.clone(), |title| render(title, args)),
            text,
        })
    }
}

/// The names in braces.
pub(crate) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

fn render(text: &str, args: &Arguments) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        match args.get(name) {
            None => out.push('–'),
            Some(Argument::Bool(value)) => out.push_str(if *value { "true" } else { "false" }),
            Some(Argument::Text(value)) => out.push_str(value),
            Some(Argument::Number { value, unit }) => {
                cc_core::json::write_number(&mut out, *value);
                if *unit != cc_core::MeasureUnit::One {
                    out.push(' ');
                    out.push_str(unit.symbol());
                }
            }
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use cc_core::MeasureUnit;

    use super::*;

    #[test]
    fn arguments_take_the_place_of_their_names() {
        let args = Arguments::from([
            ("t".into(), Argument::Number { value: 118.5, unit: MeasureUnit::Celsius }),
            ("n".into(), Argument::Number { value: 3.0, unit: MeasureUnit::One }),
        ]);
        for (text, expected) in [
            ("{t} now", "118.5 °C now"),
            ("{n} times", "3 times"),
            ("{gone}!", "–!"),
            ("open { brace", "open { brace"),
            ("", ""),
        ] {
            assert_eq!(render(text, &args), expected);
        }
    }
}
