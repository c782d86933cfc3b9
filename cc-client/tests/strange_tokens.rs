//! What answers in the place of a token and is none: it tells nothing of whose a store is, and nothing that was written is lost by it.
#![cfg(feature = "tokio")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use cc_client::decide::{AuthLoss, AuthState};
use cc_client::engine::EngineConfig;
use cc_client::store::{MemoryStore, Store};
use engine::{JSON, World};

#[test]
fn an_answer_without_a_token_of_the_platform_changes_nothing() {
    let long = engine::jwt(&"a".repeat(16 << 10));
    let nobody = "a.eyJvcmciOiJvIiwic3ViIjoiIn0.x";
    for strange in ["", "abc", "a.b", "a.b.c", "a.e30.c", "a.eyJzdWIiOiJhbm5hIn0.x.y", nobody, &long] {
        for is_known in [false, true] {
            let mut world = World::start(EngineConfig::new(1, 7), engine::with_writes(0));
            if is_known {
                world.token_for("one", 10);
                world.open.clear();
                world.pass(9);
            }
            let owner = world.store.value("principal").unwrap();
            assert_eq!(owner.is_some(), is_known);
            world.store.accept("main", &[engine::write(1)]).unwrap();
            let body = format!("{{\"token\":\"{strange}\",\"expiresIn\":600}}");
            world.answer("/v1/auth/token", 200, &[JSON], &body);
            let auth = world.engine.status(world.now).auth;
            let is_told = matches!(auth, AuthState::Backoff { reason: AuthLoss::NotThePlatform, .. });
            assert!(is_told, "{} letters: {auth:?}", strange.len());
            assert_eq!(world.store.value("principal").unwrap(), owner);
            world.open.clear();
            world.wait();
            world.token("two");
            assert_eq!(world.store.aside_count().unwrap(), 0);
            world.tell(cc_client::engine::Input::Filled);
            assert!(world.is_asked("/v1/changes"));
        }
    }
}

#[test]
fn a_life_with_a_fraction_is_one_and_less_than_a_second_is_none() {
    for (life, is_good) in
        [("600.0", true), ("1.5e2", true), ("0.4", false), ("-600", false), ("\"600\"", false)]
    {
        let mut world = World::start(EngineConfig::new(1, 7), MemoryStore::new());
        let body = format!("{{\"token\":\"{}\",\"expiresIn\":{life}}}", engine::jwt("one"));
        world.answer("/v1/auth/token", 200, &[JSON], &body);
        assert_eq!(world.is_asked("/v1/feeds/me"), is_good, "{life}");
    }
}
