//! The app's status line.

use alloc::format;
use alloc::string::String;

use crate::{Language, Timestamp};

/// What the app says of a car in one line.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Status {
    /// How many recommendations are open.
    pub open: usize,
    /// How many rows are open: codes, lamps and reminders. They are told of where no recommendation is open.
    pub warnings: usize,
    /// When the car last said anything.
    pub heard: Option<Timestamp>,
    /// When any part of the car was last heard of, good or bad: much of what a car says is of no part.
    pub checked: Option<Timestamp>,
}

/// Days of silence after which a car is not said to be all right.
const SILENT: i64 = 14;

impl Status {
    /// The line in a language, as of `now`. A car with nothing open that was silent for 14 days is not said to be all right,
    /// nor one of whose parts none was heard of for so long, or ever.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::Language;
    /// use cc_core::dashboard::Status;
    ///
    /// let heard = Some("2026-05-01T04:00:00Z".parse()?);
    /// let status = Status { heard, checked: heard, ..Status::default() };
    /// let now = "2026-05-01T10:30:00Z".parse()?;
    /// assert_eq!(status.line(Language::English, now), "Systems checked ok, updated 6 hours ago");
    /// assert_eq!(status.line(Language::Danish, now), "Systemer tjekket ok, opdateret for 6 timer siden");
    /// let later = "2026-06-01T10:30:00Z".parse()?;
    /// assert_eq!(status.line(Language::English, later), "Nothing heard from the car for 31 days");
    /// let status = Status { heard, ..Status::default() };
    /// assert_eq!(status.line(Language::English, now), "No systems checked yet, updated 6 hours ago");
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn line(self, language: Language, now: Timestamp) -> String {
        let words = language.of([&ENGLISH, &DANISH, &GERMAN, &NORWEGIAN, &SWEDISH, &SPANISH]);
        let Some(heard) = self.heard else {
            return words.never.into();
        };
        // A car whose clock runs ahead of ours was heard just now.
        let seconds = now.signed_duration_since(heard).num_seconds();
        let state = match (self.open, self.warnings) {
            (0, 0) if seconds >= SILENT * 86_400 => {
                return words.silent.replace("{}", &format!("{}", seconds / 86_400));
            }
            (0, 0) => match self.checked.map(|checked| now.signed_duration_since(checked).num_days()) {
                Some(..SILENT) => words.ok.into(),
                Some(days) => words.stale.replace("{}", &format!("{days}")),
                None => words.unchecked.into(),
            },
            (0, warnings) => counted(warnings, words.warning),
            (open, _) => counted(open, words.recommendation),
        };
        let (number, unit) = match seconds {
            ..60 => return format!("{state}, {} {}", words.updated, words.now),
            60..3_600 => (seconds / 60, words.minute),
            3_600..86_400 => (seconds / 3_600, words.hour),
            _ => (seconds / 86_400, words.day),
        };
        let unit = if number == 1 { unit.0 } else { unit.1 };
        format!("{state}, {} {}{number} {unit}{}", words.updated, words.before, words.ago)
    }
}

fn counted(number: usize, (one, many): (&str, &str)) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The words of one language; pairs are singular and plural.
struct Words {
    never: &'static str,
    silent: &'static str,
    ok: &'static str,
    stale: &'static str,
    unchecked: &'static str,
    recommendation: (&'static str, &'static str),
    warning: (&'static str, &'static str),
    updated: &'static str,
    now: &'static str,
    before: &'static str,
    minute: (&'static str, &'static str),
    hour: (&'static str, &'static str),
    day: (&'static str, &'static str),
    ago: &'static str,
}

static ENGLISH: Words = Words {
    never: "Nothing heard from the car yet",
    silent: "Nothing heard from the car for {} days",
    ok: "Systems checked ok",
    stale: "No systems checked for {} days",
    unchecked: "No systems checked yet",
    recommendation: ("open recommendation", "open recommendations"),
    warning: ("open warning", "open warnings"),
    updated: "updated",
    now: "just now",
    before: "",
    minute: ("minute", "minutes"),
    hour: ("hour", "hours"),
    day: ("day", "days"),
    ago: " ago",
};

static DANISH: Words = Words {
    never: "Intet hørt fra bilen endnu",
    silent: "Intet hørt fra bilen i {} dage",
    ok: "Systemer tjekket ok",
    stale: "Ingen systemer tjekket i {} dage",
    unchecked: "Ingen systemer tjekket endnu",
    recommendation: ("åben anbefaling", "åbne anbefalinger"),
    warning: ("åben advarsel", "åbne advarsler"),
    updated: "opdateret",
    now: "lige nu",
    before: "for ",
    minute: ("minut", "minutter"),
    hour: ("time", "timer"),
    day: ("dag", "dage"),
    ago: " siden",
};

static GERMAN: Words = Words {
    never: "Noch nichts vom Auto gehört",
    silent: "Seit {} Tagen nichts vom Auto gehört",
    ok: "Systeme geprüft und in Ordnung",
    stale: "Seit {} Tagen keine Systeme geprüft",
    unchecked: "Noch keine Systeme geprüft",
    recommendation: ("offene Empfehlung", "offene Empfehlungen"),
    warning: ("offene Warnung", "offene Warnungen"),
    updated: "aktualisiert",
    now: "gerade eben",
    before: "vor ",
    minute: ("Minute", "Minuten"),
    hour: ("Stunde", "Stunden"),
    day: ("Tag", "Tagen"),
    ago: "",
};

static NORWEGIAN: Words = Words {
    never: "Ikke hørt noe fra bilen ennå",
    silent: "Ikke hørt noe fra bilen på {} dager",
    ok: "Systemer sjekket ok",
    stale: "Ingen systemer sjekket på {} dager",
    unchecked: "Ingen systemer sjekket ennå",
    recommendation: ("åpen anbefaling", "åpne anbefalinger"),
    warning: ("åpen advarsel", "åpne advarsler"),
    updated: "oppdatert",
    now: "akkurat nå",
    before: "for ",
    minute: ("minutt", "minutter"),
    hour: ("time", "timer"),
    day: ("dag", "dager"),
    ago: " siden",
};

static SWEDISH: Words = Words {
    never: "Inget hört från bilen ännu",
    silent: "Inget hört från bilen på {} dagar",
    ok: "Systemen kontrollerade, allt ok",
    stale: "Inga system kontrollerade på {} dagar",
    unchecked: "Inga system kontrollerade ännu",
    recommendation: ("öppen rekommendation", "öppna rekommendationer"),
    warning: ("öppen varning", "öppna varningar"),
    updated: "uppdaterat",
    now: "just nu",
    before: "för ",
    minute: ("minut", "minuter"),
    hour: ("timme", "timmar"),
    day: ("dag", "dagar"),
    ago: " sedan",
};

static SPANISH: Words = Words {
    never: "Aún sin noticias del coche",
    silent: "Sin noticias del coche desde hace {} días",
    ok: "Sistemas comprobados, todo correcto",
    stale: "Sin sistemas comprobados desde hace {} días",
    unchecked: "Aún sin sistemas comprobados",
    recommendation: ("recomendación abierta", "recomendaciones abiertas"),
    warning: ("aviso abierto", "avisos abiertos"),
    updated: "actualizado",
    now: "ahora mismo",
    before: "hace ",
    minute: ("minuto", "minutos"),
    hour: ("hora", "horas"),
    day: ("día", "días"),
    ago: "",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_counts_and_tells_the_time_in_both_languages() {
        let now: Timestamp = "2026-05-10T10:00:00Z".parse().unwrap();
        for (open, seconds, english, danish) in [
            (0, -300, "Systems checked ok, updated just now", "Systemer tjekket ok, opdateret lige nu"),
            (0, 59, "Systems checked ok, updated just now", "Systemer tjekket ok, opdateret lige nu"),
            (
                1,
                60,
                "1 open recommendation, updated 1 minute ago",
                "1 åben anbefaling, opdateret for 1 minut siden",
            ),
            (
                2,
                3_599,
                "2 open recommendations, updated 59 minutes ago",
                "2 åbne anbefalinger, opdateret for 59 minutter siden",
            ),
            (
                0,
                3_600,
                "Systems checked ok, updated 1 hour ago",
                "Systemer tjekket ok, opdateret for 1 time siden",
            ),
            (
                0,
                86_399,
                "Systems checked ok, updated 23 hours ago",
                "Systemer tjekket ok, opdateret for 23 timer siden",
            ),
            (
                0,
                86_400,
                "Systems checked ok, updated 1 day ago",
                "Systemer tjekket ok, opdateret for 1 dag siden",
            ),
            (
                0,
                700_000,
                "Systems checked ok, updated 8 days ago",
                "Systemer tjekket ok, opdateret for 8 dage siden",
            ),
        ] {
            let heard = Some(now - chrono::TimeDelta::seconds(seconds));
            let status = Status { open, warnings: 5 * open, heard, checked: heard };
            assert_eq!(
                (&*status.line(Language::English, now), &*status.line(Language::Danish, now)),
                (english, danish)
            );
        }
        assert_eq!(Status::default().line(Language::English, now), "Nothing heard from the car yet");
        assert_eq!(Status::default().line(Language::Danish, now), "Intet hørt fra bilen endnu");
    }

    #[test]
    fn every_language_says_it_in_its_own_words() {
        let now: Timestamp = "2026-05-31T10:00:00Z".parse().unwrap();
        let before = |hours| Some(now - chrono::TimeDelta::hours(hours));
        let line = |language, open, warnings, hours| {
            Status { open, warnings, heard: before(hours), checked: before(hours) }.line(language, now)
        };
        let unchecked = |language, checked: Option<i64>| {
            Status { heard: before(2), checked: checked.and_then(before), ..Status::default() }
                .line(language, now)
        };
        for (language, expected) in [
            (
                Language::English,
                [
                    "2 open recommendations, updated 1 hour ago",
                    "1 open warning, updated 1 day ago",
                    "Systems checked ok, updated 13 days ago",
                    "Nothing heard from the car for 14 days",
                    "3 open warnings, updated 14 days ago",
                    "No systems checked yet, updated 2 hours ago",
                    "No systems checked for 14 days, updated 2 hours ago",
                ],
            ),
            (
                Language::Danish,
                [
                    "2 åbne anbefalinger, opdateret for 1 time siden",
                    "1 åben advarsel, opdateret for 1 dag siden",
                    "Systemer tjekket ok, opdateret for 13 dage siden",
                    "Intet hørt fra bilen i 14 dage",
                    "3 åbne advarsler, opdateret for 14 dage siden",
                    "Ingen systemer tjekket endnu, opdateret for 2 timer siden",
                    "Ingen systemer tjekket i 14 dage, opdateret for 2 timer siden",
                ],
            ),
            (
                Language::German,
                [
                    "2 offene Empfehlungen, aktualisiert vor 1 Stunde",
                    "1 offene Warnung, aktualisiert vor 1 Tag",
                    "Systeme geprüft und in Ordnung, aktualisiert vor 13 Tagen",
                    "Seit 14 Tagen nichts vom Auto gehört",
                    "3 offene Warnungen, aktualisiert vor 14 Tagen",
                    "Noch keine Systeme geprüft, aktualisiert vor 2 Stunden",
                    "Seit 14 Tagen keine Systeme geprüft, aktualisiert vor 2 Stunden",
                ],
            ),
            (
                Language::Norwegian,
                [
                    "2 åpne anbefalinger, oppdatert for 1 time siden",
                    "1 åpen advarsel, oppdatert for 1 dag siden",
                    "Systemer sjekket ok, oppdatert for 13 dager siden",
                    "Ikke hørt noe fra bilen på 14 dager",
                    "3 åpne advarsler, oppdatert for 14 dager siden",
                    "Ingen systemer sjekket ennå, oppdatert for 2 timer siden",
                    "Ingen systemer sjekket på 14 dager, oppdatert for 2 timer siden",
                ],
            ),
            (
                Language::Swedish,
                [
                    "2 öppna rekommendationer, uppdaterat för 1 timme sedan",
                    "1 öppen varning, uppdaterat för 1 dag sedan",
                    "Systemen kontrollerade, allt ok, uppdaterat för 13 dagar sedan",
                    "Inget hört från bilen på 14 dagar",
                    "3 öppna varningar, uppdaterat för 14 dagar sedan",
                    "Inga system kontrollerade ännu, uppdaterat för 2 timmar sedan",
                    "Inga system kontrollerade på 14 dagar, uppdaterat för 2 timmar sedan",
                ],
            ),
            (
                Language::Spanish,
                [
                    "2 recomendaciones abiertas, actualizado hace 1 hora",
                    "1 aviso abierto, actualizado hace 1 día",
                    "Sistemas comprobados, todo correcto, actualizado hace 13 días",
                    "Sin noticias del coche desde hace 14 días",
                    "3 avisos abiertos, actualizado hace 14 días",
                    "Aún sin sistemas comprobados, actualizado hace 2 horas",
                    "Sin sistemas comprobados desde hace 14 días, actualizado hace 2 horas",
                ],
            ),
        ] {
            let found = [(2, 9, 1), (0, 1, 24), (0, 0, 335), (0, 0, 336), (0, 3, 336)]
                .map(|(open, warnings, hours)| line(language, open, warnings, hours));
            assert_eq!(found, expected[..5], "{language:?}");
            assert_eq!(
                [None, Some(336)].map(|hours| unchecked(language, hours)),
                expected[5..],
                "{language:?}"
            );
        }
    }
}
