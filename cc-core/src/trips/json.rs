//! Trips as canonical JSON.

use std::string::{String, ToString};

use chrono::{SecondsFormat, TimeDelta};

use super::trip::{FuelUsed, MeasuredTrip, Movement, Refuelling, TripEdge, Waypoint};
use crate::Timestamp;
use crate::json::ObjectWriter;

/// Whether places are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Places {
    /// They are left out: neither where a trip started and ended nor the way it went.
    Hidden,
    /// They are written, the way as one text ([`MeasuredTrip::polyline`]).
    Polyline,
    /// They are written, the way as points with their instants.
    Shown,
}

impl MeasuredTrip {
    /// The trip as one JSON object (RFC 8785), without a line end. What is unknown is left out.
    pub fn to_canonical_json(&self, places: Places) -> String {
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        if let Some(distance) = self.distance {
            let mut inner = ObjectWriter::new(object.key("distance"));
            inner.number("meters", distance.meters as f64);
            inner.number("precision_meters", distance.precision_meters as f64);
            inner.string("source", distance.source.as_str());
            inner.end();
        }
        object.number("duration_seconds", seconds(self.duration()));
        edge(&self.end, places, object.key("end"));
        if let Some(fuel) = &self.fuel {
            fuel_used(fuel, object.key("fuel"));
        }
        object.string("id", &self.id.to_string());
        if let Some(idle) = self.idle {
            object.number("idle_seconds", seconds(idle));
        }
        object.boolean("open", self.open);
        if places == Places::Polyline {
            object.string("polyline", &self.polyline());
        }
        if places == Places::Shown {
            let route = object.key("route");
            route.push('[');
            for (index, waypoint) in self.route.iter().enumerate() {
                route.push_str(if index > 0 { "," } else { "" });
                place(waypoint, route);
            }
            route.push(']');
        }
        edge(&self.start, places, object.key("start"));
        let stops = object.key("stops");
        stops.push('[');
        for (index, stop) in self.stops.iter().enumerate() {
            stops.push_str(if index > 0 { "," } else { "" });
            let mut inner = ObjectWriter::new(stops);
            inner.string("from", &instant(stop.from));
            inner.string("until", &instant(stop.until));
            inner.end();
        }
        stops.push(']');
        if let Some(top) = self.top_speed {
            let mut inner = ObjectWriter::new(object.key("top_speed"));
            inner.number("kilometers_per_hour", top.kilometers_per_hour);
            inner.string("source", if top.by_car { "car" } else { "receiver" });
            inner.end();
        }
        object.number("unheard_seconds", seconds(self.unheard));
        object.string("vehicle", &self.vehicle.to_string());
        object.end();
        out
    }
}

impl Movement {
    /// The movement as one JSON object (RFC 8785), without a line end.
    pub fn to_canonical_json(&self, places: Places) -> String {
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        moved(&self.from, places, object.key("from"));
        object.number("meters", self.meters as f64);
        object.string("movement", self.kind.as_str());
        moved(&self.until, places, object.key("until"));
        object.string("vehicle", &self.vehicle.to_string());
        object.end();
        out
    }
}

impl Refuelling {
    /// The refuelling as one JSON object (RFC 8785), without a line end. What is unknown is left out.
    pub fn to_canonical_json(&self, places: Places) -> String {
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        let optional = |object: &mut ObjectWriter<'_>, key: &str, value: Option<u64>| {
            if let Some(value) = value {
                object.number(key, value as f64 / 1_000.0);
            }
        };
        optional(&mut object, "after_liters", self.after_milliliters);
        optional(&mut object, "after_percent", self.after_millipercent);
        object.string("at", &instant(self.at));
        optional(&mut object, "before_liters", self.before_milliliters);
        optional(&mut object, "before_percent", self.before_millipercent);
        if let Some(waypoint) = self.place.filter(|_| places != Places::Hidden) {
            place(&waypoint, object.key("place"));
        }
        object.boolean("refuelling", true);
        object.string("vehicle", &self.vehicle.to_string());
        object.end();
        out
    }
}

fn edge(edge: &TripEdge, places: Places, out: &mut String) {
    let mut object = ObjectWriter::new(out);
    object.string("at", &instant(edge.at));
    if let Some(meters) = edge.odometer_meters {
        object.number("odometer_km", meters as f64 / 1_000.0);
    }
    if let Some(waypoint) = edge.place.filter(|_| places != Places::Hidden) {
        place(&waypoint, object.key("place"));
    }
    object.string("told_by", edge.told_by.as_str());
    object.end();
}

fn moved(waypoint: &Waypoint, places: Places, out: &mut String) {
    match places {
        Places::Polyline | Places::Shown => place(waypoint, out),
        Places::Hidden => {
            let mut object = ObjectWriter::new(out);
            object.string("at", &instant(waypoint.at()));
            object.end();
        }
    }
}

fn place(waypoint: &Waypoint, out: &mut String) {
    let mut object = ObjectWriter::new(out);
    object.string("at", &instant(waypoint.at()));
    object.number("latitude", waypoint.latitude());
    object.number("longitude", waypoint.longitude());
    object.end();
}

fn fuel_used(fuel: &FuelUsed, out: &mut String) {
    let mut object = ObjectWriter::new(out);
    if let Some(milliliters) = fuel.milliliters {
        object.number("liters", milliliters as f64 / 1_000.0);
    }
    if let Some(millipercent) = fuel.millipercent {
        object.number("percent", millipercent as f64 / 1_000.0);
    }
    object.boolean("refuelled", fuel.refuelled);
    object.end();
}

fn instant(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Seconds with at most three digits after the point.
fn seconds(duration: TimeDelta) -> f64 {
    duration.num_milliseconds() as f64 / 1_000.0
}
