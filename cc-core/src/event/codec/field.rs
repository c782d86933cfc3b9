//! One field of a message: how its JSON becomes a typed value and back, and what is kept when the value says less.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::UnknownFields;
use super::EventDecodeError;
use super::canonical::{compare_keys, write_canonical};
use super::source::{FieldSink, FieldSource, WireValue};
use super::syntax::{Cursor, Span, minified, unescape};
use crate::ValueKind;
use crate::json::write_string;

/// What one field means, for the reference page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct EventField {
    /// Its name in JSON.
    pub name: &'static str,
    /// What its value must be.
    pub kind: &'static str,
    /// Whether the type makes no sense without it.
    pub required: bool,
    /// What it means, with its unit.
    pub about: &'static str,
}

/// How much a typed value says of the JSON it was read from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Keep {
    /// Everything: writing it gives the same JSON value.
    Nothing,
    /// Everything that matters; the spelling is kept for output.
    Spelling,
    /// Not everything: the JSON is part of the event.
    Content,
}

/// A value read from JSON; without one, the JSON has the right type but no meaning this version knows.
pub(crate) type ReadValue<T> = (Option<T>, Keep);

/// The JSON is of another type than the field's.
#[derive(Debug)]
pub(crate) struct Mismatch {
    /// Where inside the value: `.pending`, `[2].code`.
    pub(crate) path: String,
    pub(crate) expected: &'static str,
    /// Where inside the value's text.
    pub(crate) offset: usize,
}

impl Mismatch {
    pub(crate) fn expected<T>(expected: &'static str) -> Result<T, Self> {
        Err(Self { path: String::new(), expected, offset: 0 })
    }
}

/// A Rust type that stands for a field's JSON.
pub(crate) trait FieldValue: Sized + PartialEq {
    /// What the JSON must be.
    const KIND: &'static str;
    /// Whether the JSON is an object or array.
    const IS_NESTED: bool = false;

    /// Reads a checked JSON value that is not null.
    fn read(json: &str) -> Result<ReadValue<Self>, Mismatch>;

    /// Writes the value as JSON, on one line.
    fn write(&self, out: &mut String);
}

/// What a message says beyond its typed fields: nulls, and JSON that the typed value does not give back.
///
/// Fields are known by their place in the type's table.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Leftovers {
    pub(crate) nulls: u32,
    pub(crate) kept: Vec<(u8, Box<str>)>,
}

impl Leftovers {
    pub(crate) const NONE: &'static Self = &Self { nulls: 0, kept: Vec::new() };

    pub(crate) fn is_empty(&self) -> bool {
        self.nulls == 0 && self.kept.is_empty()
    }

    /// The JSON that was kept for a field, unless the value was changed since: a changed value speaks for itself.
    pub(crate) fn kept_for<T: FieldValue>(&self, place: u8, value: Option<&T>) -> Option<(&str, Keep)> {
        let (_, json) = self.kept.iter().find(|(kept, _)| *kept == place)?;
        match T::read(json) {
            Ok((read, keep)) if read.as_ref() == value => Some((json, keep)),
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn is_null(&self, place: u8) -> bool {
        self.nulls >> place & 1 == 1
    }
}

/// Takes the fields of one object, one after another.
#[derive(Debug)]
pub(crate) struct FieldReader<'a, 'b> {
    input: &'a str,
    /// Where `input` begins in what the caller gave.
    base: u64,
    spans: &'b mut [Span],
    /// Where the last field was found; the next one mostly follows it.
    hint: usize,
    place: u8,
    pub(crate) leftovers: Leftovers,
}

impl<'a, 'b> FieldReader<'a, 'b> {
    pub(crate) fn new(input: &'a str, base: u64, spans: &'b mut [Span]) -> Self {
        Self { input, base, spans, hint: 0, place: 0, leftovers: Leftovers::default() }
    }

    /// The fields read from here on belong to another table.
    pub(crate) fn next_table(&mut self) -> Leftovers {
        self.place = 0;
        core::mem::take(&mut self.leftovers)
    }

    /// Gives back every member that was taken but those of these names, and forgets what was kept for them.
    pub(crate) fn give_back_all_but(&mut self, names: &[&str]) {
        for i in 0..self.spans.len() {
            // Another of such a name was not taken, and stays so: it is found as one too many.
            self.spans[i].used &= names.iter().any(|name| self.is_named(&self.spans[i], name));
        }
        self.next_table();
    }

    fn is_named(&self, span: &Span, name: &str) -> bool {
        let (start, end) = span.key;
        if span.escaped {
            unescape(&self.input[start..end]).is_some_and(|key| key == name)
        } else {
            end - start == name.len() && self.input.as_bytes()[start..end] == *name.as_bytes()
        }
    }

    fn find(&self, name: &str) -> Option<usize> {
        let hint = self.hint.min(self.spans.len());
        let (before, after) = self.spans.split_at(hint);
        let named = |span: &Span| self.is_named(span, name);
        after.iter().position(named).map(|at| at + hint).or_else(|| before.iter().position(named))
    }

    /// The JSON of a field, and where it stands in the caller's input.
    pub(crate) fn raw(&mut self, name: &str) -> Option<(&'a str, u64)> {
        let at = self.find(name)?;
        self.hint = at + 1;
        self.spans[at].used = true;
        let (start, end) = self.spans[at].value;
        Some((&self.input[start..end], self.base + start as u64))
    }

    /// The JSON of a field, which is not taken.
    fn peek(&self, name: &str) -> Option<&'a str> {
        let (start, end) = self.spans[self.find(name)?].value;
        Some(&self.input[start..end])
    }

    /// A field that may be absent or null.
    pub(crate) fn optional<T: FieldValue>(
        &mut self,
        name: &'static str,
    ) -> Result<Option<T>, EventDecodeError> {
        let place = self.place;
        self.place += 1;
        let Some((json, offset)) = self.raw(name) else {
            return Ok(None);
        };
        if json == "null" {
            self.leftovers.nulls |= 1 << place;
            return Ok(None);
        }
        let (value, keep) = T::read(json).map_err(|mismatch| EventDecodeError::Field {
            field: [name, &mismatch.path].concat().into(),
            expected: mismatch.expected,
            offset: offset + mismatch.offset as u64,
        })?;
        if keep != Keep::Nothing {
            self.leftovers.kept.push((place, minified(json)));
        }
        Ok(value)
    }

    /// The members no field took, in the order they came; `None` if a name comes twice in the object.
    pub(crate) fn rest(&mut self) -> Result<Option<UnknownFields>, EventDecodeError> {
        let mut unknown = UnknownFields::default();
        if self.spans.iter().all(|span| span.used) {
            return Ok(Some(unknown));
        }
        let mut names: Vec<(Cow<'a, str>, bool)> = Vec::with_capacity(self.spans.len());
        for span in &*self.spans {
            let name = self.key(span)?;
            if !span.used {
                unknown.push(name.as_ref().into(), minified(&self.input[span.value.0..span.value.1]));
            }
            names.push((name, span.used));
        }
        Ok((!has_duplicates(&mut names)).then_some(unknown))
    }

    fn key(&self, span: &Span) -> Result<Cow<'a, str>, EventDecodeError> {
        let inner = &self.input[span.key.0..span.key.1];
        unescape(inner).ok_or(EventDecodeError::Syntax {
            expected: "a key without half a surrogate pair",
            offset: self.base + span.key.0 as u64,
        })
    }
}

impl FieldSource for FieldReader<'_, '_> {
    #[inline]
    fn optional_field<T: FieldValue + WireValue>(
        &mut self,
        name: &'static str,
        _: u32,
    ) -> Result<Option<T>, EventDecodeError> {
        self.optional(name)
    }

    fn has_field(&self, name: &str, _: u32) -> bool {
        self.peek(name).is_some_and(|json| json != "null")
    }

    fn value_kind(&self) -> Option<ValueKind> {
        match self.peek("value")?.bytes().next()? {
            b'"' => Some(ValueKind::Text),
            b't' | b'f' => Some(ValueKind::Bool),
            b'-' | b'0'..=b'9' => Some(ValueKind::Number),
            _ => None,
        }
    }
}

/// Reads one whole object of `input` that begins at the cursor.
///
/// Of two members of one name the last counts, as in every JSON reader. `read` gives `None` where it met such a pair,
/// and is then called again without the earlier ones. What a caller must be told comes first: that the text is no
/// JSON at all.
pub(crate) fn read_object<'a, R>(
    input: &'a str,
    base: u64,
    spans: &mut [Span],
    read: impl Fn(&mut FieldReader<'a, '_>) -> Result<Option<R>, EventDecodeError>,
) -> Result<R, EventDecodeError> {
    let first = read(&mut FieldReader::new(input, base, spans));
    if let Ok(Some(done)) = first {
        return Ok(done);
    }
    let count = {
        let mut last = BTreeMap::new();
        for (i, span) in spans.iter().enumerate() {
            let inner = &input[span.key.0..span.key.1];
            last.insert(unescape(inner).unwrap_or(Cow::Borrowed(inner)), i);
        }
        let mut places: Vec<usize> = last.into_values().collect();
        places.sort_unstable();
        for (to, from) in places.iter().enumerate() {
            spans[to] = spans[*from];
        }
        places.len()
    };
    let unchanged = count == spans.len();
    match first {
        Err(error) if unchanged => Err(error),
        _ => {
            let spans = &mut spans[..count];
            for span in &mut *spans {
                span.used = false;
            }
            // Without duplicates nothing asks to begin again.
            read(&mut FieldReader::new(input, base, spans))?
                .ok_or(EventDecodeError::Syntax { expected: "every key once", offset: base })
        }
    }
}

/// Reads an object within a field: gives it, and whether it says more than it gives back.
pub(crate) fn read_nested<'a, R>(
    json: &'a str,
    expected: &'static str,
    read: impl Fn(&mut FieldReader<'a, '_>) -> Result<Option<R>, EventDecodeError>,
) -> Result<(Option<R>, bool), Mismatch> {
    if !json.starts_with('{') {
        return Mismatch::expected(expected);
    }
    let mut spans = Vec::new();
    let mut cursor = Cursor::new(json.as_bytes(), 0);
    cursor.members(&mut spans).map_err(|_| Mismatch { path: String::new(), expected, offset: 0 })?;
    let plain = core::cell::Cell::new(true);
    let value = read_object(json, 0, &mut spans, |fields| {
        let value = read(fields)?;
        plain.set(fields.leftovers.is_empty());
        Ok(value)
    });
    match value {
        Ok(value) => Ok((Some(value), plain.get())),
        Err(EventDecodeError::Field { field, expected, offset }) => {
            Err(Mismatch { path: [".", &field].concat(), expected, offset: offset as usize })
        }
        Err(EventDecodeError::Missing { .. }) => Ok((None, false)),
        Err(error) => Err(Mismatch { path: String::new(), expected, offset: error.offset() as usize }),
    }
}

fn has_duplicates(names: &mut [(Cow<'_, str>, bool)]) -> bool {
    if names.len() <= 32 {
        return names.iter().enumerate().any(|(i, (name, used))| {
            !used && names.iter().enumerate().any(|(k, (other, _))| i != k && name == other)
        });
    }
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0].0 == pair[1].0)
}

/// Writes the fields of one object: in the tables' order as JSON, or sorted as part of the canonical encoding.
#[derive(Debug)]
pub(crate) struct FieldWriter<'a> {
    out: String,
    leftovers: &'a Leftovers,
    place: u8,
    /// In the canonical encoding: the members' names and where their values stand in `out`.
    sorted: Option<Vec<(Cow<'a, str>, usize)>>,
}

impl<'a> FieldWriter<'a> {
    pub(crate) fn json() -> Self {
        let mut out = String::with_capacity(256);
        out.push('{');
        Self { out, leftovers: Leftovers::NONE, place: 0, sorted: None }
    }

    pub(crate) fn canonical() -> Self {
        Self {
            out: String::with_capacity(256),
            leftovers: Leftovers::NONE,
            place: 0,
            sorted: Some(Vec::with_capacity(16)),
        }
    }

    pub(crate) fn is_canonical(&self) -> bool {
        self.sorted.is_some()
    }

    /// The fields written from here on belong to another table.
    pub(crate) fn table(&mut self, leftovers: &'a Leftovers) {
        self.place = 0;
        self.leftovers = leftovers;
    }

    /// The place for the value of a member; the name needs no escapes.
    pub(crate) fn key(&mut self, name: &'static str) -> &mut String {
        if let Some(sorted) = &mut self.sorted {
            sorted.push((name.into(), self.out.len()));
        } else {
            self.out.push_str(if self.out.len() > 1 { ",\"" } else { "\"" });
            self.out.push_str(name);
            self.out.push_str("\":");
        }
        &mut self.out
    }

    pub(crate) fn unknown(&mut self, fields: &'a UnknownFields, is_known: impl Fn(&str) -> bool) {
        for (name, json) in fields.iter().filter(|(name, _)| !is_known(name)) {
            if let Some(sorted) = &mut self.sorted {
                sorted.push((name.into(), self.out.len()));
                write_canonical(json, &mut self.out);
            } else {
                if self.out.len() > 1 {
                    self.out.push(',');
                }
                write_string(&mut self.out, name);
                self.out.push(':');
                self.out.push_str(json);
            }
        }
    }

    pub(crate) fn required<T: FieldValue>(&mut self, name: &'static str, value: &T) {
        self.member(name, Some(value), true);
    }

    pub(crate) fn optional<T: FieldValue>(&mut self, name: &'static str, value: Option<&T>) {
        self.member(name, value, true);
    }

    /// Like [`Self::optional`], for what the canonical encoding already holds elsewhere: only what the typed value
    /// does not say is written there.
    pub(crate) fn envelope<T: FieldValue>(&mut self, name: &'static str, value: Option<&T>) {
        let json = !self.is_canonical();
        self.member(name, value, json);
    }

    #[inline]
    fn member<T: FieldValue>(&mut self, name: &'static str, value: Option<&T>, write_typed: bool) {
        let place = self.place;
        self.place += 1;
        let canonical = self.is_canonical();
        let leftovers = self.leftovers;
        if !leftovers.kept.is_empty()
            && let Some((json, keep)) = leftovers.kept_for(place, value)
        {
            if !canonical {
                self.key(name).push_str(json);
                return;
            }
            if keep == Keep::Content {
                write_canonical(json, self.key(name));
                return;
            }
        }
        match value {
            Some(value) if write_typed => {
                if canonical && T::IS_NESTED {
                    let mut json = String::new();
                    value.write(&mut json);
                    write_canonical(&json, self.key(name));
                } else {
                    value.write(self.key(name));
                }
            }
            None if leftovers.is_null(place) => self.key(name).push_str("null"),
            _ => {}
        }
    }

    /// The whole object.
    pub(crate) fn end(mut self) -> String {
        let Some(mut sorted) = self.sorted else {
            self.out.push('}');
            return self.out;
        };
        let mut members: Vec<(Cow<'_, str>, &str)> = Vec::with_capacity(sorted.len());
        let mut end = self.out.len();
        while let Some((name, start)) = sorted.pop() {
            members.push((name, &self.out[start..end]));
            end = start;
        }
        members.sort_by(|(a, _), (b, _)| compare_keys(a, b));
        let mut out = String::with_capacity(self.out.len() + 16 * members.len());
        for (i, (name, json)) in members.iter().enumerate() {
            out.push(if i == 0 { '{' } else { ',' });
            write_string(&mut out, name);
            out.push(':');
            out.push_str(json);
        }
        out.push_str(if members.is_empty() { "{}" } else { "}" });
        out
    }
}

impl FieldSink for FieldWriter<'_> {
    #[inline]
    fn optional_field<T: FieldValue + WireValue>(&mut self, name: &'static str, _: u32, value: Option<&T>) {
        self.optional(name, value);
    }

    fn required_field<T: FieldValue + WireValue>(&mut self, name: &'static str, _: u32, value: &T) {
        self.required(name, value);
    }
}

/// The fields of a body: one row a field, from which reading, writing, the `.proto` files and the reference pages follow.
///
/// A row is: whether the body makes no sense without the field, its number in protobuf (for ever), its name in JSON,
/// its name in protobuf where that is not the same in `snake_case`, the field of the Rust type, and what it means.
macro_rules! body_fields {
    ($body:ident { $($need:ident $number:literal $name:literal $(as $wire_name:literal)? => $field:ident: $kind:ty, $about:literal;)* } $($rest:ident)?) => {
        const FIELDS: &'static [$crate::event::EventField] = &[$($crate::event::EventField {
            name: $name,
            kind: <$kind as $crate::event::codec::FieldValue>::KIND,
            required: $crate::event::codec::body_fields!(@is_required $need),
            about: $about,
        }),*];

        #[cfg(feature = "protobuf")]
        const MESSAGE: &'static [$crate::protobuf::FieldRow] = &[$($crate::protobuf::FieldRow {
            json: $name,
            renamed: $crate::event::codec::body_fields!(@renamed $($wire_name)?),
            number: $number,
            kind: <$kind as $crate::protobuf::WireValue>::WIRE,
            required: $crate::event::codec::body_fields!(@is_required $need),
            about: $about,
        }),*];

        fn read<S: $crate::event::codec::FieldSource>(
            _: &'static str,
            fields: &mut S,
        ) -> Result<Option<Self>, $crate::event::EventDecodeError> {
            $(let $field = $crate::event::codec::body_fields!(@read $need fields, $kind, $name, $number)?;)*
            $($crate::event::codec::body_fields!(@check $need $field);)*
            Ok(Some(Self { $($field,)* $($rest: Default::default())? }))
        }

        fn write<W: $crate::event::codec::FieldSink>(&self, out: &mut W) {
            $($crate::event::codec::body_fields!(@write $need out, $name, $number, self.$field);)*
        }
    };
    (@is_required required) => { true };
    (@is_required optional) => { false };
    (@check required $field:ident) => { let Some($field) = $field else { return Ok(None) }; };
    (@check optional $field:ident) => {};
    (@renamed) => { None };
    (@renamed $name:literal) => { Some($name) };
    (@read required $fields:ident, $kind:ty, $name:literal, $number:literal) => { $fields.required_field::<$kind>($name, $number) };
    (@read optional $fields:ident, $kind:ty, $name:literal, $number:literal) => { $fields.optional_field::<$kind>($name, $number) };
    (@write required $out:ident, $name:literal, $number:literal, $value:expr) => { $out.required_field($name, $number, &$value) };
    (@write optional $out:ident, $name:literal, $number:literal, $value:expr) => { $out.optional_field($name, $number, $value.as_ref()) };
}
pub(crate) use body_fields;
