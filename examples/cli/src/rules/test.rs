//! `ccars rules test`.

use clap::Args;
use example_terminal::{ColorArg, Failure, Output, Palette, Verdict};

use super::pack::{self, PackArg};
use crate::complain;

/// Run the tests that stand in a pack
///
/// A test that fails shows its timeline: the samples of each signal by height with gaps where nothing is known, codes,
/// drives, whether the rule was idle (.), pending (~) or open (#), and where changes were expected and came: raised (R),
/// updated (U), cleared (C). The row of codes has + for one that was reported, - for one that went, s for a scan, ! for
/// anything else, and * for several at once. Below it all stand what was expected and did not come (-), what came and was
/// not expected (+), and what came otherwise (!), each with the values behind it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars rules test my-pack.yaml
  ccars rules test my-pack.yaml --filter overheat

Exit codes: 0 all passed; 1 some failed, none fits --filter, or the pack has findings; 2 the pack could not be
read.")]
pub(super) struct Test {
    #[command(flatten)]
    pack: PackArg,

    /// Run only tests whose name or rule contains this
    #[arg(long, alias = "only", value_name = "TEXT")]
    filter: Option<String>,
}

impl Test {
    pub(super) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let Some((pack, tests)) = pack::load(&self.pack.pack, color)? else { return Ok(Verdict::SomeBad) };
        let Palette { good, alarm, bold, .. } = Palette::stdout(color);
        let mut out = Output::stdout();
        let (mut passed, mut failed) = (0_u64, 0_u64);
        for test in tests.iter().filter(|test| self.wants(&test.name, test.rule.as_deref())) {
            let outcome = test.run(&pack);
            let style = if outcome.passed() { good } else { alarm };
            *if outcome.passed() { &mut passed } else { &mut failed } += 1;
            // Blocks where colour is shown, too: on a terminal.
            let text = outcome.to_text(!bold.is_plain());
            let (mark, rest) = text.split_at(MARK);
            out.line(&format!("{style}{mark}{style:#}{rest}"))?;
        }
        // A filter that fits nothing is a slip of the pen: a green run would hide it.
        let none_fits = passed + failed == 0 && !tests.is_empty();
        if none_fits {
            complain("no test ran: neither name nor rule of any test contains the text of --filter");
        } else if tests.is_empty() {
            complain("no test ran: the pack has none");
        }
        let left_out = tests.len() as u64 - passed - failed;
        let left_out = if left_out > 0 { format!(", {left_out} left out") } else { String::new() };
        out.line(&format!("{bold}{passed} passed, {failed} failed{left_out}{bold:#}"))?;
        out.flush()?;
        Ok(Verdict::from_bad(failed + u64::from(none_fits)))
    }

    fn wants(&self, name: &str, rule: Option<&str>) -> bool {
        let Some(only) = self.filter.as_deref() else { return true };
        name.contains(only) || rule.is_some_and(|rule| rule.contains(only))
    }
}

/// The width of `ok  ` and `FAIL`, which every outcome begins with.
const MARK: usize = 4;
