//! What a complete reading of an ECU's codes found.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::codec::{
    Cursor, FieldValue, FieldWriter, Keep, Mismatch, ReadValue, body_fields, minified, read_nested,
    word_fields,
};
use super::{StructuredBody, StructuredType, TroubleCode};
use crate::{Dtc, DtcStatus};

/// The service that read the codes.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ScanService {
    /// SAE J1979 service 07: found in this or the last driving cycle.
    Pending,
    /// SAE J1979 service 0A: stays until the car itself finds the repair good.
    Permanent,
    /// SAE J1979 service 03: confirmed codes.
    Stored,
    /// ISO 14229-1 service 19, by status mask.
    Uds,
}

/// An ECU's complete list of codes, possibly empty: the only thing that can say a code is *not* there.
#[derive(Clone, Eq, PartialEq)]
pub struct CodeScan {
    /// The ECU: its role (`engine`) or its address (`7E8`).
    pub ecu: Option<Box<str>>,
    /// The service that read the codes.
    pub service: ScanService,
    /// Which status bits were asked for and are known to the ECU ([`ScanService::Uds`]): a code none of whose bits are among them is not in the
    /// list, and the list does not deny it. `None`: whatever the service reads. A mask that cannot be read is 0.
    pub status_mask: Option<DtcStatus>,
    /// Whether the list is known to be complete, within the mask; a partial one never clears a code.
    pub complete: bool,
    /// The codes found.
    pub codes: Vec<ScannedCode>,
}

/// One code of a [`CodeScan`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ScannedCode {
    /// The code.
    pub dtc: Dtc,
    /// Its status, where the service gives one.
    pub status: Option<DtcStatus>,
}

word_fields! { ScanService { "pending" => Pending, "permanent" => Permanent, "stored" => Stored, "uds" => Uds } }

impl StructuredBody for CodeScan {
    const TYPES: &'static [StructuredType] = &[StructuredType {
        name: "can_dtc_scan",
        published: false,
        number: 13,
        about: "An ECU's list of trouble codes was read, possibly empty: the only thing that says a code is not there.",
        fields: Self::FIELDS,
    }];

    body_fields! { CodeScan {
        optional 7 "ecu" => ecu: Box<str>, "the ECU: its role or its address";
        required 8 "service" => service: ScanService, "what was asked for";
        optional 9 "statusMask" => status_mask: DtcStatus, "UDS: the status bits asked for (hex); codes with none of them are not denied";
        required 10 "complete" => complete: bool, "whether the list is known to be complete (within statusMask)";
        required 11 "codes" => codes: Vec<ScannedCode>, "the codes, each with code (hex), sourceType and status (hex) as in can_dtc";
    }}
}

/// The ECU's name may hold anything, and is not shown.
impl fmt::Debug for CodeScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeScan")
            .field("service", &self.service)
            .field("status_mask", &self.status_mask)
            .field("complete", &self.complete)
            .field("codes", &self.codes)
            .finish_non_exhaustive()
    }
}

impl FieldValue for Vec<ScannedCode> {
    const KIND: &'static str = "an array of codes";
    const IS_NESTED: bool = true;

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        let mut places = Vec::new();
        if Cursor::new(json.as_bytes(), 0).items(&mut places).is_err() {
            return Mismatch::expected(Self::KIND);
        }
        let mut codes = Self::with_capacity(places.len());
        for (i, (start, end)) in places.into_iter().enumerate() {
            match read_code(&json[start..end]) {
                Ok(Some(code)) => codes.push(code),
                Ok(None) => return Ok((None, Keep::Content)),
                Err(Mismatch { path, expected, offset }) => {
                    return Err(Mismatch { path: format!("[{i}]{path}"), expected, offset: start + offset });
                }
            }
        }
        let mut again = String::new();
        codes.write(&mut again);
        let keep = if *again == *minified(json) { Keep::Nothing } else { Keep::Content };
        Ok((Some(codes), keep))
    }

    fn write(&self, out: &mut String) {
        out.push('[');
        for (i, code) in self.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            let TroubleCodeText { code, source_type, status } = code.into();
            let mut object = FieldWriter::json();
            object.required("code", &code);
            object.optional("sourceType", source_type.as_ref());
            object.optional("status", status.as_ref());
            out.push_str(&object.end());
        }
        out.push(']');
    }
}

/// A scanned code as JSON has it.
struct TroubleCodeText {
    code: Box<str>,
    source_type: Option<Box<str>>,
    status: Option<Box<str>>,
}

impl From<&ScannedCode> for TroubleCodeText {
    fn from(scanned: &ScannedCode) -> Self {
        let code = TroubleCode::new(scanned.dtc);
        Self {
            code: code.code().into(),
            source_type: code.source_type().map(Into::into),
            status: scanned.status.map(|status| format!("{:02x}", status.0).into()),
        }
    }
}

/// One code of the list; `None` where its texts have no meaning this version knows.
fn read_code(json: &str) -> Result<Option<ScannedCode>, Mismatch> {
    let (text, _) = read_nested(json, "an object with a code", |fields| {
        let code: Option<Box<str>> = fields.optional("code")?;
        let (source_type, status) = (fields.optional("sourceType")?, fields.optional("status")?);
        let code = code.unwrap_or_default();
        Ok(fields.rest()?.map(|_| TroubleCodeText { code, source_type, status }))
    })?;
    let Some(TroubleCodeText { code, source_type, status }) = text else { return Ok(None) };
    let Some(dtc) = TroubleCode::from_hex(&code, source_type.as_deref()).dtc() else { return Ok(None) };
    Ok(match status.map(|status| status.parse()) {
        None => Some(ScannedCode { dtc, status: None }),
        Some(Ok(status)) => Some(ScannedCode { dtc, status: Some(status) }),
        Some(Err(_)) => None,
    })
}
