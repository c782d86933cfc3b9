//! DBC files that nobody wrote, and frames that nobody sent, read by us and by cantools: the same values, to the last bit.

use std::fmt::Write as _;

use cc_obd::frame::CanId;
use cc_obd::signals::dbc::{Dbc, DbcMessage, DbcValue, RawValue};
use serde_json::{Value, json};

use crate::peer::{Peer, Random, cases, hex};

/// One message of a made file, as its text needs it.
struct Made {
    id: u32,
    extended: bool,
    length: u64,
    lines: String,
    /// Statements that come behind all messages.
    behind: String,
    /// The bits that signals have, with the values of the selector that these are for: cantools cannot decode signals
    /// that overlap.
    taken: Vec<(String, u64)>,
}

/// Numbers as files write them: whole ones without a point, as cantools reckons with `2` otherwise than with `2.0`
/// where the raw value is wider than a double holds.
fn real(random: &mut Random) -> String {
    match random.below(6) {
        0 => format!("{}", random.below(2000) as i64 - 1000),
        1 => format!("{}.{}7", random.below(100), random.below(1000)),
        2 => format!("-{}.{:03}1", random.below(10), random.below(1000)),
        3 => format!("{}.{}E-{}", 1 + random.below(9), random.below(1000), 1 + random.below(6)),
        4 => format!("{}.{}3e+01", 1 + random.below(9), random.below(100)),
        _ => format!("0.{:06}", 1 + random.below(999_999)),
    }
}

/// A factor and an offset.
fn scale(random: &mut Random) -> (String, String) {
    match random.below(4) {
        0 => ("1".into(), "0".into()),
        1 => ((1 + random.below(1000)).to_string(), (random.below(2000) as i64 - 1000).to_string()),
        2 => (format!("0.{:03}", 1 + random.below(999)), "0".into()),
        _ => {
            let factor = real(random);
            (if factor.parse() == Ok(0.0) { "1".into() } else { factor }, real(random))
        }
    }
}

/// The bits of a signal as numbers of their own, byte by byte, the lowest bit of each first.
fn bits_of(start: u64, bits: u64, big_endian: bool) -> Vec<u64> {
    let flip = |bit: u64| bit / 8 * 8 + 7 - bit % 8;
    if big_endian {
        (flip(start)..flip(start) + bits).map(flip).collect()
    } else {
        (start..start + bits).collect()
    }
}

fn words(random: &mut Random, most: u64, signed: bool) -> String {
    let mut text = String::new();
    for _ in 0..=random.below(4) {
        let raw = random.below(most.clamp(1, 1 << 40)) as i64;
        let raw = if signed && random.below(2) == 0 { -raw } else { raw };
        let _ = write!(
            text,
            " {raw} \"{}\"",
            random.pick(&["off", "on", "SNA", "two words", "a \\\"b\\\"", "ø"])
        );
    }
    text
}

impl Made {
    fn new(random: &mut Random, number: usize) -> Self {
        let extended = random.below(2) == 0;
        let id = if extended { 0x100 * number as u32 + 0x18FE_0000 } else { number as u32 * 7 + 1 };
        let length = random.pick(&[8, 8, 8, 8, 1, 2, 5, 7, 12, 20, 32, 64]);
        let mut made =
            Self { id, extended, length, lines: String::new(), behind: String::new(), taken: Vec::new() };
        let _ = writeln!(made.lines, "BO_ {} Message{number}: {length} Node", made.file_id());
        for signal in 0..random.below(10) {
            made.signal(random, &format!("S{signal}"), "");
        }
        match random.below(4) {
            0 => made.plain_multiplex(random),
            1 if length >= 2 => made.extended_multiplex(random),
            _ => {}
        }
        if random.below(3) == 0 {
            let _ = writeln!(made.behind, "CM_ BO_ {} \"what it is,\nand more\";", made.file_id());
        }
        made
    }

    fn file_id(&self) -> u32 {
        self.id | u32::from(self.extended) << 31
    }

    /// A free place for a signal of so many bits, if one is found: its start bit by the file's count.
    fn place(&mut self, random: &mut Random, bits: u64, big_endian: bool, marker: &str) -> Option<u64> {
        for _ in 0..20 {
            let first = random.below(self.length * 8 - bits + 1);
            let start = if big_endian { first / 8 * 8 + 7 - first % 8 } else { first };
            let own: Vec<_> =
                bits_of(start, bits, big_endian).into_iter().map(|bit| (marker.to_owned(), bit)).collect();
            let is_free = |bit: &(String, u64)| {
                !self
                    .taken
                    .iter()
                    .any(|(group, taken)| *taken == bit.1 && (*group == bit.0 || group.is_empty()))
            };
            if own.iter().all(is_free) {
                self.taken.extend(own);
                return Some(start);
            }
        }
        None
    }

    fn signal(&mut self, random: &mut Random, name: &str, marker: &str) -> bool {
        let id = self.file_id();
        let most = (self.length * 8).min(64);
        let float = marker.is_empty() && random.below(6) == 0;
        let most = if random.below(2) == 0 { most } else { most.min(16) };
        let bits = if float { random.pick(&[16, 32, 64]) } else { 1 + random.below(most) };
        let bits = if bits > most { 16.min(most) } else { bits };
        let float = float && bits >= 16;
        let (big_endian, signed) = (random.below(2) == 0, random.below(2) == 0);
        // Ranges of selectors may overlap: their signals share no bit.
        let group = if name.starts_with('E') { "E" } else { marker };
        let Some(start) = self.place(random, bits, big_endian, group) else { return false };
        let (factor, offset) = scale(random);
        let (min, max) = if random.below(3) == 0 {
            ("0".to_owned(), "0".to_owned())
        } else {
            (format!("-{}", 1 + random.below(10_000)), format!("{}", random.below(100_000)))
        };
        let unit = random.pick(&["", "km/h", "°C", "counts", "1/min", "%"]);
        let (order, sign) = (u8::from(!big_endian), if signed { '-' } else { '+' });
        let _ = writeln!(
            self.lines,
            " SG_ {name} {marker}: {start}|{bits}@{order}{sign} ({factor},{offset}) [{min}|{max}] \"{unit}\" A,B"
        );
        if float {
            let _ = writeln!(self.behind, "SIG_VALTYPE_ {id} {name} : {};", if bits == 64 { 2 } else { 1 });
        } else if random.below(4) == 0 {
            let most = 1_u64.checked_shl(bits as u32 - u32::from(signed)).unwrap_or(u64::MAX);
            let _ = writeln!(self.behind, "VAL_ {id} {name}{} ;", words(random, most, signed));
        }
        if random.below(5) == 0 {
            let _ = writeln!(self.behind, "CM_ SG_ {id} {name} \"signal {name} \\\"so\\\"; // no comment\";");
        }
        if random.below(8) == 0 {
            let _ = writeln!(self.behind, "BA_ \"SPN\" SG_ {id} {name} {};", 1 + random.below(520_000));
        }
        true
    }

    fn selector(&mut self, random: &mut Random, name: &str, marker: &str) -> bool {
        let bits = 1 + random.below(4);
        let big_endian = random.below(2) == 0;
        let Some(start) = self.place(random, bits, big_endian, "") else { return false };
        let _ = writeln!(
            self.lines,
            " SG_ {name} {marker} : {start}|{bits}@{}+ (1,0) [0|0] \"\" A",
            u8::from(!big_endian)
        );
        true
    }

    /// One selector, and signals for one value of it each.
    fn plain_multiplex(&mut self, random: &mut Random) {
        if !self.selector(random, "Mux", "M") {
            return;
        }
        for signal in 0..=random.below(10) {
            let value = random.below(12);
            self.signal(random, &format!("P{signal}"), &format!("m{value} "));
        }
    }

    /// A selector of a selector, and ranges of values.
    fn extended_multiplex(&mut self, random: &mut Random) {
        let id = self.file_id();
        let value = random.below(2);
        if !self.selector(random, "Outer", "M") || !self.selector(random, "Inner", &format!("m{value}M")) {
            return;
        }
        let _ = writeln!(self.behind, "SG_MUL_VAL_ {id} Inner Outer {value}-{value};");
        for signal in 0..=random.below(6) {
            let (low, more) = (random.below(8), random.below(3));
            let name = format!("E{signal}");
            if !self.signal(random, &name, &format!("m{low} ")) {
                continue;
            }
            let selector = random.pick(&["Outer", "Inner"]);
            let _ = writeln!(
                self.behind,
                "SG_MUL_VAL_ {id} {name} {selector} {low}-{}, {}-{};",
                low + more,
                low + 4,
                low + 4 + more
            );
        }
    }
}

fn file(messages: &[Made]) -> String {
    let mut text =
        "VERSION \"\"\n\nNS_ :\n\tCM_\n\tBA_DEF_\n\tSG_MUL_VAL_\n\nBS_:\n\nBU_: Node A B\n\n".to_owned();
    for made in messages {
        let _ = writeln!(text, "{}", made.lines);
    }
    text.push_str("BA_DEF_ SG_ \"SPN\" INT 0 524287;\nBA_DEF_DEF_ \"SPN\" 0;\n");
    for made in messages {
        text.push_str(&made.behind);
    }
    text
}

fn bits(number: f64) -> String {
    if number.is_nan() { "nan".to_owned() } else { format!("f{:016x}", number.to_bits()) }
}

/// What the peer says of a number, as the bits of a double: whole numbers are rounded to it.
fn peer_bits(number: &Value) -> String {
    let text = number.as_str().unwrap();
    match text.strip_prefix('i') {
        // As many digits as it takes: the standard library rounds to the nearest double.
        Some(whole) => bits(whole.parse().unwrap()),
        None => bits(f64::from_bits(u64::from_str_radix(&text[1..], 16).unwrap())),
    }
}

fn same_raw(ours: RawValue, theirs: &Value) -> bool {
    let theirs = theirs.as_str().unwrap();
    match ours {
        RawValue::Unsigned(raw) => theirs == format!("i{raw}"),
        RawValue::Signed(raw) => theirs == format!("i{raw}"),
        RawValue::Float(raw) => peer_bits(&theirs.into()) == bits(raw),
    }
}

fn compare(told: &str, ours: &[DbcValue<'_>], theirs: &Value) {
    let theirs = theirs.as_object().unwrap();
    for value in ours {
        let name = value.signal.name();
        let Some(answer) = theirs.get(name) else { panic!("{told}: {name} is ours alone") };
        assert!(same_raw(value.raw, &answer[0]), "{told}: raw {name}: {value:?}, {answer}");
        let scaled = if value.scaled == 0.0 { 0.0 } else { value.scaled };
        let answered = peer_bits(&answer[1]).replace("f8000000000000000", "f0000000000000000");
        assert_eq!(bits(scaled), answered, "{told}: {name}: {value:?}, {answer}");
        // Python's own words for floats that are whole by chance are left out of the files.
        assert_eq!(value.text(), answer[2].as_str(), "{told}: word of {name}: {value:?}");
    }
    for name in theirs.keys() {
        assert!(ours.iter().any(|value| value.signal.name() == name), "{told}: {name} is theirs alone");
    }
}

fn compare_description(ours: &DbcMessage, theirs: &Value) {
    let told = ours.name();
    assert_eq!(theirs["name"], told);
    assert_eq!(theirs["length"], ours.length(), "{told}");
    assert_eq!(theirs["comment"].as_str(), ours.comment(), "{told}");
    assert_eq!(theirs["signals"].as_object().unwrap().len(), ours.signals().len(), "{told}");
    for signal in ours.signals() {
        let answer = &theirs["signals"][signal.name()];
        assert_eq!(answer["unit"], signal.unit_text(), "{told}");
        assert_eq!(answer["comment"].as_str(), signal.comment(), "{told}");
        // The default of the attribute, 0, is no parameter number.
        assert_eq!(answer["spn"].as_u64().filter(|spn| *spn > 0), signal.spn().map(u64::from), "{told}");
        match signal.range() {
            None => assert_eq!(answer["range"], json!([null, null]), "{told}"),
            Some((min, max)) => {
                assert_eq!(
                    (peer_bits(&answer["range"][0]), peer_bits(&answer["range"][1])),
                    (bits(min), bits(max))
                );
            }
        }
        let texts = answer["texts"].as_object().unwrap();
        assert_eq!(signal.texts().count(), texts.len(), "{told}: {}", signal.name());
        for (raw, text) in signal.texts() {
            assert_eq!(texts[&raw.to_string()], text, "{told}: {}", signal.name());
        }
    }
}

#[test]
fn values_are_those_of_cantools() {
    let Some(mut peer) = Peer::start("cantools_dbc.py") else { return };
    let mut random = Random::seeded();
    let (mut values, mut refused) = (0, 0);
    for case in 0..cases(200) {
        let made: Vec<_> =
            (0..=random.below(8) as usize).map(|number| Made::new(&mut random, number)).collect();
        let text = file(&made);
        let dbc = Dbc::parse(text.as_bytes()).unwrap();
        assert_eq!(dbc.faults(), [], "case {case}:\n{text}");
        let described = peer.ask(&json!({"load": text}));
        assert_eq!(described.as_array().unwrap().len(), dbc.messages().len());
        let mut frames = Vec::new();
        for made in &made {
            let id =
                if made.extended { CanId::extended(made.id) } else { CanId::base(made.id as u16) }.unwrap();
            let answer = described
                .as_array()
                .unwrap()
                .iter()
                .find(|answer| answer["id"] == made.id && answer["extended"] == made.extended);
            compare_description(dbc.message(id).unwrap(), answer.unwrap());
            for _ in 0..12 {
                // Often whole, sometimes short: what ends before a signal does leaves it out.
                let length = if random.below(3) == 0 { random.below(made.length + 1) } else { made.length };
                frames.push((id, random.bytes(length as usize)));
            }
        }
        let asked: Vec<_> =
            frames.iter().map(|(id, data)| json!([id.raw(), id.is_extended(), hex(data)])).collect();
        let answers = peer.ask(&json!({"decode": asked}));
        for ((id, data), answer) in frames.iter().zip(answers.as_array().unwrap()) {
            let made =
                made.iter().find(|made| made.id == id.raw() && made.extended == id.is_extended()).unwrap();
            let told = format!("case {case}: {id}#{}\n{}{}", hex(data), made.lines, made.behind);
            let ours: Vec<_> = dbc.decode(*id, data).collect();
            // cantools gives up on a frame whose selector has a value that no signal is for. We give the rest, as it
            // would.
            refused += usize::from(answer["refused"] == true);
            compare(&told, &ours, &answer["values"]);
            values += ours.len();
        }
    }
    eprintln!("{values} values; {refused} frames refused by the peer for an unknown selector value");
    assert!(values > 0);
}

/// Files that people wrote, such as those in the source package of cantools: `CC_DBC_DIR` names a folder.
#[test]
fn files_of_a_folder_are_read_as_cantools_reads_them() {
    let Ok(folder) = std::env::var("CC_DBC_DIR") else {
        eprintln!("skipped: CC_DBC_DIR names no folder of DBC files");
        return;
    };
    let Some(mut peer) = Peer::start("cantools_dbc.py") else { return };
    let mut random = Random::seeded();
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort_unstable();
    files.retain(|path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("dbc")));
    let (mut values, mut refused, mut overlapping) = (0, 0, 0);
    for path in &files {
        let bytes = std::fs::read(path).unwrap();
        let text = String::from_utf8(bytes)
            .unwrap_or_else(|error| error.into_bytes().iter().map(|&byte| char::from(byte)).collect());
        let dbc = match Dbc::parse(text.as_bytes()) {
            Ok(dbc) => dbc,
            Err(error) => {
                eprintln!("{}: {error}", path.display());
                continue;
            }
        };
        for fault in dbc.faults() {
            eprintln!("{}: {fault}", path.display());
        }
        let described = peer.ask(&json!({"load": text}));
        if let Some(error) = described.get("error") {
            eprintln!("{}: cantools: {error}; we have {} messages", path.display(), dbc.messages().len());
            refused += 1;
            continue;
        }
        let mut frames = Vec::new();
        for message in dbc.messages() {
            for _ in 0..20 {
                frames.push((message.id(), random.bytes(message.length())));
            }
        }
        let asked: Vec<_> =
            frames.iter().map(|(id, data)| json!([id.raw(), id.is_extended(), hex(data)])).collect();
        let answers = peer.ask(&json!({"decode": asked}));
        for ((id, data), answer) in frames.iter().zip(answers.as_array().unwrap()) {
            if answer.get("error").is_some() {
                overlapping += 1;
                continue;
            }
            let ours: Vec<_> = dbc.decode(*id, data).collect();
            compare(&format!("{}: {id}#{}", path.display(), hex(data)), &ours, &answer["values"]);
            values += ours.len();
        }
    }
    eprintln!(
        "{} files, {values} values; {refused} files refused by the peer, and {overlapping} frames",
        files.len()
    );
}
