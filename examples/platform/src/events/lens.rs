//! What someone who may not see everything sees of an event: `cc_core::privacy` decides.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use cc_core::Event;
use cc_core::privacy::{Policy, Purpose, minimise_one};

use super::history::Newer;
use crate::auth::Who;
use crate::auth::account::{Account, account};
use crate::feed::{Kind, Lens, Source};
use crate::items::audience::{EventPart, EventSight, event_sight};
use crate::items::told;
use crate::problem::Problem;
use crate::storage::{StorageError, View};
use crate::{clock, events};

fn usual() -> &'static Policy {
    static POLICY: OnceLock<Policy> = OnceLock::new();
    POLICY.get_or_init(Policy::default)
}

/// The same without where cars are.
fn without_positions() -> &'static Policy {
    static POLICY: OnceLock<Policy> = OnceLock::new();
    POLICY.get_or_init(|| {
        let never = r#"{"keep":"never","latest":false}"#;
        let text = format!(r#"{{"purposes":{{"fleet":{{"kinds":{{"position":{never},"trip":{never}}}}}}}}}"#);
        Policy::from_json(&text).unwrap_or_else(|error| {
            tracing::error!(%error, "the policy of fleets cannot be read");
            Policy::default()
        })
    })
}

/// What is seen of an event at an instant (milliseconds since 1970), where nothing is known of others: what is older than the table
/// keeps it is not seen.
pub fn seen(sight: EventSight, at: i64, event: &[u8]) -> Option<Bytes> {
    if sight == EventSight::ALL {
        return Some(Bytes::copy_from_slice(event));
    }
    seen_as(sight, at, (event, &Event::from_json(event).ok()?), || false)
}

/// What is seen of stored events, the newest first: what is older than the table keeps it only where it is the latest of its subject.
///
/// Errors: those of the storage.
pub(crate) fn seen_of_history(
    view: &dyn View,
    sight: EventSight,
    (org, vehicle): (&str, i64),
    events: Vec<Bytes>,
) -> Result<Vec<Bytes>, StorageError> {
    if sight == EventSight::ALL {
        return Ok(events);
    }
    let mut newer = Newer::of(view, org, vehicle);
    let mut seen = Vec::with_capacity(events.len());
    for event in events {
        let Ok(read) = Event::from_json(&event) else { continue };
        let mut failed = None;
        let is_latest = || {
            newer.is_none(&read).unwrap_or_else(|error| {
                failed = Some(error);
                false
            })
        };
        seen.extend(seen_as(sight, view.at(), (&event, &read), is_latest));
        if let Some(error) = failed {
            return Err(error);
        }
        newer.note(&read);
    }
    Ok(seen)
}

/// What is seen where not everything is; whether it is the latest of its subject is asked where it matters.
fn seen_as(
    sight: EventSight,
    at: i64,
    (event, read): (&[u8], &Event),
    is_latest: impl FnOnce() -> bool,
) -> Option<Bytes> {
    if sight.whole_from.is_some_and(|from| read.at.timestamp_millis() >= from) {
        return Some(Bytes::copy_from_slice(event));
    }
    let (policy, purpose) = match sight.part? {
        EventPart::Workshop => (usual(), Purpose::Workshop),
        EventPart::Fleet { positions: Some(since) } if read.at.timestamp_millis() >= since => {
            (usual(), Purpose::Fleet)
        }
        EventPart::Fleet { .. } => (without_positions(), Purpose::Fleet),
    };
    let keeps = |is_latest| minimise_one(policy, purpose, None, clock::instant_of(at), read, is_latest).ok();
    let mut kept = keeps(false)?;
    if kept.is_none() {
        // Only the latest of its subject stays, if that.
        kept = keeps(true)?.filter(|_| is_latest());
    }
    Some(kept?.to_json().into())
}

/// What someone sees of the events of a vehicle.
///
/// Errors: `not_found`, `session_revoked`.
pub fn vehicle_sight(view: &dyn View, who: &Who, org: &str, vehicle: i64) -> Result<EventSight, Problem> {
    let account = account(view, who)?.ok_or_else(Problem::session_revoked)?;
    event_sight(view, who, &account, org, vehicle)?.ok_or_else(Problem::not_found)
}

/// The feed of a vehicle, as it may be read.
pub fn vehicle_source(sight: EventSight, org: &str, vehicle: i64) -> Source {
    let lens: Option<Lens> = match sight {
        EventSight::ALL => None,
        sight => Some(Arc::new(move |view: &dyn View, event: &Bytes| Ok(seen(sight, view.at(), event)))),
    };
    source(events::log_of(org, vehicle), lens, false)
}

/// The feed of an organization, as a partner may read it.
pub fn organization_source(view: &dyn View, who: &Who, org: &str) -> Result<Source, Problem> {
    partner_source(account(view, who)?.ok_or_else(Problem::session_revoked)?, who, org)
}

/// The same, to whom it is that reads it.
pub(crate) fn partner_source(known: Account, who: &Who, org: &str) -> Result<Source, Problem> {
    if who.org != org || !known.roles.contains(&crate::auth::Role::Partner) {
        return Err(Problem::not_found());
    }
    let (who, org) = (who.clone(), org.to_owned());
    let log = events::log_of_all(&org);
    let lens: Lens = Arc::new(move |view: &dyn View, event: &Bytes| {
        let vehicle = Event::from_json(event).ok().and_then(|event| event.vehicle);
        let Some(vehicle) = vehicle else { return Ok(None) };
        let sight = event_sight(view, &who, &known, &org, vehicle.0)?;
        Ok(sight.and_then(|sight| seen(sight, view.at(), event)))
    });
    Ok(source(log, Some(lens), true))
}

fn source(log: String, lens: Option<Lens>, pointers: bool) -> Source {
    let content_type = "application/json".to_owned();
    Source {
        log,
        base: 0,
        kind: Kind::Json,
        content_type,
        closed: false,
        lens,
        new_is_plain: false,
        pointers,
        listed: false,
        heartbeats: true,
        ends: None,
    }
}

/// The feed of everything that changes for someone.
pub fn own_source(who: &Who) -> Source {
    let of = who.clone();
    let lens: Lens = Arc::new(move |view: &dyn View, record: &Bytes| told(view, &of, record).map(Some));
    Source { listed: true, new_is_plain: true, ..source(who.feed(), Some(lens), false) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fleet_sees_no_positions_without_leave_and_a_workshop_never() {
        let now = clock::now().timestamp_millis();
        let at = clock::text(clock::instant_of(now));
        let position = format!(
            r#"{{"id":1,"vehicleId":7,"organizationKey":"demo","time":"{at}","type":"gps_position","latitude":0.1234567,"longitude":-150.1234567}}"#
        );
        let code = format!(
            r#"{{"id":1,"vehicleId":7,"organizationKey":"demo","time":"{at}","type":"can_dtc","code":"0301","sourceType":"j2012"}}"#
        );
        let part = |part| EventSight { whole_from: None, part: Some(part) };
        let since = |from| EventSight { whole_from: Some(from), part: None };
        assert_eq!(seen(part(EventPart::Fleet { positions: None }), now, position.as_bytes()), None);
        let from = |since| part(EventPart::Fleet { positions: Some(since) });
        assert_eq!(seen(from(now + 1), now, position.as_bytes()), None);
        let coarse = seen(from(now), now, position.as_bytes()).unwrap();
        assert!(!String::from_utf8_lossy(&coarse).contains("1234567"));
        assert_eq!(seen(part(EventPart::Workshop), now, position.as_bytes()), None);
        assert!(seen(part(EventPart::Workshop), now, code.as_bytes()).is_some(), "{code}");
        assert_eq!(seen(since(now + 1), now, position.as_bytes()), None);
        assert_eq!(seen(since(now), now, position.as_bytes()).unwrap(), position.as_bytes());
        let both = EventSight { whole_from: Some(now + 1), part: Some(EventPart::Workshop) };
        assert_eq!(seen(both, now, position.as_bytes()), None);
        assert!(seen(both, now, code.as_bytes()).is_some());
        assert_eq!(seen(EventSight::ALL, now, position.as_bytes()).unwrap(), position.as_bytes());
        // An hour later it is too old, save for who drove then, or where nothing newer is known.
        let later = now + 3_600_000;
        assert_eq!(seen(from(0), later, position.as_bytes()), None);
        let read = Event::from_json(position.as_bytes()).unwrap();
        assert!(seen_as(from(0), later, (position.as_bytes(), &read), || true).is_some());
        assert!(seen(since(now), later, position.as_bytes()).is_some());
    }
}
