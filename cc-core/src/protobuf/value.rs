//! How the types of fields are written in protobuf, and how much of a value that says.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use chrono::NaiveDate;
use prost::encoding::{WireType, encode_key};

use super::ProtobufKind;
use super::raw::{self, RAW_MEMBER};
use super::reader::MessageReader;
use super::wire::{
    FIXED_32, FIXED_64, Field, LENGTH, Record, Records, SLOTS, Slot, VARINT, put_bytes, put_varint,
};
use super::writer::MessageWriter;
use crate::event::codec::{Cursor, FieldValue, Keep, Mismatch, read_nested};
use crate::event::reading::WholeNumber;
use crate::json::{ObjectWriter, write_string};
use crate::{
    DtcDiff, DtcStatus, EventId, FleetId, IgnitionType, MappedStatus, MeasureUnit, Monitor, Number,
    OrganizationKey, ScanService, ScannedCode, SignalId, Timestamp, TroubleCode, VehicleId, Vin, WorkshopId,
};

/// A value read from protobuf, and the JSON to keep where the value does not say all of it.
pub(crate) type Taken<T> = (Option<T>, Option<Box<str>>);

/// A type of field, as protobuf has it.
pub(crate) trait WireValue: FieldValue {
    /// Its type in a `.proto` file.
    const WIRE: ProtobufKind;
    /// Whether its JSON is a text that the field carries as the sender wrote it.
    const IS_TEXT: bool = false;

    /// Writes the field, as exactly as its type can.
    fn put(&self, number: u32, out: &mut Vec<u8>);

    /// Writes the field of a value of which the JSON was kept, and which rides along.
    fn put_kept(&self, number: u32, _json: &str, out: &mut Vec<u8>) {
        self.put(number, out);
    }

    /// Reads the field.
    fn take(field: &Field<'_>) -> Result<Taken<Self>, Mismatch>;

    /// What an absent field says where zero is not written; `None` where zero says nothing.
    fn absent() -> Option<Self> {
        None
    }

    /// Whether it is what an absent field says where absence is not told apart; only types that some message has without
    /// presence, though an event may lack them, know.
    fn is_zero(&self) -> bool {
        false
    }

    /// Whether what [`Self::put`] writes says the whole value.
    fn is_exact(&self) -> bool {
        true
    }

    /// Whether both are written as the same field.
    fn looks_like(&self, other: &Self) -> bool {
        self == other
    }
}

pub(crate) fn mismatch<T>(expected: &'static str, offset: usize) -> Result<T, Mismatch> {
    Err(Mismatch { path: String::new(), expected, offset })
}

fn quoted(text: &str) -> Box<str> {
    let mut json = String::with_capacity(text.len() + 2);
    write_string(&mut json, text);
    json.into()
}

impl WireValue for bool {
    const WIRE: ProtobufKind = ProtobufKind::Bool;

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        put_varint(number, u64::from(*self), out);
    }

    fn take(field: &Field<'_>) -> Result<Taken<Self>, Mismatch> {
        Ok((Some(field.varint("a bool")? != 0), None))
    }

    fn absent() -> Option<Self> {
        Some(false)
    }
}

macro_rules! ids {
    ($($id:ident),*) => {$(
        impl WireValue for $id {
            const WIRE: ProtobufKind = ProtobufKind::Int64;

            fn put(&self, number: u32, out: &mut Vec<u8>) {
                put_varint(number, self.0 as u64, out);
            }

            fn take(field: &Field<'_>) -> Result<Taken<Self>, Mismatch> {
                Ok((Some(Self(field.varint("an int64")? as i64)), None))
            }

            fn absent() -> Option<Self> {
                Some(Self(0))
            }

            fn is_zero(&self) -> bool {
                self.0 == 0
            }
        }
    )*};
}

ids!(EventId, FleetId, VehicleId, WorkshopId);

impl WireValue for u8 {
    const WIRE: ProtobufKind = ProtobufKind::Uint32;

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        put_varint(number, u64::from(*self), out);
    }

    fn take(field: &Field<'_>) -> Result<Taken<Self>, Mismatch> {
        match Self::try_from(field.varint(Self::KIND)?) {
            Ok(number) => Ok((Some(number), None)),
            Err(_) => mismatch(Self::KIND, 0),
        }
    }

    fn absent() -> Option<Self> {
        Some(0)
    }
}

impl WireValue for DtcStatus {
    const WIRE: ProtobufKind = ProtobufKind::Uint32;

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        self.0.put(number, out);
    }

    fn take(field: &Field<'_>) -> Result<Taken<Self>, Mismatch> {
        let (status, kept) = u8::take(field)?;
        Ok((status.map(Self), kept))
    }
}

/// The double of a number: the largest one for numbers beyond it, since JSON has no infinity.
fn double(number: &Number) -> f64 {
    number.as_f64().clamp(f64::MIN, f64::MAX)
}

/// A sender may say any kind of number; an integer is one without a point.
fn take_number(field: &Field<'_>) -> Result<Number, Mismatch> {
    let Slot { wire, value, .. } = field.slot;
    let number = match wire {
        VARINT => return Ok(Number::from(value as i64)),
        FIXED_64 => f64::from_bits(value),
        FIXED_32 => f64::from(f32::from_bits(value as u32)),
        _ => return mismatch("a number", 0),
    };
    match Number::from_f64(number) {
        Some(number) => Ok(number),
        None => mismatch("a finite number", 0),
    }
}

impl WireValue for Number {
    const WIRE: ProtobufKind = ProtobufKind::Double;

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        encode_key(number, WireType::SixtyFourBit, out);
        out.extend_from_slice(&double(self).to_le_bytes());
    }

    fn take(field: &Field<'_>) -> Result<Taken<Self>, Mismatch> {
        take_number(field).map(|number| (Some(number), None))
    }

    fn absent() -> Option<Self> {
        Some(Self::ZERO)
    }

    fn is_exact(&self) -> bool {
        Self::from_f64(double(self)).as_ref() == Some(self)
    }

    fn looks_like(&self, other: &Self) -> bool {
        double(self) == double(other)
    }
}

/// The nearest integer of 64 bits. Beyond 2^53 a double stands for the digits it prints.
fn whole(number: &Number) -> i64 {
    let printed = || number.to_string().parse().ok();
    number.as_i64().or_else(printed).unwrap_or_else(|| number.as_f64().round() as i64)
}

impl WireValue for WholeNumber {
    const WIRE: ProtobufKind = ProtobufKind::Int64;

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        put_varint(number, whole(&self.0) as u64, out);
    }

    fn take(field: &Field<'_>) -> Result<Taken<Self>, Mismatch> {
        take_number(field).map(|number| (Some(Self(number)), None))
    }

    fn absent() -> Option<Self> {
        Some(Self(Number::ZERO))
    }

    fn is_exact(&self) -> bool {
        Number::from(whole(&self.0)) == self.0
    }

    fn looks_like(&self, other: &Self) -> bool {
        whole(&self.0) == whole(&other.0)
    }
}

impl WireValue for Box<str> {
    const WIRE: ProtobufKind = ProtobufKind::Text;
    const IS_TEXT: bool = true;

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        put_bytes(number, self.as_bytes(), out);
    }

    fn take(field: &Field<'_>) -> Result<Taken<Self>, Mismatch> {
        Ok((Some(field.text()?.into()), None))
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn is_zero(&self) -> bool {
        self.is_empty()
    }
}

impl WireValue for OrganizationKey {
    const WIRE: ProtobufKind = ProtobufKind::Text;
    const IS_TEXT: bool = true;

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        put_bytes(number, self.as_str().as_bytes(), out);
    }

    fn take(field: &Field<'_>) -> Result<Taken<Self>, Mismatch> {
        let text = field.text()?;
        Ok(match text.parse() {
            Ok(key) => (Some(key), None),
            Err(_) => (None, Some(quoted(text))),
        })
    }
}

impl WireValue for Vin {
    const WIRE: ProtobufKind = ProtobufKind::Text;
    const IS_TEXT: bool = true;

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        put_bytes(number, self.as_str().as_bytes(), out);
    }

    fn take(field: &Field<'_>) -> Result<Taken<Self>, Mismatch> {
        let text = field.text()?;
        Ok(match text.parse::<Self>() {
            Ok(vin) if vin.as_str() == text => (Some(vin), None),
            Ok(vin) => (Some(vin), Some(quoted(text))),
            Err(_) => (None, Some(quoted(text))),
        })
    }
}

/// Types whose JSON is a text: they say in protobuf what they say between the quotes.
macro_rules! texts {
    ($($type:ty),*) => {$(
        impl WireValue for $type {
            const WIRE: ProtobufKind = ProtobufKind::Text;
            const IS_TEXT: bool = true;

            fn put(&self, number: u32, out: &mut Vec<u8>) {
                let mut json = String::new();
                self.write(&mut json);
                // None of these prints what JSON escapes.
                put_bytes(number, json.trim_matches('"').as_bytes(), out);
            }

            fn take(field: &Field<'_>) -> Result<Taken<Self>, Mismatch> {
                let json = quoted(field.text()?);
                let (value, keep) = Self::read(&json)?;
                Ok((value, (keep != Keep::Nothing).then_some(json)))
            }
        }
    )*};
}

texts!(DtcDiff, IgnitionType, MeasureUnit, NaiveDate, ScanService, SignalId);

/// The first and the last second of `google.protobuf.Timestamp`: the years 1 to 9999.
const FIRST: i64 = -62_135_596_800;
const LAST: i64 = 253_402_300_799;
const TIMESTAMP: &str = "a Timestamp of the years 1 to 9999";

/// The seconds and nanoseconds of an instant, as near as `google.protobuf.Timestamp` can say it: it has no leap second.
fn parts(at: Timestamp) -> (i64, u32) {
    match (at.timestamp(), at.timestamp_subsec_nanos()) {
        (..FIRST, _) => (FIRST, 0),
        (seconds @ FIRST..=LAST, nanos) => (seconds, nanos.min(999_999_999)),
        _ => (LAST, 999_999_999),
    }
}

impl WireValue for Timestamp {
    const WIRE: ProtobufKind = ProtobufKind::Timestamp;

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        let (seconds, nanos) = parts(*self);
        encode_key(number, WireType::LengthDelimited, out);
        // Two numbers and their keys take at most seventeen bytes, so the length takes one.
        let at = out.len();
        out.push(0);
        if seconds != 0 {
            put_varint(1, seconds as u64, out);
        }
        if nanos != 0 {
            put_varint(2, u64::from(nanos), out);
        }
        out[at] = (out.len() - at - 1) as u8;
    }

    fn take(field: &Field<'_>) -> Result<Taken<Self>, Mismatch> {
        let bytes = field.merged(TIMESTAMP)?;
        let mut records = Records::new(&bytes);
        let (mut seconds, mut nanos) = (0, 0);
        loop {
            match records.next() {
                Ok(Some(record)) if record.number == 1 && record.wire == VARINT => {
                    seconds = record.value as i64;
                }
                // An int32 is as long as an int64 on the wire; what is beyond it is cut off.
                Ok(Some(record)) if record.number == 2 && record.wire == VARINT => {
                    nanos = record.value as i32;
                }
                Ok(Some(record)) if record.number <= 2 => return mismatch(TIMESTAMP, record.at),
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => return mismatch(error.expected, error.at),
            }
        }
        match (seconds, nanos) {
            (FIRST..=LAST, 0..=999_999_999) => Ok((Self::from_timestamp(seconds, nanos as u32), None)),
            _ => mismatch(TIMESTAMP, 0),
        }
    }

    fn is_exact(&self) -> bool {
        let (seconds, nanos) = parts(*self);
        (seconds, nanos) == (self.timestamp(), self.timestamp_subsec_nanos())
    }

    fn looks_like(&self, other: &Self) -> bool {
        parts(*self) == parts(*other)
    }
}

impl WireValue for MappedStatus {
    const WIRE: ProtobufKind = ProtobufKind::Message("MappedStatus");

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        let mut message = Vec::new();
        let mut writer = MessageWriter::new(&mut message);
        self.write_fields(&mut writer);
        let is_known = |name: &str| Self::ROWS.iter().any(|field| field.json == name);
        let known = Self::ROWS.iter().fold(0, |slots, field| slots | 1 << field.number);
        writer.unknown(self.unknown.iter().filter(|(name, _)| !is_known(name)), known);
        writer.end();
        put_bytes(number, &message, out);
    }

    fn take(field: &Field<'_>) -> Result<Taken<Self>, Mismatch> {
        let bytes = field.merged(Self::KIND)?;
        let mut slots = [Slot::default(); SLOTS];
        let read = MessageReader::new(&bytes, 0, &mut slots).and_then(|mut fields| {
            let Some(status) = Self::read_fields(&mut fields)? else { return Ok(None) };
            let unknown = fields.rest(raw::Raw::default(), &[]);
            // A null within is kept with the whole JSON, which a message without JSON does not have.
            Ok(Some(Self { unknown, ..status }))
        });
        match read {
            Ok(status) => Ok((status, None)),
            Err(error) => mismatch(Self::KIND, usize::try_from(error.offset()).unwrap_or_default()),
        }
    }
}

impl WireValue for Vec<(Monitor, bool)> {
    const WIRE: ProtobufKind = ProtobufKind::Map;

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        for (monitor, ready) in self {
            let mut message = Vec::with_capacity(32);
            put_bytes(1, monitor.name().as_bytes(), &mut message);
            if *ready {
                ready.put(2, &mut message);
            }
            put_bytes(number, &message, out);
        }
    }

    fn take(field: &Field<'_>) -> Result<Taken<Self>, Mismatch> {
        let mut json = String::from("{");
        for message in field.occurrences() {
            let [name, ready] = nested(message, Self::KIND)?;
            let name = name.map_or(Ok(""), |field| field.text())?;
            let ready = ready.map_or(Ok(0), |field| field.varint("a bool"))? != 0;
            json.push_str(if json.len() > 1 { "," } else { "" });
            write_string(&mut json, name);
            json.push_str(if ready { ":true" } else { ":false" });
        }
        json.push('}');
        taken_from_json(json)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    /// A map has no order.
    fn looks_like(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|monitor| other.contains(monitor))
    }
}

impl WireValue for Vec<ScannedCode> {
    const WIRE: ProtobufKind = ProtobufKind::Repeated("ScannedCode");

    fn put(&self, number: u32, out: &mut Vec<u8>) {
        for code in self {
            put_bytes(number, &scanned(code), out);
        }
    }

    /// A code's unknown fields leave as they came.
    fn put_kept(&self, number: u32, json: &str, out: &mut Vec<u8>) {
        let mut items = Vec::new();
        // The JSON was checked when it was read.
        let _ = Cursor::new(json.as_bytes(), 0).items(&mut items);
        for (i, code) in self.iter().enumerate() {
            let mut message = scanned(code);
            let unknown = items.get(i).and_then(|(start, end)| unknown_of_code(&json[*start..*end]));
            message.extend(unknown.unwrap_or_default());
            put_bytes(number, &message, out);
        }
    }

    fn take(field: &Field<'_>) -> Result<Taken<Self>, Mismatch> {
        let mut json = String::from("[");
        for message in field.occurrences() {
            json.push_str(if json.len() > 1 { "," } else { "" });
            let mut object = ObjectWriter::new(&mut json);
            let fields: [Option<Field<'_>>; 3] = nested(message, Self::KIND)?;
            for (name, field) in SCANNED.into_iter().zip(fields) {
                match field {
                    Some(field) => object.string(name, field.text()?),
                    None if name == "code" => object.string(name, ""),
                    None => {}
                }
            }
            let unknown = raw::unknown_records(message, is_of_code);
            if !unknown.is_empty() {
                object.string(RAW_MEMBER, &raw::to_hex(&unknown));
            }
            object.end();
        }
        json.push(']');
        taken_from_json(json)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

/// The message of a scanned code.
fn scanned(scanned: &ScannedCode) -> Vec<u8> {
    let code = TroubleCode::new(scanned.dtc);
    let mut message = Vec::with_capacity(32);
    put_bytes(1, code.code().as_bytes(), &mut message);
    if let Some(source_type) = code.source_type() {
        put_bytes(2, source_type.as_bytes(), &mut message);
    }
    if let Some(status) = scanned.status {
        put_bytes(3, format!("{:02x}", status.0).as_bytes(), &mut message);
    }
    message
}

/// Whether a field of a scanned code is one that this version knows.
fn is_of_code(record: &Record) -> bool {
    record.number <= 3 && record.wire == LENGTH
}

/// The unknown fields that came with a scanned code.
fn unknown_of_code(json: &str) -> Option<Vec<u8>> {
    let (hex, _) = read_nested(json, "", |fields| fields.optional::<Box<str>>(RAW_MEMBER).map(Some)).ok()?;
    let unknown = raw::from_hex(&hex??)?;
    raw::are_records(&unknown, |record| !is_of_code(record)).then_some(unknown)
}

/// The names of a scanned code's fields in JSON, in the order of their numbers.
const SCANNED: [&str; 3] = ["code", "sourceType", "status"];

fn taken_from_json<T: FieldValue>(json: String) -> Result<Taken<T>, Mismatch> {
    let (value, keep) = T::read(&json)?;
    Ok((value, (keep != Keep::Nothing).then(|| json.into())))
}

/// The fields 1, 2, … of a message within a field.
fn nested<'a, const FIELDS: usize>(
    message: &'a [u8],
    expected: &'static str,
) -> Result<[Option<Field<'a>>; FIELDS], Mismatch> {
    let mut fields = [None; FIELDS];
    let mut records = Records::new(message);
    loop {
        match records.next() {
            Ok(None) => return Ok(fields),
            Ok(Some(record)) => {
                if let Some(field) = fields.get_mut(record.number as usize - 1) {
                    let slot =
                        Slot { start: record.start, end: record.end, value: record.value, wire: record.wire };
                    *field = Some(Field { message, number: record.number, slot, is_repeated: false });
                }
            }
            Err(_) => return mismatch(expected, 0),
        }
    }
}
