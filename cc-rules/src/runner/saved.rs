//! A runner as text: states and waiting events.

use std::fmt::Write as _;

use cc_core::{Event, OrganizationKey, VehicleId, VehicleRef};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Car, Runner};
use crate::engine::{belongs, nanos};
use crate::hex;
use crate::pack::Pack;
use crate::state::{Migration, NONE, OLDEST, StateError, VERSION, VehicleState};
use crate::waiting::{Queued, Waiting};
use crate::wire::Reader;

/// What the first line of a state file says it is.
const FORMAT: &str = "cc-rules-state";

impl Runner {
    /// States and waiting events as text: a heading, then one line of JSON a vehicle, sorted.
    pub fn save(&self) -> String {
        let mut text = heading(&self.pack);
        for car in self.cars.values() {
            write_car(car, &self.pack, &mut text);
        }
        text
    }

    /// The same of one vehicle alone; `None` where there is none of the name.
    pub fn save_vehicle(&self, vehicle: &VehicleRef) -> Option<String> {
        let mut text = heading(&self.pack);
        write_car(self.cars.get(vehicle)?, &self.pack, &mut text);
        Some(text)
    }

    /// The same without the events that wait, for whoever keeps those: fed with all from [`VehicleState::reached`] on, it comes to where this
    /// one is.
    pub fn save_state(&self, vehicle: &VehicleRef) -> Option<String> {
        let Car { state, .. } = self.cars.get(vehicle)?;
        let mut text = heading(&self.pack);
        write_state(state, None, &[], &self.pack, &mut text);
        Some(text)
    }

    /// Goes on from a text of [`Self::save`], also under a newer version of the pack; the second value says what each
    /// vehicle lost, where it lost anything.
    pub fn restore(
        pack: Pack,
        lateness: TimeDelta,
        text: &str,
    ) -> Result<(Self, Vec<(VehicleRef, Migration)>), StateError> {
        let mut runner = Self::new(pack, lateness);
        let mut lost = Vec::new();
        for line in lines(text)? {
            let line = line?;
            let (car, migration) = line.car(&runner.pack)?;
            if !migration.is_clean() {
                lost.push((car.state.vehicle.clone(), migration));
            }
            runner.cars.insert(car.state.vehicle.clone(), car);
        }
        Ok((runner, lost))
    }
}

/// The first line.
pub(crate) fn heading(pack: &Pack) -> String {
    let mut text = format!("{{\"format\":\"{FORMAT}\",\"pack\":\"");
    let _ = hex::write(&pack.hash(), &mut text);
    let _ = writeln!(text, "\",\"version\":{VERSION}}}");
    text
}

/// The line of one vehicle.
pub(crate) fn write_car(Car { state, waiting }: &Car, pack: &Pack, text: &mut String) {
    write_state(state, waiting.newest(), waiting.queue(), pack, text);
}

fn write_state(
    state: &VehicleState,
    newest: Option<i64>,
    waiting: &[Queued],
    pack: &Pack,
    text: &mut String,
) {
    text.push('{');
    if let Some(newest) = newest {
        let _ = write!(text, "\"newest\":{newest},");
    }
    text.push_str("\"state\":\"");
    let _ = hex::write(&state.to_bytes(pack), text);
    text.push_str("\",\"waiting\":[");
    for (index, (_, event)) in waiting.iter().enumerate() {
        text.push_str(if index > 0 { "," } else { "" });
        text.push_str(&event.to_json());
    }
    text.push_str("]}\n");
}

/// The vehicles of a text whose heading is good.
pub(crate) fn lines(text: &str) -> Result<impl Iterator<Item = Result<Saved<'_>, StateError>>, StateError> {
    let mut lines = text.lines();
    let heading: Heading = parse(lines.next().unwrap_or_default())?;
    if heading.format != FORMAT {
        return Err(StateError::Damaged);
    }
    if !(OLDEST..=VERSION).contains(&heading.version) {
        return Err(StateError::Version { found: heading.version });
    }
    Ok(lines.map(|line| {
        let line: Line<'_> = parse(line)?;
        let mut bytes = vec![0; line.state.len() / 2];
        hex::read(line.state, &mut bytes).map_err(|_| StateError::Damaged)?;
        Ok(Saved { bytes, newest: line.newest, waiting: line.waiting })
    }))
}

/// One vehicle as it was saved.
pub(crate) struct Saved<'t> {
    bytes: Vec<u8>,
    newest: Option<i64>,
    waiting: Vec<&'t RawValue>,
}

impl Saved<'_> {
    /// Whose it is, before anything else of it is read: after magic, version and the length of a key.
    pub(crate) fn vehicle(&self) -> Result<VehicleRef, StateError> {
        let mut input = Reader::new(self.bytes.get(5..).unwrap_or_default());
        let organization = input.text().and_then(|name| name.parse::<OrganizationKey>().ok());
        let vehicle = input.signed().map(VehicleId);
        match (organization, vehicle) {
            (Some(organization), Some(vehicle)) => Ok(VehicleRef { organization, vehicle }),
            _ => Err(StateError::Damaged),
        }
    }

    /// The vehicle under a pack.
    pub(crate) fn car(&self, pack: &Pack) -> Result<(Car, Migration), StateError> {
        let (state, migration) = VehicleState::from_bytes(pack, &self.bytes)?;
        let mut queue = Vec::new();
        for event in &self.waiting {
            let event = Event::from_json(event.get()).map_err(|_| StateError::Damaged)?;
            let waits =
                |at: &i64| *at >= state.reached && self.newest >= Some(*at) && belongs(&event, &state);
            let at = nanos(event.at).filter(waits).ok_or(StateError::Damaged)?;
            queue.push((at, event));
        }
        if queue.len() > crate::limits::MAX_WAITING {
            return Err(StateError::Damaged);
        }
        let waiting = Waiting::restore(self.newest.filter(|newest| *newest != NONE), queue);
        Ok((Car { state, waiting }, migration))
    }
}

#[derive(Deserialize)]
struct Heading {
    format: String,
    version: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(default)]
    newest: Option<i64>,
    #[serde(borrow)]
    state: &'a str,
    #[serde(borrow)]
    waiting: Vec<&'a RawValue>,
}

fn parse<'a, T: Deserialize<'a>>(line: &'a str) -> Result<T, StateError> {
    serde_json::from_str(line).map_err(|_| StateError::Damaged)
}
