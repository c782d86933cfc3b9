//! `ccars privacy`: what may be kept of events.

use std::path::PathBuf;

use cc_core::Timestamp;
use cc_core::privacy::{Policy, PseudonymKey, Purpose, minimise};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use example_terminal::{Failure, Input, Output, Verdict, parse};

use crate::complain;
use crate::events::{EventFormat, Events};

/// Take from events what a purpose does not need, and drop what is too old
///
/// The table of the purposes stands in docs/reference/privacy.md. The events that may be kept are written one a line, in
/// canonical order; what was removed is reported on standard error as one line of JSON, in numbers. All events are read
/// before the first is written, since only together do they show which is the most recent one of its type.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars privacy --purpose workshop events.jsonl > for-the-workshop.jsonl
  ccars privacy --purpose analytics --key-file key.bin events.jsonl 2> report.json
  ccars privacy --purpose fleet --policy own.json --now 2026-05-01T12:00:00Z -

Exit codes: 0 all events were readable; 1 some were not, and were left out; 2 the command could not be run.")]
pub(crate) struct Privacy {
    /// The form of the events
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = EventFormat::PushV2)]
    from: EventFormat,

    /// What the events are for
    #[arg(long, value_name = "PURPOSE", value_parser = purposes())]
    purpose: Purpose,

    /// The secret for pseudonyms: a file of 32 to 1024 random bytes, used as they are
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,

    /// A table of one's own (JSON), laid over the default one
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,

    /// The instant by which age is judged; now where none is given
    #[arg(long, value_name = "INSTANT", value_parser = parse::instant)]
    now: Option<Timestamp>,

    /// The events; standard input where no file, or `-`, is given
    file: Option<PathBuf>,
}

impl Privacy {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        let policy = match &self.policy {
            None => Policy::default(),
            Some(path) => {
                let bytes = Input::open(Some(path))?.read_all(LARGEST_POLICY)?;
                Policy::from_json(bytes).map_err(|error| Failure::usage(error.to_string()))?
            }
        };
        let key = match &self.key_file {
            None => None,
            Some(path) => {
                let bytes = Input::open(Some(path))?.read_all(LARGEST_KEY)?;
                let key = PseudonymKey::new(&bytes);
                Some(key.map_err(|error| Failure::usage(format!("--key-file: {error}")))?)
            }
        };
        let now = self.now.unwrap_or_else(|| std::time::SystemTime::now().into());
        let mut reader = Events::open(self.file.as_deref(), self.from)?;
        let (mut events, mut bad) = (Vec::new(), 0);
        while let Some(event) = reader.next_event()? {
            match event {
                Ok(event) => events.push(event),
                Err(reason) => {
                    bad += 1;
                    complain(&format!("{}: {reason}", reader.place()));
                }
            }
        }
        let minimised = minimise(&policy, self.purpose, key.as_ref(), now, events)
            .map_err(|error| Failure::usage(format!("{error} (--key-file)")))?;
        let mut out = Output::stdout();
        for event in &minimised.events {
            out.line(&event.to_json())?;
        }
        out.flush()?;
        complain(&minimised.report.to_canonical_json());
        Ok(Verdict::from_bad(bad))
    }
}

/// The purposes by name, so that an error and the help list them.
fn purposes() -> impl TypedValueParser<Value = Purpose> {
    let named =
        |purpose: &Purpose| PossibleValue::new(purpose.as_str()).help(purpose.about().trim_end_matches('.'));
    PossibleValuesParser::new(Purpose::ALL.iter().map(named)).try_map(|name| name.parse::<Purpose>())
}

const LARGEST_POLICY: u64 = 1 << 20;
const LARGEST_KEY: u64 = 1_024;
