//! What the platform makes an entity of is read as it is said: what is of another type is refused, and not taken for nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use common::{World, change, place};
use reqwest::Method;
use serde_json::{Value, json};

const ENDS: &str = "2099-05-04T07:30:00Z";
/// A second 60 that ends no day of UTC, and years of UTC that have more than four digits.
const NO_INSTANTS: [&str; 3] =
    ["2030-05-01T12:30:60Z", "9999-12-31T23:59:59-01:00", "+10000-01-01T00:00:00Z"];

#[tokio::test]
async fn a_share_is_without_end_only_where_that_is_said() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    anna.write("places", "p1", "put", place("Pier")).await;
    let wrong = [
        json!(1),
        json!(1_795_750_000),
        json!(1e12),
        json!("1795750000"),
        json!(true),
        json!({}),
        json!([]),
        json!(""),
    ];
    let offer = |expires: &Value| json!({"subject": "place/p1", "recipient": "user/2", "expiresAt": expires});
    let refused = async |kind: &str, body: Value, detail: &str| {
        let result = anna.change(&[change("shares", "s1", kind, body.clone())]).await.remove(0);
        let problem = &result["problem"];
        assert_eq!(
            (&problem["code"], &problem["detail"]),
            (&json!("invalid_entity"), &json!(detail)),
            "{body}"
        );
    };
    let wrong = wrong.into_iter().chain(NO_INSTANTS.map(Value::from)).collect::<Vec<_>>();
    for expires in &wrong {
        refused("put", offer(expires), "expiresAt: expected an instant").await;
    }
    let endless = json!({"subject": "place/p1", "recipient": "user/3", "expiresAt": null});
    anna.write("shares", "s0", "put", endless).await;
    anna.write("shares", "s1", "put", offer(&json!(ENDS))).await;
    for expires in &wrong {
        let extend = json!({"action": "extend", "expiresAt": expires});
        refused("act", extend, "expiresAt: expected an instant").await;
    }
    let missing = "expiresAt: expected an instant, or null for no end";
    refused("act", json!({"action": "extend"}), missing).await;
    refused("act", json!({"action": "extend", "ExpiresAt": ENDS}), missing).await;
    assert_eq!(anna.json("/v1/collections/shares/s1").await["value"]["expiresAt"], ENDS);
    anna.write("shares", "s1", "act", json!({"action": "extend", "expiresAt": null})).await;
    assert!(anna.json("/v1/collections/shares/s1").await["value"].get("expiresAt").is_none());
}

#[tokio::test]
async fn why_a_booking_is_called_off_is_a_text_or_nothing() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let date = |date: Value| json!({"vehicleId": 7, "workshopId": 9, "appointmentDate": date});
    for wrong in [json!(1_795_750_000), json!({}), json!(null)] {
        let result = anna.change(&[change("bookings", "b1", "put", date(wrong))]).await.remove(0);
        assert_eq!(result["problem"]["detail"], "appointmentDate: expected an instant");
    }
    for wrong in NO_INSTANTS {
        let result = anna.change(&[change("bookings", "b1", "put", date(json!(wrong)))]).await.remove(0);
        assert_eq!(result["problem"]["detail"], "appointmentDate: expected an instant", "{wrong}");
        let wrong = wrong.replace('+', "%2B");
        assert_eq!(
            anna.get(&format!("/v1/vehicles/demo/7/events?from={wrong}")).await.status(),
            400,
            "{wrong}"
        );
    }
    anna.write("bookings", "b1", "put", date(json!(ENDS))).await;
    let cancel = |reason: Value| {
        let mut cancel = change("bookings", "b1", "act", json!({"action": "cancel", "reasonText": reason}));
        cancel["base"] = json!(1);
        cancel
    };
    let result = anna.change(&[cancel(json!(5))]).await.remove(0);
    assert_eq!(result["problem"]["detail"], "reasonText: expected a text");
    assert_eq!(anna.change(&[cancel(json!(null))]).await[0]["outcome"], "applied");
}

#[tokio::test]
async fn a_booking_moves_to_no_other_vehicle() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let date = |vehicle: Value| json!({"vehicleId": vehicle, "workshopId": 9, "appointmentDate": ENDS});
    anna.write("bookings", "b1", "put", date(json!(7))).await;
    for (kind, other) in [("put", json!(8)), ("patch", json!(8)), ("put", json!("7")), ("put", json!(null))] {
        let mut moves = change("bookings", "b1", kind, date(other));
        moves["base"] = json!(1);
        let result = anna.change(&[moves]).await.remove(0);
        assert_eq!(result["problem"]["code"], "invalid_entity", "{result}");
        assert_eq!(result["problem"]["detail"], "vehicleId: a booking stays with its vehicle");
    }
    let mut moves = change("bookings", "b1", "patch", json!({"workshopId": 9, "appointmentDate": ENDS}));
    moves["base"] = json!(1);
    assert_eq!(anna.change(&[moves]).await[0]["outcome"], "applied");
}

#[tokio::test]
async fn a_stream_is_closed_by_true_however_it_is_written_and_by_no_other_word() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    for (at, (word, closes)) in [
        ("true", true),
        ("True", true),
        ("TRUE", true),
        ("false", false),
        ("yes", false),
        ("1", false),
        ("", false),
    ]
    .into_iter()
    .enumerate()
    {
        let stream = |name: &str| format!("/v1/streams/user/1/{name}{at}");
        let ask = |method, path: &str| {
            anna.ask(method, path).header("content-type", "application/json").body("[1]")
        };
        let is_closed = |answer: &reqwest::Response| answer.headers().contains_key("stream-closed");
        let made = ask(Method::PUT, &stream("made")).header("stream-closed", word).send().await.unwrap();
        assert_eq!((made.status().as_u16(), is_closed(&made)), (201, closes), "{word}");
        ask(Method::PUT, &stream("x")).send().await.unwrap();
        let last = ask(Method::POST, &stream("x")).header("stream-closed", word).send().await.unwrap();
        assert_eq!((last.status().as_u16(), is_closed(&last)), (204, closes), "{word}");
        let more = ask(Method::POST, &stream("x")).send().await.unwrap();
        assert_eq!(more.status(), if closes { 409 } else { 204 }, "{word}");
    }
}

#[tokio::test]
async fn what_is_no_whole_text_is_refused_and_a_copy_is_known_after_the_stream_was_closed() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let ask = |method, of: &str, body: &'static [u8]| {
        anna.ask(method, "/v1/streams/user/1/text").header("content-type", of.to_owned()).body(body)
    };
    let made = ask(Method::PUT, "text/plain; charset=utf-8", b"").send().await.unwrap();
    assert_eq!(made.status(), 201);
    for (body, status) in [("\u{e5}".as_bytes(), 204), (b"\xC3", 400), (b"\xA5", 400), (b"\xE5", 400)] {
        let answer = ask(Method::POST, "text/plain", body).send().await.unwrap();
        assert_eq!(answer.status(), status, "{body:x?}");
    }
    let with = |seq: &str, body| {
        let ask =
            ask(Method::POST, "text/plain", body).header("producer-id", "p").header("producer-epoch", "0");
        ask.header("producer-seq", seq.to_owned())
    };
    assert_eq!(with("0", b"one").send().await.unwrap().status(), 200);
    let closes = with("1", b"two").header("stream-closed", "true").send().await.unwrap();
    assert_eq!(closes.status(), 200);
    for (seq, status) in [("0", 204), ("1", 204), ("2", 409)] {
        let again = with(seq, b"one").send().await.unwrap();
        assert_eq!(
            (again.status().as_u16(), &again.headers()["stream-closed"] == "true"),
            (status, true),
            "{seq}"
        );
    }
    let all = anna.get("/v1/streams/user/1/text?offset=-1").await.text().await.unwrap();
    assert_eq!(all, "\u{e5}onetwo");
}
