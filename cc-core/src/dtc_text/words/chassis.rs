//! Brakes, steering, stability, all-wheel drive.

use super::words;

words! { 7
    ABS_PUMP Week {
        en: "Brake system pump", da: "Bremsesystemets pumpe", de: "Pumpe des Bremssystems",
        nb: "Bremsesystemets pumpe", sv: "Bromssystemets pump", es: "Bomba del sistema de frenos"
    }
    AIR_DAM Tell {
        en: "Active front spoiler", da: "Aktiv frontspoiler", de: "Aktiver Frontspoiler",
        nb: "Aktiv frontspoiler", sv: "Aktiv frontspoiler", es: "Alerón delantero activo"
    }
    AWD_CLUTCH Week {
        en: "All-wheel drive clutch", da: "Firehjulstrækkets kobling", de: "Allradkupplung",
        nb: "Firehjulstrekkets kobling", sv: "Fyrhjulsdriftens koppling", es: "Embrague de tracción total"
    }
    AWD_CLUTCH_ACTUATOR Week {
        en: "All-wheel drive clutch actuator", da: "Aktuator for firehjulstrækkets kobling",
        de: "Steller der Allradkupplung", nb: "Aktuator for firehjulstrekkets kobling",
        sv: "Ställdon för fyrhjulsdriftens koppling", es: "Actuador del embrague de tracción total"
    }
    AWD_CLUTCH_SENSOR Week {
        en: "All-wheel drive clutch sensor", da: "Føler for firehjulstrækkets kobling",
        de: "Sensor der Allradkupplung", nb: "Føler for firehjulstrekkets kobling",
        sv: "Givare för fyrhjulsdriftens koppling", es: "Sensor del embrague de tracción total"
    }
    AWD_RANGE_ACTUATOR Week {
        en: "All-wheel drive range actuator", da: "Aktuator for terrængear",
        de: "Steller der Geländeuntersetzung", nb: "Aktuator for terrenggir",
        sv: "Ställdon för terrängväxel", es: "Actuador de la reductora"
    }
    AWD_RANGE_SENSOR Week {
        en: "All-wheel drive range sensor", da: "Føler for terrængear",
        de: "Sensor der Geländeuntersetzung", nb: "Føler for terrenggir", sv: "Givare för terrängväxel",
        es: "Sensor de la reductora"
    }
    BRAKES Week {
        en: "Brakes", da: "Bremser", de: "Bremsen", nb: "Bremser", sv: "Bromsar", es: "Frenos"
    }
    BRAKE_BOOSTER Week {
        en: "Brake booster", da: "Bremseforstærker", de: "Bremskraftverstärker", nb: "Bremseforsterker",
        sv: "Bromsservo", es: "Servofreno"
    }
    BRAKE_BOOSTER_MOTOR Week {
        en: "Brake booster motor", da: "Bremseforstærkerens motor", de: "Motor des Bremskraftverstärkers",
        nb: "Bremseforsterkerens motor", sv: "Bromsservons motor", es: "Motor del servofreno"
    }
    BRAKE_BOOSTER_MOTOR_PHASE Week {
        en: "Brake booster motor phases", da: "Faser i bremseforstærkerens motor",
        de: "Phasen des Bremskraftverstärkermotors", nb: "Faser i bremseforsterkerens motor",
        sv: "Faser i bromsservons motor", es: "Fases del motor del servofreno"
    }
    BRAKE_BOOSTER_MOTOR_SENSOR Week {
        en: "Brake booster motor position sensor", da: "Stillingsføler for bremseforstærkerens motor",
        de: "Positionssensor des Bremskraftverstärkermotors",
        nb: "Stillingsføler for bremseforsterkerens motor", sv: "Lägesgivare för bromsservons motor",
        es: "Sensor de posición del motor del servofreno"
    }
    BRAKE_BOOSTER_MOTOR_SENSOR_SUPPLY Week {
        en: "Brake booster motor sensor supply", da: "Forsyning til stillingsføler i bremseforstærker",
        de: "Versorgung des Positionssensors im Bremskraftverstärker",
        nb: "Forsyning til stillingsføler i bremseforsterker", sv: "Matning till lägesgivare i bromsservo",
        es: "Alimentación del sensor del motor del servofreno"
    }
    BRAKE_BOOSTER_PRESSURE_SENSOR Week {
        en: "Brake booster pressure sensor", da: "Trykføler for bremseforstærker",
        de: "Drucksensor des Bremskraftverstärkers", nb: "Trykkføler for bremseforsterker",
        sv: "Tryckgivare för bromsservo", es: "Sensor de presión del servofreno"
    }
    BRAKE_BOOSTER_SOLENOID Week {
        en: "Brake booster valve", da: "Ventil i bremseforstærker", de: "Ventil im Bremskraftverstärker",
        nb: "Ventil i bremseforsterker", sv: "Ventil i bromsservo", es: "Válvula del servofreno"
    }
    BRAKE_BOOSTER_TRAVEL_SENSOR Week {
        en: "Brake booster travel sensor", da: "Vandringsføler for bremseforstærker",
        de: "Wegsensor des Bremskraftverstärkers", nb: "Vandringsføler for bremseforsterker",
        sv: "Vägsensor för bromsservo", es: "Sensor de recorrido del servofreno"
    }
    BRAKE_CIRCUIT Stop {
        en: "Brake hydraulic circuit", da: "Hydraulisk bremsekreds", de: "Bremskreis",
        nb: "Hydraulisk bremsekrets", sv: "Hydraulisk bromskrets", es: "Circuito hidráulico de freno"
    }
    BRAKE_FLUID Stop {
        en: "Brake fluid", da: "Bremsevæske", de: "Bremsflüssigkeit", nb: "Bremsevæske", sv: "Bromsvätska",
        es: "Líquido de frenos"
    }
    BRAKE_LAMP Week {
        en: "Brake warning lamp", da: "Bremseadvarselslampe", de: "Bremswarnleuchte",
        nb: "Bremsevarsellampe", sv: "Bromsvarningslampa", es: "Testigo de frenos"
    }
    BRAKE_LINING Week {
        en: "Brake lining wear sensor", da: "Slidføler for bremsebelægning",
        de: "Bremsbelag-Verschleißsensor", nb: "Slitasjeføler for bremsebelegg",
        sv: "Slitagegivare för bromsbelägg", es: "Sensor de desgaste de pastillas"
    }
    BRAKE_PRESSURE_SENSOR Week {
        en: "Brake pressure sensor", da: "Bremsetrykføler", de: "Bremsdrucksensor", nb: "Bremsetrykkføler",
        sv: "Bromstryckgivare", es: "Sensor de presión de freno"
    }
    BRAKE_RELEASE Week {
        en: "Brake pressure release", da: "Aflastning af bremsetryk", de: "Bremsdruckabbau",
        nb: "Avlastning av bremsetrykk", sv: "Avlastning av bromstryck", es: "Alivio de presión de freno"
    }
    DYNAMICS_LAMP Week {
        en: "Stability control lamp", da: "Stabilitetskontrollampe", de: "Leuchte der Stabilitätsregelung",
        nb: "Stabilitetskontrollampe", sv: "Stabilitetskontrollampa", es: "Testigo de estabilidad"
    }
    INLET_VALVE Week {
        en: "Brake inlet valve", da: "Bremsekredsens indløbsventil", de: "Einlassventil der Bremse",
        nb: "Bremsekretsens innløpsventil", sv: "Bromskretsens inloppsventil",
        es: "Válvula de entrada del freno"
    }
    LATERAL_SENSOR Week {
        en: "Lateral acceleration sensor", da: "Føler for sideacceleration",
        de: "Querbeschleunigungssensor", nb: "Føler for sideakselerasjon",
        sv: "Givare för sidoacceleration", es: "Sensor de aceleración lateral"
    }
    LONGITUDINAL_SENSOR Week {
        en: "Longitudinal acceleration sensor", da: "Føler for længdeacceleration",
        de: "Längsbeschleunigungssensor", nb: "Føler for lengdeakselerasjon",
        sv: "Givare för längdacceleration", es: "Sensor de aceleración longitudinal"
    }
    MASTER_CYLINDER_SENSOR Week {
        en: "Brake master cylinder sensor", da: "Føler i hovedbremsecylinder",
        de: "Sensor des Hauptbremszylinders", nb: "Føler i hovedbremsesylinder",
        sv: "Givare i huvudbromscylinder", es: "Sensor del cilindro maestro"
    }
    MULTI_AXIS_SENSOR Week {
        en: "Multi-axis acceleration sensor", da: "Fleraksers accelerationsføler",
        de: "Mehrachs-Beschleunigungssensor", nb: "Fleraksers akselerasjonsføler",
        sv: "Fleraxlig accelerationsgivare", es: "Sensor de aceleración multieje"
    }
    OUTLET_VALVE Week {
        en: "Brake outlet valve", da: "Bremsekredsens udløbsventil", de: "Auslassventil der Bremse",
        nb: "Bremsekretsens utløpsventil", sv: "Bromskretsens utloppsventil",
        es: "Válvula de salida del freno"
    }
    PARK_BRAKE_ACTUATOR Week {
        en: "Parking brake actuator", da: "Håndbremseaktuator", de: "Feststellbremssteller",
        nb: "Parkeringsbremsaktuator", sv: "Parkeringsbromsställdon",
        es: "Actuador del freno de estacionamiento"
    }
    PARK_BRAKE_BUTTON Tell {
        en: "Parking brake button", da: "Håndbremseknap", de: "Taste der Feststellbremse",
        nb: "Parkeringsbremsknapp", sv: "Parkeringsbromsknapp", es: "Pulsador del freno de estacionamiento"
    }
    PEDAL_FEEDBACK_SOLENOID Week {
        en: "Brake pedal feedback valve", da: "Ventil for bremsepedalens modtryk",
        de: "Ventil der Pedalgegenkraft", nb: "Ventil for bremsepedalens mottrykk",
        sv: "Ventil för bromspedalens mottryck", es: "Válvula de respuesta del pedal de freno"
    }
    REAR_SHAFT_SENSOR Week {
        en: "Rear drive shaft speed sensor", da: "Omdrejningsføler på bageste drivaksel",
        de: "Drehzahlsensor der hinteren Antriebswelle", nb: "Turtallsføler på bakre drivaksel",
        sv: "Varvtalsgivare på bakre drivaxel", es: "Sensor de régimen del eje trasero"
    }
    ROLL_SENSOR Week {
        en: "Roll rate sensor", da: "Krængningsføler", de: "Wankratensensor", nb: "Krengningsføler",
        sv: "Krängningsgivare", es: "Sensor de balanceo"
    }
    STABILITY Week {
        en: "Stability control", da: "Stabilitetskontrol", de: "Stabilitätsregelung",
        nb: "Stabilitetskontroll", sv: "Stabilitetskontroll", es: "Control de estabilidad"
    }
    STEERING_ANGLE_SENSOR Week {
        en: "Steering angle sensor", da: "Ratvinkelføler", de: "Lenkwinkelsensor", nb: "Rattvinkelføler",
        sv: "Rattvinkelgivare", es: "Sensor de ángulo de dirección"
    }
    TONE_WHEEL Week {
        en: "Wheel sensor ring", da: "Tandring ved hjulføler", de: "Impulsring",
        nb: "Tannring ved hjulføler", sv: "Tandring vid hjulgivare", es: "Corona del sensor de rueda"
    }
    TRACTION_ACTIVE_LAMP Tell {
        en: "Traction control active lamp", da: "Lampe for aktiv antispin",
        de: "Leuchte der aktiven Schlupfregelung", nb: "Lampe for aktiv antispinn",
        sv: "Lampa för aktiv antispinn", es: "Testigo de control de tracción activo"
    }
    TRACTION_LAMP Tell {
        en: "Traction control off lamp", da: "Lampe for frakoblet antispin",
        de: "Leuchte für abgeschaltete Schlupfregelung", nb: "Lampe for utkoblet antispinn",
        sv: "Lampa för frånkopplad antispinn", es: "Testigo de control de tracción desconectado"
    }
    TRACTION_SWITCH Tell {
        en: "Traction control switch", da: "Antispinkontakt", de: "Schalter der Schlupfregelung",
        nb: "Antispinnbryter", sv: "Antispinnbrytare", es: "Interruptor del control de tracción"
    }
    TRACTION_VALVE Week {
        en: "Traction control valve", da: "Ventil for antispin", de: "Ventil der Antriebsschlupfregelung",
        nb: "Ventil for antispinn", sv: "Antispinnventil", es: "Válvula del control de tracción"
    }
    TYRE_DIAMETER Tell {
        en: "Tyre diameter", da: "Dækdiameter", de: "Reifendurchmesser", nb: "Dekkdiameter",
        sv: "Däckdiameter", es: "Diámetro de los neumáticos"
    }
    TYRE_PRESSURE Check {
        en: "Tyre pressure", da: "Dæktryk", de: "Reifendruck", nb: "Dekktrykk", sv: "Däcktryck",
        es: "Presión de los neumáticos"
    }
    TYRE_PRESSURE_LAMP Tell {
        en: "Tyre pressure lamp", da: "Dæktryklampe", de: "Reifendruckleuchte", nb: "Dekktrykklampe",
        sv: "Däcktryckslampa", es: "Testigo de presión de neumáticos"
    }
    VACUUM_SENSOR_BRAKE Week {
        en: "Brake vacuum sensor", da: "Bremsevakuumføler", de: "Bremsunterdrucksensor",
        nb: "Bremsevakuumføler", sv: "Bromsvakuumgivare", es: "Sensor de vacío de freno"
    }
    VARIABLE_STEERING Week {
        en: "Steering effort actuator", da: "Aktuator for styrekraft", de: "Steller der Lenkkraft",
        nb: "Aktuator for styrekraft", sv: "Ställdon för styrkraft",
        es: "Actuador del esfuerzo de dirección"
    }
    VARIABLE_STEERING_SENSOR Week {
        en: "Steering effort sensor", da: "Styrekraftføler", de: "Lenkkraftsensor", nb: "Styrekraftføler",
        sv: "Styrkraftgivare", es: "Sensor del esfuerzo de dirección"
    }
    VARIABLE_STEERING_SYSTEM Week {
        en: "Variable steering effort", da: "Variabel styrekraft", de: "Variable Lenkkraft",
        nb: "Variabel styrekraft", sv: "Variabel styrkraft", es: "Esfuerzo de dirección variable"
    }
    WHEEL_SPEED_DIRECTION Week {
        en: "Wheel rotation directions", da: "Hjulenes rotationsretninger", de: "Drehrichtungen der Räder",
        nb: "Hjulenes rotasjonsretninger", sv: "Hjulens rotationsriktningar",
        es: "Sentidos de giro de las ruedas"
    }
    WHEEL_SPEED_SENSOR Week {
        en: "Wheel speed sensor", da: "Hjulhastighedsføler", de: "Raddrehzahlsensor",
        nb: "Hjulhastighetsføler", sv: "Hjulhastighetsgivare", es: "Sensor de velocidad de rueda"
    }
    WHEEL_SPEED_SUPPLY Week {
        en: "Wheel speed sensor supply", da: "Forsyning til hjulhastighedsføler",
        de: "Versorgung des Raddrehzahlsensors", nb: "Forsyning til hjulhastighetsføler",
        sv: "Matning till hjulhastighetsgivare", es: "Alimentación del sensor de velocidad de rueda"
    }
    YAW_LONGITUDINAL Week {
        en: "Yaw rate and longitudinal acceleration", da: "Drejning (yaw) og længdeacceleration",
        de: "Gierrate und Längsbeschleunigung", nb: "Dreiing (yaw) og lengdeakselerasjon",
        sv: "Girhastighet och längdacceleration", es: "Guiñada y aceleración longitudinal"
    }
    YAW_SENSOR Week {
        en: "Yaw rate sensor", da: "Drejningsføler (yaw)", de: "Gierratensensor",
        nb: "Dreiingsføler (yaw)", sv: "Girhastighetsgivare", es: "Sensor de guiñada"
    }
}
