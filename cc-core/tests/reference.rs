//! Writes `docs/reference/signals.md` from the catalogue and the units, and proves that the page in the repository is
//! the one it writes. `CC_UPDATE_REFERENCE=1 cargo test -p cc-core --test reference` rewrites it.

use std::fmt::Write as _;

use cc_core::{MeasureUnit, ObdSource, Signal, ValueKind, catalogue};

/// The page, seen from this crate.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/signals.md");

/// The units that the others are told in.
const BASES: &[MeasureUnit] = &[
    MeasureUnit::Ampere,
    MeasureUnit::GramPerSecond,
    MeasureUnit::Kilogram,
    MeasureUnit::Liter,
    MeasureUnit::LiterPerHour,
    MeasureUnit::Meter,
    MeasureUnit::MeterPerSecond,
    MeasureUnit::MeterPerSecondSquared,
    MeasureUnit::Ohm,
    MeasureUnit::One,
    MeasureUnit::Pascal,
    MeasureUnit::Second,
    MeasureUnit::Volt,
    MeasureUnit::Watt,
    MeasureUnit::WattHour,
];

#[test]
#[expect(clippy::disallowed_methods, reason = "a test compares a file of the repository")]
fn the_reference_page_is_the_one_that_the_catalogue_writes() {
    let page = page();
    if std::env::var_os("CC_UPDATE_REFERENCE").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    // A checkout may end its lines in another way.
    let written = std::fs::read_to_string(PAGE).unwrap_or_default().replace("\r\n", "\n");
    assert!(written == page, "run `CC_UPDATE_REFERENCE=1 cargo test -p cc-core --test reference`");
}

fn page() -> String {
    let published = catalogue().iter().filter(|row| row.published).count();
    let answered = catalogue().iter().filter(|row| row.obd.is_some()).count();
    let mut out = format!(
        "# Signals and units\n\n<!-- Written by cc-core/tests/reference.rs; do not edit. -->\n\n\
         {} signals: {published} are types that push-v2 publishes (**bold** in the column of the data stream; the \
         others are named in its style), and OBD answers {answered}. `VSS` is the path in the COVESA Vehicle Signal \
         Specification 6.0 with its OBD overlay (`Vehicle.OBD`). The range of a signal that OBD answers is what its \
         field can hold, where no narrower one is known.\n\n\
         The column `OBD` (SAE J1979) reads: service, parameter, first bit and number of bits (0 is the most \
         significant bit of the first data byte after the echoed parameter), then what is done to the raw number. \
         `±` is two's complement, `if N` a bit that says whether the car has the value, `but N` the raw number that \
         stands for none. A truth value is one bit.\n\n\
         ## Signals\n\n\
         | id | kind | unit | range | data stream | VSS | OBD | meaning |\n|---|---|---|---|---|---|---|---|\n",
        catalogue().len(),
    );
    for row in catalogue() {
        signal(&mut out, row);
    }
    out.push_str(
        "\n## Numbers that stand for something\n\n\
         Of the signals marked \"one bit a state\", several states can hold at once; their numbers are then added up.\n",
    );
    for row in catalogue().iter().filter(|row| !row.labels.is_empty()) {
        let _ = write!(out, "\n`{}`: ", row.id);
        for (i, (number, label)) in row.labels.iter().enumerate() {
            let _ = write!(out, "{}{number} {label}", if i == 0 { "" } else { "; " });
        }
        out.push_str(".\n");
    }
    out.push_str(
        "\n## Units\n\nUnits of one dimension convert into each other, and only these. The symbol is what is written; \
         the other spellings are read as well. Between temperatures the zero points count, \
         between differences of temperatures they do not.\n\n\
         | symbol | also read | dimension | one of it is |\n|---|---|---|---|\n",
    );
    for unit in MeasureUnit::ALL {
        let spellings: Vec<_> = unit.synonyms().iter().map(|name| format!("`{name}`")).collect();
        let base = BASES.iter().find(|base| *base != unit && base.dimension() == unit.dimension());
        let one = base
            .and_then(|base| Some(format!("{} {base}", unit.convert(1.0, *base).ok()?)))
            .unwrap_or_default();
        let _ = writeln!(out, "| `{unit}` | {} | {} | {one} |", spellings.join(" "), unit.dimension());
    }
    out
}

fn signal(out: &mut String, row: &Signal) {
    let kind = match row.kind {
        ValueKind::Bool => "boolean",
        ValueKind::Date => "date",
        ValueKind::Instant => "instant",
        ValueKind::Number => "number",
        ValueKind::Text => "text",
    };
    let unit = if row.unit == MeasureUnit::One { "" } else { row.unit.symbol() };
    let range = row.range.map_or_else(String::new, |(low, high)| format!("{low} to {high}"));
    let mut stream =
        if row.published { format!("**`{}`**", row.stream) } else { format!("`{}`", row.stream) };
    for alias in row.stream_aliases {
        let _ = write!(stream, ", older `{alias}`");
    }
    let vss = row.vss.map_or_else(String::new, |path| format!("`{path}`"));
    let obd = row.obd.as_ref().map_or_else(String::new, source);
    let (id, about) = (row.id, row.about);
    let _ = writeln!(out, "| `{id}` | {kind} | {unit} | {range} | {stream} | {vss} | {obd} | {about} |");
}

fn source(source: &ObdSource) -> String {
    let ObdSource { service, pid, bit, bits, signed, mul, div, add, absent, supported_by } = *source;
    let mut text = format!("{service:02X} {pid:02X}, {bit}+{bits}");
    if signed {
        text.push_str(" ±");
    }
    match (mul, div) {
        (1, 1) => {}
        (mul, 1) => {
            let _ = write!(text, ", ×{mul}");
        }
        (mul, div) => {
            let _ = write!(text, ", ×{mul}/{div}");
        }
    }
    if add != 0.0 {
        let _ = write!(text, ", {add:+}");
    }
    if let Some(bit) = supported_by {
        let _ = write!(text, ", if {bit}");
    }
    if let Some(raw) = absent {
        let _ = write!(text, ", but {raw}");
    }
    text
}
