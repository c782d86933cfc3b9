//! Another project's reader and writer of protobuf, led by the committed `.proto` files alone, agree with ours: for every
//! type, value by value, in both directions.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;

use cc_core::protobuf::{EVENT_PACKAGE, decode_message, message_types};
use cc_core::{Body, Event};
use common::random::{self, Random};
use common::types::{MORE_TYPES, OWN_TYPES, TYPES};
use common::{Members, descriptors, same_json};
use prost_reflect::prost::Message as _;
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MapKey, ReflectMessage as _, Value,
};

/// The name in JSON of a field of protobuf, by this test's own table.
fn json_name(message: &str, field: &str) -> String {
    match (message, field) {
        ("CarServiceBooking", "appointment_date")
        | ("CarRoadworthyInspectionDate", "roadworthy_inspection_date")
        | ("SignalReading", "number_value" | "bool_value" | "text_value" | "date_value" | "instant_value") => {
            "value".to_owned()
        }
        ("CarServiceBooking" | "CarRoadworthyInspectionDate", "created_date") => "time".to_owned(),
        _ => {
            let mut words = field.split('_');
            let mut name = words.next().unwrap().to_owned();
            for word in words {
                name.push_str(&word[..1].to_uppercase());
                name.push_str(&word[1..]);
            }
            name
        }
    }
}

fn envelope(pool: &DescriptorPool, bytes: &[u8]) -> DynamicMessage {
    let event = pool.get_message_by_name(&format!("{EVENT_PACKAGE}.Event")).unwrap();
    DynamicMessage::decode(event, bytes).unwrap()
}

/// The one message in an envelope.
fn content(envelope: &DynamicMessage) -> DynamicMessage {
    let mut fields = envelope.fields();
    let (_, Value::Message(message)) = fields.next().unwrap() else { panic!("a message") };
    assert!(fields.next().is_none());
    message.clone()
}

/// Whether a value of protobuf says what JSON says, or the nearest its type can.
fn says(value: &Value, json: &str) -> bool {
    let text = || serde_json::from_str::<String>(json).ok();
    match value {
        Value::Bool(value) => json == value.to_string(),
        Value::F64(value) => json.parse::<f64>().unwrap().clamp(f64::MIN, f64::MAX) == *value,
        Value::I64(value) => match json.parse::<i64>() {
            Ok(exact) => exact == *value,
            Err(_) => json.parse::<f64>().unwrap().round() as i64 == *value,
        },
        Value::U32(value) => {
            json.parse() == Ok(*value)
                || u32::from_str_radix(&text().unwrap_or_default(), 16).unwrap_or(0) == *value
        }
        Value::String(value) => text().as_deref() == Some(value),
        Value::Message(message) if message.descriptor().full_name() == "google.protobuf.Timestamp" => {
            let at = chrono::DateTime::parse_from_rfc3339(&text().unwrap().to_uppercase()).unwrap();
            let (seconds, nanos) = (at.timestamp(), at.timestamp_subsec_nanos().min(999_999_999));
            let said = |name: &str| message.get_field_by_name(name).unwrap().into_owned();
            let said = (said("seconds").as_i64().unwrap(), said("nanos").as_i32().unwrap());
            let (first, last) = (-62_135_596_800, 253_402_300_799);
            said == (seconds.clamp(first, last), nanos as i32) || !(first..=last).contains(&seconds)
        }
        Value::Message(message) => {
            let members: Members = serde_json::from_str(json).unwrap();
            message
                .fields()
                .filter(|(field, _)| field.number() < 1000)
                .all(|(field, value)| says(value, members[&json_name("", field.name())].get()))
        }
        Value::List(items) => {
            let all: Vec<&serde_json::value::RawValue> = serde_json::from_str(json).unwrap();
            items.len() == all.len()
                && items.iter().zip(all).all(|(item, json)| {
                    // A status byte is written anew, whatever the letter case it came in.
                    says(item, &json.get().replace("2F", "2f"))
                })
        }
        Value::Map(entries) => {
            let members: BTreeMap<String, bool> = serde_json::from_str(json).unwrap();
            entries.iter().all(|(name, ready)| {
                let MapKey::String(name) = name else { return false };
                members.get(name).copied() == ready.as_bool()
            })
        }
        _ => false,
    }
}

/// The members of JSON that ride along.
fn riding(message: &DynamicMessage) -> Vec<(String, String)> {
    let json = message.get_field_by_number(1003).unwrap();
    let member = |value: &Value, name: &str| {
        value.as_message().unwrap().get_field_by_name(name).unwrap().as_str().unwrap().to_owned()
    };
    json.as_list().unwrap().iter().map(|value| (member(value, "name"), member(value, "json"))).collect()
}

#[test]
fn what_we_write_is_read_by_another_as_what_json_says() {
    let pool = descriptors::committed();
    let mut random = Random::new(11);
    let mut json = String::new();
    let types: Vec<_> = TYPES.iter().chain(&MORE_TYPES).chain(&OWN_TYPES).collect();
    let mut messages = BTreeMap::new();
    for case in 0..types.len() * 150 {
        let (name, fields) = types[case % types.len()];
        random::message(&mut random, name, fields, &mut json);
        let Ok(event) = Event::from_json(&json) else { continue };
        let written = event.to_json();
        let members: Members = serde_json::from_str(&written).unwrap();
        if members.contains_key("protobuf") {
            continue;
        }
        let envelope = envelope(&pool, &event.to_protobuf());
        assert_eq!(envelope.unknown_fields().count(), 0);
        let message = content(&envelope);
        assert_eq!(message.unknown_fields().count(), 0, "{json}");
        let message_name = message.descriptor().name().to_owned();
        let riding = riding(&message);
        let nulls = message.get_field_by_number(1002).unwrap();
        let nulls: Vec<u32> =
            nulls.as_list().unwrap().iter().map(|number| number.as_u32().unwrap()).collect();
        let mut said = vec!["type".to_owned()];
        for field in message.descriptor().fields().filter(|field| field.number() <= 1000) {
            let name = json_name(&message_name, field.name());
            let json = members.get(&name).map(|json| json.get());
            let value = message.get_field(&field);
            if message.has_field(&field) {
                let rides = riding.iter().any(|(rides, _)| *rides == name);
                assert!(
                    json.is_some_and(|json| says(&value, json) || rides && json == "null"),
                    "{name}: {value:?}\n{written}"
                );
                said.push(name);
            } else if nulls.contains(&field.number()) {
                assert_eq!(json, Some("null"), "{name}\n{written}");
                said.push(name);
            } else if let Some(json) = json
                && !riding.iter().any(|(rides, _)| *rides == name)
                && field.containing_oneof().is_none_or(|oneof| oneof.name() != "value")
            {
                // Zero is not written where the file does not say `optional`.
                assert!(!field.supports_presence() && says(&value, json), "{name}: {json}\n{written}");
                said.push(name);
            }
        }
        // What no field says rides along, as JSON has it.
        for (name, json) in &members {
            let rides = riding.iter().find(|(rides, _)| rides == name);
            assert!(said.contains(name) || rides.is_some(), "{name}\n{written}");
            assert!(rides.is_none_or(|(_, said)| same_json(said, json.get())), "{name}\n{written}");
        }
        *messages.entry(message_name).or_insert(0) += 1;
    }
    // The messages that are shared by rows with none of their own are all there too.
    for message in message_types() {
        let is_rare = ["BoolValue", "DateValue", "InstantValue"].contains(&&*message.name);
        assert!(is_rare || messages.contains_key(&message.name), "no {}", message.name);
    }
}

/// The event with some of its numbers zero and some of its texts empty, and with those that every event has.
fn emptied(random: &mut Random, json: &str) -> String {
    let mut members: Members = serde_json::from_str(json).unwrap();
    let raw = |json: &str| serde_json::value::RawValue::from_string(json.to_owned()).unwrap();
    for (name, empty) in [("vehicleId", "0"), ("organizationKey", EMPTY), ("vin", EMPTY)] {
        if random.one_in(2) {
            members.insert(name.to_owned(), raw(empty));
        }
    }
    for (name, value) in &mut members {
        if random.one_in(2) && !["time", "type"].contains(&name.as_str()) {
            match value.get().as_bytes()[0] {
                b'"' => *value = raw(EMPTY),
                b'-' | b'0'..=b'9' => *value = raw("0"),
                b't' => *value = raw("false"),
                _ => {}
            }
        }
    }
    serde_json::to_string(&members).unwrap()
}

const EMPTY: &str = "\"\"";

#[test]
fn what_another_writes_again_is_read_as_the_same_event() {
    let pool = descriptors::committed();
    let mut random = Random::new(12);
    let mut json = String::new();
    let without_a_name = ("", OWN_TYPES[0].1);
    let types: Vec<_> = TYPES.iter().chain(&MORE_TYPES).chain(&OWN_TYPES).chain([&without_a_name]).collect();
    let mut same = 0;
    for case in 0..types.len() * 200 {
        let (name, fields) = types[case % types.len()];
        random::message(&mut random, name, fields, &mut json);
        if case / types.len() % 2 == 1 {
            json = emptied(&mut random, &json);
        }
        let Ok(event) = Event::from_json(&json) else { continue };
        // Decoded and encoded again: zero and empty texts are gone where the file does not say `optional`.
        let envelope = envelope(&pool, &event.to_protobuf());
        let again = Event::from_protobuf(envelope.encode_to_vec()).unwrap();
        // A map has no order.
        let is_map = event.type_name() == "can_monitor_readiness";
        assert!(
            again == event || is_map && again.same_as(&event),
            "{}\n{}",
            event.to_json(),
            again.to_json()
        );
        // Our own bytes say it as well, and so does a message alone.
        assert_eq!(Event::from_protobuf(event.to_protobuf()).unwrap(), event, "{json}");
        let (message, bytes) = event.to_protobuf_message();
        if let Some(descriptor) = pool.get_message_by_name(&message.to_string()) {
            let alone = DynamicMessage::decode(descriptor, &*bytes).unwrap().encode_to_vec();
            assert!(decode_message(message, &alone).unwrap().same_as(&event), "{json}");
        }
        same += 1;
    }
    assert!(same > types.len() * 190);
}

#[test]
fn zero_and_nothing_stay_two_things_where_the_file_tells_them_not_apart() {
    let pool = descriptors::committed();
    let start = r#"{"id":0,"time":"1970-01-01T00:00:00Z","type":"#;
    for (type_name, members) in [
        ("can_odometer_km", r#""vehicleId":0,"value":0"#),
        ("can_odometer_km", r#""organizationKey":"","value":0"#),
        ("can_odometer_km", r#""value":0"#),
        ("can_engine_speed_rpm", r#""vehicleId":0,"organizationKey":"","value":0"#),
        ("car_roadworthy_inspection_date", r#""vehicleId":0,"vin":"","organizationKey":"""#),
        ("car_roadworthy_inspection_date", r#""value":null"#),
        ("car_service_booking", r#""vehicleId":0,"vin":"","organizationKey":"""#),
        ("car_service_booking", r#""bookingSource":"","bookingId":"","bookingStatus":"","bookingDealer":"""#),
        ("car_service_booking", r#""fleetId":0,"fleetExternalReference":"","workshopId":0"#),
        ("car_service_booking", r#""bookingId":null"#),
        ("gps_position", r#""vehicleId":0,"latitude":0,"longitude":0,"speed":0"#),
        ("", r#""vehicleId":0"#),
        ("a_type_of_tomorrow", r#""vehicleId":0,"value":"""#),
    ] {
        let json = format!("{start}\"{type_name}\",{members}}}");
        let event = Event::from_json(&json).unwrap();
        let bytes = envelope(&pool, &event.to_protobuf()).encode_to_vec();
        let again = Event::from_protobuf(bytes).unwrap();
        assert_eq!(again, event);
        assert_eq!(again.to_json(), event.to_json());
    }
    // An event that has none of them says nothing beside its fields.
    let plain = r#"{"id":1,"vehicleId":7,"organizationKey":"semler","time":"1970-01-01T00:00:00Z","type":"can_odometer_km","value":0}"#;
    let envelope = envelope(&pool, &Event::from_json(plain).unwrap().to_protobuf());
    assert_eq!(riding(&content(&envelope)), []);
}

/// A value for a field, and the JSON that says the same.
fn sample(field: &FieldDescriptor, seed: i64) -> (Value, String) {
    let name = field.name();
    match field.kind() {
        _ if field.is_map() => {
            (Value::Map([(MapKey::String("egr".into()), Value::Bool(true))].into()), r#"{"egr":true}"#.into())
        }
        Kind::Bool => (Value::Bool(true), "true".into()),
        Kind::Double => (Value::F64(seed as f64 + 0.5), format!("{seed}.5")),
        Kind::Int64 => (Value::I64(-seed), format!("-{seed}")),
        Kind::Uint32 if name == "status_mask" => (Value::U32(seed as u32), format!("\"{seed:02x}\"")),
        Kind::Uint32 => (Value::U32(seed as u32), seed.to_string()),
        Kind::String => {
            let text = match name {
                "diff" => "remove".to_owned(),
                "service" => "uds".to_owned(),
                "ignition" => "spark".to_owned(),
                "unit" => "km/h".to_owned(),
                "signal" => format!("CELL_{seed}"),
                "vin" => "WVWZZZ1KZAM000001".to_owned(),
                _ => format!("text {seed}"),
            };
            let json = format!("\"{text}\"");
            (Value::String(text), json)
        }
        Kind::Message(message) if message.full_name() == "google.protobuf.Timestamp" => {
            let mut value = DynamicMessage::new(message);
            value.set_field_by_name("seconds", Value::I64(1_777_629_600 + seed));
            let at = chrono::DateTime::from_timestamp(1_777_629_600 + seed, 0).unwrap();
            (Value::Message(value), format!("\"{}\"", at.format("%Y-%m-%dT%H:%M:%SZ")))
        }
        Kind::Message(message) if message.name() == "MappedStatus" => {
            let mut value = DynamicMessage::new(message);
            value.set_field_by_name("confirmed", Value::Bool(false));
            (Value::Message(value), r#"{"confirmed":false}"#.into())
        }
        Kind::Message(message) if message.name() == "ScannedCode" => {
            let mut value = DynamicMessage::new(message);
            value.set_field_by_name("code", Value::String("0301".into()));
            value.set_field_by_name("source_type", Value::String("j2012".into()));
            (
                Value::List(vec![Value::Message(value.clone()), Value::Message(value)]),
                r#"[{"code":"0301","sourceType":"j2012"},{"code":"0301","sourceType":"j2012"}]"#.into(),
            )
        }
        kind => panic!("{name} is {kind:?}"),
    }
}

#[test]
fn what_another_writes_is_read_value_by_value() {
    let pool = descriptors::committed();
    for message_type in message_types() {
        let descriptor = pool.get_message_by_name(&message_type.id.to_string()).unwrap();
        let types: Vec<&str> = match message_type.event_type {
            Some(name) => vec![name],
            None => match &*message_type.name {
                "OtherEvent" => vec!["a_type_of_tomorrow"],
                "NumberValue" => vec!["can_engine_speed_rpm", "a_number_of_tomorrow"],
                "BoolValue" => vec!["can_brake_lamp", "a_lamp_of_tomorrow"],
                "TextValue" => vec!["can_malfunction_indicator_frequency", "a_text_of_tomorrow"],
                "DateValue" => vec!["a_day_of_tomorrow"],
                "InstantValue" => vec!["can_roadworthy_inspection_due", "an_instant_of_tomorrow"],
                other => panic!("no types for {other}"),
            },
        };
        for type_name in types {
            let mut message = DynamicMessage::new(descriptor.clone());
            let mut expected = BTreeMap::from([("type".to_owned(), format!("\"{type_name}\""))]);
            for (seed, field) in (1..).zip(descriptor.fields()) {
                let name = json_name(descriptor.name(), field.name());
                let is_optional = field.field_descriptor_proto().proto3_optional();
                // Of several kinds of value the number is the one.
                let is_second = field.containing_oneof().is_some() && !is_optional && field.number() != 3;
                if name == "type" {
                    message.set_field(&field, Value::String(type_name.into()));
                } else if field.number() <= 1000 && !is_second && field.name() != "kind" {
                    let (value, json) = sample(&field, seed);
                    message.set_field(&field, value);
                    expected.insert(name, json);
                }
            }
            if message_type.name == "DateValue" {
                message.set_field_by_name("value", Value::String("2026-05-01".into()));
                expected.insert("value".into(), "\"2026-05-01\"".into());
            }
            if type_name == "can_last_service_at_date" {
                message.set_field_by_name("value", Value::String("2026-05-02".into()));
                expected.insert("value".into(), "\"2026-05-02\"".into());
            }
            let bytes = message.encode_to_vec();
            let event = decode_message(message_type.id, &bytes).unwrap();
            let members: Members = serde_json::from_str(&event.to_json()).unwrap();
            let found: BTreeMap<String, String> =
                members.iter().map(|(name, json)| (name.clone(), json.get().to_owned())).collect();
            assert_eq!(found, expected, "{}", message_type.name);
            assert_eq!(event.type_name(), type_name);
            let is_typed = !matches!(event.body, Body::Other(_));
            assert_eq!(is_typed, !type_name.ends_with("tomorrow"), "{type_name}");
            // In the envelope it is the same.
            let mut envelope =
                DynamicMessage::new(pool.get_message_by_name(&format!("{EVENT_PACKAGE}.Event")).unwrap());
            envelope.set_field_by_number(message_type.id.number(), Value::Message(message));
            assert_eq!(Event::from_protobuf(envelope.encode_to_vec()).unwrap(), event);
        }
    }
}
