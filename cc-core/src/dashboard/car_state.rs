//! One car as bytes: what it was told, in an order of its own, so that the same events give the same bytes.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::RowKind;
use super::car::{Car, Ecu};
use super::line::{About, Fold, Line, Said, Scan, Stamp};
use super::state::{Bytes, Stored};
use super::system::VehicleSystem;
use crate::{EventId, ScanService, SignalId, Timestamp};

impl Stored for Car {
    fn write(&self, out: &mut Vec<u8>) {
        self.vehicle.write(out);
        self.heard.write(out);
        self.vin.write(out);
        // By name, so that a part that is added later does not move the others.
        let watched: Vec<(Box<str>, i64)> = VehicleSystem::ALL
            .into_iter()
            .filter_map(|system| Some((system.as_str().into(), self.watched(system)?.timestamp())))
            .collect();
        watched.write(out);
        self.settled.write(out);
        // ECUs and rows stand in the order of their names, not in that in which they were heard of.
        let mut ecus: Vec<_> = self.ecus.iter().enumerate().collect();
        ecus.sort_by(|(_, a), (_, b)| a.name.cmp(&b.name));
        let places: BTreeMap<usize, u16> = ecus.iter().zip(0..).map(|((old, _), new)| (*old, new)).collect();
        (ecus.len() as u64).write(out);
        for (_, ecu) in ecus {
            ecu.name.write(out);
            ecu.scans.write(out);
        }
        let place = |line: &Line| places.get(&usize::from(line.ecu)).copied().unwrap_or(line.ecu);
        let mut lines: Vec<_> = self.lines.iter().collect();
        lines.sort_by(|a, b| {
            let order = |line: &Line| (place(line), line.about.kind(), matches!(line.about, About::Text(_)));
            order(a).cmp(&order(b)).then_with(|| a.about.name().cmp(b.about.name()))
        });
        (lines.len() as u64).write(out);
        for line in lines {
            line.about.write(out);
            place(line).write(out);
            line.settled.write(out);
            line.said.write(out);
        }
        self.recommendations.write(out);
        self.service.as_deref().cloned().write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let mut car = Self::new(Stored::read(bytes)?);
        car.heard = Stored::read(bytes)?;
        car.vin = Stored::read(bytes)?;
        for (name, seconds) in Vec::<(Box<str>, i64)>::read(bytes)? {
            // A part that this version does not know is left out.
            if let Some(system) = VehicleSystem::ALL.into_iter().find(|system| system.as_str() == &*name) {
                car.watch(Some(system), Timestamp::from_timestamp(seconds, 0)?);
            }
        }
        car.settled = Stored::read(bytes)?;
        car.ecus = Vec::<Ecu>::read(bytes)?;
        let lines = Vec::<Line>::read(bytes)?;
        car.lines = lines;
        for line in &mut car.lines {
            let ecu = car.ecus.get(usize::from(line.ecu))?;
            line.add_up(&ecu.scans);
        }
        car.recommendations = Stored::read(bytes)?;
        car.service = Option::read(bytes)?.map(Box::new);
        car.history = car.count_history();
        Some(car)
    }
}

impl Stored for Ecu {
    fn write(&self, out: &mut Vec<u8>) {
        self.name.write(out);
        self.scans.write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let (name, scans) = (Stored::read(bytes)?, Vec::<Scan>::read(bytes)?);
        scans.is_sorted().then_some(Self { name, scans })
    }
}

impl Stored for Line {
    fn write(&self, out: &mut Vec<u8>) {
        self.about.write(out);
        self.ecu.write(out);
        self.settled.write(out);
        self.said.write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let mut line = Self::new(Stored::read(bytes)?, Stored::read(bytes)?);
        line.settled = Stored::read(bytes)?;
        line.said = Vec::read(bytes)?;
        line.said.is_sorted().then_some(line)
    }
}

impl Stored for About {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Code(dtc, _) => {
                0_u8.write(out);
                dtc.write(out);
            }
            Self::Text(text) => {
                1_u8.write(out);
                text.write(out);
            }
            Self::Signal(kind, signal) => {
                2_u8.write(out);
                (*kind == RowKind::WarningLight).write(out);
                signal.write(out);
            }
        }
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        Some(match u8::read(bytes)? {
            0 => {
                let dtc = crate::Dtc::read(bytes)?;
                Self::Code(dtc, alloc::format!("{dtc}").into())
            }
            1 => Self::Text(Stored::read(bytes)?),
            2 => {
                let kind = if bool::read(bytes)? { RowKind::WarningLight } else { RowKind::ServiceReminder };
                Self::Signal(kind, SignalId::read(bytes)?)
            }
            _ => return None,
        })
    }
}

impl Stored for Fold {
    fn write(&self, out: &mut Vec<u8>) {
        self.last_occurred.write(out);
        self.open.write(out);
        for count in self.counts {
            count.write(out);
        }
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let mut fold =
            Self { last_occurred: Stored::read(bytes)?, open: Stored::read(bytes)?, ..Self::default() };
        for count in &mut fold.counts {
            *count = Stored::read(bytes)?;
        }
        Some(fold)
    }
}

impl Stored for Stamp {
    fn write(&self, out: &mut Vec<u8>) {
        self.at.write(out);
        self.rank.write(out);
        self.id.0.write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        Some(Self { at: Stored::read(bytes)?, rank: Stored::read(bytes)?, id: EventId(Stored::read(bytes)?) })
    }
}

impl Stored for Said {
    fn write(&self, out: &mut Vec<u8>) {
        (*self as u8).write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        [Self::Gone, Self::Seen, Self::Added].get(usize::from(u8::read(bytes)?)).copied()
    }
}

impl Stored for Scan {
    fn write(&self, out: &mut Vec<u8>) {
        self.stamp.write(out);
        (super::line::source(self.service) as u8).write(out);
        self.complete.write(out);
        self.codes.to_vec().write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let stamp = Stored::read(bytes)?;
        let service = match u8::read(bytes)? {
            1 => ScanService::Pending,
            2 => ScanService::Permanent,
            3 => ScanService::Stored,
            4 => ScanService::Uds,
            _ => return None,
        };
        Some(Self { stamp, service, complete: Stored::read(bytes)?, codes: Vec::read(bytes)?.into() })
    }
}
