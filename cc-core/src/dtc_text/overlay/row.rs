//! One row of a user's table, from texts to values.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use core::str::FromStr;

use super::super::advice::Advice;
use super::{Overlay, RowFault};
use crate::Language;
use crate::{Action, Dtc, Urgency};

/// The columns, in the order of a [`RawRow`]'s fields.
pub(super) const COLUMNS: [&str; 7] =
    ["code", "component", "failure", "location", "language", "urgency", "action"];

/// The texts of a row; what is not there is empty.
#[derive(Debug, Default)]
pub(super) struct RawRow<'a> {
    pub(super) fields: [Cow<'a, str>; COLUMNS.len()],
}

/// The values of a row.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct UserRow {
    pub(super) action: Option<Action>,
    pub(super) component: Box<str>,
    pub(super) failure: Option<Box<str>>,
    pub(super) language: Option<Language>,
    pub(super) location: Option<Box<str>>,
    pub(super) urgency: Option<Urgency>,
}

impl RawRow<'_> {
    pub(super) fn check(&self) -> Result<(Dtc, UserRow), RowFault> {
        let [code, component, failure, location, language, urgency, action] = &self.fields;
        let code = required("code", code)?.parse().map_err(RowFault::Code)?;
        let row = UserRow {
            action: word("action", action)?,
            component: text("component", required("component", component)?)?,
            failure: optional("failure", failure)?,
            language: word("language", language)?,
            location: optional("location", location)?,
            urgency: word("urgency", urgency)?,
        };
        Ok((code, row))
    }
}

/// The class of advice that has this action, for its words.
pub(super) fn advice(action: Action, urgency: Urgency) -> Advice {
    match action {
        Action::None => Advice::Note,
        Action::TextWorkshop => Advice::Tell,
        Action::CheckYourself => Advice::Check,
        Action::BatteryTest => Advice::Battery,
        Action::Book if urgency < Urgency::High => Advice::Visit,
        Action::Book => Advice::Week,
        Action::CallAssistance => Advice::Assist,
        Action::StopSafely => Advice::Stop,
    }
}

fn required<'a>(column: &'static str, field: &'a str) -> Result<&'a str, RowFault> {
    match field.trim() {
        "" => Err(RowFault::Missing { column }),
        field => Ok(field),
    }
}

fn optional(column: &'static str, field: &str) -> Result<Option<Box<str>>, RowFault> {
    match field.trim() {
        "" => Ok(None),
        field => text(column, field).map(Some),
    }
}

fn text(column: &'static str, field: &str) -> Result<Box<str>, RowFault> {
    if field.chars().nth(Overlay::LONGEST_TEXT).is_some() {
        return Err(RowFault::Length { column, longest: Overlay::LONGEST_TEXT });
    }
    if field.chars().any(char::is_control) {
        return Err(RowFault::Character { column });
    }
    Ok(field.into())
}

fn word<T: FromStr>(column: &'static str, field: &str) -> Result<Option<T>, RowFault> {
    match field.trim() {
        "" => Ok(None),
        field => field.parse().map(Some).map_err(|_| RowFault::Word { column, expected: expected(column) }),
    }
}

fn expected(column: &str) -> &'static str {
    match column {
        "action" => "text_workshop, book, call_assistance, stop_safely, battery_test, check_yourself or none",
        "language" => "one of da, de, en, es, nb, sv",
        _ => "info, low, medium, high or critical",
    }
}
