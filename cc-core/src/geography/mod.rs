//! Where things are: distances, fences, nearest points, lines.
