//! `ccars rules diff`.

use cc_rules::{PackDiff, PartChange};
use clap::Args;
use example_terminal::{ColorArg, Failure, Output, Palette, Verdict, printable};

use super::pack;

/// Show what differs between two packs in meaning
///
/// Rules, signals, codes, parameters and messages that are new, gone or another; of each the fields, before and after.
/// Places of files, order and comments do not count. Where a rule's layout changed, its timers start again on every
/// vehicle; otherwise timers, counts and open recommendations go on under the new pack.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars rules diff in-use.yaml new.yaml
  ccars rules diff standard my-pack.yaml --json

Exit codes: 0 the packs were compared; 1 one has findings; 2 the command could not be run.")]
pub(super) struct Diff {
    /// The pack before: a YAML file, a canonical JSON file, or `standard`
    #[arg(value_name = "OLD")]
    old: String,

    /// The pack after
    #[arg(value_name = "NEW")]
    new: String,

    /// Write JSON Lines, one a part that differs
    #[arg(long)]
    json: bool,
}

impl Diff {
    pub(super) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let (old, new) = (pack::load(&self.old, color)?, pack::load(&self.new, color)?);
        let (Some((old, _)), Some((new, _))) = (old, new) else { return Ok(Verdict::SomeBad) };
        let Palette { good, alarm, warning, .. } = Palette::stdout(color);
        let mut out = Output::stdout();
        for part in PackDiff::between(&old, &new).parts {
            if self.json {
                out.line(&part.to_canonical_json())?;
                continue;
            }
            let style = match part.change {
                PartChange::Added => good,
                PartChange::Changed => warning,
                PartChange::Removed => alarm,
            };
            let text = part.to_string();
            let mut lines = text.lines().map(printable);
            if let Some(heading) = lines.next() {
                out.line(&format!("{style}{heading}{style:#}"))?;
            }
            lines.try_for_each(|line| out.line(&line))?;
        }
        out.flush()?;
        Ok(Verdict::AllGood)
    }
}
