//! The dashboard as tables: the rows that a workshop sees, the cars, and the sums of a fleet.

use anstyle::Style;
use cc_core::dashboard::{FleetSummary, Health, Row, RowKind, VehicleHealth, state_word, urgency_word};
use cc_core::prediction::{Limit, ServicePrediction};
use cc_core::{Language, Timestamp, Urgency, Vin};

use crate::{Cell, Palette, Table, printable};

/// English, Danish, German, Norwegian, Swedish and Spanish.
type Words = [&'static str; 6];

const LAST_OCCURRED: Words =
    ["last occurred", "sidst set", "zuletzt", "sist sett", "senast sedd", "última vez"];
const URGENCY: Words = ["urgency", "vigtighed", "Dringlichkeit", "viktighet", "vikt", "urgencia"];
const TYPE: Words = ["type", "type", "Art", "type", "typ", "tipo"];
const NAME: Words = ["name", "navn", "Name", "navn", "namn", "nombre"];
const COUNT: Words = ["count", "antal", "Anzahl", "antall", "antal", "veces"];
const VIN: Words = ["VIN", "stelnummer", "FIN", "understellsnummer", "chassinummer", "VIN"];
const STATE: Words = ["state", "tilstand", "Stand", "tilstand", "läge", "estado"];
const VEHICLE: Words = ["vehicle", "bil", "Fahrzeug", "bil", "bil", "vehículo"];
const HEALTH: Words = ["health", "helbred", "Zustand", "helse", "hälsa", "salud"];
const NEXT_SERVICE: Words = [
    "next service",
    "næste service",
    "nächste Inspektion",
    "neste service",
    "nästa service",
    "próximo mantenimiento",
];
const STATUS: Words = ["status", "status", "Status", "status", "status", "estado"];
const BY_DISTANCE: Words = ["by distance", "efter km", "nach km", "etter km", "efter km", "por km"];
const BY_TIME: Words = ["by time", "efter tid", "nach Zeit", "etter tid", "efter tid", "por tiempo"];
const ROWS: Words = ["rows", "rækker", "Zeilen", "rader", "rader", "filas"];
const CARS: Words = ["cars", "biler", "Fahrzeuge", "biler", "bilar", "vehículos"];
const SILENT: Words = [
    "not heard of lately",
    "ikke hørt fra for nylig",
    "lange nichts gehört",
    "ikke hørt fra i det siste",
    "inte hörda på sistone",
    "sin noticias recientes",
];
const SERVICES: Words = [
    "services due this month",
    "service i denne måned",
    "Inspektionen in diesem Monat",
    "service denne måneden",
    "service denna månad",
    "mantenimientos este mes",
];
const OVERDUE: Words = ["overdue", "overskredet", "überfällig", "forfalt", "försenad", "vencidos"];
const RECOMMENDATIONS: Words = [
    "open recommendations",
    "åbne anbefalinger",
    "offene Empfehlungen",
    "åpne anbefalinger",
    "öppna rekommendationer",
    "recomendaciones abiertas",
];

/// How many rows are shown, of how many: `3 / 40 rows`.
pub fn rows_of(shown: usize, total: usize, language: Language) -> String {
    format!("{shown} / {total} {}", language.of(ROWS))
}

fn table(columns: &[Words], language: Language, palette: Palette) -> Table {
    let columns: Vec<_> = columns.iter().map(|words| language.of(*words)).collect();
    Table::new(&columns, palette.dim)
}

/// The rows that a workshop sees, coloured by urgency; `times` writes an instant. VINs are shown, on purpose; a car whose
/// VIN is not known is named as the platform names it.
pub fn rows(
    rows: &[Row],
    language: Language,
    times: &dyn Fn(Timestamp) -> String,
    palette: Palette,
) -> Table {
    let mut table = table(&[LAST_OCCURRED, URGENCY, TYPE, NAME, COUNT, VIN, STATE], language, palette);
    for row in rows {
        let style = match row.urgency {
            _ if !row.open => palette.dim,
            Some(urgency) => palette.urgency(urgency),
            None => Style::new(),
        };
        let ecu = row.ecu.as_ref().map(|ecu| format!(" ({ecu})")).unwrap_or_default();
        table.row([
            times(row.last_occurred).into(),
            Cell::styled(row.urgency.map_or("–", |urgency| urgency_word(urgency, language)), style),
            row.kind.word(language).into(),
            Cell::styled(printable(&format!("{}{ecu}", row.name.replace('_', " "))), style),
            row.count.to_string().into(),
            row.vin
                .map_or_else(|| printable(&row.vehicle.to_string()).into_owned(), |vin| vin.to_string())
                .into(),
            state_word(row.open, language).into(),
        ]);
    }
    table
}

/// One line a car: how it is, what is wrong, when its next service is due, and what its driver reads.
pub fn cars(cars: &[VehicleHealth], language: Language, now: Timestamp, palette: Palette) -> Table {
    let mut table = table(&[VEHICLE, VIN, HEALTH, NEXT_SERVICE, STATUS], language, palette);
    for car in cars {
        let service =
            car.service.as_ref().map_or_else(|_| "–".to_owned(), |service| self::service(service, language));
        table.row([
            Cell::from(printable(&car.vehicle.to_string())),
            vin(car.vin).into(),
            Cell::styled(health(car, language), palette.health(car.overall)),
            service.into(),
            car.status.line(language, now).into(),
        ]);
    }
    table
}

/// The sums of a fleet, one a line.
pub fn fleet(sums: &FleetSummary, language: Language, palette: Palette) -> Table {
    let mut table = Table::new(&["", ""], palette.dim);
    let mut line =
        |text: &str, count: u64, style| table.row([Cell::styled(text, style), count.to_string().into()]);
    let plain = Style::new();
    line(language.of(CARS), sums.vehicles, palette.bold);
    for health in Health::ALL.into_iter().rev() {
        line(&format!("  {}", health.word(language)), sums.of(health), palette.health(health));
    }
    line(language.of(SILENT), sums.silent, plain);
    line(language.of(RECOMMENDATIONS), sums.open_recommendations, plain);
    for kind in RowKind::ALL {
        let of_kind = || sums.open_rows.iter().filter(move |((other, _), _)| *other == kind);
        line(kind.word(language), of_kind().map(|(_, count)| count).sum(), plain);
        for ((_, urgency), count) in of_kind().rev() {
            if let Some(urgency) = urgency {
                line(&format!("  {}", urgency_word(*urgency, language)), *count, palette.urgency(*urgency));
            }
        }
    }
    line(language.of(SERVICES), sums.services_due, plain);
    line(&format!("  {}", language.of(OVERDUE)), sums.services_overdue, palette.urgency(Urgency::Medium));
    table
}

fn vin(vin: Option<Vin>) -> String {
    vin.map_or_else(|| "–".to_owned(), |vin| vin.to_string())
}

/// `attention: engine, tyres`.
fn health(car: &VehicleHealth, language: Language) -> String {
    let bad = car.systems.iter().filter(|part| part.health >= Health::Attention);
    let parts: Vec<_> = bad.map(|part| part.system.word(language)).collect();
    let overall = car.overall.word(language);
    if parts.is_empty() { overall.to_owned() } else { format!("{overall}: {}", parts.join(", ")) }
}

/// `2026-09-01 (by distance, 2026-08-20 – 2026-09-15)`.
fn service(service: &ServicePrediction, language: Language) -> String {
    let limit = match service.limit {
        Limit::Distance => BY_DISTANCE,
        Limit::Time => BY_TIME,
    };
    let limit = language.of(limit);
    let due = &service.due;
    match due.latest {
        Some(latest) if latest == due.earliest => format!("{} ({limit})", due.likely),
        Some(latest) => format!("{} ({limit}, {} – {latest})", due.likely, due.earliest),
        None => format!("{} ({limit}, {} –)", due.likely, due.earliest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_a_name_for_every_column() {
        for &language in Language::ALL {
            let heading = rows(&[], language, &|at| at.to_string(), Palette::default()).render(0);
            assert_eq!(
                heading.trim_end().split("  ").filter(|name| !name.is_empty()).count(),
                7,
                "{language:?}"
            );
            assert!(rows_of(3, 40, language).starts_with("3 / 40 "));
            let sums = fleet(&FleetSummary::default(), language, Palette::default()).render(0);
            assert_eq!(sums.lines().count(), 12, "{language:?}: {sums}");
        }
    }
}
