//! Why bookings are refused.

/// Why a booking is not made, changed, cancelled or expired.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BookingError {
    /// The car has one that is neither cancelled nor past.
    #[error("the vehicle has an active booking")]
    ActiveExists,
    /// It is about another car.
    #[error("the booking is about another vehicle")]
    AnotherVehicle,
    /// It is cancelled already.
    #[error("the booking is already cancelled")]
    CancelCancelled,
    /// Its appointment has gone by.
    #[error("a past booking cannot be cancelled")]
    CancelPast,
    /// It was cancelled.
    #[error("a cancelled booking cannot be changed")]
    ChangeCancelled,
    /// Its appointment has gone by.
    #[error("a past booking cannot be changed")]
    ChangePast,
    /// It is active.
    #[error("an active booking cannot expire")]
    ExpireActive,
    /// The car has or had one of this name.
    #[error("the vehicle has a booking of this id")]
    KnownId,
    /// There is none to change or cancel.
    #[error("the vehicle has no active booking")]
    NoActive,
    /// The appointment asked for is not to come.
    #[error("the appointment is past")]
    PastAppointment,
}

/// Why an event says nothing of a booking.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BookingEventError {
    /// It is of another type.
    #[error("expected an event of the type car_service_booking")]
    AnotherType,
    /// It is about another car than the bookings it was given to.
    #[error("expected an event of the same vehicle")]
    AnotherVehicle,
    /// A field without which it names no booking is absent.
    #[error("{field}: expected a value")]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// A field has a text without a meaning.
    #[error("{field}: expected a text with a known meaning")]
    Value {
        /// The field.
        field: &'static str,
    },
}
