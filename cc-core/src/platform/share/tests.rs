use alloc::string::ToString;

use proptest::prelude::*;

use super::super::testing::{at, shuffled_round_trip, told};
use super::super::transition::play;
use super::*;

fn offered() -> Share {
    let subject = ShareSubject::Place("p1".parse().unwrap());
    let friend = ShareRecipient::User(UserId(2));
    Share::offer("s1".parse().unwrap(), subject, UserId(1), friend, Some(at(1_000)), at(100)).unwrap()
}

fn act(share: &Share, action: &str, now: Timestamp) -> Result<Share, ShareError> {
    match action {
        "accept" => share.accept(now),
        "decline" => share.decline(now),
        "revoke" => share.revoke(now),
        "extend" => share.extend(Some(now + chrono::TimeDelta::days(1)), now),
        _ => panic!("{action}"),
    }
}

#[test]
fn the_table_is_what_the_code_does() {
    play(&STATES, |from, action| {
        let (share, now) = match from {
            "offered" => (offered(), at(200)),
            "accepted" => (offered().accept(at(150)).unwrap(), at(200)),
            "declined" => (offered().decline(at(150)).unwrap(), at(200)),
            "revoked" => (offered().revoke(at(150)).unwrap(), at(2_000)),
            "expired" => (offered().accept(at(150)).unwrap(), at(1_000)),
            _ => panic!("{from}"),
        };
        assert_eq!(share.status(now).as_str(), from);
        act(&share, action, now).map(|share| share.status(now).to_string()).map_err(|error| error.to_string())
    });
}

#[test]
fn what_no_share_can_be_is_refused() {
    let share = offered();
    let again = |recipient, end| {
        Share::offer(share.id.clone(), share.subject.clone(), UserId(1), recipient, end, at(100))
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    assert_eq!(again(ShareRecipient::User(UserId(1)), None), Err(STATES.refusals[0].into()));
    assert_eq!(again(ShareRecipient::User(UserId(2)), Some(at(100))), Err(STATES.refusals[1].into()));
    assert_eq!(share.extend(Some(at(200)), at(200)), Err(ShareError::PastExpiry));
    let json = share.to_json();
    for (from, to, error) in [
        ("user/2", "user/1", "recipient: expected somebody other than the owner at \"user/1\""),
        ("user/2", "users/2", "recipient: expected user/number or organization/key at \"users/2"),
        (
            "place/p1",
            "car/p1",
            "subject: expected trip/…, place/… or vehicle/organization/number at \"car/p1\"",
        ),
        ("offered", "expired", "state: expected offered, accepted, declined or revoked at \"expired"),
        (
            "1970-01-01T00:16:40Z",
            "1970-01-01T00:01:40Z",
            "expiresAt: expected an instant after createdAt at \"1970-01",
        ),
    ] {
        assert!(json.contains(from));
        let wrong = json.replace(from, to);
        assert_eq!(told(&wrong, &Share::from_json(&wrong).unwrap_err()), error);
    }
}

#[test]
fn a_share_shows_one_thing_to_one_recipient() {
    let share = offered().accept(at(200)).unwrap();
    let (friend, place) = (ShareRecipient::User(UserId(2)), ShareSubject::Place("p1".parse().unwrap()));
    assert!(share.lets_see(&friend, &place, at(999)));
    assert!(!share.lets_see(&friend, &place, at(1_000)));
    assert!(!share.lets_see(&ShareRecipient::User(UserId(3)), &place, at(999)));
    assert!(!share.lets_see(&friend, &ShareSubject::Trip("p1".parse().unwrap()), at(999)));
}

proptest! {
    #[test]
    fn what_has_ended_stays_ended(actions in proptest::collection::vec((0_usize..4, 0_i64..400), 0..12)) {
        let (mut share, mut now, mut ended) = (offered(), 100, None);
        for (action, wait) in actions {
            now += wait;
            let status = share.status(at(now));
            prop_assert!(ended.is_none_or(|ended| ended == status));
            if !matches!(status, ShareStatus::Offered | ShareStatus::Accepted) {
                ended = Some(status);
            }
            match act(&share, STATES.actions[action].0, at(now)) {
                Ok(next) => {
                    prop_assert!(ended.is_none());
                    prop_assert!(next.updated_at > share.updated_at);
                    share = next;
                }
                Err(_) => prop_assert!(ended.is_some() || status == ShareStatus::Accepted),
            }
            prop_assert_eq!(&Share::from_json(share.to_json()).unwrap(), &share);
        }
        shuffled_round_trip(&share.to_json(), |json| Share::from_json(json).unwrap().to_json());
    }

    #[test]
    fn subjects_and_recipients_print_what_they_parse(text in "(trip|place|vehicle|user|organization|car)/?[a-z0-9/-]{0,12}") {
        if let Ok(subject) = text.parse::<ShareSubject>() {
            prop_assert_eq!(subject.to_string().parse(), Ok(subject));
        }
        if let Ok(recipient) = text.parse::<ShareRecipient>() {
            prop_assert_eq!(recipient.to_string().parse(), Ok(recipient));
        }
    }
}
