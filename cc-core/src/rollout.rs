//! Percentages of vehicles, the same ones on every platform.
//!
//! A platform never gives a new map, a new rule or a new screen to every car at once. It gives it to one car in a
//! hundred, watches, and goes on to ten. Which cars those are must not depend on who asks: the phone, the backend and
//! the partner's job each work it out from the same few bytes, without asking one another.
//!
//! # How it is worked out
//!
//! The bytes are the experiment's name, one zero byte, and the vehicle as `organization/vehicle`, all UTF-8. Of their
//! SHA-256 (FIPS 180-4), bytes 0 to 7 say whether the vehicle takes part and bytes 8 to 15 which arm it is in. Each half
//! is read as an unsigned integer *n*, the highest byte first, and becomes the bucket ⌊*n* · 10 000 / 2⁶⁴⌋. No bucket is
//! more likely than another by more than one part in 10¹⁵.
//!
//! - A vehicle takes part when its [`bucket`] is below the experiment's percentage. So **growth keeps**: whoever takes
//!   part at 10 % takes part at 20 %.
//! - Those that take part are dealt to the arms by [`arm_bucket`], arm after arm in the order given. It is independent
//!   of the first number, so growth moves nobody to another arm.
//! - The name is the salt: being among the first of one experiment says nothing about any other.
//!
//! # Examples
//!
//! ```
//! use cc_core::VehicleRef;
//! use cc_core::rollout::{Arm, Experiment, ExperimentName, bucket};
//!
//! let car: VehicleRef = "semler/7".parse()?;
//! let name: ExperimentName = "map_style".parse()?;
//! assert_eq!(bucket(&name, &car), 2_750);
//!
//! let arms = vec![Arm::new("bright", "50".parse()?)?, Arm::new("dark", "50".parse()?)?];
//! let ninety = Experiment::new(name.clone(), "90".parse()?, arms.clone())?;
//! assert_eq!(ninety.arm(&car), Some("bright"));
//! let ten = Experiment::new(name.clone(), "10".parse()?, arms.clone())?;
//! assert_eq!(ten.arm(&car), None);
//!
//! let error = Experiment::new(name, "10".parse()?, arms[..1].to_vec()).unwrap_err();
//! assert_eq!(error.to_string(), "arms: expected 100 % in sum, found 50.00 %");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use sha2::{Digest, Sha256};

use crate::VehicleRef;

/// How many buckets there are: one is a hundredth of a percent.
pub const BUCKETS: u16 = 10_000;

/// The most arms an experiment has.
pub const MOST_ARMS: usize = 32;

/// The bucket that says whether a vehicle takes part in an experiment, 0 to 9,999.
///
/// ```
/// let name = "new_map".parse::<cc_core::rollout::ExperimentName>()?;
/// assert_eq!(cc_core::rollout::bucket(&name, &"local/0".parse()?), 672);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn bucket(experiment: &ExperimentName, vehicle: &VehicleRef) -> u16 {
    buckets(experiment, vehicle).0
}

/// The bucket that says which arm a vehicle is in, if it takes part; 0 to 9,999, independent of [`bucket`].
pub fn arm_bucket(experiment: &ExperimentName, vehicle: &VehicleRef) -> u16 {
    buckets(experiment, vehicle).1
}

fn buckets(experiment: &ExperimentName, vehicle: &VehicleRef) -> (u16, u16) {
    let mut hash = Sha256::new();
    hash.update(experiment.as_str());
    hash.update([0]);
    hash.update(vehicle.to_string());
    let digest: [u8; 32] = hash.finalize().into();
    let mut halves = digest.chunks_exact(8).map(|half| {
        let number = half.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        ((u128::from(number) * u128::from(BUCKETS)) >> 64) as u16
    });
    (halves.next().unwrap_or_default(), halves.next().unwrap_or_default())
}

/// The name of an experiment, and its salt: `[a-z0-9]`, then `[a-z0-9._-]`, 64 characters at most.
///
/// ```
/// use cc_core::rollout::ExperimentName;
///
/// assert_eq!("new_map.v2".parse::<ExperimentName>()?.as_str(), "new_map.v2");
/// let error = "New map".parse::<ExperimentName>().unwrap_err();
/// assert_eq!(error.to_string(), "expected a name of a-z, 0-9, '.', '_' and '-', found 'N'");
/// # Ok::<(), cc_core::rollout::RolloutError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ExperimentName(Box<str>);

impl ExperimentName {
    /// The longest name, in characters.
    pub const LONGEST: usize = 64;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ExperimentName {
    type Err = RolloutError;

    fn from_str(text: &str) -> Result<Self, RolloutError> {
        checked_name(text).map(Self)
    }
}

impl fmt::Display for ExperimentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn checked_name(text: &str) -> Result<Box<str>, RolloutError> {
    let found = text.chars().count();
    if found == 0 || found > ExperimentName::LONGEST {
        return Err(RolloutError::NameLength { found });
    }
    let mut characters = text.chars().enumerate();
    let wrong = characters.find(|(i, c)| {
        let inner = *i > 0 && matches!(c, '.' | '_' | '-');
        !(c.is_ascii_lowercase() || c.is_ascii_digit() || inner)
    });
    match wrong {
        Some((_, found)) => Err(RolloutError::NameCharacter { found }),
        None => Ok(text.into()),
    }
}

/// A percentage in hundredths, 0 % to 100 %. It is read from decimal text and never goes through a float.
///
/// ```
/// use cc_core::rollout::Percent;
///
/// let share: Percent = "12.5".parse()?;
/// assert_eq!((share.hundredths(), share.to_string().as_str()), (1_250, "12.5 %"));
/// let error = "0.125".parse::<Percent>().unwrap_err();
/// assert_eq!(error.to_string(), "expected a percentage from 0 to 100 with at most two decimals");
/// # Ok::<(), cc_core::rollout::RolloutError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Percent(u16);

impl Percent {
    /// Everything.
    pub const ALL: Self = Self(BUCKETS);
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// A number of hundredths of a percent, 0 to 10,000.
    pub fn from_hundredths(hundredths: u16) -> Result<Self, RolloutError> {
        if hundredths > BUCKETS { Err(RolloutError::Percent) } else { Ok(Self(hundredths)) }
    }

    /// The hundredths of a percent: how many of the [`BUCKETS`] are in.
    pub fn hundredths(self) -> u16 {
        self.0
    }
}

impl FromStr for Percent {
    type Err = RolloutError;

    fn from_str(text: &str) -> Result<Self, RolloutError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let rest = fraction.get(2..).unwrap_or_default();
        let short = whole.len() <= 3 && (whole.len() == 1 || !whole.starts_with('0'));
        if !short || !digits(whole) || !digits(fraction) || rest.bytes().any(|b| b != b'0') {
            return Err(RolloutError::Percent);
        }
        let mut hundredths = whole.parse::<u16>().map_err(|_| RolloutError::Percent)?;
        for place in 0..2 {
            let digit = fraction.as_bytes().get(place).map_or(0, |digit| digit - b'0');
            // At most 999.99: five digits that fit after the check below.
            hundredths = hundredths.checked_mul(10).ok_or(RolloutError::Percent)?;
            hundredths = hundredths.checked_add(digit.into()).ok_or(RolloutError::Percent)?;
        }
        Self::from_hundredths(hundredths)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        match (rest / 10, rest % 10) {
            (0, 0) => write!(f, "{whole} %"),
            (tenth, 0) => write!(f, "{whole}.{tenth} %"),
            _ => write!(f, "{whole}.{rest:02} %"),
        }
    }
}

/// One of the ways an experiment treats a vehicle.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Arm {
    name: Box<str>,
    percent: Percent,
}

impl Arm {
    /// An arm; its name is made as an experiment's is, its percentage is of the vehicles that take part.
    pub fn new(name: &str, percent: Percent) -> Result<Self, RolloutError> {
        Ok(Self { name: checked_name(name)?, percent })
    }

    /// The arm's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its part of the vehicles that take part.
    pub fn percent(&self) -> Percent {
        self.percent
    }
}

/// A named experiment: how many vehicles take part, and how they are dealt to the arms.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Experiment {
    name: ExperimentName,
    percent: Percent,
    arms: Vec<Arm>,
}

impl Experiment {
    /// An experiment with arms that are 100 % in sum; each has a name of its own.
    pub fn new(name: ExperimentName, percent: Percent, arms: Vec<Arm>) -> Result<Self, RolloutError> {
        if arms.is_empty() || arms.len() > MOST_ARMS {
            return Err(RolloutError::ArmCount { found: arms.len() });
        }
        if let Some((_, arm)) =
            arms.iter().enumerate().find(|(i, arm)| arms[..*i].iter().any(|other| other.name == arm.name))
        {
            return Err(RolloutError::ArmTwice { name: arm.name.clone() });
        }
        let sum: u32 = arms.iter().map(|arm| u32::from(arm.percent.0)).sum();
        if sum != u32::from(BUCKETS) {
            return Err(RolloutError::ArmSum { found: sum });
        }
        Ok(Self { name, percent, arms })
    }

    /// An experiment with one arm, [`Experiment::ON`].
    pub fn switch(name: ExperimentName, percent: Percent) -> Self {
        Self { name, percent, arms: vec![Arm { name: Self::ON.into(), percent: Percent::ALL }] }
    }

    /// The arm of a [`switch`](Self::switch).
    pub const ON: &'static str = "on";

    /// The name.
    pub fn name(&self) -> &ExperimentName {
        &self.name
    }

    /// How many vehicles take part.
    pub fn percent(&self) -> Percent {
        self.percent
    }

    /// The arms, in the order that decides who is in which.
    pub fn arms(&self) -> &[Arm] {
        &self.arms
    }

    /// The arm of a vehicle; `None` where it does not take part.
    ///
    /// ```
    /// use cc_core::rollout::Experiment;
    ///
    /// let everyone = Experiment::switch("new_map".parse()?, "100".parse()?);
    /// assert_eq!(everyone.arm(&"local/0".parse()?), Some("on"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn arm(&self, vehicle: &VehicleRef) -> Option<&str> {
        self.arm_index(vehicle).and_then(|i| self.arms.get(i)).map(Arm::name)
    }

    /// The place of the vehicle's arm among [`arms`](Self::arms).
    pub(crate) fn arm_index(&self, vehicle: &VehicleRef) -> Option<usize> {
        let (bucket, arm_bucket) = buckets(&self.name, vehicle);
        if bucket >= self.percent.0 {
            return None;
        }
        let mut end = 0_u32;
        self.arms.iter().position(|arm| {
            end += u32::from(arm.percent.0);
            u32::from(arm_bucket) < end
        })
    }
}

/// Why there is no such experiment.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RolloutError {
    /// There are no arms, or too many.
    #[error("arms: expected 1 to {MOST_ARMS}, found {found}")]
    ArmCount {
        /// How many there are.
        found: usize,
    },
    /// The arms' percentages do not add up.
    #[error("arms: expected 100 % in sum, found {}.{:02} %", found / 100, found % 100)]
    ArmSum {
        /// Their sum, in hundredths of a percent.
        found: u32,
    },
    /// Two arms have one name.
    #[error("arms: expected every name once, found {name} twice")]
    ArmTwice {
        /// The name.
        name: Box<str>,
    },
    /// A name has a character that it cannot have.
    #[error("expected a name of a-z, 0-9, '.', '_' and '-', found {found:?}")]
    NameCharacter {
        /// The character.
        found: char,
    },
    /// A name is empty or too long.
    #[error("expected a name of 1 to {longest} characters, found {found}", longest = ExperimentName::LONGEST)]
    NameLength {
        /// How many characters it has.
        found: usize,
    },
    /// A text is not a percentage.
    #[error("expected a percentage from 0 to 100 with at most two decimals")]
    Percent,
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use proptest::prelude::*;

    use super::*;
    use crate::{OrganizationKey, VehicleId};

    fn car(id: i64) -> VehicleRef {
        VehicleRef { organization: "local".parse::<OrganizationKey>().unwrap(), vehicle: VehicleId(id) }
    }

    fn name(text: &str) -> ExperimentName {
        text.parse().unwrap()
    }

    fn percent(text: &str) -> Percent {
        text.parse().unwrap()
    }

    #[test]
    fn percentages_are_read_to_the_hundredth() {
        for (text, hundredths, shown) in [
            ("0", 0, "0 %"),
            ("0.01", 1, "0.01 %"),
            ("5", 500, "5 %"),
            ("12.5", 1_250, "12.5 %"),
            ("99.99", 9_999, "99.99 %"),
            ("100", 10_000, "100 %"),
            ("100.000", 10_000, "100 %"),
        ] {
            assert_eq!((percent(text).hundredths(), percent(text).to_string().as_str()), (hundredths, shown));
        }
        for text in [
            "", ".", "5.", ".5", "-1", "+1", "100.01", "101", "0.125", "1e1", "05", " 5", "1000", "655.36",
            "٥",
        ] {
            assert_eq!(text.parse::<Percent>(), Err(RolloutError::Percent), "{text}");
        }
    }

    #[test]
    fn names_are_checked() {
        for text in ["a", "0", "new_map", "a.b-c_d", &"x".repeat(64)] {
            assert_eq!(name(text).as_str(), text);
        }
        for (text, error) in [
            ("", RolloutError::NameLength { found: 0 }),
            (&"x".repeat(65), RolloutError::NameLength { found: 65 }),
            ("_a", RolloutError::NameCharacter { found: '_' }),
            ("a b", RolloutError::NameCharacter { found: ' ' }),
            ("a\0", RolloutError::NameCharacter { found: '\0' }),
            ("å", RolloutError::NameCharacter { found: 'å' }),
        ] {
            assert_eq!(text.parse::<ExperimentName>(), Err(error));
        }
    }

    #[test]
    fn an_experiment_says_what_is_wrong_with_it() {
        let arm = |name: &str, share: &str| Arm::new(name, percent(share)).unwrap();
        let make = |arms| Experiment::new(name("x"), percent("10"), arms).unwrap_err().to_string();
        assert_eq!(make(vec![]), "arms: expected 1 to 32, found 0");
        assert_eq!(make(vec![arm("a", "1"); 33]), "arms: expected 1 to 32, found 33");
        assert_eq!(
            make(vec![arm("a", "50"), arm("a", "50")]),
            "arms: expected every name once, found a twice"
        );
        assert_eq!(
            make(vec![arm("a", "50"), arm("b", "60.5")]),
            "arms: expected 100 % in sum, found 110.50 %"
        );
    }

    /// Made with Python's hashlib, not with this crate.
    #[test]
    fn buckets_are_those_of_another_implementation() {
        for (experiment, vehicle, expected) in VECTORS {
            let (experiment, vehicle) = (name(experiment), vehicle.parse().unwrap());
            assert_eq!((bucket(&experiment, &vehicle), arm_bucket(&experiment, &vehicle)), *expected);
        }
    }

    const VECTORS: &[(&str, &str, (u16, u16))] = &[
        ("new_map", "local/0", (672, 5500)),
        ("map_style", "semler/7", (2750, 2879)),
        ("new_map", "semler/7", (2784, 713)),
        ("new_map", "a/b/-9223372036854775808", (20, 4106)),
        ("x", "demo/9223372036854775807", (6008, 8564)),
        ("cold-start.v2", "søndag/42", (8287, 3269)),
    ];

    /// Pearson's statistic of counts that should be alike.
    fn chi_square(counts: &[u32]) -> f64 {
        let expected = f64::from(counts.iter().sum::<u32>()) / counts.len() as f64;
        counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum()
    }

    #[test]
    fn buckets_are_alike_and_experiments_independent() {
        // 99 degrees of freedom: 148.2 is passed by chance once in a thousand, 180 once in a million.
        for seed in 0..20 {
            let (first, second) = (name(&format!("first.{seed}")), name(&format!("second.{seed}")));
            let (mut alone, mut together, mut halves) = ([0_u32; 100], [0_u32; 100], [0_u32; 100]);
            for id in 0..20_000 {
                let (a, arm) = buckets(&first, &car(id));
                let b = bucket(&second, &car(id));
                alone[usize::from(a / 100)] += 1;
                together[usize::from(a / 1_000 * 10 + b / 1_000)] += 1;
                halves[usize::from(a / 1_000 * 10 + arm / 1_000)] += 1;
            }
            for counts in [alone, together, halves] {
                assert!(chi_square(&counts) < 180.0, "seed {seed}: {}", chi_square(&counts));
            }
        }
    }

    proptest! {
        #[test]
        fn growth_keeps_every_vehicle_in_its_arm(
            experiment in "[a-z0-9][a-z0-9._-]{0,20}", id: i64, small in 0_u16..=10_000, more in 0_u16..=10_000,
            cut in 0_u16..=10_000,
        ) {
            let arms = vec![
                Arm::new("a", Percent(cut)).unwrap(),
                Arm::new("b", Percent(10_000 - cut)).unwrap(),
            ];
            let of = |share: u16| Experiment::new(name(&experiment), Percent(share), arms.clone()).unwrap();
            let (small, large) = (of(small.min(more)), of(small.max(more)));
            if let Some(arm) = small.arm(&car(id)) {
                prop_assert_eq!(large.arm(&car(id)), Some(arm));
            }
            prop_assert!(of(10_000).arm(&car(id)).is_some());
            prop_assert!(of(0).arm(&car(id)).is_none());
        }

        #[test]
        fn a_percentage_prints_as_it_reads(hundredths in 0_u16..=10_000) {
            let share = Percent::from_hundredths(hundredths).unwrap();
            let text: String = share.to_string();
            prop_assert_eq!(percent(text.trim_end_matches(" %")), share);
        }

        #[test]
        fn any_text_is_a_percentage_or_an_error(text in "\\PC{0,12}|[0-9.]{0,8}") {
            if let Ok(share) = text.parse::<Percent>() {
                prop_assert!((text.parse::<f64>().unwrap() * 100.0 - f64::from(share.hundredths())).abs() < 1e-6);
            }
        }
    }
}
