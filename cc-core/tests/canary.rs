//! What identifies a person stays out of `Debug`, out of errors and so out of logs: canaries are planted wherever a VIN,
//! a position, a name, a free text or a token can stand, and none of them may show.
//!
//! A new type is one line in [`CASES`].
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Debug;

use cc_core::dashboard::{Cursor, Dashboard, HealthPolicy, PageQuery, RowFilter};
use cc_core::prediction::{ServiceHistory, ServicePlan};
use cc_core::{
    Action, Argument, Arguments, Change, ChangeKind, Dtc, DtcStatus, Event, EventId, MeasureUnit, Number,
    OrganizationKey, Reading, Recommendation, RecommendationId, SignalId, TroubleCode, Urgency, Value,
    ValueKind, VehicleRef, Vin, catalogue, decode_batch, structured_types,
};

const VIN: &str = "WVWZZZ1KZAM777777";
const LATITUDE: &str = "12.3456789";
const LONGITUDE: &str = "-34.5678912";
const PERSON: &str = "Canary Persson";
const FREE_TEXT: &str = "call me canary on 0117 496";
const TOKEN: &str = "canary-token-5f2e";

/// What may show nowhere, in small letters: enough of each canary to know it by.
const FORBIDDEN: [&str; 7] = ["777777", "3456789", "5678912", "persson", "0117", "5f2e", "call me"];

/// A name, and something that shows what may leak.
type Case = (&'static str, fn(&mut Shown));

/// One line a type: its name, and what shows of it.
const CASES: &[Case] = &[
    ("a vin", |shown| shown.value(&VIN.parse::<Vin>().unwrap())),
    ("events of every type", every_type),
    ("events with every field damaged", every_damage),
    ("events that are no JSON", no_json),
    ("batches", batches),
    ("trouble codes", |shown| {
        shown.value(&TroubleCode::from_hex(TOKEN, Some(PERSON)));
    }),
    ("values", |shown| shown.value(&[Value::from(VIN), Value::from(PERSON)])),
    ("readings", |shown| shown.value(&Reading::new(TOKEN.parse().unwrap(), FREE_TEXT))),
    ("custom signals", |shown| shown.value(&[VIN, TOKEN].map(|name| name.parse::<SignalId>().unwrap()))),
    ("changes", |shown| shown.value(&change())),
    ("recommendations", |shown| {
        let mut open = std::collections::BTreeMap::new();
        shown.value(&open.insert(1, change()));
        shown.value(&open);
        shown.value(&recommendation());
    }),
    ("texts that are no recommendation", |shown| {
        let json = recommendation().to_canonical_json();
        let read = Recommendation::from_json(&json).unwrap();
        shown.value(&read);
        shown.parsed(|text| Recommendation::from_json(text));
        for canary in [VIN, PERSON, TOKEN, FREE_TEXT] {
            for from in [
                "\"book\"",
                "\"high\"",
                "\"demo/7\"",
                "\"2026-05-01T10:00:00Z\"",
                "\"01010101",
                "[]",
                "{\"name\":",
            ] {
                let wrong = json.replacen(from, &format!("{{\"{canary}\":\"{canary}\"}}"), 1);
                assert_ne!(wrong, json, "{from}");
                shown.error(&Recommendation::from_json(&wrong).unwrap_err());
                shown.error(&Recommendation::merge_json(&json, &wrong).unwrap_err());
            }
            let other = json.replacen("demo", canary, 1);
            shown.error(&Recommendation::merge_json(&json, other).unwrap_err());
        }
    }),
    ("texts that are no code", |shown| shown.parsed(str::parse::<Dtc>)),
    ("texts that are no status", |shown| shown.parsed(str::parse::<DtcStatus>)),
    ("texts that are no VIN", |shown| shown.parsed(str::parse::<Vin>)),
    ("texts that are no vehicle", |shown| shown.parsed(str::parse::<VehicleRef>)),
    ("texts that are no id", |shown| shown.parsed(str::parse::<EventId>)),
    ("texts that are no signal", |shown| shown.parsed(str::parse::<SignalId>)),
    ("texts that are no unit", |shown| shown.parsed(str::parse::<MeasureUnit>)),
    ("texts that are no urgency", |shown| shown.parsed(str::parse::<Urgency>)),
    ("texts that are no action", |shown| shown.parsed(str::parse::<Action>)),
    ("texts that are no change", |shown| shown.parsed(str::parse::<ChangeKind>)),
    ("texts that are no cursor", |shown| shown.parsed(str::parse::<Cursor>)),
    ("no organization", |shown| shown.error(&"".parse::<OrganizationKey>().unwrap_err())),
    ("no numbers", |shown| shown.error(&format!("{LATITUDE}x").parse::<Number>().unwrap_err())),
    ("dashboards", dashboards),
    ("row filters", |shown| {
        let filter = RowFilter { text: Some(VIN.into()), ..RowFilter::default() };
        shown.value(&PageQuery { filter: filter.clone(), ..PageQuery::default() });
        shown.value(&filter);
    }),
    ("service histories", |shown| {
        let mut history = ServiceHistory::default();
        history.add_odometer("2026-05-01T10:00:00Z".parse().unwrap(), &"345678.9".parse().unwrap());
        shown.value(&history);
        let plan = ServicePlan::default();
        shown.error(&history.predict(&plan, "2026-05-01T10:00:00Z".parse().unwrap()).unwrap_err());
    }),
    #[cfg(feature = "geography")]
    ("trips", trips),
];

#[test]
fn no_canary_shows() {
    let mut leaks = BTreeSet::new();
    for (name, case) in CASES {
        let mut shown = Shown::default();
        case(&mut shown);
        assert!(!shown.texts.is_empty(), "{name}: nothing was shown, so nothing was tested");
        for text in shown.texts {
            let small = text.to_lowercase();
            leaks.extend(FORBIDDEN.iter().filter(|canary| small.contains(*canary)).map(|canary| {
                format!("{name}: {canary:?} in {}", text.chars().take(300).collect::<String>())
            }));
        }
    }
    assert!(leaks.is_empty(), "{}", leaks.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_canaries_are_planted_and_would_be_seen() {
    for (canary, forbidden) in
        [(VIN, 0), (LATITUDE, 1), (LONGITUDE, 2), (PERSON, 3), (FREE_TEXT, 4), (TOKEN, 5), (FREE_TEXT, 6)]
    {
        assert!(canary.to_lowercase().contains(FORBIDDEN[forbidden]));
    }
    let types = types();
    let published = types.iter().filter(|(_, _, published)| *published).count();
    assert_eq!(published, 56, "every type of the data stream");
    for (name, fields, _) in &types {
        let event = Event::from_json(json(name, fields, None)).unwrap();
        let written = event.to_json();
        for canary in [VIN, PERSON] {
            assert!(written.contains(canary), "{name}: {written}");
        }
        assert_eq!(event.type_name(), *name, "{written}");
    }
}

/// What was shown.
#[derive(Default)]
struct Shown {
    texts: Vec<String>,
}

impl Shown {
    fn value(&mut self, value: &dyn Debug) {
        self.texts.extend([format!("{value:?}"), format!("{value:#?}")]);
    }

    fn error(&mut self, error: &dyn Error) {
        self.value(&error);
        let mut next = Some(error);
        while let Some(error) = next {
            self.texts.push(error.to_string());
            next = error.source();
        }
    }

    fn result<T: Debug, E: Error>(&mut self, result: Result<T, E>) {
        match result {
            Ok(value) => self.value(&value),
            Err(error) => self.error(&error),
        }
    }

    /// What becomes of canaries, whole and damaged, where another text should stand.
    fn parsed<T: Debug, E: Error>(&mut self, parse: fn(&str) -> Result<T, E>) {
        for canary in [VIN, PERSON, FREE_TEXT, TOKEN, LATITUDE] {
            for text in [
                canary.to_owned(),
                format!("{canary}!"),
                format!("VAG {canary}"),
                format!("{canary}/{canary}"),
            ] {
                self.result(parse(&text));
            }
        }
    }
}

/// A type of event: its name, its fields by kind, and whether the data stream has it.
type Type = (&'static str, Vec<(&'static str, &'static str)>, bool);

fn types() -> Vec<Type> {
    let readings = catalogue().iter().map(|row| {
        let kind = match row.kind {
            ValueKind::Bool => "true or false",
            ValueKind::Date => "a date",
            ValueKind::Instant => "an instant",
            ValueKind::Number => "a number",
            ValueKind::Text => "a text",
        };
        (row.stream, vec![("value", kind)], row.published)
    });
    let structured = structured_types().into_iter().map(|row| {
        (row.name, row.fields.iter().map(|field| (field.name, field.kind)).collect(), row.published)
    });
    readings.chain(structured).collect()
}

/// An event with canaries in all its fields, and one of them damaged.
fn json(name: &str, fields: &[(&str, &str)], damage: Option<(&str, &str)>) -> String {
    let mut members = vec![
        ("id".to_owned(), "1".to_owned()),
        ("vehicleId".to_owned(), "7".to_owned()),
        ("vin".to_owned(), format!("\"{VIN}\"")),
        ("organizationKey".to_owned(), format!("\"{TOKEN}\"")),
        ("time".to_owned(), "\"2026-05-01T10:00:00Z\"".to_owned()),
        ("type".to_owned(), format!("\"{name}\"")),
    ];
    for (field, kind) in fields {
        members.push(((*field).to_owned(), planted(name, field, kind)));
    }
    members.push((format!("{PERSON} {FREE_TEXT}"), format!("{{\"{TOKEN}\":[\"{PERSON}\",{LATITUDE}]}}")));
    let members = members.into_iter().map(|(key, value)| {
        let value = match damage {
            Some((field, damage)) if field == key => damage,
            _ => &value,
        };
        format!("\"{key}\":{value}")
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// A value that fits a field and is a canary wherever the field can hold one.
fn planted(name: &str, field: &str, kind: &str) -> String {
    match (name, field) {
        (_, "latitude") => return LATITUDE.to_owned(),
        (_, "longitude") => return LONGITUDE.to_owned(),
        ("can_vin", _) => return format!("\"{VIN}\""),
        ("signal_reading", "signal") => return format!("\"{TOKEN}\""),
        ("signal_reading", "value") => return format!("\"{FREE_TEXT}\""),
        ("signal_reading", _) => return "null".to_owned(),
        (_, "codes") => return r#"[{"code":"0301","sourceType":"j2012"}]"#.to_owned(),
        (_, "service") => return "\"stored\"".to_owned(),
        (_, "ignition") => return "\"spark\"".to_owned(),
        (_, "diff") => return "\"add\"".to_owned(),
        (_, "monitors") => return "{\"misfire\":true}".to_owned(),
        ("mapped_dtc", "status") => return format!("{{\"pending\":true,\"{TOKEN}\":\"{PERSON}\"}}"),
        (_, "statusMask") => return "\"ff\"".to_owned(),
        (_, "dtcCount") => return "1".to_owned(),
        _ => {}
    }
    match kind {
        "true or false" => "true".to_owned(),
        kind if kind.contains("instant") || kind.contains("RFC 3339") => {
            "\"2026-05-01T10:00:00Z\"".to_owned()
        }
        kind if kind.contains("date") || kind.contains("YYYY") => "\"2026-05-01\"".to_owned(),
        kind if kind.contains("integer") || kind.contains("number") || kind.contains("id") => "7".to_owned(),
        _ => format!("\"{PERSON} {VIN} {FREE_TEXT}\""),
    }
}

fn every_type(shown: &mut Shown) {
    for (name, fields, _) in types() {
        let event = Event::from_json(json(name, &fields, None)).unwrap();
        shown.value(&event);
        shown.value(&event.body);
        shown.value(&event.unknown);
    }
    shown.value(&Event::from_json(json(TOKEN, &[(PERSON, "a text")], None)).unwrap());
}

fn every_damage(shown: &mut Shown) {
    let wrong = [
        format!("\"{VIN}\""),
        format!("\"{PERSON}\""),
        format!("\"{FREE_TEXT}\\ud800\""),
        format!("[\"{TOKEN}\"]"),
        format!("{{\"{TOKEN}\":\"{PERSON}\"}}"),
        format!(
            "[{{\"code\":\"{TOKEN}\",\"sourceType\":\"{PERSON}\",\"status\":\"{VIN}\"}},{{\"code\":{LATITUDE}}}]"
        ),
        "true".to_owned(),
        "null".to_owned(),
    ];
    let envelope = ["id", "vehicleId", "vin", "organizationKey", "time", "type"];
    for (name, fields, published) in types() {
        // Of the many readings, those of the data stream stand for all.
        if !published && fields.len() == 1 {
            continue;
        }
        for field in envelope.into_iter().chain(fields.iter().map(|(field, _)| *field)) {
            for damage in &wrong {
                shown.result(Event::from_json(json(name, &fields, Some((field, damage)))));
            }
            // A position is one only where a position can stand; elsewhere a number is a value to be shown.
            if matches!(field, "latitude" | "longitude" | "vin" | "time" | "type" | "organizationKey") {
                shown.result(Event::from_json(json(name, &fields, Some((field, LATITUDE)))));
            }
        }
    }
}

fn no_json(shown: &mut Shown) {
    let whole = json("gps_position", &[("latitude", ""), ("longitude", "")], None);
    for end in (0..whole.len()).step_by(3) {
        shown.result(Event::from_json(&whole[..end]));
        shown.result(Event::from_json(format!("{}{PERSON}{}", &whole[..end], &whole[end..])));
    }
    shown.result(Event::from_json([whole.as_bytes(), b"\xff", VIN.as_bytes()].concat()));
    shown.result(Event::from_json(format!("{}\"{TOKEN}\"", "[".repeat(200))));
}

fn batches(shown: &mut Shown) {
    let good = json("gps_position", &[("latitude", ""), ("longitude", "")], None);
    for batch in [
        format!("[{good},{{\"id\":\"{VIN}\"}},{PERSON}]"),
        format!("{good}\n{TOKEN}\n{{\"{PERSON}\":{LATITUDE}}}\n"),
        format!("\"{FREE_TEXT}\""),
    ] {
        shown.value(&decode_batch(batch.as_bytes()));
        for item in decode_batch(batch.as_bytes()) {
            shown.value(&item);
            shown.result(item.event);
        }
    }
}

fn change() -> Change {
    let args = Arguments::from([("name".into(), Argument::Text(format!("{PERSON} {VIN}").into()))]);
    Change {
        at: "2026-05-01T10:00:00Z".parse().unwrap(),
        vehicle: "demo/7".parse().unwrap(),
        id: RecommendationId([1; 16]),
        rule: "misfire".into(),
        change: ChangeKind::Raised,
        urgency: Urgency::High,
        action: Action::Book,
        due: None,
        message: "misfire".into(),
        args,
    }
}

fn recommendation() -> Recommendation {
    let Change { at, vehicle, id, rule, urgency, action, due, message, args, .. } = change();
    Recommendation {
        id,
        aliases: BTreeSet::new(),
        vehicle,
        group: rule.clone(),
        rule,
        since: at,
        urgency,
        action,
        due,
        message,
        args,
    }
}

fn dashboards(shown: &mut Shown) {
    let mut dashboard = Dashboard::default();
    for (name, fields, _) in types() {
        dashboard.add(&Event::from_json(json(name, &fields, None)).unwrap());
    }
    dashboard
        .add(&Event::from_json(json("can_dtc", &[("code", "a text"), ("ecu", "a text")], None)).unwrap());
    let mut change = change();
    change.vehicle = VehicleRef { organization: TOKEN.parse().unwrap(), ..change.vehicle };
    dashboard.add_change(&change);
    let now = "2026-05-01T10:00:00Z".parse().unwrap();
    let policy = HealthPolicy::default();
    shown.value(&dashboard);
    let page = dashboard.page(&PageQuery { limit: 1, ..PageQuery::default() });
    shown.value(&page);
    shown.value(&page.next.unwrap());
    assert!(dashboard.rows().iter().any(|row| row.name.contains(PERSON)));
    shown.value(&dashboard.rows());
    shown.value(&dashboard.changed_since(0));
    shown.value(&dashboard.status(&change.vehicle));
    shown.value(&dashboard.health(&change.vehicle, &policy, now));
    shown.value(&dashboard.summary(&policy, now));
}

#[cfg(feature = "geography")]
fn trips(shown: &mut Shown) {
    use cc_core::trips::{Segmenter, TripHistory, TripOptions, segment};
    let mut options = TripOptions::default();
    options.min_distance_meters = 0;
    let event = |minute: u32, kind: &str| {
        let json = format!(
            "{{\"id\":1,\"vehicleId\":7,\"organizationKey\":\"demo\",\"vin\":\"{VIN}\",\"time\":\"2026-05-01T10:{minute:02}:00Z\",{kind}}}"
        );
        Event::from_json(&json).unwrap()
    };
    let place = format!("\"type\":\"gps_position\",\"latitude\":{LATITUDE},\"longitude\":{LONGITUDE}");
    let elsewhere = "\"type\":\"gps_position\",\"latitude\":12.4,\"longitude\":-34.6";
    let ignition = |on: bool| format!("\"type\":\"car_ignition\",\"value\":{on}");
    let level = |liters: u32| format!("\"type\":\"can_fuel_level_liters\",\"value\":{liters}");
    let events = [
        event(0, &ignition(true)),
        event(0, &place),
        event(1, &level(10)),
        event(10, elsewhere),
        event(12, &ignition(false)),
        event(40, &ignition(true)),
        event(40, &place),
        event(41, &level(50)),
        event(50, elsewhere),
    ];
    let cars = segment(&events, &options).unwrap();
    let car = &cars[0];
    assert!(car.trips.len() == 2 && !car.movements.is_empty() && !car.trips[0].route.is_empty(), "{car:?}");
    shown.value(car);
    shown.value(&(car.trips[0].route[0], car.trips[0].start.clone(), &car.movements[0]));
    let mut segmenter = Segmenter::new("demo/7".parse().unwrap(), &options).unwrap();
    let mut history = TripHistory::new(&options).unwrap();
    for event in &events {
        segmenter.add(event);
        history.add(event);
    }
    shown.value(&segmenter);
    shown.value(&history);
    let bytes = segmenter.to_bytes();
    segmenter.drain();
    let findings = segmenter.finished();
    assert!(!findings.is_empty());
    shown.value(&findings);
    shown.error(&Segmenter::from_bytes(&bytes[1..], &options).unwrap_err());
}
