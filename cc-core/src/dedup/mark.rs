//! What is remembered of an event.

use core::cmp::Ordering;
use core::fmt;

use crate::Event;

/// How an event is known again: 41 bytes, of which 32 are the event's [digest](Event::digest).
///
/// The others say where the mark is kept: four for the vehicle, five for the second of the event. They follow from the
/// event as the digest does, so that equal digests mean equal marks. `Debug` shows only the last bytes of the digest.
///
/// # Examples
///
/// ```
/// use cc_core::{Event, dedup::EventMark};
///
/// let event = Event::from_json(r#"{"id":1,"time":"2026-05-01T10:00:00Z","type":"car_ignition","value":true}"#)?;
/// let mark = EventMark::of(&event);
/// assert_eq!(mark.digest(), event.digest());
/// assert_eq!(EventMark::from_bytes(mark.to_bytes()), mark);
/// # Ok::<(), cc_core::EventDecodeError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct EventMark([u8; EventMark::LENGTH]);

/// The vehicles of an event, told apart by a hash. Two vehicles of one hash share their places, and nothing else.
pub(super) type Group = u32;

impl EventMark {
    /// How many bytes a mark has.
    pub const LENGTH: usize = 41;

    /// The mark of an event.
    pub fn of(event: &Event) -> Self {
        let mut bytes = [0; Self::LENGTH];
        bytes[..4].copy_from_slice(&group_of(event).to_be_bytes());
        bytes[4..9].copy_from_slice(&second_bytes(event.at.timestamp()));
        bytes[9..].copy_from_slice(&event.digest());
        Self(bytes)
    }

    /// A mark that was kept as bytes.
    pub const fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// The bytes to keep: for a table with a unique column, say.
    pub fn to_bytes(&self) -> [u8; Self::LENGTH] {
        self.0
    }

    /// The digest of the event.
    pub fn digest(&self) -> [u8; 32] {
        self.0[9..].try_into().unwrap_or_default()
    }

    pub(super) fn group(&self) -> Group {
        Group::from_be_bytes(self.0[..4].try_into().unwrap_or_default())
    }

    /// The second of the event since 1970.
    pub(super) fn second(&self) -> i64 {
        self.0[4..9].iter().fold(0, |second, byte| second << 8 | i64::from(*byte)) - SHIFT
    }

    /// The least mark a group can have.
    pub(super) fn least_of(group: Group) -> Self {
        let mut bytes = [0; Self::LENGTH];
        bytes[..4].copy_from_slice(&group.to_be_bytes());
        Self(bytes)
    }
}

/// The order of the bytes. Marks mostly differ in the first eight, which are compared as one number.
impl Ord for EventMark {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        let head = |mark: &Self| u64::from_be_bytes(mark.0.first_chunk().copied().unwrap_or_default());
        head(self).cmp(&head(other)).then_with(|| self.0[8..].cmp(&other.0[8..]))
    }
}

impl PartialOrd for EventMark {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for EventMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [.., high, low] = self.0;
        write!(f, "EventMark(…{high:02x}{low:02x})")
    }
}

/// The second that is written as zero lies some seventeen thousand years ago; what is outside is kept at the edge.
const SHIFT: i64 = 1 << 39;

/// A second in bytes that sort as the seconds do.
fn second_bytes(second: i64) -> [u8; 5] {
    let shifted = second.clamp(-SHIFT, SHIFT - 1) + SHIFT;
    let [_, _, _, bytes @ ..] = shifted.to_be_bytes();
    bytes
}

/// FNV-1a over organisation and vehicle, mixed once more. It decides only which events share their places, so it need
/// not withstand anybody; what an event is, the digest says.
fn group_of(event: &Event) -> Group {
    let organization = event.organization.as_ref().map_or("", |organization| organization.as_str());
    let vehicle = event.vehicle.map(|vehicle| vehicle.0.to_be_bytes());
    let bytes = organization.bytes().chain([u8::from(vehicle.is_some())]).chain(vehicle.unwrap_or_default());
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let mixed = (hash ^ hash >> 16).wrapping_mul(0x7feb_352d);
    mixed ^ mixed >> 15
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn marks_of_a_vehicle_sort_by_their_second() {
        let mark = |vehicle: u8, time: &str| {
            let json = format!(
                "{{\"id\":1,\"organizationKey\":\"demo\",\"vehicleId\":{vehicle},\"time\":\"{time}\",\"type\":\"x\"}}"
            );
            EventMark::of(&Event::from_json(json).unwrap())
        };
        let times =
            ["1969-12-31T23:59:58Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "2026-05-01T10:00:00Z"];
        let marks: Vec<_> = times.map(|time| mark(7, time)).into();
        assert!(marks.is_sorted());
        assert_eq!(marks.iter().map(EventMark::second).collect::<Vec<_>>(), [-2, -1, 0, 1_777_629_600]);
        assert!(
            marks
                .iter()
                .all(|mark| mark.group() == marks[0].group() && *mark > EventMark::least_of(mark.group()))
        );
        for (second, bytes) in [(i64::MIN, [0; 5]), (0, [0x80, 0, 0, 0, 0]), (i64::MAX, [0xff; 5])] {
            assert_eq!(second_bytes(second), bytes);
        }
        assert_ne!(mark(8, times[0]).group(), marks[0].group());
        assert_eq!(format!("{:?}", EventMark::from_bytes([0xab; 41])), "EventMark(…abab)");
    }
}
