//! The client's feeds against a server of another project: `peers/run` starts it and names it in `CC_DURABLE_STREAMS_URL`.
#![cfg(feature = "reqwest")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use cc_client::decide::{FeedConfig, FeedEffect, FeedHead, FeedInput, FeedMachine, FeedState, Live};
use cc_client::engine::{HttpHead, HttpRequest};
use cc_client::transport::{HttpBody, ReqwestOptions, ReqwestTransport, Transport};
use cc_client::{Mono, Offset};

struct Peer(ReqwestTransport);

impl Peer {
    /// The server, or a word on why there is none.
    fn find() -> Option<Self> {
        let Ok(url) = std::env::var("CC_DURABLE_STREAMS_URL") else {
            println!("skipped: no server at CC_DURABLE_STREAMS_URL");
            return None;
        };
        Some(Self(ReqwestTransport::new(&url, ReqwestOptions::default()).unwrap()))
    }

    async fn ask(&self, method: &'static str, path: &str, body: &str) -> u16 {
        let mut request = HttpRequest::get(path);
        request.method = method;
        request.headers.push(("content-type", "application/json".to_owned()));
        request.body = body.as_bytes().to_vec();
        self.0.send(request).await.unwrap().head.status
    }

    /// Makes a stream, and appends numbers to it.
    async fn append(&self, path: &str, numbers: std::ops::Range<u32>) {
        for number in numbers {
            let status = self.ask("POST", path, &format!("{{\"n\":{number}}}")).await;
            assert!(matches!(status, 200 | 204), "append: {status}");
        }
    }
}

/// A feed that is carried out one effect after the other.
struct Follower<'a> {
    peer: &'a Peer,
    path: String,
    feed: FeedMachine,
    effects: VecDeque<FeedEffect>,
    started: Instant,
    connection: u64,
    body: Option<Box<dyn HttpBody>>,
    messages: Vec<String>,
    connections: u32,
    refetches: u32,
}

impl<'a> Follower<'a> {
    fn new(peer: &'a Peer, path: &str, live: Live, stored: Offset) -> Self {
        let mut config = FeedConfig::default();
        config.live = live;
        let mut feed = FeedMachine::new(config);
        let effects = feed.handle(Mono::default(), FeedInput::Start { stored }).into();
        Self {
            peer,
            path: path.to_owned(),
            feed,
            effects,
            started: Instant::now(),
            connection: 0,
            body: None,
            messages: Vec::new(),
            connections: 0,
            refetches: 0,
        }
    }

    fn tell(&mut self, input: FeedInput<'_>) {
        let now = Mono(self.started.elapsed());
        self.effects.extend(self.feed.handle(now, input));
    }

    async fn step(&mut self) {
        let Some(effect) = self.effects.pop_front() else { return self.hear().await };
        match effect {
            FeedEffect::Open { connection, request } => {
                self.connections += 1;
                let mut http = HttpRequest::get(format!("{}?{}", self.path, request.query()));
                http.headers.push(("accept", request.accept().to_owned()));
                http.is_stream = request.live != Live::No;
                (self.connection, self.body) = (connection, None);
                match self.peer.0.send(http).await {
                    Ok(answer) => {
                        self.body = Some(answer.body);
                        let status = answer.head.status;
                        let head = feed_head(&answer.head);
                        self.tell(FeedInput::Head { connection, head });
                        if matches!(status, 404 | 410) {
                            self.tell(FeedInput::Gone { connection, status });
                        }
                    }
                    Err(_) => self.tell(FeedInput::Ended { connection, whole: false, random: 0.5 }),
                }
            }
            FeedEffect::Abort { .. } => self.body = None,
            FeedEffect::Store { messages, to, .. } => {
                self.messages.extend(messages.into_iter().map(String::from));
                self.tell(FeedInput::Stored { to });
            }
            FeedEffect::Refetch => {
                self.refetches += 1;
                self.tell(FeedInput::Refetched { offset: Offset::BEGINNING });
            }
            FeedEffect::AtEnd { .. } => {}
            other => panic!("{other:?}"),
        }
    }

    /// Waits for the next piece, or for a deadline.
    async fn hear(&mut self) {
        let connection = self.connection;
        let wait = self
            .feed
            .next_deadline()
            .map_or(Duration::from_secs(1), |deadline| deadline - Mono(self.started.elapsed()));
        let Some(body) = &mut self.body else {
            tokio::time::sleep(wait).await;
            return self.tell(FeedInput::Timer { random: 0.5 });
        };
        match tokio::time::timeout(wait, body.next()).await {
            Err(_) => self.tell(FeedInput::Timer { random: 0.5 }),
            Ok(Some(Ok(bytes))) => self.tell(FeedInput::Bytes { connection, bytes: &bytes }),
            Ok(ended) => {
                self.body = None;
                self.tell(FeedInput::Ended { connection, whole: ended.is_none(), random: 0.5 });
            }
        }
    }

    /// Goes on until something is so.
    async fn until(&mut self, done: impl Fn(&Self) -> bool) {
        let limit = Instant::now() + Duration::from_secs(30);
        while !done(self) {
            assert!(Instant::now() < limit, "{:?} with {} messages", self.feed.state(), self.messages.len());
            let _ = tokio::time::timeout(Duration::from_secs(5), self.step()).await;
        }
    }

    fn has(&self, numbers: std::ops::Range<u32>) {
        let expected: Vec<_> = numbers.map(|number| format!("{{\"n\":{number}}}")).collect();
        assert_eq!(self.messages, expected);
    }
}

fn feed_head(head: &HttpHead) -> FeedHead {
    let is = |name| head.header(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    FeedHead {
        status: head.status,
        content_type: head.header("content-type").map(Into::into),
        next: head.header("stream-next-offset").and_then(Offset::new),
        cursor: head.header("stream-cursor").map(Into::into),
        up_to_date: is("stream-up-to-date"),
        closed: is("stream-closed"),
        retry_after: None,
    }
}

#[tokio::test]
async fn what_was_there_and_what_comes_is_read_once_and_in_order_in_each_way() {
    let Some(peer) = Peer::find() else { return };
    for (path, live) in [("/v1/stream/sse", Live::Sse), ("/v1/stream/poll", Live::LongPoll)] {
        assert_eq!(peer.ask("PUT", path, "").await, 201);
        peer.append(path, 0..50).await;
        let mut follower = Follower::new(&peer, path, live, Offset::BEGINNING);
        // It may be live while the last of what was missed is on its way to the disk.
        follower.until(|it| it.feed.state() == FeedState::Live && it.messages.len() >= 50).await;
        follower.has(0..50);
        for round in 1..4 {
            peer.append(path, round * 50..(round + 1) * 50).await;
            follower.until(|it| it.messages.len() as u32 >= (round + 1) * 50).await;
        }
        follower.has(0..200);
        // A second start goes on from where the first came to.
        let stored = follower.feed.stored().clone();
        drop(follower);
        peer.append(path, 200..210).await;
        let mut again = Follower::new(&peer, path, live, stored);
        again.until(|it| it.messages.len() >= 10).await;
        again.has(200..210);
        println!("{path}: 210 messages, none twice, none lost");
    }
}

#[tokio::test]
async fn a_long_poll_that_hears_nothing_asks_again_and_stays_live() {
    let Some(peer) = Peer::find() else { return };
    let path = "/v1/stream/quiet";
    assert_eq!(peer.ask("PUT", path, "").await, 201);
    let mut follower = Follower::new(&peer, path, Live::LongPoll, Offset::BEGINNING);
    follower.until(|it| it.connections >= 4).await;
    assert_eq!((follower.feed.state(), follower.messages.len()), (FeedState::Live, 0));
    peer.append(path, 0..1).await;
    follower.until(|it| !it.messages.is_empty()).await;
    follower.has(0..1);
}

#[tokio::test]
async fn a_stream_that_is_deleted_and_made_anew_is_read_from_its_beginning() {
    let Some(peer) = Peer::find() else { return };
    let path = "/v1/stream/anew";
    assert_eq!(peer.ask("PUT", path, "").await, 201);
    peer.append(path, 0..3).await;
    let mut follower = Follower::new(&peer, path, Live::LongPoll, Offset::BEGINNING);
    follower.until(|it| it.messages.len() == 3).await;
    assert!(matches!(peer.ask("DELETE", path, "").await, 200 | 204));
    follower.until(|it| it.refetches > 0).await;
    follower.messages.clear();
    // Until somebody makes it again, it is asked for now and then.
    let status = peer.ask("PUT", path, "").await;
    assert!(matches!(status, 200 | 201), "{status}");
    peer.append(path, 7..9).await;
    follower.until(|it| it.messages.len() == 2).await;
    follower.has(7..9);
}
