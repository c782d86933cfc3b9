//! A platform: what clients of the protocol of `docs/protocol` speak to.
//!
//! One process on one file of `SQLite` that does the whole protocol. A node keeps nothing to itself: what it knows is in its
//! [`storage`], what it hears of is on its [`bus`], so that many can run side by side once there is a storage and a bus for
//! many.
//!
//! ```text
//!  request ─▶ guard ─▶ routes ─▶ auth ─▶ streams · items · events ─▶ storage ─▶ bus ─▶ feeds
//! ```

pub mod admin;
pub mod allowance;
pub mod auth;
pub mod body;
pub mod bus;
pub mod claim;
pub mod clock;
pub mod coming;
mod counts;
pub mod demo;
mod each;
pub mod events;
pub mod feed;
mod guard;
pub mod items;
mod kinds;
pub mod lines;
pub mod metrics;
pub mod node;
mod pace;
pub mod panics;
mod patient;
pub mod private;
pub mod problem;
pub mod producer;
pub mod random;
mod ready;
mod rest;
pub mod routes;
pub mod server;
pub mod settings;
pub mod storage;
pub mod streams;
mod sweep;
mod tag;
mod webhooks;
pub mod words;
mod work;
