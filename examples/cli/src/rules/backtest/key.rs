//! Which vehicle a line is about, without reading all of the line.

use cc_core::{Event, VehicleRef};
use memchr::memchr2;

/// A number for the vehicle that a line is about; the same for every spelling of the same vehicle. `None` where the line
/// is no event of a vehicle.
pub(super) fn of_line(line: &[u8]) -> Option<u64> {
    match scan(line) {
        Some((organization, vehicle)) => Some(of(organization, vehicle)),
        // An unusual spelling, or no event: the decoder knows.
        None => Event::from_json(line).ok()?.vehicle_ref().map(|vehicle| of_vehicle(&vehicle)),
    }
}

/// The same for a vehicle.
pub(super) fn of_vehicle(vehicle: &VehicleRef) -> u64 {
    of(vehicle.organization.as_str().as_bytes(), vehicle.vehicle.0.to_string().as_bytes())
}

/// FNV-1a, 64 bits, over both names with a byte between that neither can hold.
fn of(organization: &[u8], vehicle: &[u8]) -> u64 {
    let bytes = organization.iter().chain(&[0xFF]).chain(vehicle);
    let hash = bytes.fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01B3)
    });
    // The high bits of FNV are poor for short texts.
    hash ^ (hash >> 29).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Organisation and vehicle as they stand in the outermost object, where both are spelled plainly.
fn scan(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut rest = line.trim_ascii_start().strip_prefix(b"{")?;
    let (mut organization, mut vehicle) = (None, None);
    loop {
        let (key, after) = text(rest.trim_ascii_start())?;
        let value = after.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
        rest = match key {
            b"organizationKey" => {
                let (text, after) = text(value)?;
                organization = Some(text);
                after
            }
            b"vehicleId" => {
                let end = value.iter().position(|byte| !byte.is_ascii_digit())?;
                let (digits, after) = value.split_at(end);
                if digits.is_empty() || digits.starts_with(b"0") && digits.len() > 1 {
                    return None;
                }
                vehicle = Some(digits);
                after
            }
            _ => skip(value)?,
        };
        if let (Some(organization), Some(vehicle)) = (organization, vehicle) {
            return Some((organization, vehicle));
        }
        rest = rest.trim_ascii_start().strip_prefix(b",")?;
    }
}

/// A text without escapes, and what follows it.
fn text(json: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = json.strip_prefix(b"\"")?;
    let end = memchr2(b'"', b'\\', rest)?;
    (rest[end] == b'"').then(|| (&rest[..end], &rest[end + 1..]))
}

/// What follows a value.
fn skip(json: &[u8]) -> Option<&[u8]> {
    let mut rest = json;
    let mut depth = 0_usize;
    loop {
        match rest.first()? {
            b'"' => {
                rest = &rest[1..];
                loop {
                    let at = memchr2(b'"', b'\\', rest)?;
                    if rest[at] == b'"' {
                        rest = &rest[at + 1..];
                        break;
                    }
                    rest = rest.get(at + 2..)?;
                }
            }
            b'{' | b'[' => {
                depth += 1;
                rest = &rest[1..];
                continue;
            }
            b'}' | b']' if depth > 0 => {
                depth -= 1;
                rest = &rest[1..];
            }
            b'}' | b']' | b',' if depth == 0 => return Some(rest),
            _ => {
                rest = &rest[1..];
                continue;
            }
        }
        if depth == 0 {
            return Some(rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vehicle_has_one_number_however_its_line_is_spelled() {
        let line = |middle: &str| {
            format!(
                "{{\"id\":1,{middle},\"time\":\"2026-06-01T00:00:00Z\",\"type\":\"car_ignition\",\"value\":true}}"
            )
        };
        let expected = of_vehicle(&"fleet/7".parse().unwrap());
        for middle in [
            r#""vehicleId":7,"organizationKey":"fleet""#,
            r#""organizationKey":"fleet","vehicleId":7"#,
            r#" "vehicleId" : 7 , "organizationKey" : "fleet" "#,
            r#""x":{"vehicleId":9,"y":["}",{"organizationKey":"z"}]},"vehicleId":7,"organizationKey":"fleet""#,
            r#""x":"\"vehicleId\":9,","vehicleId":7,"organizationKey":"fleet""#,
            r#""vehicleId":7,"organizationKey":"fl\u0065et""#,
            r#""vehicle\u0049d":7,"organizationKey":"fleet""#,
        ] {
            assert_eq!(of_line(line(middle).as_bytes()), Some(expected), "{middle}");
        }
        for line in [&b""[..], b"{", b"[]", b"{\"vehicleId\":7}", b"{\"x\":[[[", b"not json", b"{\"x\":\"\\"]
        {
            assert_eq!(of_line(line), None);
        }
    }
}
