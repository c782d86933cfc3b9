//! The conformance cases and the answers that Rust gives to them: what every other language must give too.
//!
//! A case holds bytes and what comes out of them, as canonical text. `README.md` beside this crate describes the files.
//! The answers here come from the inner crates alone, so that the facades are judged by something other than
//! themselves.

mod answer;
mod facts;
mod files;
mod identity;
mod rules;

pub use answer::answer;
pub use facts::check_facts;
pub use files::{
    Batch, Case, CaseFile, Catalogue, NamedLayer, Options, Profile, Signed, folder, load, manifest, save,
    save_manifest,
};
pub use identity::{Random, identity_cases, identity_cases_of_rule_blocks};
pub use rules::{standard_cases, standard_rules};

/// The examples of the project's front page are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct FrontPage;
