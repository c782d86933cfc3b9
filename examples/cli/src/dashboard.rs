//! `ccars dashboard`: what a workshop sees of its cars.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use cc_core::dashboard::{
    Dashboard as Board, HealthPolicy, PageQuery, RowFilter, RowKind, RowOrder, VehicleHealth,
};
use cc_core::prediction::ServicePlan;
use cc_core::{Language, Timestamp, Urgency, VehicleRef};
use cc_rules::Runner;
use chrono::{SecondsFormat, TimeDelta};
use clap::{Args, ValueEnum};
use example_terminal::{ColorArg, Failure, Output, Palette, Verdict, dashboard, parse};

use crate::complain;
use crate::events::{EventFormat, Events};
use crate::rules::pack;

/// Show what a workshop sees of its cars
///
/// Events are those of the data stream, in any order; one that comes twice counts once. They are
/// folded into rows: trouble codes, service reminders and warning lights, each with its count and whether it is still
/// there. A rule pack gives the rows their urgency. VINs are shown: the table is for people who may see them.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ccars dashboard events.jsonl                               the first 50 rows, the most urgent first
  ccars dashboard --open --kind warning-light --lang da monday.json tuesday.json
  ccars dashboard --cars --service-km 15000 events.jsonl     each car's health and next service
  ccars dashboard --fleet events.jsonl                       the sums
  tail -f feed.jsonl | ccars dashboard --open --follow       the table, live
  tail -f feed.jsonl | ccars dashboard --follow --json       every row that changes, as it does

Exit codes: 0 all events could be read; 1 some could not, and were left out; 2 the command could not be run.")]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct Dashboard {
    /// The events; standard input where no file, or `-`, is given
    files: Vec<PathBuf>,

    /// The form of the events
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = EventFormat::PushV2)]
    from: EventFormat,

    /// Only open rows
    #[arg(long, conflicts_with = "closed")]
    open: bool,

    /// Only closed rows
    #[arg(long)]
    closed: bool,

    /// Only rows of this kind; may be given again for another
    #[arg(long, value_enum, value_name = "KIND")]
    kind: Vec<KindArg>,

    /// Only rows at least this urgent [info, low, medium, high or critical]
    #[arg(long, value_name = "URGENCY")]
    urgency: Option<Urgency>,

    /// Only this car, as ORGANIZATION/NUMBER; may be given again for another
    #[arg(long, value_name = "VEHICLE")]
    vehicle: Vec<String>,

    /// Only rows whose name, ECU or VIN contains this text
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,

    /// Only rows that last occurred at this instant or later [such as 2026-03-01 or 2026-03-01T08:00:00Z]
    #[arg(long, value_name = "TIME", value_parser = parse::instant)]
    since: Option<Timestamp>,

    /// Only rows that last occurred before this instant
    #[arg(long, value_name = "TIME", value_parser = parse::instant)]
    until: Option<Timestamp>,

    /// The order of the rows
    #[arg(long, value_enum, value_name = "ORDER", default_value = "urgency")]
    order: OrderArg,

    /// How many rows at most
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    limit: usize,

    /// Show cars instead of rows: health, next service, and what the driver reads
    #[arg(long, conflicts_with_all = ["fleet", "follow"])]
    cars: bool,

    /// Show the sums of the fleet instead of rows
    #[arg(long, conflicts_with = "follow")]
    fleet: bool,

    /// The distance between services, where a car does not say it, km
    #[arg(long, value_name = "KM")]
    service_km: Option<u32>,

    /// The time between services, where a car does not say it, days
    #[arg(long, value_name = "DAYS")]
    service_days: Option<u32>,

    /// The rule pack that gives urgency: a YAML or JSON file, `standard`, or `none`
    #[arg(long, value_name = "PACK", default_value = "standard")]
    pack: String,

    /// The present, for ages and for what is due [default: when a car was last heard]
    #[arg(long, value_name = "TIME", value_parser = parse::instant)]
    now: Option<Timestamp>,

    /// Show the rows anew whenever the input pauses; with --json, the rows that changed
    #[arg(long)]
    follow: bool,

    /// The language of the table: da, de, en, es, nb or sv, or a tag with a region such as de-AT
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    lang: Language,

    /// Write JSON Lines
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum KindArg {
    /// Trouble codes
    ErrorCode,
    /// Services and oil changes that are due
    ServiceReminder,
    /// Lamps on the instruments
    WarningLight,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OrderArg {
    /// The highest count first
    Count,
    /// The latest first
    LastOccurred,
    /// By name
    Name,
    /// Open rows first, then the most urgent, then the latest
    Urgency,
    /// By vehicle
    Vehicle,
}

impl Dashboard {
    pub(crate) fn run(self, color: ColorArg) -> Result<Verdict, Failure> {
        let mut session = self.session(color)?;
        let mut screen = Screen { out: Output::stdout(), palette: Palette::stdout(color), shown: None };
        let query = self.query()?;
        let mut bad = 0;
        let files = if self.files.is_empty() { &[PathBuf::from("-")][..] } else { &self.files };
        for file in files {
            let mut events = Events::open(Some(file), self.from)?;
            loop {
                if events.is_drained() {
                    session.take_changes();
                }
                if self.follow && events.is_drained() {
                    self.show_changed(&session, &query, &mut screen)?;
                }
                match events.next_event()? {
                    None => break,
                    Some(Ok(event)) => session.event(event),
                    Some(Err(reason)) => {
                        bad += 1;
                        complain(&format!("{}: {reason}", events.place()));
                    }
                }
            }
        }
        session.finish();
        if self.follow {
            self.show_changed(&session, &query, &mut screen)?;
        } else if self.cars {
            self.show_cars(&session, &query, &mut screen)?;
        } else if self.fleet {
            self.show_fleet(&session, &query, &mut screen)?;
        } else {
            self.show_rows(&session, &query, &mut screen)?;
        }
        screen.out.flush()?;
        Ok(Verdict::from_bad(bad))
    }

    fn session(&self, color: ColorArg) -> Result<Session, Failure> {
        let board = Board::default();
        if self.pack == "none" {
            return Ok(Session { board, runner: None, newest: None });
        }
        let Some((pack, _)) = pack::load(&self.pack, color)? else {
            return Err(Failure::usage("the pack cannot be run"));
        };
        let runner = Some(Runner::new(pack.clone(), LATENESS));
        let board = board.with_rules(move |rule, subject| pack.is_about(rule, subject));
        Ok(Session { board, runner, newest: None })
    }

    /// The failure does not show the text of a vehicle: it names a person's car.
    fn query(&self) -> Result<PageQuery, Failure> {
        let vehicle = |text: &String| {
            text.parse::<VehicleRef>().map_err(|error| {
                Failure::usage(format!("--vehicle: {error}; write it as ORGANIZATION/NUMBER"))
            })
        };
        let vehicles = self.vehicle.iter().map(vehicle).collect::<Result<Vec<_>, _>>()?;
        let filter = RowFilter {
            open: if self.open { Some(true) } else { self.closed.then_some(false) },
            kinds: self.kind.iter().map(|kind| (*kind).into()).collect(),
            urgency_at_least: self.urgency,
            vehicles: (!vehicles.is_empty()).then_some(vehicles),
            text: self.text.as_deref().map(Into::into),
            since: self.since,
            until: self.until,
        };
        Ok(PageQuery { filter, order: self.order.into(), after: None, limit: self.limit })
    }

    fn show_rows(&self, session: &Session, query: &PageQuery, screen: &mut Screen) -> Result<(), Failure> {
        let page = session.board.page(query);
        if self.json {
            return page.rows.iter().try_for_each(|row| screen.out.line(&row.to_json()));
        }
        if !page.rows.is_empty() {
            let table = dashboard::rows(&page.rows, self.lang, &time, screen.palette);
            screen.out.text(&table.render(0))?;
        }
        let dim = screen.palette.dim;
        let rows = dashboard::rows_of(page.rows.len(), page.total, self.lang);
        screen.out.line(&format!("{dim}{rows}{dim:#}"))
    }

    /// The rows anew, or as JSON those that changed.
    fn show_changed(&self, session: &Session, query: &PageQuery, screen: &mut Screen) -> Result<(), Failure> {
        let version = session.board.version();
        if screen.shown == Some(version) {
            return Ok(());
        }
        if self.json {
            let changes = session.board.changed_since(screen.shown.unwrap_or(0));
            for row in changes.rows.iter().filter(|row| query.filter.matches(row)) {
                screen.out.line(&row.to_json())?;
            }
        } else {
            if io::stdout().is_terminal() {
                screen.out.text(CLEAR)?;
            } else if screen.shown.is_some() {
                screen.out.line("")?;
            }
            self.show_rows(session, query, screen)?;
        }
        screen.shown = Some(version);
        screen.out.flush()
    }

    fn policy(&self) -> HealthPolicy {
        let service = ServicePlan {
            interval_km: self.service_km,
            interval_days: self.service_days,
            ..ServicePlan::default()
        };
        HealthPolicy { service, ..HealthPolicy::default() }
    }

    fn show_cars(&self, session: &Session, query: &PageQuery, screen: &mut Screen) -> Result<(), Failure> {
        let (policy, now) = (self.policy(), self.now.or(session.newest).unwrap_or_default());
        let wanted = |vehicle: &&VehicleRef| {
            query.filter.vehicles.as_ref().is_none_or(|vehicles| vehicles.contains(vehicle))
        };
        let vehicles = session.board.vehicles().filter(wanted);
        let mut cars: Vec<VehicleHealth> =
            vehicles.map(|vehicle| session.board.health(vehicle, &policy, now)).collect();
        // In the order of the vehicles, the worst first.
        cars.sort_by_key(|car| std::cmp::Reverse(car.overall));
        cars.truncate(self.limit);
        if self.json {
            return cars.iter().try_for_each(|car| screen.out.line(&car.to_json()));
        }
        screen.out.text(&dashboard::cars(&cars, self.lang, now, screen.palette).render(0))
    }

    fn show_fleet(&self, session: &Session, query: &PageQuery, screen: &mut Screen) -> Result<(), Failure> {
        let (policy, now) = (self.policy(), self.now.or(session.newest).unwrap_or_default());
        let sums = match &query.filter.vehicles {
            Some(vehicles) => session.board.summary_of(vehicles, &policy, now),
            None => session.board.summary(&policy, now),
        };
        if self.json {
            return screen.out.line(&sums.to_json());
        }
        screen.out.text(&dashboard::fleet(&sums, self.lang, screen.palette).render(0))
    }
}

/// What is known of the cars.
struct Session {
    board: Board,
    runner: Option<Runner>,
    newest: Option<Timestamp>,
}

impl Session {
    fn event(&mut self, event: cc_core::Event) {
        self.newest = self.newest.max(Some(event.at));
        self.board.add(&event);
        if let Some(runner) = &mut self.runner {
            runner.feed([event]);
        }
    }

    fn take_changes(&mut self) {
        let changes = self.runner.as_mut().map(Runner::take_changes).unwrap_or_default();
        for change in &changes {
            self.board.add_change(change);
        }
    }

    /// No more events come.
    fn finish(&mut self) {
        let changes = self.runner.as_mut().map(Runner::drain).unwrap_or_default();
        for change in &changes {
            self.board.add_change(change);
        }
    }
}

struct Screen {
    out: Output,
    palette: Palette,
    /// The version of the dashboard that is shown.
    shown: Option<u64>,
}

impl From<KindArg> for RowKind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::ErrorCode => Self::ErrorCode,
            KindArg::ServiceReminder => Self::ServiceReminder,
            KindArg::WarningLight => Self::WarningLight,
        }
    }
}

impl From<OrderArg> for RowOrder {
    fn from(order: OrderArg) -> Self {
        match order {
            OrderArg::Count => Self::Count,
            OrderArg::LastOccurred => Self::LastOccurred,
            OrderArg::Name => Self::Name,
            OrderArg::Urgency => Self::Urgency,
            OrderArg::Vehicle => Self::Vehicle,
        }
    }
}

/// `2026-05-01 10:00:00`, in UTC.
fn time(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true).replace('T', " ").trim_end_matches('Z').to_owned()
}

/// The cars upload when they find a network.
const LATENESS: TimeDelta = TimeDelta::days(1);
/// Home, and clear what is below.
const CLEAR: &str = "\x1b[H\x1b[2J";
