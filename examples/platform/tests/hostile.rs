//! What no client of ours would send.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::time::Duration;

use common::{World, change, event, place, value};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

async fn raw(world: &World, text: &[u8]) -> String {
    let mut stream = TcpStream::connect(world.base.trim_start_matches("http://")).await.unwrap();
    stream.write_all(text).await.unwrap();
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(8), stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn names_that_look_like_commands_are_only_names() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    for key in ["'; DROP TABLE map; --", "a/../../b", "%00", "..", "{{7*7}}", "\" OR 1=1", "a\\b", "ä€😀"]
    {
        anna.write("places", key, "put", place(key)).await;
    }
    let listed = anna.json("/v1/collections/places?limit=100").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 8);
    for path in [
        "/v1/collections/places'%3B%20DROP%20TABLE%20map%3B--",
        "/v1/collections/..%2F..%2Fetc%2Fpasswd",
        "/v1/streams/..%2F..%2Fx",
        "/v1/streams/a//b",
        "/v1/streams/a%1Fb",
        "/v1/vehicles/demo/7%20OR%201=1/events",
        "/v1/vehicles/demo%1Fx/7/events",
        "/v1/feeds/vehicles/demo/99999999999999999999",
        "/v1/nothing",
        "/v1/webhooks/a%2Fb",
    ] {
        let answer = anna.get(path).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(value(answer).await["code"], "not_found", "{path}");
    }
    let control = anna.change(&[change("places", "a\u{1f}b", "put", place("x"))]).await;
    assert_eq!(control[0]["problem"]["code"], "malformed");
    assert_eq!(anna.get("/v1/collections/places?cursor=%27%3B--").await.status(), 400);
    assert_eq!(anna.get("/v1/collections/places?where=1").await.status(), 400);
    assert_eq!(anna.ask(Method::PATCH, "/v1/changes").send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn headers_cannot_be_injected() {
    let world = World::start().await;
    let answer = raw(
        &world,
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Request-Id: a b; Set-Cookie\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 200") && !answer.contains("Set-Cookie"), "{answer}");
    // What is no head of HTTP/1.1 is refused by the server itself, without a body, as §1 of the protocol says.
    for lines in [
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        "GET / HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX-A: a\r\n b\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}",
    ] {
        let answer = raw(&world, lines.as_bytes()).await;
        let is_bare = answer.ends_with("\r\n\r\n") && !answer.contains("x-request-id");
        assert!(answer.starts_with("HTTP/1.1 400 ") && is_bare, "{lines:?}: {answer}");
    }
    for coding in ["gzip, chunked", "chunked, chunked", "chunked\r\nTransfer-Encoding: chunked"] {
        let lines =
            format!("POST /v1/changes HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: {coding}\r\n\r\n0\r\n\r\n");
        let answer = raw(&world, lines.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("malformed"), "{coding}: {answer}");
    }
    // Of HTTP/2 without TLS nothing is spoken, not even a refusal.
    assert_eq!(raw(&world, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await, "");
    let both = b"GET /v1/feeds/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\nConnection: close\r\n\r\n";
    let both = raw(&world, both).await;
    assert!(both.starts_with("HTTP/1.1 400") && both.contains(r#""code":"malformed""#), "{both}");
    let many = format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{}\r\n", "X-A: b\r\n".repeat(100));
    assert!(raw(&world, many.as_bytes()).await.starts_with("HTTP/1.1 431"));
    // Told with a code as far as four times the bounds, and beyond that by the server itself, without a body.
    let path = |letters: usize| {
        format!("GET /{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "a".repeat(letters))
    };
    let value = |letters: usize| {
        format!(
            "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-A: {}\r\n\r\n",
            "a".repeat(letters)
        )
    };
    let lines = |count: usize| {
        format!("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{}\r\n", "X-A: b\r\n".repeat(count))
    };
    for (head, status, code) in [
        (path(20_000), 414, Some("uri_too_long")),
        (value(20_000), 431, Some("headers_too_large")),
        (lines(200), 431, Some("headers_too_large")),
        (path(100_000), 414, None),
        (value(200_000), 431, None),
        (lines(300), 431, None),
    ] {
        let answer = raw(&world, head.as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{status} {code:?}: {answer}");
        match code {
            Some(code) => assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{answer}"),
            None => assert!(answer.ends_with("\r\n\r\n") && answer.contains("content-length: 0"), "{answer}"),
        }
    }
}

#[tokio::test]
async fn a_request_names_one_host() {
    let world = World::start().await;
    for (head, status) in [
        ("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 200),
        ("GET /healthz HTTP/1.0\r\n\r\n", 200),
        ("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nHost: x\r\nHost: x\r\nConnection: close\r\n\r\n", 400),
    ] {
        let answer = raw(&world, head.as_bytes()).await;
        assert!(answer.contains(&format!(" {status} ")), "{head} {answer}");
    }
}

#[tokio::test]
async fn an_event_has_a_type_and_an_array_an_end() {
    let world = World::start().await;
    let (gateway, support) = (world.person("gateway").await, world.person("support").await);
    let long = "x".repeat(101);
    let fitting = &long[..100];
    let types = ["", &long, "x\u{0}y", fitting];
    let sent: Vec<_> =
        (1..).zip(types).map(|(id, name)| event(id, 60, name, serde_json::json!({}))).collect();
    let taken = value(gateway.post("/v1/ingest", &serde_json::json!(sent)).await).await;
    assert_eq!((&taken["accepted"], taken["refused"].as_array().unwrap().len()), (&1.into(), 3), "{taken}");
    // A vehicle that it may not speak for is named to those who look after the organization.
    let mut stranger = event(9, 60, "x_note", serde_json::json!({"note": "mine"}));
    stranger["vehicleId"] = 424_242.into();
    let one = world.person("anna").await;
    let taken = value(one.post("/v1/ingest", &serde_json::json!([stranger])).await).await;
    assert_eq!(taken["refused"][0]["code"], "not_found");
    let aside = support.json("/v1/ingest/quarantine?limit=100").await;
    let of =
        |code: &str| aside["items"].as_array().unwrap().iter().find(|item| item["code"] == code).cloned();
    let told = of("not_found").unwrap()["event"].as_str().unwrap().to_owned();
    assert!(told.contains("424242") && told.contains("x_note") && !told.contains("mine"), "{told}");

    // What is cut off uses no turn of its lane up.
    let whole = serde_json::json!([event(20, 60, "x_note", serde_json::json!({}))]).to_string();
    for (body, status) in [(&whole[..whole.len() - 1], 400), (&whole[..20], 400), (&*whole, 200)] {
        let ask = gateway.ask(Method::POST, "/v1/ingest").header("content-type", "application/json");
        let lane = ask.header("producer-id", "a").header("producer-epoch", "0").header("producer-seq", "0");
        assert_eq!(lane.body(body.to_owned()).send().await.unwrap().status(), status, "{body}");
    }
}

#[tokio::test]
async fn a_stream_that_would_be_over_is_not_made_and_a_layer_is_json() {
    let world = World::start().await;
    let (anna, support) = (world.person("anna").await, world.person("support").await);
    for (at, status) in [("2020-01-01T00:00:00Z", 400), ("2999-01-01T00:00:00Z", 201)] {
        let put = anna.ask(Method::PUT, "/v1/streams/user/1/over").header("stream-expires-at", at);
        assert_eq!(put.send().await.unwrap().status(), status, "{at}");
    }
    for (kind, status) in [("text/plain", 415), ("application/json", 204)] {
        let put = support.ask(Method::PUT, "/v1/config/layers/global").header("content-type", kind);
        assert_eq!(put.body("{\"map\":{\"zoom\":3}}").send().await.unwrap().status(), status, "{kind}");
    }
    // A vehicle that was heard of has settings, and whoever drives it is told of others.
    let gateway = world.person("gateway").await;
    let said = event(1, 60, "x_note", serde_json::json!({}));
    assert_eq!(gateway.post("/v1/ingest", &serde_json::json!([said])).await.status(), 200);
    let put = support.ask(Method::PUT, "/v1/config/layers/global").header("content-type", "application/json");
    assert_eq!(put.body("{\"map\":{\"zoom\":4}}").send().await.unwrap().status(), 204);
    let feed = anna.json("/v1/feeds/me?offset=-1").await;
    let record = feed.as_array().unwrap().iter().find(|record| record["collection"] == "config").cloned();
    assert!(record.unwrap()["updated"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn a_car_off_the_earth_is_set_aside_and_the_rest_of_its_batch_is_taken() {
    let world = World::start().await;
    let (gateway, anna) = (world.person("gateway").await, world.person("anna").await);
    let at = |id: i64, latitude: f64, longitude: f64| {
        event(id, 60 - id, "gps_position", json!({"latitude": latitude, "longitude": longitude}))
    };
    let sent = [
        at(1, 555.5, -150.25),
        at(2, 90.0, 180.0),
        at(3, -90.000_1, 0.5),
        at(4, 0.5, -180.5),
        at(5, 0.5, 1e300),
        at(6, 0.0, 0.0),
        at(7, -90.0, -180.0),
    ];
    let answer = gateway.post("/v1/ingest", &json!(sent)).await;
    assert_eq!(answer.status(), 200);
    let taken = value(answer).await;
    let refused: Vec<_> = taken["refused"].as_array().unwrap().iter().map(ToString::to_string).collect();
    let (latitude, longitude) =
        ("latitude: expected a number from -90 to 90", "longitude: expected a number from -180 to 180");
    let expected = [(0, latitude), (2, latitude), (3, longitude), (4, longitude)].map(|(index, detail)| {
        json!({"index": index, "code": "invalid_entity", "detail": detail}).to_string()
    });
    assert_eq!((taken["accepted"].as_u64(), refused), (Some(3), expected.to_vec()));
    assert_eq!(anna.json("/v1/feeds/vehicles/demo/7?offset=-1").await.as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn what_was_set_aside_names_an_event_and_does_not_say_it() {
    let world = World::start().await;
    let (gateway, support) = (world.person("gateway").await, world.person("support").await);
    let far = "2199-01-01T00:00:00Z";
    let position = |id, note: &str| {
        let more = json!({"time": far, "latitude": 0.5, "longitude": -150.765_432_1, "note": note});
        event(id, 0, "gps_position", more)
    };
    let sent = [
        position(1, "7654321"),
        position(2, &"7654321".repeat(10_000)),
        event(3, 5, "WVWZZZ1KZAM7654321", json!({"time": "7654321"})),
    ];
    let taken = value(gateway.post("/v1/ingest", &json!(sent)).await).await;
    assert_eq!(taken["refused"].as_array().unwrap().len(), 3, "{taken}");
    let aside = support.json("/v1/ingest/quarantine?limit=1000").await;
    assert!(!aside.to_string().contains("7654321"), "{aside}");
    let mut events: Vec<_> =
        aside["items"].as_array().unwrap().iter().map(|item| item["event"].as_str().unwrap()).collect();
    events.sort_unstable();
    assert_eq!(
        events,
        [
            "",
            r#"{"id":1,"organizationKey":"demo","type":"gps_position","vehicleId":7}"#,
            r#"{"id":3,"organizationKey":"demo","vehicleId":7}"#
        ]
    );
    let refused = gateway.post("/v1/ingest", &json!(vec![json!({}); 50])).await;
    assert_eq!(refused.status(), 200);
    for (limit, expected) in [(1, 1), (25, 25), (53, 53), (1000, 53)] {
        let aside = support.json(&format!("/v1/ingest/quarantine?limit={limit}")).await;
        assert_eq!(aside["items"].as_array().unwrap().len(), expected);
    }
}

#[tokio::test]
async fn where_a_stream_is_does_not_hang_on_what_a_client_calls_the_platform() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    for (name, host) in [("a%20b", "elsewhere.example"), ("c", "x")] {
        let made = anna
            .ask(Method::PUT, &format!("/v1/streams/user/1/{name}"))
            .header("host", host)
            .header("x-forwarded-host", host)
            .header("content-type", "text/plain");
        let made = made.send().await.unwrap();
        assert_eq!(made.status(), 201);
        let place = made.headers()["location"].to_str().unwrap();
        assert_eq!(place, format!("/v1/streams/user/1/{name}"));
        assert_eq!(anna.get(place).await.status(), 200);
    }
}

#[tokio::test]
async fn bodies_are_bounded_before_and_after_unpacking() {
    let world = World::start().await;
    let (anna, gateway) = (world.person("anna").await, world.person("gateway").await);
    let pack = |bytes: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut packer, bytes).unwrap();
        packer.finish().unwrap()
    };
    let post = |path: &str, encoding: Option<&str>, body: Vec<u8>| {
        let person = if path == "/v1/ingest" { &gateway } else { &anna };
        let request = person.ask(Method::POST, path).header("content-type", "application/json").body(body);
        match encoding {
            Some(encoding) => request.header("content-encoding", encoding).send(),
            None => request.send(),
        }
    };
    for (path, encoding, body, expected) in [
        ("/v1/changes", Some("gzip"), pack(&vec![b' '; 5 << 20]), (413, "too_large")),
        ("/v1/ingest", Some("gzip"), pack(&vec![b' '; 17 << 20]), (413, "too_large")),
        ("/v1/ingest", Some("gzip"), pack(&pack(&vec![0; 1 << 20])), (400, "malformed")),
        ("/v1/changes", Some("GZIP"), pack(br#"{"changes":[]}"#), (200, "")),
        ("/v1/changes", Some("Identity"), br#"{"changes":[]}"#.to_vec(), (200, "")),
        ("/v1/changes", None, vec![b' '; 2 << 20], (413, "too_large")),
        ("/v1/changes", Some("gzip"), b"not gzip".to_vec(), (400, "malformed")),
        ("/v1/changes", Some("br"), b"{}".to_vec(), (415, "unsupported_encoding")),
        ("/v1/changes", None, b"{\"changes\":".to_vec(), (400, "malformed")),
        ("/v1/changes", None, "[".repeat(200_000).into_bytes(), (400, "malformed")),
        ("/v1/changes", None, vec![0xFF; 10], (400, "malformed")),
    ] {
        let answer = post(path, encoding, body).await.unwrap();
        let status = answer.status().as_u16();
        assert_eq!(status, expected.0, "{path} {encoding:?}");
        if status != 200 {
            assert_eq!(value(answer).await["code"], expected.1);
        }
    }
    // What is said in several lines is one list, and what is said once is said once.
    for (names, expected) in [
        (&[("content-encoding", "gzip"), ("content-encoding", "br")][..], (415, "unsupported_encoding")),
        (&[("content-encoding", "gzip"), ("content-encoding", "gzip")], (415, "unsupported_encoding")),
        (
            &[
                ("producer-id", "p"),
                ("producer-epoch", "0"),
                ("producer-epoch", "7"),
                ("producer-seq", "0"),
                ("content-encoding", "gzip"),
            ],
            (400, "malformed"),
        ),
        (&[("content-type", "text/plain"), ("content-encoding", "gzip")], (400, "malformed")),
        (&[("stream-seq", "1"), ("stream-seq", "2"), ("content-encoding", "gzip")], (400, "malformed")),
    ] {
        let mut request = gateway.ask(Method::POST, "/v1/ingest").header("content-type", "application/json");
        for (name, said) in names {
            request = request.header(*name, *said);
        }
        let answer = request.body(pack(b"[]")).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), expected.0, "{names:?}");
        assert_eq!(value(answer).await["code"], expected.1);
    }
    // A body that somebody took off is none, and its number is not used up.
    for (body, status) in [("", 400), (" \n", 400), ("[]", 200), ("[]", 204)] {
        let request = gateway.ask(Method::POST, "/v1/ingest").header("content-type", "application/json");
        let request = request.header("producer-id", "stripped").header("producer-epoch", "0");
        let answer = request.header("producer-seq", "0").body(body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{body:?}");
    }
    let line = format!("{{\"id\":1,\"x\":\"{}\"}}\n", "a".repeat(900_000));
    let answer = gateway
        .ask(Method::POST, "/v1/ingest")
        .header("content-type", "application/x-ndjson")
        .body(line)
        .send()
        .await
        .unwrap();
    assert_eq!(value(answer).await["refused"][0]["code"], "invalid_entity");
    let many = format!("[{}]", vec!["{}"; 5001].join(","));
    let answer = gateway
        .ask(Method::POST, "/v1/ingest")
        .header("content-type", "application/json")
        .body(many)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 413);
    let deep = format!("{{\"a\":{}1{}}}", "{\"a\":".repeat(5000), "}".repeat(5000));
    let results = anna.change(&[]).await;
    assert!(results.is_empty());
    let body = format!(
        r#"{{"changes":[{{"id":"01900000-0000-7000-8000-00000000abcd","collection":"settings","key":"k","kind":"put","clock":"000000000001-0000-0000000000000001","body":{deep}}}]}}"#
    );
    let answer = post("/v1/changes", None, body.into_bytes()).await.unwrap();
    assert!([200, 400].contains(&answer.status().as_u16()));
    assert!(!answer.text().await.unwrap().contains("\"applied\""));
}

#[tokio::test]
async fn who_is_slow_is_cut_off() {
    let mut config = common::config();
    config.request = 500;
    let world = World::with(config).await;
    let anna = world.person("anna").await;
    let began = std::time::Duration::from_secs(6);
    // Half a head.
    let mut head = TcpStream::connect(world.base.trim_start_matches("http://")).await.unwrap();
    head.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: ").await.unwrap();
    let mut rest = Vec::new();
    tokio::time::timeout(began, head.read_to_end(&mut rest)).await.expect("the head was waited for").unwrap();
    // Half a body.
    let text = format!(
        "POST /v1/changes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{",
        anna.token
    );
    let answer = raw(&world, text.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("request_timeout"), "{answer}");
    // A byte now and then: each comes in time, all of it does not.
    let mut drip = TcpStream::connect(world.base.trim_start_matches("http://")).await.unwrap();
    drip.write_all(text.as_bytes()).await.unwrap();
    let (mut answers, mut drops) = drip.split();
    let dripping = async {
        loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            if drops.write_all(b" ").await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    let mut answer = vec![0; 16];
    tokio::select! {
        read = answers.read_exact(&mut answer) => { read.unwrap(); }
        () = dripping => {}
        () = tokio::time::sleep(Duration::from_secs(12)) => panic!("it is waited for, drop by drop"),
    }
    assert!(answer.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn an_address_has_so_many_connections_and_a_trusted_proxy_more() {
    use std::sync::atomic::Ordering::Relaxed;
    for is_proxy in [false, true] {
        let mut config = common::config();
        config.connections = 3;
        config.proxies = if is_proxy { vec!["127.0.0.1".parse().unwrap()] } else { Vec::new() };
        let folder = tempfile::tempdir().unwrap();
        let world = World::of(common::open(folder.path(), config).await, folder);
        let address = world.base.trim_start_matches("http://").to_owned();
        let connect = async || TcpStream::connect(&address).await.unwrap();
        let ask = async || {
            let (mut stream, mut said) = (connect().await, String::new());
            let request = b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
            // One that is closed at once may take nothing any more.
            let _ = stream.write_all(request).await;
            let _ = stream.read_to_string(&mut said).await;
            said.starts_with("HTTP/1.1 200")
        };
        let silent = [connect().await, connect().await, connect().await];
        assert_eq!(ask().await, is_proxy);
        assert_eq!(world.node.metrics.connections_refused.load(Relaxed), u64::from(!is_proxy));
        // Those that end make room.
        drop(silent);
        let mut tries = 0;
        while !ask().await {
            tries += 1;
            assert!(tries < 100, "there is no room again");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test]
async fn a_reader_that_reads_nothing_holds_up_nobody_and_is_let_go() {
    let mut config = common::config();
    config.heartbeat = 300;
    let world = World::with(config).await;
    let anna = world.person("anna").await;
    let mut lazy = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(world.base.trim_start_matches("http://")).await.unwrap();
        let text = format!(
            "GET /v1/feeds/me?offset=-1&live=sse HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n",
            anna.token
        );
        stream.write_all(text.as_bytes()).await.unwrap();
        lazy.push(stream);
    }
    let open = |text: String| {
        let line = text.lines().find(|line| line.starts_with("platform_streams_open ")).unwrap().to_owned();
        line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()
    };
    // More than all buffers on the way hold.
    for round in 0..25 {
        let put =
            |n| change("settings", "s", "put", json!({"note": "a".repeat(60_000), "round": round * 14 + n}));
        for result in anna.change(&(0..14).map(put).collect::<Vec<_>>()).await {
            assert_eq!(result["outcome"], "applied", "{result}");
        }
    }
    for _ in 0..100 {
        if open(anna.get("/metrics").await.text().await.unwrap()) == 0 {
            drop(lazy);
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("streams that nobody reads are kept");
}

#[tokio::test]
async fn what_other_programs_cannot_read_is_not_taken() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    for (at, bad) in [r#""\ud800""#, "1e999", r#"[{"\udfff":1}]"#].into_iter().enumerate() {
        let mut asked = change("places", &format!("p{at}"), "put", place("x"));
        asked["body"]["extra"] = json!("BAD");
        let body = json!({"changes": [asked]}).to_string().replace(r#""BAD""#, bad);
        let sent =
            anna.ask(Method::POST, "/v1/changes").header("content-type", "application/json").body(body);
        let result = value(sent.send().await.unwrap()).await["results"][0].clone();
        assert_eq!(result["problem"]["code"], "malformed", "{bad}: {result}");
        let detail = result["problem"]["detail"].as_str().unwrap();
        assert!(detail.starts_with("body: extra: "), "{detail}");
    }
    assert!(anna.listed("places").await.is_empty());
}

#[tokio::test]
async fn what_usual_parsers_refuse_comes_into_no_feed() {
    let world = World::start().await;
    let (anna, gateway) = (world.person("anna").await, world.person("gateway").await);
    let good = event(1, 3, "can_odometer_km", json!({"value": 1000, "x": "\u{1f697}"}));
    let poison = |more: &str| {
        let event = event(2, 2, "can_odometer_km", json!({"value": 1001})).to_string();
        event.replacen('{', &format!("{{{more},"), 1)
    };
    let deep = format!("\"x\":{}1{}", "[".repeat(100), "]".repeat(100));
    let events = [poison("\"x\":1e999"), poison("\"y\":\"\\ud800\""), good.to_string(), poison(&deep)];
    let post = |path: &str, body: String| {
        gateway.ask(Method::POST, path).header("content-type", "application/json").body(body).send()
    };
    let taken = post("/v1/ingest", format!("[{}]", events.join(","))).await.unwrap();
    let taken = value(taken).await;
    assert_eq!((&taken["accepted"], taken["refused"].as_array().unwrap().len()), (&json!(1), 3), "{taken}");
    let why = "expected whole surrogate pairs, and numbers that a double holds";
    assert_eq!(taken["refused"][0]["detail"], format!("x: {why}"));
    assert_eq!(taken["refused"][1]["detail"], format!("y: {why}"));
    let told = anna.json("/v1/feeds/vehicles/demo/7?offset=-1").await;
    assert_eq!(told.as_array().unwrap().len(), 1);
    assert_eq!(told[0]["x"], "\u{1f697}");

    let put = gateway.ask(Method::PUT, "/v1/streams/x").header("content-type", "application/json");
    assert_eq!(put.send().await.unwrap().status(), 201);
    let depths = "[".repeat(100_000);
    for body in [depths.as_str(), &format!("[{depths}{}]", "]".repeat(100_000)), "1e999", "[1,\"\\ud800\"]"] {
        assert_eq!(post("/v1/streams/x", body.to_owned()).await.unwrap().status(), 400);
    }
    assert_eq!(post("/v1/streams/x", "[1,[2]]".to_owned()).await.unwrap().status(), 204);
    assert_eq!(gateway.json("/v1/streams/x?offset=-1").await, json!([1, [2]]));
}

#[tokio::test]
async fn an_event_of_too_many_members_is_refused_alone_however_it_comes() {
    let world = World::start().await;
    let gateway = world.person("gateway").await;
    let of = |id: i64, elements: usize| event(id, 60, "x_note", json!({"note": vec![0; elements]}));
    // Beside these it has six members.
    let most = 4096 - 6;
    let why = |detail: &Value, is_placed: bool| {
        let detail = detail.as_str().unwrap();
        assert!(detail.starts_with("expected at most 4096 members and elements"), "{detail}");
        assert_eq!(detail.contains(" at byte "), is_placed, "{detail}");
    };
    let all = [of(1, 10), of(2, most + 1), of(3, most)];
    let lines = all.iter().map(|event| format!("{event}\n")).collect::<Vec<_>>().concat();
    let spread = format!("{}\n{}", all[0], serde_json::to_string_pretty(&all[1]).unwrap());
    let array = Value::from(all.to_vec()).to_string();
    for (media_type, body, accepted, is_placed) in [
        ("application/json", array, 2, true),
        ("application/x-ndjson", lines, 0, true),
        ("application/x-ndjson", spread, 0, false),
    ] {
        let request = gateway.ask(Method::POST, "/v1/ingest").header("content-type", media_type);
        let answer = common::value(request.body(body).send().await.unwrap()).await;
        assert_eq!(answer["accepted"], accepted, "{answer}");
        assert_eq!(
            (answer["refused"].as_array().unwrap().len(), &answer["refused"][0]["index"]),
            (1, &json!(1))
        );
        assert_eq!(answer["refused"][0]["code"], "invalid_entity");
        why(&answer["refused"][0]["detail"], is_placed);
    }
    // Of protobuf the fields are counted: here each is two bytes.
    let event = cc_core::Event::from_json(of(4, 1).to_string()).unwrap();
    let (mut body, mut envelope) = (Vec::new(), Vec::new());
    let mut encoder = cc_core::protobuf::ProtobufEncoder::default();
    encoder.write(&event, &mut body);
    for _ in 0..=4096 {
        envelope.extend([0xC2, 0x3E, 0x00]);
    }
    body.extend([(envelope.len() & 0x7F) as u8 | 0x80, (envelope.len() >> 7) as u8]);
    body.extend(&envelope);
    encoder.write(&cc_core::Event::from_json(of(5, 1).to_string()).unwrap(), &mut body);
    let request = gateway.ask(Method::POST, "/v1/ingest").header("content-type", "application/x-protobuf");
    let answer = common::value(request.body(body).send().await.unwrap()).await;
    assert_eq!((&answer["accepted"], &answer["refused"][0]["index"]), (&json!(2), &json!(1)), "{answer}");
    why(&answer["refused"][0]["detail"], true);
}
