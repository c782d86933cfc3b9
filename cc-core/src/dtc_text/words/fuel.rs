//! Fuel: pumps, pressure, injectors, mixture, vapour system.

use super::words;

words! { 1
    AIR_ASSISTED_INJECTOR Visit {
        en: "Air-assisted injector", da: "Luftassisteret dyse", de: "Luftumfasstes Einspritzventil",
        nb: "Luftassistert dyse", sv: "Luftunderstödd insprutare", es: "Inyector asistido por aire"
    }
    AIR_FUEL_RATIO Visit {
        en: "Air-fuel ratio", da: "Luft-brændstof-forhold", de: "Luft-Kraftstoff-Verhältnis",
        nb: "Luft-drivstoff-forhold", sv: "Luft-bränsleförhållande", es: "Relación aire-combustible"
    }
    ALT_FUEL_INJECTOR Visit {
        en: "Alternative fuel injector", da: "Dyse til alternativt brændstof",
        de: "Einspritzventil des alternativen Kraftstoffs", nb: "Dyse for alternativt drivstoff",
        sv: "Insprutare för alternativt bränsle", es: "Inyector de combustible alternativo"
    }
    ALT_FUEL_RAIL_PRESSURE_SENSOR Visit {
        en: "Alternative fuel rail pressure sensor", da: "Railtrykføler til alternativt brændstof",
        de: "Raildrucksensor des alternativen Kraftstoffs", nb: "Railtrykkføler for alternativt drivstoff",
        sv: "Railtryckgivare för alternativt bränsle",
        es: "Sensor de presión de la rampa de combustible alternativo"
    }
    ALT_FUEL_RAIL_TEMPERATURE_SENSOR Visit {
        en: "Alternative fuel rail temperature sensor", da: "Railtemperaturføler til alternativt brændstof",
        de: "Railtemperatursensor des alternativen Kraftstoffs",
        nb: "Railtemperaturføler for alternativt drivstoff",
        sv: "Railtemperaturgivare för alternativt bränsle",
        es: "Sensor de temperatura de la rampa de combustible alternativo"
    }
    ALT_FUEL_TANK_LEVEL_SENSOR Tell {
        en: "Alternative fuel level sensor", da: "Niveaumåler til alternativt brændstof",
        de: "Füllstandsensor des alternativen Kraftstoffs", nb: "Nivåmåler for alternativt drivstoff",
        sv: "Nivågivare för alternativt bränsle", es: "Sensor de nivel de combustible alternativo"
    }
    ALT_FUEL_TANK_PRESSURE_SENSOR Visit {
        en: "Alternative fuel tank pressure sensor", da: "Tanktrykføler til alternativt brændstof",
        de: "Tankdrucksensor des alternativen Kraftstoffs", nb: "Tanktrykkføler for alternativt drivstoff",
        sv: "Tanktryckgivare för alternativt bränsle",
        es: "Sensor de presión del depósito de combustible alternativo"
    }
    ALT_FUEL_TANK_TEMPERATURE_SENSOR Visit {
        en: "Alternative fuel tank temperature sensor", da: "Tanktemperaturføler til alternativt brændstof",
        de: "Tanktemperatursensor des alternativen Kraftstoffs",
        nb: "Tanktemperaturføler for alternativt drivstoff",
        sv: "Tanktemperaturgivare för alternativt bränsle",
        es: "Sensor de temperatura del depósito de combustible alternativo"
    }
    ALT_FUEL_TANK_VALVE Visit {
        en: "Alternative fuel tank valve", da: "Tankventil til alternativt brændstof",
        de: "Tankventil des alternativen Kraftstoffs", nb: "Tankventil for alternativt drivstoff",
        sv: "Tankventil för alternativt bränsle", es: "Válvula del depósito de combustible alternativo"
    }
    COLD_INJECTION_QUANTITY Tell {
        en: "Injected quantity at cold start", da: "Indsprøjtet mængde ved koldstart",
        de: "Einspritzmenge beim Kaltstart", nb: "Innsprøytet mengde ved kaldstart",
        sv: "Insprutad mängd vid kallstart", es: "Cantidad inyectada en frío"
    }
    COLD_INJECTION_TIMING Tell {
        en: "Injection timing at cold start", da: "Indsprøjtningstidspunkt ved koldstart",
        de: "Einspritzzeitpunkt beim Kaltstart", nb: "Innsprøytingstidspunkt ved kaldstart",
        sv: "Insprutningsläge vid kallstart", es: "Momento de inyección en frío"
    }
    COLD_INJECTOR Tell {
        en: "Cold start injector", da: "Koldstartdyse", de: "Kaltstartventil", nb: "Kaldstartdyse",
        sv: "Kallstartventil", es: "Inyector de arranque en frío"
    }
    EVAP Tell {
        en: "Fuel vapour system", da: "Brændstofdampsystem", de: "Tankentlüftungssystem",
        nb: "Drivstoffdampsystem", sv: "Bränsleångsystem", es: "Sistema de vapores de combustible"
    }
    EVAP_LEAK_PUMP Tell {
        en: "Leak detection pump", da: "Lækagepumpe", de: "Leckdiagnosepumpe", nb: "Lekkasjepumpe",
        sv: "Läckagepump", es: "Bomba de diagnóstico de fugas"
    }
    EVAP_LEAK_PUMP_SENSOR Tell {
        en: "Leak detection pump pressure sensor", da: "Trykføler for lækagepumpe",
        de: "Drucksensor der Leckdiagnosepumpe", nb: "Trykkføler for lekkasjepumpe",
        sv: "Tryckgivare för läckagepump", es: "Sensor de presión de la bomba de diagnóstico de fugas"
    }
    EVAP_LEAK_PUMP_VALVE Tell {
        en: "Leak detection pump valve", da: "Ventil for lækagepumpe", de: "Ventil der Leckdiagnosepumpe",
        nb: "Ventil for lekkasjepumpe", sv: "Ventil för läckagepump",
        es: "Válvula de la bomba de diagnóstico de fugas"
    }
    EVAP_PRESSURE_SENSOR Tell {
        en: "Fuel tank pressure sensor", da: "Tanktrykføler", de: "Tankdrucksensor", nb: "Tanktrykkføler",
        sv: "Tanktryckgivare", es: "Sensor de presión del depósito"
    }
    EVAP_PURGE_FLOW Tell {
        en: "Fuel vapour purge flow", da: "Udluftningsstrøm af brændstofdamp",
        de: "Spülstrom der Tankentlüftung", nb: "Utluftingsstrøm av drivstoffdamp",
        sv: "Avluftningsflöde av bränsleångor", es: "Caudal de purga de vapores"
    }
    EVAP_PURGE_FLOW_SENSOR Tell {
        en: "Fuel vapour purge flow sensor", da: "Føler for udluftningsstrøm",
        de: "Spülstromsensor der Tankentlüftung", nb: "Føler for utluftingsstrøm",
        sv: "Givare för avluftningsflöde", es: "Sensor de caudal de purga de vapores"
    }
    EVAP_PURGE_VALVE Tell {
        en: "Fuel vapour purge valve", da: "Udluftningsventil for brændstofdamp",
        de: "Tankentlüftungsventil", nb: "Utluftingsventil for drivstoffdamp",
        sv: "Avluftningsventil för bränsleångor", es: "Válvula de purga de vapores"
    }
    EVAP_SWITCHING_VALVE Tell {
        en: "Fuel vapour switching valve", da: "Omskifterventil for brændstofdamp",
        de: "Umschaltventil der Tankentlüftung", nb: "Omkoblingsventil for drivstoffdamp",
        sv: "Växlingsventil för bränsleångor", es: "Válvula de conmutación de vapores"
    }
    EVAP_VAPOR_TEMPERATURE_SENSOR Tell {
        en: "Fuel vapour temperature sensor", da: "Temperaturføler for brændstofdamp",
        de: "Temperatursensor der Kraftstoffdämpfe", nb: "Temperaturføler for drivstoffdamp",
        sv: "Temperaturgivare för bränsleångor", es: "Sensor de temperatura de los vapores"
    }
    EVAP_VENT_VALVE Tell {
        en: "Fuel vapour vent valve", da: "Ventilationsventil for brændstofdamp",
        de: "Belüftungsventil der Tankentlüftung", nb: "Lufteventil for drivstoffdamp",
        sv: "Ventilationsventil för bränsleångor", es: "Válvula de ventilación de vapores"
    }
    FUEL Visit {
        en: "Fuel", da: "Brændstof", de: "Kraftstoff", nb: "Drivstoff", sv: "Bränsle", es: "Combustible"
    }
    FUEL_CAP Check {
        en: "Fuel cap", da: "Tankdæksel", de: "Tankdeckel", nb: "Tanklokk", sv: "Tanklock",
        es: "Tapón del depósito"
    }
    FUEL_CAP_SENSOR Tell {
        en: "Fuel cap sensor", da: "Tankdækselføler", de: "Tankdeckelsensor", nb: "Tanklokkføler",
        sv: "Tanklocksgivare", es: "Sensor del tapón de combustible"
    }
    FUEL_COMPOSITION Visit {
        en: "Fuel composition", da: "Brændstofsammensætning", de: "Kraftstoffzusammensetzung",
        nb: "Drivstoffsammensetning", sv: "Bränslesammansättning", es: "Composición del combustible"
    }
    FUEL_COMPOSITION_SENSOR Visit {
        en: "Fuel composition sensor", da: "Føler for brændstofsammensætning", de: "Kraftstoffartsensor",
        nb: "Føler for drivstoffsammensetning", sv: "Givare för bränslesammansättning",
        es: "Sensor de composición del combustible"
    }
    FUEL_COOLANT_TEMPERATURE Tell {
        en: "Coolant and fuel temperature", da: "Temperatur af kølevæske og brændstof",
        de: "Temperatur von Kühlmittel und Kraftstoff", nb: "Temperatur for kjølevæske og drivstoff",
        sv: "Temperatur för kylvätska och bränsle", es: "Temperatura del refrigerante y del combustible"
    }
    FUEL_COOLER_PUMP Visit {
        en: "Fuel cooler pump", da: "Pumpe til brændstofkøler", de: "Pumpe des Kraftstoffkühlers",
        nb: "Pumpe for drivstoffkjøler", sv: "Pump för bränslekylare",
        es: "Bomba del enfriador de combustible"
    }
    FUEL_DELIVERY Week {
        en: "Fuel delivery", da: "Brændstoftilførsel", de: "Kraftstoffförderung", nb: "Drivstofftilførsel",
        sv: "Bränsletillförsel", es: "Suministro de combustible"
    }
    FUEL_FILL_DOOR Tell {
        en: "Fuel filler door", da: "Tankklap", de: "Tankklappe", nb: "Tankluke", sv: "Tanklucka",
        es: "Tapa del depósito"
    }
    FUEL_FILL_DOOR_LOCK_SENSOR Tell {
        en: "Fuel filler door lock sensor", da: "Låseføler for tankklap",
        de: "Verriegelungssensor der Tankklappe", nb: "Låseføler for tankluke",
        sv: "Låsgivare för tanklucka", es: "Sensor de cierre de la tapa del depósito"
    }
    FUEL_FILL_DOOR_SENSOR Tell {
        en: "Fuel filler door position sensor", da: "Stillingsføler for tankklap",
        de: "Positionssensor der Tankklappe", nb: "Stillingsføler for tankluke",
        sv: "Lägesgivare för tanklucka", es: "Sensor de posición de la tapa del depósito"
    }
    FUEL_FILL_DOOR_SWITCH Tell {
        en: "Fuel filler door request switch", da: "Knap til tankklap", de: "Taste der Tankklappe",
        nb: "Knapp for tankluke", sv: "Knapp för tanklucka", es: "Pulsador de la tapa del depósito"
    }
    FUEL_HEATER Tell {
        en: "Fuel heater", da: "Brændstofforvarmer", de: "Kraftstoffvorwärmung", nb: "Drivstoffvarmer",
        sv: "Bränslevärmare", es: "Calentador de combustible"
    }
    FUEL_INJECTION_QUANTITY Visit {
        en: "Injected quantity", da: "Indsprøjtet mængde", de: "Einspritzmenge", nb: "Innsprøytet mengde",
        sv: "Insprutad mängd", es: "Cantidad inyectada"
    }
    FUEL_LEVEL_SENSOR Tell {
        en: "Fuel level sensor", da: "Brændstofniveaumåler", de: "Tankfüllstandsensor",
        nb: "Drivstoffnivåmåler", sv: "Bränslenivågivare", es: "Sensor de nivel de combustible"
    }
    FUEL_LOW_PRESSURE Week {
        en: "Low-pressure fuel system", da: "Brændstofsystemets lavtryksside",
        de: "Kraftstoff-Niederdruckseite", nb: "Drivstoffsystemets lavtrykksside",
        sv: "Bränslesystemets lågtryckssida", es: "Baja presión del sistema de combustible"
    }
    FUEL_LOW_PRESSURE_SENSOR Visit {
        en: "Low fuel pressure sensor", da: "Føler for lavt brændstoftryk",
        de: "Niederdrucksensor des Kraftstoffs", nb: "Føler for lavt drivstofftrykk",
        sv: "Givare för lågt bränsletryck", es: "Sensor de baja presión de combustible"
    }
    FUEL_MIXTURE Visit {
        en: "Fuel and air mixture", da: "Brændstof-luft-blanding", de: "Kraftstoff-Luft-Gemisch",
        nb: "Drivstoff-luft-blanding", sv: "Bränsle-luftblandning", es: "Mezcla de aire y combustible"
    }
    FUEL_MODE_LAMP Tell {
        en: "Fuel mode lamp", da: "Lampe for brændstoftype", de: "Kraftstoffwahlleuchte",
        nb: "Lampe for drivstofftype", sv: "Lampa för bränsletyp", es: "Testigo de tipo de combustible"
    }
    FUEL_MODE_SWITCH Tell {
        en: "Fuel mode switch", da: "Omskifter for brændstoftype", de: "Kraftstoffwahlschalter",
        nb: "Bryter for drivstofftype", sv: "Omkopplare för bränsletyp", es: "Selector de combustible"
    }
    FUEL_PRESSURE_REGULATOR Visit {
        en: "Fuel pressure regulator", da: "Trykregulator for brændstof", de: "Kraftstoffdruckregler",
        nb: "Trykkregulator for drivstoff", sv: "Tryckregulator för bränsle",
        es: "Regulador de presión de combustible"
    }
    FUEL_PRESSURE_RELIEF Visit {
        en: "Fuel pressure relief", da: "Trykaflastning for brændstof", de: "Kraftstoffdruckentlastung",
        nb: "Trykkavlastning for drivstoff", sv: "Tryckavlastning för bränsle",
        es: "Alivio de presión de combustible"
    }
    FUEL_PRESSURE_SENSOR Visit {
        en: "Fuel pressure sensor", da: "Brændstoftrykføler", de: "Kraftstoffdrucksensor",
        nb: "Drivstofftrykkføler", sv: "Bränsletryckgivare", es: "Sensor de presión de combustible"
    }
    FUEL_PUMP Assist {
        en: "Fuel pump", da: "Brændstofpumpe", de: "Kraftstoffpumpe", nb: "Drivstoffpumpe",
        sv: "Bränslepump", es: "Bomba de combustible"
    }
    FUEL_PUMP_MODULE Assist {
        en: "Fuel pump control unit", da: "Styreenhed for brændstofpumpe",
        de: "Kraftstoffpumpensteuergerät", nb: "Styreenhet for drivstoffpumpe",
        sv: "Styrenhet för bränslepump", es: "Unidad de control de la bomba de combustible"
    }
    FUEL_PUMP_PRIMARY Assist {
        en: "Fuel pump primary side", da: "Brændstofpumpens primærside",
        de: "Primärseite der Kraftstoffpumpe", nb: "Drivstoffpumpens primærside",
        sv: "Bränslepumpens primärsida", es: "Lado primario de la bomba de combustible"
    }
    FUEL_PUMP_SECONDARY Assist {
        en: "Fuel pump secondary side", da: "Brændstofpumpens sekundærside",
        de: "Sekundärseite der Kraftstoffpumpe", nb: "Drivstoffpumpens sekundærside",
        sv: "Bränslepumpens sekundärsida", es: "Lado secundario de la bomba de combustible"
    }
    FUEL_RAIL_PRESSURE Week {
        en: "Fuel rail", da: "Brændstofskinne", de: "Kraftstoffverteilerrohr", nb: "Drivstoffskinne",
        sv: "Bränslefördelningsrör", es: "Rampa de combustible"
    }
    FUEL_RAIL_PRESSURE_SENSOR Visit {
        en: "Fuel rail pressure sensor", da: "Trykføler på brændstofskinne", de: "Raildrucksensor",
        nb: "Trykkføler på drivstoffskinne", sv: "Tryckgivare på bränslefördelningsrör",
        es: "Sensor de presión de la rampa"
    }
    FUEL_REGULATOR_SUPPLY Visit {
        en: "Fuel pressure regulator valve supply", da: "Forsyning til trykregulator for brændstof",
        de: "Versorgung des Kraftstoffdruckreglers", nb: "Forsyning til trykkregulator for drivstoff",
        sv: "Matning till tryckregulator för bränsle",
        es: "Alimentación del regulador de presión de combustible"
    }
    FUEL_RELIEF_VALVE Week {
        en: "Fuel pressure relief valve", da: "Overtryksventil for brændstof",
        de: "Kraftstoff-Überdruckventil", nb: "Overtrykksventil for drivstoff",
        sv: "Övertrycksventil för bränsle", es: "Válvula de sobrepresión de combustible"
    }
    FUEL_SHUTOFF_VALVE Week {
        en: "Fuel shut-off valve", da: "Afspærringsventil for brændstof", de: "Kraftstoffabsperrventil",
        nb: "Stengeventil for drivstoff", sv: "Avstängningsventil för bränsle",
        es: "Válvula de corte de combustible"
    }
    FUEL_SUPPLY_HEATER Tell {
        en: "Fuel supply heater", da: "Forvarmer i brændstoftilførsel", de: "Heizung der Kraftstoffzufuhr",
        nb: "Varmer i drivstofftilførsel", sv: "Värmare i bränsletillförsel",
        es: "Calentador del suministro de combustible"
    }
    FUEL_SYSTEM_LEAK Stop {
        en: "Fuel system", da: "Brændstofsystem", de: "Kraftstoffsystem", nb: "Drivstoffsystem",
        sv: "Bränslesystem", es: "Sistema de combustible"
    }
    FUEL_TEMPERATURE_SENSOR Visit {
        en: "Fuel temperature sensor", da: "Brændstoftemperaturføler", de: "Kraftstofftemperatursensor",
        nb: "Drivstofftemperaturføler", sv: "Bränsletemperaturgivare",
        es: "Sensor de temperatura del combustible"
    }
    FUEL_TIMING Visit {
        en: "Injection timing of the pump", da: "Indsprøjtningstidspunkt, pumpe",
        de: "Förderbeginn der Pumpe", nb: "Innsprøytingstidspunkt, pumpe", sv: "Insprutningsläge, pump",
        es: "Avance de la bomba de inyección"
    }
    FUEL_TRIM Visit {
        en: "Mixture control", da: "Blandingsregulering", de: "Gemischregelung", nb: "Blandingsregulering",
        sv: "Blandningsreglering", es: "Regulación de la mezcla"
    }
    FUEL_VOLUME_REGULATOR Visit {
        en: "Fuel volume regulator", da: "Mængderegulator for brændstof", de: "Kraftstoffmengenregler",
        nb: "Mengderegulator for drivstoff", sv: "Mängdregulator för bränsle",
        es: "Regulador de caudal de combustible"
    }
    INJECTION_PULSE Visit {
        en: "Injection pulse", da: "Indsprøjtningsimpuls", de: "Einspritzimpuls", nb: "Innsprøytingspuls",
        sv: "Insprutningspuls", es: "Impulso de inyección"
    }
    INJECTION_PUMP_METERING Week {
        en: "Injection pump metering", da: "Mængdestyring i indsprøjtningspumpe",
        de: "Mengenregelung der Einspritzpumpe", nb: "Mengdestyring i innsprøytingspumpe",
        sv: "Mängdstyrning i insprutningspump", es: "Dosificación de la bomba de inyección"
    }
    INJECTION_PUMP_TIMING Visit {
        en: "Injection pump timing control", da: "Tidspunktstyring i indsprøjtningspumpe",
        de: "Spritzverstellung der Einspritzpumpe", nb: "Tidspunktstyring i innsprøytingspumpe",
        sv: "Insprutningsställare i insprutningspump", es: "Variador de avance de la bomba de inyección"
    }
    INJECTION_TIMING Visit {
        en: "Injection timing", da: "Indsprøjtningstidspunkt", de: "Einspritzzeitpunkt",
        nb: "Innsprøytingstidspunkt", sv: "Insprutningsläge", es: "Momento de inyección"
    }
    INJECTOR Visit {
        en: "Fuel injector", da: "Brændstofdyse", de: "Einspritzventil", nb: "Drivstoffdyse",
        sv: "Bränsleinsprutare", es: "Inyector de combustible"
    }
    INJECTOR_CONTROL_PRESSURE Week {
        en: "Injection control pressure", da: "Dysestyretryk", de: "Einspritzsteuerdruck",
        nb: "Dysestyretrykk", sv: "Insprutningens styrtryck", es: "Presión de mando de inyección"
    }
    INJECTOR_CONTROL_PRESSURE_SENSOR Visit {
        en: "Injection control pressure sensor", da: "Føler for dysestyretryk",
        de: "Sensor des Einspritzsteuerdrucks", nb: "Føler for dysestyretrykk",
        sv: "Givare för insprutningens styrtryck", es: "Sensor de presión de mando de inyección"
    }
    INJECTOR_DATA Visit {
        en: "Injector data", da: "Dysedata", de: "Einspritzventildaten", nb: "Dysedata",
        sv: "Insprutardata", es: "Datos del inyector"
    }
    INJECTOR_DRIVER Week {
        en: "Injector driver", da: "Dysedriver", de: "Endstufe der Einspritzventile", nb: "Dysedriver",
        sv: "Drivsteg för insprutare", es: "Etapa de potencia de inyectores"
    }
    INJECTOR_GROUP Week {
        en: "Injector group", da: "Dysegruppe", de: "Einspritzventilgruppe", nb: "Dysegruppe",
        sv: "Insprutargrupp", es: "Grupo de inyectores"
    }
    INJECTOR_OFFSET Visit {
        en: "Injector correction", da: "Dysekorrektion", de: "Einspritzventilkorrektur",
        nb: "Dysekorreksjon", sv: "Insprutarkorrigering", es: "Corrección del inyector"
    }
    INJECTOR_PRESSURE_REGULATOR Visit {
        en: "Injection control pressure regulator", da: "Regulator for dysestyretryk",
        de: "Regler des Einspritzsteuerdrucks", nb: "Regulator for dysestyretrykk",
        sv: "Regulator för insprutningens styrtryck", es: "Regulador de la presión de mando de inyección"
    }
    POST_CAT_TRIM Visit {
        en: "Mixture control after the catalyst", da: "Blandingsregulering efter katalysator",
        de: "Gemischregelung nach Katalysator", nb: "Blandingsregulering etter katalysator",
        sv: "Blandningsreglering efter katalysator", es: "Regulación de la mezcla tras el catalizador"
    }
    REFUEL_VALVE Tell {
        en: "Refuelling vapour valve", da: "Dampventil ved tankning",
        de: "Tankbelüftungsventil beim Betanken", nb: "Dampventil ved tanking",
        sv: "Ångventil vid tankning", es: "Válvula de vapores al repostar"
    }
    WATER_IN_FUEL Week {
        en: "Water in the fuel", da: "Vand i brændstoffet", de: "Wasser im Kraftstoff",
        nb: "Vann i drivstoffet", sv: "Vatten i bränslet", es: "Agua en el combustible"
    }
    WATER_IN_FUEL_SENSOR Visit {
        en: "Water-in-fuel sensor", da: "Føler for vand i brændstof", de: "Wasser-im-Kraftstoff-Sensor",
        nb: "Føler for vann i drivstoff", sv: "Givare för vatten i bränslet",
        es: "Sensor de agua en el combustible"
    }
}
