use alloc::format;
use alloc::string::ToString;

use proptest::prelude::*;

use super::super::testing::{at, shuffled_round_trip};
use super::super::transition::play;
use super::*;

fn state(consents: &Consents, purpose: &ConsentPurpose) -> &'static str {
    consents.latest(purpose).map_or("none", |latest| latest.decision.as_str())
}

#[test]
fn the_table_is_what_the_code_does() {
    let purpose: ConsentPurpose = "marketing".parse().unwrap();
    play(&STATES, |from, action| {
        let mut consents = Consents::new(UserId(1));
        if from != "none" {
            consents.grant(&purpose, at(1));
        }
        if from == "removed" {
            consents.remove(&purpose, at(2)).unwrap();
        }
        assert_eq!(state(&consents, &purpose), from);
        let done = match action {
            "grant" => Ok(consents.grant(&purpose, at(3))),
            _ => consents.remove(&purpose, at(3)),
        };
        done.map(|_| state(&consents, &purpose).into()).map_err(|error| error.to_string())
    });
    let other = Consent::new(UserId(2), purpose, ConsentDecision::Granted, at(1));
    assert_eq!(Consents::new(UserId(1)).fold(other).unwrap_err().to_string(), STATES.refusals[0]);
}

#[test]
fn a_consent_is_refused_where_its_words_have_no_meaning() {
    let json =
        Consent::new(UserId(1), "insurance".parse().unwrap(), ConsentDecision::Removed, at(1)).to_json();
    for (from, to, error) in [
        (
            "insurance",
            "Insurance!",
            "purpose: expected 1 to 64 characters of a to z, 0 to 9 and _ at byte 22",
        ),
        ("removed", "perhaps", "decision: expected granted or removed at byte 45"),
    ] {
        assert_eq!(Consent::from_json(json.replace(from, to)).unwrap_err().to_string(), error);
    }
    shuffled_round_trip(&json, |json| Consent::from_json(json).unwrap().to_json());
    let spoken =
        Consent { text_version: Some("CANARY".parse().unwrap()), ..Consent::from_json(&json).unwrap() };
    assert!(!format!("{spoken:?}").contains("CANARY"));
}

proptest! {
    #[test]
    fn the_same_decisions_in_any_order_and_number_allow_the_same(
        decisions in proptest::collection::vec((0_usize..2, 0_usize..3, 0_i64..6), 1..20),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..40),
    ) {
        let purposes = ["a", "b", "c"].map(|word| word.parse::<ConsentPurpose>().unwrap());
        let facts: Vec<Consent> = decisions.iter().map(|(decision, purpose, second)| {
            Consent::new(UserId(1), purposes[*purpose].clone(), ConsentDecision::ALL[*decision], at(*second))
        }).collect();
        let (mut forward, mut shuffled) = (Consents::new(UserId(1)), Consents::new(UserId(1)));
        for fact in &facts {
            forward.fold(fact.clone()).unwrap();
        }
        for fact in order.iter().map(|index| index.get(&facts)).chain(facts.iter().rev()) {
            shuffled.fold(Consent::from_json(fact.to_json()).unwrap()).unwrap();
        }
        prop_assert_eq!(&forward, &shuffled);
        for (i, purpose) in purposes.iter().enumerate() {
            // The latest second counts, and a removal in it.
            let about = |second: i64, decision: usize| decisions.contains(&(decision, i, second));
            let latest = (0..6).rev().find(|second| about(*second, 0) || about(*second, 1));
            prop_assert_eq!(forward.allows(purpose), latest.is_some_and(|second| !about(second, 1)));
            prop_assert_eq!(forward.allowed_at(purpose, at(9)), forward.allows(purpose));
            prop_assert!(!forward.allowed_at(purpose, at(-1)));
        }
    }

    #[test]
    fn purposes_print_what_they_parse(text in "[a-z0-9_A-Z é]{0,70}") {
        if let Ok(purpose) = text.parse::<ConsentPurpose>() {
            prop_assert_eq!(purpose.to_string(), text);
        }
    }
}
