//! How many retries a client may make in all.

/// A bucket of tokens that pays for retries, so that a server in trouble is not asked ever more.
///
/// Each retry costs; each success gives a little back. A client that always fails soon retries only as often
/// as it succeeds. Only automatic retries are held back by it, not a person's own request.
///
/// # Examples
///
/// ```
/// use cc_client::decide::RetryBudget;
///
/// let mut budget = RetryBudget::new(10);
/// assert!(budget.spend() && budget.spend());
/// assert!(!budget.spend());
/// (0..5).for_each(|_| budget.succeeded());
/// assert!(budget.spend());
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RetryBudget {
    capacity: u32,
    tokens: u32,
}

/// What one retry costs, where a success gives 1.
const COST: u32 = 5;

impl Default for RetryBudget {
    /// A hundred retries in a row.
    fn default() -> Self {
        Self::new(100 * COST)
    }
}

impl RetryBudget {
    /// A full bucket of that many tokens; a retry costs 5, a success gives 1 back.
    pub fn new(capacity: u32) -> Self {
        Self { capacity, tokens: capacity }
    }

    /// Pays for one retry; false if there is not enough.
    pub fn spend(&mut self) -> bool {
        let left = self.tokens.checked_sub(COST);
        self.tokens = left.unwrap_or(self.tokens);
        left.is_some()
    }

    /// Notes a success.
    pub fn succeeded(&mut self) {
        self.tokens = self.tokens.saturating_add(1).min(self.capacity);
    }

    /// Gives back one retry for each minute without a retry: a client that was left alone for long may try
    /// again.
    pub fn rested(&mut self, minutes: u32) {
        self.tokens = self.tokens.saturating_add(minutes.saturating_mul(COST)).min(self.capacity);
    }
}
