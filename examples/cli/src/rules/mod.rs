//! `ccars rules`: check, test, explain, run and sign a rule pack.

mod check;
mod explain;
mod files;
mod findings;
mod keygen;
pub(crate) mod pack;
mod run;
mod sign;
mod test;
mod verify;

use clap::{Args, Subcommand};
use example_terminal::{ColorArg, Failure, Verdict};

/// Check, test, explain, run or sign a rule pack
///
/// A pack is a YAML file with what it includes, its canonical JSON, or the word `standard` for the pack that comes with
/// the SDK.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars rules check my-pack.yaml
  ccars rules test my-pack.yaml
  ccars rules explain standard
  ccars rules run --pack standard --events events.jsonl")]
pub(crate) struct Rules {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Explain(explain::Explain),
    Keygen(keygen::Keygen),
    Run(run::Run),
    Sign(sign::Sign),
    Test(test::Test),
    Verify(verify::Verify),
}

impl Rules {
    pub(crate) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        match self.command {
            Command::Check(command) => command.run(color),
            Command::Explain(command) => command.run(color),
            Command::Keygen(command) => command.run(),
            Command::Run(command) => command.run(color),
            Command::Sign(command) => command.run(color),
            Command::Test(command) => command.run(color),
            Command::Verify(command) => command.run(color),
        }
    }
}
