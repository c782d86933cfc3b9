//! Where things are: points on the Earth, the ways between them, and the lines and areas they make.
//!
//! A car knows where it is because satellites tell it, some metres off and not in every garage. From that come the
//! questions of the field: which workshop is near, did the van leave its yard, how long was the way, how is it drawn on
//! a map without sending ten thousand numbers.
//!
//! Quick tour: [`point`] and [`Position::point`](crate::Position::point), a checked place; [`distance`] and
//! [`bearing`], how far and which way; [`NearestIndex`], who is nearest; [`Fence`] and
//! [`FenceTracker`], who comes and who goes; [`simplify_track`] and [`encode_polyline`], a drive as a short line.
//!
//! **A point is longitude first.** Everything here is a [`geo_types::Point`] whose `x` is the *longitude* (east) and
//! whose `y` is the *latitude* (north), as in `GeoJSON` and in every drawing of a map. People and car interfaces say
//! latitude first. Swapped axes are the classic fault of the trade, and nothing can find them by itself: 55, 12 and
//! 12, 55 are both places. So [`point`] takes them by name and order, and is the one place to cross over.
//!
//! **The same answer everywhere.** The sine that a platform computes may differ from another's in its last digit. What
//! decides here (who is nearest, which side of a fence, which point of a track stays) therefore uses one sine,
//! compiled in, and gives the same bits on every platform. Only [`geodesic_distance`] asks the platform; it says so.
//!
//! # Examples
//!
//! ```
//! use cc_core::geography::{bearing, distance, point};
//!
//! // Two places in the North Sea.
//! let (here, there) = (point(55.5, 5.0)?, point(55.6, 5.2)?);
//! assert_eq!(distance(here, there).round(), 16_790.0);
//! assert_eq!(bearing(here, there).map(f64::round), Some(48.0));
//!
//! let swapped = point(5.0, 255.5).unwrap_err();
//! assert_eq!(swapped.to_string(), "longitude is not a number from -180 to 180");
//! # Ok::<(), cc_core::geography::PointError>(())
//! ```

mod distance;
mod fence;
mod nearest;
mod point;
mod polyline;
#[cfg(test)]
mod samples;
mod sphere;
mod track;

pub use distance::{CompassSector, EARTH_RADIUS_METRES, bearing, destination, distance, geodesic_distance};
pub use fence::{Crossing, CrossingKind, Fence, FenceError, FenceOptions, FenceSet, FenceTracker};
pub use nearest::NearestIndex;
pub use point::{PointError, checked, point};
pub use polyline::{PolylineError, PolylinePrecision, decode_polyline, encode_polyline};
pub use track::{TrackError, simplify_track, track_length};

/// The examples of the guide are compiled and run with the documentation's.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/places-and-distances.md")]
struct Guide;
