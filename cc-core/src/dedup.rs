//! Events that were delivered before.
