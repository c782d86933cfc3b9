//! The function, and the same for one event.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use chrono::Datelike;

use super::body::minimise_body;
use super::report::{ChangeReason, Changes, DropReason, Report};
use super::{DataKind, Disclosure, Policy, PseudonymKey, Purpose, PurposeRules};
use crate::event::Spelling;
use crate::{Body, Event, OrganizationKey, Timestamp, UnknownFields, VehicleId};

/// Why events cannot be minimised.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MinimiseError {
    /// The purpose knows vehicles by pseudonyms only, and there is no key to make them.
    #[error("{purpose}: expected a key for the vehicles' pseudonyms")]
    KeyMissing {
        /// The purpose.
        purpose: Purpose,
    },
}

/// What is left of events, and what was removed.
#[derive(Clone, Debug, PartialEq)]
pub struct Minimised {
    /// The events that may be kept, in canonical order.
    pub events: Vec<Event>,
    /// What was removed.
    pub report: Report,
}

/// Applies the table: gives of these events what may be kept for a purpose at an instant.
///
/// The order of the events does not matter, and what was minimised stays as it is when it is minimised again for the
/// same purpose, under the same key and at the same instant. All events are needed at once, since only together do they show
/// which is the most recent one. See the [module](super) for what is done.
///
/// # Examples
///
/// ```
/// use cc_core::Event;
/// use cc_core::privacy::{Policy, PseudonymKey, Purpose, minimise};
///
/// let event = Event::from_json(
///     r#"{"id":1,"vehicleId":7,"organizationKey":"semler","vin":"WVWZZZ1KZAM000001","time":"2026-05-01T10:00:30Z",
///     "type":"gps_position","latitude":0.0012,"longitude":-150.00421,"speed":171,"direction":90,"note":"home"}"#,
/// )?;
/// let (policy, now) = (Policy::default(), "2026-05-01T10:30:00Z".parse().unwrap());
///
/// let workshop = minimise(&policy, Purpose::Workshop, None, now, [event.clone()])?;
/// assert_eq!(workshop.events, []);
///
/// let key = PseudonymKey::new(&[7; 32])?;
/// let analytics = minimise(&policy, Purpose::Analytics, Some(&key), now, [event.clone()])?;
/// assert_eq!(
///     analytics.events[0].to_json(),
///     r#"{"id":1711644068912032,"vehicleId":8241509868737937,"organizationKey":"pseudonym-4f93c3ed82a053be3731a6e32b7f839e","time":"2026-05-01T10:00:00Z","type":"gps_position","latitude":-0.000551,"longitude":-150.0029978,"speed":130}"#
/// );
/// assert_eq!(
///     analytics.report.to_canonical_json(),
///     r#"{"kinds":{"position":{"changed":{"identifier":1,"position":1,"pseudonym":1,"speed":1,"time":1,"unknown":1},"dropped":{},"kept":1,"kept_as_latest":0}},"purpose":"analytics"}"#
/// );
///
/// let error = minimise(&policy, Purpose::Analytics, None, now, [event]).unwrap_err();
/// assert_eq!(error.to_string(), "analytics: expected a key for the vehicles' pseudonyms");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn minimise(
    policy: &Policy,
    purpose: Purpose,
    key: Option<&PseudonymKey>,
    now: Timestamp,
    events: impl IntoIterator<Item = Event>,
) -> Result<Minimised, MinimiseError> {
    let rules = policy.purpose(purpose);
    let key = own_names(rules, purpose, key)?;
    let mut report = Report::new(purpose);
    let mut kept: Vec<Kept> = Vec::new();
    let mut latest: BTreeMap<Subject, Kept> = BTreeMap::new();
    for event in events {
        let kind = DataKind::of(&event);
        let minimised = one(policy, rules, &event, |event| replace_names(key.as_ref(), purpose, event));
        let (item, kind) = match (minimised, kind) {
            (Ok((event, changes)), Some(kind)) => (Kept { event, kind, changes, is_old: false }, kind),
            (Err(reason), kind) => {
                report.dropped(kind, reason);
                continue;
            }
            (Ok(_), None) => {
                report.dropped(None, DropReason::Unknown);
                continue;
            }
        };
        let is_old = !rules.kind(kind).keep.until(item.event.at).holds_at(now);
        let item = Kept { is_old, ..item };
        if !rules.kind(kind).latest {
            if is_old {
                report.dropped(Some(kind), DropReason::TooOld);
            } else {
                kept.push(item);
            }
            continue;
        }
        // The most recent one waits aside until a more recent one takes its place.
        let older = match latest.entry(Subject::of(&item.event)) {
            alloc::collections::btree_map::Entry::Vacant(place) => {
                place.insert(item);
                continue;
            }
            alloc::collections::btree_map::Entry::Occupied(mut place) => {
                // Of two that are one event by now, whichever was more changed: so that their order does not matter.
                let there = place.get();
                let order = there.event.canonical_cmp(&item.event).then(there.changes.cmp(&item.changes));
                if order.is_lt() { place.insert(item) } else { item }
            }
        };
        if older.is_old {
            report.dropped(Some(kind), DropReason::TooOld);
        } else {
            kept.push(older);
        }
    }
    kept.extend(latest.into_values());
    for item in &kept {
        report.kept(item.kind, item.changes, item.is_old);
    }
    let mut events: Vec<Event> = kept.into_iter().map(|item| item.event).collect();
    events.sort_by(Event::canonical_cmp);
    Ok(Minimised { events, report })
}

/// Applies the table to one event, where others of its vehicle are not at hand: gives what of it may be kept for a purpose at an
/// instant, if anything.
///
/// `is_latest` says whether it is the most recent of its subject: of its vehicle and type, and for `signal_reading` of its signal.
/// One that is older than its kind is kept stays only then, and only where the table keeps the most recent one.
///
/// Errors: those of [`minimise`].
///
/// # Examples
///
/// ```
/// use cc_core::Event;
/// use cc_core::privacy::{Policy, Purpose, minimise_one};
///
/// let event = Event::from_json(
///     r#"{"id":1,"vehicleId":7,"organizationKey":"semler","time":"2026-05-01T10:00:30Z","type":"gps_position",
///     "latitude":0.0012,"longitude":-150.00421}"#,
/// )?;
/// let (policy, now) = (Policy::default(), "2026-05-01T12:30:00Z".parse().unwrap());
/// let kept = |is_latest| minimise_one(&policy, Purpose::Fleet, None, now, &event, is_latest);
/// assert!(kept(true)?.is_some());
/// assert_eq!(kept(false)?, None);
///
/// let error = minimise_one(&policy, Purpose::Analytics, None, now, &event, true).unwrap_err();
/// assert_eq!(error.to_string(), "analytics: expected a key for the vehicles' pseudonyms");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn minimise_one(
    policy: &Policy,
    purpose: Purpose,
    key: Option<&PseudonymKey>,
    now: Timestamp,
    event: &Event,
    is_latest: bool,
) -> Result<Option<Event>, MinimiseError> {
    let rules = policy.purpose(purpose);
    let key = own_names(rules, purpose, key)?;
    let kept = one(policy, rules, event, |event| replace_names(key.as_ref(), purpose, event));
    let (Ok((kept, _)), Some(kind)) = (kept, DataKind::of(event)) else { return Ok(None) };
    let rules = rules.kind(kind);
    let stays = rules.latest && is_latest || rules.keep.until(kept.at).holds_at(now);
    Ok(Some(kept).filter(|_| stays))
}

/// A key, and the organization that it makes of all.
type OwnNames<'a> = (&'a PseudonymKey, Option<OrganizationKey>);

/// What names are replaced with, where the purpose knows none.
fn own_names<'a>(
    rules: &PurposeRules,
    purpose: Purpose,
    key: Option<&'a PseudonymKey>,
) -> Result<Option<OwnNames<'a>>, MinimiseError> {
    match (rules.disclosure, key) {
        (Disclosure::Pseudonym, None) => Err(MinimiseError::KeyMissing { purpose }),
        (Disclosure::Pseudonym, Some(key)) => Ok(Some((key, key.organization(purpose)))),
        _ => Ok(None),
    }
}

/// Replaces the names of an event; false where they stay, or were replaced before.
fn replace_names(key: Option<&OwnNames<'_>>, purpose: Purpose, event: &mut Event) -> bool {
    match key {
        None => false,
        Some((_, own)) if own.is_some() && event.organization == *own => false,
        Some((key, own)) => {
            (event.vehicle, event.id) = (key.vehicle(purpose, event), key.event(purpose, event));
            event.organization.clone_from(own);
            true
        }
    }
}

/// An event that may be kept.
struct Kept {
    event: Event,
    kind: DataKind,
    changes: Changes,
    /// Whether it stays only as the most recent one.
    is_old: bool,
}

/// Of what there is one most recent event: a type, or a custom signal, of a vehicle.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Subject {
    organization: Option<OrganizationKey>,
    vehicle: Option<VehicleId>,
    type_name: String,
    signal: String,
}

impl Subject {
    fn of(event: &Event) -> Self {
        let signal = match &event.body {
            Body::Reading(reading) => reading.signal.as_str(),
            _ => "",
        };
        Self {
            organization: event.organization.clone(),
            vehicle: event.vehicle,
            type_name: event.type_name().into(),
            signal: signal.into(),
        }
    }
}

/// Takes from one event what the purpose does not need.
fn one(
    policy: &Policy,
    rules: &PurposeRules,
    event: &Event,
    replace_names: impl FnOnce(&mut Event) -> bool,
) -> Result<(Event, Changes), DropReason> {
    let kind = DataKind::of(event).ok_or(DropReason::Unknown)?;
    if rules.kind(kind).keep == super::Retention::Never {
        return Err(DropReason::NotForPurpose);
    }
    let at = rules.time.coarsen(event.at);
    if [at, event.at].iter().any(|at| !(0..=9_999).contains(&at.year())) {
        return Err(DropReason::Unreadable);
    }
    let mut changes = Changes::default();
    let mut event = event.clone();
    // First, since the event's own number is made of all it says.
    if replace_names(&mut event) {
        changes.add(ChangeReason::Pseudonym);
    }
    if event.vin.is_some() && rules.disclosure < Disclosure::Identifiers {
        event.vin = None;
        changes.add(ChangeReason::Identifier);
    }
    // What the typed fields do not say may be anything: it goes in every purpose.
    if !event.unknown.is_empty() || event.spelling != Spelling::default() {
        event.unknown = UnknownFields::default();
        event.spelling = Spelling::default();
        changes.add(ChangeReason::Unknown);
    }
    if at != event.at {
        event.at = at;
        changes.add(ChangeReason::Time);
    }
    minimise_body(policy, rules, &mut event.body, &mut changes)?;
    Ok((event, changes))
}
