//! `ccars rules schema`.

use cc_rules::source;
use clap::Args;
use example_terminal::{Failure, Output, Verdict};

/// Write the JSON Schema of a pack's YAML files, for editors
///
/// An editor with it completes keys and shows what they mean while a rule is written. `ccars rules check` checks far more.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars rules schema > pack.schema.json

A file of a pack then begins with: # yaml-language-server: $schema=pack.schema.json")]
pub(super) struct Schema {}

impl Schema {
    #[allow(clippy::unused_self, reason = "all commands run alike")]
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let mut out = Output::stdout();
        out.text(&source::json_schema())?;
        out.flush()?;
        Ok(Verdict::AllGood)
    }
}
