//! The sums of a fleet.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};

use chrono::Datelike;

use super::board::Dashboard;
use super::car::Car;
use super::{Health, HealthPolicy, RowKind, VehicleHealth};
use crate::json::ObjectWriter;
use crate::{Timestamp, Urgency};

/// The sums of a fleet. The summary of a whole is the [`merge`](Self::merge) of those of its parts, so shards, workshops
/// and fleets add up.
///
/// # Examples
///
/// ```
/// use cc_core::dashboard::{Dashboard, Health, HealthPolicy, RowKind};
/// use cc_core::Event;
///
/// let mut dashboard = Dashboard::default();
/// for vehicle in 1..=3 {
///     dashboard.add(&Event::from_json(format!(
///         r#"{{"id":1,"vehicleId":{vehicle},"organizationKey":"semler","time":"2026-05-01T10:00:00Z","type":"can_mil_lamp","value":{}}}"#,
///         vehicle == 2
///     ))?);
/// }
/// let now = "2026-05-01T12:00:00Z".parse().unwrap();
/// let fleet = dashboard.summary(&HealthPolicy::default(), now);
/// assert_eq!((fleet.vehicles, fleet.of(Health::Ok), fleet.of(Health::Attention)), (3, 2, 1));
/// assert_eq!(fleet.open_rows[&(RowKind::WarningLight, None)], 1);
/// # Ok::<(), cc_core::EventDecodeError>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct FleetSummary {
    /// How many cars there are.
    pub vehicles: u64,
    /// How many cars are how; those there are none of are absent.
    pub health: BTreeMap<Health, u64>,
    /// How many open rows there are, by kind and urgency; those there are none of are absent.
    pub open_rows: BTreeMap<(RowKind, Option<Urgency>), u64>,
    /// How many recommendations are open.
    pub open_recommendations: u64,
    /// How many cars were not heard of for [`HealthPolicy::max_age`].
    pub silent: u64,
    /// How many services are most likely due in the month (UTC) of the summary, or overdue.
    pub services_due: u64,
    /// How many of these are overdue.
    pub services_overdue: u64,
}

impl FleetSummary {
    /// How many cars are so.
    pub fn of(&self, health: Health) -> u64 {
        self.health.get(&health).copied().unwrap_or(0)
    }

    /// Adds the sums of another part of the fleet.
    pub fn merge(&mut self, other: &Self) {
        self.vehicles += other.vehicles;
        other.health.iter().for_each(|(health, count)| *self.health.entry(*health).or_default() += count);
        other.open_rows.iter().for_each(|(row, count)| *self.open_rows.entry(*row).or_default() += count);
        self.open_recommendations += other.open_recommendations;
        self.silent += other.silent;
        self.services_due += other.services_due;
        self.services_overdue += other.services_overdue;
    }

    /// The sums as one JSON object on one line: `vehicles`, one member a [`Health`], `silent`, `open_recommendations`,
    /// `services_due`, `services_overdue`, and `open_rows` as an array of `type`, `urgency` and `count`.
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(256);
        let mut object = ObjectWriter::new(&mut out);
        let mut sum = |name: &str, count: u64| object.key(name).push_str(&count.to_string());
        sum("vehicles", self.vehicles);
        for health in Health::ALL {
            sum(health.as_str(), self.of(health));
        }
        sum("silent", self.silent);
        sum("open_recommendations", self.open_recommendations);
        sum("services_due", self.services_due);
        sum("services_overdue", self.services_overdue);
        let rows = object.key("open_rows");
        rows.push('[');
        for (i, ((kind, urgency), count)) in self.open_rows.iter().enumerate() {
            rows.push_str(if i > 0 { "," } else { "" });
            let mut object = ObjectWriter::new(rows);
            object.string("type", &kind.to_string());
            object.optional_string("urgency", urgency.map(Urgency::as_str));
            object.key("count").push_str(&count.to_string());
            object.end();
        }
        rows.push(']');
        object.end();
        out
    }

    pub(super) fn of_cars<'a>(
        dashboard: &Dashboard,
        cars: impl Iterator<Item = &'a Car>,
        policy: &HealthPolicy,
        now: Timestamp,
    ) -> Self {
        let mut sums = Self::default();
        let today = now.date_naive();
        for car in cars {
            let health = VehicleHealth::of(dashboard, Some(car), &car.vehicle, policy, now);
            sums.vehicles += 1;
            *sums.health.entry(health.overall).or_default() += 1;
            for line in car.rows().filter(|line| line.now.is_open()) {
                *sums.open_rows.entry((line.about.kind(), dashboard.urgency(car, line))).or_default() += 1;
            }
            sums.open_recommendations += health.status.open as u64;
            let silent = car.heard.is_none_or(|heard| now.signed_duration_since(heard) > policy.max_age);
            sums.silent += u64::from(silent);
            if let Ok(service) = &health.service {
                let month = |day: chrono::NaiveDate| (day.year(), day.month());
                sums.services_due += u64::from(month(service.due.likely) <= month(today));
                sums.services_overdue += u64::from(service.due.likely < today);
            }
        }
        sums
    }
}
