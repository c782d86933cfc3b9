//! A transport that ends at a platform in memory.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;

use super::{FakePlatform, LiveFeed};
use crate::engine::HttpRequest;
use crate::transport::{Boxed, HttpAnswer, HttpBody, Transport, TransportError};

/// A transport to a platform in memory, which several clients may share.
#[derive(Clone, Debug, Default)]
pub struct FakeTransport(Arc<Mutex<FakePlatform>>);

impl FakeTransport {
    /// The platform behind it.
    pub fn platform(&self) -> MutexGuard<'_, FakePlatform> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for FakeTransport {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        let mut answer = self.platform().answer(&request);
        // As the platform numbers each: as the request does, or by itself.
        if answer.head.header("x-request-id").is_none() {
            let given = request.headers.iter().find(|(name, _)| *name == "x-request-id");
            let id = given.map_or_else(|| "made-up".to_owned(), |(_, id)| id.clone());
            answer.head.headers.push(("x-request-id".to_owned(), id));
        }
        let body = FakeBody { rest: Some(answer.body), live: answer.live, world: self.clone() };
        Box::pin(async move { Ok(HttpAnswer { head: answer.head, body: Box::new(body) }) })
    }
}

struct FakeBody {
    rest: Option<Vec<u8>>,
    live: Option<LiveFeed>,
    world: FakeTransport,
}

impl HttpBody for FakeBody {
    fn next(&mut self) -> Boxed<'_, Option<Result<Bytes, TransportError>>> {
        Box::pin(async move {
            if let Some(rest) = self.rest.take().filter(|rest| !rest.is_empty()) {
                return Some(Ok(rest.into()));
            }
            let feed = self.live.as_mut()?;
            loop {
                let (end, text) = {
                    let platform = self.world.platform();
                    (platform.log(&feed.name).len(), platform.live(feed))
                };
                if end > feed.told {
                    feed.told = end;
                    return Some(Ok(text.into_bytes().into()));
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
    }
}
