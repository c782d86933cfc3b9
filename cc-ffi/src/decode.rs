//! Bytes in, items out.

use cc_core::BatchItem;
use cc_core::json::ObjectWriter;
use cc_obd::capture::Decoder;
use cc_obd::service::Framing;
use cc_obd::signals::{SignalSet, SignalSets};

use crate::error::guarded;
use crate::item::DecodedContent;
use crate::{CcError, DecodedItem};

/// What the bytes are.
#[derive(Clone, Copy, Debug, Eq, PartialEq, uniffi::Enum)]
pub enum CaptureFormat {
    /// The text of an ELM327 or STN adapter: a log with or without requests and prompts.
    Elm327,
    /// SocketCAN's `candump`, log or screen format, or plain lines of id and data.
    Candump,
    /// A line is `REQUEST>RESPONSE`, both hexadecimal and whole: `1902FF>5902FF0133002F`.
    Pairs,
    /// The data stream's JSON: an array, or one event a line.
    PushV2,
    /// The lines of a serial CAN adapter (SLCAN, Lawicel).
    Slcan,
    /// The text log of Vector's tools.
    Asc,
    /// A table of frames (CSV), as loggers and their tools write it.
    Csv,
}

/// The bus that carried answers without a header.
#[derive(Clone, Copy, Debug, Eq, PartialEq, uniffi::Enum)]
pub enum CaptureFraming {
    /// CAN (ISO 15765-4).
    Can,
    /// K-line (ISO 9141-2, ISO 14230-4) and J1850.
    Kline,
}

/// How to decode.
#[derive(Clone, Debug, Default, Eq, PartialEq, uniffi::Record)]
pub struct DecodeOptions {
    /// The bus; by default pairs are CAN, and an adapter's answers are told apart by their form.
    #[uniffi(default = None)]
    pub framing: Option<CaptureFraming>,
    /// OBDb signal sets (JSON), the one that wins first: answers that they describe are read by them.
    #[uniffi(default = [])]
    pub signal_sets: Vec<Vec<u8>>,
    /// The model year of the car, by which signal sets choose their commands.
    #[uniffi(default = None)]
    pub model_year: Option<i32>,
}

/// Decodes a whole capture: readings, trouble codes, refusals and what cannot be read, in the order of the input.
///
/// Damage is no error of the call: it is an item, and the rest is decoded all the same.
///
/// # Examples
///
/// ```
/// use cc_ffi::{CaptureFormat, DecodeOptions, DecodedContent, decode};
///
/// let items = decode(b"010C>410C1AF8\n010C>41\n".to_vec(), CaptureFormat::Pairs, DecodeOptions::default())?;
/// assert_eq!(items[0].json, r#"{"line":1,"signal":"engine_speed","unit":"rpm","value":1726}"#);
/// assert!(matches!(items[1].content, DecodedContent::Unreadable { .. }));
///
/// let options = DecodeOptions { signal_sets: vec![b"{}".to_vec()], ..DecodeOptions::default() };
/// let error = decode(Vec::new(), CaptureFormat::Pairs, options).unwrap_err();
/// assert_eq!(error.code(), "signal_set_invalid");
/// # Ok::<(), cc_ffi::CcError>(())
/// ```
#[uniffi::export]
pub fn decode(
    input: Vec<u8>,
    format: CaptureFormat,
    options: DecodeOptions,
) -> Result<Vec<DecodedItem>, CcError> {
    guarded(|| match format {
        CaptureFormat::Elm327 => capture(&input, cc_obd::capture::CaptureFormat::Elm327, options),
        CaptureFormat::Candump => capture(&input, cc_obd::capture::CaptureFormat::Candump, options),
        CaptureFormat::Pairs => capture(&input, cc_obd::capture::CaptureFormat::Pairs, options),
        CaptureFormat::Slcan => capture(&input, cc_obd::capture::CaptureFormat::Slcan, options),
        CaptureFormat::Asc => capture(&input, cc_obd::capture::CaptureFormat::Asc, options),
        CaptureFormat::Csv => capture(&input, cc_obd::capture::CaptureFormat::Csv, options),
        CaptureFormat::PushV2 => Ok(cc_core::decode_batch(&input).map(event_item).collect()),
    })
}

fn capture(
    input: &[u8],
    format: cc_obd::capture::CaptureFormat,
    options: DecodeOptions,
) -> Result<Vec<DecodedItem>, CcError> {
    let DecodeOptions { framing, signal_sets, model_year } = options;
    let mut decoder = Decoder::new(format);
    if let Some(framing) = framing {
        decoder = decoder.with_framing(match framing {
            CaptureFraming::Can => Framing::Can,
            CaptureFraming::Kline => Framing::Kline,
        });
    }
    if !signal_sets.is_empty() {
        let sets: Result<Vec<_>, _> = signal_sets.iter().map(|json| SignalSet::from_json(json)).collect();
        let sets = sets.map_err(|error| CcError::SignalSetInvalid { reason: error.to_string() })?;
        decoder = decoder.with_signals(SignalSets::new(sets));
    }
    if let Some(year) = model_year {
        decoder = decoder.with_model_year(year);
    }
    decoder.push(input);
    decoder.finish();
    Ok(std::iter::from_fn(|| decoder.next_item()).map(DecodedItem::from).collect())
}

fn event_item(item: BatchItem) -> DecodedItem {
    let mut json = String::new();
    let mut object = ObjectWriter::new(&mut json);
    let (line, at, content) = match item.event {
        Ok(event) => {
            object.key("event").push_str(&event.to_json());
            (item.last_line, Some(event.at.into()), DecodedContent::from(event))
        }
        Err(error) => {
            let reason = error.to_string();
            object.string("error", &reason);
            (item.line, None, DecodedContent::Unreadable { reason })
        }
    };
    object.number("line", line as f64);
    object.end();
    DecodedItem { line, ecu: None, at, content, json }
}
