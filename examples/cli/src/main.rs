//! `ccars`: what a car says, decoded, converted and explained on the command line.
#![allow(clippy::disallowed_methods, reason = "a program reads files; the inner crates take bytes")]

mod car;
mod config;
mod convert;
mod dashboard;
mod decode;
mod dtc;
mod events;
mod privacy;
mod rollout;
mod rules;
mod trips;
mod vin;
mod words;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use example_terminal::{ColorArg, finish};

const EXAMPLES: &str = "\
Examples:
  ccars decode --from elm327 session.log          readings and codes as JSON Lines
  candump -L can0 | ccars decode --from candump   the same, live from a CAN bus
  ccars scan tcp://192.168.0.10:35000             what a car at an adapter says of itself
  ccars live tcp://192.168.0.10:35000             what it measures now
  ccars sim                                       a car to try them on
  ccars convert --from push-v2 --to push-v2 events.json
  ccars rules run --pack standard --events events.json
  ccars dashboard --open events.json              what a workshop sees
  ccars config compile global=global.json market=dk=dk.json
  ccars privacy --purpose workshop events.json    what a workshop may see
  ccars dtc P0301 'VAG 17978'                     what a trouble code is made of
  ccars trips events.json                         when, how far and on how much fuel
  ccars vin 1HGCM82633A004352                     what a VIN says

Exit codes:
  0  all good
  1  some of the input was bad, and the output or standard error says what
  2  the command could not be run";

/// What a car says, decoded, converted and explained.
///
/// Every command reads standard input where no file, or `-`, is given, writes its result to standard output, and says
/// what was wrong on standard error.
#[derive(Debug, Parser)]
#[command(name = "ccars", version, propagate_version = true, after_help = EXAMPLES, max_term_width = 110)]
struct Arguments {
    #[command(subcommand)]
    command: Command,

    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", display_order = 900)]
    color: ColorArg,
}

#[derive(Debug, Subcommand)]
enum Command {
    Config(config::Config),
    Convert(convert::Convert),
    Dashboard(dashboard::Dashboard),
    Decode(decode::Decode),
    Dtc(dtc::Dtc),
    Live(car::live::Live),
    Privacy(privacy::Privacy),
    Rollout(rollout::Rollout),
    Rules(rules::Rules),
    Scan(car::scan::Scan),
    Sim(car::sim::Sim),
    Trips(trips::Trips),
    Vin(vin::Vin),
}

/// Says on standard error what was wrong. Nowhere is left to report a standard error that cannot be written.
fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

fn main() -> ExitCode {
    let Arguments { command, color } = Arguments::parse();
    let result = match command {
        Command::Config(command) => command.run(color),
        Command::Convert(command) => command.run(),
        Command::Dashboard(command) => command.run(color),
        Command::Decode(command) => command.run(),
        Command::Dtc(command) => command.run(color),
        Command::Live(command) => command.run(color),
        Command::Privacy(command) => command.run(),
        Command::Rollout(command) => command.run(color),
        Command::Rules(command) => command.run(color),
        Command::Scan(command) => command.run(color),
        Command::Sim(command) => command.run(),
        Command::Trips(command) => command.run(color),
        Command::Vin(command) => command.run(color),
    };
    finish("ccars", result)
}
