//! Writes `docs/reference/events.md` from the types this version knows, and proves that the page in the repository is
//! the one it writes. `CC_UPDATE_REFERENCE=1 cargo test -p cc-core --test event_reference` rewrites it.

use std::fmt::Write as _;

use cc_core::{MeasureUnit, StructuredType, ValueKind, catalogue, structured_types};

/// The page, seen from this crate.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/events.md");

#[test]
#[expect(clippy::disallowed_methods, reason = "a test compares a file of the repository")]
fn the_reference_page_is_the_one_that_the_types_write() {
    let page = page();
    if std::env::var_os("CC_UPDATE_REFERENCE").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    // A checkout may end its lines in another way.
    let written = std::fs::read_to_string(PAGE).unwrap_or_default().replace("\r\n", "\n");
    assert!(written == page, "run `CC_UPDATE_REFERENCE=1 cargo test -p cc-core --test event_reference`");
}

fn page() -> String {
    let structured = structured_types();
    let mut out = String::from(INTRODUCTION);
    out.push_str("\n## Types with fields of their own\n\nA field in **bold** makes the type what it is; any other may be absent or null.\n");
    for published in [true, false] {
        for row in structured.iter().filter(|row| row.published == published) {
            section(&mut out, row);
        }
    }
    out.push_str("\n## Types of one value\n\nEach is a signal of the catalogue ([Signals and units](signals.md)) and has one field, `value`.\n");
    for (title, published) in [("Published", true), ("Ours", false)] {
        let _ = write!(out, "\n### {title}\n\n| type | signal | value | meaning |\n|---|---|---|---|\n");
        for row in catalogue().iter().filter(|row| row.published == published) {
            let mut name = format!("`{}`", row.stream);
            for alias in row.stream_aliases {
                let _ = write!(name, ", older `{alias}`");
            }
            let value = match row.kind {
                ValueKind::Bool => "true or false".to_owned(),
                ValueKind::Date => "text, YYYY-MM-DD".to_owned(),
                ValueKind::Instant => "text, RFC 3339".to_owned(),
                ValueKind::Number if row.unit == MeasureUnit::One => "number".to_owned(),
                ValueKind::Number => format!("number, {}", row.unit),
                ValueKind::Text => "text".to_owned(),
            };
            let _ = writeln!(out, "| {name} | `{}` | {value} | {} |", row.id, row.about);
        }
    }
    out
}

fn section(out: &mut String, row: &StructuredType) {
    let StructuredType { name, published, about, fields, .. } = row;
    let ours = if *published { "" } else { " Ours." };
    let _ = write!(out, "\n### `{name}`\n\n{about}{ours}\n");
    if !fields.is_empty() {
        out.push_str("\n| field | value | meaning |\n|---|---|---|\n");
    }
    for field in *fields {
        let name = if field.required { format!("**`{}`**", field.name) } else { format!("`{}`", field.name) };
        let _ = writeln!(out, "| {name} | {} | {} |", field.kind, field.about);
    }
}

const INTRODUCTION: &str = "\
# Events

<!-- Written by cc-core/tests/event_reference.rs; do not edit. -->

An event is one JSON object of the push-v2 data stream. `Event::from_json` reads one, `decode_batch` an array or JSON
Lines, `stream::EventStream` the same piece by piece, and `Event::to_json` writes it back as the same JSON value.

## What every event has

| field | value | meaning |
|---|---|---|
| **`id`** | an integer of 64 bits | the event's number; not unique, every shard counts for itself |
| `vehicleId` | an integer of 64 bits | the vehicle, unique only within its organisation |
| `vin` | a text | the vehicle's identification number |
| `organizationKey` | a text | the scope of every id; admin events have none |
| **`time`** | a text (date and time of RFC 3339) | when it happened |
| **`type`** | a text | which of the types below it is |

`id`, `time` and `type` must be there; without them, or where a field's JSON is of another type than its table says, the
answer is an error that names field, expectation and byte, and never the value.

## What comes back

Written are, in this order: the fields above, the type's own in the order of its table, and unknown ones in the order
they came.

- `time` comes back in UTC with as many digits after the second as it had. Other dates and times come back as written.
- Null stays null and absent stays absent. Numbers keep their digits (`12.50`, `1e3`, twenty digits); whole ids keep their value (`12.0` is 12).
- A text with a meaning this version does not know (a new word for `diff`, a VIN of 16 characters) comes back as it was;
  the typed field is then empty.
- An unknown type, or one whose bold fields are absent, null or without a known meaning, is `Body::Other` with all its
  fields. Unknown fields of known types are kept beside the body.
- An older name of a type comes back as it was; `Event::type_name` gives the current one.
- Of two members of one name the last counts. Objects and arrays may be nested 128 deep.
- In a batch or a stream an event has at most 1 MiB (1,048,576 bytes), from its first brace to its last; of a stream,
  `StreamLimits` can say another bound. A larger one is an error, and those behind it are read.

What was kept never speaks for a field that was changed after decoding.

## When two events are one

Delivery is at least once, unordered, with ids that are not unique. Two events are the same when their canonical
encodings are equal byte for byte: the JSON array `[organizationKey, vehicleId, type, time, id, rest]`, without white
space. `type` is the current name, `time` is in UTC without trailing zeros, and `rest` is an object of everything else with
its keys sorted (RFC 8785 §3.2.3), also inside unknown fields; numbers stand as received, strings with as few escapes
as JSON allows. Events are ordered by instant, type, id, and then by that encoding.
";
