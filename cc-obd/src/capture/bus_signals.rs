//! Frames that a bus carries unasked, by DBC files.

use cc_core::{Number, Value};

use super::decoder::{Decoder, Origin, Sender};
use super::{CaptureReading, Item, NoValue};
use crate::frame::CanFrame;
use crate::signals::dbc::{DbcValue, Quality};

impl Decoder {
    /// Gives the signals that DBC files see in a frame. A frame that has any counts as an answer.
    pub(super) fn by_dbc(&mut self, origin: Origin, frame: &CanFrame) {
        if self.dbcs.iter().all(|dbc| dbc.decode(frame.id(), frame.data()).next().is_none()) {
            return;
        }
        let origin = Origin { sender: Sender::Can(frame.id()), answer: self.count_answer(), ..origin };
        self.last_line = origin.line;
        let Self { dbcs, items, .. } = self;
        let values = dbcs.iter().flat_map(|dbc| dbc.decode(frame.id(), frame.data()));
        items.extend(values.map(|value| origin.item(item(value))));
    }
}

fn item(value: DbcValue<'_>) -> Item {
    let signal = value.signal.id().clone();
    let none = |signal| Item::NoValue(NoValue { signal, unlisted: None });
    if matches!(value.quality, Quality::NotAvailable | Quality::Failed) {
        return none(signal);
    }
    let (text, unit) = (value.text(), value.signal.unit());
    let read = match text {
        Some(text) => Some(Value::Text(text.into())),
        None => Number::from_f64(value.scaled).map(Value::Number),
    };
    // An infinite float is no number of JSON's.
    let Some(read) = read else { return none(signal) };
    let mut reading = CaptureReading::new(signal, read, unit, None);
    if unit.is_none() && !value.signal.unit_text().is_empty() {
        reading.unit_text = Some(value.signal.unit_text().into());
    }
    if text.is_none() {
        reading.quality = value.quality;
    }
    Item::Reading(reading)
}
