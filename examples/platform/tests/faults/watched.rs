//! What a client tries, when, and what comes of it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use cc_client::engine::HttpRequest;
use cc_client::transport::{Boxed, HttpAnswer, HttpBody, ReqwestTransport, Transport, TransportError};

/// One request.
struct Attempt {
    /// Its path: of each there is one at a time.
    path: String,
    began: Instant,
    /// When and why it came to nothing.
    failed: Option<(Instant, String)>,
}

/// What one client has tried, in order.
#[derive(Clone, Default)]
pub(crate) struct Attempts(Arc<Mutex<Vec<Attempt>>>);

impl Attempts {
    fn begin(&self, request: &HttpRequest) -> usize {
        let path = request.target.split('?').next().unwrap_or_default().to_owned();
        let mut all = self.0.lock().unwrap();
        all.push(Attempt { path, began: Instant::now(), failed: None });
        all.len() - 1
    }

    fn fail(&self, number: usize, why: String) {
        let failed = &mut self.0.lock().unwrap()[number].failed;
        *failed = failed.take().or(Some((Instant::now(), why)));
    }

    /// How many of the last attempts at a path, one after the other, have failed.
    pub(crate) fn failed_in_a_row(&self, path: &str) -> usize {
        let all = self.0.lock().unwrap();
        let of_it = all.iter().rev().filter(|attempt| attempt.path == path);
        // The last may be under way.
        let mut of_it = of_it.peekable();
        of_it.next_if(|attempt| attempt.failed.is_none());
        of_it.take_while(|attempt| attempt.failed.is_some()).count()
    }

    /// After an instant: how many attempts that had failed were made again, and the longest wait for that from when one failed, or from
    /// the instant. Or which attempt, begun after it, failed.
    pub(crate) fn since(&self, then: Instant) -> Result<(u32, Duration), String> {
        let (mut waits, mut longest) = (0, Duration::ZERO);
        let mut before: BTreeMap<&str, &Attempt> = BTreeMap::new();
        let all = self.0.lock().unwrap();
        for attempt in all.iter() {
            if attempt.began < then {
                before.insert(&attempt.path, attempt);
                continue;
            }
            if let Some((at, why)) = &attempt.failed {
                let (after, lasted) = (attempt.began - then, *at - attempt.began);
                return Err(format!(
                    "{}, tried {after:?} after all was back, failed after {lasted:?}: {why}",
                    attempt.path
                ));
            }
            if let Some((failed, _)) = before.remove(&*attempt.path).and_then(|before| before.failed.as_ref())
            {
                waits += 1;
                longest = longest.max(attempt.began - then.max(*failed));
            }
        }
        // One that was not made again has been waited for until now; what has nothing to send is not.
        let feeds = before.iter().filter(|(path, _)| path.starts_with("/v1/feeds"));
        for (failed, _) in feeds.filter_map(|(_, attempt)| attempt.failed.as_ref()) {
            longest = longest.max(then.max(*failed).elapsed());
        }
        Ok((waits, longest))
    }
}

/// The real transport, with somebody who looks.
pub(crate) struct Watched {
    inner: ReqwestTransport,
    attempts: Attempts,
}

impl Watched {
    pub(crate) fn over(inner: ReqwestTransport) -> (Self, Attempts) {
        let attempts = Attempts::default();
        (Self { inner, attempts: attempts.clone() }, attempts)
    }
}

impl Transport for Watched {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        let (attempts, number) = (self.attempts.clone(), self.attempts.begin(&request));
        let sent = self.inner.send(request);
        Box::pin(async move {
            let answer = sent.await.inspect_err(|error| attempts.fail(number, error.to_string()))?;
            if answer.head.status >= 400 {
                attempts.fail(number, format!("status {}", answer.head.status));
            }
            let body = Box::new(WatchedBody { inner: answer.body, attempts, number });
            Ok(HttpAnswer { head: answer.head, body })
        })
    }

    fn network_changed(&self) {
        self.inner.network_changed();
    }
}

struct WatchedBody {
    inner: Box<dyn HttpBody>,
    attempts: Attempts,
    number: usize,
}

impl HttpBody for WatchedBody {
    fn next(&mut self) -> Boxed<'_, Option<Result<Bytes, TransportError>>> {
        Box::pin(async move {
            let piece = self.inner.next().await;
            if let Some(Err(error)) = &piece {
                self.attempts.fail(self.number, error.to_string());
            }
            piece
        })
    }
}

/// How late this machine wakes who sleeps.
pub(crate) struct Lateness(Arc<AtomicU64>);

/// Looks from now on.
pub(crate) fn lateness() -> Lateness {
    const NAP: Duration = Duration::from_millis(20);
    let most = Arc::new(AtomicU64::new(0));
    let seen = most.clone();
    tokio::spawn(async move {
        loop {
            let began = Instant::now();
            tokio::time::sleep(NAP).await;
            let late = began.elapsed().saturating_sub(NAP);
            seen.fetch_max(late.as_millis() as u64, Relaxed);
        }
    });
    Lateness(most)
}

impl Lateness {
    /// How much longer than said a wait may be, from when a request failed until the next begins: some who slept, one after the other.
    pub(crate) fn most(&self) -> Duration {
        Duration::from_millis(250 + 5 * self.0.load(Relaxed))
    }
}
