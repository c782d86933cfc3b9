//! The statements of a DBC file, read one by one; each fault leaves out its own statement only.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::cursor::{Cursor, Read, is_statement};
use super::error::{DbcError, DbcFaultKind as Kind, Faults};

/// The most bytes, messages and signals read: several times those of the largest files known.
pub(super) const MOST_BYTES: usize = 64 << 20;
const MOST_MESSAGES: usize = 1 << 16;
const MOST_SIGNALS: usize = 1 << 18;
const MOST_SIGNALS_EACH: usize = 4096;
/// The bytes of the longest J1939 transport message.
pub(super) const LONGEST: u32 = 1785;
/// The id of signals that stand in no message.
const INDEPENDENT: u32 = 0xC000_0000;

/// A file as it stands, before it is compiled.
#[derive(Default)]
pub(super) struct Source<'a> {
    pub(super) messages: Vec<MessageSource<'a>>,
    by_id: BTreeMap<u32, usize>,
    /// Message and signal by id and name.
    by_name: BTreeMap<(u32, &'a str), (usize, usize)>,
    tables: BTreeMap<&'a str, Vec<(i64, Cow<'a, str>)>>,
    /// The words of enumerated attributes.
    enums: BTreeMap<Cow<'a, str>, Vec<Cow<'a, str>>>,
    frame_format: Option<Attribute<'a>>,
    protocol: Option<Attribute<'a>>,
    signals: usize,
    pub(super) faults: Faults,
}

pub(super) struct MessageSource<'a> {
    pub(super) id: u32,
    pub(super) name: Cow<'a, str>,
    pub(super) length: u32,
    pub(super) signals: Vec<SignalSource<'a>>,
    pub(super) comment: Option<Cow<'a, str>>,
    frame_format: Option<Attribute<'a>>,
}

pub(super) struct SignalSource<'a> {
    pub(super) line: u32,
    pub(super) name: Cow<'a, str>,
    /// The name by which other statements call it.
    pub(super) short_name: &'a str,
    pub(super) marker: Marker,
    pub(super) start: u32,
    pub(super) bits: u32,
    pub(super) big_endian: bool,
    pub(super) signed: bool,
    pub(super) float: Option<Float>,
    pub(super) factor: f64,
    pub(super) offset: f64,
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) unit: Cow<'a, str>,
    pub(super) comment: Option<Cow<'a, str>>,
    pub(super) spn: Option<u32>,
    pub(super) table: Vec<(i64, Cow<'a, str>)>,
    /// The selector and its ranges, by `SG_MUL_VAL_`.
    pub(super) selection: Option<(&'a str, Vec<(u64, u64)>)>,
}

/// A floating-point number of IEEE 754.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Float {
    Single,
    Double,
}

/// `M`, `m5` or `m5M` behind the name.
#[derive(Clone, Copy, Default)]
pub(super) struct Marker {
    pub(super) is_selector: bool,
    pub(super) value: Option<u64>,
}

/// The value of an attribute: the words of an enumeration are called by number or by themselves.
#[derive(Clone)]
pub(super) enum Attribute<'a> {
    Number(f64),
    Text(Cow<'a, str>),
}

impl MessageSource<'_> {
    /// Whether it is there only to hold signals that no frame has.
    pub(super) fn is_independent(&self) -> bool {
        self.id == INDEPENDENT
    }
}

impl<'a> Source<'a> {
    pub(super) fn read(text: &'a str) -> Result<Self, DbcError> {
        let mut source = Self::default();
        let mut cursor = Cursor::new(text);
        // The message that signals belong to; none before the first, and behind a damaged one.
        let mut current = None;
        loop {
            cursor.skip_space();
            if cursor.is_at_end() {
                return Ok(source);
            }
            let start = cursor;
            if let Err(kind) = source.statement(&mut cursor, &mut current) {
                source.faults.add(cursor.line, kind);
                cursor = start;
                cursor.skip_to_statement();
            }
            let (what, most) = if source.messages.len() > MOST_MESSAGES {
                ("messages", MOST_MESSAGES)
            } else if source.signals > MOST_SIGNALS {
                ("signals", MOST_SIGNALS)
            } else {
                continue;
            };
            return Err(DbcError::TooMany { line: start.line, what, most });
        }
    }

    fn statement(&mut self, cursor: &mut Cursor<'a>, current: &mut Option<usize>) -> Read<()> {
        let start = *cursor;
        let word = cursor.word("a statement")?;
        match word {
            "BO_" => {
                *current = None;
                *current = Some(self.message(cursor)?);
                return Ok(());
            }
            "SG_" => return self.signal(cursor, *current),
            "NS_" => {
                cursor.expect(b':', "`:`")?;
                cursor.skip_symbols();
                return Ok(());
            }
            "VERSION" => return cursor.text("a text").map(drop),
            "BS_" => {
                // Bit timing, which is obsolete, may follow on the line.
                *cursor = start;
                cursor.skip_to_statement();
                return Ok(());
            }
            "CM_" => self.comment(cursor)?,
            "BA_DEF_" => self.attribute_definition(cursor)?,
            "BA_DEF_DEF_" => self.attribute_default(cursor)?,
            "BA_" => self.attribute(cursor)?,
            "VAL_" => self.value_table(cursor)?,
            "VAL_TABLE_" => {
                let name = cursor.word("the name of a table")?;
                let rows = rows(cursor)?;
                self.tables.insert(name, rows);
            }
            "SIG_VALTYPE_" => self.value_type(cursor)?,
            "SG_MUL_VAL_" => self.selection(cursor)?,
            _ if is_statement(word) => {
                *cursor = start;
                cursor.skip_to_statement();
                return Ok(());
            }
            _ => {
                *cursor = start;
                return Err(Kind::UnknownStatement);
            }
        }
        // What came before it counts all the same.
        let line = cursor.line;
        if !cursor.take(b';') {
            self.faults.add(line, Kind::Expected { what: "`;`" });
        }
        Ok(())
    }

    /// `BO_ 2364540158 EEC1: 8 Engine`
    fn message(&mut self, cursor: &mut Cursor<'a>) -> Read<usize> {
        let id: u32 = cursor.unsigned("the id of a message")?;
        let name = cursor.word("the name of a message")?;
        cursor.expect(b':', "`:`")?;
        let length: u32 = cursor.unsigned("the length of a message")?;
        let is_extended = id & 0x8000_0000 != 0;
        if id != INDEPENDENT {
            if id & 0x7FFF_FFFF > if is_extended { 0x1FFF_FFFF } else { 0x7FF } {
                return Err(Kind::IdTooWide);
            }
            if length > LONGEST {
                return Err(Kind::OutOfRange { field: "message length" });
            }
        }
        // The sender.
        cursor.skip_receivers();
        let place = self.messages.len();
        if self.by_id.contains_key(&id) {
            return Err(Kind::Duplicate { what: "message" });
        }
        self.by_id.insert(id, place);
        self.messages.push(MessageSource {
            id,
            name: name.into(),
            length,
            signals: Vec::new(),
            comment: None,
            frame_format: None,
        });
        Ok(place)
    }

    /// `SG_ EngineSpeed m1 : 24|16@1+ (0.125,0) [0|8031.875] "rpm" Vector__XXX`
    fn signal(&mut self, cursor: &mut Cursor<'a>, current: Option<usize>) -> Read<()> {
        let name = cursor.word("the name of a signal")?;
        let line = cursor.line;
        let marker = if cursor.next_is(b':') { Marker::default() } else { marker(cursor)? };
        cursor.expect(b':', "`:`")?;
        let start: u32 = cursor.unsigned("a start bit")?;
        cursor.expect(b'|', "`|`")?;
        let bits: u32 = cursor.unsigned("a bit length")?;
        cursor.expect(b'@', "`@`")?;
        let big_endian = match cursor.unsigned::<u8>("a byte order, 0 or 1")? {
            0 => true,
            1 => false,
            _ => return Err(Kind::Expected { what: "a byte order, 0 or 1" }),
        };
        let signed = !cursor.take(b'+');
        if signed {
            cursor.expect(b'-', "a sign, `+` or `-`")?;
        }
        cursor.expect(b'(', "`(`")?;
        let factor = cursor.real("a factor")?;
        cursor.expect(b',', "`,`")?;
        let offset = cursor.real("an offset")?;
        cursor.expect(b')', "`)`")?;
        cursor.expect(b'[', "`[`")?;
        let min = cursor.limit("a minimum")?;
        cursor.expect(b'|', "`|`")?;
        let max = cursor.limit("a maximum")?;
        cursor.expect(b']', "`]`")?;
        let unit = cursor.text("a unit in quotes")?;
        cursor.skip_receivers();
        // Signals of a message that could not be read have no home: that fault stands already.
        let Some(place) = current else { return Ok(()) };
        if !(1..=64).contains(&bits) {
            return Err(Kind::OutOfRange { field: "bit length" });
        }
        if start >= LONGEST * 8 {
            return Err(Kind::OutOfRange { field: "start bit" });
        }
        let message = &mut self.messages[place];
        if message.signals.len() >= MOST_SIGNALS_EACH {
            return Err(Kind::OutOfRange { field: "number of signals" });
        }
        let key = (message.id, name);
        if self.by_name.contains_key(&key) {
            return Err(Kind::Duplicate { what: "signal" });
        }
        self.by_name.insert(key, (place, message.signals.len()));
        self.signals += 1;
        message.signals.push(SignalSource {
            line,
            name: name.into(),
            short_name: name,
            marker,
            start,
            bits,
            big_endian,
            signed,
            float: None,
            factor,
            offset,
            min,
            max,
            unit,
            comment: None,
            spn: None,
            table: Vec::new(),
            selection: None,
        });
        Ok(())
    }

    fn find_message(&mut self, id: u32) -> Read<&mut MessageSource<'a>> {
        let place = *self.by_id.get(&id).ok_or(Kind::UnknownMessage)?;
        Ok(&mut self.messages[place])
    }

    fn find_signal(&mut self, id: u32, name: &'a str) -> Read<&mut SignalSource<'a>> {
        self.find_message(id)?;
        let (message, signal) = *self.by_name.get(&(id, name)).ok_or(Kind::UnknownSignal)?;
        Ok(&mut self.messages[message].signals[signal])
    }

    /// `CM_ SG_ 2364540158 EngineSpeed "…";` and its kin.
    fn comment(&mut self, cursor: &mut Cursor<'a>) -> Read<()> {
        if cursor.next_is(b'"') {
            return cursor.long_text("a text").map(drop);
        }
        match cursor.word("a text")? {
            "BO_" => {
                let id = cursor.unsigned("the id of a message")?;
                let text = cursor.long_text("a text")?;
                self.find_message(id)?.comment = Some(text);
            }
            "SG_" => {
                let id = cursor.unsigned("the id of a message")?;
                let name = cursor.word("the name of a signal")?;
                let text = cursor.long_text("a text")?;
                self.find_signal(id, name)?.comment = Some(text);
            }
            "BU_" | "EV_" => {
                cursor.word("a name")?;
                cursor.long_text("a text")?;
            }
            _ => return Err(Kind::Expected { what: "a text" }),
        }
        Ok(())
    }

    /// `BA_DEF_ BO_ "VFrameFormat" ENUM "StandardCAN","ExtendedCAN";`: only the words of enumerations matter.
    fn attribute_definition(&mut self, cursor: &mut Cursor<'a>) -> Read<()> {
        if !cursor.next_is(b'"') {
            cursor.word("a text")?;
        }
        let name = cursor.text("the name of an attribute")?;
        match cursor.word("a type")? {
            "ENUM" => {
                let mut words = Vec::new();
                loop {
                    words.push(cursor.text("a text")?);
                    if !cursor.take(b',') {
                        break;
                    }
                }
                self.enums.insert(name, words);
            }
            "STRING" => {}
            _ => {
                while cursor.number_follows() {
                    cursor.real("a number")?;
                }
            }
        }
        Ok(())
    }

    /// `BA_DEF_DEF_ "VFrameFormat" "J1939PG";`
    fn attribute_default(&mut self, cursor: &mut Cursor<'a>) -> Read<()> {
        let name = cursor.text("the name of an attribute")?;
        let value = value(cursor)?;
        match &*name {
            "VFrameFormat" => self.frame_format = Some(value),
            // A value that is given goes over the default, in whichever order they stand.
            "ProtocolType" if self.protocol.is_none() => self.protocol = Some(value),
            _ => {}
        }
        Ok(())
    }

    /// `BA_ "SPN" SG_ 2364540158 EngineSpeed 190;` and its kin.
    fn attribute(&mut self, cursor: &mut Cursor<'a>) -> Read<()> {
        let name = cursor.text("the name of an attribute")?;
        if !cursor.name_follows() {
            let value = value(cursor)?;
            if name == "ProtocolType" {
                self.protocol = Some(value);
            }
            return Ok(());
        }
        match cursor.word("a value")? {
            "BO_" => {
                let id = cursor.unsigned("the id of a message")?;
                let value = value(cursor)?;
                let message = self.find_message(id)?;
                match (&*name, value) {
                    ("VFrameFormat", value) => message.frame_format = Some(value),
                    ("SystemMessageLongSymbol", Attribute::Text(text)) if is_name(&text) => {
                        message.name = text;
                    }
                    _ => {}
                }
            }
            "SG_" => {
                let id = cursor.unsigned("the id of a message")?;
                let signal = cursor.word("the name of a signal")?;
                let value = value(cursor)?;
                let signal = self.find_signal(id, signal)?;
                match (&*name, value) {
                    ("SPN", Attribute::Number(spn)) if spn > 0.0 && spn <= f64::from(0x7_FFFF) => {
                        signal.spn = Some(spn as u32);
                    }
                    ("SystemSignalLongSymbol", Attribute::Text(text)) if is_name(&text) => {
                        signal.name = text;
                    }
                    _ => {}
                }
            }
            _ => {
                cursor.word("a name")?;
                value(cursor)?;
            }
        }
        Ok(())
    }

    /// `VAL_ 2364540158 EngineState 0 "off" 1 "on";`, or with the name of a `VAL_TABLE_`.
    fn value_table(&mut self, cursor: &mut Cursor<'a>) -> Read<()> {
        if cursor.name_follows() {
            // Words for an environment variable, which no frame carries.
            cursor.word("a name")?;
            return rows(cursor).map(drop);
        }
        let id = cursor.unsigned("the id of a message")?;
        let name = cursor.word("the name of a signal")?;
        let rows = if cursor.name_follows() {
            let table = cursor.word("the name of a table")?;
            self.tables.get(table).cloned().ok_or(Kind::Expected { what: "the name of a table" })?
        } else {
            rows(cursor)?
        };
        self.find_signal(id, name)?.table = rows;
        Ok(())
    }

    /// `SIG_VALTYPE_ 2364540158 Ratio : 1;`
    fn value_type(&mut self, cursor: &mut Cursor<'a>) -> Read<()> {
        let id = cursor.unsigned("the id of a message")?;
        let name = cursor.word("the name of a signal")?;
        let _ = cursor.take(b':');
        let float = match cursor.unsigned::<u8>("a type from 0 to 2")? {
            0 => None,
            1 => Some(Float::Single),
            2 => Some(Float::Double),
            _ => return Err(Kind::Expected { what: "a type from 0 to 2" }),
        };
        self.find_signal(id, name)?.float = float;
        Ok(())
    }

    /// `SG_MUL_VAL_ 2364540158 Cell Page 3-3, 8-10;`
    fn selection(&mut self, cursor: &mut Cursor<'a>) -> Read<()> {
        let id = cursor.unsigned("the id of a message")?;
        let name = cursor.word("the name of a signal")?;
        let selector = cursor.word("the name of a selector")?;
        let mut ranges = Vec::new();
        while cursor.number_follows() {
            let low: u64 = cursor.unsigned("a range")?;
            cursor.expect(b'-', "`-`")?;
            let high: u64 = cursor.unsigned("a range")?;
            if low <= high {
                ranges.push((low, high));
            }
            let _ = cursor.take(b',');
        }
        self.find_signal(id, selector)?;
        self.find_signal(id, name)?.selection = Some((selector, ranges));
        Ok(())
    }

    /// Whether the messages with 29-bit ids are parameter groups of SAE J1939, by the attributes.
    pub(super) fn is_j1939(&self, message: &MessageSource<'_>) -> bool {
        if message.id & 0x8000_0000 == 0 {
            return false;
        }
        if let Some(format) = message.frame_format.as_ref().or(self.frame_format.as_ref()) {
            return self.word("VFrameFormat", format) == Some("J1939PG");
        }
        let protocol = self.protocol.as_ref().and_then(|value| self.word("ProtocolType", value));
        protocol.is_some_and(|word| word.eq_ignore_ascii_case("J1939"))
    }

    fn word<'b>(&'b self, attribute: &str, value: &'b Attribute<'a>) -> Option<&'b str> {
        match value {
            Attribute::Text(text) => Some(text),
            Attribute::Number(number) => {
                let words = self.enums.get(attribute);
                let place = *number as usize;
                match words {
                    Some(words) => words.get(place).map(|word| &**word),
                    // The fourth word of the usual list.
                    None => (attribute == "VFrameFormat" && place == 3).then_some("J1939PG"),
                }
            }
        }
    }
}

/// `M`, `m5` or `m5M`.
fn marker(cursor: &mut Cursor<'_>) -> Read<Marker> {
    const WHAT: &str = "`:`, `M` or `m` and a number";
    let word = cursor.word(WHAT)?;
    if word == "M" {
        return Ok(Marker { is_selector: true, value: None });
    }
    let digits = word.strip_prefix('m').ok_or(Kind::Expected { what: WHAT })?;
    let (digits, is_selector) = match digits.strip_suffix('M') {
        Some(digits) => (digits, true),
        None => (digits, false),
    };
    let value = digits.parse().map_err(|_| Kind::Expected { what: WHAT })?;
    Ok(Marker { is_selector, value: Some(value) })
}

fn value<'a>(cursor: &mut Cursor<'a>) -> Read<Attribute<'a>> {
    if cursor.next_is(b'"') {
        cursor.long_text("a value").map(Attribute::Text)
    } else {
        cursor.real("a value").map(Attribute::Number)
    }
}

/// `0 "off" 1 "on"`, as far as numbers follow.
fn rows<'a>(cursor: &mut Cursor<'a>) -> Read<Vec<(i64, Cow<'a, str>)>> {
    let mut rows = Vec::new();
    while cursor.number_follows() {
        let raw = cursor.whole("a number")?;
        rows.push((raw, cursor.text("a text")?));
    }
    Ok(rows)
}

/// Whether a long name is one: it becomes a part of signal ids.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
}
