//! Checked places on the Earth.

use geo_types::Point;

use crate::Position;

/// A place by latitude and longitude, in degrees of WGS 84, the datum of GPS: `x` of the point is the **longitude**,
/// `y` the **latitude**.
///
/// # Examples
///
/// ```
/// use cc_core::geography::{PointError, point};
///
/// let buoy = point(55.5, 5.0)?;
/// assert_eq!((buoy.y(), buoy.x()), (55.5, 5.0));
///
/// let error = point(95.0, 5.0).unwrap_err();
/// assert_eq!(error, PointError::Latitude);
/// assert_eq!(error.to_string(), "latitude is not a number from -90 to 90");
/// # Ok::<(), PointError>(())
/// ```
pub fn point(latitude: f64, longitude: f64) -> Result<Point, PointError> {
    // A comparison with NaN is false.
    if !(-90.0..=90.0).contains(&latitude) {
        return Err(PointError::Latitude);
    }
    if !(-180.0..=180.0).contains(&longitude) {
        return Err(PointError::Longitude);
    }
    Ok(Point::new(longitude, latitude))
}

/// The same point, if it is a place on the Earth: `y` a latitude and `x` a longitude.
///
/// # Examples
///
/// ```
/// use cc_core::geography::checked;
///
/// assert!(checked(geo_types::Point::new(5.0, 55.5)).is_ok());
/// let error = checked(geo_types::Point::new(5.0, f64::NAN)).unwrap_err();
/// assert_eq!(error.to_string(), "latitude is not a number from -90 to 90");
/// ```
pub fn checked(place: Point) -> Result<Point, PointError> {
    point(place.y(), place.x())
}

impl Position {
    /// The place, checked: `x` of the point is the **longitude**, `y` the **latitude**.
    ///
    /// Latitude and longitude of exactly 0, 0 are refused: it is what receivers send while they have no fix, and the
    /// real place lies in the Gulf of Guinea, where no car is.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::{Number, Position};
    ///
    /// let mut position = Position {
    ///     latitude: "55.5".parse()?,
    ///     longitude: "5.0".parse()?,
    ///     speed: None,
    ///     direction: None,
    ///     eph: None,
    ///     hdop: None,
    /// };
    /// assert_eq!(position.point()?.x(), 5.0);
    ///
    /// (position.latitude, position.longitude) = (Number::ZERO, Number::ZERO);
    /// let error = position.point().unwrap_err();
    /// assert_eq!(error.to_string(), "0, 0 is what a receiver without a fix sends");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn point(&self) -> Result<Point, PointError> {
        let place = point(self.latitude.as_f64(), self.longitude.as_f64())?;
        if place.x() == 0.0 && place.y() == 0.0 { Err(PointError::NoFix) } else { Ok(place) }
    }
}

/// Why numbers are not a place on the Earth. The numbers are not shown: they may be a place all the same, written in
/// another way.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PointError {
    /// The latitude is out of range or NaN.
    #[error("latitude is not a number from -90 to 90")]
    Latitude,
    /// The longitude is out of range or NaN. Some senders count from 0 to 360; subtract 360 from what is above 180.
    #[error("longitude is not a number from -180 to 180")]
    Longitude,
    /// Both are zero: no place, but a receiver that does not know yet.
    #[error("0, 0 is what a receiver without a fix sends")]
    NoFix,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_on_the_earth_are_points() {
        for (latitude, longitude, expected) in [
            (90.0, 180.0, Ok(Point::new(180.0, 90.0))),
            (-90.0, -180.0, Ok(Point::new(-180.0, -90.0))),
            (0.0, 0.0, Ok(Point::new(0.0, 0.0))),
            (90.000_001, 0.0, Err(PointError::Latitude)),
            (f64::NAN, 0.0, Err(PointError::Latitude)),
            (f64::INFINITY, 0.0, Err(PointError::Latitude)),
            (0.0, 180.000_001, Err(PointError::Longitude)),
            (0.0, 359.0, Err(PointError::Longitude)),
            (0.0, f64::NAN, Err(PointError::Longitude)),
            (0.0, f64::NEG_INFINITY, Err(PointError::Longitude)),
        ] {
            assert_eq!(point(latitude, longitude), expected, "{latitude} {longitude}");
        }
    }

    #[test]
    fn positions_are_checked_however_they_are_written() {
        for (latitude, longitude, expected) in [
            ("12.50", "-7", Ok(Point::new(-7.0, 12.5))),
            ("0", "0.0", Err(PointError::NoFix)),
            ("-0", "0e5", Err(PointError::NoFix)),
            ("0", "-7.5", Ok(Point::new(-7.5, 0.0))),
            ("1e400", "0", Err(PointError::Latitude)),
            ("12", "1e400", Err(PointError::Longitude)),
        ] {
            let position = Position {
                latitude: latitude.parse().unwrap(),
                longitude: longitude.parse().unwrap(),
                speed: None,
                direction: None,
                eph: None,
                hdop: None,
            };
            assert_eq!(position.point(), expected, "{latitude} {longitude}");
        }
    }
}
