use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;

use proptest::prelude::*;

use super::super::testing::{at, shuffled_round_trip};
use super::super::transition::play;
use super::super::{Attachment, EmptyMessage};
use super::*;

fn empty() -> Conversation {
    let car = "local/0".parse().unwrap();
    Conversation::open("c1".parse().unwrap(), car, UserId(1), WorkshopId(9), at(0))
}

fn message(id: &str, from: Participant, sent: i64) -> Message {
    Message::new(id.parse().unwrap(), from, Some("CANARY".parse().unwrap()), vec![], at(sent)).unwrap()
}

#[test]
fn the_table_is_what_the_code_does() {
    play(&STATES, |from, action| {
        let talk = empty().write(message("m1", Participant::Driver, 1), at(1)).unwrap();
        let talk = if from == "closed" { talk.close(at(2)).unwrap() } else { talk };
        assert_eq!(talk.state().as_str(), from);
        let next = match action {
            "write" => talk.write(message("m2", Participant::Workshop, 3), at(3)),
            "read" => talk.read(Participant::Workshop, &"m1".parse().unwrap(), at(3)),
            "close" => talk.close(at(3)),
            "reopen" => talk.reopen(at(3)),
            _ => panic!("{action}"),
        };
        next.map(|talk| talk.state().to_string()).map_err(|error| error.to_string())
    });
}

#[test]
fn what_no_conversation_takes_is_refused() {
    let talk = empty().write(message("m1", Participant::Driver, 1), at(1)).unwrap();
    let other = Conversation { id: "c2".parse().unwrap(), ..talk.clone() };
    let found = [
        talk.write(message("m1", Participant::Workshop, 5), at(5)).unwrap_err().to_string(),
        talk.read(Participant::Driver, &"m9".parse().unwrap(), at(5)).unwrap_err().to_string(),
        talk.merge(&other).unwrap_err().to_string(),
        Message::new("m2".parse().unwrap(), Participant::Driver, None, vec![], at(1))
            .unwrap_err()
            .to_string(),
    ];
    assert_eq!(found.each_ref().map(|text| &**text), STATES.refusals);
    assert_eq!(EmptyMessage.to_string(), STATES.refusals[3]);
    let talk = talk.write(message("m2", Participant::Driver, 2), at(2)).unwrap();
    let json = talk.to_json();
    for (from, to, error) in [
        ("m2", "m1", "messages: expected each message once"),
        ("00:00:01Z\"},", "00:00:03Z\"},", "messages: expected messages in the order they were sent"),
        ("\"text\":\"CANARY\",", "", "messages[0].text: expected a text or an attachment"),
        ("\"state\":\"open\"", "\"state\":\"ajar\"", "state: expected open or closed"),
    ] {
        // Of a name that stands twice, only one message changes.
        let wrong = if from.starts_with('m') { json.replace(from, to) } else { json.replacen(from, to, 1) };
        let found = Conversation::from_json(wrong).unwrap_err().to_string();
        assert!(found.starts_with(error), "{found}");
    }
}

#[test]
fn read_marks_count_only_what_the_other_side_wrote_and_never_go_back() {
    let mut talk = empty();
    for (id, from, sent) in [
        ("b", Participant::Driver, 2),
        ("a", Participant::Driver, 1),
        ("c", Participant::Workshop, 3),
        ("e", Participant::Driver, 5),
        ("d", Participant::Driver, 4),
    ] {
        talk = talk.write(message(id, from, sent), at(9)).unwrap();
    }
    let order: Vec<&str> = talk.messages().iter().map(|message| message.id().as_str()).collect();
    assert_eq!(order, ["a", "b", "c", "d", "e"]);
    // Writing is not reading: the workshop wrote c, and may not have seen a and b yet.
    assert_eq!((talk.unread(Participant::Workshop), talk.unread(Participant::Driver)), (4, 1));
    let talk = talk.read(Participant::Workshop, &"d".parse().unwrap(), at(9)).unwrap();
    let talk = talk.read(Participant::Workshop, &"a".parse().unwrap(), at(9)).unwrap();
    assert_eq!(talk.unread(Participant::Workshop), 1);
    assert_eq!(talk.read_mark(Participant::Workshop).unwrap().message().as_str(), "d");
}

#[test]
fn a_conversation_is_put_together_of_its_head_and_its_messages() {
    let sent = [
        message("b", Participant::Driver, 2),
        message("a", Participant::Driver, 1),
        message("c", Participant::Workshop, 3),
    ];
    let mut talk = empty();
    for one in sent.clone() {
        talk = talk.write(one, at(5)).unwrap();
    }
    let talk = talk.read(Participant::Workshop, &"a".parse().unwrap(), at(6)).unwrap().close(at(7)).unwrap();
    let head = Conversation::from_json(talk.without_messages().to_json()).unwrap();
    assert_eq!((head.messages().len(), head.state()), (0, ConversationState::Closed));
    // In any order, and some of them twice; also where it is closed.
    let [b, a, c] = sent;
    assert_eq!(head.with_messages([c.clone(), b.clone()]).with_messages([a, c, b]), talk);
    assert_eq!((head.unread(Participant::Workshop), talk.unread(Participant::Workshop)), (0, 1));
    // A newer head laid over a copy takes none of its messages away.
    let reopened = head.reopen(at(9)).unwrap();
    let merged = talk.merge(&reopened).unwrap();
    assert_eq!((merged.messages(), merged.state()), (talk.messages(), ConversationState::Open));
}

#[test]
fn debug_shows_no_text_and_no_file() {
    let mut file = Attachment::new("CANARY-ref".parse().unwrap(), "CANARY/png");
    (file.name, file.size) = (Some("CANARY.png".parse().unwrap()), Some(5));
    let message = Message::new(
        "CANARY".parse().unwrap(),
        Participant::Driver,
        Some("CANARY".parse().unwrap()),
        vec![file.clone()],
        at(1),
    );
    let message = message.unwrap();
    let talk = empty().write(message.clone(), at(1)).unwrap();
    let talk = talk.read(Participant::Driver, message.id(), at(2)).unwrap();
    let shown: String = format!("{file:?} {message:?} {talk:?} {:?}", talk.read_mark(Participant::Driver));
    assert!(!shown.contains("CANARY"), "{shown}");
    shuffled_round_trip(&talk.to_json(), |json| Conversation::from_json(json).unwrap().to_json());
}

/// A conversation after some actions, each at its second.
fn played(actions: &[(u8, u8)]) -> Conversation {
    let mut talk = empty();
    for (second, (action, id)) in (1..).zip(actions) {
        let from = if id % 2 == 0 { Participant::Driver } else { Participant::Workshop };
        let name = format!("m{id}");
        talk = match action {
            0 => talk.write(message(&name, from, (*id).into()), at(second)),
            1 => talk.read(from, &name.parse().unwrap(), at(second)),
            2 => talk.close(at(second)),
            _ => talk.reopen(at(second)),
        }
        .unwrap_or(talk);
    }
    talk
}

proptest! {
    #[test]
    fn any_order_of_merging_gives_the_same(copies in proptest::collection::vec(proptest::collection::vec((0_u8..4, 0_u8..8), 0..12), 3)) {
        let [a, b, c] = [0, 1, 2].map(|i| played(&copies[i]));
        let merge = |a: &Conversation, b: &Conversation| a.merge(b).unwrap();
        let all = merge(&merge(&a, &b), &c);
        prop_assert_eq!(&merge(&a, &merge(&b, &c)), &all);
        prop_assert_eq!(&merge(&merge(&c, &a), &b), &all);
        prop_assert_eq!(&merge(&all, &a), &all);
        prop_assert_eq!(&merge(&b, &all), &all);
        for copy in [&a, &b, &c] {
            prop_assert!(copy.messages().iter().all(|message| all.message(message.id()).is_some()));
        }
        prop_assert_eq!(Conversation::from_json(all.to_json()).unwrap(), all);
    }
}
