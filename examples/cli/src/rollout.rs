//! `ccars rollout`: which vehicles take part in an experiment.

use cc_core::VehicleRef;
use cc_core::json::ObjectWriter;
use cc_core::rollout::{Arm, Experiment, ExperimentName, Percent, arm_bucket, bucket};
use clap::Args;
use example_terminal::{ColorArg, Failure, Output, Palette, Table, Verdict};

use crate::words::{each_word, report};

/// Show the bucket of vehicles in an experiment, and the arm they are in
///
/// A vehicle takes part while its bucket, 0 to 9999, is below the percentage times 100; its arm bucket says which arm it
/// is then in. Both follow from the names alone, and are the same on every platform.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars rollout new_map semler/7 semler/8
  ccars rollout new_map --percent 10 semler/7
  ccars rollout map_style --percent 60 --arm bright=50 --arm dark=50 - < vehicles.txt")]
pub(crate) struct Rollout {
    /// The experiment's name
    experiment: ExperimentName,

    /// The vehicles, as organization/id; `-` reads them from standard input, one a line
    #[arg(required = true, value_name = "VEHICLE")]
    vehicles: Vec<String>,

    /// How many vehicles take part
    #[arg(long, value_name = "PERCENT", default_value = "100")]
    percent: Percent,

    /// An arm and its part of them; may be given more than once. Without any there is one arm, `on`
    #[arg(long, value_name = "NAME=PERCENT", value_parser = arm)]
    arm: Vec<Arm>,

    /// Write JSON Lines
    #[arg(long)]
    json: bool,
}

impl Rollout {
    pub(crate) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let experiment = if self.arm.is_empty() {
            Experiment::switch(self.experiment, self.percent)
        } else {
            let made = Experiment::new(self.experiment, self.percent, self.arm);
            made.map_err(|error| Failure::usage(error.to_string()))?
        };
        let name = experiment.name();
        let mut out = Output::stdout();
        let mut table = Table::new(&["vehicle", "bucket", "arm bucket", "arm"], Palette::stdout(color).dim);
        let mut bad = 0;
        each_word(&self.vehicles, |place, text| {
            let car: VehicleRef = match text.parse() {
                Ok(car) => car,
                Err(error) => {
                    bad += 1;
                    return report(&mut out, self.json, "ccars rollout", place, &error);
                }
            };
            let (bucket, arm_bucket, arm) =
                (bucket(name, &car), arm_bucket(name, &car), experiment.arm(&car));
            if self.json {
                let mut line = String::new();
                let mut object = ObjectWriter::new(&mut line);
                object.optional_string("arm", arm);
                object.number("arm_bucket", arm_bucket.into());
                object.number("bucket", bucket.into());
                object.string("vehicle", &car.to_string());
                object.end();
                return out.line(&line);
            }
            let cells = [car.to_string(), bucket.to_string(), arm_bucket.to_string()].map(Into::into);
            table.row(cells.into_iter().chain([arm.unwrap_or("none").into()]));
            Ok(())
        })?;
        if !table.is_empty() {
            out.text(&table.render(0))?;
        }
        out.flush()?;
        Ok(Verdict::from_bad(bad))
    }
}

fn arm(text: &str) -> Result<Arm, String> {
    let (name, percent) = text.split_once('=').ok_or("expected NAME=PERCENT")?;
    let percent: Percent = percent.parse().map_err(|error| format!("{error}"))?;
    Arm::new(name, percent).map_err(|error| error.to_string())
}
