//! `ccars rules docs`.

use cc_rules::source;
use clap::Args;
use example_terminal::{ColorArg, Failure, Output, Verdict};

use super::pack::{self, PackArg};

/// Write the reference page of a pack, in Markdown
///
/// A table of the rules; then each rule with its condition in words, its thresholds and their source, its messages in every
/// language, and its tests as examples; then parameters, codes and how long values count.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars rules docs my-pack.yaml > my-pack.md
  ccars rules docs my-pack.yaml --title 'Rules of the northern workshops'

Exit codes: 0 the page was written; 1 the pack has findings; 2 the pack could not be read.")]
pub(super) struct Docs {
    #[command(flatten)]
    pack: PackArg,

    /// The heading of the page [default: the pack's id]
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
}

impl Docs {
    pub(super) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let Some((pack, tests)) = pack::load(&self.pack.pack, color)? else { return Ok(Verdict::SomeBad) };
        let rules = pack.rule_ids().len();
        let opening =
            format!("Version {}, {rules} rule{}.", pack.version(), if rules == 1 { "" } else { "s" });
        let title = self.title.unwrap_or_else(|| pack.id().to_owned());
        let mut out = Output::stdout();
        out.text(&source::reference(&pack, &tests, &title, &opening))?;
        out.flush()?;
        Ok(Verdict::AllGood)
    }
}
