//! Air: intake, throttle, turbocharger, crankcase ventilation.

use super::words;

words! { 0
    AIR_FLOW_SENSOR Visit {
        en: "Air flow sensor", da: "Luftmængdemåler", de: "Luftmassenmesser", nb: "Luftmengdemåler",
        sv: "Luftflödesmätare", es: "Caudalímetro de aire"
    }
    AIR_MAF_THROTTLE Visit {
        en: "Air path between air flow sensor and throttle",
        da: "Luftvej mellem luftmængdemåler og gasspjæld",
        de: "Luftweg zwischen Luftmassenmesser und Drosselklappe",
        nb: "Luftvei mellom luftmengdemåler og gasspjeld",
        sv: "Luftväg mellan luftflödesmätare och gasspjäll", es: "Conducto entre caudalímetro y mariposa"
    }
    AIR_PRESSURE_SENSOR Visit {
        en: "Intake manifold pressure sensor", da: "Føler for tryk i indsugningsmanifold",
        de: "Saugrohrdrucksensor", nb: "Føler for trykk i innsugsmanifold", sv: "Insugsrörstryckgivare",
        es: "Sensor de presión del colector de admisión"
    }
    AIR_THROTTLE_VALVES Visit {
        en: "Air path between throttle and intake valves",
        da: "Luftvej mellem gasspjæld og indsugningsventiler",
        de: "Luftweg zwischen Drosselklappe und Einlassventilen",
        nb: "Luftvei mellom gasspjeld og innsugsventiler",
        sv: "Luftväg mellan gasspjäll och insugsventiler",
        es: "Conducto entre mariposa y válvulas de admisión"
    }
    AMBIENT_TEMPERATURE_SENSOR Tell {
        en: "Outside temperature sensor", da: "Udetemperaturføler", de: "Außentemperatursensor",
        nb: "Utetemperaturføler", sv: "Utetemperaturgivare", es: "Sensor de temperatura exterior"
    }
    BAROMETRIC_SENSOR Visit {
        en: "Barometric pressure sensor", da: "Barometertryksensor", de: "Umgebungsdrucksensor",
        nb: "Barometertrykkføler", sv: "Barometertryckgivare", es: "Sensor de presión atmosférica"
    }
    BARO_TURBO_INLET Visit {
        en: "Barometric pressure and turbocharger inlet pressure",
        da: "Barometertryk og tryk før turbolader", de: "Umgebungsdruck und Druck vor dem Lader",
        nb: "Barometertrykk og trykk før turbolader", sv: "Barometertryck och tryck före turbo",
        es: "Presión atmosférica y presión antes del turbo"
    }
    BOOST_CONTROL Visit {
        en: "Boost pressure control", da: "Ladetrykregulering", de: "Ladedruckregelung",
        nb: "Ladetrykkregulering", sv: "Laddtrycksreglering",
        es: "Regulación de la presión de sobrealimentación"
    }
    BOOST_CONTROL_MODULE Visit {
        en: "Boost pressure control module", da: "Styreenhed for ladetryk",
        de: "Steuergerät der Ladedruckregelung", nb: "Styreenhet for ladetrykk",
        sv: "Styrenhet för laddtryck", es: "Unidad de control de sobrealimentación"
    }
    BOOST_POSITION_SENSOR Visit {
        en: "Boost control position sensor", da: "Stillingsføler for ladetrykregulering",
        de: "Positionssensor des Ladedruckstellers", nb: "Stillingsføler for ladetrykkregulering",
        sv: "Lägesgivare för laddtrycksreglering", es: "Sensor de posición de la regulación del turbo"
    }
    BOOST_SENSOR Visit {
        en: "Boost pressure sensor", da: "Ladetrykføler", de: "Ladedrucksensor", nb: "Ladetrykkføler",
        sv: "Laddtryckgivare", es: "Sensor de presión de sobrealimentación"
    }
    BOOST_SYSTEM Visit {
        en: "Turbocharger", da: "Turbolader", de: "Turbolader", nb: "Turbolader", sv: "Turboaggregat",
        es: "Turbocompresor"
    }
    CHARGE_AIR_TEMPERATURE_SENSOR Visit {
        en: "Charge air cooler temperature sensor", da: "Temperaturføler i ladeluftkøler",
        de: "Temperatursensor des Ladeluftkühlers", nb: "Temperaturføler i ladeluftkjøler",
        sv: "Temperaturgivare i laddluftkylare", es: "Sensor de temperatura del intercooler"
    }
    CHARGE_COOLER Visit {
        en: "Charge air cooler", da: "Ladeluftkøler", de: "Ladeluftkühler", nb: "Ladeluftkjøler",
        sv: "Laddluftkylare", es: "Intercooler"
    }
    CHARGE_COOLER_BYPASS Visit {
        en: "Charge air cooler bypass", da: "Omløb om ladeluftkøler", de: "Bypass des Ladeluftkühlers",
        nb: "Omløp rundt ladeluftkjøler", sv: "Förbiledning av laddluftkylare",
        es: "Derivación del intercooler"
    }
    CHARGE_COOLER_BYPASS_SENSOR Visit {
        en: "Charge air cooler bypass position sensor", da: "Stillingsføler for omløb om ladeluftkøler",
        de: "Positionssensor des Ladeluftkühler-Bypasses",
        nb: "Stillingsføler for omløp rundt ladeluftkjøler",
        sv: "Lägesgivare för förbiledning av laddluftkylare",
        es: "Sensor de posición de la derivación del intercooler"
    }
    CHARGE_COOLER_COOLANT_SENSOR Visit {
        en: "Charge air cooler coolant temperature sensor",
        da: "Føler for ladeluftkølerens kølevæsketemperatur",
        de: "Kühlmitteltemperatursensor des Ladeluftkühlers",
        nb: "Føler for ladeluftkjølerens kjølevæsketemperatur",
        sv: "Kylvätsketemperaturgivare för laddluftkylare",
        es: "Sensor de temperatura del refrigerante del intercooler"
    }
    CHARGE_COOLER_FAN Visit {
        en: "Charge air cooler fan", da: "Blæser til ladeluftkøler", de: "Lüfter des Ladeluftkühlers",
        nb: "Vifte for ladeluftkjøler", sv: "Fläkt för laddluftkylare", es: "Ventilador del intercooler"
    }
    CHARGE_COOLER_PUMP Visit {
        en: "Charge air cooler coolant pump", da: "Kølevæskepumpe til ladeluftkøler",
        de: "Kühlmittelpumpe des Ladeluftkühlers", nb: "Kjølevæskepumpe for ladeluftkjøler",
        sv: "Kylvätskepump för laddluftkylare", es: "Bomba de refrigerante del intercooler"
    }
    CHARGE_INTAKE_TEMPERATURE Visit {
        en: "Charge air and intake air temperature", da: "Temperatur af ladeluft og indsugningsluft",
        de: "Temperatur von Ladeluft und Ansaugluft", nb: "Temperatur for ladeluft og innsugsluft",
        sv: "Temperatur för laddluft och insugsluft", es: "Temperatura del aire de carga y de admisión"
    }
    CLOSED_THROTTLE_SWITCH Visit {
        en: "Closed throttle switch", da: "Tomgangskontakt", de: "Leerlaufschalter", nb: "Tomgangsbryter",
        sv: "Tomgångskontakt", es: "Interruptor de ralentí"
    }
    COLD_IDLE Visit {
        en: "Idle control at cold start", da: "Tomgangsregulering ved koldstart",
        de: "Leerlaufregelung beim Kaltstart", nb: "Tomgangsregulering ved kaldstart",
        sv: "Tomgångsreglering vid kallstart", es: "Control del ralentí en frío"
    }
    COOLANT_INTAKE_TEMPERATURE Visit {
        en: "Coolant and intake air temperature", da: "Temperatur af kølevæske og indsugningsluft",
        de: "Temperatur von Kühlmittel und Ansaugluft", nb: "Temperatur for kjølevæske og innsugsluft",
        sv: "Temperatur för kylvätska och insugsluft",
        es: "Temperatura del refrigerante y del aire de admisión"
    }
    CRANKCASE_PRESSURE_SENSOR Visit {
        en: "Crankcase pressure sensor", da: "Trykføler for krumtaphus", de: "Kurbelgehäusedrucksensor",
        nb: "Trykkføler for veivhus", sv: "Tryckgivare för vevhus", es: "Sensor de presión del cárter"
    }
    DIESEL_INTAKE_FLAP Visit {
        en: "Diesel intake flap", da: "Indsugningsspjæld, diesel", de: "Diesel-Drosselklappe",
        nb: "Innsugsspjeld, diesel", sv: "Insugsspjäll, diesel", es: "Mariposa de admisión diésel"
    }
    DIESEL_INTAKE_FLAP_SENSOR Visit {
        en: "Diesel intake flap position sensor", da: "Stillingsføler for indsugningsspjæld, diesel",
        de: "Positionssensor der Diesel-Drosselklappe", nb: "Stillingsføler for innsugsspjeld, diesel",
        sv: "Lägesgivare för insugsspjäll, diesel", es: "Sensor de posición de la mariposa diésel"
    }
    FLOW_FILTER_MAF Visit {
        en: "Air path before the air flow sensor", da: "Luftvej før luftmængdemåler",
        de: "Luftweg vor dem Luftmassenmesser", nb: "Luftvei før luftmengdemåler",
        sv: "Luftväg före luftflödesmätare", es: "Conducto de aire antes del caudalímetro"
    }
    GRILLE_SHUTTER Tell {
        en: "Grille shutter", da: "Kølerspjæld", de: "Kühlerjalousie", nb: "Kjølerspjeld",
        sv: "Kylarspjäll", es: "Persiana del radiador"
    }
    GRILLE_SHUTTER_MODULE Tell {
        en: "Grille shutter control unit", da: "Styreenhed for kølerspjæld",
        de: "Steuergerät der Kühlerjalousie", nb: "Styreenhet for kjølerspjeld",
        sv: "Styrenhet för kylarspjäll", es: "Unidad de control de la persiana"
    }
    GRILLE_SHUTTER_SENSOR Tell {
        en: "Grille shutter position sensor", da: "Stillingsføler for kølerspjæld",
        de: "Positionssensor der Kühlerjalousie", nb: "Stillingsføler for kjølerspjeld",
        sv: "Lägesgivare för kylarspjäll", es: "Sensor de posición de la persiana del radiador"
    }
    HUMIDITY_SENSOR Visit {
        en: "Humidity sensor", da: "Fugtighedsføler", de: "Feuchtesensor", nb: "Fuktighetsføler",
        sv: "Fuktgivare", es: "Sensor de humedad"
    }
    IDLE_CONTROL Visit {
        en: "Idle control", da: "Tomgangsregulering", de: "Leerlaufregelung", nb: "Tomgangsregulering",
        sv: "Tomgångsreglering", es: "Control del ralentí"
    }
    IDLE_SPEED Visit {
        en: "Idle speed", da: "Tomgangshastighed", de: "Leerlaufdrehzahl", nb: "Tomgangsturtall",
        sv: "Tomgångsvarvtal", es: "Régimen de ralentí"
    }
    INTAKE_AIR_SYSTEM Visit {
        en: "Intake air system", da: "Indsugningssystem", de: "Ansaugsystem", nb: "Innsugssystem",
        sv: "Insugssystem", es: "Sistema de admisión"
    }
    INTAKE_AIR_TEMPERATURE Visit {
        en: "Intake air", da: "Indsugningsluft", de: "Ansaugluft", nb: "Innsugsluft", sv: "Insugsluft",
        es: "Aire de admisión"
    }
    INTAKE_AIR_TEMPERATURE_SENSOR Visit {
        en: "Intake air temperature sensor", da: "Føler for indsugningsluftens temperatur",
        de: "Ansauglufttemperatursensor", nb: "Føler for innsugsluftens temperatur",
        sv: "Insugsluftens temperaturgivare", es: "Sensor de temperatura del aire de admisión"
    }
    INTAKE_AMBIENT_TEMPERATURE Visit {
        en: "Intake air and outside air temperature", da: "Temperatur af indsugningsluft og udeluft",
        de: "Temperatur von Ansaugluft und Außenluft", nb: "Temperatur for innsugsluft og uteluft",
        sv: "Temperatur för insugsluft och uteluft", es: "Temperatura del aire de admisión y exterior"
    }
    INTAKE_HEATER Tell {
        en: "Intake air heater", da: "Luftforvarmer", de: "Ansaugluftvorwärmung", nb: "Luftforvarmer",
        sv: "Luftförvärmare", es: "Calentador del aire de admisión"
    }
    INTAKE_RUNNER Visit {
        en: "Intake manifold flap", da: "Spjæld i indsugningsmanifold", de: "Saugrohrklappe",
        nb: "Spjeld i innsugsmanifold", sv: "Spjäll i insugsrör", es: "Mariposa del colector de admisión"
    }
    INTAKE_RUNNER_SENSOR Visit {
        en: "Intake manifold flap position sensor", da: "Stillingsføler for spjæld i indsugningsmanifold",
        de: "Positionssensor der Saugrohrklappe", nb: "Stillingsføler for spjeld i innsugsmanifold",
        sv: "Lägesgivare för spjäll i insugsrör", es: "Sensor de posición de la mariposa del colector"
    }
    INTAKE_TUNING Visit {
        en: "Intake length valve", da: "Ventil for indsugningslængde", de: "Schaltventil der Saugrohrlänge",
        nb: "Ventil for innsugslengde", sv: "Ventil för insugslängd", es: "Válvula de longitud de admisión"
    }
    INTAKE_TUNING_SENSOR Visit {
        en: "Intake length valve position sensor", da: "Stillingsføler for ventil til indsugningslængde",
        de: "Positionssensor der Saugrohrlängenverstellung",
        nb: "Stillingsføler for ventil til innsugslengde", sv: "Lägesgivare för ventil till insugslängd",
        es: "Sensor de posición de la válvula de longitud de admisión"
    }
    MAP_BARO Visit {
        en: "Intake pressure and barometric pressure", da: "Indsugningstryk og barometertryk",
        de: "Saugrohrdruck und Umgebungsdruck", nb: "Innsugstrykk og barometertrykk",
        sv: "Insugstryck och barometertryck", es: "Presión de admisión y presión atmosférica"
    }
    MAP_EXHAUST Visit {
        en: "Intake pressure and exhaust pressure", da: "Indsugningstryk og udstødningstryk",
        de: "Saugrohrdruck und Abgasdruck", nb: "Innsugstrykk og eksostrykk",
        sv: "Insugstryck och avgastryck", es: "Presión de admisión y presión de escape"
    }
    MAP_MAF Visit {
        en: "Intake pressure and air flow", da: "Indsugningstryk og luftmængde",
        de: "Saugrohrdruck und Luftmasse", nb: "Innsugstrykk og luftmengde",
        sv: "Insugstryck och luftflöde", es: "Presión de admisión y caudal de aire"
    }
    MAP_MAF_THROTTLE Visit {
        en: "Intake pressure, air flow and throttle position",
        da: "Indsugningstryk, luftmængde og gasspjæld", de: "Saugrohrdruck, Luftmasse und Drosselklappe",
        nb: "Innsugstrykk, luftmengde og gasspjeld", sv: "Insugstryck, luftflöde och gasspjäll",
        es: "Presión de admisión, caudal de aire y mariposa"
    }
    MAP_TURBO_INLET Visit {
        en: "Intake pressure and turbocharger inlet pressure", da: "Indsugningstryk og tryk før turbolader",
        de: "Saugrohrdruck und Druck vor dem Lader", nb: "Innsugstrykk og trykk før turbolader",
        sv: "Insugstryck och tryck före turbo", es: "Presión de admisión y presión antes del turbo"
    }
    PCV_HEATER Tell {
        en: "Crankcase ventilation heater", da: "Varmelegeme for krumtaphusudluftning",
        de: "Heizung der Kurbelgehäuseentlüftung", nb: "Varmeelement for veivhusventilasjon",
        sv: "Värmare för vevhusventilation", es: "Calefactor de la ventilación del cárter"
    }
    PCV_HOSE_SENSOR Visit {
        en: "Crankcase ventilation hose sensor", da: "Føler for slange til krumtaphusudluftning",
        de: "Schlauchsensor der Kurbelgehäuseentlüftung", nb: "Føler for slange til veivhusventilasjon",
        sv: "Givare för slang till vevhusventilation", es: "Sensor del tubo de ventilación del cárter"
    }
    PCV_VALVE Visit {
        en: "Crankcase ventilation valve", da: "Ventil for krumtaphusudluftning",
        de: "Kurbelgehäuseentlüftungsventil", nb: "Ventil for veivhusventilasjon",
        sv: "Ventil för vevhusventilation", es: "Válvula de ventilación del cárter"
    }
    SUPERCHARGER_CLUTCH Visit {
        en: "Supercharger clutch", da: "Kobling til kompressor", de: "Kompressorkupplung",
        nb: "Kobling til kompressor", sv: "Koppling till kompressor", es: "Embrague del compresor"
    }
    THROTTLE_ACTUATOR Week {
        en: "Throttle actuator", da: "Gasspjældsaktuator", de: "Drosselklappensteller",
        nb: "Gasspjeldaktuator", sv: "Gasspjällställdon", es: "Actuador de la mariposa"
    }
    THROTTLE_MODULE Week {
        en: "Throttle control unit", da: "Gasspjældsstyreenhed", de: "Drosselklappensteuergerät",
        nb: "Gasspjeldstyreenhet", sv: "Gasspjällstyrenhet", es: "Unidad de control de la mariposa"
    }
    THROTTLE_MOTOR Week {
        en: "Throttle motor", da: "Gasspjældsmotor", de: "Drosselklappenmotor", nb: "Gasspjeldmotor",
        sv: "Gasspjällmotor", es: "Motor de la mariposa"
    }
    THROTTLE_OUTPUT Visit {
        en: "Throttle position output", da: "Udgang for gasspjældsstilling",
        de: "Ausgang der Drosselklappenstellung", nb: "Utgang for gasspjeldstilling",
        sv: "Utgång för gasspjällsläge", es: "Salida de posición de la mariposa"
    }
    THROTTLE_PEDAL_SENSOR Week {
        en: "Throttle or pedal position sensor", da: "Føler for gasspjæld eller speeder",
        de: "Drosselklappen- oder Pedalsensor", nb: "Føler for gasspjeld eller gasspedal",
        sv: "Givare för gasspjäll eller gaspedal", es: "Sensor de mariposa o pedal"
    }
    THROTTLE_PEDAL_SENSORS Week {
        en: "Throttle or pedal position sensors", da: "Følere for gasspjæld eller speeder",
        de: "Drosselklappen- oder Pedalsensoren", nb: "Følere for gasspjeld eller gasspedal",
        sv: "Gasspjälls- eller gaspedalgivare", es: "Sensores de mariposa o pedal"
    }
    TURBINE Week {
        en: "Turbocharger turbine", da: "Turboladerens turbine", de: "Turbine des Laders",
        nb: "Turboladerens turbin", sv: "Turboaggregatets turbin", es: "Turbina del turbo"
    }
    TURBO_BYPASS Visit {
        en: "Turbocharger bypass valve", da: "Turboladerens omløbsventil", de: "Umluftventil des Laders",
        nb: "Turboladerens omløpsventil", sv: "Turboaggregatets förbiledningsventil",
        es: "Válvula de derivación del turbo"
    }
    TURBO_BYPASS_SENSOR Visit {
        en: "Turbocharger bypass valve position sensor",
        da: "Stillingsføler for turboladerens omløbsventil", de: "Positionssensor des Lader-Umluftventils",
        nb: "Stillingsføler for turboladerens omløpsventil",
        sv: "Lägesgivare för turbons förbiledningsventil",
        es: "Sensor de posición de la derivación del turbo"
    }
    TURBO_COMPRESSOR_SWITCHING Visit {
        en: "Compressor outlet switching valve", da: "Omskifterventil efter kompressor",
        de: "Umschaltventil nach dem Verdichter", nb: "Omkoblingsventil etter kompressor",
        sv: "Växlingsventil efter kompressor", es: "Válvula de conmutación de salida del compresor"
    }
    TURBO_COMPRESSOR_VALVE Visit {
        en: "Compressor outlet valve", da: "Ventil efter kompressor", de: "Ventil nach dem Verdichter",
        nb: "Ventil etter kompressor", sv: "Ventil efter kompressor", es: "Válvula de salida del compresor"
    }
    TURBO_INLET_PRESSURE_SENSOR Visit {
        en: "Turbocharger inlet pressure sensor", da: "Trykføler før turbolader",
        de: "Drucksensor vor dem Lader", nb: "Trykkføler før turbolader", sv: "Tryckgivare före turbo",
        es: "Sensor de presión antes del turbo"
    }
    TURBO_INLET_VALVE Visit {
        en: "Turbine inlet valve", da: "Ventil før turbine", de: "Ventil vor der Turbine",
        nb: "Ventil før turbin", sv: "Ventil före turbin", es: "Válvula de entrada de la turbina"
    }
    TURBO_INLET_VALVE_SENSOR Visit {
        en: "Turbine inlet valve position sensor", da: "Stillingsføler for ventil før turbine",
        de: "Positionssensor des Ventils vor der Turbine", nb: "Stillingsføler for ventil før turbin",
        sv: "Lägesgivare för ventil före turbin", es: "Sensor de posición de la válvula de la turbina"
    }
    TURBO_OUTLET_PRESSURE_SENSOR Visit {
        en: "Turbocharger outlet pressure sensor", da: "Trykføler efter turbolader",
        de: "Drucksensor nach dem Lader", nb: "Trykkføler etter turbolader", sv: "Tryckgivare efter turbo",
        es: "Sensor de presión después del turbo"
    }
    TURBO_SPEED_SENSOR Visit {
        en: "Turbocharger speed sensor", da: "Omdrejningsføler for turbolader",
        de: "Drehzahlsensor des Laders", nb: "Turtallsføler for turbolader", sv: "Varvtalsgivare för turbo",
        es: "Sensor de régimen del turbo"
    }
    TURBO_TEMPERATURE_SENSOR Visit {
        en: "Turbocharger temperature sensor", da: "Temperaturføler for turbolader",
        de: "Temperatursensor des Laders", nb: "Temperaturføler for turbolader",
        sv: "Temperaturgivare för turbo", es: "Sensor de temperatura del turbo"
    }
    WASTEGATE Visit {
        en: "Turbocharger wastegate", da: "Turboladerens wastegate", de: "Wastegate des Laders",
        nb: "Turboladerens wastegate-ventil", sv: "Turboaggregatets wastegate",
        es: "Válvula de descarga del turbo"
    }
    WASTEGATE_SENSOR Visit {
        en: "Wastegate position sensor", da: "Stillingsføler for wastegate",
        de: "Wastegate-Positionssensor", nb: "Stillingsføler for wastegate-ventil",
        sv: "Lägesgivare för wastegate", es: "Sensor de posición de la válvula de descarga"
    }
}
