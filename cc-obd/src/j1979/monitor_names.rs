//! What the monitors and tests of service 06 are called (SAE J1979, annex D).

use alloc::borrow::Cow;
use alloc::format;

/// The places that follow each other under one name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    /// One monitor.
    Alone,
    /// Banks.
    Bank,
    /// Four sensors of every bank.
    BankAndSensor,
    /// Cylinders.
    Cylinder,
    /// Numbers.
    Number,
}

/// First and last id, what they watch, and where.
const MONITORS: &[(u8, u8, &str, Place)] = &[
    (0x01, 0x10, "oxygen sensor", Place::BankAndSensor),
    (0x21, 0x24, "catalyst", Place::Bank),
    (0x31, 0x34, "exhaust gas recirculation", Place::Bank),
    (0x35, 0x38, "variable valve timing", Place::Bank),
    (0x39, 0x39, "evaporative system, cap off or 0.150 inch", Place::Alone),
    (0x3A, 0x3A, "evaporative system, 0.090 inch", Place::Alone),
    (0x3B, 0x3B, "evaporative system, 0.040 inch", Place::Alone),
    (0x3C, 0x3C, "evaporative system, 0.020 inch", Place::Alone),
    (0x3D, 0x3D, "purge flow", Place::Alone),
    (0x41, 0x50, "oxygen sensor heater", Place::BankAndSensor),
    (0x61, 0x64, "heated catalyst", Place::Bank),
    (0x71, 0x74, "secondary air", Place::Number),
    (0x81, 0x84, "fuel system", Place::Bank),
    (0x85, 0x86, "boost pressure control", Place::Bank),
    (0x90, 0x91, "nitrogen oxide adsorber", Place::Bank),
    (0x98, 0x99, "nitrogen oxide catalyst", Place::Bank),
    (0xA1, 0xA1, "misfire, all cylinders", Place::Alone),
    (0xA2, 0xAD, "misfire", Place::Cylinder),
    (0xB0, 0xB1, "particulate filter", Place::Bank),
];

/// What an ECU watches under this id.
pub(super) fn monitor_name(id: u8) -> Option<Cow<'static, str>> {
    let &(first, _, name, place) =
        MONITORS.iter().find(|(first, last, ..)| (*first..=*last).contains(&id))?;
    let number = id - first;
    Some(match place {
        Place::Alone => Cow::Borrowed(name),
        Place::Bank => format!("{name}, bank {}", number + 1).into(),
        Place::BankAndSensor => format!("{name}, bank {} sensor {}", number / 4 + 1, number % 4 + 1).into(),
        Place::Cylinder => format!("{name}, cylinder {}", number + 1).into(),
        Place::Number => format!("{name} {}", number + 1).into(),
    })
}

/// The tests that the standard names; the first ten are those of service 05.
const TESTS: [&str; 12] = [
    "rich to lean sensor threshold voltage",
    "lean to rich sensor threshold voltage",
    "low sensor voltage for switch time calculation",
    "high sensor voltage for switch time calculation",
    "rich to lean sensor switch time",
    "lean to rich sensor switch time",
    "minimum sensor voltage for test cycle",
    "maximum sensor voltage for test cycle",
    "time between sensor transitions",
    "sensor period",
    "average misfire counts of the last ten driving cycles",
    "misfire counts of the last or current driving cycle",
];

/// What a test measures.
pub(super) fn test_name(test: u8) -> Option<&'static str> {
    TESTS.get(usize::from(test.checked_sub(1)?)).copied()
}
