//! A platform in memory that other processes reach: requests and answers as lines and bytes, each over a connection of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use cc_client::engine::{HttpHead, HttpRequest};
use cc_client::testing::FakeTransport;
use cc_client::transport::{Boxed, HttpAnswer, HttpBody, Transport, TransportError};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Asks the platform at that address.
pub(crate) struct Wire(pub(crate) String);

impl Transport for Wire {
    fn send(&self, http: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        let address = self.0.clone();
        Box::pin(async move { ask(&address, http).await.map_err(|_| TransportError::NotConnected) })
    }
}

async fn ask(address: &str, http: HttpRequest) -> std::io::Result<HttpAnswer> {
    let mut stream = TcpStream::connect(address).await?;
    let headers = http.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
    let head = format!("{} {}\n{}\n", http.method, http.target, headers.collect::<String>());
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&http.body).await?;
    stream.shutdown().await?;
    let mut stream = BufReader::new(stream);
    let (status, headers) = read_head(&mut stream).await?;
    let status = status.parse().map_err(std::io::Error::other)?;
    Ok(HttpAnswer { head: HttpHead { status, headers }, body: Box::new(Body(stream)) })
}

struct Body(BufReader<TcpStream>);

impl HttpBody for Body {
    fn next(&mut self) -> Boxed<'_, Option<Result<Bytes, TransportError>>> {
        Box::pin(async move {
            let mut bytes = vec![0; 4_096];
            match self.0.read(&mut bytes).await {
                Ok(0) => None,
                Ok(read) => Some(Ok(Bytes::copy_from_slice(&bytes[..read]))),
                Err(_) => Some(Err(TransportError::Broken)),
            }
        })
    }
}

/// The first line, and the names and values behind it.
async fn read_head(stream: &mut BufReader<TcpStream>) -> std::io::Result<(String, Vec<(String, String)>)> {
    let (mut first, mut headers) = (String::new(), Vec::new());
    stream.read_line(&mut first).await?;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.push((name.to_owned(), value.to_owned()));
    }
    Ok((first.trim_end().to_owned(), headers))
}

/// The platform, in the process that started the others.
#[derive(Clone)]
pub(crate) struct Platform {
    pub(crate) world: FakeTransport,
    pub(crate) address: String,
    holds_tokens: Arc<AtomicBool>,
    asked_for_tokens: Arc<AtomicUsize>,
}

impl Platform {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let platform = Self {
            world: FakeTransport::default(),
            address: listener.local_addr().unwrap().to_string(),
            holds_tokens: Arc::default(),
            asked_for_tokens: Arc::default(),
        };
        let served = platform.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let served = served.clone();
                // Whoever asked may be gone before it is answered.
                tokio::spawn(async move { drop(served.answer(stream).await) });
            }
        });
        platform
    }

    /// Whoever asks for a token from now on gets no answer.
    pub(crate) fn hold_tokens(&self, holds: bool) {
        self.holds_tokens.store(holds, Ordering::SeqCst);
    }

    pub(crate) async fn is_asked_for_token(&self) {
        while self.asked_for_tokens.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn answer(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        let (first, headers) = read_head(&mut stream).await?;
        let (method, target) = first.split_once(' ').unwrap_or_default();
        let mut http = HttpRequest::get(target);
        http.method = if method == "POST" { "POST" } else { "GET" };
        // Names of headers are few, and the test is short.
        http.headers = headers.into_iter().map(|(name, value)| (&*name.leak(), value)).collect();
        stream.read_to_end(&mut http.body).await?;
        if http.target == "/v1/auth/token" {
            self.asked_for_tokens.fetch_add(1, Ordering::SeqCst);
            if self.holds_tokens.load(Ordering::SeqCst) {
                return std::future::pending().await;
            }
        }
        let mut answer = self.world.send(http).await.map_err(std::io::Error::other)?;
        let headers = answer.head.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
        let head = format!("{}\n{}\n", answer.head.status, headers.collect::<String>());
        stream.write_all(head.as_bytes()).await?;
        while let Some(Ok(bytes)) = answer.body.next().await {
            stream.write_all(&bytes).await?;
        }
        stream.shutdown().await
    }
}
