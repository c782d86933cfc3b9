//! The keys of webhooks: fetched, kept, and fetched anew when they have changed.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use cc_core::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::account::MOST_OF_KEYS;
use super::quiet::Quiet;
use super::{WebhookError, WebhookEvent, WebhookVerifier};
use crate::engine::HttpRequest;
use crate::jwt::{JwtError, KeySet};
use crate::transport::{Transport, TransportError, now, whole};

/// Verifies webhooks with the keys that the API host publishes, and keeps up with their change.
///
/// It fetches the keys with the first webhook, again once they are an hour old, and when a signature names an
/// unknown key. It does so at most once a minute, never before a `Retry-After` (of at most an hour) is over,
/// and with one request however many wait. So forgers cannot make it ask without end.
///
/// A webhook whose key is known does not wait for that, unless the keys are a day old. Such keys are
/// refreshed first: webhooks of the first 5 s of that request wait for its answer, 30 s at most. Later ones,
/// and all within 2 min after a failed request, are verified with the old keys.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use cc_client::connected_cars::{API_HOST, WebhookReceiver};
/// use cc_client::transport::{ReqwestOptions, ReqwestTransport};
///
/// let webhooks = WebhookReceiver::new(ReqwestTransport::new(API_HOST, ReqwestOptions::default())?);
/// let now = "2026-05-01T10:00:00Z".parse()?;
/// // The headers `X-Request-Id` and `X-Request-Signature`, and the body as it came.
/// let event = webhooks.verify("request-1", "e30.e30.", b"{}", now).await?;
/// println!("{}", event.kind);
/// # Ok(())
/// # }
/// ```
pub struct WebhookReceiver {
    tolerance: Duration,
    keys: Arc<Keys>,
}

/// The keys, and who asks for them.
struct Keys {
    api: Arc<dyn Transport>,
    waits: Waits,
    quiet: Quiet,
    /// Held for moments, never while the host is asked.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    verifier: Option<WebhookVerifier>,
    fetched: Option<Instant>,
    /// The last time that the host was asked, whatever it said.
    asked: Option<Instant>,
    /// Why it had no keys when it answered last, and when that was.
    refused: Option<(TransportError, Instant)>,
    /// The host is being asked: this ends when it has answered.
    under_way: Option<watch::Receiver<()>>,
}

/// After which times the host is asked.
struct Waits {
    /// Keys so old are asked for anew, beside the webhooks.
    fresh: Duration,
    /// Keys so old are not used before that.
    old: Duration,
    /// Where there are no keys, or one is missing, it is not asked before.
    again: Duration,
    /// While it is asked for so long, old keys are used.
    patience: Duration,
    /// And for so long after it has refused.
    refused: Duration,
}

const PATH: &str = "/webhooks/public-keys";
const WAITS: Waits = Waits {
    fresh: Duration::from_secs(3_600),
    old: Duration::from_secs(24 * 3_600),
    again: Duration::from_secs(60),
    patience: Duration::from_secs(5),
    refused: Duration::from_secs(120),
};

impl fmt::Debug for WebhookReceiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookReceiver").field("tolerance", &self.tolerance).finish_non_exhaustive()
    }
}

impl WebhookReceiver {
    /// Fetches the keys over `api`, a transport to the API host. Signatures may be five minutes old.
    pub fn new(api: impl Transport) -> Self {
        let keys =
            Keys { api: Arc::new(api), waits: WAITS, quiet: Quiet::default(), known: Mutex::default() };
        Self { tolerance: Duration::from_secs(300), keys: Arc::new(keys) }
    }

    /// How old a signature may be.
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Verifies a request by its headers `X-Request-Id` and `X-Request-Signature`, and its body as it came.
    ///
    /// # Errors
    ///
    /// [`WebhookError::Keys`] if there are no keys and none could be fetched; the rest as for
    /// [`WebhookVerifier::verify`].
    pub async fn verify(
        &self,
        request_id: &str,
        signature: &str,
        body: &[u8],
        time: Timestamp,
    ) -> Result<WebhookEvent, WebhookError> {
        let verify = |known: WebhookVerifier| {
            known.tolerance(self.tolerance).verify(request_id, signature, body, time)
        };
        let known = match self.keys.at_once() {
            Some(known) => known,
            None => self.keys.behind_an_answer().await?,
        };
        match verify(known) {
            Err(WebhookError::Token(JwtError::UnknownKey)) => verify(self.keys.behind_an_answer().await?),
            other => other,
        }
    }
}

/// Whose turn it is to ask the host.
enum Turn {
    /// The host was asked just now.
    Nobodys,
    /// Somebody asks: the receiver closes with the answer.
    Anothers(watch::Receiver<()>),
    /// To be dropped with the answer.
    Mine(watch::Sender<()>),
}

impl Keys {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The keys that may be used without a wait. Those that are no longer fresh are asked for beside that.
    fn at_once(self: &Arc<Self>) -> Option<WebhookVerifier> {
        let (verifier, age, may_wait) = {
            let known = self.known();
            let asks = known.under_way.as_ref().is_some_and(|answer| answer.has_changed().is_ok());
            let is_long = known.asked.is_some_and(|asked| now() - asked >= self.waits.patience);
            let was_refused = known.refused.is_some_and(|(_, at)| now() - at < self.waits.refused);
            let may_wait = !(was_refused || asks && is_long);
            (known.verifier.clone()?, now() - known.fetched?, may_wait)
        };
        if age >= self.waits.old && may_wait {
            return None;
        }
        if age >= self.waits.fresh {
            // Without a runtime nothing happens beside anything.
            let runtime = Handle::try_current().ok()?;
            if let Turn::Mine(answer) = self.turn() {
                runtime.spawn(self.clone().ask(answer));
            }
        }
        Some(verifier)
    }

    /// The keys, once the host was asked: those who come at once wait for one answer.
    async fn behind_an_answer(self: &Arc<Self>) -> Result<WebhookVerifier, WebhookError> {
        match self.turn() {
            Turn::Nobodys => {}
            Turn::Anothers(mut answer) => while answer.changed().await.is_ok() {},
            Turn::Mine(answer) => {
                let ask = self.clone().ask(answer);
                // Whoever waits may go away: the others still need the answer.
                match Handle::try_current() {
                    Ok(runtime) => drop(runtime.spawn(ask).await),
                    Err(_) => ask.await,
                }
            }
        }
        let known = self.known();
        let why = known.refused.map_or(TransportError::Broken, |(why, _)| why);
        known.verifier.clone().ok_or(WebhookError::Keys(why))
    }

    fn turn(&self) -> Turn {
        let mut known = self.known();
        if let Some(answer) = known.under_way.as_ref().filter(|answer| answer.has_changed().is_ok()) {
            return Turn::Anothers(answer.clone());
        }
        let has_answer = known.verifier.is_some() || known.refused.is_some();
        let is_soon = known.asked.is_some_and(|asked| now() - asked < self.waits.again);
        if has_answer && (is_soon || self.quiet.check(PATH).is_err()) {
            return Turn::Nobodys;
        }
        known.asked = Some(now());
        let (mine, answer) = watch::channel(());
        known.under_way = Some(answer);
        Turn::Mine(mine)
    }

    async fn ask(self: Arc<Self>, answer: watch::Sender<()>) {
        let found = fetch(&*self.api, &self.quiet).await;
        let mut known = self.known();
        match found {
            Ok(found) => {
                known.fetched = known.asked;
                known.verifier = Some(WebhookVerifier::new(found));
                known.refused = None;
            }
            Err(error) => known.refused = Some((error, now())),
        }
        drop(answer);
    }
}

async fn fetch(api: &dyn Transport, quiet: &Quiet) -> Result<KeySet, TransportError> {
    let headers = vec![("accept", "application/json".to_owned())];
    let http =
        HttpRequest { method: "GET", target: PATH.to_owned(), headers, body: Vec::new(), is_stream: false };
    let (head, body) = whole(api, http, MOST_OF_KEYS).await?;
    quiet.hear(&head);
    let keys = if head.status == 200 { KeySet::parse(&body).ok() } else { None };
    // A page that is no set of keys, or holds none that can be used, is as good as no answer.
    keys.filter(|keys| !keys.is_empty()).ok_or(TransportError::Broken)
}

#[cfg(test)]
#[allow(clippy::expect_used, clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use bytes::Bytes;
    use ring::signature::{Ed25519KeyPair, KeyPair};
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::engine::HttpHead;
    use crate::transport::{Boxed, HttpAnswer, HttpBody};

    const EVENT: &str = r#"{"id":"1","type":"vehicle_activated","time":"2026-05-01T10:00:00Z","data":{}}"#;
    const NOW: &str = "2026-05-01T10:00:30Z";

    struct Signer(Ed25519KeyPair, &'static str);

    impl Signer {
        fn new(seed: u8, id: &'static str) -> Self {
            Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap(), id)
        }

        fn set(&self) -> String {
            let x = URL_SAFE_NO_PAD.encode(self.0.public_key());
            format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","kid":"{}","x":"{x}"}}]}}"#, self.1)
        }

        fn sign(&self) -> String {
            let header = format!(r#"{{"alg":"EdDSA","kid":"{}"}}"#, self.1);
            let (sub, iat) =
                (STANDARD.encode(Sha256::digest(EVENT)), NOW.parse::<Timestamp>().unwrap().timestamp());
            let claims = format!(r#"{{"rid":"r","sub":"{sub}","iat":{iat}}}"#);
            let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
            let signature = URL_SAFE_NO_PAD.encode(self.0.sign(signed.as_bytes()));
            format!("{signed}.{signature}")
        }
    }

    /// What a host publishes that wishes to be left alone.
    const BUSY: &str = "busy";

    /// A host that publishes a set of keys, or stalls until it has one.
    struct Host {
        set: watch::Receiver<Option<String>>,
        asked: AtomicUsize,
    }

    /// One piece, or a break.
    struct Body(Option<Result<Bytes, TransportError>>);

    impl HttpBody for Body {
        fn next(&mut self) -> Boxed<'_, Option<Result<Bytes, TransportError>>> {
            Box::pin(async move { self.0.take() })
        }
    }

    impl Transport for Arc<Host> {
        fn send(&self, _: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            let mut set = self.set.clone();
            Box::pin(async move {
                let set = set.wait_for(Option::is_some).await.map_err(|_| TransportError::Broken)?.clone();
                let (status, text) = match set.filter(|set| set != BUSY) {
                    Some(set) => (200, Ok(set.into())),
                    None => (503, Err(TransportError::Broken)),
                };
                let headers = vec![("retry-after".to_owned(), "600".to_owned())];
                Ok(HttpAnswer { head: HttpHead { status, headers }, body: Box::new(Body(Some(text))) })
            })
        }
    }

    /// A receiver to which this is the next thing that happens, each wait being over; its keys are `old`, and the host stalls.
    async fn stalled(waits: Waits) -> (Arc<WebhookReceiver>, Arc<Host>, watch::Sender<Option<String>>) {
        let (publish, set) = watch::channel(Some(Signer::new(1, "old").set()));
        let host = Arc::new(Host { set, asked: AtomicUsize::new(0) });
        let mut receiver = WebhookReceiver::new(host.clone());
        Arc::get_mut(&mut receiver.keys).unwrap().waits = waits;
        verify(&receiver, &Signer::new(1, "old")).await.unwrap();
        publish.send(None).unwrap();
        assert_eq!(host.asked.swap(0, Ordering::SeqCst), 1);
        (Arc::new(receiver), host, publish)
    }

    async fn verify(receiver: &WebhookReceiver, signer: &Signer) -> Result<WebhookEvent, WebhookError> {
        receiver.verify("r", &signer.sign(), EVENT.as_bytes(), NOW.parse().unwrap()).await
    }

    async fn at_once(receiver: &WebhookReceiver) {
        let old = Signer::new(1, "old");
        let known = verify(receiver, &old);
        tokio::time::timeout(Duration::from_secs(5), known).await.expect("it waits for the host").unwrap();
    }

    const LONG: Duration = Duration::from_secs(1_000);

    #[tokio::test]
    async fn a_host_that_wishes_to_be_left_alone_is_also_where_its_answer_breaks() {
        let (receiver, host, publish) =
            stalled(Waits { fresh: LONG, old: LONG, again: Duration::ZERO, patience: LONG, refused: LONG })
                .await;
        publish.send(Some(BUSY.to_owned())).unwrap();
        for _ in 0..5 {
            let unknown = verify(&receiver, &Signer::new(2, "new")).await.unwrap_err();
            assert_eq!(unknown, JwtError::UnknownKey.into());
            at_once(&receiver).await;
        }
        assert_eq!(host.asked.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_host_that_stalls_holds_up_no_webhook_whose_key_is_known() {
        let (receiver, host, publish) =
            stalled(Waits { fresh: LONG, old: LONG, again: Duration::ZERO, patience: LONG, refused: LONG })
                .await;
        let unknown = (0..9).map(|_| {
            let receiver = receiver.clone();
            tokio::spawn(async move { verify(&receiver, &Signer::new(2, "new")).await })
        });
        let unknown: Vec<_> = unknown.collect();
        while host.asked.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        at_once(&receiver).await;
        // One goes away: the rest have their answer all the same, and by one request.
        unknown[0].abort();
        publish.send(Some(Signer::new(2, "new").set())).unwrap();
        for one in unknown.into_iter().skip(1) {
            one.await.unwrap().unwrap();
        }
        assert_eq!(host.asked.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn keys_that_are_no_longer_fresh_are_used_until_the_host_has_answered() {
        let (receiver, host, publish) = stalled(Waits {
            fresh: Duration::ZERO,
            old: LONG,
            again: Duration::ZERO,
            patience: LONG,
            refused: LONG,
        })
        .await;
        // The first webhook had no keys: none was asked for beside it.
        for _ in 0..9 {
            at_once(&receiver).await;
            tokio::task::yield_now().await;
        }
        assert_eq!(host.asked.load(Ordering::SeqCst), 1);
        publish.send(Some(Signer::new(2, "new").set())).unwrap();
        verify(&receiver, &Signer::new(2, "new")).await.unwrap();
        // The key of before is withdrawn.
        let withdrawn = verify(&receiver, &Signer::new(1, "old")).await.unwrap_err();
        assert_eq!(withdrawn, JwtError::UnknownKey.into());
    }

    #[tokio::test]
    async fn keys_that_are_a_day_old_are_not_used_before_the_host_has_answered() {
        let (receiver, _host, publish) = stalled(all_old(LONG)).await;
        publish.send(Some(Signer::new(2, "new").set())).unwrap();
        let withdrawn = verify(&receiver, &Signer::new(1, "old")).await.unwrap_err();
        assert_eq!(withdrawn, JwtError::UnknownKey.into());
    }

    fn all_old(patience: Duration) -> Waits {
        Waits { fresh: Duration::ZERO, old: Duration::ZERO, again: Duration::ZERO, patience, refused: LONG }
    }

    #[tokio::test]
    async fn old_keys_are_used_while_a_host_is_asked_for_long_or_has_refused() {
        let (receiver, host, publish) = stalled(all_old(Duration::ZERO)).await;
        let first = receiver.clone();
        let first = tokio::spawn(async move { verify(&first, &Signer::new(1, "old")).await });
        while host.asked.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        at_once(&receiver).await;
        publish.send(Some(Signer::new(1, "old").set())).unwrap();
        first.await.unwrap().unwrap();

        let (receiver, _host, publish) = stalled(all_old(LONG)).await;
        publish.send(Some("a page".to_owned())).unwrap();
        at_once(&receiver).await;
        publish.send(None).unwrap();
        // Also while it is asked again.
        for _ in 0..3 {
            at_once(&receiver).await;
            tokio::task::yield_now().await;
        }

        // A refusal of long ago is none.
        let (receiver, _host, publish) = stalled(Waits { refused: Duration::ZERO, ..all_old(LONG) }).await;
        publish.send(Some("a page".to_owned())).unwrap();
        at_once(&receiver).await;
        publish.send(Some(Signer::new(2, "new").set())).unwrap();
        let withdrawn = verify(&receiver, &Signer::new(1, "old")).await.unwrap_err();
        assert_eq!(withdrawn, JwtError::UnknownKey.into());
    }
}
