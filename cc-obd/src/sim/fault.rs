//! What goes wrong, on demand.

use core::fmt;
use core::str::FromStr;

use super::ScenarioError;

/// A fault of the simulated adapter, which hits one request.
///
/// # Examples
///
/// ```
/// use cc_obd::sim::SimFault;
///
/// assert_eq!("buffer_full".parse(), Ok(SimFault::BufferFull));
/// assert_eq!(SimFault::MissingPrompt.to_string(), "missing_prompt");
/// assert_eq!("fire".parse::<SimFault>().unwrap_err().to_string(), "not the name of a fault of the simulator");
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SimFault {
    /// The first line of the answer, then `BUFFER FULL`.
    BufferFull,
    /// `BUS ERROR`.
    BusError,
    /// `CAN ERROR`.
    CanError,
    /// The line ends in `<DATA ERROR`, and a digit is wrong.
    DataError,
    /// The line is cut in the middle of the answer.
    Disconnect,
    /// Digits of the answer are replaced by other characters.
    Garbage,
    /// The adapter restarts, and says `LV RESET`: its settings are lost.
    LowVoltageReset,
    /// The answer has no prompt behind it.
    MissingPrompt,
    /// `NO DATA`.
    NoData,
    /// NUL bytes stand among the characters.
    Nul,
    /// Nothing at all.
    Silence,
    /// `STOPPED`.
    Stopped,
    /// `UNABLE TO CONNECT`.
    UnableToConnect,
}

impl SimFault {
    /// Every fault with its name in scenarios.
    pub const ALL: [(&'static str, Self); 13] = [
        ("buffer_full", Self::BufferFull),
        ("bus_error", Self::BusError),
        ("can_error", Self::CanError),
        ("data_error", Self::DataError),
        ("disconnect", Self::Disconnect),
        ("garbage", Self::Garbage),
        ("low_voltage_reset", Self::LowVoltageReset),
        ("missing_prompt", Self::MissingPrompt),
        ("no_data", Self::NoData),
        ("nul", Self::Nul),
        ("silence", Self::Silence),
        ("stopped", Self::Stopped),
        ("unable_to_connect", Self::UnableToConnect),
    ];

    /// What happens, in a few words.
    ///
    /// ```
    /// assert_eq!(cc_obd::sim::SimFault::Silence.meaning(), "nothing comes at all");
    /// ```
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::BufferFull => "BUFFER FULL behind the first line of the answer",
            Self::BusError => "BUS ERROR instead of the answer",
            Self::CanError => "CAN ERROR instead of the answer",
            Self::DataError => "a wrong digit, and <DATA ERROR behind it",
            Self::Disconnect => "the line is cut in the middle of the answer",
            Self::Garbage => "every third digit is another character",
            Self::LowVoltageReset => "LV RESET: the adapter restarts and forgets its settings",
            Self::MissingPrompt => "no prompt behind the answer",
            Self::NoData => "NO DATA instead of the answer",
            Self::Nul => "NUL bytes among the characters",
            Self::Silence => "nothing comes at all",
            Self::Stopped => "STOPPED instead of the answer",
            Self::UnableToConnect => "UNABLE TO CONNECT instead of the answer",
        }
    }
}

impl fmt::Display for SimFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(_, fault)| fault == self).map_or("", |(name, _)| name);
        f.write_str(name)
    }
}

impl FromStr for SimFault {
    type Err = SimFaultParseError;

    fn from_str(text: &str) -> Result<Self, SimFaultParseError> {
        Self::ALL.iter().find(|(name, _)| *name == text).map(|&(_, fault)| fault).ok_or(SimFaultParseError)
    }
}

/// The text is not the name of a [`SimFault`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not the name of a fault of the simulator")]
pub struct SimFaultParseError;

/// When a fault hits requests by itself.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultWindow {
    /// From when, in seconds of the scenario.
    #[serde(deserialize_with = "seconds")]
    pub at: f64,
    /// For how long, in seconds.
    #[serde(rename = "for", deserialize_with = "seconds")]
    pub lasts: f64,
    /// Which.
    pub fault: SimFault,
}

impl FaultWindow {
    /// The latest second at which a fault may begin, and the longest that it may last: thirty years.
    pub const LATEST: f64 = 1e9;

    /// Whether it can hit a request.
    ///
    /// ```
    /// use cc_obd::sim::{FaultWindow, SimFault};
    ///
    /// let window = FaultWindow { at: 30.0, lasts: 5.0, fault: SimFault::NoData };
    /// assert_eq!(window.check(), Ok(()));
    /// let error = FaultWindow { lasts: 0.0, ..window }.check().unwrap_err();
    /// assert_eq!(error.to_string(), "a fault that lasts 0 s from second 30 on hits no request");
    /// ```
    pub fn check(&self) -> Result<(), ScenarioError> {
        let (at, lasts) = (self.at, self.lasts);
        let is_soon = (0.0..=Self::LATEST).contains(&at);
        if is_soon && lasts > 0.0 && lasts <= Self::LATEST {
            return Ok(());
        }
        Err(ScenarioError::Fault { at, lasts })
    }
}

/// A time of 0 or more.
pub(super) fn seconds<'de, D: serde::Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    let found: f64 = serde::Deserialize::deserialize(from)?;
    if found > FaultWindow::LATEST {
        let most = FaultWindow::LATEST;
        return Err(serde::de::Error::custom(format_args!("expected {most} seconds at the most")));
    }
    if found.is_finite() && found >= 0.0 {
        return Ok(found);
    }
    Err(serde::de::Error::custom(super::CourseError::Seconds { found }))
}
