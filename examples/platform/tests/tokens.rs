//! Tokens, sessions and assertions: only the right ones will do.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use common::{World, client, value};
use platform::auth::account::{Account, put_account};
use platform::auth::jose::{PublicKey, SigningKey};
use platform::auth::keys::KeySet;
use platform::auth::{Role, Who, session};
use platform::clock;
use platform::storage::{key, names};
use reqwest::Method;
use serde_json::{Value, json};

async fn code(world: &World, token: &str) -> (u16, Value) {
    let answer = client().get(format!("{}/v1/feeds/me", world.base)).bearer_auth(token).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, if status == 200 { json!(null) } else { value(answer).await["code"].clone() })
}

#[tokio::test]
async fn a_token_of_another_algorithm_key_audience_time_or_shape_is_refused() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    assert_eq!(code(&world, &anna.token).await.0, 200);
    let key = world.node.look(|view| Ok(KeySet::load(view)?)).await.unwrap().signing(clock::unix()).unwrap();
    let parts: Vec<&str> = anna.token.split('.').collect();
    let claims: Value = serde_json::from_slice(&B64.decode(parts[1]).unwrap()).unwrap();
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        key.signing.sign(Some(&key.kid), &claims)
    };
    let now = clock::unix();
    let header = |json: Value| format!("{}.{}.{}", B64.encode(json.to_string()), parts[1], parts[2]);
    let other = SigningKey::from_seed(&[1; 32]).unwrap();
    let flipped = format!("{}.{}.{}", parts[0], parts[1], parts[2].chars().rev().collect::<String>());
    for (what, token, expected) in [
        ("none", header(json!({"alg": "none", "kid": key.kid})), "token_invalid"),
        ("HS256", header(json!({"alg": "HS256", "kid": key.kid})), "token_invalid"),
        ("RS256", header(json!({"alg": "RS256", "kid": key.kid})), "token_invalid"),
        ("crit", header(json!({"alg": "EdDSA", "kid": key.kid, "crit": ["b64"]})), "token_invalid"),
        ("no kid", key.signing.sign(None, &claims), "token_invalid"),
        ("unknown kid", key.signing.sign(Some("x"), &claims), "token_invalid"),
        ("another key", other.sign(Some(&key.kid), &claims), "token_invalid"),
        ("audience", with("aud", json!("https://elsewhere.example")), "token_invalid"),
        ("issuer", with("iss", json!("https://elsewhere.example")), "token_invalid"),
        ("not yet", with("nbf", json!(now + 120)), "token_invalid"),
        ("expired", with("exp", json!(now - 90)), "token_expired"),
        ("expired in 1970", with("exp", json!(0)), "token_expired"),
        ("expires before 1970", with("exp", json!(-1)), "token_invalid"),
        ("expires never", with("exp", json!(1e300)), "token_invalid"),
        ("expires in between", with("exp", json!(1.5)), "token_invalid"),
        ("not for ever", with("nbf", json!(u64::MAX)), "token_invalid"),
        ("not before 1970", with("nbf", json!(i64::MIN)), "token_invalid"),
        ("roles", with("roles", json!(["owner"])), "token_invalid"),
        ("signature", flipped, "token_invalid"),
        ("two parts", format!("{}.{}", parts[0], parts[1]), "token_invalid"),
        ("session", anna.session.clone(), "token_invalid"),
        ("long", "a".repeat(9000), "token_invalid"),
    ] {
        assert_eq!(code(&world, &token).await, (401, json!(expected)), "{what}");
    }
    // Times as far as numbers go.
    for exp in [i64::MAX as u64, u64::MAX - 59, u64::MAX] {
        assert_eq!(code(&world, &with("exp", json!(exp))).await.0, 200, "{exp}");
    }
    assert_eq!(code(&world, &with("nbf", json!(0))).await.0, 200);
    // A minute of tolerance.
    assert_eq!(code(&world, &with("exp", json!(now - 30))).await.0, 200);
}

#[tokio::test]
async fn a_session_that_was_ended_ends_its_tokens_at_once_and_after_a_restart() {
    let world = World::start().await;
    let (phone, tablet) = (world.person("anna").await, world.person("anna").await);
    let out = client()
        .delete(format!("{}/v1/auth/session", world.base))
        .bearer_auth(&phone.session)
        .send()
        .await
        .unwrap();
    assert_eq!(out.status(), 204);
    assert_eq!(code(&world, &phone.token).await, (401, json!("session_revoked")));
    assert_eq!(code(&world, &tablet.token).await.0, 200);
    let again = client()
        .post(format!("{}/v1/auth/token", world.base))
        .bearer_auth(&phone.session)
        .send()
        .await
        .unwrap();
    assert_eq!(value(again).await["code"], "session_revoked");
    tablet.ask(Method::DELETE, "/v1/auth/sessions").send().await.unwrap();
    assert_eq!(code(&world, &tablet.token).await, (401, json!("session_revoked")));
    let folder = world.stop().await;
    let node = common::open(folder.path(), common::config()).await;
    assert_eq!(node.verify(&tablet.token).unwrap_err().code, "session_revoked");
}

#[tokio::test]
async fn wrong_passwords_have_to_wait_and_say_nothing_of_who_there_is() {
    let world = World::start().await;
    let attempt = |email: &str, password: &str| {
        let body = json!({"email": email, "password": password}).to_string();
        client()
            .post(format!("{}/v1/auth/password", world.base))
            .header("content-type", "application/json")
            .body(body)
            .send()
    };
    let known = value(attempt("anna@demo.example", "wrong").await.unwrap()).await;
    let unknown = value(attempt("nobody@demo.example", "wrong").await.unwrap()).await;
    assert_eq!((&known["code"], &known["detail"]), (&unknown["code"], &unknown["detail"]));
    for _ in 0..4 {
        attempt("anna@demo.example", "wrong").await.unwrap();
    }
    let refused = attempt("anna@demo.example", platform::demo::PASSWORD).await.unwrap();
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "1");
    assert_eq!(value(refused).await["code"], "rate_limited");
}

#[tokio::test]
async fn many_guesses_at_once_are_five_guesses_and_lock_nobody_else_out() {
    let world = World::start().await;
    let (client, mut guesses) = (client(), tokio::task::JoinSet::new());
    for number in 0..150 {
        let body = json!({"email": "anna@demo.example", "password": format!("guess {number}")}).to_string();
        let request = client.post(format!("{}/v1/auth/password", world.base)).body(body);
        let request = request.header("content-type", "application/json");
        guesses.spawn(async move { request.send().await.unwrap().status().as_u16() });
    }
    let mut looked_at = 0;
    while let Some(status) = guesses.join_next().await {
        match status.unwrap() {
            401 => looked_at += 1,
            status => assert_eq!(status, 429),
        }
    }
    // One more for each second that it took.
    assert!((5..=9).contains(&looked_at), "{looked_at}");
    common::sign_in(&world.base, "bo").await;
}

/// A service signs in with a key: `sign` makes the assertion of claims.
async fn assertions(public: PublicKey, sign: impl Fn(&Value) -> String) {
    let world = World::start().await;
    let who = Who::new("demo", "service/desk");
    let account = Account { roles: vec![Role::Partner], keys: vec![public], ..Account::default() };
    world.node.commit(move |edit| Ok(put_account(edit, &who, &account)?)).await.unwrap();
    let now = clock::unix();
    let attempt = |claims: Value| {
        let body = json!({"assertion": sign(&claims)}).to_string();
        client()
            .post(format!("{}/v1/auth/service-account", world.base))
            .header("content-type", "application/json")
            .body(body)
            .send()
    };
    let good = json!({"iss": "demo/desk", "aud": "https://platform.example", "iat": now, "exp": now + 600, "jti": "j1"});
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims["jti"] = format!("j-{name}-{value}").into();
        claims[name] = value;
        claims
    };
    let answer = attempt(good.clone()).await.unwrap();
    assert_eq!(answer.status(), 200);
    let session = value(answer).await["session"].as_str().unwrap().to_owned();
    assert!(!common::token(&world.base, &session).await.is_empty());
    // Signed ten minutes too late for it, or for the minute in which clocks may differ.
    let until = |end: u64| {
        let mut claims = with("iat", json!(end - 600));
        claims["exp"] = end.into();
        claims
    };
    for (claims, detail) in [
        (good.clone(), "the assertion was used before"),
        (until(now - 600), "the assertion is not valid now"),
        (until(now - 61), "the assertion is not valid now"),
        (with("aud", json!("https://elsewhere.example")), "aud is not this platform"),
        (with("exp", json!(now + 4000)), "an assertion lives for an hour at most"),
        (with("exp", json!(now)), "an assertion lives for an hour at most"),
        (with("exp", json!(u64::MAX)), "an assertion lives for an hour at most"),
        (with("aud", json!(["another", "yet another"])), "aud is not this platform"),
        (with("exp", json!(-1.5)), "a claim is missing"),
        (with("iat", json!(now + 300)), "the assertion is not valid now"),
        (with("nbf", json!(now + 300)), "the assertion is not valid now"),
        (with("nbf", json!("soon")), "a claim is missing"),
        (with("iss", json!("demo/other")), "the signature is not of a key of the account"),
        (with("iss", json!("desk")), "iss: organization/name"),
        (with("jti", json!("")), "jti: 1 to 200 bytes without control characters"),
        (with("jti", json!(null)), "a claim is missing"),
    ] {
        let answer = attempt(claims.clone()).await.unwrap();
        assert_eq!(answer.status(), 401);
        assert_eq!(value(answer).await["detail"], detail, "{claims}");
    }
}

#[tokio::test]
async fn an_assertion_may_name_several_platforms_fractions_of_seconds_and_its_key() {
    let world = World::start().await;
    let key = SigningKey::from_seed(&[9; 32]).unwrap();
    let name = platform::admin::services::kid(&key.public());
    let who = Who::new("demo", "service/box");
    let account = Account { roles: vec![Role::Partner], keys: vec![key.public()], ..Account::default() };
    world.node.commit(move |edit| Ok(put_account(edit, &who, &account)?)).await.unwrap();
    let issuer = &world.node.config.issuer;
    let now = clock::unix() as f64;
    for (at, kid, status) in [("a", None, 200), ("b", Some(&*name), 200), ("c", Some("another"), 401)] {
        let claims = json!({
            "iss": "demo/box", "aud": ["https://another.example", issuer], "iat": now + 0.25,
            "exp": now + 600.75, "jti": at,
        });
        let body = json!({"assertion": key.sign(kid, &claims)}).to_string();
        let ask = client().post(format!("{}/v1/auth/service-account", world.base));
        let answer = ask.header("content-type", "application/json").body(body).send().await.unwrap();
        assert_eq!(answer.status(), status, "{at}");
    }
}

#[tokio::test]
async fn a_service_signs_in_with_an_ed25519_key_once_an_assertion() {
    let key = SigningKey::from_seed(&[9; 32]).unwrap();
    assertions(key.public(), |claims| key.sign(None, claims)).await;
}

#[tokio::test]
async fn a_service_signs_in_with_an_rsa_key_once_an_assertion() {
    use ring::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
    let pem = include_str!("data/rsa-test-key.pem");
    let der: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let pair =
        RsaKeyPair::from_pkcs8(&base64::engine::general_purpose::STANDARD.decode(der).unwrap()).unwrap();
    let part = |bytes: &[u8]| B64.encode(bytes);
    let parts = ring::signature::RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
    let public = PublicKey::Rsa { n: part(&parts.n), e: part(&parts.e) };
    assertions(public, |claims| {
        let signed = format!("{}.{}", part(br#"{"alg":"RS256"}"#), part(claims.to_string().as_bytes()));
        let mut signature = vec![0; pair.public_key().modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &ring::rand::SystemRandom::new(), signed.as_bytes(), &mut signature)
            .unwrap();
        format!("{signed}.{}", part(&signature))
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_was_set_back_keeps_nobody_out_and_is_told() {
    let ahead = common::config();
    ahead.clock.advance(std::time::Duration::from_secs(40 * 86_400));
    let world = World::with(ahead).await;
    world.person("anna").await;
    assert_eq!(
        client().get(format!("{}/readyz", world.base)).send().await.unwrap().text().await.unwrap(),
        "ready\n"
    );
    let folder = world.stop().await;
    // All keys begin after what is now the present.
    let world = World::of(common::open(folder.path(), common::config()).await, folder);
    let anna = world.person("anna").await;
    assert_eq!(code(&world, &anna.token).await.0, 200);
    let told = client().get(format!("{}/readyz", world.base)).send().await.unwrap();
    assert_eq!(told.status(), 200);
    assert_eq!(told.text().await.unwrap(), "ready\nthe clock is before the start of every signing key\n");
}

#[tokio::test]
async fn who_guesses_behind_a_proxy_keeps_nobody_else_out() {
    let mut config = common::config();
    config.proxies = vec!["127.0.0.1".parse().unwrap()];
    let (behind, bare) = (World::with(config).await, World::start().await);
    // One for all: each attempt is soon made.
    let browser = client();
    let attempt = async |world: &World, from: &str, email: &str, password: &str| {
        let body = json!({"email": email, "password": password}).to_string();
        let request = browser.post(format!("{}/v1/auth/password", world.base)).body(body);
        let request = request.header("content-type", "application/json").header("x-forwarded-for", from);
        request.send().await.unwrap().status().as_u16()
    };
    let right = async |world: &World, from: &str| {
        attempt(world, from, "anna@demo.example", platform::demo::PASSWORD).await
    };
    // Who is not trusted may write there what they like.
    for (world, of_others) in [(&behind, 200), (&bare, 429)] {
        for number in 0..100 {
            let email = format!("typo{number}@demo.example");
            // What a stranger writes before the proxy does is another each time.
            let from = format!("192.0.2.{number}, 198.51.100.7");
            assert_eq!(attempt(world, &from, &email, "wrong").await, 401);
        }
        assert_eq!(right(world, "198.51.100.7").await, 429);
        assert_eq!(right(world, "198.51.100.8").await, of_others);
    }
    // Once it may be tried again, who signs in keeps nobody else waiting.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    for _ in 0..3 {
        assert_eq!(right(&behind, "198.51.100.7").await, 200);
        assert_eq!(right(&bare, "198.51.100.8").await, 200);
    }
}

#[tokio::test]
async fn a_sign_in_beyond_a_hundred_ends_the_session_that_was_used_longest_ago() {
    const DAY: u64 = 86_400;
    let mut config = common::config();
    config.token_life = 7 * DAY;
    let time = config.clock.clone();
    let world = World::with(config).await;
    // Both are older than the others, and one of them is in use.
    let (used, idle) = (world.person("anna").await, world.person("anna").await);
    time.advance(Duration::from_secs(2 * DAY));
    common::token(&world.base, &used.session).await;
    let begin = async |count: usize| {
        let anna = Who::new("demo", "user/1");
        let begin = move |edit: &mut dyn platform::storage::Edit| {
            Ok((0..count).try_for_each(|_| session::begin(edit, &anna).map(|_| ()))?)
        };
        world.node.commit(begin).await.unwrap();
    };
    let count = async || {
        let rows = key(&["sid", "demo", "user/1"]);
        world.node.look(move |view| Ok(names(view, &rows)?.len())).await.unwrap()
    };
    begin(98).await;
    assert_eq!((count().await, code(&world, &idle.token).await.0), (100, 200));
    let beyond = world.person("anna").await;
    assert_eq!(count().await, 100);
    for (who, status) in [(&used, 200), (&idle, 401), (&beyond, 200)] {
        assert_eq!(code(&world, &who.token).await.0, status);
        let request = client().post(format!("{}/v1/auth/token", world.base)).bearer_auth(&who.session);
        assert_eq!(request.send().await.unwrap().status(), status);
    }
    // An earlier version took any number of them. Those of a service are not counted.
    begin(150).await;
    world.person("anna").await;
    assert_eq!(count().await, 100);
    for _ in 0..101 {
        common::sign_in(&world.base, "gateway").await;
    }
    let rows = key(&["sid", "demo", "service/gateway"]);
    assert_eq!(world.node.look(move |view| Ok(names(view, &rows)?.len())).await.unwrap(), 101);
}
