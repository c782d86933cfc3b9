//! `ccars rules fmt`.

use std::path::Path;

use cc_rules::source;
use clap::Args;
use example_terminal::{ColorArg, Failure, Input, Output, Palette, Verdict};

use super::pack::SourceFile;
use super::{files, findings, pack};
use crate::complain;

/// Write the files of a pack in the canonical style
///
/// Rules stand a blank line apart with their keys in a fixed order, quotes stand only where YAML needs them, lines that are
/// too long are folded; comments stay with what they are about, and what the pack means never changes. The files that a
/// pack includes are written too.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars rules fmt my-pack.yaml
  ccars rules fmt --check my-pack.yaml          for CI: writes nothing
  ccars rules fmt - < rules.yaml                one file, to standard output

Exit codes: 0 all files are in the canonical style now; 1 with --check, some are not, or a file is no YAML;
2 a file could not be read or written.")]
pub(super) struct Fmt {
    /// The main file of a pack, any file of one, or `-`
    #[arg(value_name = "PACK")]
    pack: String,

    /// Write nothing; name the files that would change
    #[arg(long)]
    check: bool,
}

impl Fmt {
    pub(super) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let mut out = Output::stdout();
        let mut bad = 0;
        let from_stdin = self.pack == "-";
        let sources = if from_stdin { vec![standard_input()?] } else { pack::source_files(&self.pack)? };
        for file in sources {
            let written = match source::format(&file.text) {
                Ok(written) => written,
                Err(found) => {
                    bad += 1;
                    let path = file.path.clone();
                    let files = [(String::new(), file)].into();
                    complain(&findings::render(
                        &found,
                        findings::Kind::Error,
                        &path,
                        &files,
                        Palette::stderr(color),
                    ));
                    continue;
                }
            };
            if from_stdin && !self.check {
                out.text(&written)?;
            } else if written != file.text {
                out.line(&file.path)?;
                if self.check {
                    bad += 1;
                } else {
                    files::write(Path::new(&file.path), written.as_bytes())?;
                }
            }
        }
        out.flush()?;
        Ok(Verdict::from_bad(bad))
    }
}

fn standard_input() -> Result<SourceFile, Failure> {
    let bytes = Input::open(None)?.read_all(cc_rules::limits::MAX_PACK_BYTES as u64)?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::usage("standard input is not UTF-8 text"))?;
    Ok(SourceFile { path: "standard input".to_owned(), text })
}
