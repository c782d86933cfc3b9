//! How a car is, part by part.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use chrono::{SecondsFormat, TimeDelta};

use super::board::Dashboard;
use super::car::Car;
use super::system::is_red;
use super::{RowKind, Status, Subject, VehicleSystem};
use crate::json::ObjectWriter;
use crate::prediction::{Limit, NoPrediction, ServiceHistory, ServicePlan, ServicePrediction};
use crate::{Language, Timestamp, Urgency, VehicleRef, Vin};

/// How a car or a part of it is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Health {
    /// It was heard of lately, and nothing is wrong.
    Ok,
    /// It was not heard of lately: silence is not health.
    Unknown,
    /// Something should be looked at.
    Attention,
    /// Something should be looked at this week or at once.
    Urgent,
}

impl Health {
    /// Every one, from the best to the worst.
    pub const ALL: [Self; 4] = [Self::Ok, Self::Unknown, Self::Attention, Self::Urgent];

    /// The name for it in JSON: `ok`, `unknown`, `attention` or `urgent`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unknown => "unknown",
            Self::Attention => "attention",
            Self::Urgent => "urgent",
        }
    }

    /// The word for it in a language .
    pub fn word(self, language: Language) -> &'static str {
        let words = match self {
            Self::Ok => ["ok", "ok", "in Ordnung", "ok", "ok", "correcto"],
            Self::Unknown => ["unknown", "ukendt", "unbekannt", "ukjent", "okänt", "desconocido"],
            Self::Attention => ["attention", "se efter", "prüfen", "se etter", "se över", "atención"],
            Self::Urgent => ["urgent", "haster", "dringend", "haster", "brådskande", "urgente"],
        };
        language.of(words)
    }
}

/// What health is judged by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct HealthPolicy {
    /// How old the last sign of life may be, of the car and of each part.
    pub max_age: TimeDelta,
    /// What is known of the cars' service plan beside what they say.
    pub service: ServicePlan,
}

impl Default for HealthPolicy {
    /// Two weeks (product choice), and what the cars say of their service.
    fn default() -> Self {
        Self { max_age: TimeDelta::days(14), service: ServicePlan::default() }
    }
}

/// How a car is.
///
/// Trouble does not pass by silence: an open row counts however old it is. Health does: a part that was not heard of
/// within [`HealthPolicy::max_age`] is unknown. A reading shows that a part is watched; what its value means is the
/// business of the rules, whose changes are given to [`Dashboard::add_change`].
///
/// # Examples
///
/// ```
/// use cc_core::dashboard::{Dashboard, Health, HealthPolicy, VehicleSystem};
/// use cc_core::{Event, Language};
///
/// let mut dashboard = Dashboard::default();
/// dashboard.add(&Event::from_json(
///     r#"{"id":1,"vehicleId":7,"organizationKey":"semler","time":"2026-05-01T10:00:00Z","type":"can_mil_lamp","value":true}"#,
/// )?);
/// let car = "semler/7".parse().unwrap();
/// let now = "2026-05-01T12:00:00Z".parse().unwrap();
/// let health = dashboard.health(&car, &HealthPolicy::default(), now);
/// assert_eq!(health.overall, Health::Attention);
/// assert_eq!(health.system(VehicleSystem::Engine).health, Health::Attention);
/// assert_eq!(health.system(VehicleSystem::Tires).health, Health::Unknown);
/// assert_eq!(health.status.line(Language::English, now), "1 open warning, updated 2 hours ago");
/// # Ok::<(), cc_core::EventDecodeError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct VehicleHealth {
    /// The car.
    pub vehicle: VehicleRef,
    /// Its VIN, where it is known.
    pub vin: Option<Vin>,
    /// The car as a whole: as its worst part or open recommendation; unknown if it was not heard of lately or no part is
    /// known to be well.
    pub overall: Health,
    /// What the app says of it.
    pub status: Status,
    /// Part by part, in the order of [`VehicleSystem::ALL`].
    pub systems: Vec<SystemHealth>,
    /// When the next service is due.
    pub service: Result<ServicePrediction, NoPrediction>,
}

/// How a part of a car is.
#[derive(Clone, Debug, PartialEq)]
pub struct SystemHealth {
    /// The part.
    pub system: VehicleSystem,
    /// How it is.
    pub health: Health,
    /// What that is based on: of several, the worst, and of those the latest.
    pub evidence: Evidence,
    /// From when the evidence is.
    pub at: Option<Timestamp>,
}

/// What the health of a part is based on.
#[derive(Clone, PartialEq)]
pub enum Evidence {
    /// Nothing was ever heard of it.
    Nothing,
    /// An open row.
    Row {
        /// Its kind.
        kind: RowKind,
        /// Its name.
        name: Box<str>,
        /// How urgent the open recommendations about it are.
        urgency: Option<Urgency>,
    },
    /// The date of the next service is passed.
    ServiceOverdue,
    /// Something was heard of it, and no row is open.
    Watched,
}

/// Does not show a row's name, which may be any text that was sent as a code.
impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("Nothing"),
            Self::Row { kind, urgency, .. } => {
                f.debug_struct("Row").field("kind", kind).field("urgency", urgency).finish_non_exhaustive()
            }
            Self::ServiceOverdue => f.write_str("ServiceOverdue"),
            Self::Watched => f.write_str("Watched"),
        }
    }
}

impl fmt::Debug for VehicleHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VehicleHealth")
            .field("overall", &self.overall)
            .field("status", &self.status)
            .field("systems", &self.systems)
            .finish_non_exhaustive()
    }
}

impl SystemHealth {
    /// How old the evidence is; zero where a car's clock runs ahead.
    pub fn age(&self, now: Timestamp) -> Option<TimeDelta> {
        Some(now.signed_duration_since(self.at?).max(TimeDelta::zero()))
    }

    fn worsen(&mut self, health: Health, at: Option<Timestamp>, evidence: impl FnOnce() -> Evidence) {
        if (health, at) > (self.health, self.at) || self.health < Health::Attention {
            (self.health, self.at, self.evidence) = (health, at, evidence());
        }
    }
}

impl VehicleHealth {
    /// The car as one JSON object on one line, the VIN too, on purpose: `vehicle`, `vin`, `health` (`ok`, `unknown`,
    /// `attention`, `urgent`), `heard`, `open_recommendations`, `open_rows`, `systems` (each with `system`, `health` and
    /// `at`), and `next_service` with `earliest`, `likely`, `latest`, `limit` and `confidence`, or with `unknown` and why.
    pub fn to_json(&self) -> String {
        let instant = |at: Timestamp| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        let mut out = String::with_capacity(512);
        let mut object = ObjectWriter::new(&mut out);
        object.string("vehicle", &self.vehicle.to_string());
        object.optional_string("vin", self.vin.map(|vin| vin.to_string()).as_deref());
        object.string("health", self.overall.as_str());
        object.optional_string("heard", self.status.heard.map(instant).as_deref());
        object.key("open_recommendations").push_str(&self.status.open.to_string());
        object.key("open_rows").push_str(&self.status.warnings.to_string());
        let systems = object.key("systems");
        systems.push('[');
        for (i, part) in self.systems.iter().enumerate() {
            systems.push_str(if i > 0 { "," } else { "" });
            let mut object = ObjectWriter::new(systems);
            object.string("system", part.system.as_str());
            object.string("health", part.health.as_str());
            object.optional_string("at", part.at.map(instant).as_deref());
            object.end();
        }
        systems.push(']');
        let mut service = ObjectWriter::new(object.key("next_service"));
        match &self.service {
            Ok(next) => {
                service.string("earliest", &next.due.earliest.to_string());
                service.string("likely", &next.due.likely.to_string());
                service.optional_string("latest", next.due.latest.map(|day| day.to_string()).as_deref());
                service.string("limit", if next.limit == Limit::Distance { "distance" } else { "time" });
                service.string("confidence", next.confidence.as_str());
            }
            Err(reason) => service.string("unknown", &reason.to_string()),
        }
        service.end();
        object.end();
        out
    }

    /// How a part is.
    pub fn system(&self, system: VehicleSystem) -> SystemHealth {
        let known = self.systems.iter().find(|known| known.system == system);
        known.cloned().unwrap_or(SystemHealth {
            system,
            health: Health::Unknown,
            evidence: Evidence::Nothing,
            at: None,
        })
    }

    pub(super) fn of(
        dashboard: &Dashboard,
        car: Option<&Car>,
        vehicle: &VehicleRef,
        policy: &HealthPolicy,
        now: Timestamp,
    ) -> Self {
        let is_recent = |at: Timestamp| now.signed_duration_since(at) <= policy.max_age;
        let watched = |system| {
            let at = car.and_then(|car| car.watched(system));
            let health = if at.is_some_and(is_recent) { Health::Ok } else { Health::Unknown };
            let evidence = if at.is_some() { Evidence::Watched } else { Evidence::Nothing };
            SystemHealth { system, health, evidence, at }
        };
        let mut systems: Vec<_> = VehicleSystem::ALL.into_iter().map(watched).collect();
        let mut overall = Health::Ok;
        for line in car
            .iter()
            .flat_map(|car| car.rows().filter(|line| line.now.is_open()).map(move |line| (*car, line)))
        {
            let (car, line) = line;
            let (subject, urgency) = (line.about.subject(), dashboard.urgency(car, line));
            let system = match &subject {
                Some(Subject::Code(dtc)) => VehicleSystem::of_dtc(*dtc).or(Some(VehicleSystem::Engine)),
                Some(Subject::Signal(signal)) => match VehicleSystem::of_signal(signal) {
                    Some(system) => Some(system),
                    None => continue,
                },
                None => None,
            };
            let is_red = matches!(&subject, Some(Subject::Signal(signal)) if is_red(signal));
            let health = if is_red { Health::Urgent } else { of_urgency(urgency).max(Health::Attention) };
            overall = overall.max(health);
            if let Some(known) = system.and_then(|system| systems.get_mut(system as usize)) {
                known.worsen(health, line.now.last_occurred, || Evidence::Row {
                    kind: line.about.kind(),
                    name: line.about.name().into(),
                    urgency,
                });
            }
        }
        let service = match car.and_then(|car| car.service.as_deref()) {
            Some(history) => history.predict(&policy.service, now),
            None => ServiceHistory::default().predict(&policy.service, now),
        };
        if let Ok(service) = &service
            && service.is_overdue(now)
            && let Some(known) = systems.get_mut(VehicleSystem::Service as usize)
        {
            overall = overall.max(Health::Attention);
            known.worsen(
                Health::Attention,
                service.due.likely.and_hms_opt(0, 0, 0).map(|at| at.and_utc()),
                || Evidence::ServiceOverdue,
            );
        }
        let recommendations = car.iter().flat_map(|car| car.recommendations.open());
        let urgency = recommendations.map(|latest| of_urgency(Some(latest.urgency))).max();
        overall = overall.max(urgency.unwrap_or(Health::Ok));
        let is_silent = !car.and_then(|car| car.heard).is_some_and(is_recent);
        if overall == Health::Ok && (is_silent || systems.iter().all(|system| system.health != Health::Ok)) {
            overall = Health::Unknown;
        }
        let status = car.map_or_else(Status::default, |car| dashboard.status(&car.vehicle));
        Self { vehicle: vehicle.clone(), vin: car.and_then(Car::vin), overall, status, systems, service }
    }
}

/// What an open recommendation makes of a car; what is only good to know makes nothing of it.
fn of_urgency(urgency: Option<Urgency>) -> Health {
    match urgency {
        Some(Urgency::High | Urgency::Critical) => Health::Urgent,
        Some(Urgency::Low | Urgency::Medium) => Health::Attention,
        Some(Urgency::Info) | None => Health::Ok,
    }
}
