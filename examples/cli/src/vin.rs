//! `ccars vin`: what a vehicle identification number says.

use std::fmt::Write;

use cc_core::json::{ObjectWriter, write_number};
use cc_core::{CheckDigit, Vin as Number};
use clap::Args;
use example_terminal::{ColorArg, Failure, Output, Palette, Verdict};

use crate::words::{each_word, report};

/// Say what a vehicle identification number (ISO 3779) is made of
///
/// The check digit is reported and never a reason to refuse: only North American cars carry one. The tenth character
/// stands for two model years, 30 years apart; North American cars tell them apart, others may not use it at all.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars vin 1HGCM82633A004352
  ccars vin --json WP0ZZZ99ZTS390000
  cut -d, -f2 fleet.csv | ccars vin - --json")]
pub(crate) struct Vin {
    /// The numbers; `-` reads them from standard input, one a line
    #[arg(required = true, value_name = "VIN")]
    vins: Vec<String>,

    /// Write JSON Lines
    #[arg(long)]
    json: bool,
}

impl Vin {
    pub(crate) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let (mut out, palette) = (Output::stdout(), Palette::stdout(color));
        let mut bad = 0;
        each_word(&self.vins, |place, text| {
            let vin: Number = match text.parse() {
                Ok(vin) => vin,
                Err(error) => {
                    bad += 1;
                    return report(&mut out, self.json, "ccars vin", place, &error);
                }
            };
            if self.json { out.line(&json(&vin)) } else { out.text(&lines(&vin, palette)) }
        })?;
        out.flush()?;
        Ok(Verdict::from_bad(bad))
    }
}

fn lines(vin: &Number, Palette { bold, dim, .. }: Palette) -> String {
    let years: Vec<String> = vin.model_years().map(|year| year.to_string()).collect();
    let years = if years.is_empty() { "not given".to_owned() } else { years.join(" or ") };
    let country = vin
        .country()
        .map_or_else(|| "not assigned".to_owned(), |country| format!("{} ({})", country.name, country.code));
    let check = match vin.check_digit() {
        CheckDigit::Valid => "right".to_owned(),
        CheckDigit::Different { expected } if vin.is_north_american() => {
            format!("wrong: position 9 should be {expected}")
        }
        CheckDigit::Different { .. } => "none, as outside North America".to_owned(),
    };
    let unnamed = if vin.is_of_small_maker() { "one of few vehicles a year" } else { "not in the table" };
    let rows = [
        ("maker", format!("{} (WMI {})", vin.manufacturer().unwrap_or(unnamed), vin.wmi())),
        ("country", country),
        ("model year", years),
        ("check digit", check),
    ];
    let mut text = format!("{bold}{vin}{bold:#}\n");
    for (name, value) in rows {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {dim}{name:<12}{dim:#} {value}");
    }
    text
}

fn json(vin: &Number) -> String {
    let mut text = String::new();
    let mut object = ObjectWriter::new(&mut text);
    object.string("vin", vin.as_str());
    object.string("wmi", vin.wmi());
    object.optional_string("maker", vin.manufacturer());
    object.optional_string("country", vin.country().map(|country| country.code));
    let years = object.key("model_years");
    years.push('[');
    for (i, year) in vin.model_years().enumerate() {
        if i > 0 {
            years.push(',');
        }
        write_number(years, f64::from(year));
    }
    years.push(']');
    match vin.check_digit() {
        CheckDigit::Valid => object.boolean("check_digit_valid", true),
        CheckDigit::Different { expected } => {
            object.boolean("check_digit_valid", false);
            object.string("check_digit_expected", expected.encode_utf8(&mut [0; 4]));
        }
    }
    object.end();
    text
}
