//! Time zones as data: when a place's clocks differ from UTC, and by how much.

use alloc::boxed::Box;
use core::fmt;
use core::str::FromStr;

use chrono::{Datelike, NaiveDate};

use super::json::entity_json;
use super::values::TextLine;
use super::words::text_field;
use crate::event::codec::Leftovers;
use crate::{Timestamp, UnknownFields};

const DAY: i64 = 86_400;

/// A time zone: its IANA name for people, and the rule that its clocks follow for the code.
///
/// The rule travels with the data instead of a table of zones within each app: so phone, server and laptop tell the
/// same opening hours however old each of them is, and a country that changes its clocks needs a new rule and no new
/// app.
///
/// # Examples
///
/// ```
/// use cc_core::platform::ClockZone;
///
/// let at = |text: &str| text.parse::<cc_core::Timestamp>().map_err(|error| error.to_string());
/// let zone = ClockZone::new("Europe/Copenhagen".parse()?, "CET-1CEST,M3.5.0,M10.5.0/3".parse()?);
/// assert_eq!(zone.rule.offset_at(at("2026-03-29T00:59:59Z")?), 3600);
/// assert_eq!(zone.rule.offset_at(at("2026-03-29T01:00:00Z")?), 7200);
///
/// let error = "CET-1CEST".parse::<cc_core::platform::ZoneRule>().unwrap_err();
/// assert_eq!(error.to_string(), "expected ',' and when summer time begins at byte 9");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct ClockZone {
    /// Its name in the IANA time zone database, such as `Europe/Copenhagen`.
    pub name: TextLine,
    /// The rule its clocks follow.
    pub rule: ZoneRule,
    /// Fields this version does not know.
    pub unknown: UnknownFields,
    kept: Leftovers,
}

impl ClockZone {
    /// A zone by name and rule.
    pub fn new(name: TextLine, rule: ZoneRule) -> Self {
        Self { name, rule, unknown: UnknownFields::default(), kept: Leftovers::default() }
    }
}

entity_json! {
    ClockZone {
        required "name" => name: TextLine, "its name in the IANA time zone database";
        required "rule" => rule: ZoneRule, "the rule its clocks follow (RFC 9636 §3.3.1), such as CET-1CEST,M3.5.0,M10.5.0/3";
    }
    shows [rule]
    check |_| Ok(())
}

/// How a zone's clocks differ from UTC over the year: the `TZ` text of POSIX.1 §8.3 with the longer times of RFC 9636
/// §3.3.1, which also ends every file of the IANA time zone database.
///
/// `CET-1CEST,M3.5.0,M10.5.0/3`: one hour east of UTC, and two from the last Sunday of March at 2:00 until the last
/// Sunday of October at 3:00. A rule holds for all years, so it speaks for now and the near future, not for history.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ZoneRule {
    text: Box<str>,
    /// Seconds east of UTC.
    standard: i32,
    summer: Option<Summer>,
}

/// When summer time begins and ends, and its offset.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Summer {
    offset: i32,
    begins: Turn,
    ends: Turn,
}

/// A day of each year, and seconds after its midnight.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Turn {
    day: YearDay,
    seconds: i32,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum YearDay {
    /// Day 1 to 365, never 29 February.
    Julian(u32),
    /// Day 0 to 365, 29 February counted.
    Ordinal(u32),
    /// The nth weekday (0 is Sunday) of a month; the fifth is the last.
    Weekday { month: u32, week: u32, weekday: u32 },
}

impl ZoneRule {
    /// How far the zone's clocks are ahead of UTC, seconds.
    pub fn offset_at(&self, at: Timestamp) -> i32 {
        self.offset_at_second(at.timestamp())
    }

    pub(super) fn offset_at_second(&self, second: i64) -> i32 {
        let Some(summer) = self.summer else { return self.standard };
        let year = date_of(second.saturating_add(self.standard.into())).year();
        let mut last = None;
        for year in [year.saturating_sub(1), year, year.saturating_add(1)] {
            for (turn, before, is_summer) in
                [(summer.begins, self.standard, true), (summer.ends, summer.offset, false)]
            {
                if let Some(local) = turn.in_year(year)
                    && local - i64::from(before) <= second
                {
                    // Where one ends as the other begins, it is summer all year.
                    last = last.max(Some((local - i64::from(before), is_summer)));
                }
            }
        }
        if last.is_some_and(|(_, is_summer)| is_summer) { summer.offset } else { self.standard }
    }

    /// The second, counted from 1970 in UTC, at which the zone's clocks show a local second, counted likewise.
    ///
    /// As RFC 5545 §3.3.5 has it: of a time that comes twice the first is meant, and a time that is skipped is read
    /// with the offset before the gap.
    pub(super) fn second_of_local(&self, local: i64) -> i64 {
        let Some(summer) = self.summer else { return local.saturating_sub(self.standard.into()) };
        let (more, less) = (self.standard.max(summer.offset), self.standard.min(summer.offset));
        let early = local.saturating_sub(more.into());
        if self.offset_at_second(early) == more { early } else { local.saturating_sub(less.into()) }
    }
}

impl Turn {
    /// The local second at which it comes in a year, counted from 1970.
    fn in_year(self, year: i32) -> Option<i64> {
        let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
        let leap = first.leap_year();
        let day = match self.day {
            YearDay::Ordinal(day) => i64::from(day),
            YearDay::Julian(day) => i64::from(day) - 1 + i64::from(leap && day >= 60),
            YearDay::Weekday { month, week, weekday } => {
                let start = NaiveDate::from_ymd_opt(year, month, 1)?;
                let first_weekday = start.weekday().num_days_from_sunday();
                let mut day = (weekday + 7 - first_weekday) % 7 + 7 * (week - 1);
                if day >= start.num_days_in_month().into() {
                    day -= 7;
                }
                i64::from(start.ordinal0() + day)
            }
        };
        Some((days_of(first) + day) * DAY + i64::from(self.seconds))
    }
}

/// The day of a local second; the nearest there is where the calendar ends.
pub(super) fn date_of(second: i64) -> NaiveDate {
    let day = i32::try_from(second.div_euclid(DAY)).ok().and_then(NaiveDate::from_epoch_days);
    day.unwrap_or(if second < 0 { NaiveDate::MIN } else { NaiveDate::MAX })
}

/// Days from 1970-01-01.
pub(super) fn days_of(date: NaiveDate) -> i64 {
    date.to_epoch_days().into()
}

impl FromStr for ZoneRule {
    type Err = ZoneRuleParseError;

    fn from_str(text: &str) -> Result<Self, ZoneRuleParseError> {
        let mut reader = Reader { text: text.as_bytes(), at: 0 };
        reader.name()?;
        let standard = -reader.clock(24, true)?;
        let mut summer = None;
        if !reader.is_done() {
            reader.name()?;
            let offset = match reader.peek() {
                None | Some(b',') => standard + 3600,
                Some(_) => -reader.clock(24, true)?,
            };
            reader.byte(b',', "',' and when summer time begins")?;
            let begins = reader.turn()?;
            reader.byte(b',', "',' and when summer time ends")?;
            let ends = reader.turn()?;
            summer = Some(Summer { offset, begins, ends });
        }
        if reader.is_done() {
            Ok(Self { text: text.into(), standard, summer })
        } else {
            reader.expected("nothing more")
        }
    }
}

impl fmt::Display for ZoneRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

text_field!(ZoneRule, "a time zone's rule, such as CET-1CEST,M3.5.0,M10.5.0/3");

/// Why a text is not the rule of a time zone.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {expected} at byte {at}")]
pub struct ZoneRuleParseError {
    /// What should stand there.
    pub expected: &'static str,
    /// Where.
    pub at: usize,
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn is_done(&self) -> bool {
        self.at >= self.text.len()
    }

    fn expected<T>(&self, expected: &'static str) -> Result<T, ZoneRuleParseError> {
        Err(ZoneRuleParseError { expected, at: self.at })
    }

    fn byte(&mut self, byte: u8, expected: &'static str) -> Result<(), ZoneRuleParseError> {
        if !self.eat(byte) {
            return self.expected(expected);
        }
        Ok(())
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// An abbreviation: three letters or more, or anything of letters, digits and signs in angle brackets.
    fn name(&mut self) -> Result<(), ZoneRuleParseError> {
        let bracket = self.eat(b'<');
        let start = self.at;
        while let Some(byte) = self.peek() {
            let fits = if bracket {
                byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-')
            } else {
                byte.is_ascii_alphabetic()
            };
            if !fits {
                break;
            }
            self.at += 1;
        }
        if self.at - start < 3 {
            return self.expected("an abbreviation of three letters or more");
        }
        if bracket { self.byte(b'>', "'>'") } else { Ok(()) }
    }

    fn number(&mut self, most: u32, expected: &'static str) -> Result<u32, ZoneRuleParseError> {
        let (start, mut number) = (self.at, 0_u32);
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            number = number.saturating_mul(10).saturating_add((digit - b'0').into());
            self.at += 1;
        }
        if self.at == start || number > most {
            self.at = start;
            return self.expected(expected);
        }
        Ok(number)
    }

    /// `[+-]h[h][:mm[:ss]]`, in seconds.
    fn clock(&mut self, most_hours: u32, is_offset: bool) -> Result<i32, ZoneRuleParseError> {
        let what = if is_offset { "an offset of at most 24 hours" } else { "a time of at most 167 hours" };
        let negative = self.eat(b'-');
        if !negative {
            self.eat(b'+');
        }
        let mut seconds = self.number(most_hours, what)? * 3600;
        if self.eat(b':') {
            seconds += self.number(59, "minutes")? * 60;
            if self.eat(b':') {
                seconds += self.number(59, "seconds")?;
            }
        }
        Ok(if negative { -(seconds as i32) } else { seconds as i32 })
    }

    /// A day of the year and a time on it; 2:00 if none is given.
    fn turn(&mut self) -> Result<Turn, ZoneRuleParseError> {
        let day = if self.eat(b'M') {
            let month = self.within(1, 12, "a month from 1 to 12")?;
            self.byte(b'.', "'.'")?;
            let week = self.within(1, 5, "a week from 1 to 5")?;
            self.byte(b'.', "'.'")?;
            YearDay::Weekday { month, week, weekday: self.number(6, "a weekday from 0 to 6")? }
        } else if self.eat(b'J') {
            YearDay::Julian(self.within(1, 365, "a day from 1 to 365")?)
        } else {
            YearDay::Ordinal(self.number(365, "a day of the year: M, J or a number up to 365")?)
        };
        let seconds = if self.eat(b'/') { self.clock(167, false)? } else { 7200 };
        Ok(Turn { day, seconds })
    }

    fn within(&mut self, least: u32, most: u32, expected: &'static str) -> Result<u32, ZoneRuleParseError> {
        let start = self.at;
        let number = self.number(most, expected)?;
        if number < least {
            self.at = start;
            return self.expected(expected);
        }
        Ok(number)
    }
}

#[cfg(test)]
mod tests;
