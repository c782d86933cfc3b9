//! How long the transport waits, against a server that takes its time, and what it goes through.
#![cfg(feature = "reqwest")]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cc_client::engine::HttpRequest;
use cc_client::transport::{
    OptionsError, Proxy, ReqwestOptions, ReqwestTransport, Transport as _, TransportError,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// A server that waits so long after a connection, then sends a head; after the second wait, which may be without end, the rest.
async fn server(before_head: Duration, before_body: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut bytes = vec![0; 1 << 20];
                tokio::time::sleep(before_head).await;
                if stream.read(&mut bytes).await.ok()? == 0 {
                    return None;
                }
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n").await.ok()?;
                tokio::time::sleep(before_body).await;
                stream.write_all(b"{}").await.ok()?;
                while stream.read(&mut bytes).await.ok()? > 0 {}
                Some(())
            });
        }
    });
    url
}

fn request(bytes: usize, is_stream: bool) -> HttpRequest {
    let mut request = HttpRequest::get("/v1/changes");
    request.body = vec![b' '; bytes];
    request.is_stream = is_stream;
    request
}

#[tokio::test]
async fn an_answer_is_waited_for_as_long_as_its_body_takes_and_a_stream_by_whoever_follows_it() {
    let (none, late, never) = (Duration::ZERO, Duration::from_millis(4_500), Duration::from_secs(3_600));
    let (good, slow) = (Ok(2), Err(TransportError::TimedOut));
    let mut cases = JoinSet::new();
    for (what, request, before_head, before_body, expected) in [
        ("no body, at once", request(0, false), none, none, good),
        ("no body, late", request(0, false), late, none, slow),
        ("a small body, late", request(200, false), late, none, slow),
        ("a large body that goes slowly", request(64 << 10, false), late, none, good),
        ("a body that stalls", request(2 << 10, false), never, none, slow),
        ("an answer that stalls", request(0, false), none, never, slow),
        ("a late answer's body behind a large body", request(64 << 10, false), none, late, slow),
        ("a stream whose head is late", request(0, true), late, none, good),
        ("a stream whose body is late", request(0, true), none, late, good),
    ] {
        let mut options = ReqwestOptions::default();
        options.answer = Duration::from_millis(1_500);
        let transport = ReqwestTransport::new(&server(before_head, before_body).await, options).unwrap();
        cases.spawn(async move {
            let answered = async {
                let mut answer = transport.send(request).await?;
                let mut bytes = 0;
                while let Some(piece) = answer.body.next().await {
                    bytes += piece?.len();
                }
                Ok(bytes)
            };
            let answered = tokio::time::timeout(Duration::from_secs(60), answered).await;
            assert_eq!(answered.expect(what), expected, "{what}");
        });
    }
    cases.join_all().await;
}

#[tokio::test]
async fn connections_go_through_the_proxy_that_is_named_and_through_none_where_that_is_said() {
    let proxy = server(Duration::ZERO, Duration::ZERO).await;
    // Nobody is there but behind the proxy.
    let status = async |proxy: Proxy| {
        let mut options = ReqwestOptions::default();
        options.proxy = proxy;
        let transport = ReqwestTransport::new("http://platform.invalid", options).unwrap();
        transport.send(request(0, false)).await.map(|answer| answer.head.status)
    };
    assert_eq!(status(Proxy::At(proxy)).await, Ok(200));
    assert_eq!(status(Proxy::None).await, Err(TransportError::NotConnected));

    for (address, is_one) in
        [("http://anna:secret@proxy.example:3128", true), ("socks5://proxy.example", false), ("proxy", false)]
    {
        let mut options = ReqwestOptions::default();
        options.proxy = Proxy::At(address.to_owned());
        assert!(!format!("{options:?}").contains("proxy.example"), "{options:?}");
        let error = ReqwestTransport::new("https://platform.example", options).err();
        assert_eq!(error, (!is_one).then_some(OptionsError::Proxy), "{address}");
    }
}

#[tokio::test]
async fn a_header_that_no_request_has_is_an_error() {
    let platform = server(Duration::ZERO, Duration::ZERO).await;
    let transport = ReqwestTransport::new(&platform, ReqwestOptions::default()).unwrap();
    for (name, is_sent) in [("x-made-up", true), ("X-Made-Up", true), ("x made up", false), ("", false)] {
        let mut request = request(0, false);
        request.headers.push((name, "1".to_owned()));
        let sent = transport.send(request).await.map(drop);
        assert_eq!(sent, if is_sent { Ok(()) } else { Err(TransportError::Unsendable) }, "{name:?}");
    }
}

/// A server that keeps the heads of what it is asked, and sends everybody somewhere else.
async fn elsewhere() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let heads = Arc::<Mutex<Vec<String>>>::default();
    let kept = heads.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            kept.lock().unwrap().push(String::from_utf8(head).unwrap().to_ascii_lowercase());
            let answer =
                "HTTP/1.1 307 Temporary Redirect\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (url, heads)
}

#[tokio::test]
async fn a_secret_goes_where_it_is_sent_and_a_stream_is_not_compressed() {
    for is_stream in [false, true] {
        let (url, heads) = elsewhere().await;
        let transport = ReqwestTransport::new(&url, ReqwestOptions::default()).unwrap();
        let mut request = request(0, is_stream);
        request.headers.push(("authorization", "Bearer made-up".to_owned()));
        assert_eq!(transport.send(request).await.unwrap().head.status, 307);
        let heads = heads.lock().unwrap().clone();
        assert_eq!(heads.len(), 1, "{heads:?}");
        assert!(heads[0].contains("authorization: bearer made-up"), "{heads:?}");
        assert_eq!(heads[0].contains("accept-encoding: gzip"), !is_stream, "{heads:?}");
    }
}
