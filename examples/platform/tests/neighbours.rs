//! Two organizations that are alike to the last name and number, with people of every role: nobody of the one gets anything of the other
//! at any endpoint, by path, query, body, cursor or name of a feed. What is the other's answers as what is nowhere.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::time::Duration;

use cc_core::{Action, Change, ChangeKind, RecommendationId, Urgency};
use common::{Person, World, change, place, value};
use platform::admin::grants::{self, Access, Grant};
use platform::admin::{accounts, vehicles};
use platform::auth::account::Account;
use platform::auth::jose::SigningKey;
use platform::auth::{Role, Who};
use platform::items::{Raised, raise};
use platform::routes::ROUTES;
use platform::storage::Edit;
use platform::{clock, demo};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::mpsc;

const ORGANIZATIONS: [&str; 2] = ["demo", "elsewhere"];
/// One of every role, and one who has all of them.
const NAMES: [&str; 8] = ["anna", "bo", "fleet", "workshop", "support", "partner", "gateway", "all"];
/// Of these nobody speaks for an organization.
const SPEAK_FOR_NOBODY: [&str; 3] = ["anna", "bo", "gateway"];

struct Side {
    org: &'static str,
    people: Vec<(&'static str, Person)>,
}

impl Side {
    fn person(&self, name: &str) -> &Person {
        &self.people.iter().find(|(one, _)| *one == name).unwrap().1
    }
}

/// Words that only those of an organization read: what they wrote, where their car is, and its number.
fn words(org: &str) -> [String; 3] {
    let (latitude, vin) = if org == "demo" { ("0.111111", 1) } else { ("0.222222", 2) };
    [format!("SECRET-{org}"), latitude.to_owned(), format!("WVWZZZ1KZAM00000{vin}")]
}

fn says_nothing_of(org: &str, text: &str, about: &str) {
    for word in words(org) {
        assert!(!text.contains(&word), "{about}: {text}");
    }
}

/// The key that a service of each organization signs with.
fn desk(org: &str) -> SigningKey {
    let seed = if org == "demo" { 1 } else { 2 };
    SigningKey::from_seed(&[seed; 32]).unwrap()
}

/// People, their car and what is granted, as an operator makes them.
fn founded(edit: &mut dyn Edit, org: &'static str, hash: Option<&String>) {
    use Role::{Device, Driver, FleetManager, Partner, Support, Workshop};
    let with =
        |email: String, account: Account| Account { email: Some(email), password: hash.cloned(), ..account };
    for (email, who, account) in demo::accounts().into_iter().filter(|_| org != demo::ORGANIZATION) {
        accounts::enroll(edit, &Who::new(org, who.sub), &with(format!("{org}-{email}"), account)).unwrap();
    }
    let all = Account {
        roles: vec![Driver, FleetManager, Workshop, Partner, Support, Device],
        vehicles: vec![7],
        all_vehicles: true,
        fleets: vec![1],
        workshop: Some(9),
        consents: vec!["positions".to_owned()],
        ..Account::default()
    };
    accounts::enroll(edit, &Who::new(org, "user/9"), &with(format!("{org}-all@demo.example"), all)).unwrap();
    let service = Account { roles: vec![Partner], keys: vec![desk(org).public()], ..Account::default() };
    accounts::enroll(edit, &Who::new(org, "service/desk"), &service).unwrap();
    let car = format!("{org}/7").parse().unwrap();
    let [name, _, vin] = words(org);
    vehicles::add(edit, &car, &[("vin", vin.as_str()), ("name", name.as_str())]).unwrap();
    let positions = Grant::Consent { purpose: "positions".to_owned() };
    grants::to(edit, &Who::new(org, "user/1"), &positions, false).unwrap();
    grants::care(edit, &car, 9, false).unwrap();
    for access in [Access::Inside(1, 7), Access::Fleet(1)] {
        grants::access(edit, org, access, false).unwrap();
    }
    let change = Change {
        at: clock::now(),
        vehicle: car,
        id: RecommendationId([7; 16]),
        rule: "oil".into(),
        change: ChangeKind::Raised,
        urgency: Urgency::Medium,
        action: Action::Book,
        due: None,
        message: name.into(),
        args: cc_core::Arguments::new(),
    };
    assert!(raise(edit, &Raised { change, group: "oil".to_owned(), words: None }).unwrap());
}

/// An organization where everybody has what their role may have; keys of items that end with its name are in no other.
async fn side(world: &World, org: &'static str, hooks: &str) -> Side {
    let hash = world.node.config.password_cost.hash(demo::PASSWORD);
    let found = move |edit: &mut dyn Edit| {
        founded(edit, org, hash.as_ref());
        Ok(())
    };
    world.node.commit(found).await.unwrap();
    let mut people = Vec::new();
    for name in NAMES {
        people.push((name, world.person(&login(org, name)).await));
    }
    let side = Side { org, people };
    let [secret, latitude, _] = words(org);
    let (anna, partner) = (side.person("anna"), side.person("partner"));
    let hook = json!({"url": format!("{hooks}/{org}?{secret}")});
    let hook = partner.send(Method::PUT, &format!("/v1/webhooks/w-{org}"), &hook).await;
    assert_eq!(hook.status(), 201);
    for key in [format!("p-{org}"), "twin".to_owned()] {
        anna.write("places", &key, "put", place(&secret)).await;
    }
    anna.write("settings", &format!("s-{org}"), "put", json!({"distance": secret})).await;
    let trip = json!({"organizationKey": org, "vehicleId": 7, "startedAt": "2026-05-01T08:00:00Z", "comment": secret});
    anna.write("trips", &format!("t-{org}"), "put", trip).await;
    let conversation = format!("c-{org}");
    anna.write("conversations", &conversation, "put", json!({"vehicleId": 7, "workshopId": 9})).await;
    for key in [format!("m-{org}"), "twin".to_owned()] {
        let message = json!({"conversationId": conversation, "text": secret});
        anna.write("messages", &key, "put", message).await;
    }
    let booking = json!({"vehicleId": 7, "workshopId": 9, "appointmentDate": "2099-05-04T07:30:00Z"});
    anna.write("bookings", &format!("b-{org}"), "put", booking).await;
    // The same number is somebody in each organization.
    let share = json!({"subject": format!("place/p-{org}"), "recipient": "user/2"});
    anna.write("shares", &format!("s-{org}"), "put", share).await;
    side.person("bo").write("shares", &format!("s-{org}"), "act", json!({"action": "accept"})).await;
    let time = clock::text(clock::now());
    let latitude: Value = serde_json::from_str(&latitude).unwrap();
    let event = |id: i64, kind: &str| json!({"id": id, "vehicleId": 7, "organizationKey": org, "time": time, "type": kind});
    let mut position = event(1, "gps_position");
    (position["latitude"], position["longitude"]) = (latitude, json!(-150.1));
    let mut odometer = event(2, "car_odometer");
    odometer["value"] = json!(1);
    let taken = value(side.person("gateway").post("/v1/ingest", &json!([position, odometer])).await).await;
    assert_eq!(taken["accepted"], 2, "{taken}");
    for (name, stream) in [("anna", "user/1/diary".to_owned()), ("fleet", format!("only-{org}"))] {
        let stream = side.person(name).ask(Method::PUT, &format!("/v1/streams/{stream}"));
        let made = stream.header("content-type", "text/plain").body(secret.clone()).send().await.unwrap();
        assert_eq!(made.status(), 201);
    }
    let layer = json!({"words": {"secret": secret}});
    let layer = side.person("support").send(Method::PUT, "/v1/config/layers/global", &layer).await;
    assert_eq!(layer.status(), 204);
    side
}

/// Both, and what partners were sent: to which path, and what.
async fn sides() -> (World, [Side; 2], mpsc::UnboundedReceiver<(String, String)>) {
    let mut config = common::config();
    config.webhooks_anywhere = true;
    // However slow a machine is, nobody's token ends on the way.
    config.token_life = 7 * 86_400;
    let world = World::with(config).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hooks = format!("http://{}", listener.local_addr().unwrap());
    let (heard, told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let app = axum::Router::new().fallback(move |uri: axum::http::Uri, body: String| async move {
            let _ = heard.send((uri.path().to_owned(), body));
        });
        axum::serve(listener, app).await.unwrap();
    });
    let sides = [side(&world, "demo", &hooks).await, side(&world, "elsewhere", &hooks).await];
    (world, sides, told)
}

/// Method, pattern, what is asked and what it is sent, and what those get who are of another organization than `{o}`; nothing there where
/// whoever asks makes something of their own, or is never refused for what it names: then it is what they get of `nowhere`.
type Walk = (&'static str, &'static str, &'static str, &'static str, &'static [u16]);

const ONE: &str = "/v1/collections/{collection}/{*key}";
const LIST: &str = "/v1/collections/{collection}";
const LAYER: &str = "/v1/config/layers/{level}";
const OF_ALL: &str = "/v1/feeds/organizations/{organization}";
const OF_CAR: &str = "/v1/feeds/vehicles/{organization}/{number}";
const STREAM: &str = "/v1/streams/{*name}";
const HISTORY: &str = "/v1/vehicles/{organization}/{number}/events";
const HOOK: &str = "/v1/webhooks/{id}";
const FAILURES: &str = "/v1/webhooks/{id}/failures";

const WALK: &[Walk] = &[
    ("get", ONE, "/v1/collections/bookings/b-{o}", "", &[404]),
    ("get", ONE, "/v1/collections/conversations/c-{o}", "", &[404]),
    ("get", ONE, "/v1/collections/messages/m-{o}", "", &[404]),
    ("get", ONE, "/v1/collections/places/p-{o}", "", &[404]),
    ("get", ONE, "/v1/collections/places/@{o}/p-{o}", "", &[404]),
    ("get", ONE, "/v1/collections/recommendations/{o}/7/oil", "", &[404]),
    ("get", ONE, "/v1/collections/settings/s-{o}", "", &[404]),
    ("get", ONE, "/v1/collections/shares/s-{o}", "", &[404]),
    ("get", ONE, "/v1/collections/shares/@{o}/s-{o}", "", &[404]),
    ("get", ONE, "/v1/collections/trips/t-{o}", "", &[404]),
    ("get", ONE, "/v1/collections/trips/@{o}/t-{o}", "", &[404]),
    ("get", ONE, "/v1/collections/vehicles/{o}/7", "", &[404]),
    ("get", LIST, "/v1/collections/messages?conversationId=c-{o}", "", &[404]),
    ("head", ONE, "/v1/collections/vehicles/{o}/7", "", &[404]),
    ("get", "/v1/config", "/v1/config?vehicle={o}/7", "", &[404]),
    ("get", "/v1/config", "/v1/config?vehicle={o}/7&key=/words/secret", "", &[404]),
    ("put", LAYER, "/v1/config/layers/vehicle?of={o}/7", r#"{"x":1}"#, &[400, 404]),
    ("delete", LAYER, "/v1/config/layers/vehicle?of={o}/7", "", &[]),
    ("get", OF_ALL, "/v1/feeds/organizations/{o}?offset=-1", "", &[404]),
    ("get", OF_ALL, "/v1/feeds/organizations/{o}?offset=now", "", &[404]),
    ("get", OF_ALL, "/v1/feeds/organizations/{o}?offset=-1&live=long-poll", "", &[404]),
    ("get", OF_ALL, "/v1/feeds/organizations/{o}?offset=-1&live=sse&close=1", "", &[404]),
    ("get", OF_CAR, "/v1/feeds/vehicles/{o}/7?offset=-1", "", &[404]),
    ("get", OF_CAR, "/v1/feeds/vehicles/{o}/7?offset=now", "", &[404]),
    ("get", OF_CAR, "/v1/feeds/vehicles/{o}/7?offset=-1&live=long-poll", "", &[404]),
    ("get", OF_CAR, "/v1/feeds/vehicles/{o}/7?offset=-1&live=sse&close=1", "", &[404]),
    ("post", "/v1/ingest", "/v1/ingest", EVENT, &[200, 404]),
    ("post", "/v1/ingest", "/v1/ingest", ADMIN, &[200, 404]),
    ("get", STREAM, "/v1/streams/only-{o}?offset=-1", "", &[404]),
    ("get", STREAM, "/v1/streams/{o}/only-{o}?offset=-1", "", &[404]),
    ("get", STREAM, "/v1/streams/only-{o}?offset=-1&live=sse&close=1", "", &[404]),
    ("head", STREAM, "/v1/streams/only-{o}", "", &[404]),
    ("post", STREAM, "/v1/streams/only-{o}", "more", &[404]),
    ("delete", STREAM, "/v1/streams/only-{o}", "", &[404]),
    ("put", STREAM, "/v1/streams/only-{o}", "mine", &[]),
    ("get", HISTORY, "/v1/vehicles/{o}/7/events", "", &[404]),
    ("get", HISTORY, "/v1/vehicles/{o}/7/events?type=gps_position&limit=1", "", &[404]),
    ("head", HISTORY, "/v1/vehicles/{o}/7/events", "", &[404]),
    ("get", HOOK, "/v1/webhooks/w-{o}", "", &[404]),
    ("get", FAILURES, "/v1/webhooks/w-{o}/failures", "", &[404]),
    ("delete", HOOK, "/v1/webhooks/w-{o}", "", &[404]),
    ("put", HOOK, "/v1/webhooks/w-{o}", r#"{"url":"https://partner.example/mine","types":["none"]}"#, &[]),
    // These name nobody: each gets what is theirs.
    ("get", "/.well-known/jwks.json", "", "", &[]),
    ("get", "/healthz", "", "", &[]),
    ("get", "/metrics", "", "", &[]),
    ("get", "/openapi.yaml", "", "", &[]),
    ("get", "/readyz", "", "", &[]),
    ("post", "/v1/auth/password", "", "{}", &[]),
    ("post", "/v1/auth/token", "", "", &[]),
    ("get", LIST, "/v1/collections/bookings", "", &[]),
    ("get", LIST, "/v1/collections/conversations", "", &[]),
    ("get", LIST, "/v1/collections/messages", "", &[]),
    ("get", LIST, "/v1/collections/places", "", &[]),
    ("get", LIST, "/v1/collections/recommendations", "", &[]),
    ("get", LIST, "/v1/collections/settings", "", &[]),
    ("get", LIST, "/v1/collections/shares", "", &[]),
    ("get", LIST, "/v1/collections/trips", "", &[]),
    ("get", LIST, "/v1/collections/vehicles", "", &[]),
    ("get", ONE, "/v1/collections/messages/twin", "", &[]),
    ("get", ONE, "/v1/collections/places/twin", "", &[]),
    ("get", "/v1/feeds/me", "/v1/feeds/me?offset=-1", "", &[]),
    ("get", "/v1/ingest/quarantine", "", "", &[]),
    ("get", STREAM, "/v1/streams/user/1/diary?offset=-1", "", &[]),
    ("get", "/v1/webhooks", "", "", &[]),
];

/// Walked elsewhere in this file.
const BESIDE: [&str; 4] =
    ["/v1/auth/service-account", "/v1/auth/session", "/v1/auth/sessions", "/v1/changes"];

const EVENT: &str = r#"[{"id":77,"vehicleId":7,"organizationKey":"{o}","time":"2026-05-01T09:00:00Z","type":"car_odometer","value":2}]"#;
const ADMIN: &str = r#"[{"id":78,"vehicleId":7,"organizationKey":"{o}","time":"2026-05-01T09:00:00Z","type":"access_granted_to_vehicle"}]"#;

/// Collection, key, kind and body of a change, and with which codes it is refused; none where the writer makes something of their own.
type Write = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

/// Of some collections only a person keeps anything: a service is told that, whatever it names.
const GONE: &[&str] = &["not_found", "forbidden"];
const AT: &[&str] = &["not_found", "forbidden", "invalid_entity"];

const WRITES: &[Write] = &[
    ("bookings", "b-{o}", "patch", r#"{"appointmentDate":"2099-06-04T07:30:00Z"}"#, &["not_found"]),
    (
        "bookings",
        "b-{o}",
        "act",
        r#"{"action":"change","appointmentDate":"2099-06-04T07:30:00Z"}"#,
        &["not_found"],
    ),
    ("bookings", "b-{o}", "act", r#"{"action":"cancel"}"#, &["not_found"]),
    ("conversations", "c-{o}", "act", r#"{"action":"read","messageId":"m-{o}"}"#, &["not_found"]),
    ("messages", "n-{o}", "put", r#"{"conversationId":"c-{o}","text":"x"}"#, &["not_found"]),
    ("messages", "m-{o}", "put", r#"{"conversationId":"c-{o}","text":"x"}"#, &["not_found"]),
    ("conversations", "c-{o}", "act", r#"{"action":"close"}"#, &["not_found"]),
    ("recommendations", "{o}/7/oil", "act", r#"{"action":"dismiss"}"#, &["not_found"]),
    ("shares", "n-{o}", "put", r#"{"subject":"vehicle/{o}/7","recipient":"user/2"}"#, GONE),
    ("shares", "o-{o}", "put", r#"{"subject":"place/p-{o}","recipient":"user/2"}"#, GONE),
    ("shares", "q-{o}", "put", r#"{"subject":"place/@{o}/p-{o}","recipient":"user/2"}"#, AT),
    ("shares", "r-{o}", "put", r#"{"subject":"trip/t-{o}","recipient":"user/2"}"#, GONE),
    ("shares", "s-{o}", "act", r#"{"action":"accept"}"#, &["not_found"]),
    ("shares", "s-{o}", "act", r#"{"action":"decline"}"#, &["not_found"]),
    ("shares", "s-{o}", "act", r#"{"action":"extend","expiresAt":null}"#, &["not_found"]),
    ("shares", "@{o}/s-{o}", "act", r#"{"action":"accept"}"#, &["not_found"]),
    ("shares", "s-{o}", "act", r#"{"action":"revoke"}"#, &["not_found"]),
    (
        "trips",
        "n-{o}",
        "put",
        r#"{"organizationKey":"{o}","vehicleId":7,"startedAt":"2026-05-01T08:00:00Z"}"#,
        GONE,
    ),
    ("trips", "@{o}/t-{o}", "patch", r#"{"comment":"x"}"#, AT),
    ("trips", "t-{o}", "patch", r#"{"comment":"x"}"#, GONE),
    ("trips", "t-{o}", "delete", "null", GONE),
    ("vehicles", "{o}/7", "patch", r#"{"name":"x"}"#, &["not_found"]),
    ("vehicles", "{o}/7", "put", r#"{"name":"x"}"#, &["not_found"]),
    ("vehicles", "{o}/7", "act", r#"{"action":"cancel"}"#, &["not_found"]),
    ("vehicles", "{o}/7", "delete", "null", &["not_found"]),
    ("places", "@{o}/p-{o}", "put", PLACE, AT),
    ("places", "@{o}/p-{o}", "patch", r#"{"name":"x"}"#, AT),
    ("places", "@{o}/p-{o}", "delete", "null", &[]),
    ("places", "p-{o}", "put", PLACE, &[]),
    ("settings", "s-{o}", "put", r#"{"distance":"x"}"#, &[]),
    ("conversations", "c-{o}", "put", r#"{"vehicleId":7,"workshopId":9}"#, &[]),
];

const PLACE: &str = r#"{"name":"x","position":{"latitude":0.5,"longitude":-150.25},"radiusMeters":150}"#;

/// What somebody gets: with a stream alone that it is one.
async fn asked(person: &Person, row: &Walk, of: &str) -> (u16, String) {
    let (method, pattern, path, body, _) = row;
    let path = if path.is_empty() { *pattern } else { *path }.replace("{o}", of);
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
    // Whose request it is stands in answers.
    let mut request = person.ask(method, &path).header("x-request-id", "walk");
    if !body.is_empty() {
        let kind = if *pattern == STREAM { "text/plain" } else { "application/json" };
        request = request.header("content-type", kind).body(body.replace("{o}", of));
    }
    let answer = tokio::time::timeout(Duration::from_secs(60), request.send()).await.unwrap().unwrap();
    let status = answer.status().as_u16();
    let is_stream = answer.headers().get("content-type").is_some_and(|kind| kind == "text/event-stream");
    (status, if is_stream { "a stream".to_owned() } else { answer.text().await.unwrap().replace(of, "{o}") })
}

/// What becomes of a change, without its number and where the feed stands.
async fn written(person: &Person, (collection, key, kind, body, _): &Write, of: &str) -> Value {
    let body = serde_json::from_str(&body.replace("{o}", of)).unwrap();
    let results = person.change(&[change(collection, &key.replace("{o}", of), kind, body)]).await;
    let mut result = results[0].clone();
    for member in ["id", "offset"] {
        result.as_object_mut().unwrap().remove(member);
    }
    serde_json::from_str(&result.to_string().replace(of, "{o}")).unwrap()
}

/// Everything that those of an organization read of it.
async fn state(side: &Side) -> Vec<String> {
    let mut all = Vec::new();
    let rows =
        WALK.iter().filter(|row| row.0 == "get" && row.1.starts_with("/v1") && !row.2.contains("live"));
    for row in rows {
        for (name, person) in &side.people {
            let (status, text) = asked(person, row, side.org).await;
            all.push(format!("{name} {} {status} {text}", row.2));
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_anything_of_another_organization_at_any_endpoint() {
    for (path, methods) in ROUTES {
        for method in *methods {
            let is_here = WALK.iter().any(|row| (row.0, row.1) == (*method, *path)) || BESIDE.contains(path);
            assert!(is_here, "no row for {method} {path}");
        }
    }
    let (world, sides, mut told) = sides().await;
    for (mine, theirs) in [(0, 1), (1, 0)].map(|(mine, theirs)| (&sides[mine], &sides[theirs])) {
        let before = state(theirs).await;
        for row in WALK {
            for (name, person) in &mine.people {
                let about = format!("{name} of {}: {} {} {}", mine.org, row.0, row.1, row.2);
                let (status, text) = asked(person, row, theirs.org).await;
                assert!(row.4.is_empty() || row.4.contains(&status), "{about}: {status} {text}");
                says_nothing_of(theirs.org, &text, &about);
                let names_it = row.2.contains("{o}") || row.3.contains("{o}");
                if names_it {
                    assert_eq!((status, text.clone()), asked(person, row, "nowhere").await, "{about}");
                }
                if row.1 == "/v1/ingest" && status == 200 {
                    let taken: Value = serde_json::from_str(&text).unwrap();
                    let code = &taken["refused"][0]["code"];
                    assert!(taken["accepted"] == 0 && code == "not_found", "{about}: {text}");
                }
            }
        }
        for row in WRITES {
            for (name, person) in &mine.people {
                let about = format!("{name} of {}: {} {} {}", mine.org, row.2, row.0, row.1);
                let result = written(person, row, theirs.org).await;
                let code = result["problem"]["code"].as_str().unwrap_or("none");
                assert!(row.4.is_empty() || row.4.contains(&code), "{about}: {result}");
                says_nothing_of(theirs.org, &result.to_string(), &about);
                assert_eq!(result, written(person, row, "nowhere").await, "{about}");
            }
        }
        by_cursors(mine, theirs).await;
        by_assertion(&world, mine, theirs).await;
        assert_eq!(state(theirs).await, before, "{} was changed by {}", theirs.org, mine.org);
    }
    // What was refused is there for those whose it is: the walk was about something.
    for side in &sides {
        for row in WALK
            .iter()
            .filter(|row| !row.4.is_empty() && !row.2.contains("@{o}") && !row.2.contains("{o}/only"))
        {
            let mut is_there = false;
            for (_, person) in &side.people {
                is_there = asked(person, row, side.org).await != asked(person, row, "nobody").await;
                if is_there {
                    break;
                }
            }
            assert!(is_there, "nobody of {} got {} {}", side.org, row.0, row.2);
        }
        for row in
            WRITES.iter().filter(|row| !row.4.is_empty() && !row.1.contains('@') && !row.3.contains('@'))
        {
            let mut is_there = false;
            for (_, person) in &side.people {
                is_there = written(person, row, side.org).await != written(person, row, "nobody").await;
                if is_there {
                    break;
                }
            }
            assert!(is_there, "nobody of {} could {} {} {}", side.org, row.2, row.0, row.1);
        }
    }
    // Each partner was told of its own.
    let mut paths = std::collections::BTreeSet::new();
    while paths.len() < 2 {
        let hook = tokio::time::timeout(Duration::from_secs(60), told.recv()).await;
        let (path, body) = hook.expect("a partner was told nothing").unwrap();
        let theirs = ORGANIZATIONS.iter().find(|org| path != format!("/{org}")).unwrap();
        says_nothing_of(theirs, &body, &path);
        assert!(!body.contains(&format!("\"organizationKey\":\"{theirs}\"")), "{path}: {body}");
        paths.insert(path);
    }
    sign_out_ends_no_twin(&sides).await;
}

/// Places in listings, histories, feeds and streams of another organization, where one's own are read.
async fn by_cursors(mine: &Side, theirs: &Side) {
    let all = theirs.person("all");
    let (mut cursors, mut offsets) = (Vec::new(), Vec::new());
    let car = format!("/v1/vehicles/{}/7/events", theirs.org);
    for path in [&*car, "/v1/collections/messages", "/v1/collections/places"] {
        let whose = if path.ends_with("places") { theirs.person("anna") } else { all };
        let page = whose.json(&format!("{path}?limit=1")).await;
        cursors.push(page["cursor"].as_str().unwrap_or_else(|| panic!("{path} has one page")).to_owned());
    }
    for path in [
        "/v1/feeds/me".to_owned(),
        format!("/v1/feeds/organizations/{}", theirs.org),
        format!("/v1/feeds/vehicles/{}/7", theirs.org),
        format!("/v1/streams/only-{}", theirs.org),
    ] {
        let answer = all.get(&format!("{path}?offset=-1")).await;
        offsets.push(answer.headers()["stream-next-offset"].to_str().unwrap().to_owned());
    }
    let org = mine.org;
    let listings = [
        "/v1/collections/messages?cursor=".to_owned(),
        format!("/v1/collections/messages?conversationId=c-{org}&cursor="),
        "/v1/collections/places?cursor=".to_owned(),
        "/v1/collections/vehicles?cursor=".to_owned(),
        format!("/v1/vehicles/{org}/7/events?cursor="),
    ];
    let feeds = [
        "/v1/feeds/me?offset=".to_owned(),
        format!("/v1/feeds/organizations/{org}?offset="),
        format!("/v1/feeds/vehicles/{org}/7?offset="),
        format!("/v1/streams/only-{org}?offset="),
        "/v1/streams/user/1/diary?offset=".to_owned(),
    ];
    for (name, person) in &mine.people {
        for (paths, places) in [(&listings, &cursors), (&feeds, &offsets)] {
            for (path, place) in paths.iter().flat_map(|path| places.iter().map(move |place| (path, place))) {
                let answer = person.get(&format!("{path}{place}")).await;
                let status = answer.status().as_u16();
                assert!(matches!(status, 200 | 400 | 404 | 410), "{name} of {org}: {status} {path}{place}");
                says_nothing_of(theirs.org, &answer.text().await.unwrap(), path);
            }
        }
    }
}

/// A service of the same name in another organization is not signed in for by one's own key.
async fn by_assertion(world: &World, mine: &Side, theirs: &Side) {
    let issuer = &world.node.config.issuer;
    let mut answers = Vec::new();
    for (at, org) in [theirs.org, "nowhere", mine.org].into_iter().enumerate() {
        let now = clock::unix();
        let claims = json!({
            "iss": format!("{org}/desk"), "aud": issuer, "iat": now, "exp": now + 600,
            "jti": format!("{} {at}", mine.org),
        });
        let body = json!({"assertion": desk(mine.org).sign(None, &claims)}).to_string();
        let ask = common::client().post(format!("{}/v1/auth/service-account", world.base));
        let ask = ask.header("content-type", "application/json").header("x-request-id", "walk");
        let answer = ask.body(body).send().await.unwrap();
        answers.push((answer.status().as_u16(), answer.text().await.unwrap()));
    }
    assert_eq!((answers[0].0, &answers[0]), (401, &answers[1]));
    let own: Value = serde_json::from_str(&answers[2].1).unwrap();
    assert_eq!((answers[2].0, own["organization"].as_str()), (200, Some(mine.org)));
}

/// Who signs out everywhere ends no session of those who are called the same.
async fn sign_out_ends_no_twin(sides: &[Side; 2]) {
    let [mine, theirs] = sides;
    for (name, person) in &mine.people {
        for path in ["/v1/auth/session", "/v1/auth/sessions"] {
            let body = person.client.post(format!("{}/v1/auth/token", person.base));
            let token = body.bearer_auth(&person.session).send().await.unwrap();
            // The first has ended the session itself.
            let expected = if path.ends_with('s') { 401 } else { 200 };
            assert_eq!(token.status(), expected, "{name}");
            person.ask(Method::DELETE, path).send().await.unwrap();
        }
        let again = common::sign_in(&person.base, &login(mine.org, name)).await;
        let again = person.client.delete(format!("{}/v1/auth/sessions", person.base)).bearer_auth(again);
        assert_eq!(again.send().await.unwrap().status(), 204, "{name}");
        assert_eq!(person.get("/v1/feeds/me").await.status(), 401, "{name}");
    }
    for (name, person) in &theirs.people {
        assert_eq!(person.get("/v1/feeds/me").await.status(), 200, "{name}");
        common::token(&person.base, &person.session).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_shown_a_car_by_another_organization_gets_nothing_beyond() {
    let (_world, sides, _told) = sides().await;
    let [mine, theirs] = &sides;
    let anna = mine.person("anna");
    let share = json!({"subject": "vehicle/demo/7", "recipient": "organization/elsewhere"});
    anna.write("shares", "shown", "put", share).await;
    theirs.person("fleet").write("shares", "@demo/shown", "act", json!({"action": "accept"})).await;
    let shows = ["/v1/collections/recommendations/", "/v1/collections/vehicles/", "/v1/config"];
    for row in WALK.iter().filter(|row| row.2.contains("{o}") || row.3.contains("{o}")) {
        let is_shown = ["get", "head"].contains(&row.0) && shows.iter().any(|path| row.2.starts_with(path));
        for (name, person) in &theirs.people {
            let about = format!("{name}: {} {}", row.0, row.2);
            let (status, text) = asked(person, row, "demo").await;
            let [_, position, vin] = words("demo");
            assert!(!text.contains(&position) && !text.contains(&vin), "{about}: {text}");
            if is_shown && !SPEAK_FOR_NOBODY.contains(name) {
                assert_eq!(status, 200, "{about}: {text}");
                continue;
            }
            assert!(row.4.is_empty() || row.4.contains(&status), "{about}: {status} {text}");
            says_nothing_of("demo", &text, &about);
        }
    }
    // Who drives a car of the same number changes nothing of this one, also who sees it.
    let about_the_car =
        |row: &&Write| row.1.contains("{o}/7") || row.3.contains("vehicle/{o}/7") || row.0 == "trips";
    for row in WRITES.iter().filter(about_the_car).filter(|row| !row.1.contains('@')) {
        for (name, person) in &theirs.people {
            let result = written(person, row, "demo").await;
            let code = result["problem"]["code"].as_str().unwrap_or("none");
            assert!(GONE.contains(&code), "{name} {row:?}: {result}");
        }
    }
    let open = anna.json("/v1/collections/recommendations/demo/7/oil").await;
    assert_ne!(open["value"]["dismissed"], true, "{open}");
}

/// The name by which somebody of an organization signs in.
fn login(org: &str, name: &str) -> String {
    let is_of_demo = org == demo::ORGANIZATION && name != "all";
    if is_of_demo { name.to_owned() } else { format!("{org}-{name}") }
}
