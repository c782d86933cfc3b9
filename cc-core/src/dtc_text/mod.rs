//! Trouble codes in words, composed in six languages.
