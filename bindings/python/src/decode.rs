//! Bytes in, items out.

use cc_core::BatchItem;
use cc_core::json::ObjectWriter;
use cc_obd::capture::{CaptureFormat, Decoder};
use cc_obd::service::Framing;
use cc_obd::signals::{SignalSet, SignalSets};
use pyo3::exceptions::PyValueError;
use pyo3::pybacked::PyBackedBytes;
use pyo3::{PyResult, Python, pyfunction};

use crate::error::{ErrorCode, Failure, detached};
use crate::item::{AnyItem, Place};

/// Decodes a whole capture: readings, trouble codes, refusals and what cannot be read, in the order of the input.
#[pyfunction]
#[pyo3(signature = (data, format, *, framing = None, signal_sets = Vec::new(), model_year = None))]
#[expect(clippy::needless_pass_by_value, reason = "arguments of a Python function are owned")]
pub(crate) fn decode(
    py: Python<'_>,
    data: PyBackedBytes,
    format: &str,
    framing: Option<&str>,
    signal_sets: Vec<PyBackedBytes>,
    model_year: Option<i32>,
) -> PyResult<Vec<AnyItem>> {
    let framing = match framing {
        None => None,
        Some("can") => Some(Framing::Can),
        Some("kline") => Some(Framing::Kline),
        Some(_) => return Err(PyValueError::new_err("framing must be 'can' or 'kline'")),
    };
    let format = match format {
        "asc" => CaptureFormat::Asc,
        "csv" => CaptureFormat::Csv,
        "elm327" => CaptureFormat::Elm327,
        "candump" => CaptureFormat::Candump,
        "pairs" => CaptureFormat::Pairs,
        "push_v2" => return detached(py, || Ok(cc_core::decode_batch(&data).map(event_item).collect())),
        "slcan" => CaptureFormat::Slcan,
        _ => {
            return Err(PyValueError::new_err(
                "format must be 'elm327', 'candump', 'asc', 'csv', 'pairs', 'slcan' or 'push_v2'",
            ));
        }
    };
    detached(py, || {
        let mut decoder = Decoder::new(format);
        if let Some(framing) = framing {
            decoder = decoder.with_framing(framing);
        }
        if !signal_sets.is_empty() {
            decoder = decoder.with_signals(sets(&signal_sets)?);
        }
        if let Some(year) = model_year {
            decoder = decoder.with_model_year(year);
        }
        decoder.push(&data);
        decoder.finish();
        Ok(std::iter::from_fn(|| decoder.next_item()).map(AnyItem::from).collect())
    })
}

fn sets(texts: &[PyBackedBytes]) -> Result<SignalSets, Failure> {
    let sets: Result<Vec<_>, _> = texts.iter().map(|json| SignalSet::from_json(json)).collect();
    sets.map(SignalSets::new).map_err(|error| ErrorCode::SignalSetInvalid.error(&error))
}

fn event_item(item: BatchItem) -> AnyItem {
    let mut json = String::new();
    let mut object = ObjectWriter::new(&mut json);
    let ecu = None;
    match item.event {
        Ok(event) => {
            let line = item.last_line;
            object.key("event").push_str(&event.to_json());
            object.number("line", line as f64);
            object.end();
            let at = Some(event.at);
            AnyItem::from_event(event, Place { line, ecu, at, json })
        }
        Err(error) => {
            let line = item.line;
            let reason = error.to_string();
            object.string("error", &reason);
            object.number("line", line as f64);
            object.end();
            AnyItem::unreadable(reason, Place { line, ecu, at: None, json })
        }
    }
}
