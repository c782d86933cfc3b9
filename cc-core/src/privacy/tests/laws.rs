//! What holds for any events, also for those that hide things.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::ValueKind;

/// A type's name and its fields, each with a member that makes the type what it is, where it needs that field.
type Type = (&'static str, Vec<(&'static str, Option<String>)>);

/// An event that hides the canary wherever a sender could.
fn hiding() -> impl Strategy<Value = Event> {
    let structured = structured_types().into_iter().map(|row| {
        let fields =
            row.fields.iter().map(|field| (field.name, field.required.then(|| smallest(field)))).collect();
        (row.name, fields)
    });
    let published =
        catalogue().iter().filter(|row| row.published).map(|row| (row.stream, vec![("value", None)]));
    let others =
        ["can_oil_degration_percent", CANARY, "from_the_future"].map(|name| (name, vec![("value", None)]));
    let types: Vec<Type> = structured.chain(published).chain(others).collect();
    // Structured types are a third of them, and have far more places to hide in.
    let place = prop_oneof![0..types.len(), 0..structured_types().len()];
    place.prop_flat_map(move |i| {
        let (name, fields) = &types[i];
        let fields: Vec<BoxedStrategy<String>> =
            fields.iter().map(|(field, smallest)| field_of(name, field, smallest.clone())).collect();
        let vin = prop::sample::select(vec![
            "",
            ",\"vin\":\"WVWZZZ1KZAM000001\"",
            ",\"vin\":\"WVWZZZ1KZAM000001?\"",
        ]);
        let car = prop::sample::select(vec![
            ",\"vehicleId\":7,\"organizationKey\":\"semler\"",
            ",\"vehicleId\":7",
            ",\"organizationKey\":\"WVWZZZ1KZAM000001\",\"vehicleId\":null",
        ]);
        let extra =
            prop::sample::select(vec!["", ",\"note\":[\"WVWZZZ1KZAM000001\"]", ",\"WVWZZZ1KZAM000001\":1"]);
        let name = (*name).to_string();
        (fields, vin, car, extra, 0_i64..3, 0..200_000_u32).prop_filter_map(
            "an event",
            move |(fields, vin, car, extra, id, age)| {
                let time = (now() - TimeDelta::seconds(age.into())).to_rfc3339();
                let fields = fields.concat();
                let json =
                    format!(r#"{{"id":{id},"time":"{time}","type":"{name}"{vin}{car}{fields}{extra}}}"#);
                Event::from_json(json).ok()
            },
        )
    })
}

/// A member with its comma, or nothing: mostly one with which the event is what its type says.
fn field_of(type_name: &str, field: &str, smallest: Option<String>) -> BoxedStrategy<String> {
    let canary = format!("\"{CANARY}\"");
    let of = |values: &[&str]| values.iter().map(|value| (*value).to_string()).collect::<Vec<_>>();
    let mut values = match (type_name, field) {
        ("mapped_dtc", "status") => vec![format!(r#"{{"pending":true,"x":{canary}}}"#)],
        ("can_dtc_scan", "codes") => {
            vec![
                format!(r#"[{{"code":"0301","sourceType":"j2012","note":{canary}}}]"#),
                format!(r#"[{{"code":{canary}}}]"#),
            ]
        }
        (_, "monitors") => vec![format!(r#"{{"misfire":true,{canary}:true}}"#)],
        (_, "value") => {
            of(&["1", "0.1", "171", "true", "\"2026-05-02\"", "\"2026-05-02T08:00:00.000Z\"", "null"])
        }
        (_, "latitude" | "longitude" | "speed" | "gForce" | "litersAfter" | "litersBefore") => {
            of(&["1", "-12.50", "171"])
        }
        (_, "odometerKm" | "distanceKm" | "durationSeconds" | "fuelLiters" | "eph" | "hdop") => {
            of(&["1", "2.50"])
        }
        (_, "fleetId" | "workshopId" | "dtcCount") => of(&["3"]),
        (_, "enabled" | "useFunctionalAddressing" | "mil" | "complete") => of(&["true"]),
        ("gps_position", "direction") => of(&["90"]),
        ("signal_reading", "signal") => of(&["\"cell\"", "\"vehicle_speed\""]),
        _ => of(&["null"]),
    };
    values.extend([canary.clone(), canary]);
    let mut members: Vec<String> = values.iter().map(|value| format!(",\"{field}\":{value}")).collect();
    if let Some(json) = smallest {
        members.extend(core::iter::repeat_n(format!(",{json}"), 2 * members.len()));
    }
    prop_oneof![9 => prop::sample::select(members), 1 => Just(String::new())].boxed()
}

/// Every type, as JSON, with an instant in each field that can hold one; what makes a type what it is is there too.
fn with_instants(time: &str, instant: &str) -> Vec<String> {
    let head = format!(r#"{{"id":1,"vehicleId":7,"organizationKey":"semler","time":"{time}","type":"#);
    let day = &instant[..10];
    let mut all = Vec::new();
    for row in structured_types() {
        let fields = row.fields.iter().filter_map(|field| match (row.name, field.name) {
            // Its instants stand below.
            ("signal_reading", "value" | "kind" | "unit") => None,
            _ if field.kind.contains("RFC 3339") => Some(format!(",\"{}\":\"{instant}\"", field.name)),
            _ => field.required.then(|| format!(",{}", smallest(field))),
        });
        let fields: String = fields.collect();
        let value = if row.name == "signal_reading" { ",\"value\":1" } else { "" };
        all.push(format!("{head}\"{}\"{fields}{value}}}", row.name));
    }
    for row in catalogue() {
        let value = match row.kind {
            ValueKind::Bool => "true".into(),
            ValueKind::Date => format!("\"{day}\""),
            ValueKind::Instant => format!("\"{instant}\""),
            ValueKind::Number => "1".into(),
            ValueKind::Text => "\"a\"".into(),
        };
        all.push(format!("{head}\"{}\",\"value\":{value}}}", row.stream));
    }
    for (kind, value) in [("instant", instant), ("date", day)] {
        all.push(format!(r#"{head}"signal_reading","signal":"cell","kind":"{kind}","value":"{value}"}}"#));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn no_instant_is_finer_than_the_purpose_has_them(
        seconds in 0_i64..4_000_000_000, nanos in 0_u32..1_000_000_000,
        time in prop_oneof![Just("PT1M".to_string()), (1_u32..200_000).prop_map(|step| format!("PT{step}S"))],
        disclosure in prop::sample::select(&["pseudonym", "texts"][..]),
    ) {
        let json = format!(r#"{{"purposes":{{"analytics":{{"time":"{time}","disclosure":"{disclosure}"}}}}}}"#);
        let mut policy = Policy::from_json(json).unwrap();
        for rule in &mut policy.purposes[Purpose::Analytics as usize].kinds {
            *rule = KindRule { keep: Retention::UntilDeletion, latest: false };
        }
        let precision = policy.purpose(Purpose::Analytics).time;
        let instant = Timestamp::from_timestamp(seconds, nanos).unwrap();
        let instant = instant.to_rfc3339_opts(chrono::SecondsFormat::Nanos, true);
        let mut seen = BTreeSet::new();
        for json in with_instants(&instant, &instant) {
            let event = event(&json);
            let minimised = minimise(&policy, Purpose::Analytics, Some(&key()), now(), [event]).unwrap();
            for event in minimised.events {
                let json = event.to_json();
                let instants: Vec<Timestamp> = json.split('"').filter_map(|text| text.parse().ok()).collect();
                for at in &instants {
                    prop_assert_eq!(precision.coarsen(*at), *at, "{}", &json);
                }
                let days = json.split('"').filter_map(|text| text.parse::<chrono::NaiveDate>().ok());
                for day in days {
                    prop_assert_eq!(precision.coarsen_day(day), day, "{}", &json);
                    seen.insert(event.type_name().to_string());
                }
                if instants.len() > 1 {
                    seen.insert(event.type_name().to_string());
                }
                let again = minimise(&policy, Purpose::Analytics, Some(&key()), now(), [event.clone()]).unwrap();
                prop_assert_eq!(again.events, [event]);
            }
        }
        // Those with instants or days of their own came through at all.
        for name in [
            "can_last_service_at_date", "can_roadworthy_inspection_due", "car_roadworthy_inspection_date",
            "car_service_booking", "service_reminder_lead",
        ] {
            prop_assert!(seen.contains(name), "{}", name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn nothing_identifying_comes_out(events in prop::collection::vec(hiding(), 1..40)) {
        let lowered = CANARY.to_lowercase();
        for (purpose, json) in [
            (Purpose::Analytics, "{}"),
            (Purpose::Fleet, r#"{"purposes":{"fleet":{"disclosure":"vehicle"}}}"#),
        ] {
            let mut policy = Policy::from_json(json).unwrap();
            for rule in &mut policy.purposes[purpose as usize].kinds {
                *rule = KindRule { keep: Retention::UntilDeletion, latest: false };
            }
            // The organisation is the platform's own word, and stays where vehicles are known by their names.
            let events = events.iter().filter(|event| {
                purpose == Purpose::Analytics || event.organization.as_ref().is_none_or(|key| key.as_str() != CANARY)
            });
            let minimised = minimise(&policy, purpose, Some(&key()), now(), events.cloned()).unwrap();
            for event in &minimised.events {
                let json = event.to_json();
                let canonical = String::from_utf8(event.canonical_encoding()).unwrap();
                for text in [&json, &canonical, &format!("{event:?}")] {
                    prop_assert!(!text.to_lowercase().contains(&lowered), "{}", text);
                }
                let again = Event::from_json(&json).unwrap();
                prop_assert_eq!(&again.to_json(), &json);
                prop_assert!(again.same_as(event));
                if purpose == Purpose::Analytics {
                    prop_assert!(!json.contains("semler") && event.vehicle.is_none_or(|vehicle| vehicle.0 != 7));
                }
            }
            prop_assert!(!minimised.report.to_canonical_json().contains(CANARY));
        }
    }

    #[test]
    fn order_does_not_matter_and_once_is_enough(
        events in prop::collection::vec(hiding(), 0..12), seed in any::<u64>(),
    ) {
        let mut shuffled: Vec<(u64, Event)> = events.iter().cloned().enumerate()
            .map(|(i, event)| ((i as u64 ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15), event)).collect();
        shuffled.sort_by_key(|(place, _)| *place);
        let shuffled: Vec<Event> = shuffled.into_iter().map(|(_, event)| event).collect();
        for purpose in Purpose::ALL {
            let once = applied(*purpose, &events);
            prop_assert_eq!(&applied(*purpose, &shuffled), &once);
            let twice = applied(*purpose, &once.events);
            prop_assert_eq!(&twice.events, &once.events);
            let (kept, dropped) = once.report.kinds.values().fold((0, 0), |(kept, dropped), row| {
                (kept + row.kept, dropped + row.dropped.values().sum::<u64>())
            });
            prop_assert_eq!(kept, once.events.len() as u64);
            prop_assert_eq!(kept + dropped, events.len() as u64);
        }
    }

    #[test]
    fn any_text_is_a_policy_or_an_error(text in "\\PC{0,24}|[\\[\\]{}\",:0-9aekp$\\\\ ]{0,32}") {
        if let Ok(policy) = Policy::from_json(&text) {
            prop_assert_eq!(Policy::from_json(policy.to_canonical_json()), Ok(policy));
        }
    }
}
