//! Other ends that are no adapter, or a broken one: said so in words that fit, and left in peace.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use cc_core::{SignalId, Timestamp};
use cc_obd::capture::Item;
use cc_obd::elm::AdapterFault;
use cc_obd::frame::{CanFrame, CanId};
use cc_obd::session::{Input, Job, Output, Report, Session, SessionError, SessionOptions};

use crate::harness::{finished, items, options, problems};

const SECOND: Duration = Duration::from_secs(1);
const MILLISECOND: Duration = Duration::from_millis(1);

/// What an other end makes of a command.
type Answers = Box<dyn Fn(&str) -> Vec<u8>>;

/// A session with something at the other end that answers each command at once.
struct Talk {
    session: Session,
    answers: Answers,
    now: Duration,
    sent: Vec<(Duration, String)>,
    reports: Vec<Report>,
    hangups: usize,
}

impl Talk {
    fn new(answers: impl Fn(&str) -> Vec<u8> + 'static) -> Self {
        let mut session = Session::with_adapter(options());
        session.watch(&SignalId::ENGINE_SPEED, SECOND).unwrap();
        session.handle(Duration::ZERO, Input::Connected);
        let (now, answers) = (Duration::ZERO, Box::new(answers));
        Self { session, answers, now, sent: Vec::new(), reports: Vec::new(), hangups: 0 }
    }

    /// Runs until an instant, or until the session hangs up.
    fn run_until(&mut self, end: Duration) {
        let hangups = self.hangups;
        while self.now < end && self.hangups == hangups {
            assert!(self.sent.len() < 10_000, "a hot loop: {:?}", &self.sent[..40]);
            match self.session.poll() {
                Some(Output::Send(bytes)) => {
                    let command = String::from_utf8_lossy(&bytes).trim_end().to_owned();
                    self.sent.push((self.now, command.clone()));
                    self.now += MILLISECOND;
                    let answer = (self.answers)(&command);
                    if !answer.is_empty() {
                        self.session.handle(self.now, Input::Received(&answer));
                    }
                }
                Some(Output::Report(report)) => self.reports.push(report),
                Some(Output::Hangup) => self.hangups += 1,
                Some(_) => {}
                None => match self.session.next_deadline() {
                    Some(due) if due <= end => {
                        self.now = self.now.max(due);
                        self.session.handle(self.now, Input::Tick);
                    }
                    _ => self.now = end,
                },
            }
        }
    }
}

#[test]
fn what_is_no_adapter_is_said_to_be_none() {
    let alike = |text: &'static str| move |_: &str| text.as_bytes().to_vec();
    let echo = |end: &'static str| move |command: &str| format!("{command}\r{end}").into_bytes();
    let spoke = Cell::new(false);
    let banner =
        move |_: &str| if spoke.replace(true) { Vec::new() } else { b"SSH-2.0-OpenSSH_9.2\r\n".to_vec() };
    let talks: [(&str, Answers, SessionError); 9] = [
        ("its name", Box::new(alike("ELM327 v1.5\r\r>")), SessionError::AnswersAlike),
        ("okay", Box::new(alike("OK\r\r>")), SessionError::AnswersAlike),
        ("not understood", Box::new(alike("?\r\r>")), SessionError::AnswersAlike),
        ("an echo", Box::new(echo("")), SessionError::EchoesOnly),
        ("an echo and a prompt", Box::new(echo("\r>")), SessionError::EchoesOnly),
        ("a web server", Box::new(alike("HTTP/1.1 400 Bad Request\r\n\r\n")), SessionError::NotAnAdapter),
        ("nothing", Box::new(alike("")), SessionError::AdapterSilent),
        ("a banner", Box::new(banner), SessionError::NotAnAdapter),
        ("a flood", Box::new(|_: &str| b"7E8 03 41 0D 32\r".repeat(20_000)), SessionError::Flood),
    ];
    for (name, answers, error) in talks {
        let mut talk = Talk::new(answers);
        talk.run_until(SECOND * 60);
        assert_eq!((problems(&talk.reports), talk.hangups), (vec![error], 1), "{name}");
        assert!(talk.sent.len() <= 13, "{name}: {:?}", talk.sent);
        assert!(!items(&talk.reports).any(|_| true), "{name}");
    }
}

#[test]
fn a_line_that_is_never_quiet_ends_all_the_same() {
    let mut session = Session::with_adapter(SessionOptions::default());
    session.handle(Duration::ZERO, Input::Connected);
    let mut reports = Vec::new();
    for tenth in 0..600 {
        session.handle(SECOND / 10 * tenth, Input::Received(b"18FEF100 1\r"));
        while let Some(output) = session.poll() {
            if let Output::Report(report) = output {
                reports.push(report);
            }
        }
    }
    assert_eq!(problems(&reports), [SessionError::Flood]);
}

#[test]
fn a_port_that_hangs_up_each_time_is_not_an_adapters() {
    let mut session = Session::with_adapter(SessionOptions::default());
    let mut reports = Vec::new();
    for second in 0..4 {
        session.handle(SECOND * second, Input::Connected);
        session.handle(SECOND * second + MILLISECOND, Input::Disconnected);
        while let Some(output) = session.poll() {
            if let Output::Report(report) = output {
                reports.push(report);
            }
        }
    }
    let (cut, none) = (SessionError::Disconnected, SessionError::NotAnAdapter);
    assert_eq!(problems(&reports), [cut.clone(), cut, none.clone(), none]);
}

/// As an adapter and a small car, but for what a test changes.
fn usual(command: &str) -> &'static str {
    match command {
        "ATZ" | "ATI" => "ELM327 v1.5\r\r>",
        "STI" => "?\r\r>",
        "0100" => "7E806410080100000\r\r>",
        "0902" => "7E81014490201575657\r7E8215A5A5A314B5A41\r7E8224D303030333435\r\r>",
        "0101" => "7E8064101000000000\r\r>",
        "010C" | "010C1" => "7E804410C1AF80000\r\r>",
        "ATDPN" => "A6\r\r>",
        _ if command.starts_with("AT") => "OK\r\r>",
        _ => "NO DATA\r\r>",
    }
}

#[test]
fn the_voltage_has_its_own_error_and_needs_no_unit() {
    for (answer, volts) in [
        ("?\r\r>", None),
        ("OK\r\r>", None),
        ("\r\r>", None),
        ("", None),
        ("12.6\r\r>", Some(12.6)),
        ("12.6V\r\r>", Some(12.6)),
    ] {
        let mut talk = Talk::new(move |command| match command {
            "ATRV" => answer.as_bytes().to_vec(),
            _ => usual(command).as_bytes().to_vec(),
        });
        let job = talk.session.start(Job::Voltage);
        talk.run_until(SECOND * 20);
        let wanted = volts.map(|_| ()).ok_or(SessionError::NoVoltage);
        assert_eq!(finished(&talk.reports, job), Some(wanted), "{answer:?}");
        let found = items(&talk.reports).find_map(|decoded| match &decoded.item {
            Item::Reading(reading) if reading.signal == SignalId::BATTERY_VOLTAGE => {
                Some(reading.value.clone())
            }
            _ => None,
        });
        assert_eq!(found, volts.and_then(cc_core::Number::from_f64).map(cc_core::Value::from), "{answer:?}");
    }
}

/// It takes the command for headers, and shows none.
#[test]
fn headers_that_are_promised_and_not_shown_are_named() {
    let mut talk = Talk::new(|command| {
        let text = match command {
            "0100" => "410080100000\r410080100000\r\r>",
            "0904" => {
                "013\r013\r0:490401303132\r0:490401343536\r1:33343536373839\r1:37383930313233\r\
                 2:30313233343536\r2:34353637383930\r\r>"
            }
            _ => usual(command),
        };
        text.as_bytes().to_vec()
    });
    let job = talk.session.start(Job::Request { ecu: None, bytes: vec![0x09, 0x04] });
    talk.run_until(SECOND * 60);
    assert_eq!(finished(&talk.reports, job), Some(Err(SessionError::Headless { service: 0x09 })));
}

#[test]
fn an_adapter_that_restarts_whenever_the_car_is_asked_is_left_in_peace() {
    let mut talk = Talk::new(|command| match command {
        "0100" => b"LV RESET\r\r>".to_vec(),
        _ => usual(command).as_bytes().to_vec(),
    });
    talk.run_until(SECOND * 60);
    assert_eq!((problems(&talk.reports), talk.hangups), (vec![SessionError::RestartsAgain], 1));
    assert_eq!(talk.sent.iter().filter(|(_, sent)| sent == "0100").count(), 3);
}

/// The ignition is not to blame for everything.
#[test]
fn what_keeps_the_car_from_answering_is_said() {
    for (answer, trouble) in [
        ("STOPPED", SessionError::Fault(AdapterFault::Stopped)),
        ("BUFFER FULL", SessionError::Fault(AdapterFault::BufferFull)),
        ("7G8 0K 41", SessionError::Unreadable { service: 0x01 }),
        ("NO DATA", SessionError::CarSilent),
        ("CAN ERROR", SessionError::Fault(AdapterFault::CanError)),
        ("UNABLE TO CONNECT", SessionError::CarSilent),
    ] {
        let is_broken = Rc::new(Cell::new(true));
        let switch = is_broken.clone();
        let mut talk = Talk::new(move |command| match command {
            "0100" | "0902" | "0101" | "010C" | "010C1" if switch.get() => {
                format!("{answer}\r\r>").into_bytes()
            }
            _ => usual(command).as_bytes().to_vec(),
        });
        talk.run_until(SECOND * 100);
        assert_eq!(problems(&talk.reports), std::slice::from_ref(&trouble), "from the beginning");
        // It goes away, and comes back on the way.
        is_broken.set(false);
        talk.run_until(SECOND * 200);
        assert!(talk.session.is_ready(), "{answer}: {:?}", talk.session);
        is_broken.set(true);
        talk.run_until(SECOND * 300);
        let on_the_way = if trouble == SessionError::CarSilent {
            vec![trouble.clone(), SessionError::CarLost, trouble]
        } else {
            vec![trouble.clone(), trouble]
        };
        assert_eq!(problems(&talk.reports), on_the_way, "on the way");
    }
}

#[test]
fn an_adapter_that_understands_no_question_is_not_asked_in_a_loop() {
    let mut talk = Talk::new(|command| match command {
        "010C" | "010C1" => b"?\r\r>".to_vec(),
        _ => usual(command).as_bytes().to_vec(),
    });
    talk.session.start(Job::Codes);
    talk.run_until(SECOND * 60);
    assert!(talk.sent.len() < 200, "{}", talk.sent.len());
    assert!(problems(&talk.reports).contains(&SessionError::CarLost), "{:?}", problems(&talk.reports));
}

#[test]
fn a_silent_car_is_tried_after_growing_pauses() {
    let mut talk = Talk::new(|command| match command {
        "0100" => b"NO DATA\r\r>".to_vec(),
        _ => usual(command).as_bytes().to_vec(),
    });
    talk.run_until(SECOND * 600);
    let searches: Vec<u64> =
        talk.sent.iter().filter(|(_, sent)| sent == "ATSP0").map(|(at, _)| at.as_secs()).collect();
    let pauses: Vec<u64> = searches.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(pauses[..5], [5, 10, 20, 40, 40]);
    assert_eq!(problems(&talk.reports), [SessionError::CarSilent]);
}

/// On a bus without adapter: an ECU that asks for patience for ever.
#[test]
fn patience_ends() {
    let mut session = Session::with_can(options());
    let frame = |data: &[u8]| CanFrame::new(CanId::base(0x7E8).unwrap(), data).unwrap();
    let (asked, mut reports) = (Cell::new(false), Vec::new());
    let job = session.start(Job::Codes);
    session.handle(Duration::ZERO, Input::Connected);
    for tenth in 0..6_000 {
        let now = SECOND / 10 * tenth;
        while let Some(output) = session.poll() {
            match output {
                Output::SendFrame(sent) if sent.data().starts_with(&[2, 1, 0]) => {
                    session.handle(now, Input::Frame(&frame(&[6, 0x41, 0, 0x80, 0, 0, 0, 0])));
                }
                Output::SendFrame(sent) => asked.set(sent.data().starts_with(&[1, 3])),
                Output::Report(report) => reports.push(report),
                _ => {}
            }
        }
        if asked.get() {
            session.handle(now, Input::Frame(&frame(&[3, 0x7F, 3, 0x78, 0, 0, 0, 0])));
        }
        session.handle(now, Input::Tick);
    }
    assert!(finished(&reports, job).is_some(), "{session:?}");
}

/// The end of the line is lost with the prompt, and the reply counts as whole only after a while.
#[test]
fn a_value_has_the_time_of_its_line() {
    let mut talk = Talk::new(|command| match command {
        "010C" | "010C1" => b"7E804410C1AF80000".to_vec(),
        _ => usual(command).as_bytes().to_vec(),
    });
    talk.run_until(SECOND * 8);
    let (asked, _) = talk.sent.iter().find(|(_, sent)| sent.starts_with("010C")).unwrap();
    let reading = items(&talk.reports).find(|decoded| matches!(decoded.item, Item::Reading(_))).unwrap();
    let at = Timestamp::UNIX_EPOCH + *asked + MILLISECOND;
    assert_eq!(reading.at, Some(at));
    // The clock was set since: what comes now has the new time.
    talk.session.set_clock(talk.now, at + SECOND * 1_000);
    let before = talk.reports.len();
    talk.run_until(talk.now + SECOND * 3);
    let reading = items(&talk.reports[before..]).find(|decoded| matches!(decoded.item, Item::Reading(_)));
    assert!(reading.unwrap().at.unwrap() >= at + SECOND * 1_000 - SECOND * 3);
}

/// The line lost bytes: what is left of it would be another value.
#[test]
fn a_line_with_bytes_that_are_no_text_is_asked_again() {
    let count = Rc::new(Cell::new(0));
    let (asked, is_first) = (count.clone(), Cell::new(false));
    let mut talk = Talk::new(move |command| match command {
        "010C" | "010C1" => {
            asked.set(asked.get() + 1);
            if asked.get() == 1 {
                return b"7E804410C\xB1\xC1F8AAAAAA\r\r>".to_vec();
            }
            usual(command).as_bytes().to_vec()
        }
        "03" | "031" => {
            is_first.set(!is_first.get());
            let answer =
                if is_first.get() { &b"7E80443\xFF1\xFF420AAAA\r\r>"[..] } else { b"7E804430104200000\r\r>" };
            answer.to_vec()
        }
        _ => usual(command).as_bytes().to_vec(),
    });
    talk.run_until(SECOND * 8);
    let values: Vec<_> = items(&talk.reports)
        .filter_map(|decoded| match &decoded.item {
            Item::Reading(reading) => Some(reading.value.clone()),
            _ => None,
        })
        .collect();
    assert!(count.get() > 1 && !values.is_empty(), "{values:?}");
    assert!(values.iter().all(|value| *value == values[0]), "{values:?}");
    // A job does not wait for the next turn.
    let before = talk.sent.len();
    count.set(0);
    talk.session.start(Job::Codes);
    talk.run_until(SECOND * 16);
    let asked: Vec<_> = talk.sent[before..].iter().filter(|(_, sent)| sent.starts_with("03")).collect();
    assert_eq!(asked.len(), 2, "{:?}", &talk.sent[before..]);
    assert!(asked[1].0 < asked[0].0 + SECOND / 2);
    let scans =
        items(&talk.reports).filter(|decoded| matches!(&decoded.item, Item::Scan(scan) if scan.complete));
    assert!(scans.count() > 0);
}
