//! Names in place of names.

use alloc::string::{String, ToString};
use core::fmt;
use core::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Purpose;
use crate::{Event, EventId, OrganizationKey, VehicleId, VehicleRef};

/// The secret behind pseudonyms: without it nobody can tell which vehicle one stands for, nor try all vehicles out.
///
/// Whoever holds it can, so it belongs to the side that hands the data out and never to the one that receives them. A
/// new key gives new pseudonyms: throwing the key away makes the data that have them anonymous. It is wiped from memory
/// when it is dropped, and `Debug` does not show it.
///
/// # Examples
///
/// ```
/// use cc_core::privacy::{PseudonymKey, Purpose};
///
/// let key = PseudonymKey::new(&[7; 32])?;
/// let pseudonym = key.pseudonym(Purpose::Analytics, &"semler/7".parse().unwrap());
/// assert_eq!(pseudonym.to_string(), "ea3ce0611cac8f562051b50254de7670");
/// assert_ne!(pseudonym, key.pseudonym(Purpose::Fleet, &"semler/7".parse().unwrap()));
///
/// let error = PseudonymKey::new(b"secret").unwrap_err();
/// assert_eq!(error.to_string(), "expected a key of 32 to 1024 bytes, found 6");
/// # Ok::<(), cc_core::privacy::KeyError>(())
/// ```
#[derive(Clone)]
pub struct PseudonymKey(Hmac<Sha256>);

/// A vehicle's name for one purpose and under one key: 16 bytes, written in hexadecimal.
///
/// It is the first 16 bytes of HMAC-SHA-256 (RFC 2104, FIPS 180-4) under the key, of the UTF-8 text
/// `cc-pseudonym/1 NUL purpose NUL vehicle NUL organization/id` (without the spaces; NUL is a zero byte). The purpose is
/// in it, so that the data of two purposes cannot be joined by it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Pseudonym([u8; 16]);

impl PseudonymKey {
    /// A key of 32 to 1,024 bytes; they should come from a secure random generator.
    pub fn new(bytes: &[u8]) -> Result<Self, KeyError> {
        let error = KeyError { found: bytes.len() };
        if !(32..=1_024).contains(&bytes.len()) {
            return Err(error);
        }
        Hmac::new_from_slice(bytes).map(Self).map_err(|_| error)
    }

    /// The vehicle's name for a purpose.
    pub fn pseudonym(&self, purpose: Purpose, vehicle: &VehicleRef) -> Pseudonym {
        self.name(purpose, "vehicle", vehicle.to_string().as_bytes())
    }

    fn name(&self, purpose: Purpose, what: &str, bytes: &[u8]) -> Pseudonym {
        let mut mac = self.0.clone();
        for part in ["cc-pseudonym/1", purpose.as_str(), what] {
            mac.update(part.as_bytes());
            mac.update(&[0]);
        }
        mac.update(bytes);
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        let mut name = [0; 16];
        name.copy_from_slice(&digest[..16]);
        Pseudonym(name)
    }

    /// The organisation that stands for all of them: by it, and only with the key, one sees what has a pseudonym already.
    pub(super) fn organization(&self, purpose: Purpose) -> Option<OrganizationKey> {
        let name = self.name(purpose, "organization", b"").to_string();
        ["pseudonym-", &name].concat().parse().ok()
    }

    /// The vehicle of an event, which may lack an organisation.
    pub(super) fn vehicle(&self, purpose: Purpose, event: &Event) -> Option<VehicleId> {
        let vehicle = event.vehicle?;
        let mut text = String::new();
        if let Some(organization) = &event.organization {
            text.push_str(organization.as_str());
        }
        // Writing to a String cannot fail.
        let _ = write!(text, "/{vehicle}");
        Some(VehicleId(self.name(purpose, "vehicle", text.as_bytes()).number()))
    }

    /// A number for an event: its own would tell which event of another purpose it is.
    pub(super) fn event(&self, purpose: Purpose, event: &Event) -> EventId {
        EventId(self.name(purpose, "event", &event.canonical_encoding()).number())
    }
}

impl Pseudonym {
    /// The bytes.
    pub fn bytes(&self) -> [u8; 16] {
        self.0
    }

    /// The name as the number that events carry: its first 53 bits, which every JSON reader keeps. Of a million vehicles,
    /// the chance that two have one number is 1 in 18,000.
    pub fn number(&self) -> i64 {
        let mut number = 0_u64;
        for byte in &self.0[..8] {
            number = number << 8 | u64::from(*byte);
        }
        (number >> 11) as i64
    }
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PseudonymKey(…)")
    }
}

/// A key that is too short to keep a secret, or too long to be one.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected a key of 32 to 1024 bytes, found {found}")]
pub struct KeyError {
    /// How many bytes it has.
    pub found: usize,
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    /// Made with Python's hmac and hashlib, not with this crate.
    #[test]
    fn pseudonyms_are_those_of_another_implementation() {
        for (byte, purpose, vehicle, text, number) in VECTORS {
            let key = PseudonymKey::new(&[*byte; 32]).unwrap();
            let pseudonym = key.pseudonym(*purpose, &vehicle.parse().unwrap());
            assert_eq!((pseudonym.to_string().as_str(), pseudonym.number()), (*text, *number));
        }
    }

    type Row = (u8, Purpose, &'static str, &'static str, i64);
    const VECTORS: &[Row] = &[
        (7, Purpose::Analytics, "semler/7", "ea3ce0611cac8f562051b50254de7670", 8_241_509_868_737_937),
        (7, Purpose::Fleet, "semler/7", "5339466bf457e78ded43a20e0769df62", 2_928_174_711_081_724),
        (8, Purpose::Analytics, "semler/7", "674934134604c6ad0bd139b38183706a", 3_634_051_326_460_056),
        (0, Purpose::Workshop, "søndag/-42", "cc36430bd779f6656794e7a356eb9660", 7_185_069_604_794_174),
        (
            255,
            Purpose::Operation,
            "a/b/9223372036854775807",
            "8da2fea505ecbf3792a20dc00a31566b",
            4_983_398_286_278_039,
        ),
    ];

    #[test]
    fn a_key_is_wiped_and_never_shown() {
        // A key holds two of these, and nothing else that was made of the bytes.
        fn is_wiped<T: hmac::digest::zeroize::ZeroizeOnDrop>() {}
        is_wiped::<sha2::block_api::Sha256VarCore>();
        let key = PseudonymKey::new(&[0x41; 32]).unwrap();
        assert_eq!(format!("{key:?}"), "PseudonymKey(…)");
        assert_eq!(PseudonymKey::new(&[0; 31]).unwrap_err(), KeyError { found: 31 });
        assert_eq!(PseudonymKey::new(&[0; 1_025]).unwrap_err(), KeyError { found: 1_025 });
    }
}
