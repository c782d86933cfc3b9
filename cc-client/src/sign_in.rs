//! Signing in at a platform: a password or a service's key becomes a session.
//!
//! [`crate::ClientBuilder::session`] takes the session, and the client gets tokens with it. Keep the session
//! in the safest place that the system has. Get another when [`crate::decide::AuthState`] says that it was
//! refused.

use std::fmt;
use std::time::Duration;

use cc_core::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

#[cfg(feature = "verify")]
use crate::clock::device_time;
use crate::engine::HttpRequest;
#[cfg(feature = "verify")]
use crate::key_file::{KeyFile, KeyFileError};
use crate::transport::{Most, Transport, TransportError, whole};
use crate::wire::{LONGEST_WAIT, Problem, ProblemCode};

/// Who signed in, with the session that proves it: a secret.
#[non_exhaustive]
pub struct SignedIn {
    /// The session.
    pub session: Zeroizing<String>,
    /// When the session ends if it is not used.
    pub expires: Timestamp,
    /// The organization.
    pub organization: Box<str>,
    /// The person or service in that organization, such as `user/7`.
    pub principal: Box<str>,
}

impl fmt::Debug for SignedIn {
    /// Shows neither the secret nor who it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn").field("expires", &self.expires).finish_non_exhaustive()
    }
}

/// Why signing in failed.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SignInError {
    /// What answered is not the platform, mostly a captive portal; or it is a platform of a version that this
    /// one does not know.
    #[error("the answer is not the platform's (a captive portal?)")]
    Answer,
    /// There is no such account, or the password or the key is wrong.
    #[error("the credentials were refused")]
    Credentials,
    /// The key cannot sign.
    #[cfg(feature = "verify")]
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// Too many attempts: for this account, from this address or in all. Or the platform is busy, and says
    /// until when.
    #[error("too many attempts; again in {} s", wait.as_secs())]
    Limited {
        /// How long the platform wishes to be left alone: at most an hour, or a minute if somebody in front
        /// of the platform says so.
        wait: Duration,
    },
    /// The platform refused for another reason.
    #[error("signing in was refused: {0}")]
    Refused(Problem),
    /// The platform could not be asked.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

#[derive(Serialize)]
struct Person<'a> {
    email: &'a str,
    password: &'a str,
    device: &'a str,
}

#[cfg(feature = "verify")]
#[derive(Serialize)]
struct Service<'a> {
    assertion: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    session: Zeroizing<String>,
    session_expires: Box<str>,
    principal: Box<str>,
    organization: Box<str>,
}

/// The longest answer that is read.
const MOST: Most = Most { bytes: 64 << 10, time: Duration::from_secs(30) };
/// The wait where the platform names none.
const WAIT: Duration = Duration::from_secs(1);
/// The longest wait that is believed of anybody but the platform.
const LONGEST_OF_OTHERS: Duration = Duration::from_secs(60);

/// Signs a person in. `device` is a name for people, such as the phone's model.
///
/// It tries once: show a failure to the person, who may try again. It asks even while the platform wishes to
/// be left alone, since a person waits for it. If the future is dropped, the platform may have made a session
/// that nobody knows.
///
/// # Errors
///
/// [`SignInError::Credentials`], whether or not there is such an account; [`SignInError::Limited`] after too
/// many attempts.
///
/// # Examples
///
#[cfg_attr(feature = "testing", doc = "```")]
#[cfg_attr(not(feature = "testing"), doc = "```ignore")]
/// use cc_client::store::MemoryStore;
/// use cc_client::testing::{FAKE_PASSWORD, FakeTransport};
/// use cc_client::{Client, sign_in};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
/// # runtime.block_on(async {
/// let transport = FakeTransport::default();
/// let anna = sign_in::with_password(&transport, "anna@demo.example", FAKE_PASSWORD, "phone").await?;
/// let phone = Client::builder(transport.clone(), MemoryStore::new()).session(&anna).start().await?;
///
/// let error = sign_in::with_password(&transport, "anna@demo.example", "guess", "phone").await.unwrap_err();
/// assert_eq!(error.to_string(), "the credentials were refused");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn with_password(
    transport: &dyn Transport,
    email: &str,
    password: &str,
    device: &str,
) -> Result<SignedIn, SignInError> {
    ask(transport, "/v1/auth/password", &Person { email, password, device }).await
}

/// Signs a service in with its key file, as `platform key add` wrote it.
///
/// # Errors
///
/// As for [`with_password`]; [`SignInError::Key`] if the key cannot sign.
///
/// # Examples
///
/// ```no_run
/// # async fn example(transport: impl cc_client::transport::Transport) -> Result<(), Box<dyn std::error::Error>> {
/// use cc_client::{KeyFile, sign_in};
///
/// let key = KeyFile::parse(&std::fs::read_to_string("service.key")?)?;
/// let service = sign_in::with_key(&transport, &key).await?;
/// println!("signed in until {}", service.expires);
/// # Ok(())
/// # }
/// ```
#[cfg(feature = "verify")]
pub async fn with_key(transport: &dyn Transport, key: &KeyFile) -> Result<SignedIn, SignInError> {
    let assertion = key.assertion_once(device_time(), &crate::fresh::fresh_id().to_string())?;
    ask(transport, "/v1/auth/service-account", &Service { assertion: &assertion }).await
}

async fn ask(
    transport: &dyn Transport,
    path: &str,
    question: &impl Serialize,
) -> Result<SignedIn, SignInError> {
    let body = serde_json::to_vec(question).map_err(|_| TransportError::Unsendable)?;
    let headers = vec![("content-type", "application/json".to_owned())];
    let http = HttpRequest { method: "POST", target: path.to_owned(), headers, body, is_stream: false };
    let (head, body) = whole(transport, http, MOST).await?;
    if head.status == 200 {
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| SignInError::Answer)?;
        // A header holds it: visible ASCII only.
        let is_visible = answer.session.bytes().all(|byte| byte.is_ascii_graphic());
        if answer.session.is_empty() || !is_visible {
            return Err(SignInError::Answer);
        }
        return Ok(SignedIn {
            session: answer.session,
            expires: answer.session_expires.parse().map_err(|_| SignInError::Answer)?,
            organization: answer.organization,
            principal: answer.principal,
        });
    }
    let kind = head.header("content-type").unwrap_or_default().to_ascii_lowercase();
    let problem = Problem::read(head.status, Some(&kind), &body);
    // Only the platform's own word counts: a portal's page refuses nobody.
    let is_known = problem.code != ProblemCode::Other;
    let is_own = is_known || kind.starts_with("application/problem+json");
    let says_when = head.retry_after(None).is_some();
    let limited = |longest| {
        let wait = head.retry_after(None).unwrap_or(WAIT);
        SignInError::Limited { wait: wait.min(longest) }
    };
    Err(match head.status {
        0..=399 => SignInError::Answer,
        401 if problem.code == ProblemCode::TokenInvalid => SignInError::Credentials,
        429 if is_known => limited(LONGEST_WAIT),
        503 if is_known && says_when => limited(LONGEST_WAIT),
        // A balancer in front of the platform.
        429 if !kind.contains("html") => limited(LONGEST_OF_OTHERS),
        503 if !kind.contains("html") && says_when => limited(LONGEST_OF_OTHERS),
        // The network wants something of the person (RFC 6585, 6).
        511 => SignInError::Answer,
        // Down, in the words of whoever stands in front of it.
        500..=599 => SignInError::Refused(problem),
        _ if is_own => SignInError::Refused(problem),
        _ => SignInError::Answer,
    })
}
