//! A name with a control character names nothing that is there, at whichever door it comes in.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use common::{Person, World, change, client, event, value};
use platform::auth::account::{account, put_account};
use platform::auth::jose::SigningKey;
use platform::auth::{Who, throttle};
use platform::clock;
use reqwest::Method;
use serde_json::{Value, json};

/// NUL, the joint of keys, a tab, DEL and NEL, each with how it is written in a path.
const CONTROLS: [(char, &str); 5] =
    [('\0', "%00"), ('\u{1f}', "%1F"), ('\t', "%09"), ('\u{7f}', "%7F"), ('\u{85}', "%C2%85")];

/// Status and code of an answer.
async fn said(person: &Person, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let request = person.ask(method, path).header("content-type", "application/json");
    let answer = request.body(body.map(|body| body.to_string()).unwrap_or_default()).send().await.unwrap();
    let status = answer.status().as_u16();
    let problem: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default();
    (status, problem["code"].clone())
}

#[tokio::test]
async fn nothing_that_is_there_is_found_by_a_name_with_a_control_character() {
    let world = World::start().await;
    let (anna, shop) = (world.person("anna").await, world.person("workshop").await);
    let (support, gateway) = (world.person("support").await, world.person("gateway").await);
    let partner = world.person("partner").await;
    let seen = json!([event(1, 60, "x_note", json!({}))]);
    assert_eq!(value(gateway.post("/v1/ingest", &seen).await).await["accepted"], 1);
    anna.write("conversations", "c1", "put", json!({"vehicleId": 7, "workshopId": 9})).await;
    anna.write("messages", "m1", "put", json!({"conversationId": "c1", "text": "It rattles."})).await;
    anna.write("places", "p1", "put", common::place("Pier")).await;
    assert_eq!(said(&anna, Method::PUT, "/v1/streams/user/1/a", None).await.0, 201);
    for (control, coded) in CONTROLS {
        let missing = (404, json!("not_found"));
        for (person, path) in [
            (&anna, format!("/v1/collections/conversations/c1{coded}")),
            (&anna, format!("/v1/collections/conversations/{coded}c1")),
            (&anna, format!("/v1/collections/places/p{coded}1")),
            (&anna, format!("/v1/collections/vehicles/demo{coded}/7")),
            (&shop, format!("/v1/collections/messages?conversationId=c1{coded}")),
            (&anna, format!("/v1/streams/user/1/a{coded}")),
            (&anna, format!("/v1/feeds/vehicles/demo{coded}/7")),
            (&anna, format!("/v1/feeds/vehicles/demo/7{coded}")),
            (&anna, format!("/v1/vehicles/demo{coded}/7/events")),
            (&anna, format!("/v1/config?vehicle=demo{coded}/7")),
            (&partner, format!("/v1/feeds/organizations/demo{coded}")),
            (&partner, format!("/v1/webhooks/a{coded}")),
        ] {
            assert_eq!(said(person, Method::GET, &path, None).await, missing, "{path}");
        }
        let of_type = anna.json(&format!("/v1/vehicles/demo/7/events?type=x_note{coded}")).await;
        assert_eq!(of_type["events"], json!([]), "{coded}");
        for (method, path, expected) in [
            (Method::PUT, format!("/v1/config/layers/brand?of=skoda{coded}"), (422, "invalid_entity")),
            (Method::PUT, format!("/v1/config/layers/vehicle?of=demo{coded}/7"), (422, "invalid_entity")),
            (Method::PUT, format!("/v1/config/layers/global{coded}"), (422, "invalid_entity")),
        ] {
            let expected = (expected.0, json!(expected.1));
            assert_eq!(said(&support, method, &path, Some(json!({}))).await, expected, "{path}");
        }
        let named = |name: &str| format!("{name}{control}");
        for (change, code) in [
            (change("places", &named("p1"), "put", common::place("Pier")), "malformed"),
            (change(&named("places"), "p1", "delete", json!({})), "not_found"),
            (
                change("messages", "m2", "put", json!({"conversationId": named("c1"), "text": "Hello"})),
                "not_found",
            ),
            (
                change("shares", "s1", "put", json!({"subject": named("place/p1"), "recipient": "user/2"})),
                "invalid_entity",
            ),
            (
                change("shares", "s1", "put", json!({"subject": "place/p1", "recipient": named("user/2")})),
                "invalid_entity",
            ),
        ] {
            let result = anna.change(std::slice::from_ref(&change)).await.remove(0);
            assert_eq!(result["problem"]["code"], code, "{change} {result}");
        }
        let mut foreign = event(2, 60, "x_note", json!({}));
        foreign["organizationKey"] = named("demo").into();
        let typed = event(3, 60, &named("x_note"), json!({}));
        let taken = value(gateway.post("/v1/ingest", &json!([foreign, typed])).await).await;
        let codes: Vec<_> = taken["refused"].as_array().unwrap().iter().map(|one| &one["code"]).collect();
        assert_eq!(codes, ["not_found", "invalid_entity"], "{coded}");
    }
    // Of the controls only a tab is let through in a header.
    let lane = anna.ask(Method::POST, "/v1/changes").header("content-type", "application/json");
    let lane = lane.header("producer-id", "a\tb").header("producer-epoch", "0").header("producer-seq", "0");
    assert_eq!(lane.body(r#"{"changes":[]}"#).send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn wrong_passwords_are_counted_for_the_one_account_that_they_may_be_of() {
    let world = World::start().await;
    let attempt = async |email: String, password: &str| {
        let body = json!({"email": email, "password": password}).to_string();
        let request = client().post(format!("{}/v1/auth/password", world.base));
        let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
        answer.status().as_u16()
    };
    let right = platform::demo::PASSWORD;
    for (control, coded) in CONTROLS {
        for email in [format!("anna@demo.example{control}"), format!("{control}Anna@demo.example")] {
            assert_eq!(attempt(email, right).await, 401, "{coded}");
        }
    }
    for _ in 0..throttle::FREE_OF_ACCOUNT {
        assert_eq!(attempt("anna@demo.example".to_owned(), "wrong").await, 401);
    }
    assert_eq!(attempt("ANNA@demo.example".to_owned(), right).await, 429);
}

#[tokio::test]
async fn nobody_signs_an_assertion_for_a_name_with_a_control_character() {
    let world = World::start().await;
    let key = SigningKey::from_seed(&[7; 32]).unwrap();
    let public = key.public();
    let add = move |edit: &mut dyn platform::storage::Edit| {
        let who = Who::new("demo", "service/partner");
        let mut known = account(edit, &who)?.unwrap();
        known.keys.push(public);
        Ok(put_account(edit, &who, &known)?)
    };
    world.node.commit(add).await.unwrap();
    let now = clock::unix();
    let attempt = async |iss: &str, jti: &str| {
        let aud = &world.node.config.issuer;
        let claims = json!({"iss": iss, "aud": aud, "iat": now, "exp": now + 600, "jti": jti});
        let body = json!({"assertion": key.sign(None, &claims)}).to_string();
        let request = client().post(format!("{}/v1/auth/service-account", world.base));
        let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
        (answer.status().as_u16(), value(answer).await["code"].clone())
    };
    for (control, coded) in CONTROLS {
        for iss in [format!("demo{control}/partner"), format!("demo/{control}partner")] {
            assert_eq!(attempt(&iss, &iss).await, (401, json!("token_invalid")), "{coded}");
        }
        let jti = format!("a{control}");
        assert_eq!(attempt("demo/partner", &jti).await, (401, json!("token_invalid")), "{coded}");
    }
    assert_eq!(attempt("demo/partner", "a").await.0, 200);
}
