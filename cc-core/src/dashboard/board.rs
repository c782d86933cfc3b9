//! All cars.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use super::car::{Car, Tally};
use super::line::Line;
use super::page::{self, Page, PageQuery, RowOrder};
use super::state::{Bytes, StateError, Stored, VERSION, check_sum};
use super::system::{self, Makes};
use super::{FleetSummary, HealthPolicy, Row, RowFilter, Status, Subject, VehicleHealth};
use crate::prediction::ServiceHistory;
use crate::{Body, Change, Event, OrganizationKey, Timestamp, Urgency, VehicleId, VehicleRef};

/// The rows of many cars, kept up to date event by event.
///
/// A row is open from the event that says so until one that says the opposite. A trouble code opens with `can_dtc`
/// (unless `diff` is `remove`) or when a scan lists it; it closes with `remove`, or with a complete scan of the same ECU
/// by the same service that does not list it. A lamp is open while it is lit. A service reminder is open while nothing
/// is left of its distance or time. `count` says how often a row opened, or how often the code was added, whichever is
/// more; of what is said of one row again and again within an hour (of UTC), the first and the last time count.
///
/// # Memory
///
/// An event that arrives late may still change what later ones mean, so each car keeps what its rows were made of: at
/// most six entries of 32 bytes a row and hour in which something was said, and never more than [`Limits::history`] a
/// car. [`forget_before`](Self::forget_before) settles everything before an hour: the sums stay, the history goes,
/// and row-making events from before that hour change nothing more. Where a car reaches its limit, the older half of its
/// history is settled the same way. Readings that no row is made of are not kept. A car without rows takes some
/// 300 bytes, a row some 300 more. [`bytes`](Self::bytes) says what is held.
///
/// # Examples
///
/// ```
/// use cc_core::dashboard::{Dashboard, RowKind};
/// use cc_core::decode_batch;
///
/// let batch = br#"[
///     {"id":2,"vehicleId":7,"organizationKey":"semler","time":"2026-05-01T10:05:00Z","type":"can_mil_lamp","value":true},
///     {"id":1,"vehicleId":7,"organizationKey":"semler","time":"2026-05-01T10:00:00Z","type":"can_dtc","code":"030100",
///      "sourceType":"j2012","diff":"add","ecu":"engine","vin":"WVWZZZ1KZAM000001"},
///     {"id":3,"vehicleId":7,"organizationKey":"semler","time":"2026-05-01T11:00:00Z","type":"can_dtc","code":"030100",
///      "sourceType":"j2012","diff":"remove","ecu":"engine"}
/// ]"#;
/// let mut dashboard = Dashboard::default();
/// for item in decode_batch(batch) {
///     dashboard.add(&item.event?);
/// }
/// let rows = dashboard.rows();
/// assert_eq!((rows[0].kind, &*rows[0].name, rows[0].open), (RowKind::WarningLight, "malfunction_indicator", true));
/// assert_eq!((rows[1].kind, &*rows[1].name, rows[1].open), (RowKind::ErrorCode, "P030100", false));
/// assert_eq!(
///     rows[1].to_string(),
///     "2026-05-01T10:00:00Z  -         error code        P030100 (engine)  1  WVWZZZ1KZAM000001  closed"
/// );
/// # Ok::<(), cc_core::EventDecodeError>(())
/// ```
#[derive(Clone, Default)]
pub struct Dashboard {
    cars: Vec<Car>,
    places: BTreeMap<OrganizationKey, BTreeMap<VehicleId, usize>>,
    /// The car that was heard last: a car's events come together.
    latest: usize,
    limits: Limits,
    tally: Tally,
    is_about: Option<Arc<IsAbout>>,
}

/// Whether a rule is about something.
type IsAbout = dyn Fn(&str, &Subject) -> bool + Send + Sync;

/// How much a dashboard keeps of one car.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Entries of history, 32 bytes each; a scan is one and another for every two codes.
    pub history: usize,
    /// Rows, open and closed; beyond that the closed ones go first, and of those the oldest.
    pub rows: usize,
}

impl Default for Limits {
    /// 2,048 entries of history (64 KiB) and 512 rows.
    fn default() -> Self {
        Self { history: 2_048, rows: 512 }
    }
}

/// What changed since a version of a [`Dashboard`].
#[derive(Clone, Debug, PartialEq)]
pub struct RowChanges {
    /// The rows that are new or show something else, as they are now.
    pub rows: Vec<Row>,
    /// The version that this brings a reader to.
    pub version: u64,
    /// Whether rows went since then, or the version is not one of this dashboard: load the page anew.
    pub reload: bool,
}

impl fmt::Debug for Dashboard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dashboard({} cars)", self.cars.len())
    }
}

impl Dashboard {
    /// A dashboard with limits of its own.
    pub fn with_limits(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Tells which rule (by its id) is about what, for rows that a recommendation does not name: without it, a
    /// recommendation is about a row if one of its arguments is the row's name.
    pub fn with_rules(self, is_about: impl Fn(&str, &Subject) -> bool + Send + Sync + 'static) -> Self {
        Self { is_about: Some(Arc::new(is_about)), ..self }
    }

    /// Takes in an event. One without a vehicle or organisation is about no car, and changes nothing.
    pub fn add(&mut self, event: &Event) {
        let (Some(organization), Some(vehicle)) = (&event.organization, event.vehicle) else { return };
        let place = self.place_or_new(organization, vehicle);
        if let Some(car) = self.cars.get_mut(place) {
            car.add(event, &self.limits, &mut self.tally);
        }
    }

    /// Takes in what the rules said: it gives rows their urgency and the status line its number.
    ///
    /// Of a car, at most 256 recommendations are kept.
    pub fn add_change(&mut self, change: &Change) {
        let place = self.place_or_new(&change.vehicle.organization, change.vehicle.vehicle);
        if let Some(car) = self.cars.get_mut(place)
            && car.recommendations.take(change)
        {
            car.touch_open(&mut self.tally);
        }
    }

    /// Whether rows or the date of the next service are made of an event. What the others tell is only when a car and its
    /// parts were last heard of. All events of which this is true, and the changes of recommendations, give the same rows
    /// again.
    pub fn is_made_of(event: &Event) -> bool {
        match &event.body {
            Body::TroubleCode(_) | Body::CodeScan(_) | Body::MilLamp(_) | Body::MonitorReadiness(_) => true,
            Body::TripStarted(trip) => trip.odometer.is_some(),
            Body::TripEnded(trip) => trip.odometer.is_some(),
            Body::Reading(reading) => {
                system::class(&reading.signal).is_some_and(|class| class.makes != Makes::Nothing)
            }
            _ => false,
        }
    }

    /// The rows: open ones first, then by urgency, then the latest first.
    pub fn rows(&self) -> Vec<Row> {
        let query = PageQuery { limit: usize::MAX, ..PageQuery::default() };
        self.page(&query).rows
    }

    /// A page of the rows that a filter lets through, in an order, from a cursor on.
    ///
    /// Nothing is sorted but the page, and where the filter names vehicles only theirs are looked at.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::dashboard::{Dashboard, PageQuery, RowFilter, RowOrder};
    /// use cc_core::Event;
    ///
    /// let mut dashboard = Dashboard::default();
    /// for (minute, code) in ["0301", "0420", "0171"].iter().enumerate() {
    ///     dashboard.add(&Event::from_json(format!(
    ///         r#"{{"id":1,"vehicleId":7,"organizationKey":"semler","time":"2026-05-01T10:0{minute}:00Z","type":"can_dtc","code":"{code}","sourceType":"j2012"}}"#
    ///     ))?);
    /// }
    /// let mut query = PageQuery {
    ///     filter: RowFilter { open: Some(true), text: Some("p0".into()), ..RowFilter::default() },
    ///     order: RowOrder::Name,
    ///     limit: 2,
    ///     ..PageQuery::default()
    /// };
    /// let page = dashboard.page(&query);
    /// let names: Vec<_> = page.rows.iter().map(|row| &*row.name).collect();
    /// assert_eq!((names, page.total), (vec!["P0171", "P0301"], 3));
    ///
    /// // The cursor crosses the network as text.
    /// query.after = Some(page.next.unwrap().to_string().parse().unwrap());
    /// let page = dashboard.page(&query);
    /// assert_eq!((&*page.rows[0].name, page.next), ("P0420", None));
    /// # Ok::<(), cc_core::EventDecodeError>(())
    /// ```
    pub fn page(&self, query: &PageQuery) -> Page {
        match &query.filter.vehicles {
            Some(vehicles) => {
                let mut places: Vec<_> = vehicles.iter().filter_map(|vehicle| self.place(vehicle)).collect();
                places.sort_unstable();
                places.dedup();
                page::page(self, places.into_iter().filter_map(|place| self.cars.get(place)), query)
            }
            None => page::page(self, self.cars.iter(), query),
        }
    }

    /// The rows that changed since a version, as the last page or the last call gave it: 0 for all. Versions count within
    /// one dashboard in memory; where [`RowChanges::reload`] is set, a page has to be loaded anew.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::Event;
    /// use cc_core::dashboard::{Dashboard, PageQuery};
    ///
    /// let mut dashboard = Dashboard::default();
    /// let mut lamp = |minute: u32, on: bool| {
    ///     Event::from_json(format!(
    ///         r#"{{"id":1,"vehicleId":7,"organizationKey":"semler","time":"2026-05-01T10:0{minute}:00Z","type":"can_mil_lamp","value":{on}}}"#
    ///     ))
    /// };
    /// dashboard.add(&lamp(0, true)?);
    /// let shown = dashboard.page(&PageQuery::default()).version;
    /// assert!(dashboard.changed_since(shown).rows.is_empty());
    /// dashboard.add(&lamp(1, false)?);
    /// let changes = dashboard.changed_since(shown);
    /// assert_eq!((changes.rows.len(), changes.rows[0].open, changes.reload), (1, false, false));
    /// # Ok::<(), cc_core::EventDecodeError>(())
    /// ```
    pub fn changed_since(&self, version: u64) -> RowChanges {
        let cars = self.cars.iter().filter(|car| car.version > version);
        let changed = |car: &Car, line: &Line| {
            line.version > version && line.now.last_occurred.is_some() && car.version > 0
        };
        let mut rows: Vec<Row> = cars
            .flat_map(|car| {
                car.lines.iter().filter(move |line| changed(car, line)).map(|line| self.row(car, line))
            })
            .collect();
        rows.sort_by(|a, b| page::compare(RowOrder::Urgency, &page::place_of(a), &page::place_of(b)));
        let reload = version > self.tally.version || (version > 0 && version < self.tally.forgotten);
        RowChanges { rows, version: self.tally.version, reload }
    }

    /// How many changes there were: the version of what [`page`](Self::page) shows now.
    pub fn version(&self) -> u64 {
        self.tally.version
    }

    /// Settles everything before the hour of an instant, and forgets rows that are closed and last occurred before the
    /// instant, and recommendations that were cleared before it.
    ///
    /// Open rows stay, with their count. Row-making events from before that hour that arrive afterwards are
    /// [`late`](Self::late) and change no row; if all events of before had arrived, nothing but the forgotten rows differs
    /// from a dashboard that never forgot. A row that was forgotten and opens again counts from 1.
    pub fn forget_before(&mut self, instant: Timestamp) {
        let mut forgot = false;
        for car in &mut self.cars {
            car.settle(instant);
            forgot |= car.forget_closed(instant);
        }
        if forgot {
            self.tally.forget();
        }
    }

    /// Forgets a car and all its rows.
    pub fn remove(&mut self, vehicle: &VehicleRef) {
        let Some(place) = self.place(vehicle) else { return };
        if let Some(places) = self.places.get_mut(&vehicle.organization) {
            places.remove(&vehicle.vehicle);
        }
        self.cars.swap_remove(place);
        if let Some(moved) = self.cars.get(place).map(|car| car.vehicle.clone())
            && let Some(places) = self.places.get_mut(&moved.organization)
        {
            places.insert(moved.vehicle, place);
        }
        self.tally.forget();
    }

    /// How many row-making events came from before what is settled, and changed nothing. Some of them may have been
    /// duplicates.
    pub fn late(&self) -> u64 {
        self.tally.late
    }

    /// How many rows were dropped because a car had more than [`Limits::rows`].
    pub fn dropped(&self) -> u64 {
        self.tally.dropped
    }

    /// The memory held, in bytes, without what the allocator adds.
    pub fn bytes(&self) -> usize {
        // A node of the index holds keys, values and half as much air.
        let index = self.cars.len() * (size_of::<VehicleId>() + size_of::<usize>()) * 3 / 2;
        self.cars.capacity() * size_of::<Car>() + index + self.cars.iter().map(Car::bytes).sum::<usize>()
    }

    /// All cars as bytes, for [`restore`](Self::restore): a version byte, the cars, and a check sum. VINs are in it.
    ///
    /// The same events give the same bytes. Limits and what [`with_rules`](Self::with_rules) told are not in it.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::Event;
    /// use cc_core::dashboard::Dashboard;
    ///
    /// let mut dashboard = Dashboard::default();
    /// dashboard.add(&Event::from_json(
    ///     r#"{"id":1,"vehicleId":7,"organizationKey":"semler","time":"2026-05-01T10:00:00Z","type":"can_mil_lamp","value":true}"#,
    /// )?);
    /// let mut bytes = dashboard.save();
    /// let mut again = Dashboard::default();
    /// assert_eq!(again.restore(&bytes), Ok(1));
    /// assert_eq!(again.rows(), dashboard.rows());
    ///
    /// bytes[3] ^= 1;
    /// let error = again.restore(&bytes).unwrap_err();
    /// assert_eq!(error.to_string(), format!("the state is damaged at byte {}", bytes.len() - 8));
    /// bytes[0] = 3;
    /// assert_eq!(again.restore(&bytes).unwrap_err().to_string(), "expected a state of version 2, found version 3");
    /// # Ok::<(), cc_core::EventDecodeError>(())
    /// ```
    pub fn save(&self) -> Vec<u8> {
        let places = self.places.values().flat_map(|places| places.values());
        save(places.filter_map(|place| self.cars.get(*place)))
    }

    /// One car as bytes, for [`restore`](Self::restore): a server may keep them car by car, whenever
    /// [`changed_since`](Self::changed_since) names it.
    pub fn save_vehicle(&self, vehicle: &VehicleRef) -> Option<Vec<u8>> {
        Some(save(core::iter::once(self.car(vehicle)?)))
    }

    /// Takes in cars that were saved, in place of those of the same name, and says how many they were. Bytes that are
    /// damaged change nothing.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<usize, StateError> {
        match bytes.first() {
            Some(&VERSION) => {}
            Some(&found) => return Err(StateError::Version { found }),
            None => return Err(StateError::Damaged { offset: 0 }),
        }
        let damaged = |offset| StateError::Damaged { offset };
        let (body, sum) = bytes.split_last_chunk::<8>().ok_or(damaged(bytes.len()))?;
        if check_sum(body) != u64::from_be_bytes(*sum) {
            return Err(damaged(body.len()));
        }
        let mut rest = Bytes::new(body.get(1..).unwrap_or_default());
        let cars = Vec::<Car>::read(&mut rest);
        let cars = cars.filter(|_| rest.left() == 0).ok_or(damaged(body.len() - rest.left()))?;
        let count = cars.len();
        for mut car in cars {
            let place = self.place_or_new(&car.vehicle.organization, car.vehicle.vehicle);
            car.touch_all(&mut self.tally);
            if let Some(known) = self.cars.get_mut(place) {
                *known = car;
            }
        }
        self.tally.forget();
        Ok(count)
    }

    /// What the app says of a car in one line.
    pub fn status(&self, vehicle: &VehicleRef) -> Status {
        let Some(car) = self.car(vehicle) else { return Status::default() };
        let warnings = car.rows().filter(|line| line.now.is_open()).count();
        let open = car.recommendations.open().count();
        Status { open, warnings, heard: car.heard, checked: car.checked() }
    }

    /// How a car is, part by part, as of `now`; a car nobody heard of is [`Health::Unknown`](super::Health::Unknown).
    pub fn health(&self, vehicle: &VehicleRef, policy: &HealthPolicy, now: Timestamp) -> VehicleHealth {
        VehicleHealth::of(self, self.car(vehicle), vehicle, policy, now)
    }

    /// The sums of all cars.
    pub fn summary(&self, policy: &HealthPolicy, now: Timestamp) -> FleetSummary {
        FleetSummary::of_cars(self, self.cars.iter(), policy, now)
    }

    /// The sums of some cars, each once; those nobody heard of count as cars of unknown health.
    pub fn summary_of(&self, vehicles: &[VehicleRef], policy: &HealthPolicy, now: Timestamp) -> FleetSummary {
        let mut vehicles: Vec<_> = vehicles.iter().collect();
        vehicles.sort_unstable();
        vehicles.dedup();
        let unheard: Vec<_> = vehicles
            .iter()
            .filter(|vehicle| self.place(vehicle).is_none())
            .map(|vehicle| Car::new((*vehicle).clone()))
            .collect();
        let heard = vehicles.iter().filter_map(|vehicle| self.car(vehicle));
        FleetSummary::of_cars(self, heard.chain(&unheard), policy, now)
    }

    /// What is known of a car's odometer and service plan: what the date of its next service is worked out from.
    pub fn service_history(&self, vehicle: &VehicleRef) -> Option<&ServiceHistory> {
        self.car(vehicle)?.service.as_deref()
    }

    /// The cars there are rows or a status for, in order.
    pub fn vehicles(&self) -> impl Iterator<Item = &VehicleRef> {
        let places = self.places.values().flat_map(|places| places.values());
        places.filter_map(|place| self.cars.get(*place)).map(|car| &car.vehicle)
    }

    fn car(&self, vehicle: &VehicleRef) -> Option<&Car> {
        self.cars.get(self.place(vehicle)?)
    }

    fn place(&self, vehicle: &VehicleRef) -> Option<usize> {
        self.places.get(&vehicle.organization)?.get(&vehicle.vehicle).copied()
    }

    fn place_or_new(&mut self, organization: &OrganizationKey, vehicle: VehicleId) -> usize {
        if let Some(car) = self.cars.get(self.latest)
            && car.vehicle.vehicle == vehicle
            && car.vehicle.organization == *organization
        {
            return self.latest;
        }
        let known = self.places.get(organization).and_then(|places| places.get(&vehicle));
        let place = known.copied().unwrap_or_else(|| {
            let place = self.cars.len();
            self.cars.push(Car::new(VehicleRef { organization: organization.clone(), vehicle }));
            self.places.entry(organization.clone()).or_default().insert(vehicle, place);
            place
        });
        self.latest = place;
        place
    }

    /// How urgent an open row is: as the most urgent of the open recommendations that are about it.
    pub(super) fn urgency(&self, car: &Car, line: &Line) -> Option<Urgency> {
        if !line.now.is_open() {
            return None;
        }
        let mut open = car.recommendations.open().peekable();
        open.peek()?;
        let subject = line.about.subject();
        let is_about = |rule: &str, subject: &Subject| {
            self.is_about.as_ref().is_some_and(|is_about| is_about(rule, subject))
        };
        open.filter(|latest| latest.is_about(line.about.name(), subject.as_ref(), &is_about))
            .map(|latest| latest.urgency)
            .max()
    }

    pub(super) fn row(&self, car: &Car, line: &Line) -> Row {
        Row {
            last_occurred: line.now.last_occurred.unwrap_or_default(),
            urgency: self.urgency(car, line),
            kind: line.about.kind(),
            name: line.about.name().into(),
            ecu: car.ecu(line).map(Box::from),
            count: line.now.count(),
            vin: car.vin(),
            open: line.now.is_open(),
            vehicle: car.vehicle.clone(),
            subject: line.about.subject(),
        }
    }
}

fn save<'a>(cars: impl Iterator<Item = &'a Car>) -> Vec<u8> {
    let cars: Vec<_> = cars.collect();
    let mut out = vec![VERSION];
    (cars.len() as u64).write(&mut out);
    for car in cars {
        car.write(&mut out);
    }
    let sum = check_sum(&out);
    out.extend(sum.to_be_bytes());
    out
}

impl Tally {
    /// Rows went: who shows them has to load them anew.
    pub(super) fn forget(&mut self) {
        self.version += 1;
        self.forgotten = self.version;
    }
}

impl RowFilter {
    /// Whether a car's row passes, but for its vehicle.
    pub(super) fn passes(&self, dashboard: &Dashboard, car: &Car, line: &Line) -> bool {
        self.open.is_none_or(|open| open == line.now.is_open())
            && (self.kinds.is_empty() || self.kinds.contains(&line.about.kind()))
            && line.now.last_occurred.is_some_and(|last| self.spans(last))
            && self.finds(line.about.name(), car.ecu(line), car.vin().as_ref())
            && self.urgency_at_least.is_none_or(|least| dashboard.urgency(car, line) >= Some(least))
    }
}
