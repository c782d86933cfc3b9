//! Pinned keys against a server with a certificate of our own authority.
#![cfg(feature = "reqwest")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cc_client::decide::{AuthLoss, AuthState};
use cc_client::transport::{OptionsError, Pins, Proxy, ReqwestOptions, ReqwestTransport, TransportError};
use cc_client::{Client, engine};
use rustls::HandshakeKind;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

const AUTHORITY: &[u8] = include_bytes!("data/tls-authority.pem");
const CERTIFICATE: &[u8] = include_bytes!("data/tls-server.pem");
const KEY: &[u8] = include_bytes!("data/tls-server.key");
/// Of the key in `tls-server.pem`.
const USED: &str = "sha256/Yzs3PdFeUTuyn7JCSly9yhZdTc5l9vOJy3hZafSgCOI=";
/// Of the key in `tls-authority.pem`, which the server does not send.
const SIGNED: &str = "sha256/1HLznWekzktTcjtACRSxanRl4OA7Y73+Wge2Gwu+mCo=";
/// A server's certificate and the intermediate that has signed it; its root is `tls-chain-root.pem`, which the server does not send.
const CHAIN: &[u8] = include_bytes!("data/tls-chain.pem");
const CHAIN_KEY: &[u8] = include_bytes!("data/tls-chain.key");
const CHAIN_ROOT: &[u8] = include_bytes!("data/tls-chain-root.pem");
/// Of the key of the intermediate in `tls-chain.pem`.
const BETWEEN: &str = "sha256/pecUhgmrR3IvRIIc1cQLU+Kk3M0g6s2kfSZ16gQDAvY=";
/// Of the key in `tls-chain-root.pem`.
const ROOT: &str = "sha256/JwPtgoPXWekGd+O71SJTmfz0mUQpyIPsWk5DdnX4tKs=";
const SAFE: &str = "sha256/AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const OTHER: &str = "sha256/AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

/// A server that answers each request with an empty object.
async fn server() -> String {
    server_with(certificates(CERTIFICATE), KEY).await
}

fn certificates(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem).map(Result::unwrap).collect()
}

async fn server_with(chain: Vec<CertificateDer<'static>>, key: &[u8]) -> String {
    server_that_tells(chain, key).await.0
}

/// It tells how each connection began.
async fn server_that_tells(
    chain: Vec<CertificateDer<'static>>,
    key: &[u8],
) -> (String, mpsc::UnboundedReceiver<HandshakeKind>) {
    let (tell, told) = mpsc::unbounded_channel();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_slice(key).unwrap())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, tell) = (acceptor.clone(), tell.clone());
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await.ok()?;
                let _ = tell.send(stream.get_ref().1.handshake_kind()?);
                let mut bytes = vec![0; 4_096];
                while stream.read(&mut bytes).await.ok()? > 0 {
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
                    stream.write_all(answer).await.ok()?;
                }
                Some(())
            });
        }
    });
    (url, told)
}

/// What comes of asking with these options.
async fn ask(url: &str, options: ReqwestOptions) -> Result<u16, TransportError> {
    use cc_client::transport::Transport as _;
    let transport = ReqwestTransport::new(url, options).unwrap();
    let answer = transport.send(engine::HttpRequest::get("/v1/config")).await?;
    Ok(answer.head.status)
}

fn options(pins: Option<Pins>) -> ReqwestOptions {
    let mut options = ReqwestOptions::default();
    options.roots = vec![AUTHORITY.to_vec()];
    options.pins = pins;
    options
}

#[tokio::test]
async fn only_a_pinned_key_is_trusted_until_the_pins_end() {
    let url = server().await;
    let pins = |keys: &[&str], end: &str| Pins::new(keys, end.parse().unwrap()).unwrap();
    let (later, before) = ("2126-01-01T00:00:00Z", "2020-01-01T00:00:00Z");
    for (pins, expected) in [
        (None, Ok(200)),
        (Some(pins(&[SAFE, USED], later)), Ok(200)),
        (Some(pins(&[SAFE, SIGNED], later)), Ok(200)),
        (Some(pins(&[SAFE, OTHER], later)), Err(TransportError::NotTrusted)),
        (Some(pins(&[SAFE, OTHER], before)), Ok(200)),
        (Some(pins(&[SAFE, OTHER], later).report_only()), Ok(200)),
    ] {
        assert_eq!(ask(&url, options(pins)).await, expected);
    }
    // Pins add to what the system asks for, and replace none of it.
    let mut unknown = options(Some(pins(&[SAFE, USED], later)));
    unknown.roots.clear();
    assert_eq!(ask(&url, unknown).await, Err(TransportError::NotTrusted));
}

#[tokio::test]
async fn a_pinned_certificate_counts_only_where_it_has_signed_the_servers() {
    let sent = certificates(CHAIN);
    let (own, between) = (sent[0].clone(), sent[1].clone());
    let root = certificates(CHAIN_ROOT);
    let server = |mut chain: Vec<_>, more: &[CertificateDer<'static>]| {
        chain.extend(more.iter().cloned());
        chain
    };
    let other = certificates(CERTIFICATE);
    for (what, chain, key, pin, expected) in [
        ("an intermediate", sent.clone(), CHAIN_KEY, BETWEEN, Ok(200)),
        ("a root that is not sent", sent.clone(), CHAIN_KEY, ROOT, Ok(200)),
        ("a root that is sent", server(sent.clone(), &root), CHAIN_KEY, ROOT, Ok(200)),
        ("out of order", server(vec![own], &[root[0].clone(), between.clone()]), CHAIN_KEY, BETWEEN, Ok(200)),
        ("none", sent.clone(), CHAIN_KEY, OTHER, Err(TransportError::NotTrusted)),
        ("appended", server(other.clone(), &[between]), KEY, BETWEEN, Err(TransportError::NotTrusted)),
        ("a root, appended", server(other.clone(), &root), KEY, ROOT, Err(TransportError::NotTrusted)),
        (
            "another server's, appended",
            server(sent, &other),
            CHAIN_KEY,
            USED,
            Err(TransportError::NotTrusted),
        ),
    ] {
        let url = server_with(chain, key).await;
        let mut options =
            options(Some(Pins::new(&[SAFE, pin], "2126-01-01T00:00:00Z".parse().unwrap()).unwrap()));
        options.roots.push(CHAIN_ROOT.to_vec());
        assert_eq!(ask(&url, options).await, expected, "{what}");
    }
}

#[tokio::test]
async fn a_proxy_that_is_named_is_not_asked_for_the_platforms_keys() {
    // It knows no `CONNECT`, so nobody is asked behind it.
    let (proxy, mut handshakes) = server_that_tells(certificates(CERTIFICATE), KEY).await;
    let pins = || Some(Pins::new(&[SAFE, OTHER], "2126-01-01T00:00:00Z".parse().unwrap()).unwrap());
    for (platform, pins, expected) in [
        ("https://platform.example", None, Some(HandshakeKind::Full)),
        ("https://platform.example", pins(), Some(HandshakeKind::Full)),
        // Where one host is both, only its name is known of it.
        ("https://localhost:1", pins(), None),
        ("https://LOCALHOST.:1", pins(), None),
    ] {
        let mut options = options(pins);
        options.proxy = Proxy::At(proxy.clone());
        assert!(ask(platform, options).await.is_err(), "{platform}");
        assert_eq!(handshakes.try_recv().ok(), expected, "{platform}");
    }
}

#[tokio::test]
async fn keys_that_are_none_of_the_pinned_ones_are_reported() {
    let url = server().await;
    let end = "2126-01-01T00:00:00Z".parse().unwrap();
    for (report_only, expected) in [(false, Err(TransportError::NotTrusted)), (true, Ok(200))] {
        let reports = Arc::new(AtomicUsize::new(0));
        let told = reports.clone();
        let pins = Pins::new(&[SAFE, OTHER], end).unwrap();
        let pins = if report_only { pins.report_only() } else { pins };
        let pins = pins.on_mismatch(move |report| {
            assert_eq!(report.is_refused, !report_only);
            told.fetch_add(1, Ordering::SeqCst);
        });
        assert_eq!(ask(&url, options(Some(pins))).await, expected);
        assert_eq!(reports.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn an_app_still_chooses_what_its_process_encrypts_with() {
    let url = server().await;
    let pins = Pins::new(&[SAFE, USED], "2126-01-01T00:00:00Z".parse().unwrap()).unwrap();
    for pins in [None, Some(pins)] {
        assert_eq!(ask(&url, options(pins)).await, Ok(200));
        assert!(rustls::crypto::CryptoProvider::get_default().is_none());
    }
}

/// Reading the certificates of the system again, from a disk, would hold up all that runs beside.
#[tokio::test]
async fn another_network_has_connections_of_its_own_and_the_same_trust() {
    use cc_client::transport::Transport as _;
    let (url, mut handshakes) = server_that_tells(certificates(CERTIFICATE), KEY).await;
    let transport = ReqwestTransport::new(&url, options(None)).unwrap();
    for expected in [HandshakeKind::Full, HandshakeKind::Resumed] {
        for _ in 0..2 {
            let mut answer = transport.send(engine::HttpRequest::get("/v1/config")).await.unwrap();
            while answer.body.next().await.is_some() {}
        }
        assert_eq!(handshakes.try_recv(), Ok(expected));
        assert!(handshakes.try_recv().is_err(), "one connection is enough");
        transport.network_changed();
    }
}

#[tokio::test]
async fn an_address_that_is_none_and_a_certificate_that_is_none_are_told() {
    let none = "the address is no http or https address of a host";
    let has = |part| format!("the address has a {part}: it is a scheme, a host, a port and a path");
    for (address, expected) in [
        ("", none.to_owned()),
        ("platform.example", none.to_owned()),
        ("ftp://platform.example", none.to_owned()),
        ("https://", none.to_owned()),
        ("http://user:hunter2@localhost:1", has("user")),
        ("http://:hunter2@localhost:1", has("user")),
        ("http://user@localhost:1", has("user")),
        ("http://localhost:1/?x=1", has("query")),
        ("http://localhost:1?x=1#f", has("query")),
        ("http://localhost:1#f", has("fragment")),
    ] {
        let refused = ReqwestTransport::new(address, ReqwestOptions::default()).unwrap_err();
        assert_eq!(refused.to_string(), expected, "{address}");
        assert!(!format!("{refused:?}").contains("hunter2"));
    }
    let broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for root in [&b"no certificate"[..], broken] {
        for pins in [None, Some(Pins::new(&[SAFE, OTHER], "2126-01-01T00:00:00Z".parse().unwrap()).unwrap())]
        {
            let mut options = options(pins);
            options.roots.push(root.to_vec());
            let refused = ReqwestTransport::new("https://x.example", options).unwrap_err();
            assert_eq!(refused.to_string(), "root 1 is not a certificate in PEM");
        }
    }
    let pins = Some(Pins::new(&[SAFE, OTHER], "2126-01-01T00:00:00Z".parse().unwrap()).unwrap());
    let refused = ReqwestTransport::new("http://x.example", options(pins)).unwrap_err();
    assert_eq!(refused.to_string(), "pins need an https address");
    let mut options = options(None);
    options.user_agent = "two\nlines".to_owned();
    let refused = ReqwestTransport::new("https://x.example", options).unwrap_err();
    assert_eq!(refused, OptionsError::UserAgent);
}

#[tokio::test]
async fn why_there_is_no_token_is_shown() {
    let end = "2126-01-01T00:00:00Z".parse().unwrap();
    let pins = Pins::new(&[SAFE, OTHER], end).unwrap();
    let url = server().await;
    for (url, options, expected) in [
        ("http://127.0.0.1:1", ReqwestOptions::default(), AuthLoss::NotConnected),
        (&*url, ReqwestOptions::default(), AuthLoss::NotTrusted),
        (&*url, options(Some(pins)), AuthLoss::NotTrusted),
        (&*url, options(None), AuthLoss::NotThePlatform),
    ] {
        let transport = ReqwestTransport::new(url, options).unwrap();
        let builder = Client::builder(transport, cc_client::store::MemoryStore::new()).session("made-up");
        let client = builder.start().await.unwrap();
        let mut status = client.status();
        let waits = status.wait_for(
            |status| matches!(status.auth, AuthState::Backoff { reason, .. } if reason == expected),
        );
        let waits = tokio::time::timeout(std::time::Duration::from_secs(20), waits).await;
        assert!(waits.is_ok_and(|told| told.is_ok()), "{expected:?}");
    }
}
