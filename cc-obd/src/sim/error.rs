//! Why a scenario cannot be used.

use alloc::boxed::Box;

use super::CourseError;

/// Why a text is not a [`Scenario`](super::Scenario).
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ScenarioError {
    /// A text of the adapter is not one line that it could say.
    #[error("`{member}` of the adapter is not one line of printable ascii without >")]
    AdapterText {
        /// The member.
        member: &'static str,
    },
    /// An ECU has the address of the tester.
    #[error("the address {address:02X} is the tester's, not an ecu's")]
    Address {
        /// The address.
        address: u8,
    },
    /// A list has more codes than an answer can count.
    #[error("ecu {ecu}: `{member}` has {found} codes, and an answer counts 255 at the most")]
    CodeCount {
        /// The ECU's place in the list, from 0.
        ecu: usize,
        /// The member.
        member: &'static str,
        /// How many there are.
        found: usize,
    },
    /// No car can run as the course of a signal says.
    #[error("ecu {ecu}: {signal}: {error}")]
    Course {
        /// The ECU's place in the list, from 0.
        ecu: usize,
        /// The signal.
        signal: Box<str>,
        /// Why.
        error: CourseError,
    },
    /// The number of ECUs is not 1 to 8: 11-bit addressing has eight (ISO 15765-4).
    #[error("expected 1 to 8 ecus, found {found}")]
    EcuCount {
        /// How many there are.
        found: usize,
    },
    /// A fault hits no request: it lasts no time.
    #[error("a fault that lasts {lasts} s from second {at} on hits no request")]
    Fault {
        /// When it begins, in seconds.
        at: f64,
        /// How long it lasts.
        lasts: f64,
    },
    /// An ECU has more freeze frames than their numbers count.
    #[error("expected 255 freeze frames at the most, found {found}")]
    FrameCount {
        /// How many there are.
        found: usize,
    },
    /// The data of an identifier are longer than an answer (ISO 15765-2: 4,095 bytes, three of them before the data).
    #[error("identifier {identifier:04X} has {found} bytes, and an answer holds 4092 at the most")]
    IdentifierLength {
        /// The identifier.
        identifier: u16,
        /// How many bytes it has.
        found: usize,
    },
    /// The text is not JSON, or a member is missing, unknown or of another type.
    #[error("line {line}, column {column}: {what}")]
    Json {
        /// What is wrong.
        what: Box<str>,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// No value lies between the limits of a test.
    #[error(
        "ecu {ecu}: monitor {monitor:02X}, test {test:02X}: the least value that passes is above the most"
    )]
    Limits {
        /// The ECU's place in the list, from 0.
        ecu: usize,
        /// The monitor id.
        monitor: u8,
        /// The test id.
        test: u8,
    },
    /// The monitor is a list of monitors (00, 20, 40 and so on), which has no results.
    #[error("monitor {monitor:02X} is the list of those behind it, and has no result")]
    Monitor {
        /// The monitor id.
        monitor: u8,
    },
    /// The protocol is none that the simulator speaks.
    #[error("protocol {found} is not one of 1 to 9")]
    Protocol {
        /// The number.
        found: u8,
    },
    /// The standard has no such unit-and-scaling id.
    #[error("unit-and-scaling id {scaling:02X} is not one of the standard")]
    Scaling {
        /// The id.
        scaling: u8,
    },
    /// Two ECUs have the same address.
    #[error("two ecus have the address {address:02X}")]
    SameAddress {
        /// The address.
        address: u8,
    },
    /// The signal is not one that service 01 answers.
    #[error("ecu {ecu}: signal `{signal}` is not in service 01 of the catalogue")]
    Signal {
        /// The ECU's place in the list, from 0.
        ecu: usize,
        /// The signal.
        signal: Box<str>,
    },
    /// The text of a value has not the form that its member takes.
    #[error("ecu {ecu}: `{member}` holds a text that it cannot take")]
    Text {
        /// The ECU's place in the list, from 0.
        ecu: usize,
        /// The member.
        member: &'static str,
    },
    /// No car has such a voltage at its plug.
    #[error("expected 36000 mV at the plug at the most, found {found}")]
    Voltage {
        /// The millivolts.
        found: u32,
    },
}
