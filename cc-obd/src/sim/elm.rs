//! The adapter: text in, text out, each piece when it is due.

use alloc::collections::VecDeque;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::elm_settings::{Said, Settings};
use super::wire::{self, Bus};
use super::{Car, Scenario, SimFault, Target};
use crate::isotp::Pci;

/// What the adapter does.
#[derive(Clone, Eq, PartialEq)]
pub enum SimOutput {
    /// These bytes come out.
    Bytes(Vec<u8>),
    /// The line is cut.
    Close,
}

impl fmt::Debug for SimOutput {
    /// Without the bytes: they may spell a VIN.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::Close => f.write_str("Close"),
        }
    }
}

/// An ELM327, or an adapter that says it is one, in front of the car of a scenario.
///
/// Time is a [`Duration`] since the start of the scenario. See the [module](super) for an example.
#[derive(Clone)]
pub struct Elm327 {
    car: Car,
    settings: Settings,
    line: Vec<u8>,
    last_line: Vec<u8>,
    out: VecDeque<(Duration, SimOutput)>,
    /// Faults for the next requests.
    injected: VecDeque<SimFault>,
    commands: u32,
    noise: u32,
}

/// The longest command that is kept; an ELM327 takes 254 characters.
const LONGEST: usize = 254;

impl Elm327 {
    /// An adapter that was just plugged in.
    pub fn new(scenario: Scenario) -> Self {
        Self {
            car: Car::new(scenario),
            settings: Settings::default(),
            line: Vec::new(),
            last_line: Vec::new(),
            out: VecDeque::new(),
            injected: VecDeque::new(),
            commands: 0,
            noise: 1,
        }
    }

    /// The car behind the adapter.
    pub fn car_mut(&mut self) -> &mut Car {
        &mut self.car
    }

    /// Lets the next request to the car meet a fault; several are met one after the other.
    pub fn inject(&mut self, fault: SimFault) {
        self.injected.push_back(fault);
    }

    /// The line was cut and is whole again: what was due is lost, what the adapter was told is not.
    pub fn reconnect(&mut self) {
        self.out.clear();
        self.line.clear();
    }

    /// The adapter lost its power, and has it again.
    pub fn restart(&mut self) {
        self.reconnect();
        self.settings = Settings::default();
        self.last_line.clear();
    }

    /// Takes characters. One that comes while an answer is on its way stops the answer, as in the real one.
    pub fn handle(&mut self, now: Duration, bytes: &[u8]) {
        for &byte in bytes {
            if self.out.back().is_some_and(|(due, _)| *due > now) {
                self.out.retain(|(due, _)| *due <= now);
                self.answer(now, &["STOPPED".to_string()], true);
                continue;
            }
            match byte {
                b'\r' => self.command(now),
                b' ' | b'\n' | 0 => {}
                _ if self.line.len() < LONGEST => self.line.push(byte.to_ascii_uppercase()),
                _ => {}
            }
        }
    }

    /// The next output that is due.
    pub fn poll(&mut self, now: Duration) -> Option<SimOutput> {
        let due = self.out.front()?.0;
        if due > now {
            return None;
        }
        let (_, output) = self.out.pop_front()?;
        Some(output)
    }

    /// When [`poll`](Self::poll) has something to give next.
    pub fn next_deadline(&self) -> Option<Duration> {
        self.out.front().map(|(due, _)| *due)
    }

    fn command(&mut self, now: Duration) {
        let mut line = core::mem::take(&mut self.line);
        if self.settings.echo {
            let mut echo = line.clone();
            if !self.car.scenario().adapter.echo_glued {
                echo.push(b'\r');
            }
            self.say(now, echo);
        }
        if line.is_empty() {
            line.clone_from(&self.last_line);
        } else {
            self.last_line.clone_from(&line);
        }
        self.commands = self.commands.wrapping_add(1);
        let text = String::from_utf8_lossy(&line).into_owned();
        let said = if let Some(command) = text.strip_prefix("AT") {
            self.settings.at(command, &self.car.scenario().adapter)
        } else if let Some(command) = text.strip_prefix("ST") {
            self.settings.st(command, &self.car.scenario().adapter)
        } else {
            return self.request(now, &text);
        };
        match said {
            Said::Text(text) => self.answer(now, &[text], true),
            Said::Unknown => self.answer(now, &["?".to_string()], true),
            Said::Restart => {
                self.settings = Settings::default();
                let identity = self.car.scenario().adapter.identity.to_string();
                self.answer(now + RESTART, &[String::new(), identity], true);
            }
        }
    }

    /// A request to the car.
    fn request(&mut self, now: Duration, text: &str) {
        let Some((request, count)) = request_bytes(text) else {
            return self.answer(now, &["?".to_string()], true);
        };
        let fault = self.injected.pop_front().or_else(|| self.scheduled(now));
        let spec = &self.car.scenario().adapter;
        let pause = Duration::from_millis(u64::from(spec.answer_ms));
        let search = Duration::from_millis(u64::from(spec.search_ms));
        let car = Bus(self.car.scenario().protocol);
        let mut at = now + pause;
        let mut lines = Vec::new();
        if self.settings.active.is_none() {
            let set = self.settings.protocol;
            if set == car.0 || self.settings.automatic {
                if set == 0 || set != car.0 {
                    lines.push("SEARCHING...".to_string());
                    at += search;
                } else if !car.is_can() && car.0 >= 3 {
                    lines.push("BUS INIT: OK".to_string());
                }
                self.settings.active = Some(car);
            } else {
                let word = match set {
                    3..=5 => "BUS INIT: ...ERROR",
                    6.. if car.is_can() => "CAN ERROR",
                    _ => "NO DATA",
                };
                return self.answer(at + search, &[word.to_string()], true);
            }
        }
        match fault {
            Some(SimFault::Silence) => return,
            Some(SimFault::UnableToConnect) => {
                self.settings.active = None;
                return self.answer(at, &["UNABLE TO CONNECT".to_string()], true);
            }
            Some(fault) if word_of(fault).is_some() => {
                lines.extend(word_of(fault).map(ToString::to_string));
                return self.answer(at, &lines, true);
            }
            Some(SimFault::LowVoltageReset) => {
                self.settings = Settings::default();
                return self.answer(at, &["LV RESET".to_string()], true);
            }
            _ => {}
        }
        let found = self.lines_of(now, car, &request);
        if !self.settings.responses {
            return self.answer(at, &[], true);
        }
        if found.is_empty() {
            lines.push("NO DATA".to_string());
            return self.answer(at, &lines, true);
        }
        let most = count.unwrap_or(usize::MAX);
        lines.extend(found.into_iter().take(most));
        match fault {
            Some(SimFault::BufferFull) => {
                lines.truncate(1);
                lines.push("BUFFER FULL".to_string());
            }
            Some(SimFault::DataError) => {
                if let Some(line) = lines.last_mut() {
                    line.pop();
                    line.push_str("5 <DATA ERROR");
                }
            }
            Some(SimFault::Garbage) => lines.iter_mut().for_each(|line| *line = self.garbled(line)),
            Some(SimFault::Disconnect) => {
                let text = lines.join("\r");
                let half = text.len() / 2;
                self.say(at, text.into_bytes().into_iter().take(half).collect());
                self.out.push_back((at, SimOutput::Close));
                return;
            }
            Some(SimFault::Nul) => {
                for line in &mut lines {
                    *line = line.chars().flat_map(|c| [c, '\0']).collect();
                }
            }
            _ => {}
        }
        self.answer(at, &lines, fault != Some(SimFault::MissingPrompt));
    }

    fn lines_of(&mut self, now: Duration, car: Bus, request: &[u8]) -> Vec<String> {
        let request = match Pci::parse(request) {
            _ if !car.is_can() || self.settings.look.formatted => request,
            // `AT CAF0`: what the host sends is the whole frame, with the control byte that ISO 15765-2 wants.
            Ok(Pci::Single(message)) => message,
            // No ECU answers a frame that says nothing, nor a part of a message.
            _ => return Vec::new(),
        };
        let target = match self.settings.header {
            None => Target::All,
            Some(id) => {
                let ecus = self.car.scenario().ecus.iter().enumerate();
                let mut addresses = ecus.map(|(ecu, spec)| (ecu, car.address(ecu, spec.address)));
                match addresses.find(|(_, address)| address.receive().raw() == id) {
                    Some((ecu, _)) => Target::Ecu(ecu),
                    // Nobody listens there.
                    None if car.is_can() => return Vec::new(),
                    None => Target::All,
                }
            }
        };
        let replies = self.car.answer(now, target, request, car.framing());
        wire::lines(self.car.scenario(), car, &replies, self.settings.look)
    }

    /// The fault of the scenario at an instant.
    fn scheduled(&self, now: Duration) -> Option<SimFault> {
        let seconds = now.as_secs_f64();
        let faults = self.car.scenario().faults.iter();
        faults
            .filter(|window| seconds >= window.at && seconds < window.at + window.lasts)
            .map(|window| window.fault)
            .next()
    }

    /// Lines, an empty one, and the prompt.
    fn answer(&mut self, at: Duration, lines: &[String], prompt: bool) {
        let end = if self.settings.linefeeds { "\r\n" } else { "\r" };
        let mut text = String::new();
        for line in lines {
            text.push_str(line);
            text.push_str(end);
        }
        text.push_str(end);
        let lost = self.car.scenario().adapter.prompt_lost_every;
        if prompt && (lost == 0 || !self.commands.is_multiple_of(lost)) {
            text.push('>');
        }
        let nul = self.car.scenario().adapter.nul_noise;
        let bytes = text.into_bytes();
        let bytes = if nul { bytes.into_iter().flat_map(|byte| [byte, 0]).collect() } else { bytes };
        self.say(at, bytes);
    }

    fn say(&mut self, at: Duration, bytes: Vec<u8>) {
        self.out.push_back((at, SimOutput::Bytes(bytes)));
    }

    /// The line with every third digit replaced by a character that depends on how much noise there was before.
    fn garbled(&mut self, line: &str) -> String {
        let mut out = String::new();
        for (place, character) in line.chars().enumerate() {
            self.noise = self.noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let hit = place % 3 == 1;
            out.push(if hit { char::from(b'G' + (self.noise >> 24) as u8 % 20) } else { character });
        }
        out
    }
}

impl fmt::Debug for Elm327 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Elm327({} outputs waiting)", self.out.len())
    }
}

/// How long a restart takes.
const RESTART: Duration = Duration::from_millis(500);

/// The word that stands instead of an answer.
fn word_of(fault: SimFault) -> Option<&'static str> {
    Some(match fault {
        SimFault::BusError => "BUS ERROR",
        SimFault::CanError => "CAN ERROR",
        SimFault::NoData => "NO DATA",
        SimFault::Stopped => "STOPPED",
        _ => return None,
    })
}

/// The bytes of a request, and how many lines are wanted where an odd digit says so.
fn request_bytes(text: &str) -> Option<(Vec<u8>, Option<usize>)> {
    let digits: Option<Vec<u8>> = text.bytes().map(crate::hex::digit).collect();
    let digits = digits.filter(|digits| digits.len() >= 2)?;
    let (pairs, rest) = digits.as_chunks::<2>();
    if pairs.len() > 8 {
        return None;
    }
    let bytes = pairs.iter().map(|[high, low]| high << 4 | low).collect();
    Some((bytes, rest.first().map(|&count| usize::from(count)).filter(|&count| count > 0)))
}
