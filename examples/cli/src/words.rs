//! Commands whose arguments are short texts: codes and VINs.

use std::error::Error;
use std::io::BufRead;

use cc_core::json::ObjectWriter;
use example_terminal::{Failure, Input, Output};

use crate::complain;

/// Where a text stood: the argument's number, or the line of standard input.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    Argument(usize),
    Line(u64),
}

/// Calls `each` with every argument; `-` stands for the lines of standard input.
pub(crate) fn each_word(
    arguments: &[String],
    mut each: impl FnMut(Place, &str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    for (index, argument) in arguments.iter().enumerate() {
        if argument != "-" {
            each(Place::Argument(index + 1), argument)?;
            continue;
        }
        let input = Input::open(None)?;
        let name = input.name().to_owned();
        for (line, text) in (1..).zip(input.split(b'\n')) {
            let text = text.map_err(|source| Failure::File { action: "read", name: name.clone(), source })?;
            // What is not UTF-8 is neither a code nor a VIN, and reported as any other bad line.
            let text = String::from_utf8_lossy(&text);
            let text = text.trim();
            if !text.is_empty() && !text.starts_with('#') {
                each(Place::Line(line), text)?;
            }
        }
    }
    Ok(())
}

/// Reports a text that could not be read, without showing it: it may name a person's car.
pub(crate) fn report(
    out: &mut Output,
    json: bool,
    program: &str,
    place: Place,
    error: &dyn Error,
) -> Result<(), Failure> {
    let (name, number) = match place {
        Place::Argument(number) => ("argument", number as u64),
        Place::Line(line) => ("line", line),
    };
    if json {
        let mut text = String::new();
        let mut object = ObjectWriter::new(&mut text);
        object.number(name, number as f64);
        object.string("error", &error.to_string());
        object.end();
        return out.line(&text);
    }
    out.flush()?;
    complain(&format!("{program}: {name} {number}: {error}"));
    Ok(())
}
