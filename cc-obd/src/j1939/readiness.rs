//! The monitors: DM5 and DM26 (SAE J1939-73, 5.7.5 and 5.7.26).

use cc_core::Monitor;

use super::counts::{byte, word};
use super::{MessageError, Part, array};

/// Counts of codes, and which monitors the ECU has and has run since codes were cleared (DM5).
///
/// # Examples
///
/// ```
/// use cc_core::Monitor;
/// use cc_obd::j1939::{MessageError, Readiness};
///
/// // A diesel: the fuel system is ready, misfire is not; of the others it has the particulate filter, and that is ready.
/// let readiness = Readiness::parse(&[2, 1, 0x14, 0b0001_0011, 0x00, 0x04, 0x00, 0x00])?;
/// assert_eq!((readiness.active, readiness.previously_active, readiness.obd_compliance), (Some(2), Some(1), Some(20)));
/// let monitors: Vec<_> = readiness.monitors().map(|m| (m.monitor, m.complete)).collect();
/// assert_eq!(monitors, [
///     (Monitor::Misfire, false),
///     (Monitor::FuelSystem, true),
///     (Monitor::ParticulateFilter, true),
/// ]);
/// assert_eq!(Readiness::parse(&[0; 3]).unwrap_err().to_string(), "monitors cut short at offset 0");
/// # Ok::<(), MessageError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Readiness {
    /// How many codes are active; `None` where the ECU does not say.
    pub active: Option<u8>,
    /// How many codes were active before.
    pub previously_active: Option<u8>,
    /// Which on-board diagnostics the ECU was built to; 5 is none. The numbers are those of SAE J1979 (parameter 1C),
    /// 20 and more are of trucks.
    pub obd_compliance: Option<u8>,
    bits: MonitorBits,
}

/// The monitors in this trip (DM26).
///
/// ```
/// use cc_obd::j1939::{MessageError, TripReadiness};
/// let trip = TripReadiness::parse(&[0x3C, 0x00, 0x05, 0b0010_0010, 0, 0, 0, 0])?;
/// assert_eq!((trip.seconds_since_engine_start, trip.warm_ups_since_clear), (Some(60), Some(5)));
/// assert_eq!(trip.monitors().map(|m| m.complete).collect::<Vec<_>>(), [false]);
/// assert!(TripReadiness::parse(&[0; 7]).is_err());
/// # Ok::<(), MessageError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TripReadiness {
    /// Seconds since the engine started (SPN 3301); `None` where the ECU does not say.
    pub seconds_since_engine_start: Option<u16>,
    /// Warm-ups since codes were cleared (SPN 3302).
    pub warm_ups_since_clear: Option<u8>,
    bits: MonitorBits,
}

/// One monitor.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ReadinessMonitor {
    /// Which one.
    pub monitor: Monitor,
    /// Whether it has run to its end.
    pub complete: bool,
}

impl Readiness {
    /// Reads the data of DM5.
    pub fn parse(data: &[u8]) -> Result<Self, MessageError> {
        let [active, previous, compliance, bits @ ..] = array::<8>(data, 0, Part::Readiness)?;
        Ok(Self {
            active: byte(active),
            previously_active: byte(previous),
            obd_compliance: byte(compliance),
            bits: MonitorBits(bits),
        })
    }

    /// Whether the monitor of the cold start aid is complete, which cars do not have; `None` where there is none.
    pub fn cold_start_aid(&self) -> Option<bool> {
        self.bits.cold_start_aid()
    }

    /// The monitors that the ECU has, except the cold start aid.
    pub fn monitors(&self) -> impl Iterator<Item = ReadinessMonitor> + use<> {
        self.bits.monitors()
    }
}

impl TripReadiness {
    /// Reads the data of DM26.
    pub fn parse(data: &[u8]) -> Result<Self, MessageError> {
        let [low, high, warm_ups, bits @ ..] = array::<8>(data, 0, Part::Readiness)?;
        Ok(Self {
            seconds_since_engine_start: word([low, high]),
            warm_ups_since_clear: byte(warm_ups),
            bits: MonitorBits(bits),
        })
    }

    /// Whether the monitor of the cold start aid is complete, which cars do not have; `None` where there is none.
    pub fn cold_start_aid(&self) -> Option<bool> {
        self.bits.cold_start_aid()
    }

    /// The monitors that are enabled for the rest of this trip, except the cold start aid.
    pub fn monitors(&self) -> impl Iterator<Item = ReadinessMonitor> + use<> {
        self.bits.monitors()
    }
}

/// One byte of continuous monitors, two of support and two of state of the others; a set bit of state is "not complete".
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct MonitorBits([u8; 5]);

/// The continuously run monitors: support in the low bits, state four bits above.
const CONTINUOUS: [Monitor; 3] = [Monitor::Misfire, Monitor::FuelSystem, Monitor::Components];

/// The others by their bit, from the lowest bit of the first byte (SPN 1222 and 1223).
const OTHERS: [(u32, Monitor); 12] = [
    (0, Monitor::Catalyst),
    (1, Monitor::HeatedCatalyst),
    (2, Monitor::Evaporative),
    (3, Monitor::SecondaryAir),
    (4, Monitor::AirConditioning),
    (5, Monitor::ExhaustGasSensor),
    (6, Monitor::OxygenSensorHeater),
    (7, Monitor::Egr),
    (9, Monitor::BoostPressure),
    (10, Monitor::ParticulateFilter),
    (11, Monitor::NoxAftertreatment),
    (12, Monitor::NmhcCatalyst),
];

/// The one that only trucks have.
const COLD_START_AID: u32 = 8;

impl MonitorBits {
    fn cold_start_aid(self) -> Option<bool> {
        let [_, _, support, _, state] = self.0;
        let bit = COLD_START_AID - 8;
        (support >> bit & 1 == 1).then_some(state >> bit & 1 == 0)
    }

    fn monitors(self) -> impl Iterator<Item = ReadinessMonitor> + use<> {
        let [continuous, support_low, support_high, state_low, state_high] = self.0;
        let (support, state) =
            (u16::from_le_bytes([support_low, support_high]), u16::from_le_bytes([state_low, state_high]));
        let continuous = (0..).zip(CONTINUOUS).map(move |(bit, monitor)| {
            (monitor, continuous >> bit & 1 == 1, continuous >> (bit + 4) & 1 == 0)
        });
        let others = OTHERS
            .into_iter()
            .map(move |(bit, monitor)| (monitor, support >> bit & 1 == 1, state >> bit & 1 == 0));
        continuous
            .chain(others)
            .filter(|&(_, supported, _)| supported)
            .map(|(monitor, _, complete)| ReadinessMonitor { monitor, complete })
    }
}
