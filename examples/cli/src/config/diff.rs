//! `ccars config diff`.

use cc_core::config::{Compiled, Subject, compile};
use clap::Args;
use example_terminal::{ColorArg, Failure, Output, Palette, Table, Verdict, printable};

use super::layers;
use crate::complain;

/// Show what differs between two documents, value by value
///
/// A value is the same when its text is: 12 and 12.0 differ. Nothing is written where nothing differs.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars config diff before.json after.json
  ccars config compile global=new.json | ccars config diff live.json -

Exit codes: 0 the documents were compared; 1 one is no document; 2 the command could not be run.")]
pub(super) struct Diff {
    /// The document before; `-` is standard input
    before: String,

    /// The document after; `-` is standard input
    after: String,

    /// Write JSON Lines
    #[arg(long)]
    json: bool,
}

impl Diff {
    pub(super) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let (before, after) = (document("before", &self.before)?, document("after", &self.after)?);
        let (Some(before), Some(after)) = (before, after) else { return Ok(Verdict::SomeBad) };
        let changes = before.changes(&after);
        let mut out = Output::stdout();
        if self.json {
            for change in &changes {
                out.line(&change.to_canonical_json())?;
            }
        } else if !changes.is_empty() {
            let mut table = Table::new(&["path", "before", "after"], Palette::stdout(color).dim);
            let cell = |text: &str| printable(text).into_owned().into();
            for change in &changes {
                let [before, after] = [&change.before, &change.after]
                    .map(|value| value.as_ref().map_or("", |value| value.json));
                table.row([cell(&change.path), cell(before), cell(after)]);
            }
            out.text(&table.render(0))?;
        }
        out.flush()?;
        Ok(Verdict::AllGood)
    }
}

fn document(name: &str, file: &str) -> Result<Option<Compiled>, Failure> {
    let compiled = layers::read(name, file)?.and_then(|layer| compile(&[layer], &Subject::default()));
    match compiled {
        Ok(document) => Ok(Some(document)),
        Err(error) => {
            complain(&printable(&error.to_string()));
            Ok(None)
        }
    }
}
