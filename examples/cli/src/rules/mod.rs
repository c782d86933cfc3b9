//! `ccars rules`: check, test, explain, run, judge and sign a rule pack.

mod backtest;
mod check;
mod diff;
mod docs;
mod explain;
mod files;
mod findings;
mod fmt;
mod keygen;
pub(crate) mod pack;
mod run;
mod schema;
mod sign;
mod test;
mod verify;

use clap::{Args, Subcommand};
use example_terminal::{ColorArg, Failure, Verdict};

/// Check, test, explain, run, judge or sign a rule pack
///
/// A pack is a YAML file with what it includes, its canonical JSON, or the word `standard` for the pack that comes with
/// the SDK.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars rules check my-pack.yaml
  ccars rules test my-pack.yaml
  ccars rules fmt my-pack.yaml
  ccars rules explain standard
  ccars rules run --pack standard --events events.jsonl
  ccars rules backtest standard history.jsonl")]
pub(crate) struct Rules {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Backtest(backtest::Backtest),
    Check(check::Check),
    Diff(diff::Diff),
    Docs(docs::Docs),
    Explain(explain::Explain),
    Fmt(fmt::Fmt),
    Keygen(keygen::Keygen),
    Run(run::Run),
    Schema(schema::Schema),
    Sign(sign::Sign),
    Test(test::Test),
    Verify(verify::Verify),
}

impl Rules {
    pub(crate) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        match self.command {
            Command::Backtest(command) => command.run(color),
            Command::Check(command) => command.run(color),
            Command::Diff(command) => command.run(color),
            Command::Docs(command) => command.run(color),
            Command::Explain(command) => command.run(color),
            Command::Fmt(command) => command.run(color),
            Command::Keygen(command) => command.run(),
            Command::Run(command) => command.run(color),
            Command::Schema(command) => command.run(),
            Command::Sign(command) => command.run(color),
            Command::Test(command) => command.run(color),
            Command::Verify(command) => command.run(color),
        }
    }
}

/// `1 rule`, `2 rules`.
fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
