//! Tokens for what an app asks by itself: those of the client, with its one refresh, its waits and its end.
#![cfg(all(feature = "testing", feature = "tokio"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cc_client::decide::AuthState;
use cc_client::engine::HttpRequest;
use cc_client::store::MemoryStore;
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::transport::{Boxed, HttpAnswer, Transport, TransportError};
use cc_client::{AccessToken, Client, ClientError, blocking};
use tokio::time::timeout;

const LONG: Duration = Duration::from_secs(30);

/// Counts how often a token was asked for.
#[derive(Clone, Default)]
struct Counted(FakeTransport, Arc<AtomicUsize>);

impl Transport for Counted {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        self.1.fetch_add(usize::from(request.target == "/v1/auth/token"), Ordering::SeqCst);
        self.0.send(request)
    }
}

impl Counted {
    async fn start(&self) -> Client {
        Client::builder(self.clone(), MemoryStore::new()).session(FAKE_SESSION).start().await.unwrap()
    }

    fn takes(&self, token: &AccessToken) -> bool {
        let mut http = HttpRequest::get("/v1/collections/places");
        http.headers.push(("authorization", format!("Bearer {}", token.secret())));
        self.0.platform().answer(&http).head.status == 200
    }
}

#[tokio::test]
async fn a_thousand_that_want_a_token_cause_one_refresh() {
    let world = Counted::default();
    let phone = world.start().await;
    let wanted = (0..1_000).map(|_| phone.access_token());
    let tokens: Vec<_> = timeout(LONG, futures_util::future::try_join_all(wanted)).await.unwrap().unwrap();
    assert!(tokens.iter().all(|token| token.secret() == tokens[0].secret()) && world.takes(&tokens[0]));
    assert_eq!(world.1.load(Ordering::SeqCst), 1);

    world.0.platform().revoke_tokens();
    assert!(!world.takes(&tokens[0]));
    for token in &tokens {
        phone.token_was_refused(token).unwrap();
    }
    let fresh = timeout(LONG, phone.access_token()).await.unwrap().unwrap();
    assert!(world.takes(&fresh));
    assert_eq!(world.1.load(Ordering::SeqCst), 2);
    assert!(!format!("{fresh:?} {phone:?}").contains(fresh.secret()));
}

#[tokio::test]
async fn a_portal_that_refuses_every_token_keeps_the_client_from_nothing() {
    let world = Counted::default();
    let phone = world.start().await;
    for _ in 0..20 {
        let token = timeout(LONG, phone.access_token()).await.unwrap().unwrap();
        phone.token_was_refused(&token).unwrap();
    }
    let token = timeout(LONG, phone.access_token()).await.unwrap().unwrap();
    assert!(world.takes(&token));
    assert_eq!((world.1.load(Ordering::SeqCst), phone.status().borrow().auth), (2, AuthState::Idle));
}

#[tokio::test]
async fn without_a_network_it_is_waited_for_and_without_a_person_there_is_none() {
    let world = Counted::default();
    let phone = Client::builder(world.clone(), MemoryStore::new()).start().await.unwrap();
    assert!(matches!(timeout(LONG, phone.access_token()).await.unwrap(), Err(ClientError::SignedOut)));

    phone.set_network(false).unwrap();
    phone.sign_in(FAKE_SESSION).unwrap();
    let early = timeout(Duration::from_millis(50), phone.access_token()).await;
    assert!(early.is_err(), "{early:?}");
    let mut waiting = tokio::spawn({
        let phone = phone.clone();
        async move { phone.access_token().await }
    });
    // Whoever signs in meanwhile does not give theirs to who waited for one of the person before.
    let again = async {
        loop {
            phone.sign_in(FAKE_SESSION).unwrap();
            if let Ok(ended) = timeout(Duration::from_millis(50), &mut waiting).await {
                break ended.unwrap();
            }
        }
    };
    let ended = timeout(LONG, again).await.unwrap();
    assert!(matches!(ended, Err(ClientError::NotYetKnown)), "{ended:?}");
    let waiting = tokio::spawn({
        let phone = phone.clone();
        async move { phone.access_token().await }
    });
    phone.set_network(true).unwrap();
    let token = timeout(LONG, waiting).await.unwrap().unwrap().unwrap();
    assert!(world.takes(&token));

    phone.shutdown().await.unwrap();
    assert!(matches!(phone.access_token().await, Err(ClientError::Closed)));
    assert!(matches!(phone.token_was_refused(&token), Err(ClientError::Closed)));
}

#[test]
fn a_desk_has_one_too() {
    let world = Counted::default();
    let builder = Client::builder(world.clone(), MemoryStore::new()).session(FAKE_SESSION);
    let desk = blocking::Client::start(builder).unwrap();
    let token = desk.access_token(LONG).unwrap();
    assert!(world.takes(&token));
    world.0.platform().revoke_tokens();
    desk.token_was_refused(&token).unwrap();
    assert!(world.takes(&desk.access_token(LONG).unwrap()));

    let alone =
        blocking::Client::start(Client::builder(Unreachable, MemoryStore::new()).session(FAKE_SESSION))
            .unwrap();
    assert!(matches!(alone.access_token(Duration::ZERO), Err(ClientError::TimedOut)));
}

struct Unreachable;

impl Transport for Unreachable {
    fn send(&self, _: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        Box::pin(async { Err(TransportError::NotConnected) })
    }
}
