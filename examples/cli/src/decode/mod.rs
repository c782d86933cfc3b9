//! `ccars decode`: what a car sent, as JSON Lines.

mod capture;
pub(crate) mod line;
mod push_v2;

use std::path::PathBuf;

use cc_obd::capture::{CaptureFormat, Decoder, EventClock, KwpCodes};
use cc_obd::service::Framing;
use cc_obd::signals::dbc::Dbc;
use cc_obd::signals::{SignalSet, SignalSets};
use clap::{Args, ValueEnum};
use example_terminal::parse::CaptureArgs;
use example_terminal::{Failure, Input, Verdict};

use crate::complain;
use crate::events::{EventFormat, Events};

/// Decode what a car, an adapter or the data stream sent
///
/// Writes JSON Lines in the order of the input, as `--help` shows by example.
#[derive(Args, Debug)]
#[command(
    long_about = LONG_ABOUT,
    after_help = "\
Examples:
  ccars decode session.log
  candump -L can0 | ccars decode --from candump
  echo '010C>410C1AF8' | ccars decode --from pairs
  ccars decode --dbc car.dbc bus.asc
  ccars decode --from pairs --signals car.json --signals standard.json answers.txt
  ccars decode --from elm327 --to push-v2 --vehicle my-fleet/7 session.log > events.jsonl

Exit codes:
  0  everything was readable
  1  some was not: see the errors in the output; NO DATA is one of them, and no reason for this code
  2  the command could not be run"
)]
pub(crate) struct Decode {
    /// The form of the input [default: what its first lines look like]
    #[arg(long, value_enum, value_name = "FORMAT")]
    from: Option<Format>,

    /// The form of the output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    to: Target,

    /// Read answers by this OBDb signal set, under its own signal ids; may be given again, a car's own set wins over the
    /// standard one
    #[arg(long, value_name = "SET.json")]
    signals: Vec<PathBuf>,

    /// Read the frames of a bus (candump, slcan, asc, csv) by this DBC file too, as signals named Message.Signal; may be given
    /// again
    #[arg(long, value_name = "FILE.dbc")]
    dbc: Vec<PathBuf>,

    /// The model year, where the signal sets differ by it
    #[arg(long, value_name = "YEAR", requires = "signals")]
    year: Option<i32>,

    /// The bus that carried answers without header [default: can for pairs; else by their length]
    #[arg(long, value_enum, value_name = "BUS")]
    framing: Option<FramingArg>,

    /// What the numbers of trouble codes read by KWP2000 (service 18) mean: no answer tells. Unless given, requests
    /// 1800 and 1801 are for codes of J2012
    #[arg(long, value_enum, value_name = "CODES")]
    kwp_codes: Option<KwpCodesArg>,

    #[command(flatten)]
    capture: CaptureArgs,

    /// The input; standard input where no file, or `-`, is given
    file: Option<PathBuf>,
}

const LONG_ABOUT: &str = "\
Decode what a car, an adapter or the data stream sent

Writes JSON Lines in the order of the input. Every object says in which line its value ended, and which ECU sent it \
where that is known:

  {\"ecu\":\"7E8\",\"line\":4,\"signal\":\"engine_speed\",\"unit\":\"rpm\",\"value\":1726}
  {\"dtc\":\"P0420\",\"ecu\":\"7E8\",\"line\":6,\"service\":\"03\",\"status\":null}
  {\"line\":7,\"negative_response\":\"12\",\"reason\":\"sub-function not supported\",\"service\":\"01\"}
  {\"error\":\"single frame says 4 bytes, holds 3\",\"line\":9}

Whole scans of codes, readiness and other events are {\"event\":{…},\"line\":…} in the data stream's own form. A line \
may also hold `vin`, `supported` (what a service offers), `info` with `value` (calibrations and names), `dtc_count`, \
`code_report` and `code_detail` (reports of codes by UDS: snapshots, extended data, counters, other memories), or `answer` \
for an answer whose meaning is not known. A reading of a freeze frame has its number as `freeze_frame`; \
the value null means that the car has none. A number outside the range that a DBC file gives has \
\"quality\":\"out_of_range\", and is no event.

A candump of a truck (SAE J1939) is recognised by its messages: readings and active codes have the sender's address as \
ECU, and codes the message that listed them:

  {\"ecu\":\"00\",\"line\":1,\"signal\":\"engine_speed\",\"unit\":\"rpm\",\"value\":621}
  {\"dtc\":\"SPN 1208 FMI 10\",\"ecu\":\"00\",\"line\":2,\"message\":\"DM1\",\"occurrences\":3,\"status\":null}
  {\"ecu\":\"00\",\"lamps\":{\"amber_warning\":\"on\",…},\"line\":2,\"message\":\"DM1\"}

Frames of a bus that begin with an address (extended or mixed addressing, such as 6F1#120322D010) are read where a set \
of --signals has their identifiers as hdr and rax, and the address as eax.";

/// The forms of input.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// The text of an ELM327 or STN adapter, or plain hexadecimal lines
    Elm327,
    /// SocketCAN's candump, log or screen format
    Candump,
    /// The text log of Vector's tools
    Asc,
    /// A table of frames (CSV), as loggers and their tools write it
    Csv,
    /// A line is REQUEST>RESPONSE in hexadecimal, such as 010C>410C1AF8; `#` starts a comment
    Pairs,
    /// The data stream's JSON: an array, or one event a line
    PushV2,
    /// The data stream's protobuf, each event with its length before it; `line` is then the number of the event
    PushV2Protobuf,
    /// The lines of a serial CAN adapter (SLCAN, Lawicel), such as t7E8403410D32
    Slcan,
}

/// The forms of output.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
enum Target {
    /// One object a reading, code, answer or error
    #[default]
    Lines,
    /// Events of the data stream, one a line; errors go to standard error
    PushV2,
}

/// The buses that answers without header may come from.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FramingArg {
    /// CAN: a list of codes begins with their number
    Can,
    /// K-line or J1850: no number, and zeros fill a message
    Kline,
}

/// What codes of KWP2000 may mean.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum KwpCodesArg {
    /// SAE J2012, such as P0301
    J2012,
    /// Numbers of the Volkswagen group, such as VAG 17978
    Vag,
}

impl Decode {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        let (format, input) = format(Input::open(self.file.as_deref())?, self.from)?;
        let format = match format {
            Format::Elm327 => CaptureFormat::Elm327,
            Format::Candump => CaptureFormat::Candump,
            Format::Asc => CaptureFormat::Asc,
            Format::Csv => CaptureFormat::Csv,
            Format::Pairs => CaptureFormat::Pairs,
            Format::Slcan => CaptureFormat::Slcan,
            Format::PushV2 => return self.stream(input, EventFormat::PushV2),
            Format::PushV2Protobuf => return self.stream(input, EventFormat::PushV2Protobuf),
        };
        let clock = EventClock::new(
            self.capture.vehicle()?,
            self.capture.start.unwrap_or_default(),
            self.capture.step,
        );
        if !self.dbc.is_empty() && matches!(format, CaptureFormat::Elm327 | CaptureFormat::Pairs) {
            return Err(Failure::usage(
                "--dbc reads the frames of a bus: it needs --from candump, slcan, asc or csv",
            ));
        }
        let (decoder, bad) = self.decoder(format)?;
        let writer = capture::Writer { clock, is_timed: self.capture.start.is_some(), to: self.to };
        capture::run(input, decoder, writer, bad)
    }

    fn stream(&self, input: Input, form: EventFormat) -> Result<Verdict, Failure> {
        push_v2::run(Events::of(input, form), self.to)
    }

    /// The decoder, and how much of the DBC files could not be read.
    fn decoder(&self, format: CaptureFormat) -> Result<(Decoder, u64), Failure> {
        let mut sets = Vec::new();
        for path in &self.signals {
            let json = Input::open(Some(path))?.read_all(LARGEST_SET)?;
            let set = SignalSet::from_json(&json).map_err(|error| {
                let form = r#"give a set of OBDb's form: {"commands": [{"cmd": …, "signals": […]}]}"#;
                Failure::usage(format!("{}: {error}; {form}", path.display()))
            })?;
            sets.push(set);
        }
        let mut decoder = Decoder::new(format).with_signals(SignalSets::new(sets));
        let mut bad = 0;
        for path in &self.dbc {
            let dbc = Dbc::parse(&Input::open(Some(path))?.read_all(LARGEST_SET)?)
                .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
            for fault in dbc.faults() {
                complain(&format!("{}:{}: {}", path.display(), fault.line, fault.kind));
            }
            if let more @ 1.. = dbc.fault_count() - dbc.faults().len() {
                complain(&format!("{}: {more} more faults", path.display()));
            }
            bad += dbc.fault_count() as u64;
            decoder = decoder.with_dbc(dbc);
        }
        if self.to == Target::PushV2 {
            decoder = decoder.with_catalogue_beside_sets();
        }
        if let Some(year) = self.year {
            decoder = decoder.with_model_year(year);
        }
        decoder = decoder.with_kwp_codes(match self.kwp_codes {
            None => KwpCodes::Unknown,
            Some(KwpCodesArg::J2012) => KwpCodes::J2012,
            Some(KwpCodesArg::Vag) => KwpCodes::Vag,
        });
        let decoder = match self.framing {
            None => decoder,
            Some(FramingArg::Can) => decoder.with_framing(Framing::Can),
            Some(FramingArg::Kline) => decoder.with_framing(Framing::Kline),
        };
        Ok((decoder, bad))
    }
}

/// The form of an input: as told, or as its first lines look.
fn format(input: Input, told: Option<Format>) -> Result<(Format, Input), Failure> {
    if let Some(format) = told {
        return Ok((format, input));
    }
    let (head, input) = input.look_ahead(ENOUGH, |head| {
        let whole_lines = head.iter().rposition(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(0);
        looks_like(&head[..whole_lines]).is_some()
    })?;
    // What looks like nothing else is an adapter's: its log may hold any text.
    Ok((looks_like(&head).unwrap_or(Format::Elm327), input))
}

fn looks_like(head: &[u8]) -> Option<Format> {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    if matches!(text, [b'{' | b'[', ..]) {
        return Some(Format::PushV2);
    }
    Some(match CaptureFormat::detect(head)? {
        CaptureFormat::Asc => Format::Asc,
        CaptureFormat::Candump => Format::Candump,
        CaptureFormat::Csv => Format::Csv,
        CaptureFormat::Elm327 => Format::Elm327,
        CaptureFormat::Pairs => Format::Pairs,
        CaptureFormat::Slcan => Format::Slcan,
    })
}

/// No more is read before guessing.
const ENOUGH: usize = 64 * 1024;

/// The largest signal set or DBC file read; the largest known ones are below 1 MiB, and 10 MiB.
const LARGEST_SET: u64 = 64 << 20;
