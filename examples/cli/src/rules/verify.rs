//! `ccars rules verify`.

use std::path::PathBuf;

use cc_core::Timestamp;
use cc_rules::Pack;
use cc_rules::signed::TrustedKeys;
use clap::Args;
use example_terminal::{ColorArg, Failure, Input, Output, Palette, Verdict};

use super::files;
use super::sign::LONGEST;
use crate::complain;

/// Check the signature of a pack, and whether it loads
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars rules verify my-pack.signed --keys trusted-keys.txt
  ccars rules verify my-pack.signed --keys trusted-keys.txt --at 2027-01-01T00:00:00Z --canonical my-pack.json

The file of trusted keys has a line a key: `ed25519:` and 64 digits, then `from` and `until` with an instant, if it is not
valid for ever. The keys that vouch for the pack are shown by their names, the first 16 digits of the SHA-256 of the key, as
`rules keygen` shows them.

Exit codes: 0 a trusted key that is valid has signed it; 1 none has; 2 a file could not be read.")]
pub(super) struct Verify {
    /// The signed pack
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The file of trusted keys
    #[arg(long, value_name = "FILE")]
    keys: PathBuf,

    /// When the keys must be valid; now, if nothing is said
    #[arg(long, value_name = "INSTANT")]
    at: Option<Timestamp>,

    /// Write the canonical form, without signatures, to this file
    #[arg(long, value_name = "FILE")]
    canonical: Option<PathBuf>,
}

impl Verify {
    pub(super) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let text = String::from_utf8(Input::open(Some(&self.keys))?.read_all(LONGEST)?);
        let name = self.keys.display();
        let keys = match text.as_deref().map(str::parse::<TrustedKeys>) {
            Ok(Ok(keys)) => keys,
            Ok(Err(error)) => return Err(Failure::usage(format!("{name}: {error}"))),
            Err(_) => return Err(Failure::usage(format!("{name} is not UTF-8 text"))),
        };
        let bytes = Input::open(Some(&self.file))?.read_all(2 * cc_rules::limits::MAX_PACK_BYTES as u64)?;
        let now = self.at.unwrap_or_else(now);
        let loaded = Pack::load_signed(&bytes, &keys, now)
            .and_then(|pack| Ok((pack, cc_rules::signed::signers(&bytes, &keys, now)?)));
        let (pack, signers) = match loaded {
            Ok(loaded) => loaded,
            Err(error) => {
                let Palette { alarm, .. } = Palette::stderr(color);
                complain(&format!("{alarm}error{alarm:#}: {}: {error}", self.file.display()));
                return Ok(Verdict::SomeBad);
            }
        };
        if let Some(path) = &self.canonical {
            files::write(path, pack.to_canonical_json().as_bytes())?;
        }
        let mut out = Output::stdout();
        let Palette { good, bold, dim, .. } = Palette::stdout(color);
        let by = signers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
        let (id, version) = (pack.id(), pack.version());
        out.line(&format!("{good}ok{good:#} {bold}{id} {version}{bold:#} {dim}signed by{dim:#} {by}"))?;
        out.flush()?;
        Ok(Verdict::AllGood)
    }
}

fn now() -> Timestamp {
    std::time::SystemTime::now().into()
}
