//! Finding out who the adapter is, and telling it how to speak.

use core::fmt;
use core::time::Duration;

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;

use super::choose::Choice;
use super::link::{Ended, Reply};
use super::machine::{Doing, Session, Stage};
use super::{Report, SessionError};
use crate::elm::AdapterFault;

/// How far the set-up is.
#[derive(Clone, Default)]
pub(super) struct Setup {
    step: usize,
    /// How often the first step was tried.
    tries: usize,
    /// Something spoke as adapters do.
    pub(super) is_heard: bool,
    /// How many replies were echoes alone.
    echoes: usize,
    /// What the first reply said, and how many others said the same.
    first: Option<Box<str>>,
    alike: usize,
    /// Some reply said something else.
    differs: bool,
}

/// How the adapter is woken: a reset, again behind a command that was cut in two, a warm start, and its name alone for
/// copies that know neither.
const WAKE: [&str; 4] = ["ATZ", "ATZ", "ATWS", "ATI"];

/// What it is then told or asked, in this order: no echo, no line feeds, no spaces, headers on, long messages allowed,
/// adaptive timing; and who it is.
const STEPS: [&str; 9] = ["ATE0", "ATL0", "ATS0", "ATH1", "ATAL", "ATAT1", "ATI", "AT@1", "STI"];

/// How long a restart may take: copies need more than a second.
const RESTART: Duration = Duration::from_secs(3);
/// How long a setting may take.
const SETTING: Duration = Duration::from_millis(1_500);

impl Session {
    pub(super) fn start_setup(&mut self, now: Duration) -> bool {
        let Stage::Setup(setup) = &self.stage else { return false };
        let (text, patience) = match setup.step.checked_sub(1) {
            None => (WAKE.get(setup.tries), RESTART),
            Some(step) => (STEPS.get(step), SETTING),
        };
        let Some(text) = text else {
            if setup.answers_alike() {
                self.hang_up(SessionError::AnswersAlike);
            } else {
                self.set_up_is_over();
            }
            return true;
        };
        self.command(now, text, patience, Doing::Setup);
        true
    }

    pub(super) fn set_up(&mut self, reply: &Reply) {
        let Stage::Setup(mut setup) = self.stage.clone() else { return };
        setup.note(reply);
        let name = reply.texts.iter().rfind(|text| is_name(text)).cloned();
        if setup.step == 0 {
            let speaks = name.is_some() || reply.is_okay || reply.fault == Some(AdapterFault::UnknownCommand);
            setup.is_heard |= speaks;
            if name.is_some() || reply.is_okay {
                if let Some(name) = name {
                    self.identity().name = name.into();
                }
                setup.step = 1;
            } else {
                setup.tries += 1;
                if setup.tries == WAKE.len() {
                    if !setup.is_heard {
                        let error = if setup.echoes >= WAKE.len() {
                            SessionError::EchoesOnly
                        } else if setup.first.is_none() {
                            // Not a word, not even one that makes no sense.
                            SessionError::AdapterSilent
                        } else {
                            SessionError::NotAnAdapter
                        };
                        return self.hang_up(error);
                    }
                    // It knows commands, but not these.
                    setup.step = 1;
                }
            }
        } else {
            let command = STEPS.get(setup.step - 1).copied().unwrap_or_default();
            self.step_done(command, name, reply);
            // A command without any sign is given twice; a copy may lose a prompt on the way.
            if reply.ended != Ended::Silent || setup.tries >= WAKE.len() {
                setup.step += 1;
            } else {
                setup.tries = WAKE.len();
                if self.silent >= 4 {
                    return self.hang_up(SessionError::AdapterSilent);
                }
            }
        }
        self.stage = Stage::Setup(setup);
    }

    fn step_done(&mut self, command: &str, name: Option<String>, reply: &Reply) {
        let text = || reply.texts.last().map(|text| Box::<str>::from(text.as_str()));
        let is_refused = reply.fault == Some(AdapterFault::UnknownCommand);
        let identity = self.identity();
        match command {
            "STI" => identity.stn = text().filter(|text| text.to_ascii_uppercase().starts_with("STN")),
            "ATI" => {
                if let Some(name) = name {
                    identity.name = name.into();
                }
            }
            "AT@1" if !is_refused => identity.description = text(),
            _ => {}
        }
        if command != "STI" {
            identity.refused.retain(|refused| **refused != *command);
            if is_refused {
                identity.refused.push(command.into());
            }
        }
    }

    fn set_up_is_over(&mut self) {
        let identity = self.identity().clone();
        self.report(Report::AdapterFound(identity));
        self.stage = Stage::Choose(Choice::new(self.first_protocol(), false));
    }
}

impl fmt::Debug for Setup {
    /// Without what was said: it may be the car's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Setup(step {}, try {})", self.step, self.tries)
    }
}

impl Setup {
    /// Takes note of a reply for what it has in common with the others.
    fn note(&mut self, reply: &Reply) {
        if reply.ended == Ended::Silent || reply.texts.is_empty() && !reply.is_okay && reply.fault.is_none() {
            self.echoes += usize::from(reply.is_echoed);
            return;
        }
        let said = format!("{:?} {:?} {}", reply.texts, reply.fault, reply.is_okay);
        match &self.first {
            None => self.first = Some(said.into()),
            Some(first) if **first == *said => self.alike += 1,
            Some(_) => self.differs = true,
        }
    }

    /// Whether every reply was the same, although a setting is answered otherwise than a question.
    fn answers_alike(&self) -> bool {
        !self.differs && self.alike >= WAKE.len()
    }
}

/// Whether a line of the reply to `AT Z` or `AT I` is a name.
fn is_name(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    ["ELM", "STN", "OBD", "SCANTOOL"].iter().any(|word| text.starts_with(word))
}
