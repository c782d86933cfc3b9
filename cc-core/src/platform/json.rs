//! The JSON of an entity: one row a field, from which reading, writing and the reference page follow.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::event::codec::{
    Cursor, FieldReader, FieldValue, Keep, Mismatch, ReadValue, SyntaxError, after_mark, read_nested,
    read_object,
};
use crate::{EventDecodeError, UserId};

/// How deep objects and arrays may be nested within an entity, the entity itself being the first level.
const DEEPEST: u32 = 128;

/// Why a text is not an entity. It says where, and never what stands there.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EntityDecodeError {
    /// Objects and arrays are nested too deep.
    #[error("expected at most {DEEPEST} levels of nesting at byte {offset}")]
    Depth {
        /// Where the level too many begins.
        offset: u64,
    },
    /// The text is not UTF-8.
    #[error("expected UTF-8 at byte {offset}")]
    Encoding {
        /// Where the first wrong byte stands.
        offset: u64,
    },
    /// A field holds something that no such entity can have.
    #[error("{field}: expected {expected} at byte {offset}")]
    Field {
        /// The field's name, with the path inside it: `messages[1].text`.
        field: Box<str>,
        /// What it should hold.
        expected: &'static str,
        /// Where its value stands; where the entity begins, if the field is absent.
        offset: u64,
    },
    /// A field without which there is no entity is absent or null.
    #[error("{field}: expected a value in the object at byte {offset}")]
    Missing {
        /// The field's name.
        field: &'static str,
        /// Where the entity begins.
        offset: u64,
    },
    /// The text is not JSON, or not an object.
    #[error("expected {expected} at byte {offset}")]
    Syntax {
        /// What should stand there.
        expected: &'static str,
        /// Where.
        offset: u64,
    },
}

impl EntityDecodeError {
    /// The byte of the input the error is about.
    pub fn offset(&self) -> u64 {
        match self {
            Self::Depth { offset }
            | Self::Encoding { offset }
            | Self::Field { offset, .. }
            | Self::Missing { offset, .. }
            | Self::Syntax { offset, .. } => *offset,
        }
    }
}

impl From<EventDecodeError> for EntityDecodeError {
    fn from(error: EventDecodeError) -> Self {
        match error {
            EventDecodeError::Depth { offset } => Self::Depth { offset },
            EventDecodeError::Encoding { offset } => Self::Encoding { offset },
            EventDecodeError::Field { field, expected, offset } => Self::Field { field, expected, offset },
            EventDecodeError::Missing { field, offset } => Self::Missing { field, offset },
            // Only readers of many events have a limit.
            EventDecodeError::Size { offset, .. } => Self::Syntax { expected: "a shorter object", offset },
            EventDecodeError::Syntax { expected, offset } => Self::Syntax { expected, offset },
        }
    }
}

/// Which field is wrong in an entity whose fields are right one by one, and what it should hold.
pub(super) type Fault = (&'static str, &'static str);

/// What has the JSON of an object, and keeps what it does not know of it.
pub(crate) trait Entity: Sized + PartialEq {
    /// Reads the fields of the object that begins at a byte.
    fn read_fields(fields: &mut FieldReader<'_, '_>, start: u64) -> Result<Option<Self>, EventDecodeError>;

    /// Writes the object on one line.
    fn write_json(&self) -> String;
}

/// Reads a whole text as one entity.
pub(super) fn read_entity<T: Entity>(bytes: &[u8]) -> Result<T, EntityDecodeError> {
    let text = core::str::from_utf8(bytes)
        .map_err(|error| EntityDecodeError::Encoding { offset: error.valid_up_to() as u64 })?;
    let mut cursor = Cursor::new(bytes, after_mark(bytes));
    cursor.space();
    let start = cursor.at as u64;
    let mut spans = Vec::with_capacity(16);
    cursor.members(&mut spans).map_err(|error| match error {
        SyntaxError::Depth(at) => EntityDecodeError::Depth { offset: at as u64 },
        SyntaxError::Expected(expected, at) => EntityDecodeError::Syntax { expected, offset: at as u64 },
    })?;
    cursor.space();
    if cursor.at < bytes.len() {
        return Err(EntityDecodeError::Syntax { expected: "nothing more", offset: cursor.at as u64 });
    }
    Ok(read_object(text, 0, &mut spans, |fields| T::read_fields(fields, start))?)
}

/// A field that may be absent or null, but never hold something without a meaning.
pub(super) fn strict<T: FieldValue>(
    fields: &mut FieldReader<'_, '_>,
    name: &'static str,
) -> Result<Option<T>, EventDecodeError> {
    let value = fields.optional::<T>(name)?;
    match (&value, fields.raw(name)) {
        (None, Some((json, offset))) if json != "null" => {
            Err(EventDecodeError::Field { field: name.into(), expected: T::KIND, offset })
        }
        _ => Ok(value),
    }
}

/// Where a fault stands: at its field, or where the entity begins.
pub(super) fn fault_at(
    (field, expected): Fault,
    fields: &mut FieldReader<'_, '_>,
    start: u64,
) -> EventDecodeError {
    let offset = fields.raw(field).map_or(start, |(_, offset)| offset);
    EventDecodeError::Field { field: field.into(), expected, offset }
}

/// Reads an entity within an entity, which keeps all that it does not know itself.
pub(super) fn read_inner<T: Entity>(json: &str) -> Result<ReadValue<T>, Mismatch> {
    let (value, _) = read_nested(json, "an object", |fields| {
        T::read_fields(fields, 0).map_err(|error| match error {
            EventDecodeError::Missing { field, offset } => {
                EventDecodeError::Field { field: field.into(), expected: "a value", offset }
            }
            error => error,
        })
    })?;
    Ok((value, Keep::Nothing))
}

impl<T: Entity + FieldValue> FieldValue for Vec<T> {
    const KIND: &'static str = "an array of objects";
    const IS_NESTED: bool = true;

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        let mut places = Vec::new();
        if Cursor::new(json.as_bytes(), 0).items(&mut places).is_err() {
            return Mismatch::expected(Self::KIND);
        }
        let mut items = Self::with_capacity(places.len());
        for (i, (start, end)) in places.into_iter().enumerate() {
            match T::read(&json[start..end]) {
                Ok((Some(item), _)) => items.push(item),
                Ok((None, _)) => {
                    return Err(Mismatch { path: format!("[{i}]"), expected: T::KIND, offset: start });
                }
                Err(Mismatch { path, expected, offset }) => {
                    return Err(Mismatch { path: format!("[{i}]{path}"), expected, offset: start + offset });
                }
            }
        }
        Ok((Some(items), Keep::Nothing))
    }

    fn write(&self, out: &mut String) {
        out.push('[');
        for (i, item) in self.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            item.write(out);
        }
        out.push(']');
    }
}

impl FieldValue for UserId {
    const KIND: &'static str = i64::KIND;

    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch> {
        let (number, keep) = i64::read(json)?;
        Ok((number.map(Self), keep))
    }

    fn write(&self, out: &mut String) {
        self.0.write(out);
    }
}

/// The JSON form of an entity: `required` and `optional` fields refuse what has no meaning, a `lenient` one is empty
/// then and keeps what came. The struct has the fields named here, and beside them `unknown` and `kept`.
macro_rules! entity_json {
    (
        $entity:ident { $($need:ident $name:literal => $field:ident: $kind:ty, $about:literal;)* }
        shows [$($shown:ident),*]
        check $check:expr
    ) => {
        impl $entity {
            /// Its fields in JSON, in the order they are written.
            pub const FIELDS: &'static [$crate::EventField] = &[$($crate::EventField {
                name: $name,
                kind: <$kind as $crate::event::codec::FieldValue>::KIND,
                required: $crate::platform::json::entity_json!(@is_required $need),
                about: $about,
            }),*];

            /// Reads the JSON object; unknown fields are kept, and come back with `to_json`.
            pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, $crate::platform::EntityDecodeError> {
                $crate::platform::json::read_entity(json.as_ref())
            }

            /// The JSON object, on one line: its own fields in the order of [`Self::FIELDS`], then unknown ones.
            pub fn to_json(&self) -> alloc::string::String {
                $crate::platform::json::Entity::write_json(self)
            }
        }

        impl $crate::platform::json::Entity for $entity {
            fn read_fields(
                fields: &mut $crate::event::codec::FieldReader<'_, '_>,
                start: u64,
            ) -> Result<Option<Self>, $crate::EventDecodeError> {
                $(let $field = $crate::platform::json::entity_json!(@read $need fields, $name, $kind, start);)*
                let kept = fields.next_table();
                let Some(unknown) = fields.rest()? else { return Ok(None) };
                let entity = Self { $($field,)* unknown, kept };
                let check: fn(&Self) -> Result<(), $crate::platform::json::Fault> = $check;
                match check(&entity) {
                    Ok(()) => Ok(Some(entity)),
                    Err(fault) => Err($crate::platform::json::fault_at(fault, fields, start)),
                }
            }

            fn write_json(&self) -> alloc::string::String {
                let mut out = $crate::event::codec::FieldWriter::json();
                out.table(&self.kept);
                $($crate::platform::json::entity_json!(@write $need out, $name, self.$field);)*
                out.unknown(&self.unknown, |name| Self::FIELDS.iter().any(|field| field.name == name));
                out.end()
            }
        }

        impl $crate::event::codec::FieldValue for $entity {
            const KIND: &'static str = concat!("an object (`", stringify!($entity), "`)");
            const IS_NESTED: bool = true;

            fn read(
                json: &str,
            ) -> Result<$crate::event::codec::ReadValue<Self>, $crate::event::codec::Mismatch> {
                $crate::platform::json::read_inner(json)
            }

            fn write(&self, out: &mut alloc::string::String) {
                out.push_str(&$crate::platform::json::Entity::write_json(self));
            }
        }

        /// As `to_json`; for JSON only, since unknown fields are kept as JSON.
        impl serde::Serialize for $entity {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde_json::value::RawValue::from_string(self.to_json())
                    .map_err(serde::ser::Error::custom)?
                    .serialize(serializer)
            }
        }

        /// As `from_json`; for JSON only, since unknown fields are kept as JSON.
        impl<'de> serde::Deserialize<'de> for $entity {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let json = alloc::boxed::Box::<serde_json::value::RawValue>::deserialize(deserializer)?;
                Self::from_json(json.get()).map_err(serde::de::Error::custom)
            }
        }

        /// Shows nothing that tells of a person.
        impl core::fmt::Debug for $entity {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_struct(stringify!($entity))
                    $(.field(stringify!($shown), &self.$shown))*
                    .finish_non_exhaustive()
            }
        }
    };
    (@is_required required) => { true };
    (@is_required $need:ident) => { false };
    (@read required $fields:ident, $name:literal, $kind:ty, $start:ident) => {
        match $crate::platform::json::strict::<$kind>($fields, $name)? {
            Some(value) => value,
            None => return Err($crate::EventDecodeError::Missing { field: $name, offset: $start }),
        }
    };
    (@read optional $fields:ident, $name:literal, $kind:ty, $start:ident) => {
        $crate::platform::json::strict::<$kind>($fields, $name)?
    };
    (@read lenient $fields:ident, $name:literal, $kind:ty, $start:ident) => {
        $fields.optional::<$kind>($name)?
    };
    (@write required $out:ident, $name:literal, $value:expr) => { $out.required($name, &$value) };
    (@write $need:ident $out:ident, $name:literal, $value:expr) => { $out.optional($name, $value.as_ref()) };
}
pub(super) use entity_json;

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::super::Place;
    use super::super::testing::told;

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let place = |change: &str| {
            let json = "{\"placeId\":\"p1\",\"userId\":1,\"name\":\"Work\",\"position\":{\"latitude\":0.5,\"longitude\":-140},\"radiusMeters\":50}";
            let (from, to) = change.split_once(" -> ").unwrap();
            assert!(json.contains(from), "{from}");
            let wrong = json.replacen(from, to, 1);
            told(&wrong, &Place::from_json(&wrong).unwrap_err())
        };
        for (change, error) in [
            ("\"Work\" -> \"\"", "name: expected a text of 1 to 200 characters on one line at \"\",\"posi"),
            ("\"Work\" -> null", "name: expected a value in the object at {\"placeI"),
            ("0.5 -> 90.5", "position.latitude: expected degrees from -90 to 90 at 90.5,\"lo"),
            ("\"latitude\" -> \"lat\"", "position.latitude: expected a value at {\"lat\":0"),
            ("50} -> -1}", "radiusMeters: expected a number from 0 at -1}"),
            ("50} -> \"50\"}", "radiusMeters: expected a number from 0 at \"50\"}"),
            ("50} -> 50", "expected ',' or '}' at "),
            ("50} -> 50}}", "expected nothing more at }"),
            ("{\"placeId -> [{\"placeId", "expected an object at [{\"place"),
        ] {
            assert_eq!(place(change), error, "{change}");
        }
        assert_eq!(Place::from_json(b"{\"\xFF\":1}").unwrap_err().to_string(), "expected UTF-8 at byte 2");
    }
}
