//! What each vehicle of a history is, for the figures of rules that depend on it.

use std::collections::BTreeMap;
use std::path::Path;

use cc_core::VehicleRef;
use cc_rules::Profile;
use example_terminal::{Failure, Input};
use serde_json::{Map, Value};

/// The profiles of a fleet by vehicle. One that is not in it has none: every parameter has its default.
pub(super) type Profiles = BTreeMap<VehicleRef, Profile>;

/// Reads profiles from JSON Lines.
pub(super) fn read(path: &Path) -> Result<Profiles, Failure> {
    let bytes = Input::open(Some(path))?.read_all(LARGEST)?;
    parse(&bytes).map_err(|(line, reason)| Failure::usage(format!("{}:{line}: {reason}", path.display())))
}

/// The profiles, or the line that is none and why.
fn parse(bytes: &[u8]) -> Result<Profiles, (usize, String)> {
    let mut profiles = Profiles::new();
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let (vehicle, profile) = one(line).map_err(|reason| (index + 1, reason))?;
        if profiles.insert(vehicle, profile).is_some() {
            return Err((index + 1, "the vehicle stands twice".to_owned()));
        }
    }
    Ok(profiles)
}

fn one(line: &[u8]) -> Result<(VehicleRef, Profile), String> {
    let mut members: Map<String, Value> = serde_json::from_slice(line).map_err(|error| {
        // Its own line number is always 1.
        format!("expected a JSON object in one line, at byte {}", error.column())
    })?;
    let vehicle = members.remove("vehicle");
    let vehicle = vehicle.as_ref().and_then(Value::as_str).and_then(|text| text.parse().ok());
    let vehicle = vehicle.ok_or("expected \"vehicle\", such as \"fleet/7\"")?;
    let mut profile = Profile::default();
    for (name, value) in members {
        profile = match &value {
            Value::Null => profile,
            Value::String(text) if text.len() > Profile::LONGEST => {
                return Err(format!("{name} is longer than {} bytes", Profile::LONGEST));
            }
            Value::String(text) => profile
                .with(&name, text)
                .ok_or("expected vehicle, engine_family, model, market or fleet, and nothing else")?,
            _ => return Err(format!("{name} is no text")),
        };
    }
    Ok((vehicle, profile))
}

/// The largest file read: room for more than a million vehicles.
const LARGEST: u64 = 256 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_vehicle_and_what_it_is() {
        let text = b"{\"vehicle\":\"a/1\",\"engine_family\":\"LM7\",\"market\":null}\r\n\n{\"fleet\":\"x\",\"vehicle\":\"a/2\"}";
        let profiles = parse(text).unwrap();
        let value = |vehicle: &str, name| profiles[&vehicle.parse().unwrap()].value(name);
        assert_eq!((value("a/1", "engine_family"), value("a/1", "market")), (Some("LM7"), None));
        assert_eq!((value("a/2", "fleet"), profiles.len()), (Some("x"), 2));
    }

    #[test]
    fn what_is_no_profile_is_told_with_its_line() {
        let long = format!("{{\"vehicle\":\"a/1\",\"model\":\"{}\"}}", "m".repeat(65));
        for (text, line, reason) in [
            ("{\"vehicle\":\"a/1\"}\n{\"vehicle\":", 2, "expected a JSON object in one line, at byte 11"),
            ("[]", 1, "expected a JSON object in one line, at byte 0"),
            ("{\"model\":\"m\"}", 1, "expected \"vehicle\", such as \"fleet/7\""),
            ("{\"vehicle\":7}", 1, "expected \"vehicle\", such as \"fleet/7\""),
            ("{\"vehicle\":\"a/1\"}\n\n{\"vehicle\":\"a/1\"}", 3, "the vehicle stands twice"),
            (
                "{\"vehicle\":\"a/1\",\"colour\":\"red\"}",
                1,
                "expected vehicle, engine_family, model, market or fleet, and nothing else",
            ),
            ("{\"vehicle\":\"a/1\",\"model\":7}", 1, "model is no text"),
            (&long, 1, "model is longer than 64 bytes"),
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap_err(), (line, reason.to_owned()), "{text}");
        }
    }
}
