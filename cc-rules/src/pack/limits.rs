//! How big a pack may be. A pack is untrusted: everything it asks for has a bound.

/// The longest canonical form, and the longest source of all files together, in bytes.
pub const MAX_PACK_BYTES: usize = 1 << 20;
/// The most rules of a pack.
pub const MAX_RULES: usize = 4_096;
/// The most signals that a pack declares or reads.
pub const MAX_SIGNALS: usize = 4_096;
/// The most codes that a pack declares.
pub const MAX_CODES: usize = 1_024;
/// The most patterns of one code.
pub const MAX_PATTERNS: usize = 256;
/// The most parameters of a pack.
pub const MAX_PARAMS: usize = 4_096;
/// The most values of one parameter beside its default.
pub const MAX_PARAM_VALUES: usize = 4_096;
/// The most buckets of one window.
pub const MAX_BUCKETS: u32 = 64;
/// The most drives or samples that a count looks back on.
pub const MAX_UNITS: u32 = 64;
/// The most windows of one rule.
pub const MAX_WINDOWS: usize = 8;
/// The most steps of one sequence.
pub const MAX_STEPS: usize = 4;
/// The most stages of an escalation.
pub const MAX_STAGES: usize = 4;
/// The most rules and groups that suppress one rule.
pub const MAX_SUPPRESSORS: usize = 32;
/// The most pairs of rules of which one suppresses the other.
pub const MAX_SUPPRESSIONS: usize = 65_536;
/// The most arguments of one message.
pub const MAX_ARGS: usize = 16;
/// The longest duration: ten years of 366 days, in milliseconds.
pub const MAX_DURATION_MS: u64 = 3_660 * 86_400_000;
/// The longest distance window, in metres: a million kilometres.
pub const MAX_DISTANCE_M: u64 = 1_000_000_000;
/// The longest name of a rule, code, parameter, group or message.
pub const MAX_NAME: usize = 64;
/// The most findings reported in one run.
pub const MAX_FINDINGS: usize = 100;
/// The most waiting events of one vehicle; beyond it the oldest is released early.
pub const MAX_WAITING: usize = 4_096;
/// The most files of one pack.
pub const MAX_FILES: usize = 256;
