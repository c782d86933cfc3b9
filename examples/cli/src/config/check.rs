//! `ccars config check`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use cc_core::config::{Layer, Subject, compile};
use cc_core::rollout::ExperimentName;
use clap::Args;
use example_terminal::{Failure, Output, Verdict, printable};

use super::layers::LayersArg;
use super::schema;
use crate::complain;

/// Check layers and the documents they make, for every arm of every experiment
///
/// Each layer is read on its own, and all that are wrong are reported. Then the document is made for the vehicle, and
/// again for each experiment with the vehicle in each of its arms and in none, whatever the percentages are: a value that
/// no vehicle has today reaches some tomorrow. With a schema, each of these documents has to fit it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars config check global=global.json market=dk=dk.json
  ccars config check global=global.json --schema settings.schema.json

Exit codes: 0 all is good; 1 there are findings; 2 the command could not be run.")]
pub(super) struct Check {
    #[command(flatten)]
    layers: LayersArg,

    /// A JSON Schema that the documents have to fit
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
}

impl Check {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let schema = schema::read_optional(self.schema.as_ref())?;
        let Some(layers) = self.layers.read()? else { return Ok(Verdict::SomeBad) };
        let subject = self.layers.subject();
        let mut seen = BTreeSet::new();
        let mut documents = 0;
        let mut check = |subject: &Subject, about: &str| -> Result<u64, Failure> {
            documents += 1;
            let document = match compile(&layers, subject) {
                Ok(document) => document,
                Err(error) => {
                    let is_new = seen.insert(error.to_string());
                    if is_new {
                        complain(&printable(&error.to_string()));
                    }
                    return Ok(is_new.into());
                }
            };
            let mut bad = 0;
            let findings = match &schema {
                Some(schema) => schema::findings(schema, &document)?,
                None => Vec::new(),
            };
            for finding in findings {
                if seen.insert(finding.clone()) {
                    bad += 1;
                    complain(&format!("{finding}{about}"));
                }
            }
            Ok(bad)
        };
        let mut bad = check(&subject, "")?;
        for (experiment, arms) in experiments(&layers) {
            for arm in arms {
                let subject = subject.clone().in_arm(experiment.clone(), &arm);
                bad += check(&subject, &format!(" (experiment {experiment}, arm {arm})"))?;
            }
            // No arm has this name, so the vehicle takes no part.
            let subject = subject.clone().in_arm(experiment.clone(), "");
            bad += check(&subject, &format!(" (experiment {experiment}, no arm)"))?;
        }
        if bad == 0 {
            let mut out = Output::stdout();
            let counted =
                |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
            let (layers, documents) = (counted(layers.len(), "layer"), counted(documents, "document"));
            out.line(&format!("ok: {layers}, {documents}"))?;
            out.flush()?;
        }
        Ok(Verdict::from_bad(bad))
    }
}

/// The arms of every experiment, also where layers give one different arms.
fn experiments(layers: &[Layer]) -> BTreeMap<ExperimentName, BTreeSet<String>> {
    let mut all: BTreeMap<ExperimentName, BTreeSet<String>> = BTreeMap::new();
    for experiment in layers.iter().flat_map(Layer::experiments) {
        let arms = experiment.arms().iter().map(|arm| arm.name().to_owned());
        all.entry(experiment.name().clone()).or_default().extend(arms);
    }
    all
}
