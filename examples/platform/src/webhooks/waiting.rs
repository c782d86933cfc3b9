//! What a webhook has still to deliver, on disk: how far its log was read, and what waits to be tried again.

use std::collections::BTreeMap;

use bytes::Bytes;
use cc_core::Event;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{Hook, place};
use crate::auth::account::account;
use crate::clock::{self, instant_of};
use crate::feed::{self, Seen, one_seen};
use crate::items::audience::event_sight;
use crate::problem::Problem;
use crate::storage::{Edit, JOINT, Scan, StorageError, View, from_json, get_json, key, put_json};
use crate::{events, random};

/// An event that was not delivered yet.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Waiting {
    pub pointer: String,
    /// How often it was tried.
    pub tries: u32,
    /// When it came, milliseconds since 1970.
    pub since: i64,
    /// When it is tried next.
    pub due: i64,
    /// When the log had it, of which its id is made; none where it is new.
    #[serde(default)]
    pub came: Option<i64>,
}

impl Waiting {
    /// When the log had it.
    fn came(&self, view: &dyn View) -> Result<Option<i64>, StorageError> {
        self.came.map_or_else(|| came(view, &self.pointer), |came| Ok(Some(came)))
    }
}

/// How much is sent between two commits, bytes of pointers.
const PAGE: usize = 16 << 10;
/// And about how many bytes of events.
const READ: usize = 1 << 20;
/// Vehicles that are tried again in one round, and events of one of them.
pub(super) const VEHICLES: usize = 64;
pub(super) const EVENTS: usize = 20;

/// What one look found.
pub(super) struct Found {
    pub hook: Hook,
    /// Pointers to new events that the subscriber sees and asks for.
    pub new: Vec<String>,
    /// Rows of vehicles that are due, each with its key.
    pub due: Vec<(String, Vec<(String, Waiting)>)>,
    /// How many of these did not read.
    pub unreadable: usize,
    /// How many new pointers were none: what they were about is passed over.
    pub aside: u64,
    pub next: u64,
    pub more: bool,
}

/// What became of a round.
#[derive(Default)]
pub(super) struct Settled {
    /// Where to go on in the log, if that is not where it was.
    pub next: Option<u64>,
    /// Rows that wait no longer.
    pub done: Vec<String>,
    pub undone: Vec<Waiting>,
    pub given_up: Vec<Waiting>,
}

impl Settled {
    /// There is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        self.next.is_none() && self.done.is_empty() && self.undone.is_empty() && self.given_up.is_empty()
    }
}

/// The row of a waiting event; rows of one vehicle stand in the order of its log.
pub(super) fn row(hook: &Hook, pointer: &str) -> String {
    let number = pointer.split(' ').next().unwrap_or_default();
    let Hook { who, id, .. } = hook;
    key(&["hook waits", &who.org, &who.sub, id, &vehicle(pointer), &format!("{number:0>20}")])
}

/// The vehicle of a pointer.
pub(super) fn vehicle(pointer: &str) -> String {
    events::vehicle_of(place_of(pointer).1).map(|(_, vehicle)| vehicle.to_string()).unwrap_or_default()
}

/// What waits in a row that does not read: its key still says which event it is. It is due at once, as one that came now.
fn by_key(view: &dyn View, hook: &Hook, name: &str) -> Waiting {
    let mut parts = name.rsplit(JOINT);
    let (number, vehicle) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let number: u64 = number.parse().unwrap_or_default();
    let log = events::log_of(&hook.who.org, vehicle.parse().unwrap_or_default());
    let now = view.at();
    Waiting { pointer: format!("{number} {log}"), tries: 0, since: now, due: now, came: None }
}

/// The vehicles whose events wait, and when the first of each is due; of each vehicle one row is read.
pub(super) fn waits(view: &dyn View, hook: &Hook) -> Result<BTreeMap<String, i64>, StorageError> {
    let prefix = key(&["hook waits", &hook.who.org, &hook.who.sub, &hook.id]);
    let (mut found, mut after) = (BTreeMap::new(), None::<String>);
    loop {
        let scan = Scan { prefix: &prefix, after: after.as_deref(), limit: 1, backwards: false };
        let Some((name, row)) = view.scan(scan)?.pop() else { return Ok(found) };
        let waiting = from_json(&row).unwrap_or_else(|_| by_key(view, hook, &name));
        let vehicle = vehicle(&waiting.pointer);
        // Behind the last row of this vehicle: their last part is a number.
        let behind = name.rsplit_once(JOINT).map(|(of_vehicle, _)| format!("{of_vehicle}{JOINT}~"));
        after = behind.filter(|behind| *behind > name).or(Some(name));
        found.entry(vehicle).or_insert(waiting.due);
    }
}

/// The webhook as it is by now; `None` where it was taken away, or set anew.
fn same(view: &dyn View, hook: &Hook) -> Result<Option<Hook>, StorageError> {
    let known: Option<Hook> = get_json(view, &place(&hook.who, &hook.id))?;
    Ok(known.filter(|known| known.made == hook.made))
}

/// What the subscriber sees by now. Who could not sign in any more, because all keys were taken away, is sent nothing.
fn source(view: &dyn View, hook: &Hook) -> Result<feed::Source, Problem> {
    let known = account(view, &hook.who)?.filter(|known| !known.keys.is_empty() || known.password.is_some());
    events::lens::partner_source(known.ok_or_else(Problem::session_revoked)?, &hook.who, &hook.who.org)
}

/// Whether the subscriber knows of the vehicle of an event.
fn is_known(view: &dyn View, hook: &Hook, pointer: &str) -> Result<bool, Problem> {
    let Hook { who, .. } = hook;
    let account = account(view, who)?.unwrap_or_default();
    let number = vehicle(pointer).parse().unwrap_or_default();
    Ok(event_sight(view, who, &account, &who.org, number)?.is_some())
}

/// What is to be sent of an event by now.
pub(super) enum Now {
    /// The webhook was taken away, or set anew.
    Gone,
    /// It is kept no longer: it has waited so long.
    Forgotten,
    /// It is no longer to be seen, or not asked for.
    Nothing,
    /// It is none of the kind that it should be, and never will be.
    Lost,
    /// What tells whether it is to be seen does not read.
    Damaged,
    /// This, under that id.
    Event(Box<Event>, String),
}

/// An event as the subscriber sees it by now.
pub(super) fn seen_now(view: &dyn View, hook: &Hook, pointer: &str) -> Result<Now, Problem> {
    let Some(hook) = same(view, hook)? else { return Ok(Now::Gone) };
    let source = source(view, &hook)?;
    Ok(match seen(view, &source, pointer) {
        Ok((Seen::Told(event), _)) => match wanted(&hook, event) {
            Some(event) => Now::Event(Box::new(event), id(pointer, came(view, pointer)?)),
            None => Now::Nothing,
        },
        Ok((Seen::Nothing, _)) => {
            let (number, log) = place_of(pointer);
            if number < view.tail(log)?.first { Now::Forgotten } else { Now::Nothing }
        }
        Ok((Seen::Unreadable, _)) if is_known(view, &hook, pointer)? => Now::Lost,
        Ok((Seen::Unreadable, _)) => Now::Nothing,
        Err(StorageError::Damaged { .. }) => Now::Damaged,
        Err(error) => return Err(error.into()),
    })
}

/// What an event is known by at every receiver, each time it is sent: a UUID (RFC 9562 §5.8) of where it stands and when it came. Its own id
/// is not unique, and where it stands is another's place once a copy of the database was put back.
fn id(pointer: &str, came: Option<i64>) -> String {
    let came = came.unwrap_or_default();
    let hash = Sha256::digest(format!("webhook {came} {pointer}"));
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash).for_each(|(byte, of)| *byte = of);
    let number = u128::from_be_bytes(bytes) & !(0xF << 76 | 3 << 62) | 8 << 76 | 2 << 62;
    let text = format!("{number:032x}");
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| text.get(part).unwrap_or_default());
    parts.join("-")
}

/// In which place of which log an event stands.
fn place_of(pointer: &str) -> (u64, &str) {
    let (number, log) = pointer.split_once(' ').unwrap_or_default();
    (number.parse().unwrap_or_default(), log)
}

/// When the log had an event that it still has.
fn came(view: &dyn View, pointer: &str) -> Result<Option<i64>, StorageError> {
    let (number, log) = place_of(pointer);
    view.came(log, number)
}

fn seen(view: &dyn View, source: &feed::Source, pointer: &str) -> Result<(Seen, usize), StorageError> {
    one_seen(view, source, Bytes::from(pointer.to_owned()))
}

/// An event, if the webhook asks for such.
fn wanted(hook: &Hook, event: Bytes) -> Option<Event> {
    let is_wanted =
        |event: &Event| hook.types.is_empty() || hook.types.iter().any(|wanted| wanted == event.type_name());
    Event::from_json(event).ok().filter(is_wanted)
}

/// Looks for what is new, and for what waits of some vehicles; `None` where the webhook is gone.
pub(super) fn looked(view: &dyn View, hook: &Hook, due: &[String]) -> Result<Option<Found>, Problem> {
    let Some(hook) = same(view, hook)? else { return Ok(None) };
    let source = source(view, &hook)?;
    let tail = view.tail(&source.log)?;
    let from = hook.next.max(tail.first);
    let (mut new, mut old, mut unreadable, mut aside) = (Vec::new(), Vec::new(), 0, 0);
    let (mut next, mut all_read) = (from, 0);
    for pointer in view.read(&source.log, from, PAGE)? {
        // A pointer is short, and what it points to may be long.
        if all_read >= READ {
            break;
        }
        let pointer = String::from_utf8_lossy(&pointer).into_owned();
        // Only which they are: what they say is read when it is sent, and so is what does not read: it holds up its own vehicle.
        let (is_to_send, read) = match seen(view, &source, &pointer) {
            Ok((Seen::Told(event), read)) => (wanted(&hook, event).is_some(), read),
            Ok((Seen::Nothing, read)) => (false, read),
            Ok((Seen::Unreadable, read)) => (true, read),
            Err(StorageError::Damaged { .. }) => (true, pointer.len()),
            Err(error) => return Err(error.into()),
        };
        if is_to_send && events::pointer(&pointer).is_some() && !vehicle(&pointer).is_empty() {
            new.push(pointer);
        } else {
            aside += u64::from(is_to_send);
        }
        (next, all_read) = (next + 1, all_read + read);
    }
    for vehicle in due {
        let prefix = key(&["hook waits", &hook.who.org, &hook.who.sub, &hook.id, vehicle]);
        let scan = Scan { prefix: &prefix, after: None, limit: EVENTS, backwards: false };
        let rows = view.scan(scan)?.into_iter().map(|(name, row)| {
            let waiting = from_json(&row).unwrap_or_else(|_| {
                unreadable += 1;
                by_key(view, &hook, &name)
            });
            (name, waiting)
        });
        old.push((vehicle.clone(), rows.collect()));
    }
    Ok(Some(Found { hook, new, due: old, unreadable, aside, next, more: next < tail.next }))
}

/// Writes what became of a round. Where the webhook was set anew meanwhile, who follows it now begins where this round began.
pub(super) fn settle(edit: &mut dyn Edit, hook: &Hook, outcome: &Settled) -> Result<(), StorageError> {
    let Some(known) = same(edit, hook)? else { return Ok(()) };
    if let Some(next) = outcome.next {
        put_json(edit, &place(&hook.who, &hook.id), &Hook { next, ..known })?;
    }
    for name in &outcome.done {
        edit.delete(name)?;
    }
    for waiting in &outcome.undone {
        let came = waiting.came(edit)?;
        put_json(edit, &row(hook, &waiting.pointer), &Waiting { came, ..waiting.clone() })?;
    }
    for waiting in &outcome.given_up {
        let Waiting { pointer, tries, .. } = waiting;
        let at = clock::text(instant_of(edit.at()));
        let place = key(&["hook failed", &hook.who.org, &hook.who.sub, &hook.id, &at, &random::text::<6>()]);
        let (event, vehicle) =
            (id(pointer, waiting.came(edit)?), format!("{}/{}", hook.who.org, vehicle(pointer)));
        put_json(edit, &place, &json!({"at": at, "tries": tries, "event": event, "vehicle": vehicle}))?;
    }
    Ok(())
}

/// Three times 20 s apart, then from 2 minutes on twice as long each time, for three days.
pub(super) fn wait(tries: u32) -> i64 {
    match tries {
        0..=3 => 20_000,
        tries => 120_000_i64 << (tries - 4).min(10),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::auth::Who;
    use crate::storage::Tail;

    /// Rows, and how many of them were read.
    struct Counted(BTreeMap<String, Vec<u8>>, Cell<usize>);

    impl View for Counted {
        fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
            Ok(self.0.get(key).cloned())
        }
        fn scan(&self, scan: Scan<'_>) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
            let low = format!("{}{JOINT}", scan.prefix);
            let rows = self.0.iter().filter(|(name, _)| {
                name.starts_with(&low) && scan.after.is_none_or(|after| name.as_str() > after)
            });
            let found: Vec<_> =
                rows.take(scan.limit).map(|(name, row)| (name.clone(), row.clone())).collect();
            self.1.set(self.1.get() + found.len());
            Ok(found)
        }
        fn tail(&self, _: &str) -> Result<Tail, StorageError> {
            Ok(Tail::default())
        }
        fn read(&self, _: &str, _: u64, _: usize) -> Result<Vec<Bytes>, StorageError> {
            Ok(Vec::new())
        }
        fn one(&self, _: &str, _: u64) -> Result<Option<Bytes>, StorageError> {
            Ok(None)
        }
        fn came(&self, _: &str, _: u64) -> Result<Option<i64>, StorageError> {
            Ok(None)
        }
        fn at(&self) -> i64 {
            9_000
        }
    }

    #[test]
    fn of_each_vehicle_the_first_row_is_read_and_one_that_does_not_read_is_due_at_once() {
        let hook = Hook {
            who: Who::new("demo", "service/desk"),
            id: "w1".to_owned(),
            url: String::new(),
            types: Vec::new(),
            next: 0,
            made: String::new(),
        };
        let mut view = Counted(BTreeMap::new(), Cell::new(0));
        for (vehicle, due) in [(7, 1_000), (70, 2_000), (8, 3_000)] {
            for number in 0..100 {
                let pointer = format!("{number} {}", events::log_of("demo", vehicle));
                let waiting = Waiting { pointer, tries: 1, since: 0, due: due + number, came: None };
                view.0.insert(row(&hook, &waiting.pointer), serde_json::to_vec(&waiting).unwrap());
            }
        }
        let first = row(&hook, &format!("0 {}", events::log_of("demo", 8)));
        view.0.insert(first.clone(), b"x".to_vec());
        let found = waits(&view, &hook).unwrap();
        let due = |name: &str, due: i64| (name.to_owned(), due);
        assert_eq!(found, BTreeMap::from([due("7", 1_000), due("70", 2_000), due("8", 9_000)]));
        assert_eq!(view.1.get(), 3, "rows were read");
        let mended = by_key(&view, &hook, &first);
        assert_eq!(mended.pointer, format!("0 {}", events::log_of("demo", 8)));
        assert_eq!(row(&hook, &mended.pointer), first);
    }

    #[test]
    fn what_was_not_delivered_waits_longer_each_time() {
        assert_eq!((wait(1), wait(3), wait(4), wait(5)), (20_000, 20_000, 120_000, 240_000));
    }
}
