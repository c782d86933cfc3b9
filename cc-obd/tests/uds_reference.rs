//! Writes `docs/reference/uds.md` from the tables of services, reports and codes, and proves that the page in the
//! repository is the one it writes. `CC_UPDATE_REFERENCE=1 cargo test -p cc-obd --test uds_reference` rewrites it.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;

use cc_obd::service::{DtcCountFormat, NegativeCode};
use cc_obd::uds::{DtcReport, DtcReportRequest, SERVICES};

/// The page, seen from this crate.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/uds.md");

#[test]
#[expect(clippy::disallowed_methods, reason = "a test compares a file of the repository")]
fn the_reference_page_is_the_one_that_the_tables_write() {
    let page = page();
    if std::env::var_os("CC_UPDATE_REFERENCE").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    // A checkout may end its lines in another way.
    let written = std::fs::read_to_string(PAGE).unwrap_or_default().replace("\r\n", "\n");
    assert!(written == page, "run `CC_UPDATE_REFERENCE=1 cargo test -p cc-obd --test uds_reference`");
}

fn fields(names: &[&str]) -> String {
    if names.is_empty() {
        return "–".to_owned();
    }
    names.iter().map(|name| name.replace('_', " ")).collect::<Vec<_>>().join(", ")
}

fn page() -> String {
    let mut page = String::from(
        "# UDS services, reports and refusals\n\n<!-- Written by cc-obd/tests/uds_reference.rs; do not edit. -->\n\n\
        What `cc_obd::uds` reads and builds: every service of ISO 14229-1:2020, and what the edition of 2013 had beside\n\
        them. A request is the service byte and what belongs to it; a positive answer begins with that byte and 0x40; a\n\
        refusal is `7F`, the service, the reason. Bit 7 of a sub-function asks for no positive answer. Clauses are those\n\
        of ISO 14229-1:2020, where nothing else is said. Other projects that read some bytes otherwise are in\n\
        [peers.md](peers.md).\n\n## Services\n\n| service | name | clause |\n|---|---|---|\n",
    );
    for service in SERVICES {
        let (byte, name, clause) = (service.service, service.name, service.clause);
        let _ = writeln!(page, "| {byte:02X} | {name} | {clause} |");
    }
    page.push_str(
        "\n## Sub-functions\n\nWhat the standard names; other values are kept where the message looks the same for all.\n\
        Of services 2A, 2F and 38 it is a whole byte, without the bit that asks for no answer.\n\n\
        | service | sub-function | name |\n|---|---|---|\n",
    );
    for service in SERVICES.iter().filter(|service| service.service != 0x19) {
        for (value, name) in service.sub_functions {
            let _ = writeln!(page, "| {:02X} {} | {value:02X} | {name} |", service.service, service.name);
        }
    }
    page.push_str(
        "\n## Reports of trouble codes\n\nService 19. Snapshots and extended data have lengths that no message tells: \
        they are an argument, and where one\nis not known, the data are all the rest.\n\n\
        | report | name | asked with | answered with |\n|---|---|---|---|\n",
    );
    for (index, (value, name)) in DtcReportRequest::NAMES.iter().enumerate() {
        let (asked, answered) = (fields(DtcReportRequest::FIELDS[index]), fields(DtcReport::FIELDS[index]));
        let _ = writeln!(page, "| {value:02X} | {name} | {asked} | {answered} |");
    }
    page.push_str("\n## Formats of trouble codes\n\n| format | name |\n|---|---|\n");
    for value in 0..=u8::MAX {
        if let Some(name) = DtcCountFormat(value).name() {
            let _ = writeln!(page, "| {value:02X} | {name} |");
        }
    }
    page.push_str(
        "\n## Refusals\n\nThe third byte of `7F`. 78 is none: the answer comes later. F0 to FE are conditions of the \
        maker's own.\n\n| code | name |\n|---|---|\n",
    );
    for (value, name) in NegativeCode::NAMES {
        let _ = writeln!(page, "| {value:02X} | {name} |");
    }
    page
}
