//! The in-use counters of service 09, info types 08 and 0B: how often monitors ran, and how often they could have.

use alloc::vec::Vec;

use cc_core::IgnitionType;

/// Counters of how often the monitors of a car ended, and how often the car was driven so that they should have.
///
/// Regulators ask that the first divided by the second be large enough. The names are those of SAE J1979: `…COMP` counts
/// the ends, `…COND` the conditions, `OBDCOND` the drives that count, `IGNCNTR` the starts.
///
/// # Examples
///
/// ```
/// use cc_core::IgnitionType;
/// use cc_obd::service::PerformanceCounters;
///
/// let counters = PerformanceCounters { ignition: IgnitionType::Spark, first: 0, values: vec![1000, 1500, 480, 900] };
/// assert_eq!(counters.get("IGNCNTR"), Some(1500));
/// assert_eq!(counters.get("CATCOMP1"), Some(480));
/// assert_eq!(counters.get("EGRCOMP"), None);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PerformanceCounters {
    /// Which engine they are of: that says what they count.
    pub ignition: IgnitionType,
    /// Which counter the first value is, from 0. Messages of K-line and J1850 have two counters each.
    pub first: usize,
    /// The values.
    pub values: Vec<u16>,
}

impl PerformanceCounters {
    /// The names of the counters of an engine, in the order of the answer.
    pub const fn names(ignition: IgnitionType) -> &'static [&'static str] {
        match ignition {
            IgnitionType::Compression => &COMPRESSION,
            IgnitionType::Spark => &SPARK,
        }
    }

    /// The counters with a name, and their values.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u16)> + '_ {
        Self::names(self.ignition).iter().copied().skip(self.first).zip(self.values.iter().copied())
    }

    /// One counter.
    pub fn get(&self, name: &str) -> Option<u16> {
        self.iter().find(|(found, _)| *found == name).map(|(_, value)| value)
    }
}

const SPARK: [&str; 28] = [
    "OBDCOND",
    "IGNCNTR",
    "CATCOMP1",
    "CATCOND1",
    "CATCOMP2",
    "CATCOND2",
    "O2SCOMP1",
    "O2SCOND1",
    "O2SCOMP2",
    "O2SCOND2",
    "EGRCOMP",
    "EGRCOND",
    "AIRCOMP",
    "AIRCOND",
    "EVAPCOMP",
    "EVAPCOND",
    "SO2SCOMP1",
    "SO2SCOND1",
    "SO2SCOMP2",
    "SO2SCOND2",
    "AFRICOMP1",
    "AFRICOND1",
    "AFRICOMP2",
    "AFRICOND2",
    "PFCOMP1",
    "PFCOND1",
    "PFCOMP2",
    "PFCOND2",
];

const COMPRESSION: [&str; 18] = [
    "OBDCOND",
    "IGNCNTR",
    "HCCATCOMP",
    "HCCATCOND",
    "NCATCOMP",
    "NCATCOND",
    "NADSCOMP",
    "NADSCOND",
    "PMCOMP",
    "PMCOND",
    "EGSCOMP",
    "EGSCOND",
    "EGRCOMP",
    "EGRCOND",
    "BPCOMP",
    "BPCOND",
    "FUELCOMP",
    "FUELCOND",
];
