//! `ccars dtc`: a trouble code in words, what it is made of, and what the standard pack says about it.

use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use cc_core::Language;
use cc_core::dtc_text::{DtcText, Overlay};
use cc_core::json::ObjectWriter;
use cc_core::{Arguments, Dtc as Code, DtcSystem, VagDtc};
use cc_rules::Pack;
use clap::Args;
use example_terminal::{ColorArg, Failure, Output, Palette, Verdict};

use crate::complain;
use crate::words::{each_word, report};

/// Say in words what a trouble code means, how urgent it is and what to do, and what the code is made of
///
/// Texts that are read: P0301 (SAE J2012), P157000 (with failure type), 'VAG 17978', 'SPN 1208 FMI 10', 'KWP 4321',
/// 'RAW 43-21'; letter case does not matter. Where the meaning is the maker's, the words say so; a table of your own
/// can say more.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars dtc P0301
  ccars dtc --lang da P0301 U0100
  ccars dtc VAG 17978                 quotes may be left out
  ccars dtc --table workshop.csv P1351
  cat codes.txt | ccars dtc - --json

A table is CSV (a first line of names) or JSON (a list of objects), with the columns code, component,
failure, location, language, urgency and action; code and component are needed, the others may be left
out. Bad rows are named on standard error, and the others hold.")]
pub(crate) struct Dtc {
    /// The codes; `-` reads them from standard input, one a line
    #[arg(required = true, value_name = "CODE")]
    codes: Vec<String>,

    /// The language of the words: da, de, en, es, nb or sv, or a tag with a region such as de-AT
    #[arg(long, default_value = "en", value_name = "LANGUAGE")]
    lang: Language,

    /// A table of your own words, which go before the others
    #[arg(long, value_name = "FILE")]
    table: Option<PathBuf>,

    /// Write JSON Lines
    #[arg(long)]
    json: bool,
}

impl Dtc {
    pub(crate) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let (mut out, palette) = (Output::stdout(), Palette::stdout(color));
        let (overlay, mut bad) =
            self.table.as_deref().map_or_else(|| Ok((Overlay::default(), 0)), overlay)?;
        let pack = cc_rules::standard_pack();
        each_word(&joined(&self.codes), |place, text| match text.parse::<Code>() {
            Ok(code) => {
                let words = overlay.describe(code, self.lang);
                let meanings = meanings(&pack, code, self.lang.tag());
                if self.json {
                    out.line(&json(code, &words, &meanings))
                } else {
                    out.text(&lines(code, &words, &meanings, palette))
                }
            }
            Err(error) => {
                bad += 1;
                report(&mut out, self.json, "ccars dtc", place, &error)
            }
        })?;
        out.flush()?;
        Ok(Verdict::from_bad(bad))
    }
}

/// Reads a user's table: JSON if it starts a list, else CSV. Bad rows are complained about and counted.
fn overlay(path: &Path) -> Result<(Overlay, u64), Failure> {
    let name = path.display().to_string();
    let failed = |source| Failure::File { action: "read", name: name.clone(), source };
    let mut table = String::new();
    let most = Overlay::LONGEST_TABLE as u64 + 1;
    File::open(path).map_err(failed)?.take(most).read_to_string(&mut table).map_err(failed)?;
    let is_json = table.trim_start_matches('\u{FEFF}').trim_start().starts_with('[');
    let read = if is_json { Overlay::from_json(&table) } else { Overlay::from_csv(&table) };
    let (overlay, errors) = read.map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    for error in &errors {
        complain(&format!("ccars dtc: {name}: {error}"));
    }
    Ok((overlay, errors.len() as u64))
}

/// What a rule of the standard pack says about a code.
struct Meaning {
    rule: String,
    title: String,
    text: String,
}

fn meanings(pack: &Pack, code: Code, language: &str) -> Vec<Meaning> {
    let rules = pack.rules_about(code).filter_map(|rule| pack.rule(rule));
    let meanings = rules.filter_map(|rule| {
        let message = pack.message(language, rule.message, &Arguments::new())?;
        Some(Meaning { rule: rule.id.to_owned(), title: message.title, text: message.text })
    });
    meanings.collect()
}

/// Puts codes of several words together again: `VAG 17978` as one argument or two.
fn joined(arguments: &[String]) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    let mut missing = 0;
    for argument in arguments {
        match codes.last_mut() {
            Some(code) if missing > 0 => {
                code.push(' ');
                code.push_str(argument);
                missing -= 1;
            }
            _ => {
                missing = match argument.to_ascii_uppercase().as_str() {
                    "VAG" | "KWP" | "RAW" => 1,
                    "SPN" => 3,
                    _ => 0,
                };
                codes.push(argument.clone());
            }
        }
    }
    codes
}

/// The facts of a code by name, in the order of both outputs.
fn facts(code: Code) -> Vec<(&'static str, String)> {
    let mut facts = vec![("family", family(code).to_owned())];
    let mut add = |name, value: String| facts.push((name, value));
    if let Some(p_code) = code.p_code() {
        add("system", system(p_code.system()).to_owned());
        add("defined_by", if p_code.is_generic() { "standard" } else { "maker" }.to_owned());
        add("p_code", p_code.to_string());
    }
    match code {
        Code::J2012Ftb(code) => add("failure_type", format!("{:02X}", code.failure_type())),
        Code::J1939(code) => {
            add("spn", code.spn().to_string());
            add("fmi", code.fmi().to_string());
        }
        _ => {}
    }
    let vag = code.p_code().and_then(VagDtc::from_p_code).filter(|_| !matches!(code, Code::Vag(_)));
    if let Some(vag) = vag {
        add("vag", vag.to_string());
    }
    facts
}

fn family(code: Code) -> &'static str {
    match code {
        Code::J2012(_) => "j2012",
        Code::J2012Ftb(_) => "j2012_ftb",
        Code::Vag(_) => "vag",
        Code::J1939(_) => "j1939",
        Code::Kwp(_) => "kwp",
        _ => "raw",
    }
}

fn system(system: DtcSystem) -> &'static str {
    match system {
        DtcSystem::Powertrain => "powertrain",
        DtcSystem::Chassis => "chassis",
        DtcSystem::Body => "body",
        DtcSystem::Network => "network",
    }
}

/// The facts in words for people.
fn in_words(name: &str, value: &str) -> (&'static str, String) {
    match (name, value) {
        ("family", "j2012") => ("family", "SAE J2012, two bytes".to_owned()),
        ("family", "j2012_ftb") => ("family", "SAE J2012 with failure type, three bytes".to_owned()),
        ("family", "vag") => ("family", "Volkswagen group, five digits".to_owned()),
        ("family", "j1939") => ("family", "SAE J1939, trucks".to_owned()),
        ("family", "kwp") => ("family", "KWP2000, two bytes of the maker's own".to_owned()),
        ("family", _) => ("family", "bytes of a format nobody named".to_owned()),
        ("defined_by", "standard") => ("defined by", "the standard: the same for every maker".to_owned()),
        ("defined_by", _) => ("defined by", "the maker: other makers may mean something else".to_owned()),
        ("system", value) => ("system", value.to_owned()),
        ("p_code", value) => ("P-code view", value.to_owned()),
        ("failure_type", value) => ("failure type", format!("{value} (SAE J2012-DA)")),
        ("spn", value) => ("parameter", format!("SPN {value}")),
        ("fmi", value) => ("failure mode", format!("FMI {value}")),
        (_, value) => ("VAG number", value.to_owned()),
    }
}

fn lines(code: Code, words: &DtcText, meanings: &[Meaning], Palette { bold, dim, .. }: Palette) -> String {
    let mut text = format!("{bold}{code}{bold:#}\n");
    let mut row = |name: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {dim}{name:<12}{dim:#}  {value}");
    };
    row("in words", &format!("{bold}{words}{bold:#}"));
    row("urgency", words.urgency.as_str());
    row("what to do", &words.what_to_do);
    let own = code.to_string();
    for (name, value) in facts(code).iter().filter(|(name, value)| *name != "p_code" || *value != own) {
        let (name, value) = in_words(name, value);
        row(name, &value);
    }
    for Meaning { rule, title, text } in meanings {
        row("rule", &format!("{rule} {dim}of the standard pack{dim:#}"));
        row("", title);
        if text != title {
            row("", text);
        }
    }
    text
}

fn json(code: Code, words: &DtcText, meanings: &[Meaning]) -> String {
    let mut text = String::new();
    let mut object = ObjectWriter::new(&mut text);
    object.string("dtc", &code.to_string());
    for (name, value) in facts(code) {
        match (name, value.parse::<u32>()) {
            ("spn" | "fmi", Ok(number)) => object.number(name, f64::from(number)),
            _ => object.string(name, &value),
        }
    }
    words_json(words, object.key("words"));
    let list = object.key("meanings");
    list.push('[');
    for (i, meaning) in meanings.iter().enumerate() {
        if i > 0 {
            list.push(',');
        }
        let mut object = ObjectWriter::new(list);
        object.string("rule", &meaning.rule);
        object.string("title", &meaning.title);
        object.string("text", &meaning.text);
        object.end();
    }
    list.push(']');
    object.end();
    text
}

/// The words, part by part.
fn words_json(words: &DtcText, out: &mut String) {
    let mut object = ObjectWriter::new(out);
    object.string("language", words.language.tag());
    object.string("sentence", &words.to_string());
    object.string("component", &words.component);
    object.optional_string("location", words.location.as_deref());
    object.string("failure", &words.failure);
    object.optional_string("failure_type", words.failure_type.as_deref());
    object.string("origin", words.origin.as_str());
    object.string("urgency", words.urgency.as_str());
    object.string("action", words.action.as_str());
    object.string("what_to_do", &words.what_to_do);
    object.end();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_several_words_need_no_quotes() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(
            joined(&words("P0301 vag 17978 SPN 1208 FMI 10 U0100 VAG")),
            ["P0301", "vag 17978", "SPN 1208 FMI 10", "U0100", "VAG"]
        );
    }
}
