//! `ccars sim`: a car that is not there.

use std::path::PathBuf;

use cc_obd::session::BusProtocol;
use cc_obd::sim::serve::Server;
use cc_obd::sim::{FaultWindow, Scenario, SimFault};
use clap::Args;
use example_terminal::{Failure, Input, Output, Verdict};
use tokio::net::TcpListener;

use super::wait;

/// Play a car with an adapter in its plug, for tests and for trying things out
///
/// Answers as an ELM327 adapter with a car behind it: several ECUs, trouble codes, freeze frames, names, signals that
/// run over time, and faults where wanted. Other programs than ccars can use it, too. It plays until it is stopped.
#[derive(Args, Debug)]
#[command(after_help = after_help())]
pub(crate) struct Sim {
    /// The car, as JSON [default: the one of --print-scenario]
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,

    /// Listen here; port 0 takes any that is free
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:35000")]
    tcp: String,

    /// Be a serial port (a pseudo-terminal) instead
    #[arg(long, conflicts_with = "tcp")]
    pty: bool,

    /// Let the adapter fail from a second of the run on, for a second or as many as stand behind the plus sign, such as
    /// `no_data@30` or `disconnect@60+5`; may be given again
    #[arg(long, value_name = "NAME@SECOND[+SECONDS]", value_parser = fault)]
    fault: Vec<FaultWindow>,

    /// Write the usual scenario and end
    #[arg(long)]
    print_scenario: bool,
}

impl Sim {
    pub(crate) fn run(self) -> Result<Verdict, Failure> {
        let mut out = Output::stdout();
        if self.print_scenario {
            out.text(Scenario::STANDARD)?;
            out.flush()?;
            return Ok(Verdict::AllGood);
        }
        let mut scenario = match &self.scenario {
            None => Scenario::standard(),
            Some(path) => Scenario::from_json(&Input::open(Some(path))?.read_all(LARGEST)?)
                .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?,
        };
        scenario.faults.extend(&self.fault);
        let bus = BusProtocol::from_number(scenario.protocol).map_or_else(String::new, |bus| bus.to_string());
        let count = scenario.ecus.len();
        let ecus = if count == 1 { "1 ECU".to_owned() } else { format!("{count} ECUs") };
        let car = format!("a car of {ecus} on {bus}, behind {}", scenario.adapter.identity);
        wait(async {
            let server = Server::new(scenario);
            if self.pty {
                return serve_pty(server, &mut out, &car).await;
            }
            let cannot = |source| Failure::File { action: "listen on", name: self.tcp.clone(), source };
            let listener = TcpListener::bind(&self.tcp).await.map_err(cannot)?;
            let address = listener.local_addr()?;
            out.line(&car)?;
            out.line(&format!("listening on tcp://{address}; try: ccars scan tcp://{address}"))?;
            out.flush()?;
            match server.tcp(listener).await? {}
        })
    }
}

#[cfg(unix)]
async fn serve_pty(server: Server, out: &mut Output, car: &str) -> Result<Verdict, Failure> {
    let pty = cc_obd::sim::serve::Pty::open()?;
    let path = pty.path().display();
    out.line(car)?;
    out.line(&format!("a serial port at {path}; try: ccars scan serial:{path}"))?;
    out.flush()?;
    match server.pty(pty).await? {}
}

#[cfg(not(unix))]
async fn serve_pty(_: Server, _: &mut Output, _: &str) -> Result<Verdict, Failure> {
    Err(Failure::usage("--pty needs a Unix system; use --tcp"))
}

fn fault(text: &str) -> Result<FaultWindow, String> {
    let (name, time) = text.split_once('@').ok_or("expected NAME@SECOND, such as no_data@30")?;
    let names = || SimFault::ALL.map(|(name, _)| name).join(", ");
    let fault = name.parse().map_err(|_| format!("expected one of {} before the @", names()))?;
    let (at, lasts) = time.split_once('+').unwrap_or((time, "1"));
    let seconds =
        |text: &str| text.parse().ok().filter(|seconds| (0.0..=FaultWindow::LATEST).contains(seconds));
    let (Some(at), Some(lasts)) = (seconds(at), seconds(lasts)) else {
        return Err("expected seconds behind the @, such as 30 or 30+5".to_owned());
    };
    let window = FaultWindow { at, lasts, fault };
    window.check().map_err(|error| error.to_string())?;
    Ok(window)
}

/// The largest scenario read.
const LARGEST: u64 = 1 << 20;

const EXAMPLES: &str = "\
Examples:
  ccars sim                                   a petrol car with a misfire on tcp://127.0.0.1:35000
  ccars sim --pty                             the same as a serial port; its path is printed
  ccars sim --print-scenario > my-car.json    the scenario to start from
  ccars sim --scenario my-car.json --tcp 0.0.0.0:35000
  ccars sim --fault buffer_full@30 --fault disconnect@60+5

In another terminal:
  ccars scan tcp://127.0.0.1:35000
  ccars live tcp://127.0.0.1:35000";

/// The examples, and every fault.
fn after_help() -> String {
    let width = SimFault::ALL.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let faults = SimFault::ALL.map(|(name, fault)| format!("  {name:width$}  {}", fault.meaning()));
    format!("Faults:\n{}\n\n{EXAMPLES}", faults.join("\n"))
}
