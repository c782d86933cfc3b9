//! Writes the `.proto` files and `docs/reference/protobuf.md` from the tables, and proves that those in the repository
//! are the ones it writes. `CC_UPDATE_REFERENCE=1 cargo test -p cc-core --test protobuf_files` rewrites them, unless a
//! number that was given before would get another meaning: numbers are for ever.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a test compares files of the repository")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use cc_core::catalogue;
use cc_core::protobuf::{
    BOOKING_PACKAGE, EVENT_PACKAGE, MessageField, MessageSource, MessageType, ProtobufKind, VEHICLE_PACKAGE,
    message_types, part_types,
};
use common::descriptors;
use prost_reflect::{DescriptorPool, Kind};

/// The folder of the `.proto` files.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/proto");
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/protobuf.md");
const UPDATE: &str = "run `CC_UPDATE_REFERENCE=1 cargo test -p cc-core --test protobuf_files`";

#[test]
fn the_files_are_the_ones_that_the_tables_write() {
    let files = files();
    let names = files.iter().map(|(name, _)| (*name).to_owned());
    if std::env::var_os("CC_UPDATE_REFERENCE").is_some() {
        if Path::new(FOLDER).is_dir() {
            let texts = files.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect();
            assert_nothing_is_lost(&descriptors::committed(), &descriptors::compile(texts));
        }
        for (name, text) in &files {
            let path = Path::new(FOLDER).join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    }
    assert!(descriptors::names().into_iter().eq(names), "the folder holds these files and no other");
    for (name, text) in files {
        assert!(read(&Path::new(FOLDER).join(name)) == text, "{name}: {UPDATE}");
    }
}

#[test]
fn the_reference_page_is_the_one_that_the_tables_write() {
    let page = page();
    if std::env::var_os("CC_UPDATE_REFERENCE").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    assert!(read(Path::new(PAGE)) == page, "{UPDATE}");
}

/// A checkout may end its lines in another way.
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n")
}

/// Every message, number, name and type of the first is in the second.
fn assert_nothing_is_lost(before: &DescriptorPool, after: &DescriptorPool) {
    for message in before.all_messages() {
        let name = message.full_name();
        let now = after.get_message_by_name(name).unwrap_or_else(|| panic!("{name} was taken away"));
        for field in message.fields() {
            let number = field.number();
            let now = now.get_field(number).unwrap_or_else(|| panic!("{name}: {number} was taken away"));
            let shape = |field: &prost_reflect::FieldDescriptor| {
                let kind = match field.kind() {
                    Kind::Message(message) => message.full_name().to_owned(),
                    kind => format!("{kind:?}"),
                };
                (field.name().to_owned(), kind, field.is_list())
            };
            assert_eq!(shape(&now), shape(&field), "{name}: {number} is something else now");
        }
    }
}

#[test]
#[should_panic(expected = "cc.sdk.event.v1.GpsPosition: 12 is something else now")]
fn a_number_never_gets_another_meaning() {
    let before = descriptors::committed();
    let mut texts: BTreeMap<String, String> =
        files().into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    let event = texts.get_mut(EVENT_FILE).unwrap();
    *event = event.replace("optional double hdop = 12;", "optional double vdop = 12;");
    assert_nothing_is_lost(&before, &descriptors::compile(texts));
}

// The published facts.

#[test]
fn documented_messages_are_as_published() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/spec");
    let folder = std::env::var_os("CC_SPEC_DIR").map_or(path, Into::into);
    if !folder.is_dir() {
        println!("skipped: no published facts at CC_SPEC_DIR or ../shared/spec");
        return;
    }
    let spec: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("push-v2-proto.json")).unwrap()).unwrap();
    let pool = descriptors::committed();
    let generic = &spec["generic_vehicle_event"];
    let mut checked = 0;
    let mut check = |package: &str, message: &str, fields: &[&serde_json::Value]| {
        let message = pool.get_message_by_name(&format!("{package}.{message}")).unwrap();
        let mut known = 0;
        let facts = fields.iter().flat_map(|fields| fields.as_object().unwrap());
        // Beside the fields the name of the event's type may stand.
        for (name, facts) in facts.filter(|(_, facts)| facts.is_array()) {
            let field = message.get_field_by_name(name).unwrap_or_else(|| panic!("no field {name}"));
            assert_eq!(u64::from(field.number()), facts[1].as_u64().unwrap(), "{name}");
            let kind = match field.kind() {
                Kind::Int64 => "int64",
                Kind::String => "string",
                Kind::Message(message) if message.full_name() == "google.protobuf.Timestamp" => "Timestamp",
                other => panic!("{name} is {other:?}"),
            };
            assert_eq!(Some(kind), facts[0].as_str(), "{name}");
            let optional = field.field_descriptor_proto().proto3_optional();
            assert_eq!(optional, facts[2] == "optional", "{name}");
            known += 1;
        }
        // Beside these there is only what is ours, at high numbers.
        assert_eq!(known, message.fields().filter(|field| field.number() < 1000).count());
        checked += 1;
    };
    for (message, facts) in spec["value_events"]["documented"].as_object().unwrap() {
        let type_name = facts["type"].as_str().unwrap();
        check(VEHICLE_PACKAGE, message, &[generic, facts]);
        assert!(catalogue().iter().any(|row| row.stream == type_name));
    }
    check(BOOKING_PACKAGE, "CarServiceBooking", &[&spec["CarServiceBooking"]]);
    check(VEHICLE_PACKAGE, "CarRoadworthyInspectionDate", &[&spec["CarRoadworthyInspectionDate"]]);
    assert_eq!(checked, 4);
}

// Writing the files.

const MEMBER_FILE: &str = "cc/sdk/event/v1/json_member.proto";
const EVENT_FILE: &str = "cc/sdk/event/v1/event.proto";
const VEHICLE_FILE: &str = "cc/protobuf/vehicle/v1/vehicle.proto";
const BOOKING_FILE: &str = "cc/protobuf/booking/v1/booking.proto";

/// The files by name, in the order of their names.
fn files() -> Vec<(&'static str, String)> {
    let types = message_types();
    let of = |package: &str| types.iter().filter(|message| message.package == package).collect::<Vec<_>>();
    let mut event = head(
        EVENT_PACKAGE,
        "The envelope of the data stream, and the messages that are this project's own.",
        &[TIMESTAMP_FILE, BOOKING_FILE, VEHICLE_FILE, MEMBER_FILE],
    );
    envelope(&mut event, &types);
    for message in of(EVENT_PACKAGE) {
        write_message(&mut event, message);
    }
    for part in part_types().into_iter().filter(|part| part.name != "JsonMember") {
        write_fields(&mut event, part.name, &[part.about], &part.fields, EVENT_PACKAGE);
    }
    let mut member = head(EVENT_PACKAGE, "What other fields do not say, as JSON.", &[]);
    for part in part_types().into_iter().filter(|part| part.name == "JsonMember") {
        write_fields(&mut member, part.name, &[part.about], &part.fields, EVENT_PACKAGE);
    }
    let mut vehicle = head(VEHICLE_PACKAGE, "What vehicles say.", &[TIMESTAMP_FILE, MEMBER_FILE]);
    for message in of(VEHICLE_PACKAGE) {
        write_message(&mut vehicle, message);
    }
    let mut booking = head(BOOKING_PACKAGE, "Bookings at workshops.", &[TIMESTAMP_FILE, MEMBER_FILE]);
    for message in of(BOOKING_PACKAGE) {
        write_message(&mut booking, message);
    }
    vec![(BOOKING_FILE, booking), (VEHICLE_FILE, vehicle), (EVENT_FILE, event), (MEMBER_FILE, member)]
}

const TIMESTAMP_FILE: &str = "google/protobuf/timestamp.proto";

fn head(package: &str, about: &str, imports: &[&str]) -> String {
    let mut out = format!(
        "// {about}\n//\n// Written by cc-core/tests/protobuf_files.rs from the tables of cc-core; do not edit.\n\n\
         syntax = \"proto3\";\n\npackage {package};\n\n"
    );
    for import in imports {
        let _ = writeln!(out, "import \"{import}\";");
    }
    if !imports.is_empty() {
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn envelope(out: &mut String, types: &[MessageType]) {
    out.push_str(
        "\n// One event of any type. In a stream each has its length before it, as a varint.\n//\n\
         // The numbers are for ever. A new message gets the next free one below 1000, and has type, id, vehicle_id, time\n\
         // and organization_key as the numbers 1, 2, 4, 5 and 6, so that a reader that does not know it can still tell\n\
         // what it is about. Numbers from 1000 on are for what else an envelope may say.\n\
         message Event {\n  oneof event {\n",
    );
    for message in types {
        let package =
            if message.package == EVENT_PACKAGE { String::new() } else { format!("{}.", message.package) };
        let name = member_name(message);
        let _ = writeln!(out, "    {package}{} {name} = {};", message.name, message.id.number());
    }
    out.push_str("  }\n}\n");
}

/// The name of a message's member of the envelope.
fn member_name(message: &MessageType) -> String {
    message.event_type.map_or_else(
        || {
            let mut name = String::new();
            for (i, letter) in message.name.char_indices() {
                if i > 0 && letter.is_ascii_uppercase() {
                    name.push('_');
                }
                name.push(letter.to_ascii_lowercase());
            }
            name
        },
        str::to_owned,
    )
}

fn write_message(out: &mut String, message: &MessageType) {
    let source = match message.source {
        MessageSource::Documented => "Published; the fields from 1000 on are this project's.",
        MessageSource::Rule => {
            "By the published rule for values; the message's name and the type of `value` are this project's, as are \
             the\nfields from 1000 on."
        }
        MessageSource::Own => "This project's own.",
    };
    let mut about = vec![message.about];
    about.extend(source.split('\n'));
    write_fields(out, &message.name, &about, &message.fields, message.package);
}

fn write_fields(out: &mut String, name: &str, about: &[&str], fields: &[MessageField], package: &str) {
    out.push('\n');
    for line in about {
        let _ = writeln!(out, "// {line}");
    }
    let _ = writeln!(out, "message {name} {{");
    for field in fields.iter().filter(|field| !field.oneof) {
        write_field(out, "  ", field, package);
    }
    if fields.iter().any(|field| field.oneof) {
        out.push_str("  oneof value {\n");
        for field in fields.iter().filter(|field| field.oneof) {
            write_field(out, "    ", field, package);
        }
        out.push_str("  }\n");
    }
    out.push_str("}\n");
}

fn write_field(out: &mut String, indent: &str, field: &MessageField, package: &str) {
    let optional = if field.optional { "optional " } else { "" };
    let kind = kind(field.kind, package);
    let MessageField { name, number, about, .. } = field;
    let _ = writeln!(out, "{indent}// {}{}.", about[..1].to_uppercase(), &about[1..]);
    let _ = writeln!(out, "{indent}{optional}{kind} {name} = {number};");
}

fn kind(kind: ProtobufKind, package: &str) -> String {
    let own = |name: &str| {
        if package == EVENT_PACKAGE { name.to_owned() } else { format!("{EVENT_PACKAGE}.{name}") }
    };
    match kind {
        ProtobufKind::Bool => "bool".into(),
        ProtobufKind::Double => "double".into(),
        ProtobufKind::Int64 => "int64".into(),
        ProtobufKind::Map => "map<string, bool>".into(),
        ProtobufKind::Message(name) => own(name),
        ProtobufKind::Repeated(name) => format!("repeated {}", own(name)),
        ProtobufKind::Text => "string".into(),
        ProtobufKind::Timestamp => "google.protobuf.Timestamp".into(),
        ProtobufKind::Uint32 => "uint32".into(),
        ProtobufKind::Uint32List => "repeated uint32".into(),
        other => panic!("a kind that this test does not know: {other:?}"),
    }
}

// Writing the page.

fn page() -> String {
    let mut out = String::from(INTRODUCTION);
    out.push_str("\n## Messages\n\n| number | message | type of event | source |\n|---|---|---|---|\n");
    for message in message_types() {
        let source = match message.source {
            MessageSource::Documented => "published",
            MessageSource::Rule => "the published rule",
            MessageSource::Own => "ours",
        };
        let event = message.event_type.map_or_else(|| "several".to_owned(), |name| format!("`{name}`"));
        let _ = writeln!(
            out,
            "| {} | `{}.{}` | {event} | {source} |",
            message.id.number(),
            message.package,
            message.name
        );
    }
    out.push_str("\n## Fields\n\nEvery message but two has these:\n\n| number | field | type | meaning |\n|---|---|---|---|\n");
    let types = message_types();
    let row = |out: &mut String, field: &MessageField| {
        let optional = if field.optional { "optional " } else { "" };
        let kind = kind(field.kind, EVENT_PACKAGE);
        let MessageField { name, number, about, .. } = field;
        let _ = writeln!(out, "| {number} | `{name}` | {optional}{kind} | {about} |");
    };
    let common = &types[0].fields;
    for field in common {
        row(&mut out, field);
    }
    out.push_str("\nThe messages of one value have `value` as number 3 beside them: an `int64` where push-v2 calls the number an integer, else a `double`, or a `bool`, a `string`, or a `google.protobuf.Timestamp`. The others have fields of their own:\n");
    for message in &types {
        let is_plain = message.fields.iter().all(|field| {
            common.iter().any(|other| other.number == field.number && other.name == field.name)
                || field.name == "value"
        });
        if is_plain {
            continue;
        }
        let _ = write!(
            out,
            "\n### `{}`\n\n{}\n\n| number | field | type | meaning |\n|---|---|---|---|\n",
            message.name, message.about
        );
        let is_same = |field: &MessageField| {
            common.iter().any(|other| (other.number, &other.name) == (field.number, &field.name))
        };
        for field in message.fields.iter().filter(|field| !is_same(field)) {
            row(&mut out, field);
        }
    }
    for part in part_types() {
        let _ = write!(
            out,
            "\n### `{}`\n\n{}\n\n| number | field | type | meaning |\n|---|---|---|---|\n",
            part.name, part.about
        );
        for field in &part.fields {
            row(&mut out, field);
        }
    }
    out
}

const INTRODUCTION: &str = "\
# Protobuf

<!-- Written by cc-core/tests/protobuf_files.rs; do not edit. -->

The data stream's events as protobuf. The `.proto` files are in [`cc-core/proto`](../../cc-core/proto); they are written
from the same tables as the JSON codec, and a test proves them current. What the fields mean is in [Events](events.md).

Some messages of the data stream are published with names, numbers and types, and so is a rule for events of one value.
Where nothing is published, the message is this project's own, and both the table below and the `.proto` file say so. In
the published messages the fields from 1000 on are ours.

## Streams and topics

`Event::to_protobuf` and `Event::from_protobuf` use the envelope `cc.sdk.event.v1.Event`, which holds one message of any
type. In a stream each envelope has its length before it, as a varint (`ProtobufEncoder`, `ProtobufDecoder`). A topic of
one type carries the message alone (`Event::to_protobuf_message`, `decode_message`).

`ProtobufDecoder` reads envelopes of at most 4 MiB (`with_limit` sets another bound), `decode_delimited` those of any size. Who reads an
event as JSON later may read at most 1 MiB of it (see [Events](events.md)), so a platform takes none whose JSON is larger.

A schema registry that cannot import `google/protobuf/timestamp.proto` may have
`message Timestamp { int64 seconds = 1; int32 nanos = 2; }` in its place: the bytes are the same.

## What the typed fields cannot say

- `vin`, where the message has no field for it.
- `time_digits`: JSON wrote `10:00:00.000Z`, and not `10:00:00Z`.
- `null_fields`: the numbers of fields that are null in JSON, which is not the same as absent.
- `json`: fields that JSON has and protobuf does not, and the JSON of values that the typed field says less exactly: `12.50`,
  a number beyond a double, a leap second, a date with an offset. The typed field then holds the nearest it can.
  Where the two disagree the typed field was changed since, and it counts.
- `json` again: zero and the empty text, where the field has no presence and an event may lack it. Other writers leave such
  a field out, and absent is not zero: `vehicle_id` and `organization_key` in the published messages and in those of the
  published rule, `vin`, `booking_source`, `booking_id`, `booking_status` and `booking_dealer` in the bookings', `vin` in
  `CarRoadworthyInspectionDate`, and the `type` of an `OtherEvent` where it is empty. So events survive a program that only
  reads and writes them again, whichever library it has.

A text that this version does not understand (a VIN of 16 characters, a new word) is written to its field as it is.

## What this version does not know

- Fields and messages of newer senders come back byte for byte from `Event::to_protobuf`. JSON shows them as the member
  `protobuf`: the number of the message and a colon, where the message itself is unknown; the fields' bytes in hex; and
  after a semicolon those beside the message.
- Of a message with an unknown number the fields 1, 2, 4, 5 and 6 are read, which every new message has.
- An event whose type the sender did not know, or had no value for, is an `OtherEvent`. Its fields are in `json`, and a
  reader that knows the type reads them as such.
- A field that must be there and is absent is zero, as protobuf has it, or, where zero means nothing, makes the event one
  of an unknown type.

## New messages

A new type gets the next free number of the envelope, and its fields the numbers from 7 on. Numbers are for ever: the
test that writes the files refuses to give one another meaning.
";
