//! What is kept, how precisely, and for how long.
