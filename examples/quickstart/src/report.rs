//! What people read.

use std::fmt::Write;

use cc_core::dashboard::{Status, urgency_word};
use cc_core::{Timestamp, VehicleRef};
use example_terminal::{Palette, dashboard, printable};

use crate::guess::Format;
use crate::read::Tally;
use crate::session::{Open, Session};
use crate::words::{Language, Times};

/// Everything there is to say about a run.
pub(crate) struct Report<'a> {
    pub(crate) name: &'a str,
    pub(crate) is_sample: bool,
    pub(crate) format: Format,
    pub(crate) times: Times,
    pub(crate) tally: Tally,
    pub(crate) session: &'a Session,
    pub(crate) language: Language,
    pub(crate) now: Timestamp,
    pub(crate) palette: Palette,
    pub(crate) explain: bool,
}

impl Report<'_> {
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        self.heading(&mut text);
        self.workshop(&mut text);
        for vehicle in self.session.vehicles() {
            self.driver(&mut text, vehicle);
        }
        if self.session.vehicles().next().is_none() {
            line(&mut text, &format!("{}\n", Status::default().line(self.language.core(), self.now)));
        }
        if self.is_sample && !self.explain {
            let dim = self.palette.dim;
            let hint = self.language.of(
                "Try --explain for the reasons, --lang da for Danish, --json for machines, or the name of a file.",
                "Prøv --explain for begrundelserne, --json til maskiner, eller navnet på en fil.",
            );
            line(&mut text, &format!("{dim}{hint}{dim:#}"));
        }
        text
    }

    fn heading(&self, text: &mut String) {
        let Palette { bold, dim, alarm, .. } = self.palette;
        let Tally { events, bad, .. } = self.tally;
        let sample = if self.is_sample {
            self.language
                .of(" (a sample, written by hand: no car was recorded)", " (et eksempel, skrevet i hånden)")
        } else {
            ""
        };
        line(text, &format!("{bold}{}{bold:#}{sample}", self.name));
        let what = match (events, self.language) {
            (1, Language::En) => "event",
            (_, Language::En) => "events",
            (1, Language::Da) => "hændelse",
            (_, Language::Da) => "hændelser",
        };
        let read = format!("{}, {events} {what}", self.format.name());
        let damage = match (bad, self.language) {
            (0, Language::En) => "; every line could be read".to_owned(),
            (0, Language::Da) => "; alle linjer kunne læses".to_owned(),
            (1, Language::En) => format!("; {alarm}1 line could not be read{alarm:#}"),
            (1, Language::Da) => format!("; {alarm}1 linje kunne ikke læses{alarm:#}"),
            (_, Language::En) => format!("; {alarm}{bad} lines could not be read{alarm:#}"),
            (_, Language::Da) => format!("; {alarm}{bad} linjer kunne ikke læses{alarm:#}"),
        };
        let late = match (self.session.late(), self.language) {
            (0, _) => String::new(),
            (late, Language::En) => format!("; {late} came too late for the rules"),
            (late, Language::Da) => format!("; {late} kom for sent til reglerne"),
        };
        let future = match (self.session.future(), self.language) {
            (0, _) => String::new(),
            (future, Language::En) => format!("; {future} from the future set aside"),
            (future, Language::Da) => format!("; {future} fra fremtiden lagt til side"),
        };
        line(text, &format!("{dim}{read}{late}{future}{dim:#}{damage}\n"));
    }

    fn workshop(&self, text: &mut String) {
        let Palette { bold, .. } = self.palette;
        let language = self.language;
        line(
            text,
            &format!("{bold}{}{bold:#}\n", language.of("What the workshop sees", "Det ser værkstedet")),
        );
        let rows = self.session.rows();
        if rows.is_empty() {
            let nothing =
                language.of("No codes, lamps or reminders.", "Ingen fejlkoder, lamper eller påmindelser.");
            line(text, &format!("  {nothing}\n"));
            return;
        }
        let times = |at| self.times.show(at);
        line(text, &dashboard::rows(&rows, language.core(), &times, self.palette).render(2));
    }

    fn driver(&self, text: &mut String, vehicle: &VehicleRef) {
        let Palette { bold, dim, good, .. } = self.palette;
        let title = self.language.of("What the driver reads", "Det læser bilisten");
        line(text, &format!("{bold}{title}{bold:#}  {dim}{}{dim:#}\n", printable(&vehicle.to_string())));
        let recommendations = self.session.recommendations(vehicle);
        let style = recommendations.first().map_or(good, |open| self.palette.urgency(open.change.urgency));
        let status = self.session.status(vehicle).line(self.language.core(), self.now);
        line(text, &format!("  {style}●{style:#} {status}\n"));
        for open in recommendations {
            self.recommendation(text, open);
        }
    }

    fn recommendation(&self, text: &mut String, Open { change, why }: &Open) {
        let Palette { bold, dim, .. } = self.palette;
        let message = self.session.pack().message(self.language.tag(), &change.message, &change.args);
        let (title, advice) = message.map_or_else(
            || (change.message.to_string(), String::new()),
            |message| (message.title, message.text),
        );
        let style = self.palette.urgency(change.urgency);
        line(
            text,
            &format!(
                "  {style}{:<8}{style:#}  {bold}{}{bold:#}",
                urgency_word(change.urgency, self.language.core()),
                printable(&title)
            ),
        );
        if advice != title {
            for part in wrapped(&printable(&advice), LINE) {
                line(text, &format!("  {:<8}  {part}", ""));
            }
        }
        let mut action = self.language.action(change.action).to_owned();
        if let Some(due) = change.due {
            action.push_str(", ");
            action.push_str(&self.language.within(due - change.at));
        }
        line(text, &format!("  {:<8}  {dim}→ {action}{dim:#}", ""));
        if let Some(why) = why {
            line(text, "");
            for part in why.to_string().lines() {
                line(text, &format!("  {:<8}  {dim}{}{dim:#}", "", printable(part)));
            }
        }
        line(text, "");
    }
}

/// Characters a line of a message.
const LINE: usize = 84;

fn line(text: &mut String, line: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{line}");
}

/// The text in lines of at most `width` characters, as far as words allow.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(last) if last.chars().count() + 1 + word.chars().count() <= width => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped_between_words() {
        assert_eq!(wrapped("Motoren er  for varm", 10), ["Motoren er", "for varm"]);
        assert_eq!(wrapped("unbreakable", 4), ["unbreakable"]);
        assert_eq!(wrapped("", 4), Vec::<String>::new());
    }
}
