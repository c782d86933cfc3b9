//! Trips as a table for people.

use std::fmt::Write;

use cc_core::Timestamp;
use cc_core::trips::{
    CarTrips, Distance, DistanceSource, MeasuredTrip, Movement, MovementKind, Places, Refuelling, ToldBy,
    Waypoint,
};
use chrono::{FixedOffset, TimeDelta};
use example_terminal::{Cell, Palette, Table, printable};

/// The tables of all cars, each under the car's name.
pub(super) fn text(cars: &[CarTrips], places: Places, zone: FixedOffset, palette: Palette) -> String {
    let mut text = String::new();
    for (index, car) in cars.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        let Palette { bold, .. } = palette;
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{bold}{}{bold:#}", printable(&car.vehicle.to_string()));
        text.push_str(&of_car(car, places, zone, palette));
    }
    text
}

fn of_car(car: &CarTrips, places: Places, zone: FixedOffset, palette: Palette) -> String {
    let shown = places != Places::Hidden;
    let mut heading = vec!["start", "end", "time", "distance", "by", "idle", "fuel", "top", "remarks"];
    if shown {
        heading.splice(2..2, ["from", "to"]);
    }
    let mut rows: Vec<(Timestamp, Vec<Cell>)> = Vec::new();
    rows.extend(car.trips.iter().map(|trip| (trip.start.at, trip_row(trip, shown, zone, palette))));
    rows.extend(
        car.movements.iter().map(|other| (other.from.at(), movement_row(other, shown, zone, palette))),
    );
    rows.extend(car.refuellings.iter().map(|fuel| (fuel.at, refuelling_row(fuel, shown, zone, palette))));
    rows.sort_by_key(|(at, _)| *at);
    let mut table = Table::new(&heading, palette.dim);
    for (_, row) in rows {
        table.row(row);
    }
    let mut text = if table.is_empty() { String::new() } else { table.render(2) };
    let _ = writeln!(text, "  {}", totals(car));
    text
}

fn trip_row(trip: &MeasuredTrip, shown: bool, zone: FixedOffset, palette: Palette) -> Vec<Cell> {
    let mut remarks: Vec<String> = Vec::new();
    if trip.open {
        remarks.push("open".to_owned());
    }
    if trip.start.told_by == ToldBy::Motion {
        remarks.push("start not told".to_owned());
    }
    match trip.end.told_by {
        ToldBy::Silence => remarks.push("then silence".to_owned()),
        ToldBy::Standing => remarks.push("end not told".to_owned()),
        ToldBy::Ignition | ToldBy::Motion | ToldBy::Running => {}
    }
    if !trip.stops.is_empty() {
        let stopped = trip.stops.iter().map(|stop| stop.until - stop.from).sum();
        let stops = if trip.stops.len() == 1 { "stop" } else { "stops" };
        remarks.push(format!("{} {stops} of {}", trip.stops.len(), duration(stopped)));
    }
    if trip.unheard > TimeDelta::zero() {
        remarks.push(format!("{} unheard", duration(trip.unheard)));
    }
    let fuel = trip.fuel.map(|fuel| match (fuel.milliliters, fuel.millipercent) {
        (Some(milliliters), _) => format!("{} l", tenths(milliliters)),
        (None, Some(millipercent)) => format!("{} %", tenths(millipercent)),
        (None, None) => String::new(),
    });
    let mut row: Vec<Cell> = vec![
        start(trip.start.at, zone).into(),
        end(trip.end.at, trip.start.at, zone).into(),
        duration(trip.duration()).into(),
        trip.distance.map(distance).unwrap_or_default().into(),
        trip.distance.map(by).unwrap_or_default().into(),
        trip.idle.filter(|idle| *idle >= TimeDelta::seconds(30)).map(duration).unwrap_or_default().into(),
        fuel.unwrap_or_default().into(),
        trip.top_speed.map(|top| format!("{:.0} km/h", top.kilometers_per_hour)).unwrap_or_default().into(),
        Cell::styled(remarks.join(", "), palette.notice),
    ];
    if shown {
        row.splice(2..2, [trip.start.place, trip.end.place].map(|waypoint| place(waypoint).into()));
    }
    row
}

fn movement_row(movement: &Movement, shown: bool, zone: FixedOffset, palette: Palette) -> Vec<Cell> {
    let (from, until) = (movement.from.at(), movement.until.at());
    let remark = match movement.kind {
        MovementKind::Carried => "carried, no trip",
        MovementKind::Unseen => "moved unseen",
    };
    let mut row: Vec<Cell> = vec![
        Cell::styled(start(from, zone), palette.dim),
        Cell::styled(end(until, from, zone), palette.dim),
        Cell::styled(duration(until - from), palette.dim),
        Cell::styled(kilometers(movement.meters), palette.dim),
        "".into(),
        "".into(),
        "".into(),
        "".into(),
        Cell::styled(remark, palette.warning),
    ];
    if shown {
        row.splice(2..2, [movement.from, movement.until].map(|waypoint| place(Some(waypoint)).into()));
    }
    row
}

fn refuelling_row(refuelling: &Refuelling, shown: bool, zone: FixedOffset, palette: Palette) -> Vec<Cell> {
    let levels = |before: Option<u64>, after: Option<u64>| {
        let after = after?;
        Some(format!("+{}", tenths(after.saturating_sub(before.unwrap_or(0)))))
    };
    let liters = levels(refuelling.before_milliliters, refuelling.after_milliliters).map(|text| text + " l");
    let percent =
        levels(refuelling.before_millipercent, refuelling.after_millipercent).map(|text| text + " %");
    let mut row: Vec<Cell> = vec![
        Cell::styled(start(refuelling.at, zone), palette.dim),
        "".into(),
        "".into(),
        "".into(),
        "".into(),
        "".into(),
        liters.or(percent).unwrap_or_default().into(),
        "".into(),
        Cell::styled("refuelled", palette.good),
    ];
    if shown {
        row.splice(2..2, [place(refuelling.place).into(), "".into()]);
    }
    row
}

fn totals(car: &CarTrips) -> String {
    let distances: Vec<u64> = car.trips.iter().filter_map(|trip| Some(trip.distance?.meters)).collect();
    let time: TimeDelta = car.trips.iter().map(MeasuredTrip::duration).sum();
    let count = car.trips.len();
    let trips = if count == 1 { "trip" } else { "trips" };
    let mut text = match count {
        0 => "no trips".to_owned(),
        _ => format!("{count} {trips}, {}", duration(time)),
    };
    if !distances.is_empty() {
        let _ = write!(text, ", {}", kilometers(distances.iter().sum()));
    }
    let fuel: Vec<u64> = car.trips.iter().filter_map(|trip| trip.fuel?.milliliters).collect();
    if !fuel.is_empty() {
        let _ = write!(text, ", {} l", tenths(fuel.iter().sum()));
    }
    if car.stats.stood > 0 {
        let _ = write!(text, "; {} without driving off", car.stats.stood);
    }
    text
}

fn start(at: Timestamp, zone: FixedOffset) -> String {
    at.with_timezone(&zone).format("%a %Y-%m-%d %H:%M").to_string()
}

/// The time of an end, with the day where it is another one than that of the start.
fn end(at: Timestamp, start: Timestamp, zone: FixedOffset) -> String {
    let (at, start) = (at.with_timezone(&zone), start.with_timezone(&zone));
    let same_day = at.date_naive() == start.date_naive();
    at.format(if same_day { "%H:%M" } else { "%a %H:%M" }).to_string()
}

/// In minutes, rounded; in seconds where it is less than one.
fn duration(duration: TimeDelta) -> String {
    let seconds = duration.num_seconds();
    if seconds < 60 {
        return format!("{seconds} s");
    }
    match (seconds + 30) / 60 {
        minutes if minutes < 60 => format!("{minutes} min"),
        minutes => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

fn distance(distance: Distance) -> String {
    if distance.precision_meters >= 1_000 {
        format!("~{} km", distance.meters.saturating_add(500) / 1_000)
    } else {
        kilometers(distance.meters)
    }
}

fn by(distance: Distance) -> &'static str {
    match distance.source {
        DistanceSource::DeviceOdometer => "device",
        source => source.as_str(),
    }
}

fn kilometers(meters: u64) -> String {
    format!("{} km", tenths(meters))
}

/// Thousandths, rounded to tenths.
fn tenths(thousandths: u64) -> String {
    let tenths = thousandths.saturating_add(50) / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// To a metre: latitude, longitude.
fn place(waypoint: Option<Waypoint>) -> String {
    waypoint.map_or_else(String::new, |waypoint| {
        format!("{:.5} {:.5}", waypoint.latitude(), waypoint.longitude())
    })
}
