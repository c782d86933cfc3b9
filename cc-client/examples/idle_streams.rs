//! Many idle streams from one client over plain HTTP: how much memory each takes.
//!
//! ```console
//! $ ulimit -n 65536
//! $ cargo run --release -p cc-client --example idle_streams -- 10000
//! ```
//!
//! The platform is a second process of the same program, so that its memory is not counted.
#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a program of its own")]

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cc_client::Client;
use cc_client::decide::FeedState;
use cc_client::engine::FeedKind;
use cc_client::store::MemoryStore;
use cc_client::transport::{ReqwestOptions, ReqwestTransport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

type Any = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Any> {
    let word = std::env::args().nth(1).unwrap_or_else(|| "10000".to_owned());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    if word == "serve" { runtime.block_on(serve()) } else { runtime.block_on(follow(word.parse()?)) }
}

async fn follow(streams: usize) -> Result<(), Any> {
    let files = open_files()?;
    let needed = streams as u64 * 2 + 100;
    if files < needed {
        return Err(format!(
            "{streams} streams need {needed} open files, this shell gives {files}: ulimit -n"
        )
        .into());
    }
    let mut platform = Command::new(std::env::current_exe()?).arg("serve").stdout(Stdio::piped()).spawn()?;
    let mut url = String::new();
    BufReader::new(platform.stdout.take().ok_or("no output")?).read_line(&mut url)?;
    let transport = ReqwestTransport::new(url.trim(), ReqwestOptions::default())?;
    let before = resident()?;
    let started = Instant::now();
    let feeds = (0..streams).map(|feed| (format!("vehicles/local/{feed}").into(), FeedKind::Messages));
    let client = Client::builder(transport, MemoryStore::new())
        .session("made-up")
        .configure(|config| config.feeds = feeds.collect())
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
    println!("{live} of {streams} streams live after {:.1} s; {each} bytes each", connected.as_secs_f32());
    platform.kill()?;
    if each > 32 << 10 { Err("a stream takes more than 32 KiB".into()) } else { Ok(()) }
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

async fn serve() -> Result<(), Any> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(answer(stream));
    }
}

/// Answers requests until one is for a stream, and then beats.
async fn answer(mut stream: TcpStream) -> Result<(), Any> {
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
        let body = if target == "/v1/auth/token" { r#"{"token":"made-up","expiresIn":600}"# } else { "[]" };
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nstream-next-offset: 1\r\nstream-up-to-date: true\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).await?;
    }
}
