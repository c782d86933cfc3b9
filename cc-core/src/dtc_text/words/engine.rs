//! The engine itself: shafts, valves, ignition, cooling, oil.

use super::words;

words! { 3
    CAMSHAFT_ACTUATOR Visit {
        en: "Camshaft adjuster", da: "Knastakseljustering", de: "Nockenwellenversteller",
        nb: "Kamakseljusterer", sv: "Kamaxelställare", es: "Variador del árbol de levas"
    }
    CAMSHAFT_ACTUATOR_SENSOR Visit {
        en: "Camshaft adjuster position sensor", da: "Stillingsføler for knastakseljustering",
        de: "Positionssensor des Nockenwellenverstellers", nb: "Stillingsføler for kamakseljusterer",
        sv: "Lägesgivare för kamaxelställare", es: "Sensor de posición del variador"
    }
    CAMSHAFT_ACTUATOR_TEMPERATURE_SENSOR Visit {
        en: "Camshaft adjuster temperature sensor", da: "Temperaturføler for knastakseljustering",
        de: "Temperatursensor des Nockenwellenverstellers", nb: "Temperaturføler for kamakseljusterer",
        sv: "Temperaturgivare för kamaxelställare", es: "Sensor de temperatura del variador"
    }
    CAMSHAFT_PROFILE Visit {
        en: "Camshaft profile switch", da: "Skift af knastprofil", de: "Nockenprofilumschaltung",
        nb: "Skifte av kamprofil", sv: "Växling av kamprofil", es: "Cambio de perfil de leva"
    }
    CAMSHAFT_PROFILE_SENSOR Visit {
        en: "Camshaft profile position sensor", da: "Stillingsføler for knastprofil",
        de: "Positionssensor der Nockenprofilumschaltung", nb: "Stillingsføler for kamprofil",
        sv: "Lägesgivare för kamprofil", es: "Sensor de posición del perfil de leva"
    }
    CAMSHAFT_SENSOR Week {
        en: "Camshaft position sensor", da: "Knastakselføler", de: "Nockenwellensensor",
        nb: "Kamakselføler", sv: "Kamaxelgivare", es: "Sensor del árbol de levas"
    }
    CAMSHAFT_SIGNAL_OUTPUT Visit {
        en: "Camshaft signal output", da: "Udgang for knastakselsignal",
        de: "Ausgang des Nockenwellensignals", nb: "Utgang for kamakselsignal",
        sv: "Utgång för kamaxelsignal", es: "Salida de señal del árbol de levas"
    }
    CAMSHAFT_TIMING Visit {
        en: "Camshaft timing", da: "Knastaksel", de: "Nockenwelle", nb: "Kamaksel", sv: "Kamaxel",
        es: "Árbol de levas"
    }
    COLD_CAMSHAFT_TIMING Tell {
        en: "Camshaft at cold start", da: "Knastaksel ved koldstart", de: "Nockenwelle beim Kaltstart",
        nb: "Kamaksel ved kaldstart", sv: "Kamaxel vid kallstart", es: "Árbol de levas en frío"
    }
    COLD_IGNITION Tell {
        en: "Ignition timing at cold start", da: "Tændingstidspunkt ved koldstart",
        de: "Zündzeitpunkt beim Kaltstart", nb: "Tenningstidspunkt ved kaldstart",
        sv: "Tändläge vid kallstart", es: "Avance del encendido en frío"
    }
    COMBUSTION Visit {
        en: "Combustion", da: "Forbrænding", de: "Verbrennung", nb: "Forbrenning", sv: "Förbränning",
        es: "Combustión"
    }
    COOLANT Visit {
        en: "Coolant", da: "Kølevæske", de: "Kühlmittel", nb: "Kjølevæske", sv: "Kylvätska",
        es: "Refrigerante"
    }
    COOLANT_BYPASS_SENSOR Visit {
        en: "Coolant bypass valve position sensor", da: "Stillingsføler for kølevæskens omløbsventil",
        de: "Positionssensor des Kühlmittel-Bypassventils",
        nb: "Stillingsføler for kjølevæskens omløpsventil",
        sv: "Lägesgivare för kylvätskans förbiledningsventil",
        es: "Sensor de posición de la derivación del refrigerante"
    }
    COOLANT_BYPASS_VALVE Visit {
        en: "Coolant bypass valve", da: "Omløbsventil for kølevæske", de: "Kühlmittel-Bypassventil",
        nb: "Omløpsventil for kjølevæske", sv: "Förbiledningsventil för kylvätska",
        es: "Válvula de derivación del refrigerante"
    }
    COOLANT_FLOW Week {
        en: "Coolant flow", da: "Kølevæskestrøm", de: "Kühlmittelstrom", nb: "Kjølevæskestrøm",
        sv: "Kylvätskeflöde", es: "Caudal de refrigerante"
    }
    COOLANT_FLOW_VALVE_SENSOR Visit {
        en: "Coolant flow valve position sensor", da: "Stillingsføler for kølevæskens strømventil",
        de: "Positionssensor des Kühlmittelstromventils",
        nb: "Stillingsføler for kjølevæskens strømningsventil",
        sv: "Lägesgivare för kylvätskans flödesventil",
        es: "Sensor de posición de la válvula de caudal del refrigerante"
    }
    COOLANT_HEATER Tell {
        en: "Coolant heater", da: "Kølevæskevarmer", de: "Kühlmittelheizung", nb: "Kjølevæskevarmer",
        sv: "Kylvätskevärmare", es: "Calentador del refrigerante"
    }
    COOLANT_LEVEL_SENSOR Visit {
        en: "Coolant level sensor", da: "Kølevæskeniveauføler", de: "Kühlmittelstandsensor",
        nb: "Kjølevæskenivåføler", sv: "Kylvätskenivågivare", es: "Sensor de nivel del refrigerante"
    }
    COOLANT_PRESSURE_SENSOR Visit {
        en: "Coolant pressure sensor", da: "Kølevæsketrykføler", de: "Kühlmitteldrucksensor",
        nb: "Kjølevæsketrykkføler", sv: "Kylvätsketryckgivare", es: "Sensor de presión del refrigerante"
    }
    COOLANT_PUMP Week {
        en: "Coolant pump", da: "Kølevæskepumpe", de: "Kühlmittelpumpe", nb: "Kjølevæskepumpe",
        sv: "Kylvätskepump", es: "Bomba de refrigerante"
    }
    COOLANT_PUMP_CLUTCH Week {
        en: "Coolant pump clutch", da: "Kobling til kølevæskepumpe", de: "Kupplung der Kühlmittelpumpe",
        nb: "Kobling for kjølevæskepumpe", sv: "Koppling för kylvätskepump",
        es: "Embrague de la bomba de refrigerante"
    }
    COOLANT_PUMP_MODULE Week {
        en: "Coolant pump control unit", da: "Styreenhed for kølevæskepumpe",
        de: "Steuergerät der Kühlmittelpumpe", nb: "Styreenhet for kjølevæskepumpe",
        sv: "Styrenhet för kylvätskepump", es: "Unidad de control de la bomba de refrigerante"
    }
    COOLANT_TEMPERATURE_SENSOR Visit {
        en: "Coolant temperature sensor", da: "Kølevæsketemperaturføler", de: "Kühlmitteltemperatursensor",
        nb: "Kjølevæsketemperaturføler", sv: "Kylvätsketemperaturgivare",
        es: "Sensor de temperatura del refrigerante"
    }
    COOLING_SYSTEM Week {
        en: "Cooling system", da: "Kølesystem", de: "Kühlsystem", nb: "Kjølesystem", sv: "Kylsystem",
        es: "Sistema de refrigeración"
    }
    CRANKSHAFT_SENSOR Week {
        en: "Crankshaft position sensor", da: "Krumtapføler", de: "Kurbelwellensensor",
        nb: "Veivakselføler", sv: "Vevaxelgivare", es: "Sensor del cigüeñal"
    }
    CRANKSHAFT_SIGNAL_OUTPUT Visit {
        en: "Crankshaft signal output", da: "Udgang for krumtapsignal",
        de: "Ausgang des Kurbelwellensignals", nb: "Utgang for veivakselsignal",
        sv: "Utgång för vevaxelsignal", es: "Salida de señal del cigüeñal"
    }
    CRANKSHAFT_VARIATION Visit {
        en: "Crankshaft reference", da: "Krumtapreference", de: "Kurbelwellenadaption",
        nb: "Veivakselreferanse", sv: "Vevaxelreferens", es: "Referencia del cigüeñal"
    }
    CRANK_CAM Week {
        en: "Crankshaft and camshaft position", da: "Stilling af krumtap og knastaksel",
        de: "Position von Kurbel- und Nockenwelle", nb: "Stilling av veivaksel og kamaksel",
        sv: "Läge för vevaxel och kamaxel", es: "Posición de cigüeñal y árbol de levas"
    }
    CYLINDER Week {
        en: "Cylinder", da: "Cylinder", de: "Zylinder", nb: "Sylinder", sv: "Cylinder", es: "Cilindro"
    }
    CYLINDER_DEACTIVATION Visit {
        en: "Cylinder shut-off", da: "Cylinderafbrydelse", de: "Zylinderabschaltung",
        nb: "Sylinderutkobling", sv: "Cylinderavstängning", es: "Desconexión de cilindros"
    }
    CYLINDER_DEACTIVATION_VALVE Visit {
        en: "Cylinder shut-off or intake valve", da: "Cylinderafbrydelse eller indsugningsventil",
        de: "Zylinderabschaltung oder Einlassventil", nb: "Sylinderutkobling eller innsugsventil",
        sv: "Cylinderavstängning eller insugsventil", es: "Desconexión de cilindro o válvula de admisión"
    }
    CYLINDER_EXHAUST_VALVE Visit {
        en: "Exhaust valve control", da: "Styring af udstødningsventil", de: "Steuerung des Auslassventils",
        nb: "Styring av eksosventil", sv: "Styrning av avgasventil", es: "Mando de la válvula de escape"
    }
    CYLINDER_HEAD_SENSOR Visit {
        en: "Cylinder head temperature sensor", da: "Topstykkets temperaturføler",
        de: "Zylinderkopf-Temperatursensor", nb: "Topplokkets temperaturføler",
        sv: "Topplockets temperaturgivare", es: "Sensor de temperatura de la culata"
    }
    CYLINDER_PRESSURE_SENSOR Visit {
        en: "Cylinder pressure sensor", da: "Cylindertrykføler", de: "Zylinderdrucksensor",
        nb: "Sylindertrykkføler", sv: "Cylindertryckgivare", es: "Sensor de presión del cilindro"
    }
    CYLINDER_PRESSURE_VARIATION Visit {
        en: "Cylinder pressure variation", da: "Udsving i cylindertryk",
        de: "Schwankung des Zylinderdrucks", nb: "Variasjon i sylindertrykk",
        sv: "Variation i cylindertryck", es: "Variación de presión del cilindro"
    }
    ENGINE Week {
        en: "Engine", da: "Motor", de: "Motor", nb: "Motor", sv: "Motor", es: "Motor"
    }
    ENGINE_COOLANT_BYPASS_VALVE Visit {
        en: "Engine coolant bypass valve", da: "Omløbsventil for motorens kølevæske",
        de: "Bypassventil des Motorkühlmittels", nb: "Omløpsventil for motorens kjølevæske",
        sv: "Förbiledningsventil för motorns kylvätska",
        es: "Válvula de derivación del refrigerante del motor"
    }
    ENGINE_COOLANT_HEATER Tell {
        en: "Engine coolant heater", da: "Motorvarmer", de: "Motorvorwärmung", nb: "Motorvarmer",
        sv: "Motorvärmare", es: "Calentador del motor"
    }
    ENGINE_MOUNT Tell {
        en: "Engine mount", da: "Motorophæng", de: "Motorlager", nb: "Motorfeste", sv: "Motorfäste",
        es: "Soporte del motor"
    }
    ENGINE_POSITION Visit {
        en: "Crankshaft and camshaft timing", da: "Indbyrdes stilling af krumtap og knastaksel",
        de: "Steuerzeiten von Kurbel- und Nockenwelle", nb: "Innbyrdes stilling av veivaksel og kamaksel",
        sv: "Inbördes läge för vevaxel och kamaxel", es: "Sincronismo de cigüeñal y árbol de levas"
    }
    ENGINE_SOUND Tell {
        en: "Engine sound", da: "Motorlyd", de: "Motorklang", nb: "Motorlyd", sv: "Motorljud",
        es: "Sonido del motor"
    }
    EXHAUST_CAM_LOCK Visit {
        en: "Exhaust camshaft lock", da: "Låsning af udstødningsknastaksel",
        de: "Verriegelung der Auslassnockenwelle", nb: "Låsing av eksoskamaksel",
        sv: "Låsning av avgaskamaxel", es: "Bloqueo del árbol de escape"
    }
    EXHAUST_VALVE_SOLENOID Visit {
        en: "Exhaust valve solenoid", da: "Magnetventil for udstødningsventiler",
        de: "Magnetventil der Auslassventile", nb: "Magnetventil for eksosventiler",
        sv: "Magnetventil för avgasventiler", es: "Electroválvula de escape"
    }
    FAN Visit {
        en: "Cooling fan", da: "Køleventilator", de: "Kühlerlüfter", nb: "Kjølevifte", sv: "Kylfläkt",
        es: "Ventilador del radiador"
    }
    FAN_MODULE Visit {
        en: "Fan control unit", da: "Ventilatorstyreenhed", de: "Lüftersteuergerät", nb: "Viftestyreenhet",
        sv: "Fläktstyrenhet", es: "Unidad de control del ventilador"
    }
    FAN_SPEED_SENSOR Visit {
        en: "Fan speed sensor", da: "Omdrejningsføler for ventilator", de: "Lüfterdrehzahlsensor",
        nb: "Turtallsføler for vifte", sv: "Varvtalsgivare för fläkt",
        es: "Sensor de velocidad del ventilador"
    }
    GLOW_LAMP Tell {
        en: "Glow plug lamp", da: "Gløderørslampe", de: "Vorglühleuchte", nb: "Glødelampe",
        sv: "Glödlampa, förvärmning", es: "Testigo de precalentamiento"
    }
    GLOW_MODULE Tell {
        en: "Glow plug control unit", da: "Gløderørsstyreenhed", de: "Glühzeitsteuergerät",
        nb: "Glødepluggstyreenhet", sv: "Glödstiftsstyrenhet", es: "Unidad de precalentamiento"
    }
    GLOW_MODULE_LINK Tell {
        en: "Link to the glow plug control unit", da: "Forbindelse til gløderørsstyreenhed",
        de: "Verbindung zum Glühzeitsteuergerät", nb: "Forbindelse til glødepluggstyreenhet",
        sv: "Förbindelse till glödstiftsstyrenhet", es: "Enlace con la unidad de precalentamiento"
    }
    GLOW_PLUG Tell {
        en: "Glow plug", da: "Gløderør", de: "Glühkerze", nb: "Glødeplugg", sv: "Glödstift",
        es: "Bujía de precalentamiento"
    }
    HOOD_SWITCH Tell {
        en: "Bonnet switch", da: "Motorhjelmkontakt", de: "Motorhaubenschalter", nb: "Panserbryter",
        sv: "Motorhuvskontakt", es: "Interruptor del capó"
    }
    IGNITION_COIL Week {
        en: "Ignition coil", da: "Tændspole", de: "Zündspule", nb: "Tennspole", sv: "Tändspole",
        es: "Bobina de encendido"
    }
    IGNITION_COIL_PRIMARY Week {
        en: "Ignition coil primary side", da: "Tændspolens primærside", de: "Primärseite der Zündspule",
        nb: "Tennspolens primærside", sv: "Tändspolens primärsida", es: "Lado primario de la bobina"
    }
    IGNITION_COIL_SECONDARY Week {
        en: "Ignition coil secondary side", da: "Tændspolens sekundærside",
        de: "Sekundärseite der Zündspule", nb: "Tennspolens sekundærside", sv: "Tändspolens sekundärsida",
        es: "Lado secundario de la bobina"
    }
    IGNITION_SIGNAL Week {
        en: "Ignition signal", da: "Tændsignal", de: "Zündsignal", nb: "Tenningssignal", sv: "Tändsignal",
        es: "Señal de encendido"
    }
    IGNITION_SPEED_INPUT Week {
        en: "Engine speed input of the ignition", da: "Tændingens omdrejningsindgang",
        de: "Drehzahleingang der Zündung", nb: "Tenningens turtallsinngang",
        sv: "Tändningens varvtalsingång", es: "Entrada de régimen del encendido"
    }
    INTAKE_CAM_LOCK Visit {
        en: "Intake camshaft lock", da: "Låsning af indsugningsknastaksel",
        de: "Verriegelung der Einlassnockenwelle", nb: "Låsing av innsugskamaksel",
        sv: "Låsning av insugskamaxel", es: "Bloqueo del árbol de admisión"
    }
    INTAKE_VALVE_SOLENOID Visit {
        en: "Intake valve solenoid", da: "Magnetventil for indsugningsventiler",
        de: "Magnetventil der Einlassventile", nb: "Magnetventil for innsugsventiler",
        sv: "Magnetventil för insugsventiler", es: "Electroválvula de admisión"
    }
    ION_CURRENT Visit {
        en: "Ion current", da: "Ionstrøm", de: "Ionenstrom", nb: "Ionestrøm", sv: "Jonström",
        es: "Corriente iónica"
    }
    KNOCK_CONTROL Visit {
        en: "Knock control", da: "Bankeregulering", de: "Klopfregelung", nb: "Bankeregulering",
        sv: "Knackreglering", es: "Regulación del picado"
    }
    KNOCK_SENSOR Visit {
        en: "Knock sensor", da: "Bankeføler", de: "Klopfsensor", nb: "Bankeføler", sv: "Knackgivare",
        es: "Sensor de picado"
    }
    MISFIRE_FUEL_CUT Week {
        en: "Engine, fuel switched off", da: "Motor, brændstof afbrudt",
        de: "Motor, Kraftstoff abgeschaltet", nb: "Motor, drivstoff stengt av",
        sv: "Motor, bränsle avstängt", es: "Motor, combustible cortado"
    }
    MISFIRE_LOW_FUEL Week {
        en: "Engine, low fuel level", da: "Motor, lavt brændstofniveau", de: "Motor, niedriger Tankstand",
        nb: "Motor, lavt drivstoffnivå", sv: "Motor, låg bränslenivå",
        es: "Motor, nivel de combustible bajo"
    }
    MISFIRE_ONE Week {
        en: "One cylinder", da: "En cylinder", de: "Ein Zylinder", nb: "Én sylinder", sv: "En cylinder",
        es: "Un cilindro"
    }
    MISFIRE_START Week {
        en: "Engine, just after starting", da: "Motor, lige efter start",
        de: "Motor, direkt nach dem Start", nb: "Motor, rett etter start", sv: "Motor, strax efter start",
        es: "Motor, justo tras el arranque"
    }
    OIL Visit {
        en: "Engine oil", da: "Motorolie", de: "Motoröl", nb: "Motorolje", sv: "Motorolja",
        es: "Aceite del motor"
    }
    OIL_LEVEL_SENSOR Visit {
        en: "Oil level sensor", da: "Olieniveauføler", de: "Ölstandsensor", nb: "Oljenivåføler",
        sv: "Oljenivågivare", es: "Sensor de nivel de aceite"
    }
    OIL_PRESSURE_CONTROL Visit {
        en: "Oil pressure control", da: "Olietrykregulering", de: "Öldruckregelung",
        nb: "Oljetrykkregulering", sv: "Oljetrycksreglering", es: "Regulación de la presión de aceite"
    }
    OIL_PRESSURE_SENSOR Week {
        en: "Oil pressure sensor", da: "Olietrykføler", de: "Öldrucksensor", nb: "Oljetrykkføler",
        sv: "Oljetryckgivare", es: "Sensor de presión del aceite"
    }
    OIL_QUALITY_SENSOR Visit {
        en: "Oil quality sensor", da: "Oliekvalitetsføler", de: "Ölqualitätssensor",
        nb: "Oljekvalitetsføler", sv: "Oljekvalitetsgivare", es: "Sensor de calidad del aceite"
    }
    OIL_TEMPERATURE_SENSOR Visit {
        en: "Oil temperature sensor", da: "Olietemperaturføler", de: "Öltemperatursensor",
        nb: "Oljetemperaturføler", sv: "Oljetemperaturgivare", es: "Sensor de temperatura del aceite"
    }
    PISTON_COOLING Visit {
        en: "Piston cooling valve", da: "Ventil for stempelkøling", de: "Ventil der Kolbenkühlung",
        nb: "Ventil for stempelkjøling", sv: "Ventil för kolvkylning",
        es: "Válvula de refrigeración de pistones"
    }
    RADIATOR_ENGINE_TEMPERATURE Visit {
        en: "Radiator and engine coolant temperature", da: "Kølevæsketemperatur i køler og motor",
        de: "Kühlmitteltemperatur in Kühler und Motor", nb: "Kjølevæsketemperatur i radiator og motor",
        sv: "Kylvätsketemperatur i kylare och motor",
        es: "Temperatura del refrigerante en radiador y motor"
    }
    RADIATOR_TEMPERATURE_SENSOR Visit {
        en: "Radiator temperature sensor", da: "Temperaturføler i køler", de: "Kühlertemperatursensor",
        nb: "Temperaturføler i radiator", sv: "Temperaturgivare i kylare",
        es: "Sensor de temperatura del radiador"
    }
    ROCKER_ARM Visit {
        en: "Rocker arm actuator", da: "Vippearmsaktuator", de: "Kipphebelsteller", nb: "Vippearmaktuator",
        sv: "Vipparmsställdon", es: "Actuador de balancines"
    }
    ROCKER_ARM_SENSOR Visit {
        en: "Rocker arm position sensor", da: "Stillingsføler for vippearm",
        de: "Kipphebel-Positionssensor", nb: "Stillingsføler for vippearm", sv: "Lägesgivare för vipparm",
        es: "Sensor de posición de balancines"
    }
    ROCKER_ARM_SYSTEM Visit {
        en: "Valve lift switching", da: "Skift af ventilløft", de: "Ventilhubumschaltung",
        nb: "Skifte av ventilløft", sv: "Växling av ventillyft", es: "Cambio de alzada de válvulas"
    }
    ROUGH_ROAD_SENSOR Tell {
        en: "Rough road sensor", da: "Føler for ujævn vej", de: "Schlechtwegsensor",
        nb: "Føler for ujevn vei", sv: "Givare för ojämn väg", es: "Sensor de camino irregular"
    }
    SEVERAL_CYLINDERS Week {
        en: "Several cylinders", da: "Flere cylindre", de: "Mehrere Zylinder", nb: "Flere sylindre",
        sv: "Flera cylindrar", es: "Varios cilindros"
    }
    THERMOSTAT Visit {
        en: "Thermostat", da: "Termostat", de: "Thermostat", nb: "Termostat", sv: "Termostat",
        es: "Termostato"
    }
    THERMOSTAT_HEATER Visit {
        en: "Thermostat heater", da: "Termostatvarmer", de: "Thermostatheizung", nb: "Termostatvarmer",
        sv: "Termostatvärmare", es: "Calefactor del termostato"
    }
    TIMING_REFERENCE Week {
        en: "Timing signal, high resolution", da: "Tidsreference, høj opløsning",
        de: "Referenzsignal, hohe Auflösung", nb: "Tidsreferanse, høy oppløsning",
        sv: "Tidsreferens, hög upplösning", es: "Referencia de tiempo, alta resolución"
    }
    VACUUM_PUMP Week {
        en: "Vacuum pump", da: "Vakuumpumpe", de: "Unterdruckpumpe", nb: "Vakuumpumpe", sv: "Vakuumpump",
        es: "Bomba de vacío"
    }
    VACUUM_SENSOR Week {
        en: "Vacuum reservoir sensor", da: "Føler for vakuumbeholder", de: "Sensor des Unterdruckspeichers",
        nb: "Føler for vakuumbeholder", sv: "Givare för vakuumbehållare",
        es: "Sensor del depósito de vacío"
    }
    VALVE_LIFT Visit {
        en: "Intake valve lift", da: "Løft af indsugningsventiler", de: "Hub der Einlassventile",
        nb: "Løft av innsugsventiler", sv: "Lyft av insugsventiler", es: "Alzada de válvulas de admisión"
    }
}
