//! Each change of a batch is read by itself: one that is ill-typed is refused with its reason, and holds up no other.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use common::{World, change, place, value};
use serde_json::{Value, json};

#[tokio::test]
async fn an_ill_typed_change_holds_up_no_other() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let base = "base: expected a whole number from 0 to 18446744073709551615";
    let rows = [
        ("key", "5", "key: expected a text"),
        ("key", "null", "key: expected a text"),
        ("collection", "[]", "collection: expected a text"),
        ("kind", "true", "kind: expected a text"),
        ("clock", "12", "clock: expected a text"),
        ("base", "-1", base),
        ("base", "1.0", base),
        ("base", "1e2", base),
        ("base", "18446744073709551616", base),
        ("base", "\"1\"", base),
        ("body", "null", "body: expected an object"),
        ("body", "[1]", "body: expected an object"),
        ("body", r#"{"name":"A","name":"B"}"#, "body: expected each member once"),
        ("body", r#"{"name":"A","x":[{"y":1,"\u0079":2}]}"#, "body: expected each member once"),
    ];
    let mut batch = Vec::new();
    for (index, (member, text, _)) in rows.iter().enumerate() {
        let mut ill = change("places", &format!("ill-{index}"), "put", place("Pier"));
        ill[member] = json!("HERE");
        batch.push(ill.to_string().replace("\"HERE\"", text));
        batch.push(change("places", &format!("good-{index}"), "put", place("Pier")).to_string());
    }
    let request = format!(r#"{{"changes":[{}]}}"#, batch.join(","));
    for round in ["applied", "duplicate"] {
        let answer =
            anna.ask(reqwest::Method::POST, "/v1/changes").header("content-type", "application/json");
        let answer = answer.body(request.clone()).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let results = value(answer).await["results"].clone();
        for (index, (member, text, detail)) in rows.iter().enumerate() {
            let (ill, good) = (&results[2 * index], &results[2 * index + 1]);
            assert_eq!(ill["outcome"], "rejected", "{member}: {text}");
            assert_eq!(
                (&ill["problem"]["code"], &ill["problem"]["detail"]),
                (&json!("malformed"), &json!(detail)),
                "{member}: {text}"
            );
            assert_eq!(good["outcome"], round);
        }
    }
}

#[tokio::test]
async fn what_builds_upon_an_ill_typed_change_waits() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let mut ill = change("places", "p1", "put", place("Pier"));
    ill["base"] = json!(-1);
    let results = anna.change(&[ill, change("places", "p1", "patch", json!({"name": "x"}))]).await;
    assert_eq!(results[0]["problem"]["code"], "malformed");
    assert_eq!(results[1]["problem"]["code"], "depends");
}

#[tokio::test]
async fn a_batch_names_the_change_that_cannot_be_answered_and_does_nothing() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let good = change("places", "p1", "put", place("Pier"));
    let mut nameless = good.clone();
    nameless["id"] = json!(5);
    let twice = r#"{"id":"019de2fb-1900-7707-8707-070707070707","key":"a","key":"b"}"#;
    let listed = r#"["019de2fb-1900-7707-8707-070707070707","places","p1","put","1-0-1",0,{"name":"Pier"}]"#;
    for (ill, detail) in [
        ("5".to_owned(), "changes[1]: expected an object with each member once"),
        (twice.to_owned(), "changes[1]: expected an object with each member once"),
        (listed.to_owned(), "changes[1]: expected an object with each member once"),
        ("{}".to_owned(), "changes[1].id: expected a text"),
        (nameless.to_string(), "changes[1].id: expected a text"),
    ] {
        let request =
            anna.ask(reqwest::Method::POST, "/v1/changes").header("content-type", "application/json");
        let answer = request.body(format!(r#"{{"changes":[{good},{ill}]}}"#)).send().await.unwrap();
        assert_eq!(answer.status(), 400);
        let problem = value(answer).await;
        assert_eq!((&problem["code"], &problem["detail"]), (&json!("malformed"), &json!(detail)));
    }
    assert_eq!(anna.get("/v1/collections/places/p1").await.status(), 404);
}

#[tokio::test]
async fn an_entity_that_is_wrong_is_told_by_its_member_and_not_by_a_place_in_a_text_of_ours() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| Value::Array(vec![inner]));
    let mut radius = place("Pier");
    radius["radiusMeters"] = json!("wide");
    let deep = |levels| json!({"name": "Pier", "x": nested(levels)});
    for (body, code, detail) in [
        (radius, "invalid_entity", "radiusMeters: expected"),
        (json!({"name": "Pier"}), "invalid_entity", "position: expected a value in the object"),
        (deep(64), "malformed", "body: expected at most 64 levels of nesting"),
    ] {
        let result = anna.change(&[change("places", "p1", "put", body)]).await.remove(0);
        assert_eq!(result["problem"]["code"], code, "{result}");
        let said = result["problem"]["detail"].as_str().unwrap();
        assert!(said.starts_with(detail) && !said.contains("byte"), "{said}");
    }
    let mut fits = place("Pier");
    fits["x"] = nested(63);
    anna.write("places", "p1", "put", fits).await;
}
