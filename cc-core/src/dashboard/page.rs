//! Rows in an order, page by page.

use alloc::collections::BinaryHeap;
use alloc::vec::Vec;
use core::cmp::{Ordering, Reverse};

use super::board::Dashboard;
use super::car::Car;
use super::line::{About, Line};
use super::{Cursor, Row, RowFilter, RowKind};
use crate::{Timestamp, Urgency, VehicleRef};

/// An order of rows. Rows that are alike in it follow by vehicle, kind, name and ECU, so that the order is one and the
/// same everywhere.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum RowOrder {
    /// The highest count first.
    Count,
    /// The latest first.
    LastOccurred,
    /// By name.
    Name,
    /// Open ones first, then by urgency, then the latest first.
    #[default]
    Urgency,
    /// By vehicle.
    Vehicle,
}

impl RowOrder {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Count, Self::LastOccurred, Self::Name, Self::Urgency, Self::Vehicle];
}

/// Which page is wanted. The default is the first 50 rows by urgency.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PageQuery {
    /// Which rows.
    pub filter: RowFilter,
    /// In which order.
    pub order: RowOrder,
    /// After which row: what the page before gave as `next`. A cursor of another order counts from its own row as well.
    pub after: Option<Cursor>,
    /// How many rows at most.
    pub limit: usize,
}

impl Default for PageQuery {
    fn default() -> Self {
        Self { filter: RowFilter::default(), order: RowOrder::default(), after: None, limit: 50 }
    }
}

/// A page of rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Row>,
    /// How many rows the filter lets through, on all pages.
    pub total: usize,
    /// Where the next page begins; `None` on the last. It names the last row of this page, so rows that come and go
    /// meanwhile neither shift nor repeat the others.
    pub next: Option<Cursor>,
    /// The version of the dashboard that the page shows, for
    /// [`changed_since`](super::Dashboard::changed_since).
    pub version: u64,
}

/// What a row's place in an order depends on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Place<'a> {
    pub(super) open: bool,
    pub(super) urgency: Option<Urgency>,
    pub(super) last_occurred: Timestamp,
    pub(super) count: u64,
    pub(super) vehicle: &'a VehicleRef,
    pub(super) kind: RowKind,
    pub(super) name: &'a str,
    pub(super) ecu: Option<&'a str>,
    /// A code and a text that only looks like it are two rows.
    pub(super) is_text: bool,
}

pub(super) fn place_of(row: &Row) -> Place<'_> {
    Place {
        open: row.open,
        urgency: row.urgency,
        last_occurred: row.last_occurred,
        count: row.count,
        vehicle: &row.vehicle,
        kind: row.kind,
        name: &row.name,
        ecu: row.ecu.as_deref(),
        is_text: row.subject.is_none(),
    }
}

pub(super) fn compare(order: RowOrder, a: &Place<'_>, b: &Place<'_>) -> Ordering {
    let first = match order {
        RowOrder::Count => b.count.cmp(&a.count),
        RowOrder::LastOccurred => b.last_occurred.cmp(&a.last_occurred),
        RowOrder::Name => a.name.cmp(b.name),
        RowOrder::Urgency => {
            let order =
                |place: &Place<'_>| (!place.open, Reverse(place.urgency), Reverse(place.last_occurred));
            order(a).cmp(&order(b))
        }
        RowOrder::Vehicle => Ordering::Equal,
    };
    first.then_with(|| {
        (a.vehicle, a.kind, a.name, a.ecu, a.is_text).cmp(&(b.vehicle, b.kind, b.name, b.ecu, b.is_text))
    })
}

/// A row that may be on the page; the last of the page is the greatest.
struct Candidate<'a> {
    order: RowOrder,
    place: Place<'a>,
    car: &'a Car,
    line: &'a Line,
}

impl Ord for Candidate<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(self.order, &self.place, &other.place)
    }
}

impl PartialOrd for Candidate<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate<'_> {}

pub(super) fn page<'a>(
    dashboard: &'a Dashboard,
    cars: impl Iterator<Item = &'a Car>,
    query: &PageQuery,
) -> Page {
    let PageQuery { filter, order, after, limit } = query;
    let after = after.as_ref().map(Cursor::place);
    let (mut total, mut ahead) = (0, 0);
    let mut page: BinaryHeap<Candidate<'a>> = BinaryHeap::new();
    for car in cars {
        for line in car.rows().filter(|line| filter.passes(dashboard, car, line)) {
            total += 1;
            let candidate = Candidate { order: *order, place: place(dashboard, car, line), car, line };
            if after
                .as_ref()
                .is_some_and(|after| compare(*order, &candidate.place, after) != Ordering::Greater)
            {
                continue;
            }
            ahead += 1;
            if page.len() < *limit {
                page.push(candidate);
            } else if let Some(mut last) = page.peek_mut()
                && candidate < *last
            {
                *last = candidate;
            }
        }
    }
    let page = page.into_sorted_vec();
    let next = page.last().filter(|_| page.len() < ahead).map(|last| Cursor::at(*order, &last.place));
    let rows = page.iter().map(|candidate| dashboard.row(candidate.car, candidate.line)).collect();
    Page { rows, total, next, version: dashboard.version() }
}

fn place<'a>(dashboard: &Dashboard, car: &'a Car, line: &'a Line) -> Place<'a> {
    Place {
        open: line.now.is_open(),
        urgency: dashboard.urgency(car, line),
        last_occurred: line.now.last_occurred.unwrap_or_default(),
        count: line.now.count(),
        vehicle: &car.vehicle,
        kind: line.about.kind(),
        name: line.about.name(),
        ecu: car.ecu(line),
        is_text: matches!(line.about, About::Text(_)),
    }
}
