//! What breaks.

/// A fault that a car of the fleet can have.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Fault {
    /// The AdBlue runs out.
    AdblueLow,
    /// The starter battery no longer holds its charge.
    BatteryFading,
    /// A cylinder misfires, and the engine computer stored the code.
    Misfire,
    /// The coolant gets too hot on every drive.
    Overheating,
    /// The front left tyre lost a third of its pressure.
    SoftTyre,
}

impl Fault {
    /// All faults.
    pub const ALL: [Self; 5] =
        [Self::AdblueLow, Self::BatteryFading, Self::Misfire, Self::Overheating, Self::SoftTyre];

    /// The name, as the truth file writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AdblueLow => "adblue_low",
            Self::BatteryFading => "battery_fading",
            Self::Misfire => "misfire",
            Self::Overheating => "overheating",
            Self::SoftTyre => "soft_tyre",
        }
    }

    /// The rule of the standard pack that should find it.
    pub fn rule(self) -> &'static str {
        match self {
            Self::AdblueLow => "adblue-low",
            Self::BatteryFading => "battery-weak",
            Self::Misfire => "misfire",
            Self::Overheating => "overheat",
            Self::SoftTyre => "tyre-pressure-low",
        }
    }
}

/// A fault of one car.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Injected {
    /// What broke.
    pub fault: Fault,
    /// When the first drive with it began, in milliseconds since the epoch.
    pub from: i64,
    /// When the first drive without it began, if it was repaired.
    pub until: Option<i64>,
}
