//! A list of GraphQL that comes page by page.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::account::{ConnectedCars, GRAPHQL, object};
use super::errors::ConnectedCarsError;
use crate::transport::TransportError;

/// A list that comes page by page.
#[must_use = "it gives nothing until it is asked"]
pub struct Pages<'a> {
    connection: &'a ConnectedCars,
    query: &'a str,
    variables: String,
    list: &'a str,
    after: Option<String>,
    round: Round,
    ended: bool,
    /// There are more pages, and no way to them.
    is_lost: bool,
}

/// Sees that cursors go round in a circle, with one of them in memory (R. P. Brent, BIT 20 (1980), 176).
#[derive(Default)]
struct Round {
    before: Option<String>,
    pages: u64,
}

impl Round {
    fn is_closed_by(&mut self, cursor: &str) -> bool {
        if self.before.as_deref() == Some(cursor) {
            return true;
        }
        self.pages += 1;
        if self.pages.is_power_of_two() {
            self.before = Some(cursor.to_owned());
        }
        false
    }
}

impl fmt::Debug for Pages<'_> {
    /// Shows neither question nor variables: they may name a car.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("list", &self.list).field("ended", &self.ended).finish_non_exhaustive()
    }
}

/// What a part of a JSON pointer leads to (RFC 6901 §4).
fn member<'a>(of: &'a RawValue, part: &str) -> Option<&'a RawValue> {
    if let Ok(members) = serde_json::from_str::<BTreeMap<String, &RawValue>>(of.get()) {
        return members.get(&part.replace("~1", "/").replace("~0", "~")).copied();
    }
    let index: usize = part.parse().ok().filter(|index: &usize| index.to_string() == part)?;
    serde_json::from_str::<Vec<&RawValue>>(of.get()).ok()?.get(index).copied()
}

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
    #[serde(rename = "pageInfo")]
    info: PageInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    #[serde(default)]
    end_cursor: Option<String>,
}

impl<'a> Pages<'a> {
    pub(super) fn new(
        connection: &'a ConnectedCars,
        query: &'a str,
        variables: String,
        list: &'a str,
    ) -> Self {
        let round = Round::default();
        Self { connection, query, variables, list, after: None, round, ended: false, is_lost: false }
    }

    /// The items of the next page, each as JSON text; `None` after the last page, and after an error.
    ///
    /// # Errors
    ///
    /// [`ConnectedCarsError::Answer`] also if there are more pages and no cursor leads to them, or cursors go
    /// round in a circle: then what came before is not the whole list.
    pub async fn next(&mut self) -> Option<Result<Vec<Box<str>>, ConnectedCarsError>> {
        if self.ended {
            return None;
        }
        if std::mem::take(&mut self.is_lost) {
            self.ended = true;
            return Some(Err(ConnectedCarsError::Answer { path: GRAPHQL }));
        }
        let after = self
            .after
            .as_ref()
            .map(|after| format!("{{\"after\":{}}}", serde_json::to_string(after).unwrap_or_default()));
        let page = self.page(after.as_deref().unwrap_or("{}")).await;
        self.ended |= page.is_err();
        Some(page)
    }

    async fn page(&mut self, after: &str) -> Result<Vec<Box<str>>, ConnectedCarsError> {
        let unreadable = || ConnectedCarsError::Answer { path: GRAPHQL };
        let variables = crate::merge::merge_patch(Some(object(&self.variables)?.get()), after)
            .ok_or(ConnectedCarsError::Transport(TransportError::Unsendable))?;
        let data = self.connection.graphql(self.query, None, Some(&variables)).await?;
        let mut at: &RawValue = serde_json::from_str(&data).map_err(|_| unreadable())?;
        for part in self.list.split('/').filter(|part| !part.is_empty()) {
            at = member(at, part).ok_or_else(unreadable)?;
        }
        let page: Page<'_> = serde_json::from_str(at.get()).map_err(|_| unreadable())?;
        let moves =
            page.info.end_cursor.as_deref().is_some_and(|cursor| {
                self.after.as_deref() != Some(cursor) && !self.round.is_closed_by(cursor)
            });
        self.ended = !page.info.has_next_page;
        self.is_lost = page.info.has_next_page && !moves;
        self.after = page.info.end_cursor;
        Ok(page.items.into_iter().map(|item| item.get().into()).collect())
    }
}
