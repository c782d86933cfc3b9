//! Taking events in: each once, on disk before it is answered, bad ones aside.

use std::collections::BTreeMap;

use cc_core::dedup::EventMark;
use cc_core::geography::PointError;
use cc_core::protobuf::decode_delimited;
use cc_core::stream::StreamLimits;
use cc_core::{Body, Event, EventDecodeError, Timestamp, decode_batch};
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::counted::{self, Counted};
use super::quota::{self, Quota};
use super::{access, history};
use crate::auth::account::account;
use crate::auth::{Caller, Role};
use crate::clock;
use crate::feed::frames::minified;
use crate::items::know_vehicle;
use crate::items::members::unusual;
use crate::problem::Problem;
use crate::storage::{Edit, StorageError, hex, key, put_json};

/// The most events of one request.
pub const MOST: usize = 5000;
/// Milliseconds for which copies are known: at least thirty days, in two shelves.
const SHELF: i64 = 30 * clock::DAY;
/// How much of what could not be read is kept aside, bytes: of one event, and of one sender in a day.
const ASIDE: usize = 16 << 10;
const ASIDE_IN_A_DAY: u64 = 16 << 20;

/// The rows by which what was set aside is known when it comes again, by days.
const MARK_OF_ASIDE: &str = "aside of";

/// One item of a body.
#[expect(missing_debug_implementations, reason = "what cars say")]
pub struct Sent {
    /// Which of the body.
    at: usize,
    event: Result<Ready, String>,
    raw: String,
}

/// An event with all that can be worked out of it without the storage, so that nobody waits for that behind it.
struct Ready {
    event: Event,
    /// As it is kept.
    text: String,
    /// What it is known again by among those of its vehicle.
    rest: String,
    /// What is wrong with it.
    wrong: Option<&'static str>,
}

impl Ready {
    /// An event that whoever reads it later can read.
    fn of(event: Event) -> Result<Self, String> {
        let text = event.to_json();
        // What was no object of its own in the body, or protobuf, is counted as it is kept.
        if counted::object(text.as_bytes()).0 > counted::MOST {
            return Err(counted::why());
        }
        if let Some(why) = unusual(&text) {
            return Err(why);
        }
        let (text, rest) = (minified(text.into()), history::rest(&event));
        let most = StreamLimits::default().longest_item;
        if text.len() > most {
            return Err(format!("expected at most {most} bytes of JSON"));
        }
        let wrong = out_of_range(&event).or_else(|| no_type(&event)).or_else(|| no_vehicle(&event));
        Ok(Self { event, text, rest, wrong })
    }
}

impl Sent {
    /// An item; of what cannot be read, or what others could not, the text is asked for.
    fn of(at: usize, event: Result<Event, String>, raw: impl FnOnce() -> String) -> Self {
        let event = event.and_then(Ready::of);
        let raw = if event.is_err() { raw() } else { String::new() };
        Self { at, event, raw }
    }

    /// About how many bytes it is.
    pub(super) fn size(&self) -> usize {
        self.raw.len() + self.event.as_ref().map_or(0, |event| event.text.len())
    }
}

/// Takes a body apart.
///
/// Errors: `too_large` where it has more than [`MOST`] items, `unsupported_media_type`, `malformed` where it is not certain where its next
/// event begins: in an array that as a whole is no JSON, or in protobuf that ends too early.
pub fn read(media_type: &str, body: &[u8]) -> Result<Vec<Sent>, Problem> {
    let mut sent = Vec::new();
    let aside = |from: u64, to: usize| {
        let part = body.get(from as usize..to.min(body.len())).unwrap_or_default();
        let text = String::from_utf8_lossy(part.get(..part.len().min(ASIDE)).unwrap_or_default());
        text.trim_matches(|letter: char| letter == ',' || letter == ']' || letter.is_whitespace()).to_owned()
    };
    match media_type {
        "application/json" | "application/x-ndjson" => {
            let is_array = media_type == "application/json" && is_whole(body)?;
            let counted = if is_array { Counted::array(body) } else { Counted::lines(body) };
            let mut items = decode_batch(&counted.body).peekable();
            while let Some(item) = items.next() {
                let end = items.peek().map_or(body.len(), |next| next.offset as usize);
                let event = read_one(&counted, (item.offset, end), item.event);
                sent.push(Sent::of(sent.len(), event, || aside(item.offset, end)));
                if sent.len() > MOST {
                    break;
                }
            }
        }
        "application/x-protobuf" => {
            let counted = Counted::protobuf(body);
            for (at, item) in decode_delimited(&counted.body).take(MOST + 1).enumerate() {
                // Where one event ends, and so where the next begins, is said by lengths.
                if item.is_cut() {
                    return Err(Problem::malformed().because(format!("event {at}: it ends too early")));
                }
                let from = item.offset;
                let event = read_one(&counted, (from, from as usize + 1), item.event);
                sent.push(Sent::of(at, event, String::new));
            }
        }
        _ => {
            let known = "application/json, application/x-ndjson or application/x-protobuf";
            return Err(Problem::unsupported_media_type().because(known));
        }
    }
    if sent.len() > MOST {
        return Err(Problem::too_large().because(format!("at most {MOST} events")));
    }
    Ok(sent)
}

/// What was read between two places of a body, or why it is no event.
fn read_one(
    counted: &Counted<'_>,
    (from, to): (u64, usize),
    event: Result<Event, EventDecodeError>,
) -> Result<Event, String> {
    if counted.is_wiped(from as usize, to) {
        return Err(format!("{} at byte {from}", counted::why()));
    }
    event.map_err(|error| error.to_string())
}

/// Whether a body is an array of JSON, or one value after the other; either is JSON from end to end. What its events say is not looked at.
fn is_whole(body: &[u8]) -> Result<bool, Problem> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    if body.trim_ascii_start().first() != Some(&b'[') {
        // Where something of it is lost on the way, it is not certain what the rest is.
        let mut values = serde_json::Deserializer::from_slice(body).into_iter::<IgnoredAny>();
        return values.try_for_each(|value| value.map(drop)).map(|()| false).map_err(|_| {
            let why = format!("JSON ends at byte {}", values.byte_offset());
            Problem::malformed().because(why)
        });
    }
    crate::body::parse::<IgnoredAny>(body).map(|_| true)
}

/// What became of a body.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// Events that are new.
    pub accepted: usize,
    /// Events that were here.
    pub duplicates: usize,
    /// Events that were set aside, or are more than is kept today: which, and why.
    pub refused: Vec<Refused>,
    /// How many of these are more than is kept today.
    pub limited: usize,
}

/// Which event, and the code and the words of why not.
type Refused = (usize, &'static str, String);

impl Taken {
    /// Whether there is nothing but what waits for another day, or was here.
    pub(super) fn is_all_limited(&self) -> bool {
        self.limited > 0 && self.limited == self.refused.len() && self.accepted == 0
    }

    /// The answer's body.
    pub fn to_json(&self) -> Value {
        let refused = self
            .refused
            .iter()
            .map(|(index, code, detail)| json!({"index": index, "code": code, "detail": detail}));
        json!({"accepted": self.accepted, "duplicates": self.duplicates, "refused": refused.collect::<Vec<_>>()})
    }
}

/// Takes items in, of each vehicle so many bytes in a day, and adds to what became of those before.
///
/// Errors: `not_found`, `session_revoked`.
pub fn take(
    edit: &mut dyn Edit,
    caller: &Caller,
    sent: impl Iterator<Item = Sent>,
    per_day: u64,
    mut taken: Taken,
) -> Result<Taken, Problem> {
    let who = &caller.who;
    let account = account(edit, who)?.ok_or_else(Problem::session_revoked)?;
    if !caller.has(Role::Driver) && !caller.has(Role::Device) {
        return Err(Problem::not_found());
    }
    let mut sent_of: BTreeMap<i64, Vec<(usize, Ready)>> = BTreeMap::new();
    let place = key(&["aside", &who.org, &who.sub]);
    let mut aside = Aside { org: &who.org, sub: &who.sub, quota: Quota::of(edit, place, ASIDE_IN_A_DAY)? };
    let now = edit.at();
    let latest = Timestamp::from_timestamp_millis(now).unwrap_or_default() + cc_rules::FUTURE_TOLERANCE;
    for Sent { at, event, raw } in sent {
        let ready = match event {
            Ok(ready) => ready,
            Err(why) => {
                aside.put(edit, &mut taken, (at, "invalid_entity", why), (&raw, true))?;
                continue;
            }
        };
        let event = &ready.event;
        let in_scope = event.organization.as_ref().is_none_or(|org| org.as_str() == who.org);
        let is_admin = matches!(event.body, Body::Access(_));
        let may = match event.vehicle {
            _ if is_admin => account.all_vehicles && caller.has(Role::Device),
            Some(vehicle) => event.organization.is_some() && account.speaks_for(vehicle.0),
            None => false,
        };
        if !in_scope || !may {
            let why = "a vehicle that one may speak for".to_owned();
            // What is not theirs is not shown to those who read what was set aside.
            aside.put(edit, &mut taken, (at, "not_found", why), (&ready.text, in_scope))?;
        } else if let Some(why) = ready.wrong {
            aside.put(edit, &mut taken, (at, "invalid_entity", why.to_owned()), (&ready.text, true))?;
        } else if event.at > latest {
            let why = "time: more than ten minutes ahead".to_owned();
            aside.put(edit, &mut taken, (at, "future", why), (&ready.text, true))?;
        } else if is_admin {
            if is_new(edit, &who.org, event, now)? {
                access::rule(edit, &who.org, std::slice::from_ref(event))?;
                taken.accepted += 1;
            } else {
                taken.duplicates += 1;
            }
        } else if let Some(vehicle) = event.vehicle {
            sent_of.entry(vehicle.0).or_default().push((at, ready));
        }
    }
    aside.quota.note(edit)?;
    let mut pointers = Vec::new();
    for (vehicle, events) in sent_of {
        keep(edit, (&who.org, vehicle), events, per_day, (&mut taken, &mut pointers))?;
    }
    taken.refused.sort_by_key(|(at, ..)| *at);
    if !pointers.is_empty() {
        let pointers: Vec<&[u8]> = pointers.iter().map(String::as_bytes).collect();
        edit.append(&super::log_of_all(&who.org), &pointers)?;
    }
    Ok(taken)
}

/// What is wrong with where a car says it is. A receiver without a fix, which is at 0, 0, is none of it.
fn out_of_range(event: &Event) -> Option<&'static str> {
    let Body::Position(position) = &event.body else { return None };
    match position.point() {
        Err(PointError::Latitude) => Some("latitude: expected a number from -90 to 90"),
        Err(PointError::Longitude) => Some("longitude: expected a number from -180 to 180"),
        _ => None,
    }
}

/// What is wrong with the type of an event. Which there are is not asked.
fn no_type(event: &Event) -> Option<&'static str> {
    (!super::is_type(event.type_name())).then_some("type: expected 1 to 100 bytes without control characters")
}

/// What is wrong with the number of a vehicle.
fn no_vehicle(event: &Event) -> Option<&'static str> {
    let is_below = event.vehicle.is_some_and(|vehicle| vehicle.0 < 0);
    is_below.then_some("vehicleId: expected a number from 0")
}

/// Whether an admin event, which stands in no history, is none of the last thirty days; it is one from now on.
fn is_new(edit: &mut dyn Edit, org: &str, event: &Event, now: i64) -> Result<bool, StorageError> {
    let name = hex(&EventMark::of(event).to_bytes());
    is_first(edit, "mark", now / SHELF, (org, &name))
}

/// Whether a name stands neither on a shelf nor on those beside it; it stands there from now on. On the next it was put by a clock that was
/// ahead.
fn is_first(
    edit: &mut dyn Edit,
    prefix: &str,
    shelf: i64,
    (org, name): (&str, &str),
) -> Result<bool, StorageError> {
    let place = |shelf: i64| key(&[prefix, &shelf.to_string(), org, name]);
    for near in [shelf, shelf - 1, shelf + 1] {
        if edit.get(&place(near))?.is_some() {
            return Ok(false);
        }
    }
    edit.put(&place(shelf), b"")?;
    Ok(true)
}

/// Forgets the marks that are older than any copy may be; gives how many, so many at most.
pub(crate) fn forget_marks(edit: &mut dyn Edit, most: usize) -> Result<usize, StorageError> {
    let (marks, asides) = (edit.at() / SHELF - 2, edit.at() / clock::DAY - 2);
    let gone = crate::storage::forget_shelf(edit, "mark", marks, most)?;
    Ok(gone + crate::storage::forget_shelf(edit, MARK_OF_ASIDE, asides, most - gone)?)
}

/// Forgets messages that came before an instant, and where their events stood; gives how many, so many at most.
pub(crate) fn forget_messages(edit: &mut dyn Edit, before: i64, most: usize) -> Result<usize, StorageError> {
    let forgotten = edit.forget_before(before, most)?;
    let mut latest = BTreeMap::new();
    for message in &forgotten {
        let Some(of) = super::vehicle_of(&message.log) else { continue };
        if let Ok(event) = Event::from_json(&message.body) {
            history::History::of(of.0, of.1).forget(edit, &event)?;
            let at = latest.entry(of).or_insert(event.at);
            *at = event.at.max(*at);
        }
    }
    for ((org, vehicle), at) in latest {
        history::History::of(org, vehicle).note_forgotten(edit, at)?;
    }
    Ok(forgotten.len())
}

/// Keeps the events of a vehicle that are new, as far as there is room for them today.
fn keep(
    edit: &mut dyn Edit,
    (org, vehicle): (&str, i64),
    events: Vec<(usize, Ready)>,
    per_day: u64,
    (taken, pointers): (&mut Taken, &mut Vec<String>),
) -> Result<(), StorageError> {
    let log = super::log_of(org, vehicle);
    let mut history = history::History::of(org, vehicle);
    let mut quota = Quota::of(edit, key(&["said", org, &vehicle.to_string()]), per_day)?;
    let first = edit.tail(&log)?.next;
    let mut texts: Vec<String> = Vec::with_capacity(events.len());
    for (at, Ready { event, text, rest, .. }) in events {
        if quota.is_full() && !history.has(edit, &rest)? {
            taken.refused.push((at, "rate_limited", quota::why(per_day)));
            taken.limited += 1;
        } else if history.add(edit, (&event, &rest), first + texts.len() as u64)? {
            quota.add(text.len());
            texts.push(text);
        } else {
            taken.duplicates += 1;
        }
    }
    if texts.is_empty() {
        return Ok(());
    }
    taken.accepted += texts.len();
    quota.note(edit)?;
    know_vehicle(edit, org, vehicle)?;
    let bodies: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
    let first = edit.append(&log, &bodies)?;
    pointers.extend((first..).take(texts.len()).map(|number| format!("{number} {log}")));
    Ok(())
}

/// The first part of a text, of which so much is kept aside.
fn cut(raw: &str) -> &str {
    let end = (0..=ASIDE.min(raw.len())).rev().find(|end| raw.is_char_boundary(*end));
    raw.get(..end.unwrap_or_default()).unwrap_or_default()
}

/// What a sender sends that is set aside.
struct Aside<'a> {
    org: &'a str,
    sub: &'a str,
    quota: Quota,
}

impl Aside<'_> {
    /// Keeps something aside, with its reason, once where its body comes again; where there is no room for it today, it is refused and
    /// no more.
    fn put(
        &mut self,
        edit: &mut dyn Edit,
        taken: &mut Taken,
        refused: Refused,
        (raw, is_shown): (&str, bool),
    ) -> Result<(), StorageError> {
        let (now, (index, code, detail)) = (edit.at(), &refused);
        let what = json!([self.sub, index, code, detail, raw]).to_string();
        let name = hex(&Sha256::digest(what.as_bytes()));
        if !self.quota.is_full() && is_first(edit, MARK_OF_ASIDE, now / clock::DAY, (self.org, &name))? {
            let at = clock::text(clock::instant_of(now));
            let shown = if is_shown { cut(raw) } else { "" };
            let value = json!({"at": at, "code": code, "detail": detail, "event": shown});
            put_json(edit, &key(&["quarantine", self.org, &at, &name]), &value)?;
            self.quota.add(shown.len());
        }
        taken.refused.push(refused);
        Ok(())
    }
}

/// What was set aside in an organization, the newest first: why, and which event it was, as far as that can be read. What it says is for
/// nobody who may only read what was set aside.
pub fn quarantine(
    view: &dyn crate::storage::View,
    org: &str,
    limit: usize,
) -> Result<Vec<Value>, StorageError> {
    /// Rows of one scan: earlier versions kept large events whole.
    const STEP: usize = 20;
    let prefix = key(&["quarantine", org]);
    let (mut items, mut after): (Vec<Value>, Option<String>) = (Vec::new(), None);
    while items.len() < limit {
        let most = STEP.min(limit - items.len());
        let scan =
            crate::storage::Scan { prefix: &prefix, after: after.as_deref(), limit: most, backwards: true };
        let found = view.scan(scan)?;
        after = found.last().map(|(name, _)| name.clone());
        for (_, row) in &found {
            let mut row: Value = crate::storage::from_json(row)?;
            row["event"] = head(org, row["event"].as_str().unwrap_or_default()).into();
            items.push(row);
        }
        if found.len() < most {
            break;
        }
    }
    Ok(items)
}

/// Of an event what names it: its id, vehicle, organization and type; nothing where that cannot be read.
fn head(org: &str, raw: &str) -> String {
    let Ok(event) = serde_json::from_str::<BTreeMap<String, Value>>(raw) else { return String::new() };
    if event.get("organizationKey").is_some_and(|named| named != org) {
        return String::new();
    }
    let is_type = |text: &str| {
        text.len() <= 64
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let names = |(name, value): &(String, Value)| match (name.as_str(), value) {
        ("id" | "vehicleId", Value::Number(_)) => true,
        ("organizationKey", _) => true,
        ("type", Value::String(text)) => is_type(text),
        _ => false,
    };
    Value::Object(event.into_iter().filter(names).collect()).to_string()
}

/// When something was set aside, by its row.
pub(crate) fn set_aside(row: &[u8]) -> Option<Timestamp> {
    crate::storage::from_json::<Value>(row).ok()?["at"].as_str()?.parse().ok()
}
