//! A signed-in connection to Connected Cars: tokens, and GraphQL.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use super::errors::{ConnectedCarsError, GraphQlError, errors};
use super::file::{File, form};
use super::quiet::Quiet;
use super::{KeyFile, Pages};
use crate::clock::device_time;
use crate::engine::{HttpHead, HttpRequest, bearer};
use crate::transport::{Most, Transport, TransportError, now, whole};

/// Who signs in.
#[non_exhaustive]
pub enum Credentials {
    /// A person.
    Password {
        /// The address that the account has.
        email: String,
        /// The password.
        password: Zeroizing<String>,
    },
    /// A service, by its key file.
    ServiceAccount(Box<KeyFile>),
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Password { .. } => "Password",
            Self::ServiceAccount(_) => "ServiceAccount",
        })
    }
}

/// A connection to one organization of Connected Cars. A token is never used for another organization.
pub struct ConnectedCars {
    auth: Arc<dyn Transport>,
    api: Arc<dyn Transport>,
    namespace: String,
    credentials: Arc<Credentials>,
    /// Whoever needs a token waits here, so that one is asked for at a time.
    held: Mutex<Held>,
    /// How often none was got.
    failures: AtomicU64,
    /// Until when the hosts wish to be left alone.
    auth_quiet: Quiet,
    api_quiet: Quiet,
}

impl fmt::Debug for ConnectedCars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectedCars").field("namespace", &self.namespace).finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Held {
    token: Option<Token>,
    /// Why none was got last, for those who waited for that one.
    failure: Option<ConnectedCarsError>,
    asking: Option<Asking>,
}

/// A token that is being asked for, whether or not somebody waits for it.
struct Asking {
    began: Instant,
    answer: Pin<Box<dyn Future<Output = Another> + Send>>,
}

/// A token; or why there is none, and which endpoint said so.
type Another = Result<Token, (ConnectedCarsError, &'static str)>;

#[derive(Clone)]
struct Token {
    secret: Arc<Zeroizing<String>>,
    level: Option<Arc<str>>,
    expires: Instant,
    /// A renewal that failed is not tried again before.
    renew_after: Option<Instant>,
}

/// A token with less left than this is renewed.
const RENEW: Duration = Duration::from_secs(5 * 60);
/// A renewal that failed is tried again after so long, as long as the token is good.
const RENEW_AGAIN: Duration = Duration::from_secs(30);
/// What was asked for so long ago, and left by all, is asked for anew.
const LEFT: Duration = Duration::from_secs(60);
/// A token may be renewed so long after it has expired.
const GRACE: Duration = Duration::from_secs(3_600);
const MOST: Most = Most { bytes: 32 << 20, time: Duration::from_secs(600) };
/// The most that an answer about tokens or keys may be.
pub(super) const MOST_OF_KEYS: Most = Most { bytes: 1 << 20, time: Duration::from_secs(30) };

const PASSWORD: &str = "/auth/login/email/password";
const SERVICE: &str = "/auth/login/serviceAccountConverter";
const REFRESH: &str = "/auth/tokenRefresh";
const USER: &str = "/user/info";
pub(super) const JSON: &str = "application/json";
pub(super) const GRAPHQL: &str = "/graphql";

#[derive(Deserialize)]
struct TokenAnswer {
    token: Zeroizing<String>,
    #[serde(default)]
    level: Option<Box<str>>,
    expires: u64,
}

#[derive(Serialize)]
struct Question<'a> {
    query: &'a str,
    #[serde(rename = "operationName", skip_serializing_if = "Option::is_none")]
    operation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    variables: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct GraphQlAnswer<'a> {
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "errors")]
    errors: Vec<GraphQlError>,
}

impl ConnectedCars {
    /// A connection by the hosts for signing in (`auth`) and for questions (`api`). `namespace` is
    /// `organization:namespace`, such as `semler:workshop`.
    pub fn new(
        auth: impl Transport,
        api: impl Transport,
        namespace: impl Into<String>,
        credentials: Credentials,
    ) -> Self {
        let namespace = namespace.into();
        let (auth, api, credentials) = (Arc::new(auth), Arc::new(api), Arc::new(credentials));
        Self {
            auth,
            api,
            namespace,
            credentials,
            held: Mutex::default(),
            failures: AtomicU64::new(0),
            auth_quiet: Quiet::default(),
            api_quiet: Quiet::default(),
        }
    }

    /// Asks a question. `variables` is a JSON object as text.
    ///
    /// If the token is refused, it is dropped, and the question is asked once more with a new one. While the
    /// host wishes to be left alone (`Retry-After`), nothing is asked.
    ///
    /// # Errors
    ///
    /// [`ConnectedCarsError::GraphQl`] if the answer has errors; it holds the data that came with them. Any
    /// other means that there is no answer. Variables that are not a JSON object are
    /// [`TransportError::Unsendable`].
    pub async fn graphql(
        &self,
        query: &str,
        operation: Option<&str>,
        variables: Option<&str>,
    ) -> Result<Box<str>, ConnectedCarsError> {
        let body = question(query, operation, variables)?;
        let (head, wait, answer) = self.ask(GRAPHQL, Some((JSON.to_owned(), body))).await?;
        answered(&head, wait, &answer)
    }

    /// The same with a file of up to 5 MiB: a form whose last part is the file.
    ///
    /// # Errors
    ///
    /// As for [`Self::graphql`]; [`ConnectedCarsError::TooLarge`] if the file is larger.
    pub async fn upload(
        &self,
        query: &str,
        operation: Option<&str>,
        variables: Option<&str>,
        file: &File<'_>,
    ) -> Result<Box<str>, ConnectedCarsError> {
        if let Some(variables) = variables {
            object(variables)?;
        }
        let form = form(query, operation, variables, file)?;
        let (head, wait, answer) = self.ask(GRAPHQL, Some(form)).await?;
        answered(&head, wait, &answer)
    }

    /// What the host for signing in knows of who has signed in: JSON text.
    ///
    /// # Errors
    ///
    /// If there is no answer, or it is not JSON.
    pub async fn user_info(&self) -> Result<Box<str>, ConnectedCarsError> {
        let (head, wait, answer) = self.ask(USER, None).await?;
        if head.status != 200 {
            return Err(ConnectedCarsError::Refused { path: USER, status: head.status, wait });
        }
        let text = serde_json::from_slice::<&RawValue>(&answer);
        text.map(|text| text.get().into()).map_err(|_| ConnectedCarsError::Answer { path: USER })
    }

    /// How well it is known who has signed in, such as `AM1`, if the answer with the token says so.
    ///
    /// # Errors
    ///
    /// If no token could be got.
    pub async fn level(&self) -> Result<Option<Arc<str>>, ConnectedCarsError> {
        Ok(self.token().await?.level)
    }

    /// The answer to a question with a good token, of a body with its type or none: a token that is refused is dropped, and it is asked once
    /// more with a new one.
    async fn ask(
        &self,
        path: &'static str,
        content: Option<(String, Vec<u8>)>,
    ) -> Result<(HttpHead, Option<Duration>, Zeroizing<Vec<u8>>), ConnectedCarsError> {
        let (host, quiet) =
            if path == GRAPHQL { (&self.api, &self.api_quiet) } else { (&self.auth, &self.auth_quiet) };
        let mut is_again = false;
        loop {
            quiet.check(path)?;
            let token = self.token().await?;
            // While it waited for that, another may have been told.
            quiet.check(path)?;
            let mut headers = vec![
                ("authorization", bearer(&token.secret)),
                ("x-organization-namespace", self.namespace.clone()),
            ];
            let (mut method, mut body) = ("GET", Vec::new());
            if let Some((kind, content)) = &content {
                headers.push(("content-type", kind.clone()));
                (method, body) = ("POST", content.clone());
            }
            let http = HttpRequest { method, target: path.to_owned(), headers, body, is_stream: false };
            let (head, answer) = whole(&**host, http, MOST).await?;
            if head.status != 401 || std::mem::replace(&mut is_again, true) {
                let wait = quiet.hear(&head);
                return Ok((head, wait, answer));
            }
            self.drop_token(&token).await;
        }
    }

    /// A good token. Where none is got, all who waited for it hear why, and do not ask one after the other.
    async fn token(&self) -> Result<Token, ConnectedCarsError> {
        let failures = self.failures.load(Ordering::SeqCst);
        let mut held = self.held.lock().await;
        if self.failures.load(Ordering::SeqCst) != failures
            && let Some(failure) = &held.failure
        {
            return Err(failure.clone());
        }
        let got = self.good(&mut held).await;
        held.failure = got.as_ref().err().cloned();
        if got.is_err() {
            self.failures.fetch_add(1, Ordering::SeqCst);
        }
        got
    }

    /// The token there is, or another. Whoever asks for it may go away: the next one goes on where it was.
    async fn good(&self, held: &mut Held) -> Result<Token, ConnectedCarsError> {
        let now = now();
        let asking = match &mut held.asking {
            Some(asking) if now.saturating_duration_since(asking.began) <= LEFT => asking,
            asking => {
                let (mut renewed, mut is_good) = (None, false);
                if let Some(token) = &held.token {
                    let may_wait = token.renew_after.is_some_and(|after| now < after);
                    if token.expires > now + RENEW || (token.expires > now && may_wait) {
                        return Ok(token.clone());
                    }
                    is_good = token.expires > now;
                    renewed = Some(token.secret.clone()).filter(|_| token.expires + GRACE > now);
                }
                let (auth, namespace) = (self.auth.clone(), self.namespace.clone());
                let renewed = renewed.map(|secret| (secret, is_good));
                let (who, quiet) = (self.credentials.clone(), self.auth_quiet.clone());
                let answer = Box::pin(another((auth, quiet), namespace, who, renewed));
                asking.insert(Asking { began: now, answer })
            }
        };
        let answer = (&mut asking.answer).await;
        held.asking = None;
        match (answer, &mut held.token) {
            (Ok(token), held) => Ok(held.insert(token).clone()),
            // Its host is down, and it is good.
            (Err((error, REFRESH)), Some(token)) if token.expires > self::now() => {
                let wait = error.wait().unwrap_or_default().max(RENEW_AGAIN);
                token.renew_after = Some(self::now() + wait);
                Ok(token.clone())
            }
            (Err((error, _)), _) => Err(error),
        }
    }

    async fn drop_token(&self, refused: &Token) {
        let token = &mut self.held.lock().await.token;
        // Another answer is another token, also where it says the same.
        if token.as_ref().is_some_and(|token| Arc::ptr_eq(&token.secret, &refused.secret)) {
            *token = None;
        }
    }

    /// Reads a list page by page. `query` takes the variable `after`, and those in `variables`. `list` is a
    /// JSON pointer to the list in the answer, such as `/viewer/vehicles`. If the variables are not a JSON
    /// object, the first page is the error.
    pub fn pages<'a>(&'a self, query: &'a str, variables: &str, list: &'a str) -> Pages<'a> {
        Pages::new(self, query, variables.to_owned(), list)
    }
}

/// A token that is renewed, or, where that cannot be done any more, one for the credentials: also where the one there is is good no longer, and
/// its renewal fails for another reason.
async fn another(
    (auth, quiet): (Arc<dyn Transport>, Quiet),
    namespace: String,
    credentials: Arc<Credentials>,
    renewed: Option<(Arc<Zeroizing<String>>, bool)>,
) -> Another {
    if let Some((secret, is_good)) = renewed {
        let headers = vec![("authorization", bearer(&secret))];
        match sign_in((&*auth, &quiet), ("GET", REFRESH), &namespace, headers, Vec::new()).await {
            Err(ConnectedCarsError::Credentials { .. }) => {}
            // Whoever says that there are too many questions, wishes to be left alone, or cannot be reached, is not asked another.
            Err(
                ConnectedCarsError::Answer { .. }
                | ConnectedCarsError::Refused { status: ..=428 | 430.., wait: None, .. },
            ) if !is_good => {}
            answer => return answer.map_err(|error| (error, REFRESH)),
        }
    }
    let (path, body) = match &*credentials {
        Credentials::Password { email, password } => {
            let quoted = |text: &str| Zeroizing::new(serde_json::to_string(text).unwrap_or_default());
            let (email, password) = (quoted(email), quoted(password));
            (PASSWORD, ["{\"email\":", &email, ",\"password\":", &password, "}"].concat())
        }
        Credentials::ServiceAccount(file) => {
            let unsendable = |_| (ConnectedCarsError::Transport(TransportError::Unsendable), SERVICE);
            let assertion = file.assertion(device_time()).map_err(unsendable)?;
            (SERVICE, format!("{{\"token\":\"{assertion}\"}}"))
        }
    };
    let headers = vec![("content-type", "application/json".to_owned())];
    let answer = sign_in((&*auth, &quiet), ("POST", path), &namespace, headers, body.into_bytes()).await;
    answer.map_err(|error| (error, path))
}

async fn sign_in(
    (auth, quiet): (&dyn Transport, &Quiet),
    (method, path): (&'static str, &'static str),
    namespace: &str,
    mut headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
) -> Result<Token, ConnectedCarsError> {
    headers.push(("x-organization-namespace", namespace.to_owned()));
    let http = HttpRequest { method, target: path.to_owned(), headers, body, is_stream: false };
    quiet.check(path)?;
    let asked = now();
    let (head, answer) = whole(auth, http, MOST_OF_KEYS).await?;
    let wait = quiet.hear(&head);
    match head.status {
        200 => {
            let answer = serde_json::from_slice::<TokenAnswer>(&answer).ok();
            // One that no header takes would be refused as long as it is good.
            let may_be_sent =
                |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
            let answer = answer.filter(|answer| may_be_sent(&answer.token));
            let answer = answer.ok_or(ConnectedCarsError::Answer { path })?;
            let life = Duration::from_secs(answer.expires.min(86_400));
            let (secret, level) = (Arc::new(answer.token), answer.level.map(Into::into));
            Ok(Token { secret, level, expires: asked + life, renew_after: None })
        }
        status @ (400 | 401 | 403) => Err(ConnectedCarsError::Credentials { status }),
        status => Err(ConnectedCarsError::Refused { path, status, wait }),
    }
}

/// A question as it is sent.
pub(super) fn question(
    query: &str,
    operation: Option<&str>,
    variables: Option<&str>,
) -> Result<Vec<u8>, ConnectedCarsError> {
    let variables = variables.map(object).transpose()?;
    serde_json::to_vec(&Question { query, operation, variables })
        .map_err(|_| ConnectedCarsError::Transport(TransportError::Unsendable))
}

/// What an answer of GraphQL says. Errors come with a body, whatever the status.
pub(super) fn answered(
    head: &HttpHead,
    wait: Option<Duration>,
    body: &[u8],
) -> Result<Box<str>, ConnectedCarsError> {
    let data = |data: &RawValue| (data.get() != "null").then(|| data.get().into());
    match serde_json::from_slice::<GraphQlAnswer<'_>>(body).ok() {
        Some(GraphQlAnswer { data: found, errors }) if !errors.is_empty() => {
            Err(ConnectedCarsError::GraphQl { errors, data: found.and_then(data) })
        }
        _ if head.status != 200 => {
            Err(ConnectedCarsError::Refused { path: GRAPHQL, status: head.status, wait })
        }
        Some(GraphQlAnswer { data: Some(found), .. }) => {
            data(found).ok_or(ConnectedCarsError::Answer { path: GRAPHQL })
        }
        _ => Err(ConnectedCarsError::Answer { path: GRAPHQL }),
    }
}

/// Variables as they are sent.
pub(super) fn object(text: &str) -> Result<&RawValue, ConnectedCarsError> {
    let object = serde_json::from_str::<&RawValue>(text).ok().filter(|value| value.get().starts_with('{'));
    object.ok_or(ConnectedCarsError::Transport(TransportError::Unsendable))
}
