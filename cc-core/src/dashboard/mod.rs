//! What a workshop sees of its cars: events folded into rows, the health of each car, and the app's status line.
//!
//! A workshop does not read a stream of messages. It looks at a table: which car, what is wrong, how urgent, since when,
//! how often, is it still there. A trouble code that came, went and came back is one row with a count of two; a lamp
//! that is off again is a closed row. The driver's app asks for less: is my car all right, and how old is that answer.
//! And who runs a fleet asks for sums.
//!
//! [`Dashboard`] takes events one by one, in any order, and keeps the rows up to date; [`Dashboard::page`] gives a page
//! of them by filter and order, [`Dashboard::changed_since`] what a page on a screen has to draw anew,
//! [`Dashboard::health`] a car part by part, [`Dashboard::status`] the line of the app, [`Dashboard::summary`] the sums
//! of a fleet.
//!
//! A `mapped_dtc` makes no row: it retells a `can_dtc`, which has made one, and in which numbering its raw code is, is not
//! published, so a row could not be named. It is a sign of life and nothing more.
//!
//! The fold depends on the events and on nothing else: not on the order they arrive in, not on how they are cut into
//! batches, and an event delivered twice counts once. A server that starts anew reads what [`Dashboard::save`] wrote, or
//! feeds the events it has stored ([`Dashboard::is_made_of`] says which are needed), and has the same rows as before.
//!
//! # Examples
//!
//! ```
//! use cc_core::{Event, Language};
//! use cc_core::dashboard::{Dashboard, Health, HealthPolicy, PageQuery};
//!
//! let mut dashboard = Dashboard::default();
//! dashboard.add(&Event::from_json(
//!     r#"{"id":1,"vehicleId":7,"organizationKey":"semler","time":"2026-05-01T10:00:00Z","type":"can_brake_lamp","value":true}"#,
//! )?);
//! let page = dashboard.page(&PageQuery::default());
//! assert_eq!((&*page.rows[0].name, page.rows[0].open, page.total), ("brake_lamp", true, 1));
//!
//! let (car, now) = ("semler/7".parse().unwrap(), "2026-05-01T10:05:00Z".parse().unwrap());
//! assert_eq!(dashboard.status(&car).line(Language::Spanish, now), "1 aviso abierto, actualizado hace 5 minutos");
//! assert_eq!(dashboard.health(&car, &HealthPolicy::default(), now).overall, Health::Urgent);
//!
//! // What can fail is reading what was written: a cursor, or a saved dashboard.
//! let error = Dashboard::default().restore(b"").unwrap_err();
//! assert_eq!(error.to_string(), "the state is damaged at byte 0");
//! # Ok::<(), cc_core::EventDecodeError>(())
//! ```

mod board;
mod bounds;
mod car;
mod car_state;
mod cursor;
mod filter;
mod health;
mod line;
mod page;
mod recommendations;
mod row;
pub(crate) mod state;
mod status;
mod summary;
mod system;
mod words;

pub use board::{Dashboard, Limits, RowChanges};
pub use cursor::{Cursor, CursorParseError};
pub use filter::RowFilter;
pub use health::{Evidence, Health, HealthPolicy, SystemHealth, VehicleHealth};
pub use page::{Page, PageQuery, RowOrder};
pub use row::{Row, RowKind, Subject};
pub use state::StateError;
pub use status::Status;
pub use summary::FleetSummary;
pub use system::VehicleSystem;
pub use words::{state_word, urgency_word};
