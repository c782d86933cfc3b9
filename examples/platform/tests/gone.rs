//! A stream that is deleted is gone at once, however much it has, and what is left of it goes while others write.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use common::filling::{self, ROOM};
use common::{Person, World};
use platform::storage::{JOINT, Tail, get_json, key, names};
use platform::streams::Stream;
use reqwest::{Method, StatusCode};
use serde_json::json;

const MESSAGES: u64 = 40_000;
const PATH: &str = "/v1/streams/user/1/log";

async fn tail(world: &World, log: &str) -> Tail {
    let log = log.to_owned();
    world.node.look(move |view| Ok(view.tail(&log)?)).await.unwrap()
}

async fn gone(world: &World) -> usize {
    world.node.look(|view| Ok(names(view, "gone stream")?.len())).await.unwrap()
}

#[tokio::test]
async fn who_reads_a_stream_as_its_time_comes_is_told_then_and_not_with_a_heartbeat() {
    let mut config = common::config();
    (config.heartbeat, config.long_poll) = (60_000, 60_000);
    let world = World::with(config).await;
    let anna = world.person("anna").await;
    let clock = &world.node.config.clock;
    // As the platform hears it: in whole milliseconds.
    let text = platform::clock::text(clock.now() + Duration::from_secs(240));
    let at = platform::clock::read(&text).unwrap();
    let made = anna.ask(Method::PUT, PATH).header("content-type", "text/plain");
    let made = made.header("stream-expires-at", text).body("x").send().await.unwrap();
    assert_eq!(made.status(), 201);
    // Soon, and not before they wait.
    clock.advance((at - clock.now()).to_std().unwrap_or_default().saturating_sub(Duration::from_secs(3)));
    let read = async |live: &str| {
        let answer = anna.get(&format!("{PATH}?offset=now&live={live}")).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let both = async { tokio::join!(read("sse"), read("long-poll")) };
    let (stream, poll) = tokio::time::timeout(Duration::from_secs(30), both).await.unwrap();
    assert!(clock.now() >= at);
    assert_eq!((stream.0, poll.0), (200, 404), "{stream:?} {poll:?}");
}

/// Makes a stream of many messages; gives its log.
async fn make(world: &World, anna: &Person) -> String {
    assert_eq!(anna.send(Method::PUT, PATH, &json!([])).await.status(), 201);
    let fill = |edit: &mut dyn platform::storage::Edit| {
        let stream: Stream = get_json(edit, &key(&["stream", "demo", "user/1/log"]))?.unwrap();
        for part in 0..MESSAGES / 1_000 {
            let text = format!("{part}");
            edit.append(&stream.log, &[text.as_bytes(); 1_000])?;
        }
        // As it is named: the joint of the log's name is left out.
        let log = stream.log.replace(JOINT, "");
        for producer in 0..1_000 {
            edit.put(&key(&["producer", &log, &format!("p{producer}")]), b"{}")?;
        }
        Ok(stream.log)
    };
    world.node.commit(fill).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_gone_at_once_and_what_is_left_of_it_goes_by_turns_also_after_a_stop() {
    let (storage, world) = filling::world().await;
    let anna = world.person("anna").await;
    let log = make(&world, &anna).await;
    assert_eq!(anna.get(PATH).await.status(), 200);

    // That it is gone, and some turns; then the platform stops.
    filling::quiet(&storage).await;
    storage.1.store(4, SeqCst);
    assert_eq!(anna.ask(Method::DELETE, PATH).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(anna.get(PATH).await.status(), 404);
    for _ in 0..1_500 {
        if storage.1.load(SeqCst) < 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let left = tail(&world, &log).await;
    assert!(left.first > 0 && left.first < MESSAGES && left.next == MESSAGES, "{left:?}");
    storage.1.store(ROOM, SeqCst);
    drop(storage);
    let folder = world.stop().await;

    let world = World::of(common::open(folder.path(), common::config()).await, folder);
    let anna = world.person("anna").await;
    assert_eq!(anna.get(PATH).await.status(), 404);
    assert_eq!(anna.send(Method::PUT, PATH, &json!(["new"])).await.status(), 201);
    for _ in 0..1_500 {
        if gone(&world).await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let producers = world.node.look(|view| Ok(names(view, "producer")?.len())).await.unwrap();
    assert_eq!((gone(&world).await, tail(&world, &log).await, producers), (0, Tail::default(), 0));
    assert_eq!(anna.json(&format!("{PATH}?offset=-1")).await, json!(["new"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn others_write_while_a_stream_goes() {
    let world = World::start().await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    let log = make(&world, &anna).await;
    assert_eq!(anna.ask(Method::DELETE, PATH).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let (mut between, mut count) = (0, 0);
    while gone(&world).await > 0 {
        bo.write("places", &format!("p{count}"), "put", common::place("Pier")).await;
        count += 1;
        between += usize::from((1..MESSAGES).contains(&tail(&world, &log).await.first));
    }
    assert!(between >= 2, "nobody else wrote meanwhile");
}
