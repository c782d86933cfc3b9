//! Signing in, tokens, and signing out.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::admin::services::kid;
use crate::auth::account::{account, by_email};
use crate::auth::jose::{PublicKey, Unverified};
use crate::auth::session::{self, Session};
use crate::auth::throttle::{FREE_OF_ACCOUNT, FREE_OF_ADDRESS};
use crate::auth::{Caller, Who, bearer, peer};
use crate::node::Node;
use crate::problem::Problem;
use crate::storage::{Edit, View, get_json, if_it_reads, key, put_json, unix};
use crate::{body, clock};

#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "the protocol's name")]
struct Password {
    email: String,
    password: String,
    #[serde(default, rename = "device")]
    _device: Option<serde::de::IgnoredAny>,
}

fn told(secret: &str, session: &Session) -> Json<Value> {
    let expires = cc_core::Timestamp::from_timestamp(session.expires as i64, 0).unwrap_or_default();
    Json(json!({
        "session": secret,
        "sessionExpires": clock::text(expires),
        "principal": session.who.sub,
        "organization": session.who.org,
    }))
}

/// So many letters of an address are remembered: no account has a longer one.
const LONGEST_NAME: usize = 320;

/// A person signs in.
pub async fn password(
    State(node): State<Arc<Node>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Problem> {
    let wanted: Password = body::json_of_stranger(&node, &headers, body).await?;
    let by_name: String = wanted.email.to_lowercase().chars().take(LONGEST_NAME).collect();
    let by_name = format!("account {by_name}");
    let by_peer = peer::name(peer::client(from.ip(), &headers, &node.config.proxies));
    let now = clock::instant();
    let limited = |wait: Duration| Problem::rate_limited().with("retry-after", wait.as_secs().max(1));
    node.throttle.look(&by_peer, FREE_OF_ADDRESS, now).map_err(limited)?;
    node.throttle.attempt(&by_name, FREE_OF_ACCOUNT, now).map_err(limited)?;
    let (secret, session) = Node::to_the_end(tried(node, wanted, by_name, by_peer)).await?;
    Ok(told(&secret, &session))
}

/// A password is tried, and what came of it is counted.
async fn tried(
    node: Arc<Node>,
    wanted: Password,
    by_name: String,
    by_peer: String,
) -> Result<(String, Session), Problem> {
    // Where it cannot be looked up, nothing was guessed.
    let found = who_has(&node, wanted, &by_name).await.inspect_err(|_| node.throttle.give_back(&by_name))?;
    let Some(who) = found else {
        node.throttle.failed(&by_peer, clock::instant());
        return Err(Problem::token_invalid().because("no such account, or another password"));
    };
    node.throttle.succeeded(&by_name);
    let sign_in = move |edit: &mut dyn Edit| {
        // Damage among the others keeps nobody out.
        let ended = if_it_reads(edit, |edit| session::make_room(edit, &who))?.unwrap_or_default();
        Ok((ended, session::begin(edit, &who)?))
    };
    let (ended, begun) = node.commit(sign_in).await?;
    for sid in ended {
        node.revoke(&sid);
    }
    Ok(begun)
}

/// Whose address and password these are.
async fn who_has(node: &Arc<Node>, wanted: Password, by_name: &str) -> Result<Option<Who>, Problem> {
    let place = node.hashing.place(by_name).await?;
    let email = wanted.email;
    let known = node
        .look(move |view| {
            let Some(who) = by_email(view, &email)? else { return Ok(None) };
            Ok(account(view, &who)?.map(|account| (who, account)))
        })
        .await?;
    let hash = known.as_ref().and_then(|(_, account)| account.password.clone());
    // Whether there is such an account takes as long to say as that the password is wrong.
    let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
    let check = move || {
        // Held to the end, also where nobody waits for it any more.
        let _place = place;
        crate::auth::password::is_of(&hash, &wanted.password)
    };
    let right = tokio::task::spawn_blocking(check).await.map_err(|_| Problem::internal())?;
    Ok(known.filter(|_| right).map(|(who, _)| who))
}

/// The hash of a password that nobody has.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Q0k5cm5zY1Jz7nR5b2lJb0pXc0lqZHNrZGZqc2xkZg";

#[derive(Deserialize)]
struct Assertion {
    assertion: String,
}

#[derive(Deserialize)]
struct AssertionClaims {
    iss: String,
    aud: Audience,
    #[serde(deserialize_with = "seconds")]
    iat: u64,
    #[serde(deserialize_with = "seconds")]
    exp: u64,
    #[serde(default, deserialize_with = "seconds")]
    nbf: u64,
    jti: String,
}

/// For whom it is: one, or some (RFC 7519 §4.1.3).
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Some(Vec<String>),
}

impl Audience {
    fn is(&self, issuer: &str) -> bool {
        match self {
            Self::One(one) => one == issuer,
            Self::Some(some) => some.iter().any(|one| one == issuer),
        }
    }
}

/// A number of seconds, which may have a fraction (RFC 7519 §2): the whole ones of it.
fn seconds<'de, D: serde::Deserializer<'de>>(value: D) -> Result<u64, D::Error> {
    let number = serde_json::Number::deserialize(value)?;
    let whole = |number: f64| (0.0..1e15).contains(&number).then_some(number as u64);
    let seconds = number.as_u64().or_else(|| number.as_f64().and_then(whole));
    seconds.ok_or_else(|| serde::de::Error::custom("expected seconds since 1970"))
}

/// A service signs in with its key.
pub async fn service_account(
    State(node): State<Arc<Node>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Problem> {
    let wanted: Assertion = body::json_of_stranger(&node, &headers, body).await?;
    let (text, issuer): (Arc<str>, _) = (wanted.assertion.into(), node.config.issuer.clone());
    let (looked, meant) = (text.clone(), issuer.clone());
    // What does not hold takes no writer's time.
    node.look(move |view| verified(view, &looked, &meant).map(drop)).await?;
    let (secret, session) = node
        .commit(move |edit| {
            let Verified { who, used, end } = verified(edit, &text, &issuer)?;
            put_json(edit, &used, &end)?;
            Ok(session::begin(edit, &who)?)
        })
        .await?;
    Ok(told(&secret, &session))
}

/// What an assertion says that holds.
struct Verified {
    who: Who,
    /// The row that says that it was used.
    used: String,
    /// Its last second.
    end: u64,
}

fn verified(view: &dyn View, text: &str, issuer: &str) -> Result<Verified, Problem> {
    let now = unix(view);
    let no = |why: &'static str| Problem::token_invalid().because(why);
    let parsed = Unverified::parse(text).map_err(|_| no("the assertion is no signed token"))?;
    let said: AssertionClaims = parsed.unverified_claims().map_err(|_| no("a claim is missing"))?;
    let named = said.iss.split_once('/').filter(|_| !said.iss.chars().any(char::is_control));
    let (org, name) = named.ok_or_else(|| no("iss: organization/name"))?;
    let who = Who::new(org, format!("service/{name}"));
    let known = account(view, &who)?.ok_or_else(|| no("the signature is not of a key of the account"))?;
    // A key that it names is the one that it is of.
    let is_meant = |key: &&PublicKey| parsed.kid().is_none_or(|named| named == kid(key));
    let fits = known.keys.iter().filter(is_meant).find_map(|key| parsed.verify::<AssertionClaims>(key).ok());
    let claims = fits.ok_or_else(|| no("the signature is not of a key of the account"))?;
    if !claims.aud.is(issuer) {
        return Err(no("aud is not this platform"));
    }
    if claims.exp <= claims.iat || claims.exp.saturating_sub(claims.iat) > 3600 {
        return Err(no("an assertion lives for an hour at most"));
    }
    if claims.iat.max(claims.nbf) > now.saturating_add(60) || claims.exp.saturating_add(60) <= now {
        return Err(no("the assertion is not valid now"));
    }
    if claims.jti.is_empty() || claims.jti.len() > 200 || claims.jti.chars().any(char::is_control) {
        return Err(no("jti: 1 to 200 bytes without control characters"));
    }
    let used = key(&[JTI, org, name, &claims.jti]);
    if get_json::<u64>(view, &used)?.is_some() {
        return Err(no("the assertion was used before"));
    }
    if known.roles.is_empty() {
        return Err(Problem::token_invalid());
    }
    Ok(Verified { who, used, end: claims.exp })
}

/// The rows of assertions that were used.
pub(crate) const JTI: &str = "jti";

/// A token for a session.
pub async fn token(State(node): State<Arc<Node>>, parts: Parts) -> Result<Json<Value>, Problem> {
    let secret: Arc<str> = bearer(&parts)?.into();
    let asked = secret.clone();
    node.look(move |view| session::find(view, &asked).map(drop)).await?;
    let (session, known) = node.commit(move |edit| session::renew(edit, &secret)).await?;
    let token = node.token(&session.who, &known.roles, &session.sid)?;
    Ok(Json(json!({"token": token, "expiresIn": node.config.token_life})))
}

/// Ends the session that asks, by itself or by a token of it.
pub async fn sign_out(State(node): State<Arc<Node>>, parts: Parts) -> Result<StatusCode, Problem> {
    let (who, sid) = asking(&node, &parts).await?;
    Node::to_the_end(async move {
        let ended = sid.clone();
        node.commit(move |edit| Ok(session::end(edit, &who, &ended)?)).await?;
        node.revoke(&sid);
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// Ends all sessions of whoever asks.
pub async fn sign_out_everywhere(State(node): State<Arc<Node>>, parts: Parts) -> Result<StatusCode, Problem> {
    let (who, _) = asking(&node, &parts).await?;
    Node::to_the_end(async move {
        for sid in node.commit(move |edit| Ok(session::end_all(edit, &who)?)).await? {
            node.revoke(&sid);
        }
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

async fn asking(node: &Node, parts: &Parts) -> Result<(Who, String), Problem> {
    let secret = bearer(parts)?.to_owned();
    if secret.starts_with("cs1_") {
        let session = node.look(move |view| session::find(view, &secret)).await?;
        return Ok((session.who, session.sid));
    }
    let Caller { who, sid, .. } = node.verify(&secret)?;
    Ok((who, sid))
}

/// The key set.
pub async fn key_set(State(node): State<Arc<Node>>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "public, max-age=3600")], Json(node.keys().to_json()))
}
