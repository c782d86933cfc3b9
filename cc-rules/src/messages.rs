//! Texts for people: a message of the pack with the arguments of a change put in.

use cc_core::{Argument, Arguments, MeasureUnit};

use crate::pack::Pack;
use crate::pack::model::RawMessage;

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
    /// language has the message. Arguments are written for reading: numbers with at most one decimal, with a decimal
    /// comma where the language has one, in the unit that `{name:bar}` asks for or else their own; a day as
    /// `2026-05-01`. An argument that is missing shows as `–`.
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
        let (language, written) = self.written(language, key)?;
        let text = render(&written.text, args, language);
        let title =
            written.title.as_ref().map_or_else(|| text.clone(), |title| render(title, args, language));
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

    /// The language that has the message, and the message.
    fn written(&self, language: &str, key: &str) -> Option<(&str, &RawMessage)> {
        let catalogues = &self.0.raw.messages;
        let wanted = [language, "en"].into_iter().filter_map(|language| catalogues.get_key_value(language));
        wanted
            .chain(catalogues)
            .find_map(|(language, catalogue)| Some((language.as_str(), catalogue.get(key)?)))
    }
}

/// What stands in braces: the name of an argument, and the unit to show it in.
pub(crate) fn placeholders(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(inside, _)| name_and_unit(inside)))
}

fn name_and_unit(inside: &str) -> (&str, Option<&str>) {
    inside.split_once(':').map_or((inside, None), |(name, unit)| (name, Some(unit)))
}

fn render(text: &str, args: &Arguments, language: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((inside, behind)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        let (name, wanted) = name_and_unit(inside);
        match args.get(name) {
            None => out.push('–'),
            Some(Argument::Bool(value)) => out.push_str(if *value { "true" } else { "false" }),
            Some(Argument::Text(value)) => out.push_str(value.strip_suffix("T00:00:00Z").unwrap_or(value)),
            Some(Argument::Number { value, unit }) => {
                let wanted = wanted.and_then(|symbol| symbol.parse().ok()).unwrap_or(*unit);
                let (value, unit) =
                    unit.convert(*value, wanted).map_or((*value, *unit), |value| (value, wanted));
                write_number(&mut out, value, language);
                if unit != MeasureUnit::One {
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

/// At most one decimal, as people read it; changes carry every digit.
fn write_number(out: &mut String, value: f64, language: &str) {
    let written = format!("{value:.1}");
    let short = written.strip_suffix(".0").unwrap_or(&written);
    let short = if short == "-0" { "0" } else { short };
    let comma = language != "en";
    out.extend(short.chars().map(|c| if c == '.' && comma { ',' } else { c }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_take_the_place_of_their_names() {
        let args = Arguments::from([
            ("t".into(), Argument::Number { value: 118.5, unit: MeasureUnit::Celsius }),
            ("v".into(), Argument::Number { value: 12.569, unit: MeasureUnit::Volt }),
            ("p".into(), Argument::Number { value: 180.0, unit: MeasureUnit::Kilopascal }),
            ("n".into(), Argument::Number { value: 3.0, unit: MeasureUnit::One }),
            ("z".into(), Argument::Number { value: -0.04, unit: MeasureUnit::Celsius }),
            ("day".into(), Argument::Text("2026-05-01T00:00:00Z".into())),
        ]);
        for (text, english, danish) in [
            ("{t} now", "118.5 °C now", "118,5 °C now"),
            ("{v}", "12.6 V", "12,6 V"),
            ("{p}", "180 kPa", "180 kPa"),
            ("{p:bar}", "1.8 bar", "1,8 bar"),
            ("{p:km}", "180 kPa", "180 kPa"),
            ("{p:psi}.", "26.1 psi.", "26,1 psi."),
            ("{n} times", "3 times", "3 times"),
            ("{z}", "0 °C", "0 °C"),
            ("by {day}", "by 2026-05-01", "by 2026-05-01"),
            ("{gone}!", "–!", "–!"),
            ("open { brace", "open { brace", "open { brace"),
            ("", "", ""),
        ] {
            assert_eq!(
                (render(text, &args, "en").as_str(), render(text, &args, "da").as_str()),
                (english, danish)
            );
        }
    }
}
