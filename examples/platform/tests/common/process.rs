//! The platform as a process, which can be killed.

use std::path::Path;
use std::process::{Child, Command, Stdio};
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

/// A port that is free at present.
pub(crate) fn port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
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
