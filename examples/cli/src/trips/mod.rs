//! `ccars trips`.

mod table;

use std::path::PathBuf;

use cc_core::Event;
use cc_core::trips::{CarTrips, Places, TripHistory, TripOptions};
use chrono::{FixedOffset, TimeDelta};
use clap::Args;
use example_terminal::{ColorArg, Failure, Output, Palette, Verdict, parse};

use crate::complain;
use crate::events::{EventFormat, Events};

/// Work out the trips of cars from what they said
///
/// Ignition, positions, speed, odometer and fuel level make a trip: when, how far, how long, on how much fuel. The
/// events may come in any order and more than once. Movements that are no trips (on a ferry, behind a tow truck) and
/// refuelling are listed too. Where a car was is not shown, unless --positions asks for it.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[command(after_help = "\
Examples:
  ccars trips --utc-offset +02:00 events.jsonl      a table for people
  ccars trips --tank 50 events.jsonl                fuel in litres, for a car that tells percent
  ccars trips --json --positions events.jsonl       JSON Lines, with the way of each trip
  ccars trips --events events.jsonl > found.jsonl   trip_started, trip_ended and refuel

The column `by` says who knows how far it was: the car's odometer, the device's, the positions
(track) or the speed. A ~ marks what is known to a kilometre or less exactly.

Exit codes: 0 all events were readable; 1 some were not, and were left out; 2 the command could not be run.")]
pub(crate) struct Trips {
    /// The form of the events
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = EventFormat::PushV2)]
    from: EventFormat,

    /// Write JSON Lines: trips, movements and refuelling of each car
    #[arg(long, conflicts_with = "events")]
    json: bool,

    /// Write what was found as events of the data stream
    #[arg(long)]
    events: bool,

    /// Show where the car was
    #[arg(long)]
    positions: bool,

    /// In the JSON Lines, write the way of each trip as an encoded polyline (five decimals) instead of points
    #[arg(long, requires = "json", requires = "positions")]
    polyline: bool,

    /// How much the tank holds, in litres
    #[arg(long, value_name = "LITERS", allow_negative_numbers = true)]
    tank: Option<f64>,

    /// The time zone of the table, ahead of UTC [such as +02:00]
    #[arg(long, value_name = "OFFSET", value_parser = offset, default_value = "+00:00", allow_hyphen_values = true)]
    utc_offset: FixedOffset,

    /// A stop shorter than this does not end a trip [such as 5min, PT5M]
    #[arg(long, value_name = "DURATION", value_parser = parse::duration, default_value = "10min")]
    join_stop: TimeDelta,

    /// A silence of this length ends a trip, unless the car drove in it [such as 30min]
    #[arg(long, value_name = "DURATION", value_parser = parse::duration, default_value = "15min")]
    max_silence: TimeDelta,

    /// The events; standard input where no file, or `-`, is given
    file: Option<PathBuf>,
}

impl Trips {
    pub(crate) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let mut options = TripOptions::default();
        options.join_stop = self.join_stop;
        options.max_silence = self.max_silence;
        options.tank_liters = self.tank;
        let mut history =
            TripHistory::new(&options).map_err(|error| Failure::usage(argument(&error.to_string())))?;
        let mut events = Events::open(self.file.as_deref(), self.from)?;
        let (mut bad, mut without_car) = (0, 0_u64);
        while let Some(event) = events.next_event()? {
            match event {
                Ok(event) => {
                    without_car += u64::from(event.vehicle_ref().is_none());
                    history.add(&event);
                }
                Err(reason) => {
                    bad += 1;
                    complain(&format!("{}: {reason}", events.place()));
                }
            }
        }
        let cars = history.trips();
        let places = match (self.positions, self.polyline) {
            (false, _) => Places::Hidden,
            (true, false) => Places::Shown,
            (true, true) => Places::Polyline,
        };
        let mut out = Output::stdout();
        if self.events {
            write_events(&cars, &mut out)?;
        } else if self.json {
            write_json(&cars, places, &mut out)?;
        } else {
            out.text(&table::text(&cars, places, self.utc_offset, Palette::stdout(color)))?;
        }
        out.flush()?;
        remarks(events.name(), bad, without_car, &cars);
        Ok(Verdict::from_bad(bad))
    }
}

/// The library's names of options, as they are on the command line.
fn argument(error: &str) -> String {
    format!("--{}", error.replacen("tank_liters", "tank", 1).replace('_', "-"))
}

fn write_json(cars: &[CarTrips], places: Places, out: &mut Output) -> Result<(), Failure> {
    for car in cars {
        car.trips.iter().try_for_each(|trip| out.line(&trip.to_canonical_json(places)))?;
        car.movements.iter().try_for_each(|movement| out.line(&movement.to_canonical_json(places)))?;
        car.refuellings.iter().try_for_each(|refuelling| out.line(&refuelling.to_canonical_json(places)))?;
    }
    Ok(())
}

fn write_events(cars: &[CarTrips], out: &mut Output) -> Result<(), Failure> {
    for car in cars {
        let mut events: Vec<Event> = Vec::new();
        for trip in &car.trips {
            events.push(trip.started_event());
            events.extend(trip.ended_event());
        }
        events.extend(car.refuellings.iter().filter_map(cc_core::trips::Refuelling::event));
        events.sort_by(Event::canonical_cmp);
        events.iter().try_for_each(|event| out.line(&event.to_json()))?;
    }
    Ok(())
}

fn remarks(name: &str, bad: u64, without_car: u64, cars: &[CarTrips]) {
    let sum = |count: fn(&CarTrips) -> u64| cars.iter().map(count).sum();
    for (count, what) in [
        (bad, "could not be read"),
        (without_car, "are not about a vehicle"),
        (sum(|car| car.stats.duplicates), "were there twice"),
        (sum(|car| car.stats.unusable), "hold a value that cannot be true or is too inexact"),
        (sum(|car| car.stats.implausible), "do not follow from those before and were left out"),
        (sum(|car| car.stats.refused), "are outside the years 1678 to 2261"),
    ] {
        if count > 0 {
            complain(&format!("{name}: {count} of the events {what}"));
        }
    }
}

/// An offset such as `+02:00`, `-03:30` or `Z`.
fn offset(text: &str) -> Result<FixedOffset, &'static str> {
    let expected = "expected an offset from UTC, such as +02:00";
    if matches!(text, "Z" | "z") {
        return FixedOffset::east_opt(0).ok_or(expected);
    }
    text.parse().map_err(|_| expected)
}
