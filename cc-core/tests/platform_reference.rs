//! Writes `docs/reference/platform.md` from the state machines and the fields of the platform's entities, and proves that
//! the page in the repository is the one it writes.
//! `CC_UPDATE_REFERENCE=1 cargo test -p cc-core --test platform_reference` rewrites it.

use std::fmt::Write as _;

use cc_core::EventField;
use cc_core::platform::{
    Attachment, Booking, ClockZone, Consent, Conversation, Coordinates, Fleet, FleetMember, FleetVehicle,
    HoursException, Message, OpeningHours, OpeningSpan, Place, ReadMark, ServiceReminder, Share,
    StateMachine, Trip, Workshop, state_machines,
};

/// The page, seen from this crate.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/platform.md");

/// Each entity with what it is.
const ENTITIES: &[(&str, &str, &[EventField])] = &[
    ("Trip", "One drive of one car, kept by the person who drove it.", Trip::FIELDS),
    ("Place", "A point on the map that a person gave a name.", Place::FIELDS),
    ("Share", "One thing shown to one other person or company, by its owner's leave.", Share::FIELDS),
    ("Conversation", "What a driver and a workshop write to each other about one car.", Conversation::FIELDS),
    ("Message", "One message: text, files, or both.", Message::FIELDS),
    ("Attachment", "A file that goes with a message.", Attachment::FIELDS),
    ("ReadMark", "How far one side has read.", ReadMark::FIELDS),
    ("Booking", "An appointment of one car with one workshop.", Booking::FIELDS),
    ("Workshop", "A business that repairs cars.", Workshop::FIELDS),
    ("OpeningHours", "The hours of a week, and the days that differ from it.", OpeningHours::FIELDS),
    ("OpeningSpan", "From when to when it is open.", OpeningSpan::FIELDS),
    ("HoursException", "One day with hours of its own.", HoursException::FIELDS),
    ("ClockZone", "A time zone: its name for people, and its rule for the code.", ClockZone::FIELDS),
    ("Fleet", "A group of vehicles with people who look after them.", Fleet::FIELDS),
    ("FleetMember", "A person of a fleet.", FleetMember::FIELDS),
    ("FleetVehicle", "A vehicle that a fleet has or had.", FleetVehicle::FIELDS),
    ("Consent", "One decision of one person about one purpose.", Consent::FIELDS),
    ("ServiceReminder", "One service that one car will need.", ServiceReminder::FIELDS),
    ("Coordinates", "A point on the earth.", Coordinates::FIELDS),
];

#[test]
#[expect(clippy::disallowed_methods, reason = "a test compares a file of the repository")]
fn the_reference_page_is_the_one_that_the_tables_write() {
    let page = page();
    if std::env::var_os("CC_UPDATE_REFERENCE").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    // A checkout may end its lines in another way.
    let written = std::fs::read_to_string(PAGE).unwrap_or_default().replace("\r\n", "\n");
    assert!(written == page, "run `CC_UPDATE_REFERENCE=1 cargo test -p cc-core --test platform_reference`");
}

#[test]
fn every_field_says_what_it_means() {
    for (entity, _, fields) in ENTITIES {
        for field in *fields {
            assert!(!field.about.is_empty() && !field.kind.is_empty(), "{entity}.{}", field.name);
        }
    }
}

fn page() -> String {
    let mut out = String::from(INTRODUCTION);
    out.push_str("\n## States\n\nA cell is the state after the action, or the message that refuses it.\n");
    for machine in state_machines() {
        states(&mut out, &machine);
    }
    out.push_str("\n## JSON\n\nA field in **bold** must be there; any other may be absent or null.\n");
    for (entity, about, fields) in ENTITIES {
        let _ = write!(out, "\n### `{entity}`\n\n{about}\n\n| field | value | meaning |\n|---|---|---|\n");
        for EventField { name, kind, required, about } in *fields {
            let name = if *required { format!("**`{name}`**") } else { format!("`{name}`") };
            let _ = writeln!(out, "| {name} | {kind} | {about} |");
        }
    }
    out
}

fn states(out: &mut String, machine: &StateMachine) {
    let StateMachine { entity, states, actions, transitions, refusals } = machine;
    let _ = write!(out, "\n### {entity}\n\n");
    for (state, about) in *states {
        let _ = writeln!(out, "- `{state}`: {about}.");
    }
    out.push('\n');
    for (action, about) in *actions {
        let _ = writeln!(out, "- **{action}**: {about}.");
    }
    out.push_str("\n| |");
    for (action, _) in *actions {
        let _ = write!(out, " {action} |");
    }
    let _ = writeln!(out, "\n|---|{}", "---|".repeat(actions.len()));
    for row in transitions.chunks(actions.len()) {
        let _ = write!(out, "| `{}` |", row[0].from);
        for cell in row {
            let _ = match cell.outcome {
                Ok(to) => write!(out, " → `{}` |", to.replace(" or ", "`, `")),
                Err(message) => write!(out, " *{message}* |"),
            };
        }
        out.push('\n');
    }
    if !refusals.is_empty() {
        out.push_str("\nRefused in any state: ");
        for (i, message) in refusals.iter().enumerate() {
            let _ = write!(out, "{}*{message}*", if i == 0 { "" } else { "; " });
        }
        out.push_str(".\n");
    }
}

const INTRODUCTION: &str = "\
# Platform entities

<!-- Written by cc-core/tests/platform_reference.rs; do not edit. -->

What a platform keeps about cars and people, in `cc_core::platform`: the states each entity goes through, and its JSON.

Every entity is one JSON object. Fields this version does not know come back as they were; null stays null and absent
stays absent; numbers keep their digits. A field whose value no such entity can have is an error that names field,
expectation and byte, and never the value. Instants are RFC 3339; they come back as they were spelled until they change.

- Of a share, that it `expired` is said by the clock alone; of a booking, that it is `past`; of a service reminder,
  whether it is `upcoming`, `due` or `overdue`. JSON holds what was last said.
- A booking is active while it is neither cancelled nor past, up to and at the instant of its appointment, and a vehicle
  has one at most. A cancelled booking stays cancelled, by its first cancellation; of several bookings only the one made
  last can be active.
- What comes at least once and in any order (bookings, access, consents, messages and read marks, service readings)
  folds to the same state whatever the order and however often: the latest counts. At one instant, a removal counts over a
  grant, and closed over open.
- Opening hours follow the clock on the wall. A span that closes no later than it opens ends on the next day and belongs
  to the day it opens on. A day named as an exception has its own hours and none of the week's. Where clocks change, a time
  that comes twice is its first, and a skipped time comes as much later as the clocks jump (RFC 5545 §3.3.5).
- A time zone's `rule` is the `TZ` text of POSIX.1 §8.3 with the longer times of RFC 9636 §3.3.1; it comes with the
  data, so that every device tells the same hours.
";
