//! `ccars rules sign`.

use std::path::{Path, PathBuf};

use cc_rules::signed::{MOST_SIGNATURES, SigningKey, sign};
use clap::Args;
use example_terminal::{ColorArg, Failure, Input, Output, Verdict};

use super::files;
use super::pack::{self, PackArg};

/// Sign a pack, for those who load only what a trusted key has signed
///
/// The signed form is one line of heading, then the canonical form. Signed with two keys, it is loaded by those who trust
/// either: that is how a key is replaced.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars rules sign my-pack.yaml --key secret.key --out my-pack.signed
  ccars rules sign my-pack.yaml --key old.key --key new.key --out my-pack.signed

Exit codes: 0 signed; 1 the pack has findings; 2 a file could not be read or written, or is no key.")]
pub(super) struct Sign {
    #[command(flatten)]
    pack: PackArg,

    /// A file with a private key, as `rules keygen` makes it; may be given more than once
    #[arg(long, required = true, value_name = "FILE")]
    key: Vec<PathBuf>,

    /// Write the signed pack to this file; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
}

impl Sign {
    pub(super) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        if self.key.len() > MOST_SIGNATURES {
            return Err(Failure::usage(format!("at most {MOST_SIGNATURES} keys sign one pack")));
        }
        let keys = self.key.iter().map(|path| read_key(path)).collect::<Result<Vec<_>, _>>()?;
        let Some((pack, _)) = pack::load(&self.pack.pack, color)? else { return Ok(Verdict::SomeBad) };
        let text = sign(&pack, &keys.iter().collect::<Vec<_>>());
        if self.out.as_os_str() == "-" {
            let mut out = Output::stdout();
            out.text(&text)?;
            out.flush()?;
        } else {
            files::write(&self.out, text.as_bytes())?;
        }
        Ok(Verdict::AllGood)
    }
}

/// What a file of keys may hold.
pub(super) const LONGEST: u64 = 1 << 16;

fn read_key(path: &Path) -> Result<SigningKey, Failure> {
    let bytes = Input::open(Some(path))?.read_all(LONGEST)?;
    let key = std::str::from_utf8(&bytes).ok().map(str::trim).map(str::parse::<SigningKey>);
    let name = path.display();
    match key {
        Some(Ok(key)) => Ok(key),
        Some(Err(error)) => Err(Failure::usage(format!("{name} is no private key: {error}"))),
        None => Err(Failure::usage(format!("{name} is no private key: it is not text"))),
    }
}
