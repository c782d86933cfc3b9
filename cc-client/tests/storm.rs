//! A thousand requests that are refused at once, through the running client.
#![cfg(all(feature = "testing", feature = "tokio"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use cc_client::Client;
use cc_client::decide::{AuthState, FeedState};
use cc_client::engine::{HttpHead, HttpRequest};
use cc_client::store::MemoryStore;
use cc_client::transport::{Boxed, HttpAnswer, HttpBody, Transport, TransportError};
use tokio::sync::watch;

const FEEDS: usize = 1_000;

/// A platform that takes the token of its present generation only; with the next generation, all streams end.
#[derive(Clone)]
struct Platform {
    generation: watch::Sender<usize>,
    tokens: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
    most_at_once: Arc<AtomicUsize>,
    at_once: Arc<AtomicUsize>,
    answers: Arc<AtomicUsize>,
    /// Requests with a token of the generation before.
    old: Arc<AtomicUsize>,
}

enum Body {
    Whole(Option<Bytes>),
    Stream(Option<Bytes>, watch::Receiver<usize>),
}

impl HttpBody for Body {
    fn next(&mut self) -> Boxed<'_, Option<Result<Bytes, TransportError>>> {
        Box::pin(async move {
            match self {
                Self::Whole(bytes) => bytes.take().map(Ok),
                Self::Stream(first, ends) => match first.take() {
                    Some(first) => Some(Ok(first)),
                    None => ends.changed().await.err().map(|_| Err(TransportError::Broken)),
                },
            }
        })
    }
}

impl Platform {
    /// Whether a request for a feed carries another token than the present one.
    fn is_old(&self, http: &HttpRequest) -> bool {
        let token = format!("Bearer t{}.eyJvcmciOiJvIiwic3ViIjoiYW5uYSJ9.x", *self.generation.borrow());
        let is_good = |(name, value): &(&str, String)| *name == "authorization" && *value == token;
        http.target != "/v1/auth/token" && !http.headers.iter().any(is_good)
    }

    fn answer(&self, http: &HttpRequest) -> (u16, &'static str, Body) {
        let generation = *self.generation.borrow();
        let whole = |text: String| Body::Whole(Some(text.into()));
        if http.target == "/v1/auth/token" {
            self.tokens.fetch_add(1, Ordering::SeqCst);
            let token = format!(
                "{{\"token\":\"t{generation}.eyJvcmciOiJvIiwic3ViIjoiYW5uYSJ9.x\",\"expiresIn\":600}}"
            );
            return (200, "application/json", whole(token));
        }
        if self.is_old(http) {
            self.refused.fetch_add(1, Ordering::SeqCst);
            return (401, "application/problem+json", whole(r#"{"code":"token_expired"}"#.to_owned()));
        }
        if http.is_stream {
            let control = "event: control\ndata: {\"streamNextOffset\":\"1\",\"upToDate\":true}\n\n";
            let body = Body::Stream(Some(control.into()), self.generation.subscribe());
            return (200, "text/event-stream", body);
        }
        (200, "application/json", whole("[]".to_owned()))
    }
}

impl Transport for Platform {
    fn send(&self, http: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        let world = self.clone();
        Box::pin(async move {
            let is_refresh = http.target == "/v1/auth/token";
            world.old.fetch_add(usize::from(world.is_old(&http)), Ordering::SeqCst);
            if is_refresh {
                let now = world.at_once.fetch_add(1, Ordering::SeqCst) + 1;
                world.most_at_once.fetch_max(now, Ordering::SeqCst);
            }
            // All requests of a storm are under way before the first is refused.
            while world.is_old(&http) && world.old.load(Ordering::SeqCst) < FEEDS {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            // Answers take a while, and none as long as the other: most refusals come after the next token.
            let way =
                if is_refresh { 10 } else { 50 + world.answers.fetch_add(1, Ordering::SeqCst) * 37 % 200 };
            tokio::time::sleep(Duration::from_millis(way as u64)).await;
            let (status, kind, body) = world.answer(&http);
            if is_refresh {
                world.at_once.fetch_sub(1, Ordering::SeqCst);
            }
            let headers =
                [("content-type", kind), ("stream-next-offset", "1"), ("stream-up-to-date", "true")];
            let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
            Ok(HttpAnswer { head: HttpHead { status, headers }, body: Box::new(body) })
        })
    }
}

/// A platform that gives tokens of so many seconds, and takes none.
#[derive(Clone, Default)]
struct Stubborn {
    life: u64,
    tokens: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
}

impl Transport for Stubborn {
    fn send(&self, http: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        let (status, count, text) = if http.target == "/v1/auth/token" {
            (
                200,
                &self.tokens,
                format!("{{\"token\":\"t.eyJvcmciOiJvIiwic3ViIjoiYW5uYSJ9.x\",\"expiresIn\":{}}}", self.life),
            )
        } else {
            (401, &self.refused, r#"{"code":"token_expired"}"#.to_owned())
        };
        count.fetch_add(1, Ordering::SeqCst);
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let body = Box::new(Body::Whole(Some(text.into())));
        Box::pin(async move { Ok(HttpAnswer { head: HttpHead { status, headers }, body }) })
    }
}

#[tokio::test]
async fn a_platform_whose_tokens_are_no_good_is_asked_ever_more_rarely() {
    for life in [0, 600] {
        let world = Stubborn { life, ..Stubborn::default() };
        let client =
            Client::builder(world.clone(), MemoryStore::new()).session("made-up").start().await.unwrap();
        tokio::time::sleep(Duration::from_secs(4)).await;
        let tokens = world.tokens.load(Ordering::SeqCst);
        assert!(tokens <= 12, "{tokens} tokens of {life} s");
        for _ in 0..200 {
            if world.tokens.load(Ordering::SeqCst) > 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let refused = world.refused.load(Ordering::SeqCst);
        let tokens = world.tokens.load(Ordering::SeqCst);
        assert!(tokens > 1, "another was never asked for");
        assert!(refused <= tokens);
        if life > 0 {
            let mut status = client.status();
            let refused = status.wait_for(|status| matches!(status.auth, AuthState::Refused { .. }));
            tokio::time::timeout(Duration::from_secs(60), refused).await.unwrap().unwrap();
        }
    }
}

async fn all_live(client: &Client) {
    let mut status = client.status();
    let live = status.wait_for(|status| status.feeds.iter().all(|(_, state)| *state == FeedState::Live));
    tokio::time::timeout(Duration::from_secs(60), live).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_thousand_refusals_at_once_make_one_refresh() {
    let world = Platform {
        generation: watch::channel(1).0,
        tokens: Arc::default(),
        refused: Arc::default(),
        most_at_once: Arc::default(),
        at_once: Arc::default(),
        answers: Arc::default(),
        old: Arc::default(),
    };
    let client = Client::builder(world.clone(), MemoryStore::new())
        .session("made-up")
        .configure(|config| {
            // The storm is to be one.
            config.opening = FEEDS;
            config.follow_only((0..FEEDS).map(|feed| format!("f/{feed}")));
        })
        .start()
        .await
        .unwrap();
    all_live(&client).await;
    assert_eq!((world.tokens.load(Ordering::SeqCst), world.refused.load(Ordering::SeqCst)), (1, 0));
    // A token younger than two seconds is not asked for again at once.
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    world.generation.send_replace(2);
    let mut status = client.status();
    let waits = status.wait_for(|status| status.feeds.iter().any(|(_, state)| *state != FeedState::Live));
    tokio::time::timeout(Duration::from_secs(60), waits).await.unwrap().unwrap();
    all_live(&client).await;
    assert_eq!(world.refused.load(Ordering::SeqCst), FEEDS);
    assert_eq!((world.tokens.load(Ordering::SeqCst), world.most_at_once.load(Ordering::SeqCst)), (2, 1));
}
