//! What was decoded: one frozen class a kind, each with its line, ECU, time and canonical JSON.

use cc_core::{Body, DtcDiff, Event, MeasureUnit, ScanService, Timestamp, Value};
use cc_obd::capture::{Decoded, Item};
use chrono::NaiveDate;
use pyo3::{Bound, IntoPyObject, PyAny, PyErr, Python, pyclass, pymethods};

/// What every item has.
#[derive(Clone, PartialEq)]
pub(crate) struct Place {
    pub(crate) line: u64,
    pub(crate) ecu: Option<String>,
    pub(crate) at: Option<Timestamp>,
    pub(crate) json: String,
}

/// Defines the classes, and one enum over them. Their text form shows where an item stands, and never what the car
/// said, which may hold a VIN.
macro_rules! items {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[pyclass(frozen, get_all, eq, module = "connected_cars")]
            #[derive(Clone, PartialEq)]
            pub(crate) struct $name {
                line: u64,
                ecu: Option<String>,
                at: Option<Timestamp>,
                json: String,
                $($field: $type,)*
            }

            #[pymethods]
            impl $name {
                fn __repr__(&self) -> String {
                    let ecu = self.ecu.as_ref().map_or_else(String::new, |ecu| format!(", ecu={ecu:?}"));
                    format!("{}(line={}{ecu})", stringify!($name), self.line)
                }
            }
        )*

        /// Any item.
        pub(crate) enum AnyItem {
            $($name($name),)*
        }

        impl<'py> IntoPyObject<'py> for AnyItem {
            type Target = PyAny;
            type Output = Bound<'py, PyAny>;
            type Error = PyErr;

            fn into_pyobject(self, py: Python<'py>) -> Result<Bound<'py, PyAny>, PyErr> {
                Ok(match self {
                    $(Self::$name(item) => Bound::new(py, item)?.into_any(),)*
                })
            }
        }

        /// What an item says, before its place is known.
        enum Content {
            $($name { $($field: $type,)* },)*
        }

        impl Content {
            fn at(self, Place { line, ecu, at, json }: Place) -> AnyItem {
                match self {
                    $(Self::$name { $($field,)* } => AnyItem::$name($name { line, ecu, at, json, $($field,)* }),)*
                }
            }
        }
    };
}

items! {
    /// One signal's value.
    Reading { signal: String, value: SignalValue, unit: Option<String>, freeze_frame: Option<u8> }

    /// A signal that the car says has no value now.
    NoValue { signal: String }

    /// One trouble code.
    TroubleCode {
        dtc: String,
        status: Option<u8>,
        service: Option<u8>,
        freeze_frame: Option<u8>,
        diff: Option<&'static str>,
    }

    /// An ECU refused a request, or asked for patience.
    NegativeResponse { service: u8, reason_code: u8, reason: Option<&'static str>, pending: bool }

    /// A whole list of codes was read; its codes came before it, one item each.
    CodeScan { service: &'static str, code_count: usize, complete: bool }

    /// The emission monitors.
    MonitorReadiness { lamp_on: bool, code_count: u8, ready: Vec<&'static str>, not_ready: Vec<&'static str> }

    /// Something that could not be read, or that the adapter reported.
    Unreadable { reason: String }

    /// Another event of the data stream; its JSON has the rest.
    StreamEvent { event_type: String }

    /// Anything else a car answers; its JSON says it all.
    OtherAnswer {}
}

/// One value.
#[derive(Clone, IntoPyObject, PartialEq)]
pub(crate) enum SignalValue {
    Truth(bool),
    Day(NaiveDate),
    Moment(Timestamp),
    Quantity(f64),
    Words(String),
}

impl From<Decoded> for AnyItem {
    fn from(decoded: Decoded) -> Self {
        let json = decoded.to_canonical_json();
        let Decoded { line, answer: _, ecu, at, item } = decoded;
        Content::from(item).at(Place { line, ecu: ecu.map(Into::into), at, json })
    }
}

impl AnyItem {
    pub(crate) fn from_event(event: Event, place: Place) -> Self {
        Content::from(event).at(place)
    }

    pub(crate) fn unreadable(reason: String, place: Place) -> Self {
        Content::Unreadable { reason }.at(place)
    }
}

impl From<Item> for Content {
    fn from(item: Item) -> Self {
        match item {
            Item::Reading(reading) => Self::Reading {
                signal: reading.signal.as_str().to_owned(),
                value: reading.value.into(),
                unit: reading.unit.and_then(unit_text),
                freeze_frame: reading.freeze_frame,
            },
            Item::Vin(vin) => Self::Reading {
                signal: cc_core::SignalId::VIN.as_str().to_owned(),
                value: SignalValue::Words(vin.as_str().to_owned()),
                unit: None,
                freeze_frame: None,
            },
            Item::NoValue(missing) => Self::NoValue { signal: missing.signal.as_str().to_owned() },
            Item::TroubleCode(code) => Self::TroubleCode {
                dtc: code.dtc.to_string(),
                status: code.status.map(|status| status.0),
                service: code.service,
                freeze_frame: code.freeze_frame,
                diff: None,
            },
            Item::Negative(negative) => Self::NegativeResponse {
                service: negative.service,
                reason_code: negative.code.0,
                reason: negative.code.name(),
                pending: negative.is_pending(),
            },
            Item::Scan(scan) => Self::CodeScan {
                service: scan_service(scan.service),
                code_count: scan.codes.len(),
                complete: scan.complete,
            },
            Item::Readiness(monitors) => readiness(&monitors),
            Item::Error(error) => Self::Unreadable { reason: error.to_string() },
            // Items of a kind that has no class carry their JSON.
            _ => Self::OtherAnswer {},
        }
    }
}

impl From<Event> for Content {
    fn from(event: Event) -> Self {
        let event_type = event.type_name().to_owned();
        match event.body {
            Body::Reading(reading) => Self::Reading {
                signal: reading.signal.as_str().to_owned(),
                unit: unit_text(reading.unit()),
                value: reading.value.into(),
                freeze_frame: None,
            },
            Body::TroubleCode(code) => match code.dtc() {
                Some(dtc) => Self::TroubleCode {
                    dtc: dtc.to_string(),
                    status: code.status().map(|status| status.0),
                    service: None,
                    freeze_frame: None,
                    diff: code.diff.map(diff),
                },
                None => Self::StreamEvent { event_type },
            },
            Body::CodeScan(scan) => Self::CodeScan {
                service: scan_service(scan.service),
                code_count: scan.codes.len(),
                complete: scan.complete,
            },
            Body::MonitorReadiness(monitors) => readiness(&monitors),
            _ => Self::StreamEvent { event_type },
        }
    }
}

impl From<Value> for SignalValue {
    fn from(value: Value) -> Self {
        match value {
            Value::Bool(value) => Self::Truth(value),
            Value::Date(day) => Self::Day(day),
            Value::Instant(at) => Self::Moment(at),
            Value::Number(number) => Self::Quantity(number.as_f64()),
            Value::Text(text) => Self::Words(text.into()),
        }
    }
}

fn readiness(readiness: &cc_core::MonitorReadiness) -> Content {
    let cc_core::MonitorReadiness { mil, dtc_count, ignition: _, monitors } = readiness;
    let names = |ready| {
        let of_kind = monitors.iter().filter(|(_, is_ready)| *is_ready == ready);
        of_kind.map(|(monitor, _)| monitor.name()).collect()
    };
    Content::MonitorReadiness {
        lamp_on: *mil,
        code_count: *dtc_count,
        ready: names(true),
        not_ready: names(false),
    }
}

const fn diff(diff: DtcDiff) -> &'static str {
    match diff {
        DtcDiff::Add => "added",
        DtcDiff::Change => "changed",
        DtcDiff::Remove => "removed",
    }
}

const fn scan_service(service: ScanService) -> &'static str {
    match service {
        ScanService::Pending => "pending",
        ScanService::Permanent => "permanent",
        ScanService::Stored => "stored",
        ScanService::Uds => "uds",
    }
}

/// A unit's symbol; none for plain numbers.
pub(crate) fn unit_text(unit: MeasureUnit) -> Option<String> {
    (unit != MeasureUnit::One).then(|| unit.symbol().to_owned())
}
