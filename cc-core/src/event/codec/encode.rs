//! [`Event`] to JSON, and to the one encoding that says which event it is.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use super::decode::ENVELOPE;
use super::field::{FieldValue, FieldWriter, Leftovers};
use super::{EventTime, instant};
use crate::Event;
use crate::event::Body;
use crate::json::write_string;

impl Event {
    /// The event as one JSON object of the data stream, on one line.
    ///
    /// The order is fixed: `id`, `vehicleId`, `vin`, `organizationKey`, `time`, `type`, the type's own fields in the
    /// order of the reference page, then unknown fields in the order they came. What was decoded comes back as the same
    /// JSON value, `time` in UTC with as many digits after the second; what was changed since comes back as it is now.
    pub fn to_json(&self) -> String {
        let mut out = FieldWriter::json();
        self.write_envelope(&mut out);
        write_string(out.key("type"), self.sent_type_name());
        self.write_body(self.sent_type_name(), &mut out);
        out.end()
    }

    /// The bytes by which an event is known: two events are the same only when these are equal.
    ///
    /// A JSON array of organisation, vehicle, current type name, instant in UTC without trailing zeros, id, and one
    /// object of everything else with sorted keys, numbers as received and null apart from absent. How the sender spelled
    /// the time, a deprecated type name or a VIN's letter case is not in it.
    ///
    /// # Examples
    ///
    /// ```
    /// let decode = |json: &str| cc_core::Event::from_json(json);
    /// let event = decode(r#"{"id":1,"time":"2026-05-01T12:00:00.500+02:00","type":"car_ignition","value":true}"#)?;
    /// let again = decode(r#"{"value":true,"type":"car_ignition","time":"2026-05-01T10:00:00.5Z","id":1}"#)?;
    /// assert!(event.same_as(&again));
    /// assert_eq!(
    ///     String::from_utf8_lossy(&event.canonical_encoding()),
    ///     r#"[null,null,"car_ignition","2026-05-01T10:00:00.5Z",1,{"value":true}]"#
    /// );
    /// # Ok::<(), cc_core::EventDecodeError>(())
    /// ```
    pub fn canonical_encoding(&self) -> Vec<u8> {
        let mut body = FieldWriter::canonical();
        self.write_envelope(&mut body);
        self.write_body(self.type_name(), &mut body);
        let body = body.end();
        let mut out = String::with_capacity(body.len() + 128);
        out.push('[');
        match &self.organization {
            Some(organization) => organization.write(&mut out),
            None => out.push_str("null"),
        }
        out.push(',');
        match &self.vehicle {
            Some(vehicle) => vehicle.write(&mut out),
            None => out.push_str("null"),
        }
        out.push(',');
        write_string(&mut out, self.type_name());
        out.push_str(",\"");
        instant::write(&mut out, self.at, 0);
        out.push_str("\",");
        self.id.write(&mut out);
        out.push(',');
        out.push_str(&body);
        out.push(']');
        out.into_bytes()
    }

    /// The canonical order of events: instant, type, id, then canonical encoding. Equal means the same event.
    pub fn canonical_cmp(&self, other: &Self) -> Ordering {
        self.at
            .cmp(&other.at)
            .then_with(|| self.type_name().cmp(other.type_name()))
            .then_with(|| self.id.cmp(&other.id))
            .then_with(|| self.canonical_encoding().cmp(&other.canonical_encoding()))
    }

    /// Whether the two are one event, delivered twice: their canonical encodings are equal byte for byte.
    pub fn same_as(&self, other: &Self) -> bool {
        self.canonical_cmp(other) == Ordering::Equal
    }

    /// SHA-256 of the canonical encoding: a name of fixed length for the event.
    pub fn digest(&self) -> [u8; 32] {
        use sha2::Digest as _;
        sha2::Sha256::digest(self.canonical_encoding()).into()
    }

    fn write_envelope<'a>(&'a self, out: &mut FieldWriter<'a>) {
        out.table(self.spelling.kept.as_ref().map_or(Leftovers::NONE, |kept| &kept.envelope));
        out.envelope("id", Some(&self.id));
        out.envelope("vehicleId", self.vehicle.as_ref());
        // Unlike the others, a VIN is not at the head of the canonical encoding.
        out.optional("vin", self.vin.as_ref());
        out.envelope("organizationKey", self.organization.as_ref());
        out.envelope("time", Some(&EventTime { at: self.at, digits: self.spelling.fraction_digits }));
    }

    fn write_body<'a>(&'a self, type_name: &str, out: &mut FieldWriter<'a>) {
        let kept = self.spelling.kept.as_ref().filter(|kept| kept.body_type == self.body.static_type_name());
        out.table(kept.map_or(Leftovers::NONE, |kept| &kept.body));
        self.body.write(type_name, out);
        let fields = self.body.fields();
        let is_known = |name: &str| ENVELOPE.contains(&name) || fields.iter().any(|field| field.name == name);
        if let Body::Other(other) = &self.body {
            out.unknown(&other.fields, |name| ENVELOPE.contains(&name));
            out.unknown(&self.unknown, |name| is_known(name) || other.fields.get(name).is_some());
        } else {
            out.unknown(&self.unknown, is_known);
        }
    }
}
