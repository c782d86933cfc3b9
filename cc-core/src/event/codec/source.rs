//! What reading and writing a body asks of an encoding: the same body is read from JSON and from protobuf.

use super::{EventDecodeError, FieldValue};
use crate::ValueKind;
#[cfg(feature = "protobuf")]
pub(crate) use crate::protobuf::WireValue;

/// Without protobuf, nothing is asked of a field's type beyond its JSON.
#[cfg(not(feature = "protobuf"))]
pub(crate) trait WireValue {}
#[cfg(not(feature = "protobuf"))]
impl<T> WireValue for T {}

/// Where the fields of a body are read from, one after another: a JSON object, or a protobuf message. In the one a
/// field is known by its name, in the other by its number.
pub(crate) trait FieldSource {
    /// A field that may be absent or null.
    fn optional_field<T: FieldValue + WireValue>(
        &mut self,
        name: &'static str,
        number: u32,
    ) -> Result<Option<T>, EventDecodeError>;

    /// A field without which the body is not what it is. Where protobuf leaves out what is zero, an absent field is zero.
    fn required_field<T: FieldValue + WireValue>(
        &mut self,
        name: &'static str,
        number: u32,
    ) -> Result<Option<T>, EventDecodeError> {
        self.optional_field(name, number)
    }

    /// Whether the field is there and not null.
    fn has_field(&self, name: &str, number: u32) -> bool;

    /// The kind of the field `value` by its looks, where nothing else says it.
    fn value_kind(&self) -> Option<ValueKind>;
}

/// Where the fields of a body are written to, one after another.
pub(crate) trait FieldSink {
    /// A field that may be absent or null.
    fn optional_field<T: FieldValue + WireValue>(
        &mut self,
        name: &'static str,
        number: u32,
        value: Option<&T>,
    );

    /// A field that is always there.
    fn required_field<T: FieldValue + WireValue>(&mut self, name: &'static str, number: u32, value: &T);
}
