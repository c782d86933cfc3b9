//! Writes `docs/reference/privacy.md` from the default table, and proves that the page in the repository is the one it
//! writes. `CC_UPDATE_REFERENCE=1 cargo test -p cc-core --test privacy_reference` rewrites it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use cc_core::privacy::{ChangeReason, DataKind, Disclosure, DropReason, Policy, Purpose};
use cc_core::{catalogue, structured_types};

/// The page, seen from this crate.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/privacy.md");

#[test]
#[expect(clippy::disallowed_methods, reason = "a test compares a file of the repository")]
fn the_reference_page_is_the_one_that_the_table_writes() {
    let page = page();
    if std::env::var_os("CC_UPDATE_REFERENCE").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    // A checkout may end its lines in another way.
    let written = std::fs::read_to_string(PAGE).unwrap_or_default().replace("\r\n", "\n");
    assert!(written == page, "run `CC_UPDATE_REFERENCE=1 cargo test -p cc-core --test privacy_reference`");
}

#[test]
fn what_the_page_shows_is_so() {
    let (_, rest) = END.split_once("```json\n").unwrap();
    let (json, _) = rest.split_once("```").unwrap();
    let policy = Policy::from_json(json).unwrap();
    assert_ne!(policy, Policy::default());
    let key = cc_core::privacy::PseudonymKey::new(&[7; 32]).unwrap();
    let number = key.pseudonym(Purpose::Analytics, &"semler/7".parse().unwrap()).number();
    assert!(END.contains(&format!("`{number}`")));
}

fn page() -> String {
    let policy = Policy::default();
    let mut out = String::from(INTRODUCTION);
    out.push_str(
        "\n## Purposes\n\n| purpose | for | discloses | positions | instants |\n|---|---|---|---|---|\n",
    );
    for purpose in Purpose::ALL {
        let rules = policy.purpose(*purpose);
        let _ = writeln!(
            out,
            "| `{purpose}` | {} | `{}` | `{}` | `{}` |",
            purpose.about(),
            rules.disclosure,
            rules.position,
            rules.time
        );
    }
    out.push_str("\n## Disclosure\n\nEach allows what those before it allow.\n\n| word | what may be known |\n|---|---|\n");
    for disclosure in Disclosure::ALL {
        let _ = writeln!(out, "| `{disclosure}` | {} |", disclosure.about());
    }
    out.push_str("\n## How long\n\nA duration with + also keeps the most recent event of each type of a vehicle, however old it is.\n\n| kind |");
    for purpose in Purpose::ALL {
        let _ = write!(out, " {purpose} |");
    }
    out.push_str("\n|---|---|---|---|---|\n");
    for kind in DataKind::ALL {
        let _ = write!(out, "| `{kind}` |");
        for purpose in Purpose::ALL {
            let rule = policy.purpose(*purpose).kind(*kind);
            let _ = write!(out, " {}{} |", rule.keep, if rule.latest { " +" } else { "" });
        }
        out.push('\n');
    }
    let _ = write!(
        out,
        "\nSpeeds above {} km/h are stored as {}; accelerations are kept from {} g.\n",
        policy.speed_cap(),
        policy.speed_cap(),
        policy.least_acceleration()
    );
    out.push_str("\n## Kinds\n\n| kind | what it is | types |\n|---|---|---|\n");
    for kind in DataKind::ALL {
        let _ = writeln!(out, "| `{kind}` | {} | {} |", kind.about(), types(*kind));
    }
    out.push_str("\n## The report\n\nWhy an event is dropped:\n\n| word | why |\n|---|---|\n");
    for reason in DropReason::ALL {
        let _ = writeln!(out, "| `{reason}` | {} |", reason.about());
    }
    out.push_str("\nWhat was taken from an event that is kept:\n\n| word | what |\n|---|---|\n");
    for reason in ChangeReason::ALL {
        let _ = writeln!(out, "| `{reason}` | {} |", reason.about());
    }
    out.push_str(END);
    out
}

/// The types of a kind, by name.
fn types(kind: DataKind) -> String {
    let mut names: Vec<String> = structured_types()
        .iter()
        .filter(|row| of_structured(row.name) == Some(kind))
        .map(|row| format!("`{}`", row.name))
        .collect();
    let rows = catalogue().iter().filter(|row| {
        let signal = row.id.parse().unwrap();
        DataKind::of_signal(&signal) == kind && (row.published || kind != DataKind::CanActivity)
    });
    names.extend(rows.map(|row| format!("`{}`", row.stream)));
    if kind == DataKind::CanActivity {
        names.push("every other signal of the [catalogue](signals.md)".to_owned());
    }
    if names.is_empty() { "none: not in the data stream".to_owned() } else { names.join(", ") }
}

/// The kind of a structured type: that of its smallest event.
fn of_structured(name: &str) -> Option<DataKind> {
    let rest = match name {
        "can_dtc" => r#""code":"0301""#,
        "gps_position" => r#""latitude":0,"longitude":0"#,
        "car_profiling" => r#""gForce":1,"direction":"brake_low""#,
        "can_mil_lamp" => r#""value":true"#,
        "can_dtc_scan" => r#""service":"stored","complete":true,"codes":[]"#,
        "can_monitor_readiness" => r#""mil":true,"dtcCount":0,"ignition":"spark","monitors":{}"#,
        "refuel" => r#""litersAfter":1"#,
        "signal_reading" => r#""signal":"cell","value":1"#,
        _ => r#""nothing":0"#,
    };
    let json = format!(r#"{{"id":1,"time":"2026-05-01T10:00:00Z","type":"{name}",{rest}}}"#);
    DataKind::of(&cc_core::Event::from_json(json).unwrap())
}

/// The published overview for users is no part of this project. Where it lies beside it (`CC_SPEC_DIR`, else
/// `../shared/spec`), the column of operation is held against it.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test may read a file it is told of")]
fn operation_keeps_what_the_published_overview_says() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/spec");
    let folder = std::env::var_os("CC_SPEC_DIR").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: no published facts at CC_SPEC_DIR or ../shared/spec");
        return;
    }
    let spec = std::fs::read_to_string(folder.join("connectedcars-api.json")).unwrap();
    let spec: serde_json::Value = serde_json::from_str(&spec).unwrap();
    let policy = Policy::default();
    for (list, keep) in [
        ("one_hour", "PT1H"),
        ("seven_days", "P7D"),
        ("sixty_days", "P60D"),
        ("until_deletion", "until_deletion"),
    ] {
        for words in spec["retention"][list].as_array().unwrap() {
            let words = words.as_str().unwrap();
            let (_, kind) = OVERVIEW.iter().find(|(known, _)| words.starts_with(known)).unwrap();
            let rule = policy.purpose(Purpose::Operation).kind(*kind);
            assert_eq!(rule.keep.to_string(), keep, "{words}");
        }
    }
}

/// The overview's words, as they begin.
const OVERVIEW: [(&str, DataKind); 15] = [
    ("position", DataKind::Position),
    ("warning lights", DataKind::WarningLight),
    ("error codes", DataKind::ErrorCode),
    ("battery warnings", DataKind::BatteryWarning),
    ("CAN activity", DataKind::CanActivity),
    ("ignition", DataKind::Ignition),
    ("mileage", DataKind::Mileage),
    ("fuel level", DataKind::FuelLevel),
    ("service and oil", DataKind::Service),
    ("battery voltage", DataKind::BatteryVoltage),
    ("trips", DataKind::Trip),
    ("driving events", DataKind::DrivingEvent),
    ("chat", DataKind::Chat),
    ("contact", DataKind::Contact),
    ("bump", DataKind::PowerFailure),
];

const INTRODUCTION: &str = "\
# Retention and minimisation

<!-- Written by cc-core/tests/privacy_reference.rs; do not edit. -->

One table says for each kind of data and each purpose how long they are kept and how precisely. `privacy::minimise` applies
it; `ccars privacy` does so on the command line. The column `operation` follows the platform's published overview for
users; the other purposes are a product choice, and get less. [The guide](../guides/privacy.md) shows how it is used.
";

const END: &str = "
## A table of one's own

A JSON object with what differs; the rest stays as above. Unknown settings are errors, with line and column.

```json
{
  \"speed_cap_kph\": 110,
  \"acceleration_from_g\": 0.3,
  \"purposes\": {
    \"analytics\": {
      \"disclosure\": \"pseudonym\",
      \"position\": \"3 decimals\",
      \"time\": \"PT1H\",
      \"kinds\": {\"position\": {\"keep\": \"P1D\", \"latest\": false}}
    }
  }
}
```

- `keep`: `never`, `until_deletion`, or a duration with one unit (`PT30S`, `PT10M`, `PT1H`, `P60D`), 100 years at most.
- `position`: `exact`, `10 m` to `100000 m`, or `0 decimals` to `6 decimals`.
- `time`: `exact`, or a step such as `PT1M`.

## Pseudonyms

A vehicle's pseudonym is the first 16 bytes of HMAC-SHA-256 under the key, of the text `cc-pseudonym/1`, the purpose,
`vehicle` and `organization/id`, with a zero byte between them. Events carry its first 53 bits as `vehicleId`, and as
`organizationKey` the word `pseudonym-` with the hexadecimal name made in the same way of `cc-pseudonym/1`, the purpose,
`organization` and nothing. An event's `id` becomes the number of the name made of `event` and the event's canonical
encoding. Under the key of 32 bytes 07, `semler/7` is `8241509868737937` for analytics.
";
