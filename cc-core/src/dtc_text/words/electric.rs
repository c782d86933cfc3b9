//! High-voltage battery, drive motors, charging.

use super::words;

words! { 6
    AC_COMPRESSOR_CURRENT Visit {
        en: "Phase current of the air conditioning compressor", da: "Klimakompressorens fasestrøm",
        de: "Phasenstrom des Klimakompressors", nb: "Klimakompressorens fasestrøm",
        sv: "Klimatkompressorns fasström", es: "Corriente de fase del compresor del aire acondicionado"
    }
    AC_COMPRESSOR_CURRENT_SENSOR Visit {
        en: "Current sensor of the air conditioning compressor", da: "Klimakompressorens strømføler",
        de: "Stromsensor des Klimakompressors", nb: "Klimakompressorens strømføler",
        sv: "Klimatkompressorns strömgivare",
        es: "Sensor de corriente del compresor del aire acondicionado"
    }
    AC_COMPRESSOR_MOTOR Visit {
        en: "Motor of the air conditioning compressor", da: "Klimakompressorens motor",
        de: "Motor des Klimakompressors", nb: "Klimakompressorens motor", sv: "Klimatkompressorns motor",
        es: "Motor del compresor del aire acondicionado"
    }
    AC_COMPRESSOR_TEMPERATURE_SENSOR Visit {
        en: "Temperature sensor of the air conditioning compressor",
        da: "Klimakompressorens temperaturføler", de: "Temperatursensor des Klimakompressors",
        nb: "Klimakompressorens temperaturføler", sv: "Klimatkompressorns temperaturgivare",
        es: "Sensor de temperatura del compresor del aire acondicionado"
    }
    AC_COMPRESSOR_VOLTAGE_SENSOR Visit {
        en: "Voltage sensor of the air conditioning compressor", da: "Klimakompressorens spændingsføler",
        de: "Spannungssensor des Klimakompressors", nb: "Klimakompressorens spenningsføler",
        sv: "Klimatkompressorns spänningsgivare",
        es: "Sensor de tensión del compresor del aire acondicionado"
    }
    AUXILIARY_COOLANT_SENSOR Week {
        en: "Auxiliary coolant sensor", da: "Føler for ekstra kølekreds",
        de: "Sensor des Zusatzkühlkreises", nb: "Føler for ekstra kjølekrets",
        sv: "Givare för extra kylkrets", es: "Sensor del circuito auxiliar de refrigeración"
    }
    BATTERY_MODULE Week {
        en: "High-voltage battery control unit", da: "Højvoltsbatteriets styreenhed",
        de: "Steuergerät der Hochvoltbatterie", nb: "Høyspentbatteriets styreenhet",
        sv: "Högvoltsbatteriets styrenhet", es: "Unidad de control de la batería de alta tensión"
    }
    BATTERY_POWER_OFF Week {
        en: "High-voltage power-off signal", da: "Frakoblingssignal for højvolt",
        de: "Abschaltsignal der Hochvoltanlage", nb: "Utkoblingssignal for høyspent",
        sv: "Frånkopplingssignal för högvolt", es: "Señal de desconexión de alta tensión"
    }
    CHARGER Week {
        en: "On-board charger", da: "Indbygget lader", de: "Bordladegerät", nb: "Innebygd lader",
        sv: "Ombordladdare", es: "Cargador de a bordo"
    }
    CHARGER_CURRENT_SENSOR Week {
        en: "Charger current sensor", da: "Laderens strømføler", de: "Stromsensor des Ladegeräts",
        nb: "Laderens strømføler", sv: "Laddarens strömgivare", es: "Sensor de corriente del cargador"
    }
    CHARGER_ENABLE Week {
        en: "Charger enable", da: "Frigivelse af lader", de: "Freigabe des Ladegeräts",
        nb: "Frigivelse av lader", sv: "Frigivning av laddare", es: "Habilitación del cargador"
    }
    CHARGER_INPUT Week {
        en: "On-board charger input", da: "Laderens indgang", de: "Eingang des Bordladegeräts",
        nb: "Laderens inngang", sv: "Laddarens ingång", es: "Entrada del cargador"
    }
    CHARGER_INPUT_CURRENT_SENSOR Week {
        en: "Charger input current sensor", da: "Strømføler ved laderens indgang",
        de: "Eingangsstromsensor des Ladegeräts", nb: "Strømføler ved laderens inngang",
        sv: "Strömgivare vid laddarens ingång", es: "Sensor de corriente de entrada del cargador"
    }
    CHARGER_INPUT_VOLTAGE_SENSOR Week {
        en: "Charger input voltage sensor", da: "Spændingsføler ved laderens indgang",
        de: "Eingangsspannungssensor des Ladegeräts", nb: "Spenningsføler ved laderens inngang",
        sv: "Spänningsgivare vid laddarens ingång", es: "Sensor de tensión de entrada del cargador"
    }
    CHARGER_OUTPUT_CURRENT_SENSOR Week {
        en: "Charger output current sensor", da: "Strømføler ved laderens udgang",
        de: "Ausgangsstromsensor des Ladegeräts", nb: "Strømføler ved laderens utgang",
        sv: "Strömgivare vid laddarens utgång", es: "Sensor de corriente de salida del cargador"
    }
    CHARGER_OUTPUT_VOLTAGE_SENSOR Week {
        en: "Charger output voltage sensor", da: "Spændingsføler ved laderens udgang",
        de: "Ausgangsspannungssensor des Ladegeräts", nb: "Spenningsføler ved laderens utgang",
        sv: "Spänningsgivare vid laddarens utgång", es: "Sensor de tensión de salida del cargador"
    }
    CHARGER_TEMPERATURE_SENSOR Week {
        en: "Charger temperature sensor", da: "Laderens temperaturføler",
        de: "Temperatursensor des Ladegeräts", nb: "Laderens temperaturføler",
        sv: "Laddarens temperaturgivare", es: "Sensor de temperatura del cargador"
    }
    CHARGER_VOLTAGE_SENSOR Week {
        en: "Charger voltage sensor", da: "Laderens spændingsføler", de: "Spannungssensor des Ladegeräts",
        nb: "Laderens spenningsføler", sv: "Laddarens spänningsgivare",
        es: "Sensor de tensión del cargador"
    }
    CHARGE_CONTACTOR_MINUS Week {
        en: "Charging negative contactor", da: "Minuskontaktor for ladning", de: "Minusschütz der Ladung",
        nb: "Minuskontaktor for lading", sv: "Minuskontaktor för laddning",
        es: "Contactor negativo de carga"
    }
    CHARGE_CONTACTOR_PLUS Week {
        en: "Charging positive contactor", da: "Pluskontaktor for ladning", de: "Plusschütz der Ladung",
        nb: "Plusskontaktor for lading", sv: "Pluskontaktor för laddning",
        es: "Contactor positivo de carga"
    }
    CHARGE_COUPLER_LOCK Tell {
        en: "Charging plug lock", da: "Lås for ladestik", de: "Verriegelung des Ladesteckers",
        nb: "Lås for ladeplugg", sv: "Lås för laddkontakt", es: "Bloqueo del conector de carga"
    }
    CHARGE_COUPLER_LOCK_SENSOR Tell {
        en: "Charging plug lock sensor", da: "Låseføler for ladestik",
        de: "Verriegelungssensor des Ladesteckers", nb: "Låseføler for ladeplugg",
        sv: "Låsgivare för laddkontakt", es: "Sensor de bloqueo del conector de carga"
    }
    CHARGE_COUPLER_SENSOR Week {
        en: "Charging plug temperature sensor", da: "Temperaturføler for ladestik",
        de: "Temperatursensor des Ladesteckers", nb: "Temperaturføler for ladeplugg",
        sv: "Temperaturgivare för laddkontakt", es: "Sensor de temperatura del conector de carga"
    }
    CHARGE_COUPLER_UNLOCK Tell {
        en: "Charging plug release", da: "Oplåsning af ladestik", de: "Entriegelung des Ladesteckers",
        nb: "Opplåsing av ladeplugg", sv: "Upplåsning av laddkontakt",
        es: "Desbloqueo del conector de carga"
    }
    CHARGE_DOOR Tell {
        en: "Charge port flap", da: "Ladeklap", de: "Ladeklappe", nb: "Ladeluke", sv: "Laddlucka",
        es: "Tapa de carga"
    }
    CHARGE_DOOR_SENSOR Tell {
        en: "Charge port flap sensor", da: "Ladeklapføler", de: "Ladeklappensensor", nb: "Ladelukeføler",
        sv: "Laddluckegivare", es: "Sensor de la tapa de carga"
    }
    CHARGE_DOOR_SWITCH Tell {
        en: "Charge port flap switch", da: "Ladeklapkontakt", de: "Ladeklappenschalter",
        nb: "Ladelukebryter", sv: "Laddluckekontakt", es: "Interruptor de la tapa de carga"
    }
    CHARGE_INDICATOR Tell {
        en: "Charge indicator", da: "Ladeindikator", de: "Ladeanzeige", nb: "Ladeindikator",
        sv: "Laddindikator", es: "Indicador de carga"
    }
    CHARGE_INTERLOCK Week {
        en: "Charging interlock", da: "Spærrekreds for ladning", de: "Sicherheitslinie der Ladung",
        nb: "Sperrekrets for lading", sv: "Spärrkrets för laddning", es: "Enclavamiento de carga"
    }
    CHARGE_START_SWITCH Tell {
        en: "Charging start switch", da: "Startknap for ladning", de: "Ladestarttaste",
        nb: "Startknapp for lading", sv: "Startknapp för laddning", es: "Pulsador de inicio de carga"
    }
    CHARGE_STOP_SWITCH Tell {
        en: "Charging stop switch", da: "Stopknap for ladning", de: "Ladestopptaste",
        nb: "Stoppknapp for lading", sv: "Stoppknapp för laddning", es: "Pulsador de parada de carga"
    }
    CONTROL_PILOT Week {
        en: "Charging control signal", da: "Ladestyresignal", de: "Ladesteuersignal", nb: "Ladestyresignal",
        sv: "Laddstyrsignal", es: "Señal piloto de carga"
    }
    CONTROL_PILOT_SWITCH Week {
        en: "Charging control switch", da: "Ladestyrekontakt", de: "Ladesteuerschalter",
        nb: "Ladestyrebryter", sv: "Laddstyrkontakt", es: "Interruptor piloto de carga"
    }
    DC_CONVERTER Week {
        en: "DC/DC converter", da: "DC/DC-omformer", de: "DC/DC-Wandler", nb: "DC/DC-omformer",
        sv: "DC/DC-omvandlare", es: "Convertidor CC/CC"
    }
    DC_CONVERTER_CURRENT_SENSOR Week {
        en: "DC/DC converter current sensor", da: "Strømføler for DC/DC-omformer",
        de: "Stromsensor des DC/DC-Wandlers", nb: "Strømføler for DC/DC-omformer",
        sv: "Strömgivare för DC/DC-omvandlare", es: "Sensor de corriente del convertidor CC/CC"
    }
    DC_CONVERTER_ENABLE Week {
        en: "DC/DC converter enable", da: "Frigivelse af DC/DC-omformer", de: "Freigabe des DC/DC-Wandlers",
        nb: "Frigivelse av DC/DC-omformer", sv: "Frigivning av DC/DC-omvandlare",
        es: "Habilitación del convertidor CC/CC"
    }
    DC_CONVERTER_STATUS Week {
        en: "DC/DC converter status", da: "Status fra DC/DC-omformer", de: "Status des DC/DC-Wandlers",
        nb: "Status fra DC/DC-omformer", sv: "Status från DC/DC-omvandlare",
        es: "Estado del convertidor CC/CC"
    }
    DC_CONVERTER_TEMPERATURE_SENSOR Week {
        en: "DC/DC converter temperature sensor", da: "Temperaturføler for DC/DC-omformer",
        de: "Temperatursensor des DC/DC-Wandlers", nb: "Temperaturføler for DC/DC-omformer",
        sv: "Temperaturgivare för DC/DC-omvandlare", es: "Sensor de temperatura del convertidor CC/CC"
    }
    DC_CONVERTER_VOLTAGE_SENSOR Week {
        en: "DC/DC converter voltage sensor", da: "Spændingsføler for DC/DC-omformer",
        de: "Spannungssensor des DC/DC-Wandlers", nb: "Spenningsføler for DC/DC-omformer",
        sv: "Spänningsgivare för DC/DC-omvandlare", es: "Sensor de tensión del convertidor CC/CC"
    }
    DRIVE_COOLANT_PUMP Week {
        en: "Drive motor coolant pump", da: "Kølevæskepumpe til elmotor",
        de: "Kühlmittelpumpe des Elektromotors", nb: "Kjølevæskepumpe for elmotor",
        sv: "Kylvätskepump för elmotor", es: "Bomba de refrigerante del motor eléctrico"
    }
    DRIVE_COOLANT_SENSOR Week {
        en: "Drive motor coolant sensor", da: "Kølevæskeføler for elmotor",
        de: "Kühlmittelsensor des Elektromotors", nb: "Kjølevæskeføler for elmotor",
        sv: "Kylvätskegivare för elmotor", es: "Sensor del refrigerante del motor eléctrico"
    }
    DRIVE_INVERTER Week {
        en: "Drive inverter", da: "Inverter til elmotor", de: "Antriebswechselrichter",
        nb: "Inverter for elmotor", sv: "Växelriktare för elmotor", es: "Inversor de tracción"
    }
    DRIVE_INVERTER_SUPPLY Week {
        en: "Drive inverter supply", da: "Forsyning til elmotorens inverter",
        de: "Versorgung des Antriebswechselrichters", nb: "Forsyning til elmotorens inverter",
        sv: "Matning till elmotorns växelriktare", es: "Alimentación del inversor de tracción"
    }
    DRIVE_INVERTER_TEMPERATURE_SENSOR Week {
        en: "Drive inverter temperature sensor", da: "Temperaturføler for elmotorens inverter",
        de: "Temperatursensor des Antriebswechselrichters", nb: "Temperaturføler for elmotorens inverter",
        sv: "Temperaturgivare för elmotorns växelriktare",
        es: "Sensor de temperatura del inversor de tracción"
    }
    DRIVE_INVERTER_VOLTAGE_SENSOR Week {
        en: "Drive inverter voltage sensor", da: "Spændingsføler for elmotorens inverter",
        de: "Spannungssensor des Antriebswechselrichters", nb: "Spenningsføler for elmotorens inverter",
        sv: "Spänningsgivare för elmotorns växelriktare", es: "Sensor de tensión del inversor de tracción"
    }
    DRIVE_MODULE Week {
        en: "Drive motor control unit", da: "Elmotorens styreenhed", de: "Steuergerät des Elektromotors",
        nb: "Elmotorens styreenhet", sv: "Elmotorns styrenhet", es: "Unidad de control del motor eléctrico"
    }
    DRIVE_MOTOR Week {
        en: "Drive motor", da: "Elmotor", de: "Elektromotor", nb: "Elmotor", sv: "Elmotor",
        es: "Motor eléctrico"
    }
    DRIVE_MOTOR_CURRENT Week {
        en: "Drive motor phase current", da: "Elmotorens fasestrøm", de: "Phasenstrom des Elektromotors",
        nb: "Elmotorens fasestrøm", sv: "Elmotorns fasström", es: "Corriente de fase del motor eléctrico"
    }
    DRIVE_MOTOR_CURRENT_SENSOR Week {
        en: "Drive motor current sensor", da: "Strømføler for elmotor", de: "Stromsensor des Elektromotors",
        nb: "Strømføler for elmotor", sv: "Strömgivare för elmotor",
        es: "Sensor de corriente del motor eléctrico"
    }
    DRIVE_MOTOR_POSITION_SENSOR Week {
        en: "Drive motor position sensor", da: "Stillingsføler for elmotor",
        de: "Positionssensor des Elektromotors", nb: "Stillingsføler for elmotor",
        sv: "Lägesgivare för elmotor", es: "Sensor de posición del motor eléctrico"
    }
    DRIVE_MOTOR_TEMPERATURE_SENSOR Week {
        en: "Drive motor temperature sensor", da: "Temperaturføler for elmotor",
        de: "Temperatursensor des Elektromotors", nb: "Temperaturføler for elmotor",
        sv: "Temperaturgivare för elmotor", es: "Sensor de temperatura del motor eléctrico"
    }
    GENERATOR_INVERTER Week {
        en: "Generator inverter", da: "Generatorens inverter", de: "Generatorwechselrichter",
        nb: "Generatorens inverter", sv: "Generatorns växelriktare", es: "Inversor del generador"
    }
    GENERATOR_INVERTER_SENSOR Week {
        en: "Generator inverter temperature sensor", da: "Temperaturføler for generatorens inverter",
        de: "Temperatursensor des Generatorwechselrichters",
        nb: "Temperaturføler for generatorens inverter",
        sv: "Temperaturgivare för generatorns växelriktare",
        es: "Sensor de temperatura del inversor del generador"
    }
    GENERATOR_INVERTER_SUPPLY Week {
        en: "Generator inverter supply", da: "Forsyning til generatorens inverter",
        de: "Versorgung des Generatorwechselrichters", nb: "Forsyning til generatorens inverter",
        sv: "Matning till generatorns växelriktare", es: "Alimentación del inversor del generador"
    }
    GENERATOR_MODULE Week {
        en: "Traction generator control unit", da: "Traktionsgeneratorens styreenhed",
        de: "Steuergerät des Traktionsgenerators", nb: "Traksjonsgeneratorens styreenhet",
        sv: "Traktionsgeneratorns styrenhet", es: "Unidad de control del generador de tracción"
    }
    GENERATOR_TORQUE_SENSOR Week {
        en: "Traction generator torque sensor", da: "Momentføler for traktionsgenerator",
        de: "Drehmomentsensor des Traktionsgenerators", nb: "Momentføler for traksjonsgenerator",
        sv: "Momentgivare för traktionsgenerator", es: "Sensor de par del generador de tracción"
    }
    HIGH_VOLTAGE_FUSE Assist {
        en: "High-voltage fuse", da: "Højvoltssikring", de: "Hochvoltsicherung", nb: "Høyspentsikring",
        sv: "Högvoltssäkring", es: "Fusible de alta tensión"
    }
    HIGH_VOLTAGE_INTERLOCK Assist {
        en: "High-voltage interlock", da: "Højvoltsspærrekreds", de: "Hochvolt-Sicherheitslinie",
        nb: "Høyspent sperrekrets", sv: "Högvoltsspärrkrets", es: "Enclavamiento de alta tensión"
    }
    HIGH_VOLTAGE_ISOLATION Stop {
        en: "High-voltage insulation", da: "Højvoltsisolation", de: "Hochvoltisolation",
        nb: "Høyspentisolasjon", sv: "Högvoltsisolering", es: "Aislamiento de alta tensión"
    }
    HV_ELECTRONICS_PUMP Week {
        en: "High-voltage electronics coolant pump", da: "Kølevæskepumpe til højvoltselektronik",
        de: "Kühlmittelpumpe der Hochvoltelektronik", nb: "Kjølevæskepumpe for høyspentelektronikk",
        sv: "Kylvätskepump för högvoltselektronik",
        es: "Bomba de refrigerante de la electrónica de alta tensión"
    }
    HV_ELECTRONICS_SENSOR Week {
        en: "High-voltage electronics coolant sensor", da: "Kølevæskeføler for højvoltselektronik",
        de: "Kühlmittelsensor der Hochvoltelektronik", nb: "Kjølevæskeføler for høyspentelektronikk",
        sv: "Kylvätskegivare för högvoltselektronik",
        es: "Sensor del refrigerante de la electrónica de alta tensión"
    }
    HYBRID_MODULE Week {
        en: "Hybrid control unit", da: "Hybridstyreenhed", de: "Hybridsteuergerät", nb: "Hybridstyreenhet",
        sv: "Hybridstyrenhet", es: "Unidad de control híbrida"
    }
    ISOLATION_SENSOR Week {
        en: "Insulation sensor", da: "Isolationsføler", de: "Isolationssensor", nb: "Isolasjonsføler",
        sv: "Isolationsgivare", es: "Sensor de aislamiento"
    }
    MOTOR_ELECTRONICS_PUMP Week {
        en: "Motor electronics coolant pump", da: "Kølevæskepumpe til motorelektronik",
        de: "Kühlmittelpumpe der Motorelektronik", nb: "Kjølevæskepumpe for motorelektronikk",
        sv: "Kylvätskepump för motorelektronik", es: "Bomba de refrigerante de la electrónica del motor"
    }
    MOTOR_ELECTRONICS_SENSOR Week {
        en: "Motor electronics coolant temperature sensor",
        da: "Kølevæsketemperaturføler for motorelektronik",
        de: "Kühlmitteltemperatursensor der Motorelektronik",
        nb: "Kjølevæsketemperaturføler for motorelektronikk",
        sv: "Kylvätsketemperaturgivare för motorelektronik",
        es: "Sensor de temperatura del refrigerante de la electrónica del motor"
    }
    MOTOR_TORQUE_SENSOR Week {
        en: "Drive motor torque sensor", da: "Momentføler for elmotor",
        de: "Drehmomentsensor des Elektromotors", nb: "Momentføler for elmotor",
        sv: "Momentgivare för elmotor", es: "Sensor de par del motor eléctrico"
    }
    NEGATIVE_CONTACTOR Assist {
        en: "High-voltage negative contactor", da: "Højvoltsbatteriets minuskontaktor",
        de: "Minusschütz der Hochvoltbatterie", nb: "Høyspentbatteriets minuskontaktor",
        sv: "Högvoltsbatteriets minuskontaktor", es: "Contactor negativo de alta tensión"
    }
    POSITIVE_CONTACTOR Assist {
        en: "High-voltage positive contactor", da: "Højvoltsbatteriets pluskontaktor",
        de: "Plusschütz der Hochvoltbatterie", nb: "Høyspentbatteriets plusskontaktor",
        sv: "Högvoltsbatteriets pluskontaktor", es: "Contactor positivo de alta tensión"
    }
    POWER_MODULE Battery {
        en: "14-volt supply", da: "14-volts-forsyning", de: "14-Volt-Versorgung", nb: "14-voltsforsyning",
        sv: "14-voltsmatning", es: "Alimentación de 14 voltios"
    }
    POWER_MODULE_CURRENT_SENSOR Week {
        en: "14-volt supply current sensor", da: "Strømføler for 14-volts-forsyning",
        de: "Stromsensor der 14-Volt-Versorgung", nb: "Strømføler for 14-voltsforsyning",
        sv: "Strömgivare för 14-voltsmatning", es: "Sensor de corriente de la alimentación de 14 voltios"
    }
    PRECHARGE_CONTACTOR Assist {
        en: "Precharge contactor", da: "Forladekontaktor", de: "Vorladeschütz", nb: "Forladekontaktor",
        sv: "Förladdningskontaktor", es: "Contactor de precarga"
    }
    PROXIMITY Week {
        en: "Charging plug detection", da: "Registrering af ladestik", de: "Erkennung des Ladesteckers",
        nb: "Registrering av ladeplugg", sv: "Avkänning av laddkontakt",
        es: "Detección del conector de carga"
    }
    SERVICE_DISCONNECT Assist {
        en: "High-voltage service disconnect", da: "Højvoltsafbryder til service",
        de: "Hochvolt-Servicetrenner", nb: "Høyspent servicebryter", sv: "Högvoltsfrånskiljare för service",
        es: "Desconectador de servicio de alta tensión"
    }
    TRACTION_BATTERY Week {
        en: "High-voltage battery", da: "Højvoltsbatteri", de: "Hochvoltbatterie", nb: "Høyspentbatteri",
        sv: "Högvoltsbatteri", es: "Batería de alta tensión"
    }
    TRACTION_BATTERY_AIR_SENSOR Week {
        en: "High-voltage battery air sensor", da: "Lufttemperaturføler for højvoltsbatteri",
        de: "Lufttemperatursensor der Hochvoltbatterie", nb: "Lufttemperaturføler for høyspentbatteri",
        sv: "Lufttemperaturgivare för högvoltsbatteri", es: "Sensor de aire de la batería de alta tensión"
    }
    TRACTION_BATTERY_AIR_VALVE Week {
        en: "High-voltage battery air valve", da: "Luftventil til højvoltsbatteri",
        de: "Luftklappe der Hochvoltbatterie", nb: "Luftventil for høyspentbatteri",
        sv: "Luftventil för högvoltsbatteri", es: "Válvula de aire de la batería de alta tensión"
    }
    TRACTION_BATTERY_BALANCING Visit {
        en: "High-voltage cell balancing", da: "Celleudligning i højvoltsbatteri",
        de: "Zellausgleich der Hochvoltbatterie", nb: "Celleutjevning i høyspentbatteri",
        sv: "Cellutjämning i högvoltsbatteri", es: "Equilibrado de celdas de alta tensión"
    }
    TRACTION_BATTERY_COOLANT_HEATER Visit {
        en: "High-voltage battery coolant heater", da: "Kølevæskevarmer til højvoltsbatteri",
        de: "Kühlmittelheizung der Hochvoltbatterie", nb: "Kjølevæskevarmer for høyspentbatteri",
        sv: "Kylvätskevärmare för högvoltsbatteri",
        es: "Calentador del refrigerante de la batería de alta tensión"
    }
    TRACTION_BATTERY_COOLANT_PUMP Week {
        en: "High-voltage battery coolant pump", da: "Kølevæskepumpe til højvoltsbatteri",
        de: "Kühlmittelpumpe der Hochvoltbatterie", nb: "Kjølevæskepumpe for høyspentbatteri",
        sv: "Kylvätskepump för högvoltsbatteri", es: "Bomba de refrigerante de la batería de alta tensión"
    }
    TRACTION_BATTERY_COOLANT_SENSOR Week {
        en: "High-voltage battery coolant sensor", da: "Kølevæskeføler for højvoltsbatteri",
        de: "Kühlmittelsensor der Hochvoltbatterie", nb: "Kjølevæskeføler for høyspentbatteri",
        sv: "Kylvätskegivare för högvoltsbatteri",
        es: "Sensor del refrigerante de la batería de alta tensión"
    }
    TRACTION_BATTERY_COOLANT_VALVE Week {
        en: "High-voltage battery coolant valve", da: "Kølevæskeventil til højvoltsbatteri",
        de: "Kühlmittelventil der Hochvoltbatterie", nb: "Kjølevæskeventil for høyspentbatteri",
        sv: "Kylvätskeventil för högvoltsbatteri",
        es: "Válvula de refrigerante de la batería de alta tensión"
    }
    TRACTION_BATTERY_COOLANT_VALVE_SENSOR Week {
        en: "High-voltage battery coolant valve sensor",
        da: "Stillingsføler for højvoltsbatteriets kølevæskeventil",
        de: "Positionssensor des Hochvolt-Kühlmittelventils",
        nb: "Stillingsføler for høyspentbatteriets kjølevæskeventil",
        sv: "Lägesgivare för högvoltsbatteriets kylvätskeventil",
        es: "Sensor de la válvula de refrigerante de alta tensión"
    }
    TRACTION_BATTERY_CURRENT_SENSOR Week {
        en: "High-voltage battery current sensor", da: "Strømføler for højvoltsbatteri",
        de: "Stromsensor der Hochvoltbatterie", nb: "Strømføler for høyspentbatteri",
        sv: "Strömgivare för högvoltsbatteri", es: "Sensor de corriente de la batería de alta tensión"
    }
    TRACTION_BATTERY_FAN Week {
        en: "High-voltage battery fan", da: "Blæser til højvoltsbatteri", de: "Lüfter der Hochvoltbatterie",
        nb: "Vifte for høyspentbatteri", sv: "Fläkt för högvoltsbatteri",
        es: "Ventilador de la batería de alta tensión"
    }
    TRACTION_BATTERY_PACK_SENSE Week {
        en: "High-voltage pack voltage measurement", da: "Spændingsmåling i højvoltspakke",
        de: "Spannungsmessung des Hochvoltpakets", nb: "Spenningsmåling i høyspentpakke",
        sv: "Spänningsmätning i högvoltspaket", es: "Medida de tensión del bloque de alta tensión"
    }
    TRACTION_BATTERY_SENSE Week {
        en: "High-voltage battery voltage measurement", da: "Spændingsmåling i højvoltsbatteri",
        de: "Spannungsmessung der Hochvoltbatterie", nb: "Spenningsmåling i høyspentbatteri",
        sv: "Spänningsmätning i högvoltsbatteri", es: "Medida de tensión de la batería de alta tensión"
    }
    TRACTION_BATTERY_TEMPERATURE_SENSOR Week {
        en: "High-voltage battery temperature sensor", da: "Temperaturføler for højvoltsbatteri",
        de: "Temperatursensor der Hochvoltbatterie", nb: "Temperaturføler for høyspentbatteri",
        sv: "Temperaturgivare för högvoltsbatteri",
        es: "Sensor de temperatura de la batería de alta tensión"
    }
    TRACTION_BATTERY_VOLTAGE Week {
        en: "High-voltage battery voltage", da: "Højvoltsbatteriets spænding",
        de: "Spannung der Hochvoltbatterie", nb: "Høyspentbatteriets spenning",
        sv: "Högvoltsbatteriets spänning", es: "Tensión de la batería de alta tensión"
    }
    TRACTION_BATTERY_VOLTAGE_SENSOR Week {
        en: "High-voltage battery voltage sensor", da: "Spændingsføler for højvoltsbatteri",
        de: "Spannungssensor der Hochvoltbatterie", nb: "Spenningsføler for høyspentbatteri",
        sv: "Spänningsgivare för högvoltsbatteri", es: "Sensor de tensión de la batería de alta tensión"
    }
    TRACTION_GENERATOR_CURRENT Week {
        en: "Traction generator phase current", da: "Traktionsgeneratorens fasestrøm",
        de: "Phasenstrom des Traktionsgenerators", nb: "Traksjonsgeneratorens fasestrøm",
        sv: "Traktionsgeneratorns fasström", es: "Corriente de fase del generador de tracción"
    }
    TRACTION_GENERATOR_CURRENT_SENSOR Week {
        en: "Traction generator current sensor", da: "Strømføler for traktionsgenerator",
        de: "Stromsensor des Traktionsgenerators", nb: "Strømføler for traksjonsgenerator",
        sv: "Strömgivare för traktionsgenerator", es: "Sensor de corriente del generador de tracción"
    }
    TRACTION_GENERATOR_POSITION_SENSOR Week {
        en: "Traction generator position sensor", da: "Stillingsføler for traktionsgenerator",
        de: "Positionssensor des Traktionsgenerators", nb: "Stillingsføler for traksjonsgenerator",
        sv: "Lägesgivare för traktionsgenerator", es: "Sensor de posición del generador de tracción"
    }
    TRACTION_GENERATOR_TEMPERATURE_SENSOR Week {
        en: "Traction generator temperature sensor", da: "Temperaturføler for traktionsgenerator",
        de: "Temperatursensor des Traktionsgenerators", nb: "Temperaturføler for traksjonsgenerator",
        sv: "Temperaturgivare för traktionsgenerator",
        es: "Sensor de temperatura del generador de tracción"
    }
}
