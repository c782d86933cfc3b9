//! Where a point stands that is never reached: only the whole text says when the courses start again.

use alloc::boxed::Box;
use core::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::scenario::placed;
use super::{CourseError, ScenarioError};

/// The error of the first such point, with its place.
pub(super) fn first(text: &[u8], period: f64) -> Option<ScenarioError> {
    let mut from = serde_json::Deserializer::from_slice(text);
    let whole = Part { place: Place::Scenario, signal: "", period };
    whole.deserialize(&mut from).err().map(|error| placed(&error))
}

/// A part of the text that points may stand in.
#[derive(Clone, Copy)]
struct Part<'a> {
    place: Place,
    signal: &'a str,
    period: f64,
}

/// Which part, from the outermost in.
#[derive(Clone, Copy)]
enum Place {
    Scenario,
    Ecus,
    Ecu,
    Signals,
    Course,
    Point,
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a part of a scenario")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(key) = members.next_key::<Box<str>>()? {
            let (place, signal) = match (self.place, &*key) {
                (Place::Scenario, "ecus") => (Place::Ecus, ""),
                (Place::Ecu, "signals") => (Place::Signals, ""),
                (Place::Signals, signal) => (Place::Course, signal),
                _ => {
                    members.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            members.next_value_seed(Part { place, signal, ..self })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let place = match self.place {
            Place::Ecus => Place::Ecu,
            Place::Course => Place::Point,
            _ => {
                let found = items.next_element::<f64>()?.filter(|found| *found > self.period);
                if let Some(found) = found {
                    let error = CourseError::Beyond { found, period: self.period };
                    return Err(A::Error::custom(format_args!("{}: {error}", self.signal)));
                }
                while items.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(());
            }
        };
        while items.next_element_seed(Part { place, ..self })?.is_some() {}
        Ok(())
    }
}
