//! `ccars rules check`.

use std::path::PathBuf;

use cc_rules::Diagnostics;
use clap::Args;
use example_terminal::{ColorArg, Failure, Output, Palette, Verdict};

use super::findings::{Kind, render};
use super::pack::{self, Loaded, PackArg};
use super::{counted, files};
use crate::complain;

/// Check a pack: names, types, units, limits, messages and tests
///
/// Every finding is shown with its place and, where it is known, what to write instead; many findings a run. The tests of
/// the pack are read but not run; `ccars rules test` does that. A warning is about what is allowed and hardly ever meant,
/// such as a condition that is never true or a message that no rule speaks.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars rules check my-pack.yaml
  ccars rules check my-pack.yaml --canonical my-pack.json

Exit codes: 0 the pack is good, or has warnings only; 1 there are findings; 2 the pack could not be read.")]
pub(super) struct Check {
    #[command(flatten)]
    pack: PackArg,

    /// Write the canonical form, as the engine loads it, to this file; `-` is standard output
    #[arg(long, value_name = "FILE")]
    canonical: Option<PathBuf>,
}

impl Check {
    pub(super) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let Some(Loaded { pack, tests, warnings, files }) = pack::load_with_warnings(&self.pack.pack, color)?
        else {
            return Ok(Verdict::SomeBad);
        };
        // An engine runs a pack without words; a driver is told nothing by it.
        let (errors, warnings): (Vec<_>, Vec<_>) =
            warnings.0.into_iter().partition(|found| found.code == "missing-message");
        for (list, kind) in [(&errors, Kind::Error), (&warnings, Kind::Warning)] {
            if !list.is_empty() {
                let found = Diagnostics(list.clone());
                complain(&render(&found, kind, &self.pack.pack, &files, Palette::stderr(color)));
            }
        }
        if !errors.is_empty() {
            return Ok(Verdict::SomeBad);
        }
        let mut out = Output::stdout();
        match self.canonical.as_deref() {
            Some(path) if path.as_os_str() == "-" => out.text(pack.to_canonical_json())?,
            Some(path) => files::write(path, pack.to_canonical_json().as_bytes())?,
            None => {
                let Palette { good, bold, dim, .. } = Palette::stdout(color);
                out.line(&format!(
                    "{good}ok{good:#} {bold}{} {}{bold:#}: {}, {}, languages {} {dim}(SHA-256 {}…){dim:#}",
                    pack.id(),
                    pack.version(),
                    counted(pack.rule_ids().len() as u64, "rule"),
                    counted(tests.len() as u64, "test"),
                    pack.languages().collect::<Vec<_>>().join(", "),
                    pack.hash()[..8].iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat(),
                ))?;
            }
        }
        out.flush()?;
        Ok(Verdict::AllGood)
    }
}
