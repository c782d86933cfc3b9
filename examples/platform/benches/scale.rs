//! One node at its size: streams that all hear of an event, and positions that are all on disk.
//!
//! `cargo bench -p platform --bench scale -- [STREAMS] [SECONDS] [CONNECTIONS]`. Clients and platform share the machine. Each process needs as many
//! open files as there are streams, and some more (`ulimit -n`). `SCALE_DIR` names the folder of the database, on the disk that is meant. With
//! `SCALE_CHECK=1` it fails where a figure is missed that is asked for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a bench"
)]

use std::fmt::Write as _;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use platform::clock;
use platform::storage::{SqliteOptions, SqliteStorage, look};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|text| text.parse::<u64>().ok());
    let mut number = |usual| numbers.next().unwrap_or(usual);
    let (streams, seconds, lanes) = (number(10_000), number(10), number(4));
    let files = open_files();
    if files < streams + 200 {
        eprintln!("{streams} streams need {} open files, this shell gives {files}: ulimit -n", streams + 200);
        std::process::exit(1);
    }
    println!("load before: {}", load());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let missed = runtime.block_on(run(streams, seconds, lanes));
    if std::env::var("SCALE_CHECK").is_ok_and(|word| word == "1") {
        for figure in &missed {
            eprintln!("missed: {figure}");
        }
        std::process::exit(i32::from(!missed.is_empty()));
    }
}

/// What is asked for: positions on disk in a second, and how long an event may take to the last reader. Of the time that heartbeats are
/// counted in, each stream is due one at least.
const POSITIONS: f64 = 10_000.0;
const FAN_OUT: Duration = Duration::from_secs(1);

/// Measures; gives what is asked for and was missed.
async fn run(streams: u64, seconds: u64, lanes: u64) -> Vec<String> {
    let mut missed = Vec::new();
    let folder = tempfile::tempdir_in(std::env::var("SCALE_DIR").unwrap_or_else(|_| ".".to_owned())).unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    // A process of its own: each has its own limit of open files.
    let platform = Command::new(env!("CARGO_BIN_EXE_platform"))
        .args(["--demo", "--data", folder.path().to_str().unwrap(), "--listen", &address.to_string()])
        // All streams are one person's here.
        .args(["--live-streams", &streams.max(100).to_string()])
        .env("RUST_LOG", "warn")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let platform = Platform(platform.unwrap());
    while TcpStream::connect(address).await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    if streams > 0 {
        let (slowest, silent) = fan_out(address, streams, platform.0.id()).await;
        missed.extend((slowest >= FAN_OUT).then(|| format!("an event took {slowest:?} to the last reader")));
        missed.extend((silent > 0).then(|| format!("{silent} streams had no heartbeat")));
    }
    let (sent, rate) = ingest(address, seconds, lanes, platform.0.id()).await;
    missed.extend((rate < POSITIONS).then(|| format!("{rate:.0} positions/s")));
    // Killed, and not asked to stop: what was answered has to be there.
    drop(platform);
    let bus = Arc::new(platform::bus::LocalBus::default());
    let file = folder.path().join("platform.db");
    let storage = SqliteStorage::open(&file, bus, SqliteOptions::default()).unwrap();
    let log = platform::events::log_of_all(platform::demo::ORGANIZATION);
    let kept = look(&storage, move |view| Ok(view.tail(&log)?.next)).await.unwrap();
    assert!(kept >= sent, "{sent} were answered, {kept} are there after SIGKILL");
    let bytes = std::fs::metadata(&file).unwrap().len();
    println!("after SIGKILL {kept} are there; the file has {} MiB", bytes >> 20);
    missed
}

/// The most files that this process may have open.
fn open_files() -> u64 {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap_or_default();
    line.split_whitespace().nth(3).and_then(|soft| soft.parse().ok()).unwrap_or(u64::MAX)
}

/// How many programs wanted a core in the last minute.
fn load() -> String {
    std::fs::read_to_string("/proc/loadavg")
        .unwrap_or_default()
        .split(' ')
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Seconds of a core that a process has used.
fn used(process: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let ticks = text.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

struct Platform(Child);

impl Drop for Platform {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn post(address: std::net::SocketAddr, path: &str, bearer: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {bearer}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer
}

async fn token(address: std::net::SocketAddr, account: &str) -> String {
    let body = format!(r#"{{"email":"{account}@demo.example","password":"{}"}}"#, platform::demo::PASSWORD);
    let member = |answer: &str, name: &str| {
        answer.split_once(&format!("\"{name}\":\"")).unwrap().1.split('"').next().unwrap().to_owned()
    };
    let session = member(&post(address, "/v1/auth/password", "x", &body).await, "session");
    member(&post(address, "/v1/auth/token", &session, "").await, "token")
}

fn percentile(sorted: &[Duration], part: f64) -> Duration {
    sorted[((sorted.len() - 1) as f64 * part) as usize]
}

/// Gives how long an event took to the last reader, and how many streams had no heartbeat.
async fn fan_out(address: std::net::SocketAddr, streams: u64, process: u32) -> (Duration, usize) {
    let token = token(address, "anna").await;
    let began = Instant::now();
    let ready = Arc::new(AtomicU64::new(0));
    let beats: Vec<Arc<AtomicU64>> = (0..streams).map(|_| Arc::default()).collect();
    let (heard, mut told) = tokio::sync::mpsc::unbounded_channel();
    let mut tasks = Vec::new();
    for beats in &beats {
        let stream =
            TcpStream::connect(address).await.unwrap_or_else(|error| panic!("raise ulimit -n: {error}"));
        let (token, ready, beats, heard) = (token.clone(), ready.clone(), beats.clone(), heard.clone());
        tasks.push(tokio::spawn(async move {
            let mut stream = BufReader::with_capacity(512, stream);
            let request = format!("GET /v1/feeds/me?offset=now&live=sse HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
            stream.get_mut().write_all(request.as_bytes()).await.unwrap();
            let mut line = String::new();
            stream.read_line(&mut line).await.unwrap();
            assert!(line.starts_with("HTTP/1.1 200"), "a stream was refused: {line}");
            line.clear();
            while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
                if line.starts_with("data:{") && line.contains("heartbeatSeconds") {
                    ready.fetch_add(1, Relaxed);
                } else if line.starts_with("data:[") {
                    heard.send(Instant::now()).unwrap();
                } else if line == ":\n" {
                    beats.fetch_add(1, Relaxed);
                }
                line.clear();
            }
        }));
    }
    while ready.load(Relaxed) < streams {
        let refused = tasks.extract_if(.., |task| task.is_finished()).next();
        if let Some(refused) = refused {
            refused.await.unwrap();
            panic!("a stream has ended by itself");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!(
        "{streams} streams open in {:.2} s, {:.1} MiB resident",
        began.elapsed().as_secs_f64(),
        resident(process)
    );
    let mut slowest = Duration::ZERO;
    for round in 1..=5 {
        let sent = Instant::now();
        let millis = clock::now().timestamp_millis();
        let change = format!(
            r#"{{"changes":[{{"id":"01900000-0000-7000-8000-{millis:012x}","collection":"settings","key":"k","kind":"patch","clock":"{millis:012x}-0000-0000000000000001","body":{{"round":{round}}}}}]}}"#
        );
        post(address, "/v1/changes", &token, &change).await;
        let mut times = Vec::new();
        for _ in 0..streams {
            times.push(told.recv().await.unwrap() - sent);
        }
        times.sort_unstable();
        slowest = slowest.max(percentile(&times, 1.0));
        println!(
            "event {round} to all {streams}: median {:?}, 99 % {:?}, last {:?}",
            percentile(&times, 0.5),
            percentile(&times, 0.99),
            percentile(&times, 1.0)
        );
    }
    let count = || beats.iter().map(|beats| beats.load(Relaxed)).collect::<Vec<_>>();
    let before = count();
    tokio::time::sleep(Duration::from_secs(40)).await;
    let heard: Vec<u64> = count().iter().zip(before).map(|(now, before)| now - before).collect();
    let silent = heard.iter().filter(|beats| **beats == 0).count();
    let each = heard.iter().sum::<u64>() as f64 / streams as f64;
    println!("heartbeats in 40 s: {each:.2} a stream; {silent} streams had none");
    for task in tasks {
        task.abort();
    }
    (slowest, silent)
}

/// Memory of the platform.
fn resident(process: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/statm")).unwrap_or_default();
    text.split(' ').nth(1).and_then(|pages| pages.parse::<f64>().ok()).unwrap_or(0.0) * 4096.0
        / f64::from(1 << 20)
}

/// Cars that each tell where they are, through a gateway of several connections with batches of 500; gives how many positions were answered,
/// and in a second.
async fn ingest(address: std::net::SocketAddr, seconds: u64, lanes: u64, process: u32) -> (u64, f64) {
    const BATCH: u64 = 500;
    let token = token(address, "gateway").await;
    let (began, end, before) = (Instant::now(), Instant::now() + Duration::from_secs(seconds), used(process));
    let mut tasks = Vec::new();
    for lane in 0..lanes {
        let token = token.clone();
        tasks.push(tokio::spawn(async move {
            let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
            let (mut count, mut slowest) = (0_u64, Duration::ZERO);
            while Instant::now() < end {
                let mut body = String::from("[");
                for index in 0..BATCH {
                    let id = count + index;
                    let comma = if index > 0 { "," } else { "" };
                    let at = clock::text(clock::now());
                    let _ = write!(
                        body,
                        r#"{comma}{{"id":{id},"vehicleId":{},"organizationKey":"demo","time":"{at}","type":"gps_position","latitude":0.{:06},"longitude":-150.1,"speed":50}}"#,
                        lane * (10_000 / lanes) + id % (10_000 / lanes),
                        id % 1_000_000
                    );
                }
                body.push(']');
                let request = format!(
                    "POST /v1/ingest HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                );
                let sent = Instant::now();
                stream.get_mut().write_all(request.as_bytes()).await.unwrap();
                let (mut line, mut length) = (String::new(), 0);
                while stream.read_line(&mut line).await.unwrap() > 2 {
                    if let Some(value) = line.to_lowercase().strip_prefix("content-length: ") {
                        length = value.trim().parse().unwrap();
                    }
                    line.clear();
                }
                let mut answer = vec![0; length];
                stream.read_exact(&mut answer).await.unwrap();
                let answer = String::from_utf8(answer).unwrap();
                assert!(answer.contains(&format!("\"accepted\":{BATCH}")), "{answer}");
                slowest = slowest.max(sent.elapsed());
                count += BATCH;
            }
            (count, slowest)
        }));
    }
    let (mut all, mut slowest) = (0, Duration::ZERO);
    for task in tasks {
        let (count, slow) = task.await.unwrap();
        (all, slowest) = (all + count, slowest.max(slow));
    }
    let (rate, cores) = (all as f64 / began.elapsed().as_secs_f64(), used(process) - before);
    println!(
        "{all} positions of 10,000 cars on disk: {rate:.0}/s, slowest answer {slowest:?}; {cores:.1} s of a core in the platform, {:.1} MiB resident, load {}",
        resident(process),
        load()
    );
    (all, rate)
}
