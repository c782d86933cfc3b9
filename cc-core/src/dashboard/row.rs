//! One row of the table.

use alloc::boxed::Box;
use core::fmt;

use crate::json::ObjectWriter;
use crate::{Dtc, SignalId, Timestamp, Urgency, VehicleRef, Vin};

/// What kind of trouble a [`Row`] is about.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum RowKind {
    /// A trouble code.
    ErrorCode,
    /// A service or an oil change that is due.
    ServiceReminder,
    /// A lamp on the instruments, or the car's own verdict for which it has one (a tyre whose pressure is low).
    WarningLight,
}

impl RowKind {
    /// Every one, in order.
    pub const ALL: [Self; 3] = [Self::ErrorCode, Self::ServiceReminder, Self::WarningLight];
}

impl fmt::Display for RowKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::ErrorCode => "error code",
            Self::ServiceReminder => "service reminder",
            Self::WarningLight => "warning light",
        })
    }
}

/// What a row is about, for those who know which rule is about it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Subject {
    /// A trouble code.
    Code(Dtc),
    /// A signal: of a lamp, or of what is left until a service.
    Signal(SignalId),
}

/// One row of the dashboard. `Display` shows all of it, the VIN too, on purpose; `Debug` hides what identifies.
#[derive(Clone, Eq, PartialEq)]
pub struct Row {
    /// When it last occurred.
    pub last_occurred: Timestamp,
    /// How much it matters, where an open recommendation is about it.
    pub urgency: Option<Urgency>,
    /// What kind of trouble it is.
    pub kind: RowKind,
    /// The code's canonical text (or the text sent, if it is no code), or the signal's id.
    pub name: Box<str>,
    /// The ECU that told it, where one did.
    pub ecu: Option<Box<str>>,
    /// How often it came.
    pub count: u64,
    /// The car's VIN, where it is known.
    pub vin: Option<Vin>,
    /// Whether it is still there.
    pub open: bool,
    /// The car.
    pub vehicle: VehicleRef,
    /// What the row is about, if this version can read it.
    pub subject: Option<Subject>,
}

impl Row {
    /// The row as one JSON object on one line, the VIN too, on purpose.
    ///
    /// `last_occurred` is RFC 3339 in UTC; `type` is `error code`, `service reminder` or `warning light`; what is not
    /// known is null.
    pub fn to_json(&self) -> alloc::string::String {
        use alloc::string::ToString as _;
        let mut out = alloc::string::String::with_capacity(256);
        let mut object = ObjectWriter::new(&mut out);
        object.string(
            "last_occurred",
            &self.last_occurred.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        );
        object.optional_string("urgency", self.urgency.map(Urgency::as_str));
        object.string("type", &self.kind.to_string());
        object.string("name", &self.name);
        object.optional_string("ecu", self.ecu.as_deref());
        object.key("count").push_str(&self.count.to_string());
        object.optional_string("vin", self.vin.map(|vin| vin.to_string()).as_deref());
        object.boolean("open", self.open);
        object.string("vehicle", &self.vehicle.to_string());
        object.end();
        out
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let urgency = self.urgency.map_or("-", Urgency::as_str);
        let at = self.last_occurred.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let state = if self.open { "open" } else { "closed" };
        write!(f, "{at}  {urgency:<8}  {:<16}  {}", self.kind, self.name)?;
        if let Some(ecu) = &self.ecu {
            write!(f, " ({ecu})")?;
        }
        write!(f, "  {}  ", self.count)?;
        match &self.vin {
            Some(vin) => write!(f, "{vin}")?,
            None => f.write_str("-")?,
        }
        write!(f, "  {state}")
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("last_occurred", &self.last_occurred)
            .field("urgency", &self.urgency)
            .field("kind", &self.kind)
            .field("count", &self.count)
            .field("vin", &self.vin)
            .field("open", &self.open)
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}
