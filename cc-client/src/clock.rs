//! The clock of a running client. It goes on while the device sleeps: a phone that wakes after a night knows how long that was, without
//! a network and whatever its own time of day says.

use std::time::Duration;

use cc_core::Timestamp;

use crate::Mono;
use crate::engine::DeviceTime;

/// A clock that began with the client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(now::Point);

impl Clock {
    pub(crate) fn start() -> Self {
        Self(now::now())
    }

    pub(crate) fn now(self) -> Mono {
        Mono(now::since(self.0))
    }
}

/// The time by the device's clock, in whole milliseconds.
pub(crate) fn device_time() -> Timestamp {
    let time = wall_time();
    Timestamp::from_timestamp_millis(time.timestamp_millis()).unwrap_or(time)
}

#[expect(clippy::disallowed_methods, reason = "the driver reads the clock for all others")]
fn wall_time() -> Timestamp {
    instant(std::time::SystemTime::now())
}

/// Of a clock that shows what no calendar has, the first or the last instant there is.
fn instant(time: std::time::SystemTime) -> Timestamp {
    let (epoch, delta) = (Timestamp::UNIX_EPOCH, |passed| chrono::TimeDelta::from_std(passed).ok());
    match time.duration_since(std::time::UNIX_EPOCH) {
        Ok(since) => {
            delta(since).and_then(|since| epoch.checked_add_signed(since)).unwrap_or(Timestamp::MAX_UTC)
        }
        Err(before) => {
            let before = delta(before.duration());
            before.and_then(|before| epoch.checked_sub_signed(before)).unwrap_or(Timestamp::MIN_UTC)
        }
    }
}

/// When it is by this device.
pub(crate) fn device() -> DeviceTime {
    DeviceTime { wall: wall_time(), up: now::UP.map(|up| Mono(up())) }
}

/// `Instant` stops in the sleep of these systems; this clock does not.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
mod now {
    use rustix::time::{ClockId, clock_gettime};

    use super::Duration;

    /// The time since the device was started.
    pub(super) type Point = Duration;

    #[cfg(target_vendor = "apple")]
    const CLOCK: ClockId = ClockId::Monotonic;
    #[cfg(not(target_vendor = "apple"))]
    const CLOCK: ClockId = ClockId::Boottime;

    pub(super) const UP: Option<fn() -> Duration> = Some(now);

    pub(super) fn now() -> Point {
        let time = clock_gettime(CLOCK);
        let nanos = u32::try_from(time.tv_nsec).unwrap_or_default();
        Duration::from_secs(u64::try_from(time.tv_sec).unwrap_or_default())
            .saturating_add(Duration::from_nanos(u64::from(nanos)))
    }

    pub(super) fn since(start: Point) -> Duration {
        now().saturating_sub(start)
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
mod now {
    use super::Duration;

    pub(super) type Point = std::time::Instant;

    pub(super) const UP: Option<fn() -> Duration> = None;

    #[expect(clippy::disallowed_methods, reason = "the driver reads the clock for all others")]
    pub(super) fn now() -> Point {
        Point::now()
    }

    pub(super) fn since(start: Point) -> Duration {
        start.elapsed()
    }
}

#[cfg(all(test, target_os = "linux"))]
#[allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::process::Command;

    use super::*;

    /// What the system itself calls the time since its start, sleep and all.
    fn uptime() -> Duration {
        let text = std::fs::read_to_string("/proc/uptime").unwrap();
        Duration::from_secs_f64(text.split(' ').next().unwrap().parse().unwrap())
    }

    #[test]
    fn the_time_in_which_a_device_sleeps_counts() {
        let before = uptime();
        let now = Clock(Duration::ZERO).now().0;
        assert!(now + Duration::from_millis(20) >= before && now <= uptime() + Duration::from_millis(20));
    }

    /// To its processes, a time namespace looks like a device that has slept for a day.
    #[test]
    fn a_day_of_sleep_counts() {
        let ran = Command::new("unshare")
            .args(["-r", "-T", "--boottime", "86400", "--fork"])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "clock::tests::the_time_in_which_a_device_sleeps_counts", "--nocapture"])
            .output();
        match ran {
            Ok(ran) if ran.status.success() => {
                assert!(String::from_utf8_lossy(&ran.stdout).contains("1 passed"));
            }
            Ok(ran) if ran.status.code() == Some(101) => panic!("it stops in sleep"),
            _ => println!("skipped: no time namespace can be made here"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests")]
mod tests_of_the_calendar {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn a_clock_that_shows_what_no_calendar_has_panics_nobody() {
        let seconds = Duration::from_secs;
        for (time, expected) in [
            (UNIX_EPOCH + seconds(1_777_600_000), Timestamp::from_timestamp(1_777_600_000, 0)),
            (UNIX_EPOCH - seconds(3_000_000_000), Timestamp::from_timestamp(-3_000_000_000, 0)),
            (UNIX_EPOCH + seconds(900_000_000_000_000), Some(Timestamp::MAX_UTC)),
            (UNIX_EPOCH - seconds(900_000_000_000_000), Some(Timestamp::MIN_UTC)),
        ] {
            assert_eq!(Some(instant(time)), expected);
        }
    }
}
