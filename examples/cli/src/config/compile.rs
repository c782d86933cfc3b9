//! `ccars config compile`.

use std::path::PathBuf;

use cc_core::config::{Compiled, compile};
use clap::Args;
use example_terminal::{ColorArg, Failure, Output, Palette, Table, Verdict, printable};

use super::layers::LayersArg;
use super::schema;
use crate::complain;

/// Lay layers over one another and write the document that one vehicle gets
///
/// The document is canonical JSON: keys sorted, no white space, numbers as they were written. Its SHA-256 is its entity
/// tag.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars config compile global=global.json market=dk=dk.json
  ccars config compile global=global.json --vehicle semler/7 --with market=dk --origins
  ccars config compile global=global.json --schema settings.schema.json --select /map --select /upload

Exit codes: 0 the document is good; 1 a layer is wrong, or the document does not fit the schema; 2 the command
could not be run.")]
pub(super) struct Compile {
    #[command(flatten)]
    layers: LayersArg,

    /// A JSON Schema that the document has to fit
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,

    /// Write only what stands at this JSON Pointer; may be given more than once
    #[arg(long, value_name = "POINTER")]
    select: Vec<String>,

    /// Write where each value comes from, and what experiments meant, in place of the document
    #[arg(long, conflicts_with = "etag")]
    origins: bool,

    /// Write the entity tag in place of the document
    #[arg(long)]
    etag: bool,
}

impl Compile {
    pub(super) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let schema = schema::read_optional(self.schema.as_ref())?;
        let Some(layers) = self.layers.read()? else { return Ok(Verdict::SomeBad) };
        let document = match compile(&layers, &self.layers.subject()) {
            Ok(document) => document,
            Err(error) => {
                complain(&printable(&error.to_string()));
                return Ok(Verdict::SomeBad);
            }
        };
        if let Some(schema) = schema {
            let findings = schema::findings(&schema, &document)?;
            for finding in &findings {
                complain(finding);
            }
            if !findings.is_empty() {
                return Ok(Verdict::SomeBad);
            }
        }
        let document = if self.select.is_empty() {
            document
        } else {
            let chosen = document.select(self.select.iter().map(String::as_str));
            chosen.map_err(|error| Failure::usage(error.to_string()))?
        };
        let mut out = Output::stdout();
        if self.origins {
            out.text(&origins(&document, Palette::stdout(color)))?;
        } else if self.etag {
            out.line(&document.etag())?;
        } else {
            out.line(&document.to_json())?;
        }
        out.flush()?;
        Ok(Verdict::AllGood)
    }
}

fn origins(document: &Compiled, palette: Palette) -> String {
    let mut table = Table::new(&["path", "value", "origin"], palette.dim);
    let cell = |text: &str| printable(text).into_owned().into();
    for value in document.values() {
        table.row([cell(&value.path), cell(value.json), cell(&value.origin.to_string())]);
    }
    let mut text = table.render(0);
    if !document.arms().is_empty() {
        let mut table = Table::new(&["path", "experiment", "arm", "layer"], palette.dim);
        for arm in document.arms() {
            let name = arm.arm().unwrap_or("none");
            table.row([cell(arm.path()), cell(arm.experiment().as_str()), cell(name), cell(arm.layer())]);
        }
        text.push('\n');
        text.push_str(&table.render(0));
    }
    text
}
