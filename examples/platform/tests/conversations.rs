//! A conversation is a head and its messages, each told once.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use cc_core::UserId;
use cc_core::platform::{Conversation, Message, Participant};
use common::{Person, World, change, value};
use platform::auth::Who;
use platform::items::{Item, Sight};
use platform::storage::{key, put_json};
use serde_json::{Value, json};

async fn talk(world: &World) -> (Person, Person) {
    let (anna, shop) = (world.person("anna").await, world.person("workshop").await);
    anna.write("conversations", "c1", "put", json!({"vehicleId": 7, "workshopId": 9})).await;
    (anna, shop)
}

fn said(number: usize) -> Value {
    let text = "x".repeat(500);
    change("messages", &format!("m{number:03}"), "put", json!({"conversationId": "c1", "text": text}))
}

/// Sends a message, and gives how many bytes the feed of another one tells of it.
async fn told(from: &Person, to: &Person, number: usize) -> usize {
    let tail = to.get("/v1/feeds/me?offset=now").await;
    let offset = tail.headers()["stream-next-offset"].to_str().unwrap().to_owned();
    assert_eq!(from.change(&[said(number)]).await[0]["outcome"], "applied");
    to.get(&format!("/v1/feeds/me?offset={offset}")).await.text().await.unwrap().len()
}

#[tokio::test]
async fn a_message_costs_the_same_however_many_there_are() {
    let world = World::start().await;
    let (anna, shop) = talk(&world).await;
    let first: Vec<Value> = (1..10).map(said).collect();
    anna.change(&first).await;
    let tenth = told(&anna, &shop, 10).await;
    let more: Vec<Value> = (11..300).map(said).collect();
    assert!(anna.change(&more).await.iter().all(|result| result["outcome"] == "applied"));
    let last = told(&anna, &shop, 300).await;
    assert_eq!((tenth, last), (last, tenth), "bytes for the 10th and the 300th");
    assert!((500..1_000).contains(&last), "{last} bytes for a message of 500");
    // Nothing of the conversation itself changed.
    let head = shop.json("/v1/collections/conversations/c1").await;
    assert_eq!((&head["version"], &head["value"]["messages"]), (&json!(1), &json!([])));

    // An app puts it together of the two.
    let mut sent = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = shop.json(&format!("/v1/collections/messages?conversationId=c1&limit=99{cursor}")).await;
        sent.extend(page["items"].as_array().unwrap().clone());
        if page["more"] != true {
            break;
        }
        cursor = format!("&cursor={}", page["cursor"].as_str().unwrap());
    }
    let sent = sent.iter().map(|item| Message::from_json(item["value"].to_string()).unwrap());
    let whole = Conversation::from_json(head["value"].to_string()).unwrap().with_messages(sent);
    assert_eq!((whole.messages().len(), whole.unread(Participant::Workshop)), (300, 300));
}

#[tokio::test]
async fn only_what_stands_in_a_conversation_is_read_and_only_what_changes_is_told() {
    let world = World::start().await;
    let (anna, shop) = talk(&world).await;
    anna.write("conversations", "c2", "put", json!({"vehicleId": 7, "workshopId": 9})).await;
    for (name, of) in [("a1", "c1"), ("a2", "c1"), ("b1", "c2")] {
        anna.write("messages", name, "put", json!({"conversationId": of, "text": "It rattles."})).await;
    }
    let read = |message: &str| json!({"action": "read", "messageId": message});
    for unknown in ["b1", "a9", "c1"] {
        let refused = shop.change(&[change("conversations", "c1", "act", read(unknown))]).await.remove(0);
        assert_eq!(refused["problem"]["detail"], "the conversation has no such message", "{refused}");
    }
    assert_eq!(shop.write("conversations", "c1", "act", read("a2")).await["version"], 2);
    let before = anna.feed().await.len();
    // Where it stood, and before it.
    for message in ["a2", "a1"] {
        assert_eq!(shop.write("conversations", "c1", "act", read(message)).await["version"], 2);
    }
    assert_eq!(anna.feed().await.len(), before);
    let last = anna.last("conversations", "c1").await.unwrap();
    assert_eq!(last["value"]["workshopRead"]["messageId"], "a2");
    assert!(last["value"].get("driverRead").is_none());

    // A closed one takes none, and says the others still.
    anna.write("conversations", "c1", "act", json!({"action": "close"})).await;
    let refused = shop.change(&[said(1)]).await.remove(0);
    assert_eq!(refused["problem"]["detail"], "the conversation is closed");
    let keys = |page: Value| -> Vec<String> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["key"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(keys(shop.json("/v1/collections/messages?conversationId=c1").await), ["a1", "a2"]);
    assert_eq!(keys(anna.json("/v1/collections/messages?conversationId=c2").await), ["b1"]);
    let bo = world.person("bo").await;
    for (path, expected) in [
        ("messages?conversationId=c1", (404, "not_found")),
        ("messages?conversationId=c9", (404, "not_found")),
        ("places?conversationId=c1", (400, "unknown_parameter")),
    ] {
        let answer = bo.get(&format!("/v1/collections/{path}")).await;
        let status = answer.status().as_u16();
        assert_eq!((status, value(answer).await["code"].as_str().unwrap()), expected, "{path}");
    }
}

#[tokio::test]
async fn a_conversation_of_an_earlier_version_is_thinned_and_loses_nothing() {
    let world = World::start().await;
    let (anna, shop) = talk(&world).await;
    // As it was kept: all messages in it, and each as an item.
    let now = platform::clock::now();
    let mut whole = Conversation::open(
        "old".parse().unwrap(),
        "demo/7".parse().unwrap(),
        UserId(1),
        cc_core::WorkshopId(9),
        now,
    );
    for name in ["o1", "o2"] {
        let text = Some("It rattles.".parse().unwrap());
        let one = Message::new(name.parse().unwrap(), Participant::Driver, text, vec![], now).unwrap();
        whole = whole.write(one, now).unwrap();
    }
    let viewers = ["user/1", "user/4", "user/5"].map(|sub| (Who::new("demo", sub), Sight::Full));
    let item = |value: String| {
        let mut item = Item { version: 3, owner: "user/1".to_owned(), value: Some(value), ..Item::default() };
        item.viewers = viewers.to_vec();
        item.facts.insert("workshop".to_owned(), "9".to_owned());
        item
    };
    let mut rows = vec![("conversations", "old".to_owned(), item(whole.to_json()))];
    for message in whole.messages() {
        let mut value: Value = serde_json::from_str(&message.to_json()).unwrap();
        value["conversationId"] = json!("old");
        rows.push(("messages", message.id().as_str().to_owned(), item(value.to_string())));
    }
    world
        .node
        .commit(move |edit| {
            for (collection, name, item) in rows {
                put_json(edit, &key(&["item", "demo", collection, "", &name]), &item)?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let listed = async |person: &Person| -> Vec<String> {
        let page = person.json("/v1/collections/messages?conversationId=old&limit=2").await;
        let mut keys = page["items"].as_array().unwrap().clone();
        if page["more"] == true {
            let cursor = page["cursor"].as_str().unwrap();
            let path = format!("/v1/collections/messages?conversationId=old&cursor={cursor}");
            keys.extend(person.json(&path).await["items"].as_array().unwrap().clone());
        }
        keys.iter().map(|item| item["key"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(listed(&shop).await, ["o1", "o2"]);
    anna.write("messages", "o3", "put", json!({"conversationId": "old", "text": "Still."})).await;
    assert_eq!(listed(&shop).await, ["o1", "o2", "o3"]);
    let head = shop.last("conversations", "old").await.unwrap();
    assert_eq!((&head["version"], &head["value"]["messages"]), (&json!(4), &json!([])));
    let read = json!({"action": "read", "messageId": "o1"});
    shop.write("conversations", "old", "act", read).await;
    assert_eq!(shop.last("messages", "o3").await.unwrap()["value"]["text"], "Still.");
}
