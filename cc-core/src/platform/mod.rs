//! What a connected-car platform keeps about cars and people.
