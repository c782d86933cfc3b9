//! A line between clients and a platform that does what lines do: it cuts, stalls, resets and slows, by a seed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
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

/// What becomes of one connection, unless the line is back before.
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
    /// A little at a time passes.
    Slow,
}

pub(crate) struct Line {
    pub(crate) address: SocketAddr,
    weather: watch::Sender<Weather>,
    befell: Arc<[AtomicU64; 4]>,
}

/// Fates to come, by their kinds: of eight connections each kind befalls one at least, in an order of the seed.
struct Deck {
    dice: Dice,
    left: Vec<u8>,
}

impl Deck {
    fn deal(&mut self) -> Fate {
        if self.left.is_empty() {
            self.left = vec![0, 0, 1, 1, 2, 3, 4, 4];
        }
        let card = self.left.swap_remove(self.dice.below(self.left.len() as u64) as usize);
        let bytes = 200 + self.dice.below(6_000);
        match card {
            0 => Fate::Cut(bytes),
            1 => Fate::Reset(bytes),
            2 => Fate::Stall(bytes),
            3 => Fate::Slow,
            _ => Fate::Pass,
        }
    }
}

impl Line {
    pub(crate) async fn to(upstream: SocketAddr, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let weather = watch::Sender::new(Weather::Fair);
        let befell: Arc<[AtomicU64; 4]> = Arc::default();
        let (now, counts) = (weather.clone(), befell.clone());
        let mut deck = Deck { dice: Dice(seed), left: Vec::new() };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let fate = if *now.borrow() == Weather::Storm { deck.deal() } else { Fate::Pass };
                tokio::spawn(carry(stream, upstream, fate, now.subscribe(), counts.clone()));
            }
        });
        Self { address, weather, befell }
    }

    pub(crate) fn turns(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }

    /// How many connections were cut, reset, stalled and slowed.
    pub(crate) fn befell(&self) -> [u64; 4] {
        [0, 1, 2, 3].map(|kind| self.befell[kind].load(Relaxed))
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
    let course = Course { fate, passed: AtomicU64::new(0), is_befallen: AtomicBool::new(false), befell };
    {
        let (near_in, near_out) = near.split();
        let (far_in, far_out) = far.split();
        tokio::select! {
            () = pump(near_in, far_out, weather.clone(), &course) => {}
            () = pump(far_in, near_out, weather.clone(), &course) => {}
        }
    }
    if matches!(fate, Fate::Reset(_)) && course.is_befallen.load(Relaxed) {
        for stream in [near, far] {
            let _ = stream.set_zero_linger();
        }
    }
}

/// A connection on its way.
struct Course {
    fate: Fate,
    /// Bytes of both ways.
    passed: AtomicU64,
    is_befallen: AtomicBool,
    befell: Arc<[AtomicU64; 4]>,
}

impl Course {
    /// Its fate befalls it, now and not when it is noticed; it is counted once.
    fn befall(&self) {
        let kind = match self.fate {
            Fate::Cut(_) => 0,
            Fate::Reset(_) => 1,
            Fate::Stall(_) => 2,
            Fate::Slow => 3,
            Fate::Pass => return,
        };
        if !self.is_befallen.swap(true, Relaxed) {
            self.befell[kind].fetch_add(1, Relaxed);
        }
    }
}

/// Carries one way, until an end closes or the connection's fate befalls it.
async fn pump(
    mut input: ReadHalf<'_>,
    mut output: WriteHalf<'_>,
    mut weather: watch::Receiver<Weather>,
    course: &Course,
) {
    let mut buffer = vec![0; 4_096];
    let most = if matches!(course.fate, Fate::Slow) { 64 } else { buffer.len() };
    loop {
        let read = input.read(&mut buffer[..most]).await.unwrap_or(0);
        if read == 0 {
            return;
        }
        let _ = weather.wait_for(|weather| *weather != Weather::Dead).await;
        let passed = course.passed.fetch_add(read as u64, Relaxed) + read as u64;
        // Where the line is back, nothing befalls any more.
        if *weather.borrow() != Weather::Fair {
            match course.fate {
                Fate::Cut(end) | Fate::Reset(end) if passed >= end => {
                    course.befall();
                    // A part of what came still gets through.
                    let _ = output.write_all(&buffer[..read / 2]).await;
                    return;
                }
                Fate::Stall(end) if passed >= end => {
                    course.befall();
                    // Until the line is back: whoever carried this has forgotten it.
                    let _ = weather.wait_for(|weather| *weather == Weather::Fair).await;
                    return;
                }
                Fate::Slow => {
                    course.befall();
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                _ => {}
            }
        }
        if output.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
