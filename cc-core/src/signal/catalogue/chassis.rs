//! Tyres, brakes and warning lamps: what the standard pack reads beyond the data stream and OBD.

use crate::MeasureUnit as U;
use crate::SignalId;
use crate::signal::Signal;

signals! {
    after super::electric::END;

    // Tyres.

    /// Pressure of the front left tyre above that of the surroundings.
    TIRE_PRESSURE_FRONT_LEFT = Signal::number(U::Kilopascal, "can_tire_pressure_front_left_kpa")
        .range(0.0, 1500.0).vss("Vehicle.Chassis.Axle.Row1.Wheel.Left.Tire.Pressure");
    /// Cold pressure of the front left tyre that the placard on the car asks for.
    TIRE_PRESSURE_FRONT_LEFT_PLACARD = Signal::number(U::Kilopascal, "can_tire_pressure_front_left_placard_kpa")
        .range(0.0, 1500.0);
    /// Whether the car finds the pressure of the front left tyre too low.
    TIRE_PRESSURE_FRONT_LEFT_LOW = Signal::boolean("can_tire_pressure_front_left_low")
        .vss("Vehicle.Chassis.Axle.Row1.Wheel.Left.Tire.IsPressureLow");
    /// Temperature of the air in the front left tyre.
    TIRE_TEMPERATURE_FRONT_LEFT = Signal::number(U::Celsius, "can_tire_temperature_front_left_celsius")
        .range(-60.0, 200.0).vss("Vehicle.Chassis.Axle.Row1.Wheel.Left.Tire.AirTemperature");
    /// Pressure of the front right tyre above that of the surroundings.
    TIRE_PRESSURE_FRONT_RIGHT = Signal::number(U::Kilopascal, "can_tire_pressure_front_right_kpa")
        .range(0.0, 1500.0).vss("Vehicle.Chassis.Axle.Row1.Wheel.Right.Tire.Pressure");
    /// Cold pressure of the front right tyre that the placard on the car asks for.
    TIRE_PRESSURE_FRONT_RIGHT_PLACARD = Signal::number(U::Kilopascal, "can_tire_pressure_front_right_placard_kpa")
        .range(0.0, 1500.0);
    /// Whether the car finds the pressure of the front right tyre too low.
    TIRE_PRESSURE_FRONT_RIGHT_LOW = Signal::boolean("can_tire_pressure_front_right_low")
        .vss("Vehicle.Chassis.Axle.Row1.Wheel.Right.Tire.IsPressureLow");
    /// Temperature of the air in the front right tyre.
    TIRE_TEMPERATURE_FRONT_RIGHT = Signal::number(U::Celsius, "can_tire_temperature_front_right_celsius")
        .range(-60.0, 200.0).vss("Vehicle.Chassis.Axle.Row1.Wheel.Right.Tire.AirTemperature");
    /// Pressure of the rear left tyre above that of the surroundings.
    TIRE_PRESSURE_REAR_LEFT = Signal::number(U::Kilopascal, "can_tire_pressure_rear_left_kpa")
        .range(0.0, 1500.0).vss("Vehicle.Chassis.Axle.Row2.Wheel.Left.Tire.Pressure");
    /// Cold pressure of the rear left tyre that the placard on the car asks for.
    TIRE_PRESSURE_REAR_LEFT_PLACARD = Signal::number(U::Kilopascal, "can_tire_pressure_rear_left_placard_kpa")
        .range(0.0, 1500.0);
    /// Whether the car finds the pressure of the rear left tyre too low.
    TIRE_PRESSURE_REAR_LEFT_LOW = Signal::boolean("can_tire_pressure_rear_left_low")
        .vss("Vehicle.Chassis.Axle.Row2.Wheel.Left.Tire.IsPressureLow");
    /// Temperature of the air in the rear left tyre.
    TIRE_TEMPERATURE_REAR_LEFT = Signal::number(U::Celsius, "can_tire_temperature_rear_left_celsius")
        .range(-60.0, 200.0).vss("Vehicle.Chassis.Axle.Row2.Wheel.Left.Tire.AirTemperature");
    /// Pressure of the rear right tyre above that of the surroundings.
    TIRE_PRESSURE_REAR_RIGHT = Signal::number(U::Kilopascal, "can_tire_pressure_rear_right_kpa")
        .range(0.0, 1500.0).vss("Vehicle.Chassis.Axle.Row2.Wheel.Right.Tire.Pressure");
    /// Cold pressure of the rear right tyre that the placard on the car asks for.
    TIRE_PRESSURE_REAR_RIGHT_PLACARD = Signal::number(U::Kilopascal, "can_tire_pressure_rear_right_placard_kpa")
        .range(0.0, 1500.0);
    /// Whether the car finds the pressure of the rear right tyre too low.
    TIRE_PRESSURE_REAR_RIGHT_LOW = Signal::boolean("can_tire_pressure_rear_right_low")
        .vss("Vehicle.Chassis.Axle.Row2.Wheel.Right.Tire.IsPressureLow");
    /// Temperature of the air in the rear right tyre.
    TIRE_TEMPERATURE_REAR_RIGHT = Signal::number(U::Celsius, "can_tire_temperature_rear_right_celsius")
        .range(-60.0, 200.0).vss("Vehicle.Chassis.Axle.Row2.Wheel.Right.Tire.AirTemperature");
    /// Whether the tyre pressure lamp is on.
    TIRE_PRESSURE_LAMP = Signal::boolean("can_tire_pressure_lamp");

    // Brakes and steering.

    /// Wear of the front left brake pads; 100 is worn out.
    BRAKE_PAD_WEAR_FRONT_LEFT = Signal::number(U::Percent, "can_brake_pad_wear_front_left_percent")
        .range(0.0, 100.0).vss("Vehicle.Chassis.Axle.Row1.Wheel.Left.Brake.PadWear");
    /// Wear of the front right brake pads; 100 is worn out.
    BRAKE_PAD_WEAR_FRONT_RIGHT = Signal::number(U::Percent, "can_brake_pad_wear_front_right_percent")
        .range(0.0, 100.0).vss("Vehicle.Chassis.Axle.Row1.Wheel.Right.Brake.PadWear");
    /// Wear of the rear left brake pads; 100 is worn out.
    BRAKE_PAD_WEAR_REAR_LEFT = Signal::number(U::Percent, "can_brake_pad_wear_rear_left_percent")
        .range(0.0, 100.0).vss("Vehicle.Chassis.Axle.Row2.Wheel.Left.Brake.PadWear");
    /// Wear of the rear right brake pads; 100 is worn out.
    BRAKE_PAD_WEAR_REAR_RIGHT = Signal::number(U::Percent, "can_brake_pad_wear_rear_right_percent")
        .range(0.0, 100.0).vss("Vehicle.Chassis.Axle.Row2.Wheel.Right.Brake.PadWear");
    /// Whether the brake pad wear lamp is on.
    BRAKE_PAD_WEAR_LAMP = Signal::boolean("can_brake_pad_wear_lamp");
    /// Level of the brake fluid; 0 is empty.
    BRAKE_FLUID_LEVEL = Signal::number(U::Percent, "can_brake_fluid_level_percent").range(0.0, 100.0);
    /// Whether the lamp for low brake fluid is on.
    BRAKE_FLUID_LAMP = Signal::boolean("can_brake_fluid_lamp");
    /// Whether the red brake system lamp is on.
    BRAKE_LAMP = Signal::boolean("can_brake_lamp");
    /// Whether the parking brake is on.
    PARKING_BRAKE = Signal::boolean("can_parking_brake").vss("Vehicle.Chassis.ParkingBrake.IsEngaged");
    /// Whether the lamp of the anti-lock brakes is on.
    ABS_LAMP = Signal::boolean("can_abs_lamp").vss("Vehicle.ADAS.ABS.IsError");
    /// Whether the lamp of the stability control is on.
    STABILITY_CONTROL_LAMP = Signal::boolean("can_stability_control_lamp").vss("Vehicle.ADAS.ESC.IsError");
    /// Whether the lamp of the power steering is on.
    POWER_STEERING_LAMP = Signal::boolean("can_power_steering_lamp");

    // Warning lamps of engine, exhaust and gearbox. The malfunction indicator lamp is an event of its own.

    /// Whether the lamp for low oil pressure is on.
    LOW_OIL_PRESSURE_LAMP = Signal::boolean("can_low_oil_pressure_lamp");
    /// Whether the lamp for low oil level is on.
    LOW_OIL_LEVEL_LAMP = Signal::boolean("can_low_oil_level_lamp");
    /// Whether the lamp for hot coolant is on.
    COOLANT_TEMPERATURE_LAMP = Signal::boolean("can_coolant_temperature_lamp");
    /// Whether the lamp for low coolant is on.
    LOW_COOLANT_LEVEL_LAMP = Signal::boolean("can_low_coolant_level_lamp");
    /// Whether the lamp for a battery that is not being charged is on.
    BATTERY_CHARGE_LAMP = Signal::boolean("can_battery_charge_lamp");
    /// Whether the lamp for a full particulate filter is on.
    DPF_LAMP = Signal::boolean("can_dpf_lamp");
    /// Whether the lamp for low AdBlue is on.
    ADBLUE_LAMP = Signal::boolean("can_adblue_lamp")
        .vss("Vehicle.Powertrain.CombustionEngine.DieselExhaustFluid.IsLevelLow");
    /// Whether the lamp for low fuel is on.
    LOW_FUEL_LAMP = Signal::boolean("can_low_fuel_lamp").vss("Vehicle.Powertrain.FuelSystem.IsFuelLevelLow");
    /// Whether the lamp for water in the fuel is on.
    WATER_IN_FUEL_LAMP = Signal::boolean("can_water_in_fuel_lamp");
    /// Whether the lamp for a hot gearbox is on.
    TRANSMISSION_TEMPERATURE_LAMP = Signal::boolean("can_transmission_temperature_lamp");
    /// Temperature of the oil in an automatic gearbox.
    TRANSMISSION_OIL_TEMPERATURE = Signal::number(U::Celsius, "can_transmission_oil_temperature_celsius")
        .range(-60.0, 250.0).vss("Vehicle.Powertrain.Transmission.Temperature");
    /// Whether the lamp for a fault of the gearbox is on.
    TRANSMISSION_LAMP = Signal::boolean("can_transmission_lamp");
    /// Whether the lamp for a fault of the electric drive is on.
    HIGH_VOLTAGE_SYSTEM_LAMP = Signal::boolean("can_high_voltage_system_lamp");

    // Warning lamps of body and service.

    /// Whether the airbag lamp is on.
    AIRBAG_LAMP = Signal::boolean("can_airbag_lamp");
    /// Whether the seat belt lamp is on.
    SEAT_BELT_LAMP = Signal::boolean("can_seat_belt_lamp");
    /// Whether the lamp for low washer fluid is on.
    WASHER_FLUID_LAMP = Signal::boolean("can_washer_fluid_lamp")
        .vss("Vehicle.Body.Windshield.Front.WasherFluid.IsLevelLow");
    /// Whether the lamp for a failed bulb is on.
    BULB_FAILURE_LAMP = Signal::boolean("can_bulb_failure_lamp");
    /// Whether the service lamp is on.
    SERVICE_LAMP = Signal::boolean("can_service_lamp").vss("Vehicle.Service.IsServiceDue");
    /// The day by which the car must pass its roadworthiness inspection; events of the inspection carry it.
    ROADWORTHY_INSPECTION_DUE = Signal::instant("can_roadworthy_inspection_due");
}
