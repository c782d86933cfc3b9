//! The platform as a process, which can be killed.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering::Relaxed};
use std::time::Duration;

pub(crate) struct Process(pub(crate) Child);

impl Process {
    pub(crate) fn start(data: &Path, port: u16) -> Self {
        Self::with(data, port, &[])
    }

    pub(crate) fn with(data: &Path, port: u16, more: &[&str]) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_platform"))
            .args(["--demo", "--data", data.to_str().unwrap(), "--listen", &format!("127.0.0.1:{port}")])
            .args(more)
            .env("RUST_LOG", "warn")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    pub(crate) fn kill(&mut self) {
        // SIGKILL: nothing is said before.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that is free at present, below those that the system gives to whoever asks for any: so it is still free when it is used.
pub(crate) fn port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    const PORTS: u32 = 10_000;
    // Each process of tests has others.
    let first = std::process::id().wrapping_mul(31);
    for _ in 0..PORTS {
        let number = first.wrapping_add(NEXT.fetch_add(1, Relaxed).into()) % PORTS;
        let port = 20_000 + number as u16;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free");
}

pub(crate) async fn ready(base: &str) {
    for _ in 0..600 {
        let answer = super::client().get(format!("{base}/readyz")).send().await;
        if answer.is_ok_and(|answer| answer.status() == 200) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the platform did not start");
}
