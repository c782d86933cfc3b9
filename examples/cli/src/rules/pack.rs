//! Finding and compiling the pack that a command names.

use std::collections::BTreeMap;
use std::path::Path;

use cc_rules::source::{self, Compiled};
use cc_rules::testing::PackTest;
use cc_rules::{Diagnostics, Pack};
use clap::Args;
use example_terminal::{ColorArg, Failure, Input, Palette, printable};

use super::findings::{self, Kind};
use crate::complain;

/// The pack of a command.
#[derive(Args, Clone, Debug)]
pub(super) struct PackArg {
    /// A YAML file with what it includes, a canonical JSON file, or `standard` for the pack that comes with the SDK
    #[arg(value_name = "PACK")]
    pub(super) pack: String,
}

/// A pack with the tests that stand in it.
pub(crate) type Good = (Pack, Vec<PackTest>);

/// One file of a pack's source.
pub(super) struct SourceFile {
    /// The path as a person would write it.
    pub(super) path: String,
    pub(super) text: String,
}

/// A pack with all that was read for it.
pub(super) struct Loaded {
    pub(super) pack: Pack,
    pub(super) tests: Vec<PackTest>,
    pub(super) warnings: Diagnostics,
    /// By the names that includes use.
    pub(super) files: BTreeMap<String, SourceFile>,
}

/// Loads the pack called `name`. One that has findings is shown on standard error, and not given.
pub(crate) fn load(name: &str, color: ColorArg) -> Result<Option<Good>, Failure> {
    Ok(load_with_warnings(name, color)?.map(|loaded| (loaded.pack, loaded.tests)))
}

/// The same with what is hardly ever meant in it, which is not shown yet.
pub(super) fn load_with_warnings(name: &str, color: ColorArg) -> Result<Option<Loaded>, Failure> {
    let mut files = BTreeMap::new();
    let result = if name == STANDARD {
        compile("pack.yaml", STANDARD_SOURCES.iter().copied())
    } else {
        let path = Path::new(name);
        let text = read(path)?;
        if text.trim_start().starts_with('{') {
            let tests = Vec::new();
            let warnings = Diagnostics::default();
            Pack::load(text.trim_end().as_bytes()).map(|pack| Compiled { pack, tests, warnings })
        } else {
            files = sources(path, text)?;
            compile(&file_name(path), files.iter().map(|(name, file)| (name.as_str(), file.text.as_str())))
        }
    };
    Ok(match result {
        Ok(Compiled { pack, tests, warnings }) => Some(Loaded { pack, tests, warnings, files }),
        Err(found) => {
            complain(&findings::render(&found, Kind::Error, name, &files, Palette::stderr(color)));
            None
        }
    })
}

/// The files of the pack called `name`, main file first, as they are on the disk.
pub(super) fn source_files(name: &str) -> Result<Vec<SourceFile>, Failure> {
    let none = || Failure::usage(format!("{name} has no source files to write"));
    if name == STANDARD {
        return Err(none());
    }
    let path = Path::new(name);
    let text = read(path)?;
    if text.trim_start().starts_with('{') {
        return Err(none());
    }
    let mut files = sources(path, text)?;
    let main = files.remove(&file_name(path));
    Ok(main.into_iter().chain(files.into_values()).collect())
}

fn compile<'a>(main: &str, files: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Compiled, Diagnostics> {
    let files: Vec<_> = files.collect();
    source::compile(main, &files)
}

/// Says on standard error that a pack has no messages in the language that was asked for.
pub(super) fn note_language(pack: &Pack, language: &str) {
    let bare = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
    if !pack.languages().any(|known| bare(known) == bare(language)) {
        let known = pack.languages().collect::<Vec<_>>().join(", ");
        let known = if known.is_empty() { "none".to_owned() } else { known };
        complain(&format!(
            "note: the pack has no messages in `{}`; its languages: {known}",
            printable(language)
        ));
    }
}

/// The main file and all it includes, by the names that includes use. A file that is not there is left to the compiler,
/// which knows the place that asked for it.
fn sources(main: &Path, text: String) -> Result<BTreeMap<String, SourceFile>, Failure> {
    let folder = main.parent().unwrap_or(Path::new(""));
    let mut files = BTreeMap::new();
    let mut wanted = vec![(file_name(main), Some(text))];
    while let Some((name, text)) = wanted.pop() {
        let path = folder.join(&name);
        if files.contains_key(&name) || files.len() > cc_rules::limits::MAX_FILES || !path.is_file() {
            continue;
        }
        let text = match text {
            Some(text) => text,
            None => read(&path)?,
        };
        wanted.extend(source::includes(&name, &text).into_iter().map(|name| (name, None)));
        files.insert(name, SourceFile { path: path.display().to_string(), text });
    }
    Ok(files)
}

fn read(path: &Path) -> Result<String, Failure> {
    let bytes = Input::open(Some(path))?.read_all(cc_rules::limits::MAX_PACK_BYTES as u64)?;
    String::from_utf8(bytes).map_err(|_| Failure::usage(format!("{} is not UTF-8 text", path.display())))
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The word for the pack that comes with the SDK.
const STANDARD: &str = "standard";
/// Its sources, by name.
const STANDARD_SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/standard_pack.rs"));
