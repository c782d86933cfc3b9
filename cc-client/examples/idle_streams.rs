//! Many idle streams from one client: how much memory each takes, over plain HTTP or over TLS.
//!
//! ```console
//! $ ulimit -n 65536
//! $ cargo run --release -p cc-client --example idle_streams -- 10000
//! $ cargo run --release -p cc-client --example idle_streams -- 10000 tls
//! ```
//!
//! The platform is a second process of the same program, so that its memory is not counted.
#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a program of its own")]

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use cc_client::Client;
use cc_client::decide::FeedState;
use cc_client::store::MemoryStore;
use cc_client::transport::{ReqwestOptions, ReqwestTransport};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

type Any = Box<dyn Error + Send + Sync>;

/// A certificate of our own for `localhost`, and who vouches for it.
const AUTHORITY: &[u8] = include_bytes!("../tests/data/tls-authority.pem");
const CERTIFICATE: &[u8] = include_bytes!("../tests/data/tls-server.pem");
const KEY: &[u8] = include_bytes!("../tests/data/tls-server.key");

fn main() -> Result<(), Any> {
    let word = std::env::args().nth(1).unwrap_or_else(|| "10000".to_owned());
    let is_tls = std::env::args().nth(2).is_some_and(|word| word == "tls");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    if word == "serve" {
        runtime.block_on(serve(is_tls))
    } else {
        runtime.block_on(follow(word.parse()?, is_tls))
    }
}

async fn follow(streams: usize, is_tls: bool) -> Result<(), Any> {
    let files = open_files()?;
    // One a stream, and those of the catching up before it while it lasts.
    let needed = streams as u64 + 500;
    if files < needed {
        return Err(format!(
            "{streams} streams need {needed} open files, this shell gives {files}: ulimit -n"
        )
        .into());
    }
    let words = ["serve", if is_tls { "tls" } else { "plain" }];
    let child = Command::new(std::env::current_exe()?).args(words).stdout(Stdio::piped()).spawn()?;
    let mut platform = Platform(child);
    let mut url = String::new();
    BufReader::new(platform.0.stdout.take().ok_or("no output")?).read_line(&mut url)?;
    let mut options = ReqwestOptions::default();
    options.roots = vec![AUTHORITY.to_vec()];
    let transport = ReqwestTransport::new(url.trim(), options)?;
    let before = resident()?;
    let started = Instant::now();
    let feeds = (0..streams).map(|feed| format!("vehicles/local/{feed}"));
    let client = Client::builder(transport, MemoryStore::new())
        .session("made-up")
        .configure(|config| config.follow_only(feeds))
        .start()
        .await?;
    let mut status = client.status();
    let live = status.wait_for(|status| status.feeds.iter().all(|(_, state)| *state == FeedState::Live));
    tokio::time::timeout(Duration::from_secs(300), live).await??;
    let connected = started.elapsed();
    // Connections of the past are closed, and two heartbeats have come.
    tokio::time::sleep(Duration::from_secs(60)).await;
    let live = status.borrow().feeds.iter().filter(|(_, state)| *state == FeedState::Live).count();
    let each = (resident()? - before) / 1_024 * 1_024 / streams as u64;
    let over = if is_tls { "TLS" } else { "plain HTTP" };
    println!(
        "{live} of {streams} streams over {over} live after {:.1} s; {each} bytes each",
        connected.as_secs_f32()
    );
    if live < streams {
        return Err("not all streams live".into());
    }
    if each > 32 << 10 && !is_tls { Err("a stream takes more than 32 KiB".into()) } else { Ok(()) }
}

/// The platform's process, which ends with this one.
struct Platform(Child);

impl Drop for Platform {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

/// The most files that this process may have open.
fn open_files() -> Result<u64, Any> {
    let limits = std::fs::read_to_string("/proc/self/limits")?;
    let line = limits.lines().find(|line| line.starts_with("Max open files")).ok_or("no limit is told")?;
    let soft = line.split_whitespace().nth(3).ok_or("no limit is told")?;
    if soft == "unlimited" { Ok(u64::MAX) } else { Ok(soft.parse()?) }
}

/// The memory of this process, in bytes.
fn resident() -> Result<u64, Any> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS")).ok_or("no memory is told")?;
    Ok(line.split_whitespace().nth(1).ok_or("no memory is told")?.parse::<u64>()? * 1_024)
}

async fn serve(is_tls: bool) -> Result<(), Any> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    println!("{}://localhost:{port}", if is_tls { "https" } else { "http" });
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(CERTIFICATE)?],
            PrivateKeyDer::from_pem_slice(KEY)?,
        )?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    loop {
        let (stream, _) = listener.accept().await?;
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            if is_tls { answer(acceptor.accept(stream).await?).await } else { answer(stream).await }
        });
    }
}

/// Answers requests until one is for a stream, and then beats.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> Result<(), Any> {
    let mut bytes = Vec::new();
    loop {
        while !bytes.windows(4).any(|four| four == b"\r\n\r\n") {
            if stream.read_buf(&mut bytes).await? == 0 {
                return Ok(());
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        bytes.clear();
        let target = text.split(' ').nth(1).unwrap_or_default();
        if target.contains("live=sse") {
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
            stream.write_all(head.as_bytes()).await?;
            let control = "event: control\ndata: {\"streamNextOffset\":\"1\",\"upToDate\":true,\"heartbeatSeconds\":20}\n\n";
            stream.write_all(format!("{:x}\r\n{control}\r\n", control.len()).as_bytes()).await?;
            loop {
                tokio::time::sleep(Duration::from_secs(20)).await;
                stream.write_all(b"3\r\n:\n\n\r\n").await?;
            }
        }
        let body = if target == "/v1/auth/token" {
            r#"{"token":"made.eyJvcmciOiJvIiwic3ViIjoiYW5uYSJ9.up","expiresIn":600}"#
        } else {
            "[]"
        };
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nstream-next-offset: 1\r\nstream-up-to-date: true\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).await?;
    }
}
