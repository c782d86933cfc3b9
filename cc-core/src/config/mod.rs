//! Settings in layers, compiled to one document.
