//! `ccars config`: settings in layers.

mod check;
mod compile;
mod diff;
mod layers;
mod schema;

use clap::{Args, Subcommand};
use example_terminal::{ColorArg, Failure, Verdict};

/// Compile, check or compare settings in layers
///
/// A layer is a JSON object with a name; each is laid over those before it by JSON Merge Patch (RFC 7396): objects merge,
/// everything else replaces, null deletes. A value may be a rollout, which gives a part of
/// the vehicles one value and the others another.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars config compile global=global.json market=dk=dk.json --vehicle semler/7
  ccars config check global=global.json market=dk=dk.json --schema settings.schema.json
  ccars config diff before.json after.json")]
pub(crate) struct Config {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Compile(compile::Compile),
    Diff(diff::Diff),
}

impl Config {
    pub(crate) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        match self.command {
            Command::Check(command) => command.run(),
            Command::Compile(command) => command.run(color),
            Command::Diff(command) => command.run(color),
        }
    }
}
