//! Writes `docs/reference/pids.md`, `services.md` and `elm-words.md` from the tables, and proves that the pages in the
//! repository are the ones it writes. `CC_UPDATE_REFERENCE=1 cargo test -p cc-obd --test obd_reference` rewrites them.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;

use cc_core::{IgnitionType, Monitor, catalogue};
use cc_obd::elm::WORDS;
use cc_obd::j1979::{self, MonitorId, OXYGEN_TESTS, SCALINGS};
use cc_obd::kwp::{self, Measurement, StorageState};
use cc_obd::service::{INFO_TYPES, PerformanceCounters, Supported, parameter_length, readiness};

/// Reads or rewrites a page.
#[expect(clippy::disallowed_methods, reason = "a test compares a file of the repository")]
fn check(name: &str, page: &str) {
    let path = format!("{}/../docs/reference/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("CC_UPDATE_REFERENCE").is_some() {
        std::fs::write(&path, page).unwrap();
    }
    // A checkout may end its lines in another way.
    let written = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(written == page, "{name}: run `CC_UPDATE_REFERENCE=1 cargo test -p cc-obd --test obd_reference`");
}

const WRITTEN: &str = "<!-- Written by cc-obd/tests/obd_reference.rs; do not edit. -->";

#[test]
fn the_page_of_parameters_is_the_one_that_the_tables_write() {
    let mut page = format!(
        "# Parameters of live data\n\n{WRITTEN}\n\n\
        What services 01 (now) and 02 (frozen when a code was stored) answer, by parameter id (SAE J1979DA). A parameter\n\
        has as many data bytes as the second column says; `–` is a length that editions give differently or not at all:\n\
        such a parameter takes all that is left of its answer. What a signal's bits and numbers are is in\n\
        [signals.md](signals.md).\n\n| parameter | bytes | signals |\n|---|---|---|\n"
    );
    let mut read = 0;
    for id in 0..=u8::MAX {
        let length = parameter_length(id);
        let signals: Vec<_> = catalogue()
            .iter()
            .filter(|row| row.obd.is_some_and(|source| (source.service, source.pid) == (0x01, id)))
            .map(|row| format!("`{}`", row.id))
            .collect();
        read += signals.len();
        let mut says = match id {
            _ if Supported::is_base(id) => {
                vec![format!("which of {:02X} to {:02X} the car has", id + 1, id.saturating_add(0x20))]
            }
            0x01 => vec!["the monitors since codes were cleared".to_owned()],
            0x02 => vec!["service 02: the code that froze the frame".to_owned()],
            0x41 => vec!["the monitors in this driving cycle".to_owned()],
            _ => Vec::new(),
        };
        says.extend(signals);
        if length.is_none() && says.is_empty() {
            continue;
        }
        let length = length.map_or("–".to_owned(), |length| length.to_string());
        let says = if says.is_empty() { "–".to_owned() } else { says.join(", ") };
        let _ = writeln!(page, "| {id:02X} | {length} | {says} |");
    }
    assert!(read > 300, "{read} signals");
    page.push_str(
        "\n## Monitors\n\nParameters 01 and 41: byte B bits 0 to 2 say which of the first three a car has, and byte C which of the\n\
        others; four bits further in B, and in D, the same bit says that it has not ended. Bit 3 of B tells the engine.\n\n\
        | byte and bit | spark | compression |\n|---|---|---|\n",
    );
    let name = |bytes: [u8; 4]| {
        readiness(bytes).monitors.first().map_or("–", |(monitor, _)| Monitor::name(*monitor))
    };
    for bit in 0..3 {
        let _ = writeln!(page, "| B {bit} | {0} | {0} |", name([0, 1 << bit, 0, 0]));
    }
    for bit in 0..8 {
        let _ = writeln!(page, "| C {bit} | {} | {} |", name([0, 0, 1 << bit, 0]), name([0, 8, 1 << bit, 0]));
    }
    check("pids.md", &page);
}

#[test]
fn the_page_of_services_is_the_one_that_the_tables_write() {
    let mut page = format!(
        "# Services of SAE J1979 and KWP2000\n\n{WRITTEN}\n\n\
        What `cc_obd::j1979` and `cc_obd::kwp` read and build; parameters are in [pids.md](pids.md), the services of\n\
        ISO 14229-1 in [uds.md](uds.md). A positive answer begins with the service byte and 0x40; a refusal is `7F`, the\n\
        service, the reason.\n\n## SAE J1979\n\n| service | name | request |\n|---|---|---|\n"
    );
    for service in j1979::SERVICES {
        let _ = writeln!(page, "| {:02X} | {} | `{}` |", service.service, service.name, service.request);
    }
    tests_of_the_car(&mut page);
    vehicle_information(&mut page);
    kwp2000(&mut page);
    check("services.md", &page);
}

fn tests_of_the_car(page: &mut String) {
    page.push_str(
        "\n### Tests of oxygen sensors (service 05)\n\nCars on K-line and J1850 alone have this service; other tests are the \
        maker's.\n\n| test | name | one bit |\n|---|---|---|\n",
    );
    for row in OXYGEN_TESTS {
        let _ = writeln!(page, "| {:02X} | {} | 1/{} {} |", row.test, row.name, row.bits_per_unit, row.unit);
    }
    page.push_str(
        "\n### Monitors (service 06 on CAN)\n\nE1 to FF are the maker's. On K-line and J1850 tests and components have the \
        maker's numbers.\n\n| monitor | name |\n|---|---|\n",
    );
    for id in 0..=u8::MAX {
        if let Some(name) = MonitorId(id).name() {
            let _ = writeln!(page, "| {id:02X} | {name} |");
        }
    }
    page.push_str(
        "\n### Units and scalings (service 06 on CAN)\n\nA value and its two limits have two bytes each. From 80 on they are \
        in two's complement.\nA unit in brackets is none that `MeasureUnit` has.\n\n\
        | id | quantity | one bit | offset |\n|---|---|---|---|\n",
    );
    for row in SCALINGS {
        let unit = match row.unit {
            None => format!(" ({})", row.symbol),
            Some(_) if row.symbol.is_empty() => String::new(),
            Some(_) => format!(" {}", row.symbol),
        };
        let offset = if row.offset() == 0.0 { String::new() } else { row.offset().to_string() };
        let _ = writeln!(page, "| {:02X} | {} | {}{unit} | {offset} |", row.id.0, row.quantity, row.factor());
    }
}

fn vehicle_information(page: &mut String) {
    page.push_str(
        "\n### Info types (service 09)\n\nOn CAN a count leads the values; on K-line and J1850 a value takes messages of four \
        bytes.\n\n| info type | name | bytes | messages |\n|---|---|---|---|\n",
    );
    for row in INFO_TYPES {
        let shown = |number: usize| if number == 0 { "–".to_owned() } else { number.to_string() };
        let (width, messages) = (shown(row.width), shown(row.messages.into()));
        let _ = writeln!(page, "| {:02X} | {} | {width} | {messages} |", row.info_type, row.name);
    }
    page.push_str(
        "\nThe shapes of 12 and 14 are those of the public test program of SAE J1699-3 as well, which forbids 13 (an older \
        edition). Those of 10, 11\nand 13 rest on one source: an answer of another length is given as one of unknown \
        meaning, with its length.\n",
    );
    page.push_str("\n### In-use counters (info types 08 and 0B)\n\n| place | spark (08) | compression (0B) |\n|---|---|---|\n");
    let (spark, compression) = (
        PerformanceCounters::names(IgnitionType::Spark),
        PerformanceCounters::names(IgnitionType::Compression),
    );
    for (place, name) in spark.iter().enumerate() {
        let _ = writeln!(page, "| {} | {name} | {} |", place + 1, compression.get(place).unwrap_or(&"–"));
    }
}

fn kwp2000(page: &mut String) {
    page.push_str("\n## KWP2000\n\n| service | name | standard |\n|---|---|---|\n");
    for service in kwp::SERVICES {
        let _ = writeln!(page, "| {:02X} | {} | {} |", service.service, service.name, service.clause);
    }
    page.push_str(
        "\n### Values with names\n\nOther values are kept.\n\n| service | value | name |\n|---|---|---|\n",
    );
    for service in kwp::SERVICES {
        for (value, name) in service.sub_functions {
            let _ = writeln!(page, "| {:02X} {} | {value:02X} | {name} |", service.service, service.name);
        }
    }
    page.push_str(
        "\n### Status of a code (services 17 and 18)\n\nNot that of UDS. Bits 3 to 0 say what is wrong: 0 nothing said, 1 \
        above the maximum, 2 below the minimum,\n4 no signal, 8 invalid signal. Bit 4: the test has not ended. Bit 7: a \
        warning lamp is asked for. Bits 6 and 5:\n\n| bits | state |\n|---|---|\n",
    );
    for bits in 0..4_u8 {
        let state: StorageState = kwp::DtcStatus(bits << 5).storage();
        let _ = writeln!(page, "| {bits:02b} | {} |", state.name());
    }
    page.push_str("\nAnother project that reads ISO 14230-3 has the same bits, found independently.\n");
    page.push_str(
        "\n### Formulas of measuring blocks (service 21, Volkswagen group)\n\nA value is a formula and two numbers, a and b; \
        shown for a = 100, b = 200. Bits, texts and formulas that are not\nhere stay numbers.\n\n\
        | formula | value | unit |\n|---|---|---|\n",
    );
    for formula in 0..=u8::MAX {
        if let Some((value, unit)) = (Measurement { formula, a: 100, b: 200 }).scaled() {
            let _ = writeln!(page, "| {formula} | {value} | {unit} |");
        }
    }
}

#[test]
fn the_page_of_adapter_words_is_the_one_that_the_table_writes() {
    let mut page = format!(
        "# What adapters say\n\n{WRITTEN}\n\n\
        The words of ELM327 and STN adapters beside data, as `cc_obd::elm` reads them: with or without their spaces, in\n\
        capitals or not, also glued to data. Text that is none of these is kept as unknown.\n\n\
        NUL bytes are dropped: adapters and their clones let them slip in. Any other control byte, and any byte above ASCII,\n\
        stands where something else was. A line of digits with one of them is damaged, and nothing of it is read; `decode`\n\
        says `not text: byte b1 at offset 13`, and a live session asks again. A line of nothing but such bytes is told in the\n\
        same way. The words below are known without those bytes.\n\n\
        | word | event | adapters | meaning |\n|---|---|---|---|\n"
    );
    for word in WORDS {
        let event = word.fault.map_or("–".to_owned(), |fault| format!("`{fault:?}`"));
        let adapters = if word.is_stn { "STN" } else { "all" };
        let _ = writeln!(
            page,
            "| `{}` | {event} | {adapters} | {} |",
            word.text.replace('|', "\\|"),
            word.meaning
        );
    }
    check("elm-words.md", &page);
}
