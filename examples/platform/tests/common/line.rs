//! A line between clients and a platform that does what lines do: it cuts, stalls, resets and slows, by a seed.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cc_client::testing::Dice;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the line does to connections.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Weather {
    /// Everything passes.
    Fair,
    /// What is open stays as it was left, and what is new is not answered.
    Dead,
    /// Each connection has a fate of its own.
    Storm,
}

/// What becomes of one connection.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// It passes.
    Pass,
    /// It is closed after so many bytes.
    Cut(u64),
    /// It breaks off with a reset.
    Reset(u64),
    /// Nothing more passes after so many bytes, and nobody is told until the line is back.
    Stall(u64),
    /// A little at a time passes, until the line is back.
    Slow,
}

pub(crate) struct Line {
    pub(crate) address: SocketAddr,
    weather: watch::Sender<Weather>,
    /// How often each fate befell: cut, reset, stalled, slowed.
    pub(crate) befell: Arc<[AtomicU64; 4]>,
}

impl Line {
    pub(crate) async fn to(upstream: SocketAddr, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let weather = watch::Sender::new(Weather::Fair);
        let befell: Arc<[AtomicU64; 4]> = Arc::default();
        let (now, counts) = (weather.clone(), befell.clone());
        let dice = Arc::new(Mutex::new(Dice(seed)));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let fate = if *now.borrow() == Weather::Storm {
                    fate(&mut dice.lock().unwrap())
                } else {
                    Fate::Pass
                };
                tokio::spawn(carry(stream, upstream, fate, now.subscribe(), counts.clone()));
            }
        });
        Self { address, weather, befell }
    }

    pub(crate) fn turns(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }
}

fn fate(dice: &mut Dice) -> Fate {
    let bytes = 200 + dice.below(6_000);
    match dice.below(8) {
        0 | 1 => Fate::Cut(bytes),
        2 | 3 => Fate::Reset(bytes),
        4 => Fate::Stall(bytes),
        5 => Fate::Slow,
        _ => Fate::Pass,
    }
}

/// Carries both ways until one end closes or its fate befalls it.
async fn carry(
    mut near: TcpStream,
    upstream: SocketAddr,
    fate: Fate,
    mut weather: watch::Receiver<Weather>,
    befell: Arc<[AtomicU64; 4]>,
) {
    let _ = weather.wait_for(|weather| *weather != Weather::Dead).await;
    let Ok(mut far) = TcpStream::connect(upstream).await else { return };
    let passed = AtomicU64::new(0);
    let befallen = {
        let (near_in, near_out) = near.split();
        let (far_in, far_out) = far.split();
        tokio::select! {
            befallen = pump(near_in, far_out, fate, weather.clone(), &passed) => befallen,
            befallen = pump(far_in, near_out, fate, weather.clone(), &passed) => befallen,
        }
    };
    let at = match fate {
        Fate::Cut(_) => 0,
        Fate::Reset(_) => 1,
        Fate::Stall(_) => 2,
        Fate::Slow => 3,
        Fate::Pass => return,
    };
    befell[at].fetch_add(u64::from(befallen || matches!(fate, Fate::Slow)), Relaxed);
    if matches!(fate, Fate::Reset(_)) && befallen {
        for stream in [near, far] {
            let _ = stream.set_zero_linger();
        }
    }
}

/// Carries one way; true where the connection's fate has befallen it.
async fn pump(
    mut input: ReadHalf<'_>,
    mut output: WriteHalf<'_>,
    fate: Fate,
    mut weather: watch::Receiver<Weather>,
    passed: &AtomicU64,
) -> bool {
    let mut buffer = vec![0; 4_096];
    let most = if matches!(fate, Fate::Slow) { 64 } else { buffer.len() };
    loop {
        let read = input.read(&mut buffer[..most]).await.unwrap_or(0);
        if read == 0 {
            return false;
        }
        let _ = weather.wait_for(|weather| *weather != Weather::Dead).await;
        let passed = passed.fetch_add(read as u64, Relaxed) + read as u64;
        match fate {
            Fate::Cut(end) | Fate::Reset(end) if passed >= end => {
                // A part of what came still gets through.
                let _ = output.write_all(&buffer[..read / 2]).await;
                return true;
            }
            Fate::Stall(end) if passed >= end => {
                // Until the line is back: whoever carried this has forgotten it.
                let _ = weather.wait_for(|weather| *weather == Weather::Fair).await;
                return true;
            }
            Fate::Slow if *weather.borrow() != Weather::Fair => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            _ => {}
        }
        if output.write_all(&buffer[..read]).await.is_err() {
            return false;
        }
    }
}
