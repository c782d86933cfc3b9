//! Readers of streams that are slow, or read nothing at all: they cost little, are let go, and miss nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use common::{Person, World};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

const PATH: &str = "/v1/streams/user/1/x";
/// What one turn of a stream may be: what is read at once, the message that goes beyond, and what stands around them.
const TURN: u64 = (16 << 10) + 2_048;
/// So many messages of a kilobyte…
const MESSAGES: u64 = 20_000;
/// … so many at a time.
const BATCH: u64 = 1_000;

async fn make(anna: &Person) {
    let made = anna.ask(Method::PUT, PATH).header("content-type", "application/json");
    assert_eq!(made.send().await.unwrap().status(), 201);
}

async fn push(anna: &Person, from: u64) {
    let body: Vec<Value> =
        (from..from + BATCH).map(|number| json!({"number": number, "text": "x".repeat(1_000)})).collect();
    assert!(anna.post(PATH, &json!(body)).await.status().is_success());
}

/// Numbers and offsets of a stream, as its events say them.
#[derive(Default)]
struct Heard {
    rest: Vec<u8>,
    data: Vec<u64>,
    /// Numbers of `data` whose offset was told.
    sure: usize,
    offset: String,
}

impl Heard {
    /// Reads some more; false where the stream is over.
    async fn more(&mut self, stream: &mut Response) -> bool {
        let Ok(Some(chunk)) = stream.chunk().await else { return false };
        self.rest.extend_from_slice(&chunk);
        while let Some(end) = self.rest.windows(2).position(|pair| pair == b"\n\n") {
            let event = String::from_utf8(self.rest.drain(..end + 2).collect()).unwrap();
            let Some((name, data)) = event.trim_end().split_once("\ndata:") else { continue };
            let value: Value = serde_json::from_str(data).unwrap();
            if name == "event: data" {
                self.data.extend(value.as_array().unwrap().iter().map(|one| one["number"].as_u64().unwrap()));
            } else {
                value["streamNextOffset"].as_str().unwrap().clone_into(&mut self.offset);
                self.sure = self.data.len();
            }
        }
        true
    }
}

/// A reader that asks for the stream, and reads nothing of it.
async fn unread(world: &World, anna: &Person, query: &str) -> TcpStream {
    unread_of(world, anna, &format!("{PATH}?{query}")).await
}

async fn unread_of(world: &World, anna: &Person, path: &str) -> TcpStream {
    let stream = TcpStream::connect(world.base.trim_start_matches("http://")).await.unwrap();
    asked_over(stream, anna, path).await
}

/// The same with as little room on the way as the system gives.
async fn unread_by_a_narrow_way(world: &World, person: &Person, path: &str) -> TcpStream {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4 << 10).unwrap();
    let stream = socket.connect(world.base.trim_start_matches("http://").parse().unwrap()).await.unwrap();
    asked_over(stream, person, path).await
}

async fn asked_over(mut stream: TcpStream, person: &Person, path: &str) -> TcpStream {
    let head = format!("GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n", person.token);
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

async fn until(what: &str, is: impl Fn() -> bool) {
    for _ in 0..600 {
        if is() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_nothing_holds_a_bounded_number_of_bytes_and_goes_on_where_it_was() {
    const LAZY: u64 = 4;
    let world = World::start().await;
    let anna = world.person("anna").await;
    make(&anna).await;
    let metrics = &world.node.metrics;
    let mut lazy = Vec::new();
    for _ in 0..LAZY {
        lazy.push(unread(&world, &anna, "offset=-1&live=sse").await);
    }
    // One reads a little before it reads no more.
    let mut stream = anna.get(&format!("{PATH}?offset=-1&live=sse")).await;
    let mut heard = Heard::default();
    until("all are open", || metrics.streams.load(Relaxed) == LAZY + 1).await;
    let (mut most, mut let_go) = (0, false);
    for from in (0..MESSAGES).step_by(BATCH as usize) {
        push(&anna, from).await;
        while heard.sure < 100 {
            assert!(heard.more(&mut stream).await);
        }
        most = most.max(metrics.stream_bytes.load(Relaxed));
        let_go |= metrics.streams.load(Relaxed) < LAZY + 1;
    }
    assert!(most > 0 && most <= (LAZY + 1) * TURN, "{most} bytes wait for {} readers", LAZY + 1);
    until("who reads nothing is let go", || metrics.streams.load(Relaxed) == 0).await;
    assert_eq!(metrics.stream_bytes.load(Relaxed), 0, "let go before the end: {let_go}");
    drop(stream);

    // By the last offset that it was told.
    heard.data.truncate(heard.sure);
    let mut stream = anna.get(&format!("{PATH}?offset={}&live=sse", heard.offset)).await;
    heard.rest.clear();
    while (heard.data.len() as u64) < MESSAGES {
        assert!(heard.more(&mut stream).await);
    }
    assert!(heard.data.iter().copied().eq(0..MESSAGES), "a gap, or some twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_slowly_is_told_everything_once() {
    // Slow by its own choice, and on a machine that is busy slower than that.
    let mut config = common::config();
    config.heartbeat = 10_000;
    let world = World::with(config).await;
    let anna = world.person("anna").await;
    make(&anna).await;
    let mut stream = anna.get(&format!("{PATH}?offset=-1&live=sse")).await;
    let mut heard = Heard::default();
    let mut pushed = 0;
    let mut count = 0_u32;
    while (heard.data.len() as u64) < MESSAGES {
        if pushed < MESSAGES {
            push(&anna, pushed).await;
            pushed += BATCH;
        }
        assert!(heard.more(&mut stream).await);
        count += 1;
        if count.is_multiple_of(20) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    assert!(heard.data.iter().copied().eq(0..MESSAGES), "a gap, or some twice");
    assert!(world.node.metrics.stream_bytes.load(Relaxed) <= TURN);
}

#[tokio::test(flavor = "multi_thread")]
async fn large_messages_are_in_memory_once_for_all_who_do_not_read_them() {
    const LAZY: u64 = 12;
    const LARGE: usize = 3 << 20;
    let mut config = common::config();
    // Who takes nothing for three of them is let go, and is to be there when it is looked.
    config.heartbeat = 20_000;
    let world = World::with(config).await;
    let anna = world.person("anna").await;
    let made = anna.ask(Method::PUT, PATH).header("content-type", "application/octet-stream");
    assert_eq!(made.send().await.unwrap().status(), 201);
    let metrics = &world.node.metrics;
    let mut lazy = Vec::new();
    for _ in 0..LAZY {
        lazy.push(unread(&world, &anna, "offset=-1&live=sse").await);
    }
    until("all are open", || metrics.streams.load(Relaxed) == LAZY).await;
    for letter in [b'a', b'b', b'c'] {
        let push = anna.ask(Method::POST, PATH).header("content-type", "application/octet-stream");
        assert!(push.body(vec![letter; LARGE]).send().await.unwrap().status().is_success());
    }
    until("something waits", || metrics.stream_bytes.load(Relaxed) > LARGE as u64).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    // The one that each takes and the one behind it, in base64; and little of each reader.
    let (most, waits) =
        (2 * (LARGE as u64 * 4 / 3 + 2_048) + LAZY * TURN, metrics.stream_bytes.load(Relaxed));
    assert!(waits <= most, "{waits} bytes wait for {LAZY} readers, more than {most}");

    // Who reads is told all of it.
    let mut stream = anna.get(&format!("{PATH}?offset=-1&live=sse")).await;
    let mut heard = Vec::new();
    while !heard.ends_with(b"\"upToDate\":true}\n\n") {
        heard.extend_from_slice(&stream.chunk().await.unwrap().unwrap());
    }
    let data = heard.len() as u64;
    assert!(data > 3 * LARGE as u64 * 4 / 3 && data < 3 * (LARGE as u64 * 4 / 3 + 2_048), "{data}");
    drop((lazy, stream));
    until("all are gone", || metrics.streams.load(Relaxed) == 0).await;
    until("nothing waits", || metrics.stream_bytes.load(Relaxed) == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_at_different_places_hold_no_more_than_there_is_memory_for_and_miss_nothing() {
    const LAZY: u64 = 30;
    const LARGE: usize = 3 << 20;
    /// An event of a message, in base64.
    const EVENT: u64 = LARGE as u64 * 4 / 3 + 2_048;
    const BO: &str = "/v1/streams/user/2/x";
    /// Of one person; there is more for all.
    const MEMORY: u64 = 16 << 20;
    let world = World::start().await;
    let anna = world.person("anna").await;
    let made = anna.ask(Method::PUT, PATH).header("content-type", "application/octet-stream");
    let made = made.send().await.unwrap();
    assert_eq!(made.status(), 201);
    let first = made.headers()["stream-next-offset"].to_str().unwrap();
    let first = platform::feed::Offset::parse(first).unwrap().number;
    for letter in 0..LAZY as u8 {
        let push = anna.ask(Method::POST, PATH).header("content-type", "application/octet-stream");
        assert!(push.body(vec![letter; LARGE]).send().await.unwrap().status().is_success());
    }
    // Where it is read, nobody waits for long; and who takes nothing is to be there when it is looked.
    let mut config = common::config();
    (config.reader_memory, config.request, config.heartbeat) = (8 * MEMORY, 1_000, 20_000);
    let folder = world.stop().await;
    let world = World::of(common::open(folder.path(), config).await, folder);
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    // Each begins at another message; a third each by streams, by long-polls and by catch-up.
    let metrics = &world.node.metrics;
    let mut lazy = Vec::new();
    for at in 0..LAZY {
        let how = ["&live=sse", "&live=long-poll", ""][at as usize % 3];
        lazy.push(unread(&world, &anna, &format!("offset={:020}{how}", first + at)).await);
    }
    let (mut most, mut rounds) = (0, 0);
    while metrics.crowded.load(Relaxed) == 0 || rounds < 100 {
        most = most.max(metrics.stream_bytes.load(Relaxed));
        tokio::time::sleep(Duration::from_millis(20)).await;
        rounds += 1;
        assert!(rounds < 3_000, "nobody is let go");
    }
    // What one has is not in the way of others.
    let made =
        bo.ask(Method::PUT, BO).header("content-type", "application/octet-stream").body(vec![b'b'; LARGE]);
    assert_eq!(made.send().await.unwrap().status(), 201);
    let page = bo.get(&format!("{BO}?offset=-1")).await;
    assert_eq!((page.status().as_u16(), page.bytes().await.unwrap().len()), (200, LARGE));

    assert!(most >= 3 * EVENT, "{most}");
    assert!(most <= MEMORY + LAZY * TURN, "{most} bytes wait for {LAZY} readers");

    // Where they are gone, who reads is told all of it, by the offset that it was told, as often as it is let go.
    drop(lazy);
    let mut stream = anna.get(&format!("{PATH}?offset=-1&live=sse")).await;
    while stream.status() == 503 {
        assert_eq!(stream.headers()["retry-after"], "2");
        tokio::time::sleep(Duration::from_millis(200)).await;
        stream = anna.get(&format!("{PATH}?offset=-1&live=sse")).await;
    }
    let mut heard = Vec::new();
    while !heard.ends_with(b"\"upToDate\":true}\n\n") {
        heard.extend_from_slice(&stream.chunk().await.unwrap().unwrap());
    }
    let data = heard.len() as u64;
    assert!(data > LAZY * LARGE as u64 * 4 / 3 && data < LAZY * EVENT, "{data}");
    drop(stream);
    // A page is whole, also where it is shared.
    let page = anna.get(&format!("{PATH}?offset=-1")).await;
    assert_eq!(page.content_length(), Some(LARGE as u64));
    assert_eq!(page.bytes().await.unwrap(), vec![0; LARGE]);
    until("nothing waits", || metrics.stream_bytes.load(Relaxed) == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn listings_and_histories_that_nobody_reads_are_held_within_the_same_memory() {
    const LAZY: u64 = 12;
    /// Of one person; there is more for all.
    const MEMORY: u64 = 3 << 20;
    let mut config = common::config();
    // Who takes nothing is to be there when it is looked.
    (config.reader_memory, config.request, config.heartbeat) = (8 * MEMORY, 1_000, 20_000);
    let world = World::with(config).await;
    let (anna, gateway) = (world.person("anna").await, world.person("gateway").await);
    let note = json!({"note": "a".repeat(60_000)});
    let event = |id| common::event(id, 60 - id, "x_note", note.clone());
    for part in 0..2_i64 {
        let numbers = part * 10..(part + 1) * 10;
        let put = |n| common::change("settings", &format!("s{n}"), "put", note.clone());
        let results = anna.change(&numbers.clone().map(put).collect::<Vec<_>>()).await;
        assert!(results.iter().all(|result| result["outcome"] == "applied"));
        assert_eq!(
            gateway.post("/v1/ingest", &json!(numbers.map(event).collect::<Vec<_>>())).await.status(),
            200
        );
    }
    let metrics = &world.node.metrics;
    let paths = ["/v1/collections/settings", "/v1/vehicles/demo/7/events"];
    let mut lazy = Vec::new();
    for at in 0..LAZY {
        lazy.push(unread_of(&world, &anna, paths[at as usize % 2]).await);
    }
    let (mut most, mut rounds) = (0, 0);
    while metrics.crowded.load(Relaxed) == 0 || rounds < 50 {
        most = most.max(metrics.stream_bytes.load(Relaxed));
        tokio::time::sleep(Duration::from_millis(20)).await;
        rounds += 1;
        assert!(rounds < 3_000, "nobody is let go");
    }
    assert!((2 << 20..=MEMORY).contains(&most), "{most}");
    drop(lazy);
    until("nothing waits", || metrics.stream_bytes.load(Relaxed) == 0).await;
    for path in paths {
        let page = anna.json(path).await;
        assert_eq!(page["more"], true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_and_settings_wait_for_no_stranger_and_count_for_who_asks() {
    let mut config = common::config();
    (config.reader_memory, config.request, config.heartbeat) = (2 << 20, 1_000, 20_000);
    let world = World::with(config).await;
    let (anna, bo, support) =
        (world.person("anna").await, world.person("bo").await, world.person("support").await);
    let gateway = world.person("gateway").await;
    let events = json!([common::event(1, 9, "car_ignition", json!({"value": true}))]);
    assert_eq!(gateway.post("/v1/ingest", &events).await.status(), 200);
    let layer = json!({"text": "a".repeat(60_000)});
    assert_eq!(support.send(Method::PUT, "/v1/config/layers/global", &layer).await.status(), 204);
    for person in [&anna, &bo] {
        person.write("settings", "big", "put", json!({"text": "a".repeat(60_000)})).await;
    }
    let metrics = &world.node.metrics;
    let mut lazy = Vec::new();
    for _ in 0..12 {
        let mut stream = TcpStream::connect(world.base.trim_start_matches("http://")).await.unwrap();
        let asked = "GET /openapi.yaml HTTP/1.1\r\nHost: x\r\n\r\n".repeat(60);
        stream.write_all(asked.as_bytes()).await.unwrap();
        lazy.push(stream);
    }
    until("what strangers may have is full", || metrics.crowded.load(Relaxed) > 0).await;
    let paths = ["/v1/collections/settings/big", "/v1/config?vehicle=demo/7"];
    for path in paths {
        let answer = anna.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let tag = answer.headers()["etag"].clone();
        assert!(answer.bytes().await.unwrap().len() > 60_000);
        let known = anna.ask(Method::GET, path).header("if-none-match", tag).send().await.unwrap();
        assert_eq!((known.status().as_u16(), known.bytes().await.unwrap().len()), (304, 0), "{path}");
    }
    // What one asks for and does not take is in the way of nobody else.
    drop(lazy);
    until("nothing waits", || metrics.stream_bytes.load(Relaxed) == 0).await;
    let (mut lazy, before) = (Vec::new(), metrics.crowded.load(Relaxed));
    for at in 0..24 {
        let mut stream = unread_of(&world, &anna, paths[at % 2]).await;
        let asked = format!(
            "GET {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n",
            paths[at % 2],
            anna.token
        );
        stream.write_all(asked.repeat(40).as_bytes()).await.unwrap();
        lazy.push(stream);
    }
    until("what anna may have is full", || metrics.crowded.load(Relaxed) > before).await;
    assert!(metrics.stream_bytes.load(Relaxed) <= 256 << 10);
    assert_eq!(bo.get(paths[0]).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_reader_takes_neither_the_turns_nor_the_memory_of_others() {
    const LARGE: usize = 3 << 20;
    let mut config = common::config();
    // Who takes nothing is to be there when it is looked.
    (config.live_streams, config.heartbeat) = (5, 20_000);
    let world = World::with(config).await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    let made = anna.ask(Method::PUT, PATH).header("content-type", "application/octet-stream");
    assert_eq!(made.send().await.unwrap().status(), 201);
    let push = anna.ask(Method::POST, PATH).header("content-type", "application/octet-stream");
    assert!(push.body(vec![b'a'; LARGE]).send().await.unwrap().status().is_success());
    let metrics = &world.node.metrics;
    let mut lazy = Vec::new();
    for at in 0..5 {
        lazy.push(unread(&world, &anna, &format!("offset=-1{}", ["", "&live=long-poll"][at % 2])).await);
    }
    until("they wait", || metrics.stream_bytes.load(Relaxed) >= LARGE as u64).await;
    let mut refused = anna.get(&format!("{PATH}?offset=-1")).await;
    for _ in 0..600 {
        if refused.status() == 429 {
            break;
        }
        drop(refused);
        tokio::time::sleep(Duration::from_millis(50)).await;
        refused = anna.get(&format!("{PATH}?offset=-1")).await;
    }
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "1");
    assert_eq!(common::value(refused).await["code"], "too_many_streams");
    assert_eq!(anna.get("/v1/collections/places").await.status(), 429);
    assert_eq!(bo.get("/v1/collections/places").await.status(), 200);
    // Who takes what was asked for is answered again.
    drop(lazy);
    until("nothing waits", || metrics.stream_bytes.load(Relaxed) == 0).await;
    assert_eq!(anna.get("/v1/collections/places").await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_made_whole_counts_too() {
    let world = World::start().await;
    let mut lazy = Vec::new();
    let size = platform::routes::run::OPENAPI.len() as u64;
    for _ in 0..40 {
        let mut stream = TcpStream::connect(world.base.trim_start_matches("http://")).await.unwrap();
        for _ in 0..20 {
            stream.write_all(b"GET /openapi.yaml HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        }
        lazy.push(stream);
    }
    until("something waits", || world.node.metrics.stream_bytes.load(Relaxed) >= size).await;
    let whole = common::client().get(format!("{}/openapi.yaml", world.base)).send().await.unwrap();
    assert_eq!(whole.content_length(), Some(size));
    assert_eq!(whole.text().await.unwrap(), platform::routes::run::OPENAPI);
    drop(lazy);
    until("nothing waits", || world.node.metrics.stream_bytes.load(Relaxed) == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_is_answered_also_where_readers_fill_the_memory_and_what_only_reads_waits() {
    let mut config = common::config();
    config.reader_memory = 40 << 10;
    // Who takes nothing for three of them is let go: this takes longer on a busy machine.
    config.heartbeat = 20_000;
    let world = World::with(config).await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    let made = bo.ask(Method::PUT, "/v1/streams/user/2/x").header("content-type", "application/octet-stream");
    assert_eq!(made.body(vec![b'a'; 3 << 20]).send().await.unwrap().status(), 201);
    let metrics = &world.node.metrics;
    let lazy = unread_by_a_narrow_way(&world, &bo, "/v1/streams/user/2/x?offset=-1").await;
    until("it fills the memory", || metrics.stream_bytes.load(Relaxed) > 2 << 20).await;

    let put = |n| common::change("settings", &format!("s{n:03}"), "put", json!({"note": "a".repeat(40)}));
    let changes: Vec<Value> = (0..500).map(put).collect();
    let answer = anna.post("/v1/changes", &json!({"changes": changes})).await;
    assert_eq!(answer.status(), 200);
    assert!(answer.content_length().unwrap() > 32 << 10);
    assert_eq!(common::value(answer).await["results"].as_array().unwrap().len(), 500);
    let ask = common::client().get(format!("{}/openapi.yaml", world.base)).send();
    let reads = tokio::spawn(ask);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!reads.is_finished());
    drop(lazy);
    assert_eq!(reads.await.unwrap().unwrap().status(), 200);
    assert_eq!(metrics.crowded.load(Relaxed), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_slowly_is_not_told_late_what_is_not_theirs_to_see_any_more() {
    /// So long no writer is kept from its turn, in twenty milliseconds.
    const ROUNDS: usize = 50;
    let mut config = common::config();
    config.heartbeat = 20_000;
    let world = World::with(config).await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    anna.write("places", "p1", "put", common::place("Pier")).await;
    let with = json!({"subject": "place/p1", "recipient": "user/2"});
    anna.write("shares", "s1", "put", with).await;
    bo.write("shares", "s1", "act", json!({"action": "accept"})).await;
    let mut stream = unread_by_a_narrow_way(&world, &bo, "/v1/feeds/me?offset=now&live=sse").await;
    let metrics = &world.node.metrics;
    until("it is open", || metrics.streams.load(Relaxed) == 1).await;
    // Until no more is taken, and one more waits.
    let (mut count, mut stuck) = (0, 0);
    while stuck < 2 {
        bo.write("settings", "s", "put", json!({"text": format!("{count}{}", "x".repeat(12_000))})).await;
        count += 1;
        assert!(count < 1_000);
        let mut rounds = 0;
        while metrics.stream_bytes.load(Relaxed) > 0 && rounds < ROUNDS {
            tokio::time::sleep(Duration::from_millis(20)).await;
            rounds += 1;
        }
        stuck = if rounds < ROUNDS { 0 } else { stuck + 1 };
    }
    anna.write("places", "p1", "put", common::place("CANARY pier")).await;
    anna.write("shares", "s1", "act", json!({"action": "revoke"})).await;
    bo.write("settings", "s", "put", json!({"text": "the end"})).await;
    let mut heard = Vec::new();
    while !heard.windows(7).any(|part| part == b"the end") {
        let read = tokio::io::AsyncReadExt::read_buf(&mut stream, &mut heard);
        assert!(tokio::time::timeout(Duration::from_secs(60), read).await.unwrap().unwrap() > 0);
    }
    let heard = String::from_utf8_lossy(&heard);
    assert!(!heard.contains("CANARY") && heard.contains("p1"), "told late");
}

#[tokio::test]
async fn a_stranger_sends_little_and_soon() {
    let mut config = common::config();
    config.request = 500;
    let world = World::with(config).await;
    let sign_in = |body: String| {
        let ask = common::client().post(format!("{}/v1/auth/password", world.base));
        ask.header("content-type", "application/json").body(body).send()
    };
    let body = |letters: usize| {
        json!({"email": "anna@demo.example", "password": "x", "device": "d".repeat(letters)}).to_string()
    };
    assert_eq!(sign_in(body(7_000)).await.unwrap().status(), 401);
    assert_eq!(sign_in(body(8_200)).await.unwrap().status(), 413);
    for path in ["/v1/auth/password", "/v1/auth/service-account"] {
        let mut stream = TcpStream::connect(world.base.trim_start_matches("http://")).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut rounds = 0;
        let mut answer = [0; 12];
        loop {
            let _ = stream.write_all(b" ").await;
            let read = tokio::io::AsyncReadExt::read_exact(&mut stream, &mut answer);
            if tokio::time::timeout(Duration::from_millis(100), read).await.is_ok() {
                break;
            }
            rounds += 1;
            assert!(rounds < 30, "{path}: still waited for");
        }
        assert_eq!(&answer, b"HTTP/1.1 408");
    }
}
