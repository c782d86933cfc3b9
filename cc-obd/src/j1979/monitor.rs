//! Service 06: the results of the tests that an ECU makes of the car.

use alloc::vec::Vec;
use core::fmt;

use super::monitor_names::{monitor_name, test_name};
use super::scaling::ScalingId;
use crate::service::{AnswerError, Framing, Layer, Supported, is_padding, positive, truncated};

/// The answer to service 06, read in place.
///
/// On CAN it is a row of records, each with its monitor, test, unit, value and limits, or lists of the monitors that the
/// ECU has. On K-line and J1850 every test of every component is a message of its own, without a unit: only the maker
/// knows what its numbers mean, but whether they pass is told.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct MonitorTests<'a> {
    framing: Framing,
    list: &'a [u8],
    padding: usize,
}

/// One part of an answer to service 06.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MonitorItem {
    /// A test of a component (K-line, J1850).
    Component(ComponentTest),
    /// The monitors (on the old buses, the tests) that the ECU has.
    Supported(Supported),
    /// A test of a monitor (CAN).
    Test(MonitorTest),
}

/// Which system an ECU watches: the OBD monitor id.
///
/// ```
/// use cc_obd::j1979::MonitorId;
/// assert_eq!(MonitorId(0x05).name().as_deref(), Some("oxygen sensor, bank 2 sensor 1"));
/// assert_eq!(MonitorId(0xA2).name().as_deref(), Some("misfire, cylinder 1"));
/// assert!(MonitorId(0xE1).is_maker_specific());
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct MonitorId(pub u8);

/// One test of a monitor, as CAN has it.
///
/// # Examples
///
/// See [`monitor_tests`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct MonitorTest {
    /// The monitor.
    pub monitor: MonitorId,
    /// The test: 01 to 0C are the standard's, 80 to FE the maker's.
    pub test: u8,
    /// How the numbers are to be read.
    pub scaling: ScalingId,
    /// The last result.
    pub value: u16,
    /// The least that passes.
    pub minimum: u16,
    /// The most that passes.
    pub maximum: u16,
}

/// One test of a component, as K-line and J1850 have it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ComponentTest {
    /// The test, by the maker's number.
    pub test: u8,
    /// The component, by the maker's number, 0 to 127.
    pub component: u8,
    /// Whether the limit is the least that passes, rather than the most.
    pub is_minimum: bool,
    /// The last result.
    pub value: u16,
    /// The limit.
    pub limit: u16,
}

/// What came of a test.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum TestOutcome {
    /// The value is beyond a limit.
    Failed,
    /// The test has not run since codes were cleared: value and limits are zero.
    NotRun,
    /// The value is within its limits.
    Passed,
}

impl TestOutcome {
    /// The word for it: `failed`, `not_run` or `passed`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::NotRun => "not_run",
            Self::Passed => "passed",
        }
    }
}

/// Reads an answer to service 06.
///
/// # Examples
///
/// ```
/// use cc_obd::j1979::{MonitorItem, TestOutcome, monitor_tests};
/// use cc_obd::service::{AnswerError, Framing};
///
/// let answer = [0x46, 0x01, 0x01, 0x0A, 0x0B, 0xB0, 0x0B, 0xB0, 0x0B, 0xB0];
/// let tests = monitor_tests(&answer, Framing::Can)?;
/// let Some(MonitorItem::Test(test)) = tests.iter().next() else { panic!() };
/// assert_eq!(test.name(), Some("rich to lean sensor threshold voltage"));
/// assert_eq!((test.scaled(test.value), test.outcome()), (Some(365.024), TestOutcome::Passed));
///
/// let error = monitor_tests(&answer[..9], Framing::Can).unwrap_err();
/// assert_eq!(error.to_string(), "test result cut short or invalid at offset 1");
/// # Ok::<(), AnswerError>(())
/// ```
pub fn monitor_tests(answer: &[u8], framing: Framing) -> Result<MonitorTests<'_>, AnswerError> {
    let list = positive(answer, 0x06)?;
    let mut rest = list;
    let mut first = true;
    while first || !is_padding(rest) {
        let Some(next) = rest.get(length(rest, framing, first)..) else {
            return Err(truncated(Layer::Field("test_result"), answer, rest));
        };
        rest = next;
        first = false;
        if framing == Framing::Kline {
            break;
        }
    }
    if !is_padding(rest) {
        return Err(AnswerError::Trailing {
            layer: Layer::Field("test_result"),
            offset: answer.len() - rest.len(),
        });
    }
    let list = list.get(..list.len() - rest.len()).unwrap_or_default();
    Ok(MonitorTests { framing, list, padding: rest.len() })
}

/// How long the record at the start is; more than there is where it is none.
fn length(list: &[u8], framing: Framing, first: bool) -> usize {
    match (framing, list.first()) {
        // A second list 00 can only be padding, and that was told apart before.
        (Framing::Can, Some(0)) if !first => usize::MAX,
        (Framing::Can, Some(&id)) if Supported::is_base(id) => 5,
        (Framing::Can, Some(_)) => 9,
        (Framing::Kline, Some(_)) => 6,
        (_, None) => usize::MAX,
    }
}

impl<'a> MonitorTests<'a> {
    /// The records in the order of the answer.
    pub fn iter(&self) -> impl Iterator<Item = MonitorItem> + use<'a> {
        let (mut rest, framing) = (self.list, self.framing);
        core::iter::from_fn(move || {
            let item;
            (item, rest) = match *rest {
                [test, _, a, b, c, d, ref next @ ..]
                    if framing == Framing::Kline && Supported::is_base(test) =>
                {
                    (MonitorItem::Supported(Supported::new(test, [a, b, c, d])), next)
                }
                [test, component, a, b, c, d, ref next @ ..] if framing == Framing::Kline => {
                    let test = ComponentTest {
                        test,
                        component: component & 0x7F,
                        is_minimum: component & 0x80 != 0,
                        value: u16::from_be_bytes([a, b]),
                        limit: u16::from_be_bytes([c, d]),
                    };
                    (MonitorItem::Component(test), next)
                }
                [base, a, b, c, d, ref next @ ..] if Supported::is_base(base) => {
                    (MonitorItem::Supported(Supported::new(base, [a, b, c, d])), next)
                }
                [monitor, test, scaling, ref numbers @ ..] => {
                    let &[value, minimum, maximum] = numbers.as_chunks::<2>().0.first_chunk()?;
                    let test = MonitorTest {
                        monitor: MonitorId(monitor),
                        test,
                        scaling: ScalingId(scaling),
                        value: u16::from_be_bytes(value),
                        minimum: u16::from_be_bytes(minimum),
                        maximum: u16::from_be_bytes(maximum),
                    };
                    (MonitorItem::Test(test), numbers.get(6..)?)
                }
                _ => return None,
            };
            Some(item)
        })
    }

    /// How many bytes behind the records were passed over as padding.
    pub fn padding(&self) -> usize {
        self.padding
    }

    /// Appends the answer, service byte first, without padding.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(0x46);
        out.extend_from_slice(self.list);
    }
}

impl fmt::Debug for MonitorTests<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl MonitorItem {
    /// Appends the record, as it stands behind the service byte: on CAN records follow each other.
    pub fn encode(&self, framing: Framing, out: &mut Vec<u8>) {
        match *self {
            Self::Component(test) => {
                let kind = if test.is_minimum { 0x80 } else { 0 };
                out.extend_from_slice(&[test.test, test.component & 0x7F | kind]);
                out.extend_from_slice(&test.value.to_be_bytes());
                out.extend_from_slice(&test.limit.to_be_bytes());
            }
            Self::Supported(list) => {
                out.push(list.base());
                if framing == Framing::Kline {
                    out.push(0xFF);
                }
                out.extend_from_slice(&list.bytes());
            }
            Self::Test(test) => {
                out.extend_from_slice(&[test.monitor.0, test.test, test.scaling.0]);
                for number in [test.value, test.minimum, test.maximum] {
                    out.extend_from_slice(&number.to_be_bytes());
                }
            }
        }
    }
}

impl MonitorId {
    /// What the ECU watches; `None` where the standard gives no name.
    pub fn name(self) -> Option<alloc::borrow::Cow<'static, str>> {
        monitor_name(self.0)
    }

    /// Whether the id is the maker's own.
    pub const fn is_maker_specific(self) -> bool {
        self.0 > 0xE0
    }
}

impl MonitorTest {
    /// What the test measures, where it is one of the standard's.
    pub fn name(&self) -> Option<&'static str> {
        test_name(self.test)
    }

    /// The value or a limit in its unit; `None` where the unit is not known.
    pub fn scaled(&self, raw: u16) -> Option<f64> {
        self.scaling.scaled(raw)
    }

    /// What came of it. The sign of the numbers counts, whether the unit is known or not.
    pub fn outcome(&self) -> TestOutcome {
        let number = |raw| self.scaling.number(raw);
        if (self.value, self.minimum, self.maximum) == (0, 0, 0) {
            TestOutcome::NotRun
        } else if (number(self.minimum)..=number(self.maximum)).contains(&number(self.value)) {
            TestOutcome::Passed
        } else {
            TestOutcome::Failed
        }
    }
}

impl ComponentTest {
    /// Whether the value is on the right side of its limit.
    pub const fn passed(&self) -> bool {
        if self.is_minimum { self.value >= self.limit } else { self.value <= self.limit }
    }
}
