//! The data stream as protobuf messages.
