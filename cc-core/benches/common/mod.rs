//! What the benchmarks of the two encodings share.

/// A mix as a car sends it: mostly single values, some positions, a trouble code now and then. Made up.
pub(crate) const MESSAGES: [&str; 8] = [
    r#"{"id":48151623,"vehicleId":7042,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:00.250Z","type":"car_battery_voltage","value":12.43}"#,
    r#"{"id":48151624,"vehicleId":7042,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:01.000Z","type":"can_engine_coolant_temperature_celsius","value":88}"#,
    r#"{"id":48151625,"vehicleId":7042,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:02Z","type":"car_ignition","value":true}"#,
    r#"{"id":48151626,"vehicleId":7042,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:02.113Z","type":"gps_position","latitude":12.345678,"longitude":-7.654321,"speed":62,"direction":184,"eph":4,"hdop":null}"#,
    r#"{"id":48151627,"vehicleId":7042,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:03Z","type":"can_odometer_km","value":74211}"#,
    r#"{"id":48151628,"vehicleId":7042,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:03.500Z","type":"can_vehicle_speed_kph","value":61.5}"#,
    r#"{"id":48151629,"vehicleId":7042,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:04Z","type":"can_dtc","code":"00463a","diff":"add","status":"2f","rxId":"0x7e8","txId":"0x7e0","transport":"ISOTP","application":"UDS","ecu":"engine","sourceType":"vag","rxLocalId":null,"txLocalId":null,"serviceAndDid":null,"useFunctionalAddressing":null,"sessionType":null}"#,
    r#"{"id":48151630,"vehicleId":7042,"vin":"WVWZZZ1KZAM000001","organizationKey":"semler","time":"2026-05-01T10:00:05Z","type":"can_fuel_level_percent","value":54}"#,
];
