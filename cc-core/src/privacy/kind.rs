//! What data are about.

use super::PolicyError;
use crate::{Body, Event, SignalId};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal, $($(#[$variant_doc:meta])* $variant:ident = $word:literal, $about:literal;)+) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum $name {
            $($(#[$variant_doc])* #[doc = $about] $variant,)+
        }

        impl $name {
            /// Every one, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it in a policy.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// What it is.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$variant => $about),+ }
            }
        }

        impl core::str::FromStr for $name {
            type Err = PolicyError;

            fn from_str(text: &str) -> Result<Self, PolicyError> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text).ok_or(PolicyError::Word { expected: $what })
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}
pub(super) use words;

words! {
    /// A kind of data: what is kept equally long.
    ///
    /// Chat, contact data and battery warnings are not events of the data stream; their rows are for the stores that hold
    /// them.
    DataKind, "a kind of data",
    Access = "access", "Who may see which vehicle or fleet.";
    BatteryVoltage = "battery_voltage", "The voltage of the starter battery.";
    BatteryWarning = "battery_warning", "Warnings worked out from the battery's voltage.";
    Booking = "booking", "Bookings at a workshop.";
    CanActivity = "can_activity", "What control units measure and tell: speeds, temperatures, pressures.";
    Chat = "chat", "Messages between driver and workshop.";
    Contact = "contact", "Names, telephone numbers and addresses of people.";
    CustomSignal = "custom_signal", "Signals of a maker that the catalogue does not know.";
    DrivingEvent = "driving_event", "Hard acceleration, braking and turning.";
    ErrorCode = "error_code", "Trouble codes, scans for them, and the readiness of emission monitors.";
    FuelLevel = "fuel_level", "Fuel, AdBlue and range, and refuelling.";
    Identity = "identity", "The vehicle identification number and the engine code, as the car tells them.";
    Ignition = "ignition", "Ignition on and off, and standing with a running engine.";
    Mileage = "mileage", "The odometer.";
    Position = "position", "Where the car is.";
    PowerFailure = "power_failure", "The device lost its power, or felt a bump.";
    Service = "service", "Service, oil change and inspection: when they were and when they are due.";
    Trip = "trip", "Trips: start, end, distance, duration, fuel.";
    WarningLight = "warning_light", "Warning lights of the dashboard.";
}

impl DataKind {
    /// The kind of an event; `None` where nobody here knows its type, or nothing in it could be read.
    pub fn of(event: &Event) -> Option<Self> {
        Some(match &event.body {
            Body::TroubleCode(_) | Body::MappedDtc(_) | Body::CodeScan(_) | Body::MonitorReadiness(_) => {
                Self::ErrorCode
            }
            Body::Position(_) => Self::Position,
            Body::Driving(_) => Self::DrivingEvent,
            Body::MilLamp(_) => Self::WarningLight,
            Body::Inspection(_) => Self::Service,
            Body::Booking(_) => Self::Booking,
            Body::TripStarted(_) | Body::TripEnded(_) => Self::Trip,
            Body::Refuel(_) => Self::FuelLevel,
            Body::Access(_) => Self::Access,
            Body::Reading(reading) => Self::of_signal(&reading.signal),
            Body::Other(_) => return None,
        })
    }

    /// The kind of a signal's readings.
    ///
    /// ```
    /// use cc_core::SignalId;
    /// use cc_core::privacy::DataKind;
    ///
    /// assert_eq!(DataKind::of_signal(&SignalId::ODOMETER), DataKind::Mileage);
    /// assert_eq!(DataKind::of_signal(&SignalId::ENGINE_SPEED), DataKind::CanActivity);
    /// assert_eq!("milage".parse::<DataKind>().unwrap_err().to_string(), "expected a kind of data");
    /// # Ok::<(), cc_core::privacy::PolicyError>(())
    /// ```
    pub fn of_signal(signal: &SignalId) -> Self {
        if signal.signal().is_none() {
            return Self::CustomSignal;
        }
        SIGNALS
            .iter()
            .find(|(_, signals)| signals.contains(signal))
            .map_or(Self::CanActivity, |(kind, _)| *kind)
    }
}

/// The kinds of those rows of the catalogue that are not [`DataKind::CanActivity`].
const SIGNALS: &[(DataKind, &[SignalId])] = &[
    (DataKind::BatteryVoltage, &[SignalId::BATTERY_VOLTAGE]),
    (
        DataKind::FuelLevel,
        &[
            SignalId::ADBLUE_REMAINING_DISTANCE,
            SignalId::FUEL_LEVEL,
            SignalId::FUEL_LEVEL_VOLUME,
            SignalId::RANGE_TOTAL,
        ],
    ),
    (DataKind::Identity, &[SignalId::ENGINE_CODE, SignalId::VIN]),
    (DataKind::Ignition, &[SignalId::IGNITION, SignalId::VEHICLE_IDLE]),
    (
        DataKind::Mileage,
        &[SignalId::ODOMETER, SignalId::ODOMETER10, SignalId::DAILY_ODOMETER, SignalId::DEVICE_ODOMETER],
    ),
    (DataKind::PowerFailure, &[SignalId::BATTERY_EXTERNAL_DISCONNECT]),
    (
        DataKind::Service,
        &[
            SignalId::OIL_DEGRADATION,
            SignalId::EXCEEDED_OIL_CHANGE_TIME,
            SignalId::EXCEEDED_OIL_CHANGE_DISTANCE,
            SignalId::LAST_OIL_CHANGE_TIME,
            SignalId::LAST_OIL_CHANGE_DISTANCE,
            SignalId::NEXT_OIL_CHANGE_30DAYS,
            SignalId::NEXT_OIL_CHANGE_TIME,
            SignalId::NEXT_OIL_CHANGE_DISTANCE,
            SignalId::OIL_CHANGE_INTERVAL_FIXED_TIME,
            SignalId::OIL_CHANGE_INTERVAL_FIXED_DISTANCE,
            SignalId::OIL_CHANGE_INTERVAL_VARIABLE_TIME,
            SignalId::OIL_CHANGE_INTERVAL_VARIABLE_DISTANCE,
            SignalId::OIL_CHANGE_TYPE_IS_FIXED,
            SignalId::LAST_SERVICE_DATE,
            SignalId::LAST_SERVICE_ODOMETER,
            SignalId::LAST_SERVICE_TIME,
            SignalId::LAST_SERVICE_DISTANCE,
            SignalId::NEXT_SERVICE_30DAYS,
            SignalId::NEXT_SERVICE_TIME,
            SignalId::NEXT_SERVICE_DISTANCE,
            SignalId::SERVICE_INTERVAL_TIME,
            SignalId::SERVICE_INTERVAL_DISTANCE,
            SignalId::SERVICE_REMINDER_LEAD,
            SignalId::ROADWORTHY_INSPECTION_DUE,
        ],
    ),
    (DataKind::WarningLight, &[SignalId::DISTANCE_WITH_MIL_ON, SignalId::MALFUNCTION_INDICATOR_FREQUENCY]),
];
