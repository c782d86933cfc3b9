//! The layers and the subject, from the command line.

use std::path::Path;

use cc_core::VehicleRef;
use cc_core::config::{ConfigError, LARGEST_LAYER, Layer, Subject};
use clap::Args;
use example_terminal::{Failure, Input, printable};

use crate::complain;

/// The layers, and whom they are for.
#[derive(Args, Debug)]
pub(super) struct LayersArg {
    /// The layers, the most general first: a name, the last `=` and a file (`-` is standard input)
    #[arg(required = true, value_name = "LAYER=FILE")]
    layers: Vec<String>,

    /// The vehicle that the document is for; without one no experiment reaches it
    #[arg(long, value_name = "ORG/ID")]
    vehicle: Option<VehicleRef>,

    /// What else is known of the vehicle, which an experiment's `only` may ask for; may be given more than once
    #[arg(long, value_name = "NAME=VALUE", value_parser = attribute)]
    with: Vec<(String, String)>,
}

impl LayersArg {
    /// Reads the layers; those that are none are reported, each with its place.
    pub(super) fn read(&self) -> Result<Option<Vec<Layer>>, Failure> {
        let mut layers = Some(Vec::new());
        for argument in &self.layers {
            let Some((name, file)) = argument.rsplit_once('=') else {
                return Err(Failure::usage("expected a layer as NAME=FILE"));
            };
            match read(name, file)? {
                Ok(layer) => {
                    if let Some(layers) = &mut layers {
                        layers.push(layer);
                    }
                }
                Err(error) => {
                    complain(&printable(&error.to_string()));
                    layers = None;
                }
            }
        }
        Ok(layers)
    }

    pub(super) fn subject(&self) -> Subject {
        let start = self.vehicle.clone().map_or_else(Subject::default, Subject::vehicle);
        self.with.iter().fold(start, |subject, (name, value)| subject.with(name, value))
    }
}

/// Reads one layer from a file.
pub(super) fn read(name: &str, file: &str) -> Result<Result<Layer, ConfigError>, Failure> {
    let bytes = Input::open(Some(Path::new(file)))?.read_all(LARGEST_LAYER as u64)?;
    Ok(Layer::parse(name, bytes))
}

fn attribute(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}
