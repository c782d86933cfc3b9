//! State machines as tables: what the reference page shows and what the tests hold the code to.

use super::{booking, consent, conversation, fleet, service_reminder, share, trip};

/// One cell of a state machine: what an action does in a state.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StateTransition {
    /// The state before.
    pub from: &'static str,
    /// What is asked for.
    pub action: &'static str,
    /// The state after, or the message of the error.
    pub outcome: Result<&'static str, &'static str>,
}

/// The life of one kind of entity.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StateMachine {
    /// The entity.
    pub entity: &'static str,
    /// The states, each with what it means; the first is where it begins.
    pub states: &'static [(&'static str, &'static str)],
    /// The actions, each with what it is.
    pub actions: &'static [(&'static str, &'static str)],
    /// One row for each pair of state and action.
    pub transitions: &'static [StateTransition],
    /// What is refused in any state, by its message.
    pub refusals: &'static [&'static str],
}

/// Every state machine of the platform.
///
/// # Examples
///
/// ```
/// let machines = cc_core::platform::state_machines();
/// let booking = machines.iter().find(|machine| machine.entity == "Booking").ok_or("bookings")?;
/// let row = booking.transitions.iter().find(|row| (row.from, row.action) == ("CANCELLED", "change")).ok_or("a row")?;
/// assert_eq!(row.outcome, Err("a cancelled booking cannot be changed"));
/// # Ok::<(), &str>(())
/// ```
pub fn state_machines() -> [StateMachine; 7] {
    [
        booking::STATES,
        consent::STATES,
        conversation::STATES,
        fleet::STATES,
        service_reminder::STATES,
        share::STATES,
        trip::STATES,
    ]
}

pub(super) const fn goes(from: &'static str, action: &'static str, to: &'static str) -> StateTransition {
    StateTransition { from, action, outcome: Ok(to) }
}

pub(super) const fn refused(
    from: &'static str,
    action: &'static str,
    message: &'static str,
) -> StateTransition {
    StateTransition { from, action, outcome: Err(message) }
}

/// Plays every row of a table and compares what the code does.
#[cfg(test)]
pub(super) fn play(
    machine: &StateMachine,
    act: impl Fn(&str, &str) -> Result<alloc::string::String, alloc::string::String>,
) {
    for row in machine.transitions {
        let outcome = act(row.from, row.action);
        let found = outcome.as_deref().map_err(|message| &**message);
        assert_eq!(found, row.outcome, "{} {} {}", machine.entity, row.from, row.action);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_says_what_every_action_does() {
        for machine in state_machines() {
            let mut rows = machine.transitions.iter();
            for (state, _) in machine.states {
                for (action, _) in machine.actions {
                    let row = rows.next().unwrap();
                    assert_eq!((row.from, row.action), (*state, *action), "{}", machine.entity);
                    if let Ok(to) = row.outcome {
                        assert!(
                            to.split(" or ").all(|to| machine.states.iter().any(|(name, _)| *name == to))
                        );
                    }
                }
            }
            assert_eq!(rows.next(), None, "{}", machine.entity);
        }
    }
}
