//! Stored events of a vehicle: known again, and read newest first.
//!
//! A row says when an event was, what it is known again by, and which message of the vehicle's log it is. What is rare has a second
//! row, by its type; positions, which are most of what cars say, are found among all.

use std::fmt::Write as _;

use bytes::Bytes;
use cc_core::{Body, Event, Timestamp};

use crate::clock;
use crate::problem::Problem;
use crate::routes::PAGE;
use crate::storage::{Edit, JOINT, Scan, StorageError, View, key};

/// The type that so many events are of that it has no rows of its own.
const DENSE: &str = "gps_position";
/// The value of a row of such an event.
const IS_DENSE: &[u8] = b"p";
/// Rows that one answer looks at, at most.
const LOOKED_AT: usize = 20_000;
/// Rows of one look for a newer event.
const STEP: usize = 500;

/// The rows of one vehicle.
#[derive(Debug)]
pub(crate) struct History {
    all: String,
    by_type: String,
    log: String,
}

impl History {
    /// Those of a vehicle.
    pub(crate) fn of(org: &str, vehicle: i64) -> Self {
        let number = vehicle.to_string();
        let log = super::log_of(org, vehicle);
        Self { all: key(&["history", org, &number]), by_type: key(&["history of", org, &number]), log }
    }

    /// Notes an event, known again by `rest`, as a message of the log; false where it is there already.
    pub(crate) fn add(
        &mut self,
        edit: &mut dyn Edit,
        (event, rest): (&Event, &str),
        number: u64,
    ) -> Result<bool, StorageError> {
        let row = format!("{}{JOINT}{rest}", self.all);
        if edit.get(&row)?.is_some() {
            return Ok(false);
        }
        let number = number.to_string();
        if event.type_name() == DENSE {
            edit.put(&row, &[number.as_bytes(), IS_DENSE].concat())?;
        } else {
            edit.put(&row, number.as_bytes())?;
            edit.put(&self.typed(event.type_name(), rest), number.as_bytes())?;
        }
        Ok(true)
    }

    /// Whether an event is there already.
    pub(crate) fn has(&self, view: &dyn View, rest: &str) -> Result<bool, StorageError> {
        Ok(view.get(&format!("{}{JOINT}{rest}", self.all))?.is_some())
    }

    /// Whether nothing newer of an event's subject is there: its type, and for signals of makers its signal. Where so much else is newer
    /// that looking for it would take long, none is known to be the latest.
    pub(crate) fn is_latest(&self, view: &dyn View, event: &Event) -> Result<bool, StorageError> {
        let (rest, type_name) = (rest(event), event.type_name());
        let is_dense = type_name == DENSE;
        let prefix =
            if is_dense { self.all.clone() } else { format!("{}{JOINT}{}", self.by_type, key(&[type_name])) };
        let (mut after, mut step) = (format!("{prefix}{JOINT}{rest}"), 1);
        let mut looked_at = 0;
        while looked_at < LOOKED_AT {
            let found =
                view.scan(Scan { prefix: &prefix, after: Some(&after), limit: step, backwards: false })?;
            for (_, value) in &found {
                let is_same = match (is_dense, signal(event)) {
                    (true, _) => value.ends_with(IS_DENSE),
                    (false, None) => true,
                    (false, Some(name)) => {
                        let number = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
                        let newer = number.map_or(Ok(None), |number| view.one(&self.log, number))?;
                        let newer = newer.and_then(|newer| Event::from_json(newer).ok());
                        newer.is_some_and(|newer| signal(&newer) == Some(name))
                    }
                };
                if is_same {
                    return Ok(false);
                }
            }
            if found.len() < step {
                return Ok(true);
            }
            looked_at += found.len();
            let Some((last, _)) = found.into_iter().next_back() else { return Ok(true) };
            (after, step) = (last, STEP);
        }
        Ok(false)
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
        edit.delete(&format!("{}{JOINT}{rest}", self.all))?;
        if event.type_name() == DENSE { Ok(()) } else { edit.delete(&self.typed(event.type_name(), &rest)) }
    }

    fn typed(&self, type_name: &str, rest: &str) -> String {
        format!("{}{JOINT}{}{JOINT}{rest}", self.by_type, key(&[type_name]))
    }
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
    for byte in &event.digest()[..16] {
        let _ = write!(rest, "{byte:02x}");
    }
    rest
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
    let prefix = match &question.type_name {
        Some(name) if !is_dense => format!("{}{JOINT}{}", history.by_type, key(&[name])),
        _ => history.all,
    };
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
