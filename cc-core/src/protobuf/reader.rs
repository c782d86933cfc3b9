//! The fields of a message, taken one after another.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::raw::{RAW_MEMBER, Raw, unknown_records};
use super::schema::lacks_presence;
use super::value::{Taken, WireValue, mismatch};
use super::wire::{
    Field, JSON, LENGTH, NULL_FIELDS, Record, Records, Slot, Slots, TIME_DIGITS, VARINT, number_of,
    put_bytes, slot_of,
};
use super::writer::EMPTY;
use crate::event::codec::{
    Cursor, EventTime, FieldSource, FieldValue, Keep, Leftovers, Mismatch, SyntaxError, fraction_digits,
    minified, write_canonical,
};
use crate::event::reading::custom_value_number;
use crate::{EventDecodeError, Timestamp, UnknownFields, ValueKind};

/// Takes the fields of one message, one after another.
pub(crate) struct MessageReader<'a, 's> {
    message: &'a [u8],
    /// The message's number in the envelope; a part of one has none.
    number: Option<u32>,
    /// Where the message begins in what the caller gave.
    base: u64,
    slots: &'s mut Slots,
    /// The slots that are set, one bit each.
    seen: u64,
    /// Those of fields that come more than once.
    repeated: u64,
    /// Those of fields that were taken.
    taken: u64,
    /// Those of fields that are said to be null.
    nulls: u64,
    /// Whether something in the message has no slot.
    has_others: bool,
    members: Vec<Member<'a>>,
    place: u8,
    pub(crate) leftovers: Leftovers,
    /// The JSON of the fields taken, where it is asked for.
    collected: Option<UnknownFields>,
}

/// A member of the JSON object that rides along.
struct Member<'a> {
    name: &'a str,
    json: &'a str,
    /// Where its JSON begins in the message.
    start: usize,
    is_taken: bool,
}

impl<'a, 's> MessageReader<'a, 's> {
    /// Reads a whole message and notes where its fields stand.
    pub(crate) fn new(message: &'a [u8], base: u64, slots: &'s mut Slots) -> Result<Self, EventDecodeError> {
        let mut reader = Self {
            message,
            number: None,
            base,
            slots,
            seen: 0,
            repeated: 0,
            taken: 0,
            nulls: 0,
            has_others: false,
            members: Vec::new(),
            place: 0,
            leftovers: Leftovers::default(),
            collected: None,
        };
        let mut has_members = false;
        let mut records = Records::new(message);
        while let Some(record) = records.next().map_err(|error| error.at_base(base))? {
            if let Some(slot) = slot_of(record.number) {
                let bit = 1 << slot;
                reader.repeated |= reader.seen & bit;
                reader.seen |= bit;
                let Record { wire, start, end, value, .. } = record;
                reader.slots[slot] = Slot { start, end, value, wire };
            } else {
                match record.number {
                    NULL_FIELDS => reader.note_nulls(&record)?,
                    JSON => has_members = true,
                    _ => reader.has_others = true,
                }
            }
        }
        if has_members {
            reader.note_members()?;
        }
        Ok(reader)
    }

    /// The message has this number in the envelope.
    #[inline]
    pub(crate) fn set_number(&mut self, number: u32) {
        self.number = Some(number);
    }

    fn note_nulls(&mut self, record: &Record) -> Result<(), EventDecodeError> {
        each_null(self.message, record, |number| match slot_of(number) {
            Some(slot) => self.nulls |= 1 << slot,
            None => self.has_others = true,
        })
        .map_err(|expected| EventDecodeError::Syntax { expected, offset: self.base + record.start as u64 })
    }

    /// Reads the JSON members. Of two of one name the last counts.
    #[cold]
    fn note_members(&mut self) -> Result<(), EventDecodeError> {
        let mut records = Records::new(self.message);
        while let Ok(Some(record)) = records.next() {
            if record.number != JSON {
                continue;
            }
            let fail = |expected, at| EventDecodeError::Syntax { expected, offset: self.base + at as u64 };
            if record.wire != LENGTH {
                return Err(fail("a member of JSON", record.at));
            }
            let member = Member::read(self.message, &record).map_err(|(expected, at)| fail(expected, at))?;
            self.members.push(member);
        }
        let mut last = BTreeMap::new();
        for (i, member) in self.members.iter().enumerate() {
            last.insert(member.name, i);
        }
        if last.len() < self.members.len() {
            let mut i = 0;
            self.members.retain(|member| {
                i += 1;
                last.get(member.name) == Some(&(i - 1))
            });
        }
        Ok(())
    }

    /// The fields read from here on belong to another table.
    pub(crate) fn next_table(&mut self) -> Leftovers {
        self.place = 0;
        core::mem::take(&mut self.leftovers)
    }

    /// From here on the JSON of every field taken is noted too.
    pub(crate) fn collect(&mut self) {
        self.next_table();
        self.collected = Some(UnknownFields::default());
    }

    fn is_seen(&self, number: u32) -> bool {
        slot_of(number).is_some_and(|slot| self.seen >> slot & 1 == 1)
    }

    /// The field in a slot that is set.
    #[inline]
    fn field(&self, slot: usize) -> Field<'a> {
        Field {
            message: self.message,
            number: number_of(slot),
            slot: self.slots[slot],
            is_repeated: self.repeated >> slot & 1 == 1,
        }
    }

    #[cold]
    fn failed(&self, name: &str, slot: usize, mismatch: &Mismatch) -> EventDecodeError {
        EventDecodeError::Field {
            field: [name, &mismatch.path].concat().into(),
            expected: mismatch.expected,
            offset: self.base + (self.slots[slot].start + mismatch.offset) as u64,
        }
    }

    /// The name of the event's type. An empty one is none, unless JSON says that it is there.
    pub(crate) fn type_name(&mut self, number: u32) -> Result<Option<&'a str>, EventDecodeError> {
        let Some(slot) = slot_of(number) else { return Ok(None) };
        self.taken |= 1 << slot;
        if self.seen >> slot & 1 == 1 {
            let name = self.field(slot).text().map_err(|mismatch| self.failed("type", slot, &mismatch))?;
            if !name.is_empty() {
                return Ok(Some(name));
            }
        }
        let is_said = self.members.iter().any(|member| member.name == "type" && member.json == EMPTY);
        Ok(is_said.then_some(""))
    }

    /// A text that is mostly the one of the message before: `shared` holds that one, and is not read again.
    #[inline]
    pub(crate) fn shared_text<T: FieldValue + WireValue + Clone>(
        &mut self,
        name: &'static str,
        number: u32,
        shared: &mut Option<T>,
        text_of: impl Fn(&T) -> &str,
    ) -> Result<Option<T>, EventDecodeError> {
        if let (Some(slot), Some(shared)) = (slot_of(number), &*shared)
            && self.seen >> slot & 1 == 1
            && self.members.is_empty()
            && self.collected.is_none()
            && self.field(slot).bytes("a text").is_ok_and(|bytes| bytes == text_of(shared).as_bytes())
        {
            self.taken |= 1 << slot;
            self.place += 1;
            return Ok(Some(shared.clone()));
        }
        let value: Option<T> = self.optional_field(name, number)?;
        if value.is_some() {
            shared.clone_from(&value);
        }
        Ok(value)
    }

    /// The event's time, with the digits it was written with.
    #[inline]
    pub(crate) fn time(&mut self, number: u32) -> Result<Option<EventTime>, EventDecodeError> {
        let member = self.member("time");
        let place = self.place;
        let at: Option<Timestamp> = if member.is_some() {
            // The member is read below, with its digits.
            self.take_field("time", number, false, None)?
        } else {
            self.optional_field("time", number)?
        };
        let digits = self.time_digits()?;
        let Some(at) = at else { return Ok(None) };
        if let Some(i) = member {
            let (json, start) = (self.members[i].json, self.members[i].start);
            let (time, keep) = EventTime::read(json).map_err(|mismatch| EventDecodeError::Field {
                field: "time".into(),
                expected: mismatch.expected,
                offset: self.base + (start + mismatch.offset) as u64,
            })?;
            if let Some(time) = time.filter(|time| time.at.looks_like(&at)) {
                if keep != Keep::Nothing {
                    self.leftovers.kept.push((place, minified(json)));
                }
                return Ok(Some(time));
            }
        }
        Ok(Some(EventTime { at, digits: digits.filter(|digits| usize::from(*digits) > fraction_digits(at)) }))
    }

    fn time_digits(&mut self) -> Result<Option<u8>, EventDecodeError> {
        const KIND: &str = "a number of digits from 0 to 9";
        let Some(slot) = slot_of(TIME_DIGITS) else { return Ok(None) };
        self.taken |= 1 << slot;
        if self.seen >> slot & 1 == 0 {
            return Ok(None);
        }
        let digits = self.field(slot).varint(KIND).and_then(|digits| match u8::try_from(digits) {
            Ok(digits @ 0..=9) => Ok(Some(digits)),
            _ => mismatch(KIND, 0),
        });
        digits.map_err(|mismatch| self.failed("time", slot, &mismatch))
    }

    /// The member of a name, which is taken with it.
    #[inline]
    fn member(&mut self, name: &str) -> Option<usize> {
        if self.members.is_empty() {
            return None;
        }
        let i = self.members.iter().position(|member| member.name == name)?;
        self.members[i].is_taken = true;
        Some(i)
    }

    #[inline]
    fn take_field<T: FieldValue + WireValue>(
        &mut self,
        name: &'static str,
        number: u32,
        is_implicit: bool,
        member: Option<usize>,
    ) -> Result<Option<T>, EventDecodeError> {
        let place = self.place;
        self.place += 1;
        let Some(slot) = slot_of(number) else { return Ok(None) };
        let bit = 1 << slot;
        self.taken |= bit;
        let mut is_null = false;
        let (mut value, mut kept) = if self.seen & bit != 0 {
            T::take(&self.field(slot)).map_err(|mismatch| self.failed(name, slot, &mismatch))?
        } else if self.nulls & bit != 0 {
            is_null = true;
            (None, None)
        } else {
            (if is_implicit { T::absent() } else { None }, None)
        };
        if let Some(i) = member {
            if self.members[i].json == "null" {
                is_null = self.seen & bit == 0;
                value = if is_null { None } else { value };
            } else if let Some(said) = self.said_by(i, (name, number), value.as_ref(), kept.as_deref())? {
                (value, kept) = said;
                is_null = false;
            }
        }
        if is_null {
            self.leftovers.nulls |= 1 << place;
        }
        if let Some(collected) = &mut self.collected {
            let json = match (&kept, &value) {
                (Some(json), _) => Some(json.clone()),
                (None, Some(value)) => {
                    let mut json = String::new();
                    value.write(&mut json);
                    Some(json.into())
                }
                (None, None) => is_null.then(|| "null".into()),
            };
            if let Some(json) = json {
                collected.push(name.into(), json);
            }
        }
        if let Some(json) = kept {
            self.leftovers.kept.push((place, json));
        }
        Ok(value)
    }

    /// What a member of JSON says of a field. The field itself says it less exactly; where it says something else, it
    /// was changed since, and the member says nothing.
    #[cold]
    fn said_by<T: WireValue>(
        &self,
        i: usize,
        (name, number): (&str, u32),
        value: Option<&T>,
        kept: Option<&str>,
    ) -> Result<Option<Taken<T>>, EventDecodeError> {
        let Member { json, start, .. } = self.members[i];
        let (said, keep) = T::read(json).map_err(|mismatch| EventDecodeError::Field {
            field: [name, &mismatch.path].concat().into(),
            expected: mismatch.expected,
            offset: self.base + (start + mismatch.offset) as u64,
        })?;
        let agrees = match (value, &said) {
            (Some(value), Some(said)) => said.looks_like(value),
            (None, None) => kept.is_none_or(|kept| canonical(kept) == canonical(json)),
            // Another writer left the zero out.
            (None, Some(said)) => {
                said.is_zero()
                    && kept.is_none()
                    && slot_of(number).is_some_and(|slot| self.nulls >> slot & 1 == 0)
                    && self.number.is_some_and(|message| lacks_presence(message, number))
            }
            (Some(_), None) => false,
        };
        Ok(agrees.then(|| (said, (keep != Keep::Nothing).then(|| minified(json)))))
    }

    /// Everything that was not taken: the JSON of unknown members, then the fields of protobuf that have no name.
    ///
    /// `known` are the names that no unknown member may have.
    pub(crate) fn rest(&mut self, mut raw: Raw, known: &[&str]) -> UnknownFields {
        let mut unknown = self.collected.take().unwrap_or_default();
        let others = self.seen & !self.taken;
        if others != 0 || self.has_others || self.nulls & !self.taken != 0 {
            raw.fields = self.unknown_beside(self.taken);
        }
        let has_raw = !raw.is_empty();
        for member in self.members.iter().filter(|member| !member.is_taken) {
            if !(known.contains(&member.name) || has_raw && member.name == RAW_MEMBER) {
                unknown.push(member.name.into(), minified(member.json));
            }
        }
        if has_raw {
            unknown.push(RAW_MEMBER.into(), raw.to_json());
        }
        unknown
    }

    /// The records that are not in the `known` slots, nor JSON.
    #[cold]
    pub(crate) fn unknown_beside(&self, known: u64) -> Vec<u8> {
        let is_known = |number| slot_of(number).is_some_and(|slot| known >> slot & 1 == 1);
        let mut unknown = unknown_records(self.message, |record| {
            matches!(record.number, NULL_FIELDS | JSON) || is_known(record.number)
        });
        // Fields that are null and that this version does not know.
        let mut nulls = Vec::new();
        let mut records = Records::new(self.message);
        while let Ok(Some(record)) = records.next() {
            if record.number == NULL_FIELDS {
                // They were read before.
                let _ = each_null(self.message, &record, |number| {
                    if !is_known(number) {
                        prost::encoding::encode_varint(number.into(), &mut nulls);
                    }
                });
            }
        }
        if !nulls.is_empty() {
            put_bytes(NULL_FIELDS, &nulls, &mut unknown);
        }
        unknown
    }
}

/// Calls `each` with every number of a list of fields that are null, packed or not.
fn each_null(message: &[u8], record: &Record, mut each: impl FnMut(u32)) -> Result<(), &'static str> {
    const EXPECTED: &str = "numbers of fields";
    if record.wire == VARINT {
        each(u32::try_from(record.value).map_err(|_| EXPECTED)?);
        return Ok(());
    }
    if record.wire != LENGTH {
        return Err(EXPECTED);
    }
    let mut rest = message.get(record.start..record.end).unwrap_or_default();
    while !rest.is_empty() {
        let number = prost::encoding::decode_varint(&mut rest).map_err(|_| EXPECTED)?;
        each(u32::try_from(number).map_err(|_| EXPECTED)?);
    }
    Ok(())
}

fn canonical(json: &str) -> String {
    let mut out = String::new();
    write_canonical(json, &mut out);
    out
}

impl<'a> Member<'a> {
    fn read(message: &'a [u8], record: &Record) -> Result<Self, (&'static str, usize)> {
        let inner = &message[record.start..record.end];
        let (mut name, mut json, mut start) = ("", "", record.start);
        let mut records = Records::new(inner);
        while let Some(field) = records.next().map_err(|error| (error.expected, record.start + error.at))? {
            let text = || match core::str::from_utf8(&inner[field.start..field.end]) {
                Ok(text) if field.wire == LENGTH => Ok(text),
                _ => Err(("a text of UTF-8", record.start + field.start)),
            };
            match field.number {
                1 => name = text()?,
                2 => (json, start) = (text()?, record.start + field.start),
                _ => {}
            }
        }
        let mut cursor = Cursor::new(json.as_bytes(), 0);
        match cursor.value(1) {
            Ok(()) if cursor.at == json.len() => Ok(Self { name, json, start, is_taken: false }),
            Ok(()) => Err(("nothing after the value", start + cursor.at)),
            Err(error) => {
                let (SyntaxError::Depth(at) | SyntaxError::Expected(_, at)) = error;
                Err(("JSON, at most 128 levels deep", start + at))
            }
        }
    }
}

impl FieldSource for MessageReader<'_, '_> {
    #[inline]
    fn optional_field<T: FieldValue + WireValue>(
        &mut self,
        name: &'static str,
        number: u32,
    ) -> Result<Option<T>, EventDecodeError> {
        let member = self.member(name);
        self.take_field(name, number, false, member)
    }

    #[inline]
    fn required_field<T: FieldValue + WireValue>(
        &mut self,
        name: &'static str,
        number: u32,
    ) -> Result<Option<T>, EventDecodeError> {
        let member = self.member(name);
        self.take_field(name, number, true, member)
    }

    fn has_field(&self, name: &str, number: u32) -> bool {
        self.is_seen(number) || self.members.iter().any(|member| member.name == name && member.json != "null")
    }

    fn value_kind(&self) -> Option<ValueKind> {
        [ValueKind::Number, ValueKind::Bool, ValueKind::Text, ValueKind::Date, ValueKind::Instant]
            .into_iter()
            .find(|kind| self.is_seen(custom_value_number(*kind)))
    }
}
