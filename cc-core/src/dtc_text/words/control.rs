//! Engine control, electrical supply and what hangs on them.

use super::words;

words! { 4
    ACTUATOR_SUPPLY Week {
        en: "Actuator supply", da: "Aktuatorforsyning", de: "Stellerversorgung", nb: "Aktuatorforsyning",
        sv: "Ställdonsmatning", es: "Alimentación de actuadores"
    }
    AC_CLUTCH_RELAY Tell {
        en: "Air conditioning clutch relay", da: "Relæ til klimakompressorens kobling",
        de: "Relais der Klimakupplung", nb: "Relé for klimakompressorens kobling",
        sv: "Relä för klimatkompressorns koppling", es: "Relé del embrague del aire acondicionado"
    }
    AC_COMPRESSOR Tell {
        en: "Air conditioning compressor", da: "Klimakompressor", de: "Klimakompressor",
        nb: "Klimakompressor", sv: "Klimatkompressor", es: "Compresor del aire acondicionado"
    }
    AC_EVAPORATOR_SENSOR Tell {
        en: "Evaporator temperature sensor", da: "Fordampertemperaturføler",
        de: "Verdampfertemperatursensor", nb: "Fordampertemperaturføler", sv: "Förångartemperaturgivare",
        es: "Sensor de temperatura del evaporador"
    }
    AC_PRESSURE_SENSOR Tell {
        en: "Air conditioning pressure sensor", da: "Klimaanlæggets trykføler",
        de: "Drucksensor der Klimaanlage", nb: "Klimaanleggets trykkføler",
        sv: "Luftkonditioneringens tryckgivare", es: "Sensor de presión del aire acondicionado"
    }
    AC_REFRIGERANT Tell {
        en: "Refrigerant", da: "Kølemiddel", de: "Kältemittel", nb: "Kuldemedium", sv: "Köldmedium",
        es: "Gas refrigerante"
    }
    AC_REQUEST Tell {
        en: "Air conditioning request", da: "Anmodning fra klimaanlæg", de: "Anforderung der Klimaanlage",
        nb: "Forespørsel fra klimaanlegg", sv: "Begäran från luftkonditionering",
        es: "Solicitud del aire acondicionado"
    }
    AC_TEMPERATURE_SENSOR Tell {
        en: "Refrigerant temperature sensor", da: "Kølemiddeltemperaturføler",
        de: "Kältemitteltemperatursensor", nb: "Kuldemediets temperaturføler",
        sv: "Köldmediets temperaturgivare", es: "Sensor de temperatura del gas refrigerante"
    }
    AC_VALVE Tell {
        en: "Refrigerant valve", da: "Kølemiddelventil", de: "Kältemittelventil", nb: "Kuldemedieventil",
        sv: "Köldmedieventil", es: "Válvula del gas refrigerante"
    }
    ALT_FUEL_MODULE Week {
        en: "Alternative fuel control unit", da: "Styreenhed for alternativt brændstof",
        de: "Steuergerät des alternativen Kraftstoffs", nb: "Styreenhet for alternativt drivstoff",
        sv: "Styrenhet för alternativt bränsle", es: "Unidad de control de combustible alternativo"
    }
    BATTERY_TEMPERATURE_SENSOR Tell {
        en: "Starter battery temperature sensor", da: "Temperaturføler for startbatteri",
        de: "Temperatursensor der Starterbatterie", nb: "Temperaturføler for startbatteri",
        sv: "Temperaturgivare för startbatteri", es: "Sensor de temperatura de la batería de arranque"
    }
    BRAKE_AND_PEDAL Week {
        en: "Brake and accelerator pedals", da: "Bremsepedal og speeder", de: "Brems- und Fahrpedal",
        nb: "Bremse- og gasspedal", sv: "Broms- och gaspedal", es: "Pedales de freno y acelerador"
    }
    BRAKE_BOOSTER_SENSOR Week {
        en: "Brake booster pressure sensor of the engine control",
        da: "Motorstyringens trykføler for bremseforstærker",
        de: "Drucksensor des Bremskraftverstärkers der Motorsteuerung",
        nb: "Motorstyringens trykkføler for bremseforsterker",
        sv: "Motorstyrningens tryckgivare för bromsservo",
        es: "Sensor de presión del servofreno del control del motor"
    }
    BRAKE_BOOSTER_TEMPERATURE_SENSOR Visit {
        en: "Brake booster temperature sensor", da: "Temperaturføler for bremseforstærker",
        de: "Temperatursensor des Bremskraftverstärkers", nb: "Temperaturføler for bremseforsterker",
        sv: "Temperaturgivare för bromsservo", es: "Sensor de temperatura del servofreno"
    }
    BRAKE_PEDAL_SENSOR_ENGINE Week {
        en: "Brake pedal sensor of the engine control", da: "Motorstyringens bremsepedalføler",
        de: "Bremspedalsensor der Motorsteuerung", nb: "Motorstyringens bremsepedalføler",
        sv: "Motorstyrningens bromspedalgivare", es: "Sensor del pedal de freno del control del motor"
    }
    BRAKE_SWITCH Week {
        en: "Brake light switch", da: "Bremselyskontakt", de: "Bremslichtschalter", nb: "Bremselysbryter",
        sv: "Bromsljuskontakt", es: "Interruptor de freno"
    }
    CHARGING_SYSTEM Battery {
        en: "Charging system", da: "Ladesystem", de: "Ladesystem", nb: "Ladesystem", sv: "Laddsystem",
        es: "Sistema de carga"
    }
    CONTROL_MODULE Week {
        en: "Engine control unit", da: "Motorstyreenhed", de: "Motorsteuergerät", nb: "Motorstyreenhet",
        sv: "Motorstyrenhet", es: "Unidad de control del motor"
    }
    CONTROL_MODULE_AIR_MASS Week {
        en: "Engine control unit, air mass monitoring", da: "Motorstyreenhed, luftmasseovervågning",
        de: "Motorsteuergerät, Luftmassenüberwachung", nb: "Motorstyreenhet, luftmasseovervåking",
        sv: "Motorstyrenhet, luftmassaövervakning", es: "Unidad de control del motor, vigilancia del aire"
    }
    CONTROL_MODULE_BRAKE Week {
        en: "Engine control unit, brake signal monitoring", da: "Motorstyreenhed, bremsesignalovervågning",
        de: "Motorsteuergerät, Bremssignalüberwachung", nb: "Motorstyreenhet, bremsesignalovervåking",
        sv: "Motorstyrenhet, bromssignalövervakning",
        es: "Unidad de control del motor, vigilancia de la señal de freno"
    }
    CONTROL_MODULE_CHECKSUM Week {
        en: "Engine control unit, memory checksum", da: "Motorstyreenhed, kontrolsum",
        de: "Motorsteuergerät, Prüfsumme", nb: "Motorstyreenhet, kontrollsum",
        sv: "Motorstyrenhet, kontrollsumma", es: "Unidad de control del motor, suma de comprobación"
    }
    CONTROL_MODULE_COIL Week {
        en: "Engine control unit, coil monitoring", da: "Motorstyreenhed, tændspoleovervågning",
        de: "Motorsteuergerät, Zündspulenüberwachung", nb: "Motorstyreenhet, tennspoleovervåking",
        sv: "Motorstyrenhet, tändspoleövervakning",
        es: "Unidad de control del motor, vigilancia de bobinas"
    }
    CONTROL_MODULE_COOLANT Week {
        en: "Engine control unit, coolant monitoring", da: "Motorstyreenhed, kølevæskeovervågning",
        de: "Motorsteuergerät, Kühlmittelüberwachung", nb: "Motorstyreenhet, kjølevæskeovervåking",
        sv: "Motorstyrenhet, kylvätskeövervakning",
        es: "Unidad de control del motor, vigilancia del refrigerante"
    }
    CONTROL_MODULE_EEPROM Week {
        en: "Engine control unit, permanent memory", da: "Motorstyreenhed, permanent hukommelse",
        de: "Motorsteuergerät, EEPROM", nb: "Motorstyreenhet, permanent minne",
        sv: "Motorstyrenhet, permanent minne", es: "Unidad de control del motor, memoria EEPROM"
    }
    CONTROL_MODULE_HEAT Week {
        en: "Control unit temperature", da: "Styreenhedens temperatur", de: "Temperatur des Steuergeräts",
        nb: "Styreenhetens temperatur", sv: "Styrenhetens temperatur",
        es: "Temperatura de la unidad de control"
    }
    CONTROL_MODULE_INJECTORS Week {
        en: "Engine control unit, injector monitoring", da: "Motorstyreenhed, dyseovervågning",
        de: "Motorsteuergerät, Einspritzüberwachung", nb: "Motorstyreenhet, dyseovervåking",
        sv: "Motorstyrenhet, insprutarövervakning",
        es: "Unidad de control del motor, vigilancia de inyectores"
    }
    CONTROL_MODULE_KAM Week {
        en: "Engine control unit, retained memory", da: "Motorstyreenhed, bevaret hukommelse",
        de: "Motorsteuergerät, Dauerspeicher", nb: "Motorstyreenhet, bevart minne",
        sv: "Motorstyrenhet, bevarat minne", es: "Unidad de control del motor, memoria permanente"
    }
    CONTROL_MODULE_MAIN Week {
        en: "Engine control unit, main processor", da: "Motorstyreenhed, hovedprocessor",
        de: "Motorsteuergerät, Hauptprozessor", nb: "Motorstyreenhet, hovedprosessor",
        sv: "Motorstyrenhet, huvudprocessor", es: "Unidad de control del motor, procesador principal"
    }
    CONTROL_MODULE_MONITOR Week {
        en: "Engine control unit, monitoring processor", da: "Motorstyreenhed, overvågningsprocessor",
        de: "Motorsteuergerät, Überwachungsprozessor", nb: "Motorstyreenhet, overvåkingsprosessor",
        sv: "Motorstyrenhet, övervakningsprocessor",
        es: "Unidad de control del motor, procesador de vigilancia"
    }
    CONTROL_MODULE_O2 Week {
        en: "Engine control unit, oxygen sensor monitoring", da: "Motorstyreenhed, lambdaovervågning",
        de: "Motorsteuergerät, Lambdaüberwachung", nb: "Motorstyreenhet, lambdaovervåking",
        sv: "Motorstyrenhet, lambdaövervakning",
        es: "Unidad de control del motor, vigilancia de la sonda lambda"
    }
    CONTROL_MODULE_OPTIONS Visit {
        en: "Engine control unit, vehicle options", da: "Motorstyreenhed, bilens udstyr",
        de: "Motorsteuergerät, Fahrzeugausstattung", nb: "Motorstyreenhet, bilens utstyr",
        sv: "Motorstyrenhet, bilens utrustning",
        es: "Unidad de control del motor, equipamiento del vehículo"
    }
    CONTROL_MODULE_PEDAL Week {
        en: "Engine control unit, pedal monitoring", da: "Motorstyreenhed, speederovervågning",
        de: "Motorsteuergerät, Pedalüberwachung", nb: "Motorstyreenhet, pedalovervåking",
        sv: "Motorstyrenhet, pedalövervakning", es: "Unidad de control del motor, vigilancia del pedal"
    }
    CONTROL_MODULE_RAM Week {
        en: "Engine control unit, working memory", da: "Motorstyreenhed, arbejdshukommelse",
        de: "Motorsteuergerät, Arbeitsspeicher", nb: "Motorstyreenhet, arbeidsminne",
        sv: "Motorstyrenhet, arbetsminne", es: "Unidad de control del motor, memoria de trabajo"
    }
    CONTROL_MODULE_ROM Week {
        en: "Engine control unit, program memory", da: "Motorstyreenhed, programhukommelse",
        de: "Motorsteuergerät, Programmspeicher", nb: "Motorstyreenhet, programminne",
        sv: "Motorstyrenhet, programminne", es: "Unidad de control del motor, memoria de programa"
    }
    CONTROL_MODULE_RPM Week {
        en: "Engine control unit, speed monitoring", da: "Motorstyreenhed, omdrejningsovervågning",
        de: "Motorsteuergerät, Drehzahlüberwachung", nb: "Motorstyreenhet, turtallsovervåking",
        sv: "Motorstyrenhet, varvtalsövervakning",
        es: "Unidad de control del motor, vigilancia del régimen"
    }
    CONTROL_MODULE_TEMPERATURE_SENSOR Visit {
        en: "Control unit temperature sensor", da: "Temperaturføler i styreenhed",
        de: "Temperatursensor im Steuergerät", nb: "Temperaturføler i styreenhet",
        sv: "Temperaturgivare i styrenhet", es: "Sensor de temperatura de la unidad de control"
    }
    CONTROL_MODULE_THROTTLE Week {
        en: "Engine control unit, throttle monitoring", da: "Motorstyreenhed, gasspjældsovervågning",
        de: "Motorsteuergerät, Drosselklappenüberwachung", nb: "Motorstyreenhet, gasspjeldovervåking",
        sv: "Motorstyrenhet, gasspjällövervakning",
        es: "Unidad de control del motor, vigilancia de la mariposa"
    }
    CONTROL_MODULE_TORQUE Week {
        en: "Engine control unit, torque monitoring", da: "Motorstyreenhed, momentovervågning",
        de: "Motorsteuergerät, Momentenüberwachung", nb: "Motorstyreenhet, momentovervåking",
        sv: "Motorstyrenhet, momentövervakning", es: "Unidad de control del motor, vigilancia del par"
    }
    CONTROL_MODULE_TORQUE_CALCULATION Week {
        en: "Engine control unit, torque calculation", da: "Motorstyreenhed, momentberegning",
        de: "Motorsteuergerät, Momentenberechnung", nb: "Motorstyreenhet, momentberegning",
        sv: "Motorstyrenhet, momentberäkning", es: "Unidad de control del motor, cálculo del par"
    }
    CONTROL_MODULE_VEHICLE_SPEED Week {
        en: "Engine control unit, vehicle speed monitoring", da: "Motorstyreenhed, hastighedsovervågning",
        de: "Motorsteuergerät, Geschwindigkeitsüberwachung", nb: "Motorstyreenhet, hastighetsovervåking",
        sv: "Motorstyrenhet, hastighetsövervakning",
        es: "Unidad de control del motor, vigilancia de la velocidad"
    }
    CONTROL_MODULE_VIN Visit {
        en: "Engine control unit, vehicle identification number", da: "Motorstyreenhed, stelnummer",
        de: "Motorsteuergerät, Fahrzeugidentnummer", nb: "Motorstyreenhet, understellsnummer",
        sv: "Motorstyrenhet, chassinummer", es: "Unidad de control del motor, número de bastidor"
    }
    CRASH_SIGNAL Assist {
        en: "Crash signal", da: "Kollisionssignal", de: "Unfallsignal", nb: "Kollisjonssignal",
        sv: "Kollisionssignal", es: "Señal de colisión"
    }
    CRUISE_ACCELERATE Tell {
        en: "Cruise control accelerate switch", da: "Fartpilot, hurtigere", de: "Tempomat, Beschleunigen",
        nb: "Cruisekontroll, raskere", sv: "Farthållare, snabbare", es: "Control de crucero, aceleración"
    }
    CRUISE_COAST Tell {
        en: "Cruise control coast switch", da: "Fartpilot, langsommere", de: "Tempomat, Verzögern",
        nb: "Cruisekontroll, saktere", sv: "Farthållare, långsammare",
        es: "Control de crucero, deceleración"
    }
    CRUISE_INPUT Tell {
        en: "Cruise control input", da: "Fartpilotindgang", de: "Tempomateingang",
        nb: "Cruisekontrollinngang", sv: "Farthållaringång", es: "Entrada del control de crucero"
    }
    CRUISE_LAMP Tell {
        en: "Cruise control lamp", da: "Fartpilotlampe", de: "Tempomatleuchte", nb: "Cruisekontrollampe",
        sv: "Farthållarlampa", es: "Testigo del control de crucero"
    }
    CRUISE_OFF Tell {
        en: "Cruise control off switch", da: "Fartpilot, sluk", de: "Tempomat, Aus",
        nb: "Cruisekontroll, av", sv: "Farthållare, av", es: "Control de crucero, desconexión"
    }
    CRUISE_ON Tell {
        en: "Cruise control on switch", da: "Fartpilot, tænd", de: "Tempomat, Ein",
        nb: "Cruisekontroll, på", sv: "Farthållare, på", es: "Control de crucero, conexión"
    }
    CRUISE_RESUME Tell {
        en: "Cruise control resume switch", da: "Fartpilot, genoptag", de: "Tempomat, Wiederaufnahme",
        nb: "Cruisekontroll, gjenoppta", sv: "Farthållare, återuppta",
        es: "Control de crucero, reanudación"
    }
    CRUISE_SERVO Tell {
        en: "Cruise control servo", da: "Fartpilotservo", de: "Tempomatsteller", nb: "Cruisekontrollservo",
        sv: "Farthållarservo", es: "Servo del control de crucero"
    }
    CRUISE_SET Tell {
        en: "Cruise control set switch", da: "Fartpilot, indstil", de: "Tempomat, Setzen",
        nb: "Cruisekontroll, sett", sv: "Farthållare, ställ in", es: "Control de crucero, ajuste"
    }
    CRUISE_SWITCH Tell {
        en: "Cruise control switches", da: "Fartpilotkontakter", de: "Tempomatschalter",
        nb: "Cruisekontrollbrytere", sv: "Farthållarreglage", es: "Mandos del control de crucero"
    }
    DISPLAY_LINK Tell {
        en: "Link to the instrument display", da: "Forbindelse til instrumentdisplay",
        de: "Verbindung zur Instrumentenanzeige", nb: "Forbindelse til instrumentdisplay",
        sv: "Förbindelse till instrumentdisplay", es: "Enlace con el cuadro de instrumentos"
    }
    DRIVE_MODE_SWITCH Tell {
        en: "Driving mode switch", da: "Køreprogramvælger", de: "Fahrprogrammschalter",
        nb: "Kjøreprogramvelger", sv: "Körlägesväljare", es: "Selector de modo de conducción"
    }
    ECM_POWER_INPUT Week {
        en: "Engine control unit power input", da: "Motorstyreenhedens strømindgang",
        de: "Stromeingang des Motorsteuergeräts", nb: "Motorstyreenhetens strøminngang",
        sv: "Motorstyrenhetens strömingång", es: "Alimentación de la unidad del motor"
    }
    ECM_POWER_RELAY Week {
        en: "Engine control unit main relay", da: "Motorstyreenhedens hovedrelæ",
        de: "Hauptrelais des Motorsteuergeräts", nb: "Motorstyreenhetens hovedrelé",
        sv: "Motorstyrenhetens huvudrelä", es: "Relé principal de la unidad del motor"
    }
    ECM_TCM Week {
        en: "Engine and transmission control units", da: "Motor- og gearkassestyreenhed",
        de: "Motor- und Getriebesteuergerät", nb: "Motor- og girkassestyreenhet",
        sv: "Motor- och växellådsstyrenhet", es: "Unidades de control de motor y cambio"
    }
    ECO_SWITCH Tell {
        en: "Economy mode switch", da: "Økokontakt", de: "Eco-Schalter", nb: "Økobryter", sv: "Ekoknapp",
        es: "Interruptor de modo económico"
    }
    ENGINE_HOT_LAMP Tell {
        en: "Engine temperature lamp", da: "Motortemperaturlampe", de: "Motortemperaturleuchte",
        nb: "Motortemperaturlampe", sv: "Motortemperaturlampa", es: "Testigo de temperatura del motor"
    }
    ENGINE_OFF_TIMER Tell {
        en: "Engine-off timer", da: "Ur for slukket motor", de: "Motor-Aus-Zähler",
        nb: "Tidsur for avslått motor", sv: "Ur för avstängd motor", es: "Temporizador de motor parado"
    }
    ENGINE_SPEED_OUTPUT Tell {
        en: "Engine speed output", da: "Udgang for omdrejningstal", de: "Drehzahlausgang",
        nb: "Utgang for turtall", sv: "Varvtalsutgång", es: "Salida de régimen del motor"
    }
    FUEL_CAP_LAMP Tell {
        en: "Fuel cap lamp", da: "Tankdæksellampe", de: "Tankdeckelleuchte", nb: "Tanklokklampe",
        sv: "Tanklockslampa", es: "Testigo del tapón de combustible"
    }
    FUEL_LEVEL_OUTPUT Tell {
        en: "Fuel level output", da: "Udgang for brændstofniveau", de: "Ausgang der Tankanzeige",
        nb: "Utgang for drivstoffnivå", sv: "Utgång för bränslenivå", es: "Salida de nivel de combustible"
    }
    GENERATOR Battery {
        en: "Alternator", da: "Generator", de: "Generator", nb: "Dynamo", sv: "Generator", es: "Alternador"
    }
    GENERATOR_FIELD Battery {
        en: "Alternator field terminal", da: "Generatorens feltklemme", de: "Feldklemme des Generators",
        nb: "Dynamoens feltklemme", sv: "Generatorns fältanslutning", es: "Borne de campo del alternador"
    }
    GENERATOR_LAMP Tell {
        en: "Charge lamp", da: "Ladelampe", de: "Ladekontrollleuchte", nb: "Ladelampe",
        sv: "Laddningslampa", es: "Testigo de carga"
    }
    GENERATOR_SENSE Battery {
        en: "Alternator voltage measurement", da: "Generatorens spændingsmåling",
        de: "Spannungsmessung des Generators", nb: "Dynamoens spenningsmåling",
        sv: "Generatorns spänningsmätning", es: "Medida de tensión del alternador"
    }
    IDLE_SELECTOR Tell {
        en: "Idle speed selector", da: "Tomgangsvælger", de: "Leerlaufwähler", nb: "Tomgangsvelger",
        sv: "Tomgångsväljare", es: "Selector de ralentí"
    }
    IGNITION_ACCESSORY Tell {
        en: "Ignition switch, accessory position", da: "Tændingslås, tilbehørsstilling",
        de: "Zündschalter, Zubehörstellung", nb: "Tenningslås, tilbehørsstilling",
        sv: "Tändningslås, tillbehörsläge", es: "Interruptor de encendido, accesorios"
    }
    IGNITION_RUN Week {
        en: "Ignition switch, run position", da: "Tændingslås, kørestilling",
        de: "Zündschalter, Fahrstellung", nb: "Tenningslås, kjørestilling", sv: "Tändningslås, körläge",
        es: "Interruptor de encendido, marcha"
    }
    IGNITION_RUN_START Week {
        en: "Ignition switch, run and start position", da: "Tændingslås, køre- og startstilling",
        de: "Zündschalter, Fahr- und Startstellung", nb: "Tenningslås, kjøre- og startstilling",
        sv: "Tändningslås, kör- och startläge", es: "Interruptor de encendido, marcha y arranque"
    }
    IMMOBILIZER_KEY Assist {
        en: "Immobiliser key", da: "Startspærrenøgle", de: "Schlüssel der Wegfahrsperre",
        nb: "Startsperrenøkkel", sv: "Startspärrsnyckel", es: "Llave del inmovilizador"
    }
    IMMOBILIZER_KEY_USED Assist {
        en: "Key in use", da: "Den anvendte nøgle", de: "Verwendeter Schlüssel", nb: "Nøkkelen i bruk",
        sv: "Nyckeln som används", es: "Llave utilizada"
    }
    IMMOBILIZER_LAMP Tell {
        en: "Immobiliser lamp", da: "Startspærrelampe", de: "Leuchte der Wegfahrsperre",
        nb: "Startsperrelampe", sv: "Startspärrslampa", es: "Testigo del inmovilizador"
    }
    INJECTOR_MODULE Week {
        en: "Injector control unit", da: "Dysestyreenhed", de: "Steuergerät der Einspritzventile",
        nb: "Dysestyreenhet", sv: "Insprutarstyrenhet", es: "Unidad de control de inyectores"
    }
    INJECTOR_MODULE_RELAY Week {
        en: "Relay of the injector control unit", da: "Dysestyreenhedens relæ",
        de: "Relais des Einspritzsteuergeräts", nb: "Dysestyreenhetens relé",
        sv: "Insprutarstyrenhetens relä", es: "Relé de la unidad de inyectores"
    }
    MODULE_WAKEUP Visit {
        en: "Control unit wake-up", da: "Vækning af styreenhed", de: "Weckleitung des Steuergeräts",
        nb: "Vekking av styreenhet", sv: "Väckning av styrenhet", es: "Activación de la unidad de control"
    }
    ODOMETER_ECM Tell {
        en: "Engine control unit, odometer", da: "Motorstyreenhed, kilometertæller",
        de: "Motorsteuergerät, Kilometerstand", nb: "Motorstyreenhet, kilometerteller",
        sv: "Motorstyrenhet, vägmätare", es: "Unidad de control del motor, cuentakilómetros"
    }
    PARK_BRAKE_SWITCH Tell {
        en: "Parking brake switch", da: "Håndbremsekontakt", de: "Handbremsschalter", nb: "Håndbremsbryter",
        sv: "Handbromskontakt", es: "Interruptor del freno de estacionamiento"
    }
    POWER_STEERING Week {
        en: "Power steering", da: "Servostyring", de: "Servolenkung", nb: "Servostyring",
        sv: "Servostyrning", es: "Dirección asistida"
    }
    POWER_STEERING_PRESSURE_SENSOR Visit {
        en: "Power steering pressure sensor", da: "Trykføler for servostyring",
        de: "Drucksensor der Servolenkung", nb: "Trykkføler for servostyring",
        sv: "Tryckgivare för servostyrning", es: "Sensor de presión de la dirección asistida"
    }
    PTO Tell {
        en: "Power take-off", da: "Kraftudtag", de: "Nebenabtrieb", nb: "Kraftuttak", sv: "Kraftuttag",
        es: "Toma de fuerza"
    }
    PTO_LAMP Tell {
        en: "Power take-off lamp", da: "Lampe for kraftudtag", de: "Leuchte des Nebenabtriebs",
        nb: "Lampe for kraftuttak", sv: "Lampa för kraftuttag", es: "Testigo de la toma de fuerza"
    }
    PTO_SPEED_SELECTOR Tell {
        en: "Power take-off speed selector", da: "Hastighedsvælger for kraftudtag",
        de: "Drehzahlwähler des Nebenabtriebs", nb: "Hastighetsvelger for kraftuttak",
        sv: "Hastighetsväljare för kraftuttag", es: "Selector de velocidad de la toma de fuerza"
    }
    PTO_SWITCH Tell {
        en: "Power take-off switch", da: "Kontakt til kraftudtag", de: "Schalter des Nebenabtriebs",
        nb: "Bryter for kraftuttak", sv: "Brytare för kraftuttag", es: "Interruptor de la toma de fuerza"
    }
    REFERENCE_VOLTAGE Week {
        en: "Sensor supply", da: "Følerforsyning", de: "Sensorversorgung", nb: "Følerforsyning",
        sv: "Givarmatning", es: "Tensión de referencia de sensores"
    }
    SENSOR_POWER Week {
        en: "Sensor power", da: "Følerstrøm", de: "Sensorspeisung", nb: "Følerstrøm", sv: "Givarström",
        es: "Alimentación de sensores"
    }
    SERIAL_LINK Week {
        en: "Data link of the engine control unit", da: "Motorstyreenhedens dataforbindelse",
        de: "Datenverbindung des Motorsteuergeräts", nb: "Motorstyreenhetens dataforbindelse",
        sv: "Motorstyrenhetens dataförbindelse", es: "Enlace de datos de la unidad del motor"
    }
    SPEED_AND_SHAFT Visit {
        en: "Vehicle speed and output shaft speed", da: "Hastighed og omdrejningstal på udgangsaksel",
        de: "Geschwindigkeit und Abtriebsdrehzahl", nb: "Hastighet og turtall på utgående aksel",
        sv: "Hastighet och varvtal på utgående axel", es: "Velocidad y régimen del eje de salida"
    }
    SPEED_OUTPUT Tell {
        en: "Vehicle speed output", da: "Udgang for hastighedssignal",
        de: "Ausgang des Geschwindigkeitssignals", nb: "Utgang for hastighetssignal",
        sv: "Utgång för hastighetssignal", es: "Salida de señal de velocidad"
    }
    SPEED_SENSOR Visit {
        en: "Vehicle speed sensor", da: "Hastighedsføler", de: "Geschwindigkeitssensor",
        nb: "Hastighetsføler", sv: "Hastighetsgivare", es: "Sensor de velocidad del vehículo"
    }
    STARTER Assist {
        en: "Starter", da: "Starter", de: "Anlasser", nb: "Startmotor", sv: "Startmotor",
        es: "Motor de arranque"
    }
    STARTER_DISABLE Assist {
        en: "Starter inhibit", da: "Startspærre", de: "Startsperre", nb: "Startsperre", sv: "Startspärr",
        es: "Inhibición del arranque"
    }
    STARTER_GENERATOR_CURRENT Week {
        en: "Starter-generator phase current", da: "Fasestrøm i startergenerator",
        de: "Phasenstrom des Startergenerators", nb: "Fasestrøm i startergenerator",
        sv: "Fasström i startgenerator", es: "Corriente de fase del motor-generador de arranque"
    }
    STARTER_GENERATOR_CURRENT_SENSOR Week {
        en: "Starter-generator current sensor", da: "Strømføler for startergenerator",
        de: "Stromsensor des Startergenerators", nb: "Strømføler for startergenerator",
        sv: "Strömgivare för startgenerator", es: "Sensor de corriente del motor-generador de arranque"
    }
    STARTER_RELAY Assist {
        en: "Starter relay", da: "Startrelæ", de: "Anlasserrelais", nb: "Startrelé", sv: "Startrelä",
        es: "Relé de arranque"
    }
    STOP_START_SWITCH Tell {
        en: "Stop-start switch", da: "Start-stop-kontakt", de: "Start-Stopp-Schalter",
        nb: "Start-stopp-bryter", sv: "Start-stoppknapp", es: "Interruptor Start-Stop"
    }
    SYSTEM_VOLTAGE Battery {
        en: "Vehicle electrical system", da: "Bilens elsystem", de: "Bordnetz", nb: "Bilens elsystem",
        sv: "Bilens elsystem", es: "Sistema eléctrico del vehículo"
    }
    TCM_VIN Visit {
        en: "Transmission control unit, vehicle identification number",
        da: "Gearkassestyreenhed, stelnummer", de: "Getriebesteuergerät, Fahrzeugidentnummer",
        nb: "Girkassestyreenhet, understellsnummer", sv: "Växellådsstyrenhet, chassinummer",
        es: "Unidad de control del cambio, número de bastidor"
    }
    THROTTLE_INHIBIT Week {
        en: "Throttle or fuel inhibit", da: "Spærring af gas eller brændstof",
        de: "Sperre von Gas oder Kraftstoff", nb: "Sperring av gass eller drivstoff",
        sv: "Spärr av gas eller bränsle", es: "Inhibición de aceleración o combustible"
    }
    TORQUE_FEEDBACK Week {
        en: "Torque feedback", da: "Momenttilbagemelding", de: "Momentenrückmeldung",
        nb: "Momenttilbakemelding", sv: "Momentåterkoppling", es: "Retorno de par"
    }
    TORQUE_REQUEST Week {
        en: "Torque request", da: "Momentanmodning", de: "Momentenanforderung", nb: "Momentforespørsel",
        sv: "Momentbegäran", es: "Petición de par"
    }
    VEHICLE_SPEED Tell {
        en: "Vehicle speed", da: "Bilens hastighed", de: "Fahrzeuggeschwindigkeit", nb: "Bilens hastighet",
        sv: "Bilens hastighet", es: "Velocidad del vehículo"
    }
    WARNING_LAMP Tell {
        en: "Engine warning lamp", da: "Motoradvarselslampe", de: "Motorkontrollleuchte",
        nb: "Motorvarsellampe", sv: "Motorvarningslampa", es: "Testigo del motor"
    }
}
