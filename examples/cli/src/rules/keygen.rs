//! `ccars rules keygen`.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use cc_rules::signed::SigningKey;
use clap::Args;
use example_terminal::{Failure, Output, Verdict};

/// Make a key pair for signing packs
///
/// The private key goes to the file, which only its owner may read and which must not exist yet; the public key is
/// printed, as a line for the file of trusted keys, with its name behind it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars rules keygen secret.key >> trusted-keys.txt

Exit codes: 0 made; 2 the file exists or could not be written.")]
pub(super) struct Keygen {
    /// Where the private key goes
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Keygen {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)
            .map_err(|error| Failure::usage(format!("the system gives no random numbers: {error}")))?;
        let digits: String = seed.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written =
            options.open(&self.file).and_then(|mut file| writeln!(file, "ed25519-private:{digits}"));
        let name = self.file.display().to_string();
        written.map_err(|source| Failure::File { action: "write", name, source })?;
        let mut out = Output::stdout();
        let public = SigningKey::from_seed(&seed).public_key();
        out.line(&format!("{public}  # {}", public.id()))?;
        out.flush()?;
        Ok(Verdict::AllGood)
    }
}
