//! How fast a large `candump` file is read with its signals: writes one of so many megabytes, reads it by a DBC file, and
//! prints megabytes a second.
//!
//! ```console
//! $ cargo run --release -p cc-obd --example decode_candump -- 1000 target/bus.log
//! ```
#![allow(clippy::disallowed_methods, reason = "an example program reads its arguments, a file and the clock")]

use std::error::Error;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Read as _, Write as _};
use std::time::Instant;

use cc_obd::capture::BusLog;
use cc_obd::signals::dbc::Dbc;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let megabytes: u64 = arguments.next().ok_or("how many megabytes?")?.parse()?;
    let path = arguments.next().ok_or("where to?")?;
    write_log(&path, megabytes * 1_000_000)?;
    let dbc = Dbc::parse(bus()?.as_bytes())?;
    for round in 1..=3 {
        let began = Instant::now();
        let (mut lines, mut values, mut sum, mut bytes) = (0_u64, 0_u64, 0.0, 0);
        let (mut log, mut file, mut piece) = (BusLog::new(&dbc), File::open(&path)?, vec![0; 1 << 18]);
        loop {
            let length = file.read(&mut piece)?;
            if length == 0 {
                break;
            }
            bytes += length;
            log.push(&piece[..length], |line| {
                lines += 1;
                for value in line.frame.into_iter().flat_map(|frame| frame.values) {
                    values += 1;
                    sum += value.scaled;
                }
            });
        }
        let seconds = began.elapsed().as_secs_f64();
        let rate = bytes as f64 / seconds / 1e6;
        println!(
            "round {round}: {lines} frames, {values} values (sum {sum:.0}) in {seconds:.2} s: {rate:.0} MB/s"
        );
    }
    Ok(())
}

/// Fifty messages of eight signals.
fn bus() -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    for message in 0..50 {
        writeln!(text, "BO_ {} M{message}: 8 N", 0x200 + message * 3)?;
        for signal in 0..8 {
            let (order, start) = if signal % 2 == 0 { (1, signal * 8) } else { (0, signal * 8 + 7) };
            writeln!(text, " SG_ S{signal} : {start}|8@{order}+ (0.5,{signal}) [0|200] \"km/h\" X")?;
        }
    }
    Ok(text)
}

/// A bus of which three frames in four are described.
fn write_log(path: &str, size: u64) -> Result<(), Box<dyn Error>> {
    let (mut file, mut written, mut i) = (BufWriter::new(File::create(path)?), 0, 0_u64);
    while written < size {
        let random = i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let id = match random >> 60 {
            0..4 => 0x400 + (random >> 32 & 0x7F),
            _ => 0x200 + (random >> 32) % 50 * 3,
        };
        let (seconds, micros) = (1_436_509_052 + i / 4000, i % 4000 * 250);
        let line = format!("({seconds}.{micros:06}) can0 {id:03X}#{random:016X}\n");
        file.write_all(line.as_bytes())?;
        written += line.len() as u64;
        i += 1;
    }
    Ok(file.flush()?)
}
