//! A signed-in connection to Connected Cars: tokens, and GraphQL.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

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

/// A connection to one organization of Connected Cars: a token is never used for another.
pub struct ConnectedCars {
    auth: Arc<dyn Transport>,
    api: Arc<dyn Transport>,
    namespace: String,
    credentials: Arc<Credentials>,
    /// Whoever needs a token waits here, so that one is asked for at a time.
    held: Mutex<Held>,
    /// How often none was got.
    failures: AtomicU64,
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
    expires: Instant,
    /// A renewal that failed is not tried again before.
    renew_after: Option<Instant>,
}

/// Why a question has no answer.
#[non_exhaustive]
#[derive(Clone, thiserror::Error)]
pub enum ConnectedCarsError {
    /// An answer is not what the interface promises.
    #[error("the answer of {path} cannot be read")]
    Answer {
        /// Of which endpoint.
        path: &'static str,
    },
    /// The credentials were refused.
    #[error("the credentials were refused with {status}")]
    Credentials {
        /// The status.
        status: u16,
    },
    /// GraphQL has found errors in the question; the data that came all the same is lost only where none came.
    #[error("{} errors of GraphQL, the first at {}", errors.len(), first_path(errors))]
    GraphQl {
        /// The errors.
        errors: Vec<GraphQlError>,
        /// The data that came with them, as JSON text.
        data: Option<Box<str>>,
    },
    /// The endpoint refused.
    #[error("{path} answered {status}")]
    Refused {
        /// Which endpoint.
        path: &'static str,
        /// The status.
        status: u16,
    },
    /// The endpoint could not be asked.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

impl fmt::Debug for ConnectedCarsError {
    /// Shows no data: it may be of a person, or of a car.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer { path } => f.debug_struct("Answer").field("path", path).finish(),
            Self::Credentials { status } => f.debug_struct("Credentials").field("status", status).finish(),
            Self::GraphQl { errors, data } => {
                let bytes = data.as_ref().map(|data| data.len());
                f.debug_struct("GraphQl").field("errors", errors).field("bytes", &bytes).finish()
            }
            Self::Refused { path, status } => {
                f.debug_struct("Refused").field("path", path).field("status", status).finish()
            }
            Self::Transport(error) => f.debug_tuple("Transport").field(error).finish(),
        }
    }
}

/// One error of GraphQL.
#[derive(Clone, Deserialize)]
#[non_exhaustive]
pub struct GraphQlError {
    /// For people.
    #[serde(default, deserialize_with = "lenient")]
    pub message: Box<str>,
    /// Where in the answer.
    #[serde(default, deserialize_with = "lenient")]
    pub path: Option<Vec<PathPart>>,
    /// Its code, where it has one.
    #[serde(default, deserialize_with = "lenient")]
    pub extensions: Option<GraphQlExtensions>,
}

/// A step on the way to an error: a field or an index.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum PathPart {
    /// A field.
    Field(Box<str>),
    /// A place in a list.
    Index(u64),
}

/// What an error says beside its message.
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct GraphQlExtensions {
    /// A word for programs; a number or a list as JSON text.
    #[serde(default, deserialize_with = "code")]
    pub code: Option<Box<str>>,
}

/// What an error says of itself is told as far as it can be read: that there is an error counts.
fn lenient<'de, D: Deserializer<'de>, T: Default + DeserializeOwned>(from: D) -> Result<T, D::Error> {
    Ok(T::deserialize(serde_json::Value::deserialize(from)?).unwrap_or_default())
}

fn code<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Box<str>>, D::Error> {
    Ok(match serde_json::Value::deserialize(from)? {
        serde_json::Value::Null => None,
        serde_json::Value::String(word) => Some(word.into()),
        other => Some(other.to_string().into()),
    })
}

impl fmt::Debug for GraphQlError {
    /// Shows no message: it may quote what was asked.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphQlError").field("path", &self.path).finish_non_exhaustive()
    }
}

fn first_path(errors: &[GraphQlError]) -> String {
    let path = errors.first().and_then(|error| error.path.as_deref()).unwrap_or_default();
    let parts = path.iter().map(|part| match part {
        PathPart::Field(field) => field.to_string(),
        PathPart::Index(index) => index.to_string(),
    });
    let path = parts.collect::<Vec<_>>().join(".");
    if path.is_empty() { "the top".to_owned() } else { path }
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
pub(super) const GRAPHQL: &str = "/graphql";

#[derive(Deserialize)]
struct TokenAnswer {
    token: Zeroizing<String>,
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
    #[serde(default)]
    errors: Option<Vec<GraphQlError>>,
}

impl ConnectedCars {
    /// A connection by way of the hosts for signing in and for questions; `namespace` is `organization:namespace`, such as
    /// `semler:workshop`.
    pub fn new(
        auth: impl Transport,
        api: impl Transport,
        namespace: impl Into<String>,
        credentials: Credentials,
    ) -> Self {
        let namespace = namespace.into();
        let (auth, api, credentials) = (Arc::new(auth), Arc::new(api), Arc::new(credentials));
        Self { auth, api, namespace, credentials, held: Mutex::default(), failures: AtomicU64::new(0) }
    }

    /// Asks a question. `variables` is a JSON object as text.
    ///
    /// A token that is refused is dropped; with a new one the question is asked once more.
    ///
    /// # Errors
    ///
    /// [`ConnectedCarsError::GraphQl`] where there are errors in the answer, with the data that came all the same; the rest where there is
    /// no answer. Variables that are no JSON object are [`TransportError::Unsendable`].
    pub async fn graphql(
        &self,
        query: &str,
        operation: Option<&str>,
        variables: Option<&str>,
    ) -> Result<Box<str>, ConnectedCarsError> {
        let variables = variables.map(object).transpose()?;
        let body = serde_json::to_vec(&Question { query, operation, variables })
            .map_err(|_| ConnectedCarsError::Transport(TransportError::Unsendable))?;
        let token = self.token().await?;
        let (head, answer) = self.ask(&token, body.clone()).await?;
        let (head, answer) = if head.status == 401 {
            self.drop_token(&token).await;
            let token = self.token().await?;
            self.ask(&token, body).await?
        } else {
            (head, answer)
        };
        // Errors of GraphQL come with a body, whatever the status.
        let mut parsed: Option<GraphQlAnswer<'_>> = serde_json::from_slice(&answer).ok();
        let errors = parsed.as_mut().and_then(|answer| answer.errors.take()).unwrap_or_default();
        let data = |data: &RawValue| (data.get() != "null").then(|| data.get().into());
        match parsed {
            Some(answer) if !errors.is_empty() => {
                Err(ConnectedCarsError::GraphQl { errors, data: answer.data.and_then(data) })
            }
            _ if head.status != 200 => {
                Err(ConnectedCarsError::Refused { path: GRAPHQL, status: head.status })
            }
            Some(GraphQlAnswer { data: Some(found), .. }) => {
                data(found).ok_or(ConnectedCarsError::Answer { path: GRAPHQL })
            }
            _ => Err(ConnectedCarsError::Answer { path: GRAPHQL }),
        }
    }

    async fn ask(
        &self,
        token: &Token,
        body: Vec<u8>,
    ) -> Result<(HttpHead, Zeroizing<Vec<u8>>), ConnectedCarsError> {
        let headers = vec![
            ("authorization", bearer(&token.secret)),
            ("content-type", "application/json".to_owned()),
            ("x-organization-namespace", self.namespace.clone()),
        ];
        let http =
            HttpRequest { method: "POST", target: GRAPHQL.to_owned(), headers, body, is_stream: false };
        Ok(whole(&*self.api, http, MOST).await?)
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
                let answer = Box::pin(another(auth, namespace, self.credentials.clone(), renewed));
                asking.insert(Asking { began: now, answer })
            }
        };
        let answer = (&mut asking.answer).await;
        held.asking = None;
        match (answer, &mut held.token) {
            (Ok(token), held) => Ok(held.insert(token).clone()),
            // Its host is down, and it is good.
            (Err((_, REFRESH)), Some(token)) if token.expires > self::now() => {
                token.renew_after = Some(self::now() + RENEW_AGAIN);
                Ok(token.clone())
            }
            (Err((error, _)), _) => Err(error),
        }
    }

    async fn drop_token(&self, refused: &Token) {
        let token = &mut self.held.lock().await.token;
        if token.as_ref().is_some_and(|token| token.secret == refused.secret) {
            *token = None;
        }
    }

    /// Reads a list page by page: `query` takes the variable `after` (and what else is in `variables`), and `list` points to the
    /// list in the answer, as a JSON pointer such as `/viewer/vehicles`. Variables that are no JSON object are told with the first page.
    pub fn pages<'a>(&'a self, query: &'a str, variables: &str, list: &'a str) -> Pages<'a> {
        Pages::new(self, query, variables.to_owned(), list)
    }
}

/// A token that is renewed, or, where that cannot be done any more, one for the credentials: also where the one there is is good no longer, and
/// its renewal fails for another reason.
async fn another(
    auth: Arc<dyn Transport>,
    namespace: String,
    credentials: Arc<Credentials>,
    renewed: Option<(Arc<Zeroizing<String>>, bool)>,
) -> Another {
    if let Some((secret, is_good)) = renewed {
        let headers = vec![("authorization", bearer(&secret))];
        match sign_in(&*auth, ("GET", REFRESH), &namespace, headers, Vec::new()).await {
            Err(ConnectedCarsError::Credentials { .. }) => {}
            // Whoever says that there are too many questions, or cannot be reached, is not asked another.
            Err(
                ConnectedCarsError::Answer { .. }
                | ConnectedCarsError::Refused { status: ..=428 | 430.., .. },
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
    let answer = sign_in(&*auth, ("POST", path), &namespace, headers, body.into_bytes()).await;
    answer.map_err(|error| (error, path))
}

async fn sign_in(
    auth: &dyn Transport,
    (method, path): (&'static str, &'static str),
    namespace: &str,
    mut headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
) -> Result<Token, ConnectedCarsError> {
    headers.push(("x-organization-namespace", namespace.to_owned()));
    let http = HttpRequest { method, target: path.to_owned(), headers, body, is_stream: false };
    let asked = now();
    let (head, answer) = whole(auth, http, MOST_OF_KEYS).await?;
    match head.status {
        200 => {
            let answer: TokenAnswer =
                serde_json::from_slice(&answer).map_err(|_| ConnectedCarsError::Answer { path })?;
            let life = Duration::from_secs(answer.expires.min(86_400));
            let secret = Arc::new(answer.token);
            Ok(Token { secret, expires: asked + life, renew_after: None })
        }
        status @ (400 | 401 | 403) => Err(ConnectedCarsError::Credentials { status }),
        status => Err(ConnectedCarsError::Refused { path, status }),
    }
}

/// Variables as they are sent.
pub(super) fn object(text: &str) -> Result<&RawValue, ConnectedCarsError> {
    let object = serde_json::from_str::<&RawValue>(text).ok().filter(|value| value.get().starts_with('{'));
    object.ok_or(ConnectedCarsError::Transport(TransportError::Unsendable))
}
