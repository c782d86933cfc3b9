//! The JSON of a recommendation: what a phone and a platform show each other to make one of two.

use alloc::borrow::Cow;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;
use core::str::FromStr;

use super::{
    Argument, Arguments, Recommendation, RecommendationDecodeError, RecommendationId,
    RecommendationMergeError, WordParseError, instant, write_arguments,
};
use crate::event::codec::{Cursor, SyntaxError, after_mark, read_instant, unescape};
use crate::json::ObjectWriter;
use crate::{MeasureUnit, Timestamp};

const TEXT: &str = "a text that is not empty";
const ID: &str = "32 hexadecimal digits";
const INSTANT: &str = "an instant of RFC 3339 from 1678 to 2261";
const ONCE: &str = "every name once";
const ARGUMENT: &str = "true, false, a number, a text, or an object of unit and value";

/// The members that mean something.
const MEMBERS: [&str; 11] =
    ["action", "aliases", "args", "due", "group", "id", "message", "rule", "since", "urgency", "vehicle"];

impl Recommendation {
    /// How many bytes a recommendation's JSON may have: room for more than a thousand aliases.
    pub const LARGEST_JSON: usize = 1 << 16;

    /// The recommendation as canonical JSON (RFC 8785), one line without a line end. It holds what the car said.
    pub fn to_canonical_json(&self) -> String {
        let mut out = String::with_capacity(384);
        let mut object = ObjectWriter::new(&mut out);
        object.string("action", self.action.as_str());
        let aliases = object.key("aliases");
        for (i, alias) in self.aliases.iter().enumerate() {
            aliases.push_str(if i > 0 { ",\"" } else { "[\"" });
            // Writing to a String cannot fail.
            let _ = write!(aliases, "{alias}\"");
        }
        aliases.push_str(if self.aliases.is_empty() { "[]" } else { "]" });
        write_arguments(&self.args, object.key("args"));
        object.optional_string("due", self.due.map(instant).as_deref());
        object.string("group", &self.group);
        object.string("id", &alloc::format!("{}", self.id));
        object.string("message", &self.message);
        object.string("rule", &self.rule);
        object.string("since", &instant(self.since));
        object.string("urgency", self.urgency.as_str());
        object.string("vehicle", &alloc::format!("{}", self.vehicle));
        object.end();
        out
    }

    /// Reads a recommendation of any source: canonical JSON, or any JSON with these members in any order.
    ///
    /// `aliases`, `args` and `due` may be absent or null. Members that mean nothing here are passed over, such as the words
    /// that a platform has beside them. An id is no alias of itself. Numbers become the nearest double.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::{Recommendation, Urgency};
    ///
    /// let json = r#"{"id":"00112233445566778899aabbccddeeff","vehicle":"local/7","group":"cooling","rule":"overheat",
    ///     "since":"2026-05-01T10:00:00Z","urgency":"critical","action":"stop_safely","message":"overheat","title":"…"}"#;
    /// let open = Recommendation::from_json(json)?;
    /// assert_eq!((open.urgency, &*open.group), (Urgency::Critical, "cooling"));
    /// assert_eq!(Recommendation::from_json(open.to_canonical_json())?, open);
    ///
    /// let error = Recommendation::from_json(json.replace("critical", "dire")).unwrap_err();
    /// assert_eq!(error.to_string(), "urgency: expected info, low, medium, high or critical at byte 143");
    /// # Ok::<(), cc_core::RecommendationDecodeError>(())
    /// ```
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, RecommendationDecodeError> {
        let members = Members::read(json.as_ref())?;
        let id = members.required("id", Place::id)?;
        let mut aliases = members.optional("aliases", Place::ids)?.unwrap_or_default();
        aliases.remove(&id);
        Ok(Self {
            id,
            aliases,
            vehicle: members.required("vehicle", |place| place.parsed("a vehicle such as local/0"))?,
            rule: members.required("rule", Place::name)?.into(),
            group: members.required("group", Place::name)?.into(),
            since: members.required("since", Place::instant)?,
            urgency: members.required("urgency", Place::word)?,
            action: members.required("action", Place::word)?,
            due: members.optional("due", Place::instant)?,
            message: members.required("message", Place::name)?.into(),
            args: members.optional("args", Place::arguments)?.unwrap_or_default(),
        })
    }

    /// Joins two recommendations, both given as JSON; see [`Self::from_json`] and [`Self::merge`].
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::Recommendation;
    ///
    /// let phone = r#"{"id":"00000000000000000000000000000001","vehicle":"local/7","group":"cooling","rule":"warm",
    ///     "since":"2026-05-01T10:00:00Z","urgency":"medium","action":"book","message":"warm"}"#;
    /// let platform = r#"{"id":"00000000000000000000000000000002","vehicle":"local/7","group":"cooling","rule":"overheat",
    ///     "since":"2026-05-01T10:00:20Z","urgency":"critical","action":"stop_safely","message":"overheat"}"#;
    /// let one = Recommendation::merge_json(phone, platform)?;
    /// assert_eq!((one.id.0[15], &*one.rule, one.aliases.len()), (1, "overheat", 1));
    ///
    /// let error = Recommendation::merge_json(phone, platform.replace("local/7", "local/8")).unwrap_err();
    /// assert_eq!(error.to_string(), "expected two recommendations of one vehicle");
    /// # Ok::<(), cc_core::RecommendationMergeError>(())
    /// ```
    pub fn merge_json(
        first: impl AsRef<[u8]>,
        second: impl AsRef<[u8]>,
    ) -> Result<Self, RecommendationMergeError> {
        let first = Self::from_json(first).map_err(RecommendationMergeError::First)?;
        let second = Self::from_json(second).map_err(RecommendationMergeError::Second)?;
        let merged = first.merge(second).map_err(|apart| {
            let of_one_vehicle = apart.0.vehicle == apart.1.vehicle;
            if of_one_vehicle { RecommendationMergeError::Group } else { RecommendationMergeError::Vehicle }
        })?;
        // What is given out can be given in again.
        match merged.to_canonical_json().len() {
            found if found > Self::LARGEST_JSON => Err(RecommendationMergeError::Size { found }),
            _ => Ok(merged),
        }
    }
}

/// A value of a member, and where it stands in the whole text.
#[derive(Clone, Copy)]
struct Place<'a> {
    field: &'static str,
    json: &'a str,
    at: usize,
}

/// The members that mean something, of a text that is JSON.
struct Members<'a> {
    start: usize,
    values: BTreeMap<&'static str, Place<'a>>,
}

impl<'a> Members<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, RecommendationDecodeError> {
        if bytes.len() > Recommendation::LARGEST_JSON {
            return Err(RecommendationDecodeError::Size { found: bytes.len() });
        }
        let text = core::str::from_utf8(bytes)
            .map_err(|error| RecommendationDecodeError::Encoding { offset: error.valid_up_to() as u64 })?;
        let mut cursor = Cursor::new(bytes, after_mark(bytes));
        cursor.space();
        let start = cursor.at;
        let mut spans = Vec::with_capacity(MEMBERS.len());
        cursor.members(&mut spans).map_err(|error| match error {
            SyntaxError::Depth(at) => RecommendationDecodeError::Depth { offset: at as u64 },
            SyntaxError::Expected(expected, at) => {
                RecommendationDecodeError::Syntax { expected, offset: at as u64 }
            }
        })?;
        cursor.space();
        if cursor.at < bytes.len() {
            let offset = cursor.at as u64;
            return Err(RecommendationDecodeError::Syntax { expected: "nothing more", offset });
        }
        let mut values = BTreeMap::new();
        for span in spans {
            let key = unescape(&text[span.key.0..span.key.1]);
            let Some(field) = MEMBERS.into_iter().find(|name| key.as_deref() == Some(name)) else { continue };
            let place = Place { field, json: &text[span.value.0..span.value.1], at: span.value.0 };
            if values.insert(field, place).is_some() {
                return place.expected(ONCE);
            }
        }
        Ok(Self { start, values })
    }

    fn optional<T>(
        &self,
        field: &'static str,
        read: impl FnOnce(Place<'a>) -> Result<T, RecommendationDecodeError>,
    ) -> Result<Option<T>, RecommendationDecodeError> {
        self.values.get(field).filter(|place| place.json != "null").map(|place| read(*place)).transpose()
    }

    fn required<T>(
        &self,
        field: &'static str,
        read: impl FnOnce(Place<'a>) -> Result<T, RecommendationDecodeError>,
    ) -> Result<T, RecommendationDecodeError> {
        let missing = RecommendationDecodeError::Missing { field, offset: self.start as u64 };
        self.optional(field, read)?.ok_or(missing)
    }
}

impl<'a> Place<'a> {
    fn expected<T>(self, expected: &'static str) -> Result<T, RecommendationDecodeError> {
        Err(RecommendationDecodeError::Field { field: self.field, expected, offset: self.at as u64 })
    }

    /// What stands from one byte of it to another.
    fn part(self, (from, to): (usize, usize)) -> Self {
        Self { json: &self.json[from..to], at: self.at + from, ..self }
    }

    /// Its text, if it is one.
    fn text(self) -> Option<Cow<'a, str>> {
        unescape(self.json.strip_prefix('"')?.strip_suffix('"')?)
    }

    fn name(self) -> Result<Cow<'a, str>, RecommendationDecodeError> {
        self.text().filter(|text| !text.is_empty()).map_or_else(|| self.expected(TEXT), Ok)
    }

    fn parsed<T: FromStr>(self, expected: &'static str) -> Result<T, RecommendationDecodeError> {
        self.text().and_then(|text| text.parse().ok()).map_or_else(|| self.expected(expected), Ok)
    }

    fn word<T: FromStr<Err = WordParseError>>(self) -> Result<T, RecommendationDecodeError> {
        // What is no text is no word either, and the word's error says which there are.
        let text = self.text().unwrap_or_default();
        text.parse().or_else(|error: WordParseError| self.expected(error.expected))
    }

    fn instant(self) -> Result<Timestamp, RecommendationDecodeError> {
        let at = self.text().and_then(|text| read_instant(&text));
        // In nanoseconds, as the engine counts: a leap second is the start of the day after.
        let nanos = at.and_then(|read| read.at.timestamp_nanos_opt());
        nanos.map_or_else(|| self.expected(INSTANT), |nanos| Ok(Timestamp::from_timestamp_nanos(nanos)))
    }

    fn id(self) -> Result<RecommendationId, RecommendationDecodeError> {
        let digits = self.text().filter(|text| text.len() == 32);
        let mut id = [0; 16];
        let digits = digits.as_deref().unwrap_or_default();
        let mut read = digits.chars().map_while(|digit| digit.to_digit(16));
        for byte in &mut id {
            match (read.next(), read.next()) {
                // Two digits of hexadecimal are a byte.
                (Some(high), Some(low)) => *byte = (high << 4 | low) as u8,
                _ => return self.expected(ID),
            }
        }
        Ok(RecommendationId(id))
    }

    fn ids(self) -> Result<BTreeSet<RecommendationId>, RecommendationDecodeError> {
        let mut items = Vec::new();
        // The text was checked as a whole, so only something else than an array is refused.
        if Cursor::new(self.json.as_bytes(), 0).items(&mut items).is_err() {
            return self.expected("an array of ids");
        }
        items.into_iter().map(|item| self.part(item).id()).collect()
    }

    fn arguments(self) -> Result<Arguments, RecommendationDecodeError> {
        let mut args = Arguments::new();
        for (name, value) in self.members("an object of arguments")? {
            if args.insert(name.into(), value.argument()?).is_some() {
                return value.expected(ONCE);
            }
        }
        Ok(args)
    }

    fn argument(self) -> Result<Argument, RecommendationDecodeError> {
        match self.json.as_bytes().first() {
            Some(b't' | b'f') => Ok(Argument::Bool(self.json == "true")),
            Some(b'"') => match self.text() {
                Some(text) => Ok(Argument::Text(text.into())),
                None => self.expected(ARGUMENT),
            },
            Some(b'{') => {
                let mut members = self.members(ARGUMENT)?;
                members.sort_by(|(a, _), (b, _)| a.cmp(b));
                let [(unit_name, unit), (value_name, value)] = &members[..] else {
                    return self.expected(ARGUMENT);
                };
                if (&**unit_name, &**value_name) != ("unit", "value") {
                    return self.expected(ARGUMENT);
                }
                let unit = unit.parsed("the symbol of a unit")?;
                Ok(Argument::Number { value: value.number()?, unit })
            }
            Some(b'-' | b'0'..=b'9') => {
                Ok(Argument::Number { value: self.number()?, unit: MeasureUnit::One })
            }
            _ => self.expected(ARGUMENT),
        }
    }

    fn number(self) -> Result<f64, RecommendationDecodeError> {
        let is_number = self.json.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        let number = self.json.parse().ok().filter(|value: &f64| is_number && value.is_finite());
        // Zero has no sign in canonical JSON.
        number.map_or_else(|| self.expected("a number of 64 bits"), |value| Ok(value + 0.0))
    }

    fn members(self, expected: &'static str) -> Result<Vec<(Cow<'a, str>, Self)>, RecommendationDecodeError> {
        let mut spans = Vec::new();
        // As with arrays: the text was checked.
        if Cursor::new(self.json.as_bytes(), 0).members(&mut spans).is_err() {
            return self.expected(expected);
        }
        let member = |span: crate::event::codec::Span| {
            let value = self.part(span.value);
            match unescape(&self.json[span.key.0..span.key.1]) {
                Some(name) => Ok((name, value)),
                None => value.expected("a name that is text"),
            }
        };
        spans.into_iter().map(member).collect()
    }
}

#[cfg(test)]
mod tests;
