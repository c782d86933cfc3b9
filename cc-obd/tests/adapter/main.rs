//! The adapter on real lines with the simulator at the other end: TCP and pseudo-terminals, whole and cut.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![cfg(unix)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cc_core::SignalId;
use cc_obd::adapter::{Adapter, AdapterAddress, AdapterError, AdapterEvent, AdapterOptions};
use cc_obd::capture::Item;
use cc_obd::session::{Job, JobId, Report, SessionError};
use cc_obd::sim::Scenario;
use cc_obd::sim::serve::{Pty, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket};
use tokio::time::timeout;

fn quick() -> Scenario {
    let mut scenario = Scenario::standard();
    (scenario.adapter.search_ms, scenario.adapter.answer_ms) = (10, 1);
    scenario
}

fn run<T>(story: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let story =
        async { timeout(Duration::from_secs(60), story).await.expect("the story ends within a minute") };
    runtime.block_on(story)
}

/// Waits for the end of a job, and gives what was reported until then.
async fn until_finished(adapter: &mut Adapter, id: JobId) -> Vec<Report> {
    let mut reports = Vec::new();
    loop {
        if let AdapterEvent::Report(report) = adapter.next().await.unwrap() {
            let is_end = matches!(&report, Report::Finished { job, .. } if *job == id);
            reports.push(report);
            if is_end {
                return reports;
            }
        }
    }
}

fn codes(reports: &[Report]) -> Vec<String> {
    let codes = reports.iter().filter_map(|report| match report {
        Report::Item(decoded) => match &decoded.item {
            Item::TroubleCode(code) if code.service == Some(0x03) => Some(code.dtc.to_string()),
            _ => None,
        },
        _ => None,
    });
    codes.collect()
}

async fn reads_codes_and_polls(address: AdapterAddress) {
    let mut adapter = Adapter::open(address, AdapterOptions::default()).await.unwrap();
    let job = adapter.session().start(Job::Codes);
    let reports = until_finished(&mut adapter, job).await;
    assert_eq!(codes(&reports), ["P0301", "P0420", "P0700"]);
    adapter.session().watch(&SignalId::ENGINE_SPEED, Duration::from_millis(20)).unwrap();
    let mut readings = 0;
    while readings < 20 {
        if let AdapterEvent::Report(Report::Item(decoded)) = adapter.next().await.unwrap() {
            assert!(decoded.at.is_some_and(|at| at.timestamp() > 1_700_000_000));
            readings += usize::from(matches!(decoded.item, Item::Reading(_)));
        }
    }
}

#[test]
fn over_tcp() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap();
        let server = tokio::spawn(Server::new(quick()).tcp(listener));
        reads_codes_and_polls(address).await;
        server.abort();
    });
}

#[test]
fn over_a_pseudo_terminal() {
    run(async {
        let pty = Pty::open().unwrap();
        let address = format!("serial:{}", pty.path().display()).parse().unwrap();
        let server = tokio::spawn(Server::new(quick()).pty(pty));
        reads_codes_and_polls(address).await;
        server.abort();
    });
}

#[test]
fn a_server_that_goes_and_comes_back_is_found_again() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let local = listener.local_addr().unwrap();
        let server = tokio::spawn(Server::new(quick()).tcp(listener));
        let mut adapter = Adapter::connect(&format!("tcp://{local}")).await.unwrap();
        let job = adapter.session().start(Job::Codes);
        until_finished(&mut adapter, job).await;
        server.abort();
        while adapter.next().await.unwrap()
            != AdapterEvent::Report(Report::Problem(SessionError::Disconnected))
        {}
        // Meanwhile the line cannot be opened; a job waits for it.
        let job = adapter.session().start(Job::Codes);
        // Futures that are dropped take nothing with them.
        let waited = timeout(Duration::from_millis(600), until_finished(&mut adapter, job)).await;
        assert!(waited.is_err());
        let server = tokio::spawn(Server::new(quick()).tcp(TcpListener::bind(local).await.unwrap()));
        let reports = until_finished(&mut adapter, job).await;
        assert_eq!(codes(&reports), ["P0301", "P0420", "P0700"]);
        assert!(
            !reports.iter().any(|report| matches!(report, Report::ProtocolFound(_))),
            "it knows the protocol"
        );
        server.abort();
    });
}

#[test]
fn a_line_that_cannot_be_opened_says_why_and_what_to_do() {
    run(async {
        // Nobody listens there, and nobody else can.
        let holder = TcpSocket::new_v4().unwrap();
        holder.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let free = holder.local_addr().unwrap();
        for (address, message, advice) in [
            (format!("tcp://{free}"), "cannot be opened: Connection refused", "start the simulator"),
            ("serial:/dev/no-such-port".to_owned(), "cannot be opened: No such file", "plugged in or paired"),
            ("serial:/dev/null".to_owned(), "cannot be opened: ", "choose a serial port"),
            ("serial:/dev".to_owned(), "cannot be opened: Is a directory", "choose a serial port"),
            ("can:nocan0".to_owned(), "can:nocan0 cannot be opened:", "can"),
            ("tcp://no-such-host.invalid".to_owned(), "cannot be opened: ", "host's name is right"),
            ("nohost:35000".to_owned(), "expected tcp:// before a host", "write tcp://"),
            ("serial:/dev/ttyS0?parity=even".to_owned(), "expected ?baud=rate", "write serial:"),
            ("nonsense".to_owned(), "expected tcp://host:port", "write tcp://"),
        ] {
            let error = Adapter::connect(&address).await.unwrap_err();
            assert!(error.to_string().contains(message), "{error}");
            assert!(error.advice().contains(advice), "{}", error.advice());
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap();
        let options = AdapterOptions { reconnect: false, ..AdapterOptions::default() };
        let mut adapter = Adapter::open(address, options).await.unwrap();
        drop(listener.accept().await.unwrap());
        let error = loop {
            if let Err(error) = adapter.next().await {
                break error;
            }
        };
        assert!(matches!(error, AdapterError::Broken { .. }), "{error}");
    });
}

/// Whatever is at a wrong port takes every call: the pauses grow all the same.
#[test]
fn what_is_no_adapter_is_called_less_and_less() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap();
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = calls.clone();
        let parrot = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(async move {
                    let mut buffer = [0; 64];
                    while matches!(stream.read(&mut buffer).await, Ok(1..)) {
                        if stream.write_all(b"ELM327 v1.5\r\r>").await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        let options = AdapterOptions { first_pause: Duration::from_millis(150), ..AdapterOptions::default() };
        let mut adapter = Adapter::open(address, options).await.unwrap();
        let mut problems = 0;
        // Pauses of 0.15, 0.3, 0.6, 1.2 and 2.4 s, which leaves half of the time for all else; the next ends after 9.45 s.
        let work = async {
            loop {
                if let AdapterEvent::Report(Report::Problem(error)) = adapter.next().await.unwrap() {
                    assert_eq!(error, SessionError::AnswersAlike);
                    problems += 1;
                }
            }
        };
        let end: Result<(), _> = timeout(Duration::from_secs(9), work).await;
        assert!(end.is_err());
        drop(adapter);
        parrot.abort();
        assert_eq!((problems, calls.load(Ordering::Relaxed)), (6, 6));
    });
}

/// A line that takes a while to open leaves no gap between the clock and what is stamped.
#[test]
fn items_have_the_time_of_the_clock() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: AdapterAddress = format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap();
        let server = tokio::spawn(Server::new(quick()).tcp(listener));
        let mut adapter = Adapter::open(address, AdapterOptions::default()).await.unwrap();
        adapter.session().watch(&SignalId::ENGINE_SPEED, Duration::from_millis(20)).unwrap();
        loop {
            if let AdapterEvent::Report(Report::Item(decoded)) = adapter.next().await.unwrap() {
                let at: std::time::SystemTime = decoded.at.unwrap().into();
                let late = at.elapsed().unwrap_or_default();
                assert!(late < Duration::from_millis(900), "{late:?}");
                if matches!(decoded.item, Item::Reading(_)) {
                    break;
                }
            }
        }
        server.abort();
    });
}
