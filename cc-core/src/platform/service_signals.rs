//! What a car says of its next service, folded from readings.

use alloc::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, TimeDelta};

use super::ServiceKind;
use crate::{Body, Event, Number, Reading, SignalId, Timestamp, Value};

/// How many leads are remembered: the latest.
const MOST_LEADS: usize = 64;

/// When a service is due, by what the car said last.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ServiceDue {
    /// The day it is due.
    pub date: Option<NaiveDate>,
    /// The distance that was left when the car last told it, km; below zero it is overdue.
    pub distance_left: Option<Number>,
}

/// What one car has said of its services, and the leads that a platform made of it.
///
/// Cars count down: `can_next_service_days` and `can_next_service_km` tell what is left and go below zero, or stay at
/// zero while `can_exceeded_oil_change_days` and `…_km` count up. Some tell the days only in steps of thirty. A
/// `service_reminder_lead` says that the workshop was told; it is sent again and again, and one instant is one lead.
///
/// Readings come at least once and in any order; of each signal the latest counts, and of two at one instant the one
/// that is due first.
///
/// # Examples
///
/// ```
/// use cc_core::Event;
/// use cc_core::platform::{ServiceKind, ServiceSignals};
///
/// let mut signals = ServiceSignals::default();
/// for json in [
///     r#"{"id":1,"vehicleId":7,"organizationKey":"local","time":"2026-05-01T10:00:00Z","type":"can_next_service_days","value":30}"#,
///     r#"{"id":2,"vehicleId":7,"organizationKey":"local","time":"2026-05-01T10:00:00Z","type":"can_next_service_km","value":900}"#,
/// ] {
///     signals.fold(&Event::from_json(json)?);
/// }
/// let due = signals.due(ServiceKind::Service).ok_or("due")?;
/// assert_eq!(due.date, chrono::NaiveDate::from_ymd_opt(2026, 5, 31));
/// assert_eq!(due.distance_left, Some(900.into()));
/// assert_eq!(signals.due(ServiceKind::OilChange), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ServiceSignals {
    left: BTreeMap<Counter, (Timestamp, Number)>,
    last_service: Option<NaiveDate>,
    leads: BTreeSet<Timestamp>,
}

/// One of a car's counters.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Counter {
    Days(ServiceKind),
    Days30(ServiceKind),
    DaysOver(ServiceKind),
    Kilometers(ServiceKind),
    KilometersOver(ServiceKind),
}

impl Counter {
    fn of(signal: &SignalId) -> Option<Self> {
        use ServiceKind::{OilChange, Service};
        let table = [
            (SignalId::NEXT_SERVICE_TIME, Self::Days(Service)),
            (SignalId::NEXT_SERVICE_30DAYS, Self::Days30(Service)),
            (SignalId::NEXT_SERVICE_DISTANCE, Self::Kilometers(Service)),
            (SignalId::NEXT_OIL_CHANGE_TIME, Self::Days(OilChange)),
            (SignalId::NEXT_OIL_CHANGE_30DAYS, Self::Days30(OilChange)),
            (SignalId::NEXT_OIL_CHANGE_DISTANCE, Self::Kilometers(OilChange)),
            (SignalId::EXCEEDED_OIL_CHANGE_TIME, Self::DaysOver(OilChange)),
            (SignalId::EXCEEDED_OIL_CHANGE_DISTANCE, Self::KilometersOver(OilChange)),
        ];
        table.into_iter().find(|(id, _)| id == signal).map(|(_, counter)| counter)
    }

    /// Whether it counts what is over, not what is left.
    fn is_over(self) -> bool {
        matches!(self, Self::DaysOver(_) | Self::KilometersOver(_))
    }
}

impl ServiceSignals {
    /// Takes in an event of the car. Gives whether it says anything of a service.
    pub fn fold(&mut self, event: &Event) -> bool {
        let Body::Reading(reading @ Reading { signal, value, .. }) = &event.body else { return false };
        match value {
            Value::Date(day) if *signal == SignalId::LAST_SERVICE_DATE => {
                self.last_service = self.last_service.max(Some(*day));
            }
            Value::Instant(lead) if *signal == SignalId::SERVICE_REMINDER_LEAD => {
                self.leads.insert(*lead);
                if self.leads.len() > MOST_LEADS {
                    self.leads.pop_first();
                }
            }
            Value::Number(number) => {
                let Some(counter) = Counter::of(signal) else { return false };
                if signal.signal().is_none_or(|row| row.unit != reading.unit()) {
                    return false;
                }
                let heard = (event.at, number.clone());
                let known = self.left.entry(counter).or_insert_with(|| heard.clone());
                let first_due = if counter.is_over() { heard.1 > known.1 } else { heard.1 < known.1 };
                if heard.0 > known.0 || (heard.0 == known.0 && first_due) {
                    *known = heard;
                }
            }
            _ => return false,
        }
        true
    }

    /// When a service is due; `None` if the car has said nothing of it.
    ///
    /// What is over speaks where it is above zero and not older than what is left. Days in steps of thirty speak only
    /// where there are no others.
    pub fn due(&self, kind: ServiceKind) -> Option<ServiceDue> {
        let days = self.left_of(Counter::Days(kind), Counter::DaysOver(kind));
        let days = days.or_else(|| self.left.get(&Counter::Days30(kind)).cloned());
        let date = days.and_then(|(at, days)| {
            // Whole days: a car that counts half ones is due on the day that half falls on.
            let days = TimeDelta::try_days(floor(days.as_f64()))?;
            at.date_naive().checked_add_signed(days)
        });
        let distance = self.left_of(Counter::Kilometers(kind), Counter::KilometersOver(kind));
        let distance_left = distance.map(|(_, left)| left);
        (date.is_some() || distance_left.is_some()).then_some(ServiceDue { date, distance_left })
    }

    /// The day of the last service, as the car tells it.
    pub fn last_service(&self) -> Option<NaiveDate> {
        self.last_service
    }

    /// The leads that a platform made, each once, the oldest first; at most the latest 64.
    pub fn leads(&self) -> impl Iterator<Item = Timestamp> {
        self.leads.iter().copied()
    }

    fn left_of(&self, left: Counter, over: Counter) -> Option<(Timestamp, Number)> {
        let left = self.left.get(&left);
        match self.left.get(&over) {
            Some((at, over)) if over.as_f64() > 0.0 && left.is_none_or(|(heard, _)| heard <= at) => {
                Some((*at, Number::from_f64(-over.as_f64())?))
            }
            _ => left.cloned(),
        }
    }
}

/// The whole number at or below: the same on every platform, without a mathematics library.
fn floor(number: f64) -> i64 {
    let whole = number as i64;
    if whole as f64 > number { whole.saturating_sub(1) } else { whole }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    fn said(signal: &str, value: &str, day: u32) -> Event {
        let json = format!(
            "{{\"id\":1,\"vehicleId\":7,\"organizationKey\":\"local\",\"time\":\"2026-05-{day:02}T23:00:00Z\",\"type\":\"{signal}\",\"value\":{value}}}"
        );
        Event::from_json(json).unwrap()
    }

    #[test]
    fn what_is_due_follows_the_counters() {
        for (about, events, date, left) in [
            (
                "days and distance",
                &[("can_next_service_days", "30", 1), ("can_next_service_km", "1500", 2)][..],
                Some("2026-05-31"),
                Some("1500"),
            ),
            ("overdue", &[("can_next_service_days", "-3", 10)], Some("2026-05-07"), None),
            ("half a day is on that day", &[("can_next_service_days", "-0.5", 10)], Some("2026-05-09"), None),
            (
                "steps of thirty where there is nothing better",
                &[("can_next_service_30days", "60", 1)],
                Some("2026-06-30"),
                None,
            ),
            (
                "days where there are",
                &[("can_next_service_30days", "60", 3), ("can_next_service_days", "41", 1)],
                Some("2026-06-11"),
                None,
            ),
            (
                "the latest counts",
                &[("can_next_service_km", "900", 4), ("can_next_service_km", "1000", 3)],
                None,
                Some("900"),
            ),
            (
                "of an oil change nothing",
                &[("can_next_oil_change_km", "900", 4), ("can_exceeded_oil_change_days", "5", 4)],
                None,
                None,
            ),
            ("further than a calendar goes", &[("can_next_service_days", "1e300", 4)], None, None),
            ("or began", &[("can_next_service_days", "-1e300", 4)], None, None),
        ] {
            let mut signals = ServiceSignals::default();
            for (signal, value, day) in events {
                assert!(signals.fold(&said(signal, value, *day)), "{about}");
            }
            let due = signals.due(ServiceKind::Service).unwrap_or_default();
            assert_eq!(due.date, date.map(|date| date.parse().unwrap()), "{about}");
            assert_eq!(due.distance_left, left.map(|left| left.parse().unwrap()), "{about}");
        }
    }

    #[test]
    fn what_is_over_speaks_until_something_newer_is_left() {
        let mut signals = ServiceSignals::default();
        for event in [
            said("can_next_oil_change_days", "0", 1),
            said("can_exceeded_oil_change_days", "4", 2),
            said("can_exceeded_oil_change_km", "250", 2),
        ] {
            signals.fold(&event);
        }
        let due = signals.due(ServiceKind::OilChange).unwrap();
        assert_eq!((due.date, due.distance_left), (Some("2026-04-28".parse().unwrap()), Some((-250).into())));
        signals.fold(&said("can_next_oil_change_days", "365", 3));
        let due = signals.due(ServiceKind::OilChange).unwrap();
        assert_eq!(due.date, Some("2027-05-03".parse().unwrap()));
    }

    #[test]
    fn a_lead_that_is_sent_again_is_one_lead() {
        let mut signals = ServiceSignals::default();
        let lead = "\"2026-05-01T10:00:00+02:00\"";
        for event in [
            said("service_reminder_lead", lead, 1),
            said("service_reminder_lead", "\"2026-05-01T08:00:00.0Z\"", 2),
        ] {
            assert!(signals.fold(&event));
        }
        assert_eq!(
            signals.leads().collect::<Vec<_>>(),
            ["2026-05-01T08:00:00Z".parse::<Timestamp>().unwrap()]
        );
        assert!(!signals.fold(&said("car_ignition", "true", 1)));
        assert!(!signals.fold(&said("car_battery_voltage", "12.4", 1)));
        assert!(signals.fold(&said("can_last_service_at_date", "\"2026-04-30\"", 1)));
        assert_eq!(signals.last_service(), Some("2026-04-30".parse().unwrap()));
    }

    proptest! {
        #[test]
        fn any_order_and_number_of_readings_folds_to_the_same(
            events in proptest::collection::vec((0_usize..11, -40_i64..400, 1_u32..4), 1..30),
            order in proptest::collection::vec(any::<prop::sample::Index>(), 0..60),
        ) {
            let types = [
                "can_next_service_days", "can_next_service_30days", "can_next_service_km", "can_next_oil_change_days",
                "can_next_oil_change_30days", "can_next_oil_change_km", "can_exceeded_oil_change_days", "can_exceeded_oil_change_km",
            ];
            let events: Vec<Event> = events.into_iter().map(|(kind, value, day)| match types.get(kind) {
                Some(name) => said(name, &format!("{value}"), day),
                None if kind == 8 => said("can_last_service_at_date", &format!("\"2026-0{}-01\"", 1 + value.rem_euclid(9)), day),
                None => said("service_reminder_lead", &format!("\"{:04}-05-01T10:00:00Z\"", 1_900 + value), day),
            }).collect();
            let (mut forward, mut shuffled) = (ServiceSignals::default(), ServiceSignals::default());
            for event in &events {
                forward.fold(event);
            }
            for event in order.iter().map(|index| index.get(&events)).chain(events.iter().rev()) {
                shuffled.fold(event);
            }
            prop_assert_eq!(forward, shuffled);
        }
    }
}
