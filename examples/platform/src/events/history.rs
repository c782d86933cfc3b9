//! Stored events of a vehicle, newest first.

use bytes::Bytes;
use cc_core::Timestamp;

use crate::clock;
use crate::problem::Problem;
use crate::storage::{JOINT, Scan, View, key};

/// An event as the index knows it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// When it happened.
    pub at: Timestamp,
    /// Which message of the vehicle's log it is.
    pub number: u64,
    /// Its type.
    pub type_name: &'a str,
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
    let number = vehicle.to_string();
    let prefix = match &question.type_name {
        None => key(&["history", org, &number]),
        Some(name) => key(&["history of", org, &number, name]),
    };
    let place = |rest: &str| format!("{prefix}{JOINT}{rest}");
    let end = match (&question.cursor, question.to) {
        (Some(cursor), _) => Some(place(&read_cursor(cursor)?)),
        (None, Some(to)) => Some(place(&clock::text(to))),
        (None, None) => None,
    };
    let from = question.from.map(|from| place(&clock::text(from)));
    let scan = Scan { prefix: &prefix, after: end.as_deref(), limit: question.limit + 1, backwards: true };
    let mut found = view.scan(scan)?;
    let more = found.len() > question.limit;
    found.truncate(question.limit);
    let (mut events, mut last) = (Vec::new(), None);
    let log = super::log_of(org, vehicle);
    for (name, _) in &found {
        if from.as_ref().is_some_and(|from| name < from) {
            return Ok((events, None));
        }
        last = name.get(prefix.len() + 1..);
        let number = name.rsplit(JOINT).next().and_then(|text| text.parse().ok()).unwrap_or(u64::MAX);
        if view.tail(&log)?.first <= number {
            events.extend(view.read(&log, number, 1)?.into_iter().next());
        }
    }
    let cursor = last.filter(|_| more).map(|rest| rest.replace(JOINT, "~"));
    Ok((events, cursor))
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
