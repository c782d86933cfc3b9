//! When it is, by what a device knows.

use cc_core::Timestamp;

use crate::Mono;

/// The time, as a device knows it: its time of day, which a person or the network may change, and how long it
/// has been running.
///
/// What is kept over restarts, and for other processes, goes by how long the device has been running, if that
/// is known. So no change of its clock ends a wait or a lock too early, or holds one up.
///
/// # Examples
///
/// ```
/// use cc_client::Mono;
/// use cc_client::engine::{DeviceTime, StoreAnswer, StoreClient, StoreCommand};
/// use cc_client::store::MemoryStore;
/// use std::time::Duration;
///
/// let mut store = MemoryStore::new();
/// let client = StoreClient { lane: "main", owner: 1 };
/// let at = |wall: &str, up| DeviceTime { wall: wall.parse().unwrap(), up: Some(Mono(Duration::from_secs(up))) };
/// let asked = StoreCommand::KeepQuiet { millis: 60_000 };
/// client.execute(&mut store, at("2026-05-01T10:00:00Z", 500), asked)?;
/// // Ten seconds later the clock is a day ahead.
/// let answer = client.execute(&mut store, at("2026-05-02T10:00:10Z", 510), StoreCommand::Quiet)?;
/// assert!(matches!(answer, StoreAnswer::Quiet { left, .. } if left.as_secs() == 50));
/// # Ok::<(), cc_client::store::StoreError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DeviceTime {
    /// The time of day.
    pub wall: Timestamp,
    /// How long ago the device was started, sleep included; `None` if the system does not say.
    pub up: Option<Mono>,
}

impl From<Timestamp> for DeviceTime {
    fn from(wall: Timestamp) -> Self {
        Self { wall, up: None }
    }
}

impl DeviceTime {
    /// The time of day, in whole milliseconds since 1970.
    pub(super) fn wall_millis(self) -> i64 {
        self.wall.timestamp_millis()
    }

    /// The same, with the one that has begun: from then on a wait is not too short.
    pub(super) fn wall_millis_up(self) -> i64 {
        self.wall_millis() + i64::from(!self.wall.timestamp_subsec_nanos().is_multiple_of(1_000_000))
    }

    /// How long the device has been running, in whole milliseconds.
    pub(super) fn up_millis(self) -> Option<i64> {
        self.up.map(|up| i64::try_from(up.0.as_millis()).unwrap_or(i64::MAX))
    }

    /// The same, with the one that has begun.
    pub(super) fn up_millis_up(self) -> Option<i64> {
        self.up.map(|up| i64::try_from(up.0.as_nanos().div_ceil(1_000_000)).unwrap_or(i64::MAX))
    }

    /// The clock by which processes of one device wait for one another, in milliseconds.
    pub(super) fn of_all(self) -> i64 {
        self.up_millis().unwrap_or_else(|| self.wall_millis())
    }
}
