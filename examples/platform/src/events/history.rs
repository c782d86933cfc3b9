//! Stored events of a vehicle: known again, and read newest first.
//!
//! A row says when an event was, what it is known again by, and which message of the vehicle's log it is. What is rare has a second
//! row, by its type; positions, which are most of what cars say, are found among all.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use cc_core::{Body, Event, Timestamp};

use crate::clock;
use crate::problem::Problem;
use crate::routes::PAGE;
use crate::storage::{Edit, JOINT, Scan, StorageError, View, hex, key};

/// The type that so many events are of that it has no rows of its own.
const DENSE: &str = "gps_position";
/// The type whose events differ by the signals of makers that they tell of.
const OF_MAKERS: &str = "signal_reading";
/// The end of a row's value where its event is of [`DENSE`].
const IS_DENSE: &[u8] = b"p";
/// Rows that one answer looks at, at most: for its events, and as many again for what is newer than they are.
const LOOKED_AT: usize = 20_000;
/// And bytes of events, for what is newer.
const READ: usize = 8 << 20;
/// Rows of one look for a newer event.
const STEP: usize = 500;

/// The rows of one vehicle.
#[derive(Debug)]
pub(crate) struct History {
    all: String,
    by_type: String,
    /// The row of what is forgotten.
    forgotten: String,
    log: String,
}

impl History {
    /// Those of a vehicle.
    pub(crate) fn of(org: &str, vehicle: i64) -> Self {
        let number = vehicle.to_string();
        let log = super::log_of(org, vehicle);
        let rows = |name| key(&[name, org, &number]);
        Self { all: rows("history"), by_type: rows("history of"), forgotten: rows("history until"), log }
    }

    /// Notes an event, known again by `rest`, as a message of the log; false where it is there already.
    pub(crate) fn add(
        &mut self,
        edit: &mut dyn Edit,
        (event, rest): (&Event, &str),
        number: u64,
    ) -> Result<bool, StorageError> {
        let row = self.row(rest);
        if edit.get(&row)?.is_some() {
            return Ok(false);
        }
        for (row, value) in self.rows(row, (event, rest), number) {
            edit.put(&row, &value)?;
        }
        Ok(true)
    }

    /// The row of an event among all.
    fn row(&self, rest: &str) -> String {
        format!("{}{JOINT}{rest}", self.all)
    }

    /// The rows of an event that is a message of the log: that among all, and one by its type where that is rare.
    fn rows(
        &self,
        row: String,
        (event, rest): (&Event, &str),
        number: u64,
    ) -> impl Iterator<Item = (String, Vec<u8>)> + use<> {
        let is_dense = event.type_name() == DENSE;
        let mut value = number.to_string().into_bytes();
        let typed = (!is_dense).then(|| (self.typed(event.type_name(), rest), value.clone()));
        if is_dense {
            value.extend(IS_DENSE);
        }
        std::iter::once((row, value)).chain(typed)
    }

    /// The rows of a message of the log, whatever is there; none where it is no event.
    pub(crate) fn rows_of(
        &self,
        message: &[u8],
        number: u64,
    ) -> impl Iterator<Item = (String, Vec<u8>)> + use<> {
        let event = Event::from_json(message).ok();
        let rows = event.map(|event| {
            let rest = rest(&event);
            self.rows(self.row(&rest), (&event, &rest), number)
        });
        rows.into_iter().flatten()
    }

    /// Whether an event is there already.
    pub(crate) fn has(&self, view: &dyn View, rest: &str) -> Result<bool, StorageError> {
        Ok(view.get(&self.row(rest))?.is_some())
    }

    /// Where the events of an instant and later begin; all of them, where none is named.
    pub(crate) fn place_of(&self, at: Option<Timestamp>) -> String {
        format!("{}{JOINT}{}", self.all, at.map(clock::text).unwrap_or_default())
    }

    /// Some events behind a place, the oldest first, of those that are among the first `before` of the log; and the place of the last,
    /// unless there are no more.
    pub(crate) fn some_behind(
        &self,
        view: &dyn View,
        mut place: String,
        before: u64,
    ) -> Result<(Vec<Event>, Option<String>), StorageError> {
        let found =
            view.scan(Scan { prefix: &self.all, after: Some(&place), limit: STEP, backwards: false })?;
        let is_last = found.len() < STEP;
        let (mut events, mut size) = (Vec::with_capacity(found.len()), 0);
        for (name, value) in found {
            let number = value.strip_suffix(IS_DENSE).unwrap_or(&value);
            let number = std::str::from_utf8(number).ok().and_then(|text| text.parse().ok());
            if let Some(number) = number.filter(|number| *number < before)
                && let Some(event) = view.one(&self.log, number)?
            {
                size += event.len();
                events.extend(Event::from_json(event).ok());
            }
            if size >= PAGE {
                return Ok((events, Some(name)));
            }
            place = name;
        }
        Ok((events, Some(place).filter(|_| !is_last)))
    }

    /// Forgets an event whose message is no longer kept.
    pub(crate) fn forget(&self, edit: &mut dyn Edit, event: &Event) -> Result<(), StorageError> {
        let rest = rest(event);
        edit.delete(&self.row(&rest))?;
        if event.type_name() == DENSE { Ok(()) } else { edit.delete(&self.typed(event.type_name(), &rest)) }
    }

    /// The latest instant of the events that are no longer kept.
    pub(crate) fn forgotten(&self, view: &dyn View) -> Result<Option<Timestamp>, StorageError> {
        let text = view.get(&self.forgotten)?;
        Ok(text.and_then(|text| std::str::from_utf8(&text).ok()?.parse().ok()))
    }

    /// Notes the latest instant of events that were forgotten just now.
    pub(crate) fn note_forgotten(&self, edit: &mut dyn Edit, latest: Timestamp) -> Result<(), StorageError> {
        if self.forgotten(edit)?.is_some_and(|known| known >= latest) {
            return Ok(());
        }
        edit.put(&self.forgotten, clock::text(latest).as_bytes())
    }

    /// Where the events of a type are found.
    fn prefix(&self, type_name: &str) -> String {
        if type_name == DENSE {
            self.all.clone()
        } else {
            format!("{}{JOINT}{}", self.by_type, key(&[type_name]))
        }
    }

    fn typed(&self, type_name: &str, rest: &str) -> String {
        format!("{}{JOINT}{}{JOINT}{rest}", self.by_type, key(&[type_name]))
    }
}

/// What is known of newer events while an answer's are gone through, newest first.
pub(crate) struct Newer<'a> {
    view: &'a dyn View,
    history: History,
    /// How many rows may still be looked at.
    left: usize,
    /// And how many bytes of events read.
    room: usize,
    of_types: BTreeMap<String, OfType>,
}

/// What is newer than the first event of a type.
struct OfType {
    /// The signals of makers that were met, and an empty text for any event.
    met: BTreeSet<String>,
    /// The last row that was looked at.
    place: String,
    step: usize,
    is_done: bool,
}

impl<'a> Newer<'a> {
    /// Beside the events of one answer about a vehicle.
    pub(crate) fn of(view: &'a dyn View, org: &str, vehicle: i64) -> Self {
        Self {
            view,
            history: History::of(org, vehicle),
            left: LOOKED_AT,
            room: READ,
            of_types: BTreeMap::new(),
        }
    }

    /// Whether nothing newer of an event's subject is there: its type, and for signals of makers its signal. Where so much else is newer
    /// that looking for it would take long, none is known to be the latest.
    pub(crate) fn is_none(&mut self, event: &Event) -> Result<bool, StorageError> {
        let (type_name, name) = (event.type_name(), signal(event).unwrap_or_default());
        let prefix = self.history.prefix(type_name);
        let known = of_type(&mut self.of_types, &self.history, event);
        while !known.met.contains(name) && !known.is_done && self.left > 0 {
            let limit = known.step.min(self.left);
            let scan = Scan { prefix: &prefix, after: Some(&known.place), limit, backwards: false };
            let found = self.view.scan(scan)?;
            (known.step, known.is_done) = ((2 * known.step).min(STEP), found.len() < limit);
            self.left -= found.len().min(self.left);
            for (row, value) in found {
                if self.room == 0 {
                    (self.left, known.is_done) = (0, false);
                    break;
                }
                known.place = row;
                if type_name == DENSE && !value.ends_with(IS_DENSE) {
                    continue;
                }
                known.met.insert(String::new());
                if type_name == OF_MAKERS {
                    let number = std::str::from_utf8(&value).ok().and_then(|text| text.parse().ok());
                    let newer = number.map_or(Ok(None), |number| self.view.one(&self.history.log, number))?;
                    self.room = self.room.saturating_sub(newer.as_ref().map_or(0, Bytes::len));
                    let newer = newer.and_then(|newer| Event::from_json(newer).ok());
                    known.met.extend(newer.as_ref().and_then(signal).map(str::to_owned));
                }
            }
        }
        Ok(known.is_done && !known.met.contains(name))
    }

    /// An event of the answer was gone through: those that follow are older.
    pub(crate) fn note(&mut self, event: &Event) {
        let known = of_type(&mut self.of_types, &self.history, event);
        known.met.insert(String::new());
        known.met.extend(signal(event).map(str::to_owned));
    }
}

/// What is known of an event's type; of one that was not met before, what is newer begins behind the event.
fn of_type<'a>(
    of_types: &'a mut BTreeMap<String, OfType>,
    history: &History,
    event: &Event,
) -> &'a mut OfType {
    let type_name = event.type_name();
    of_types.entry(type_name.to_owned()).or_insert_with(|| OfType {
        met: BTreeSet::new(),
        place: format!("{}{JOINT}{}", history.prefix(type_name), rest(event)),
        step: 1,
        is_done: false,
    })
}

/// The signal of a maker that an event tells of.
fn signal(event: &Event) -> Option<&str> {
    match &event.body {
        Body::Reading(reading) if reading.signal.signal().is_none() => Some(reading.signal.as_str()),
        _ => None,
    }
}

/// When it was, and half of its digest: one of two events of a vehicle and a millisecond is as good as never taken for the other.
pub(super) fn rest(event: &Event) -> String {
    let mut rest = clock::text(event.at);
    rest.push(JOINT);
    rest + &hex(&event.digest()[..16])
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Of this type only.
    pub type_name: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
    /// Behind what an earlier answer ended with.
    pub cursor: Option<String>,
    /// The most.
    pub limit: usize,
}

/// Events, newest first, and the cursor of the next page where there may be one.
pub fn page(
    view: &dyn View,
    org: &str,
    vehicle: i64,
    question: &Question,
) -> Result<(Vec<Bytes>, Option<String>), Problem> {
    let history = History::of(org, vehicle);
    let is_dense = question.type_name.as_deref() == Some(DENSE);
    let prefix = question.type_name.as_ref().map_or_else(|| history.all.clone(), |name| history.prefix(name));
    let place = |rest: &str| format!("{prefix}{JOINT}{rest}");
    let mut end = match (&question.cursor, question.to) {
        (Some(cursor), _) => Some(place(&read_cursor(cursor)?)),
        (None, Some(to)) => Some(place(&clock::text(to))),
        (None, None) => None,
    };
    let from = question.from.map(|from| place(&clock::text(from)));
    let log = super::log_of(org, vehicle);
    let (mut events, mut size, mut looked_at) = (Vec::<Bytes>::new(), 0, 0);
    loop {
        let limit = question.limit + 1;
        let found = view.scan(Scan { prefix: &prefix, after: end.as_deref(), limit, backwards: true })?;
        let is_last = found.len() < limit;
        for (name, value) in found {
            if from.as_ref().is_some_and(|from| name < *from) {
                return Ok((events, None));
            }
            let number = value.strip_suffix(IS_DENSE);
            if events.len() == question.limit || size >= PAGE || looked_at == LOOKED_AT {
                // One more is there.
                let rest = end.as_deref().and_then(|end| end.get(prefix.len() + 1..));
                return Ok((events, rest.map(|rest| rest.replace(JOINT, "~"))));
            }
            looked_at += 1;
            if !is_dense || number.is_some() {
                let number =
                    std::str::from_utf8(number.unwrap_or(&value)).ok().and_then(|text| text.parse().ok());
                let event = number.map_or(Ok(None), |number| view.one(&log, number))?;
                size += event.as_ref().map_or(0, Bytes::len);
                events.extend(event);
            }
            end = Some(name);
        }
        if is_last {
            return Ok((events, None));
        }
    }
}

fn read_cursor(cursor: &str) -> Result<String, Problem> {
    let fits = cursor.len() <= 64
        && cursor.matches('~').count() == 1
        && cursor.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-:.~".contains(&byte));
    if fits {
        Ok(cursor.replace('~', "\u{1f}"))
    } else {
        Err(Problem::malformed().because("cursor: as it was given"))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::ops::Bound::{Excluded, Unbounded};

    use super::*;
    use crate::storage::Tail;

    /// Readings of a vehicle, and how many messages were read.
    #[derive(Default)]
    struct Readings {
        rows: BTreeMap<String, Vec<u8>>,
        messages: Vec<Bytes>,
        read: Cell<usize>,
    }

    impl Readings {
        /// Readings of signals of a maker, the oldest first.
        fn of(signals: impl Iterator<Item = usize>) -> (Self, Vec<Event>) {
            let (mut readings, history) = (Self::default(), History::of("demo", 7));
            let mut events = Vec::new();
            for (id, signal) in signals.enumerate() {
                let at = clock::text(clock::instant_of(1_700_000_000_000 + id as i64));
                let json = format!(
                    r#"{{"id":{id},"vehicleId":7,"organizationKey":"demo","time":"{at}","type":"signal_reading","signal":"Maker.S{signal}","value":1}}"#
                );
                let event = Event::from_json(&json).unwrap();
                let row = history.typed(OF_MAKERS, &rest(&event));
                readings.rows.insert(row, id.to_string().into_bytes());
                readings.messages.push(json.into());
                events.push(event);
            }
            (readings, events)
        }
    }

    impl View for Readings {
        fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
            Ok(self.rows.get(key).cloned())
        }
        fn scan(&self, scan: Scan<'_>) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
            let rows = self.rows.range::<str, _>((Excluded(scan.after.unwrap()), Unbounded));
            Ok(rows.take(scan.limit).map(|(name, value)| (name.clone(), value.clone())).collect())
        }
        fn tail(&self, _: &str) -> Result<Tail, StorageError> {
            Ok(Tail::default())
        }
        fn read(&self, _: &str, _: u64, _: usize) -> Result<Vec<Bytes>, StorageError> {
            Ok(Vec::new())
        }
        fn one(&self, _: &str, number: u64) -> Result<Option<Bytes>, StorageError> {
            self.read.set(self.read.get() + 1);
            Ok(self.messages.get(number as usize).cloned())
        }
        fn came(&self, _: &str, _: u64) -> Result<Option<i64>, StorageError> {
            Ok(None)
        }
        fn at(&self) -> i64 {
            0
        }
    }

    /// Which of the oldest readings are the latest of their signal, gone through as an answer, the newest first.
    fn latest(readings: &Readings, events: &[Event]) -> Vec<usize> {
        let mut newer = Newer::of(readings, "demo", 7);
        let mut latest = Vec::new();
        for (id, event) in events.iter().enumerate().rev() {
            if newer.is_none(event).unwrap() {
                latest.push(id);
            }
            newer.note(event);
        }
        latest
    }

    #[test]
    fn the_latest_of_each_signal_of_a_page_are_found_in_one_walk() {
        // Seven signals that are said no more, and one that goes on.
        let signals = (0..1_000).map(|id| id % 7).chain(std::iter::repeat_n(99, 3_000));
        let (readings, events) = Readings::of(signals);
        assert_eq!(latest(&readings, &events[..1_000]), (993..1_000).rev().collect::<Vec<_>>());
        assert_eq!(readings.read.get(), 3_000);
    }

    #[test]
    fn of_one_page_no_more_is_looked_at_however_many_signals_it_has() {
        let signals = (0..1_000).chain(std::iter::repeat_n(9_999, LOOKED_AT + 1_000));
        let (readings, events) = Readings::of(signals);
        assert_eq!(latest(&readings, &events[..1_000]), [0_usize; 0]);
        assert_eq!(readings.read.get(), LOOKED_AT);
    }

    #[test]
    fn of_one_page_no_more_bytes_are_read_however_few_the_signals() {
        let (mut readings, events) = Readings::of((0..10).chain(std::iter::repeat_n(99, 100)));
        for message in &mut readings.messages {
            *message = [message.as_ref(), &vec![b' '; 1 << 20]].concat().into();
        }
        assert_eq!(latest(&readings, &events[..10]), [0_usize; 0]);
        assert_eq!(readings.read.get(), 8);
    }

    #[test]
    fn the_next_of_a_signal_ends_the_walk() {
        let (readings, events) = Readings::of((0..4_000).map(|id| id % 5));
        assert_eq!(latest(&readings, &events[..1_000]), [0_usize; 0]);
        assert!(readings.read.get() <= 15, "{}", readings.read.get());
    }
}
