//! What holds a secret wipes it when it is dropped: that is a matter of types.

use cc_client::engine::{Begin, HttpRequest, Input, StoreAnswer, StoreCommand};
use zeroize::ZeroizeOnDrop;

fn is_wiped<T: ZeroizeOnDrop>(_: &T) -> bool {
    true
}

#[test]
fn what_holds_a_secret_wipes_it_when_it_is_dropped() {
    let begin = Begin::default();
    assert!(begin.session.as_ref().is_none_or(is_wiped));
    assert!(is_wiped(&HttpRequest::get("/v1/config")));
    let input = Input::SignedIn { session: "made-up".to_owned().into() };
    assert!(matches!(&input, Input::SignedIn { session } if is_wiped(session)));
    let command = StoreCommand::SetValue { name: "token", value: Vec::new().into() };
    assert!(matches!(&command, StoreCommand::SetValue { value, .. } if is_wiped(value)));
    let answer = StoreAnswer::Locked { taken: true, value: Some(Vec::new().into()) };
    assert!(matches!(&answer, StoreAnswer::Locked { value: Some(value), .. } if is_wiped(value)));
}
