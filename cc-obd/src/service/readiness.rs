//! Parameters 01 and 41: the lamp, the number of codes and the emission monitors (SAE J1979, annex B).

use alloc::vec::Vec;

use cc_core::{IgnitionType, Monitor, MonitorReadiness};

/// Monitors that every engine has, by their bit in byte B (supported) and the same bit plus 4 (not ready).
const CONTINUOUS: [Monitor; 3] = [Monitor::Misfire, Monitor::FuelSystem, Monitor::Components];

/// Monitors by their bit in bytes C (supported) and D (not ready), lit by a spark.
const SPARK: [Option<Monitor>; 8] = [
    Some(Monitor::Catalyst),
    Some(Monitor::HeatedCatalyst),
    Some(Monitor::Evaporative),
    Some(Monitor::SecondaryAir),
    Some(Monitor::AirConditioning),
    Some(Monitor::OxygenSensor),
    Some(Monitor::OxygenSensorHeater),
    Some(Monitor::Egr),
];

/// The same bits on a diesel; two are reserved.
const COMPRESSION: [Option<Monitor>; 8] = [
    Some(Monitor::NmhcCatalyst),
    Some(Monitor::NoxAftertreatment),
    None,
    Some(Monitor::BoostPressure),
    None,
    Some(Monitor::ExhaustGasSensor),
    Some(Monitor::ParticulateFilter),
    Some(Monitor::Egr),
];

/// Reads the four data bytes of parameter 01: the monitors since codes were cleared, the lamp and the number of codes.
///
/// # Examples
///
/// ```
/// use cc_core::{IgnitionType, Monitor};
///
/// let ready = cc_obd::service::readiness([0x83, 0x07, 0x65, 0x04]);
/// assert!(ready.mil);
/// assert_eq!((ready.dtc_count, ready.ignition), (3, IgnitionType::Spark));
/// assert!(ready.monitors.contains(&(Monitor::Misfire, true)));
/// assert!(ready.monitors.contains(&(Monitor::Evaporative, false)));
/// assert_eq!(ready.monitors.len(), 7);
/// ```
pub fn readiness([a, b, c, d]: [u8; 4]) -> MonitorReadiness {
    let (ignition, monitors) = monitors([b, c, d]);
    MonitorReadiness { mil: a & 0x80 != 0, dtc_count: a & 0x7F, ignition, monitors }
}

/// The monitors of this driving cycle: parameter 41. It has neither lamp nor number of codes: its first byte is
/// reserved.
///
/// # Examples
///
/// ```
/// use cc_core::Monitor;
/// use cc_obd::service::CycleReadiness;
///
/// let cycle = CycleReadiness::new([0x00, 0x07, 0x65, 0x04]);
/// assert!(cycle.monitors.contains(&(Monitor::Evaporative, false)));
/// assert_eq!(CycleReadiness::new([0xFF, 0x07, 0x65, 0x04]), cycle);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CycleReadiness {
    /// How the fuel is lit.
    pub ignition: IgnitionType,
    /// The monitors that are enabled in this driving cycle, and whether each has run to its end.
    pub monitors: Vec<(Monitor, bool)>,
}

impl CycleReadiness {
    /// Reads the four data bytes.
    pub fn new([_, b, c, d]: [u8; 4]) -> Self {
        let (ignition, monitors) = monitors([b, c, d]);
        Self { ignition, monitors }
    }
}

fn monitors([b, c, d]: [u8; 3]) -> (IgnitionType, Vec<(Monitor, bool)>) {
    let (ignition, others) =
        if b & 0x08 == 0 { (IgnitionType::Spark, SPARK) } else { (IgnitionType::Compression, COMPRESSION) };
    let bit = |byte: u8, place: usize| byte >> place & 1 == 1;
    let continuous = CONTINUOUS.iter().enumerate();
    let mut monitors: Vec<_> = continuous
        .filter(|&(place, _)| bit(b, place))
        .map(|(place, &monitor)| (monitor, !bit(b, place + 4)))
        .collect();
    let others = others.iter().enumerate().filter(|&(place, _)| bit(c, place));
    monitors.extend(others.filter_map(|(place, monitor)| Some(((*monitor)?, !bit(d, place)))));
    (ignition, monitors)
}
