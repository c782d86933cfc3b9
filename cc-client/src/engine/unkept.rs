//! What a store could not keep of who came and who left: it is given to it again, until somebody signs in, who says anew whose the file is.

use super::{Engine, StoreCommand, Ticket};
use crate::store::TOKEN;

#[derive(Default)]
pub(super) struct Unkept {
    /// The oldest first.
    commands: Vec<StoreCommand>,
    /// How often somebody has signed in.
    turn: u64,
}

impl Engine {
    /// Asks the store to keep who came or left, and what goes with that.
    pub(super) fn keep(&mut self, command: StoreCommand) {
        let turn = self.unkept.turn;
        self.ask_store(command.clone(), Ticket::Keep { command, turn });
    }

    /// The store could not.
    pub(super) fn not_kept(&mut self, command: StoreCommand, turn: u64) {
        if turn == self.unkept.turn {
            self.unkept.commands.push(command);
        }
    }

    /// What could not be kept is given to the store again.
    pub(super) fn keep_again(&mut self) {
        for command in std::mem::take(&mut self.unkept.commands) {
            self.keep(command);
        }
    }

    /// Somebody signs in: what could not be kept before is tried once more, and not behind what follows.
    pub(super) fn keep_before_sign_in(&mut self) {
        self.keep_again();
        self.unkept.turn += 1;
    }

    /// A token is shared again: that of before is in its place no more.
    pub(super) fn keep_a_token(&mut self, value: Vec<u8>) {
        self.unkept.commands.retain(|command| !matches!(command, StoreCommand::SetValue { .. }));
        self.ask_store(StoreCommand::SetValue { name: TOKEN, value: value.into() }, Ticket::Nothing);
    }
}

/// The token that processes share is no more.
pub(super) fn no_token() -> StoreCommand {
    StoreCommand::SetValue { name: TOKEN, value: zeroize::Zeroizing::default() }
}
