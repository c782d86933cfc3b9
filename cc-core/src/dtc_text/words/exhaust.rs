//! Exhaust: oxygen sensors, catalysts, filters, recirculation, AdBlue.

use super::words;

words! { 2
    AFTERTREATMENT_GLOW Visit {
        en: "Exhaust glow plug", da: "Gløderør i udstødningen", de: "Glühkerze im Abgas",
        nb: "Glødeplugg i eksosen", sv: "Glödstift i avgasröret",
        es: "Bujía de precalentamiento en el escape"
    }
    AFTERTREATMENT_INJECTOR Visit {
        en: "Exhaust fuel injector", da: "Brændstofdyse i udstødningen", de: "Einspritzventil im Abgas",
        nb: "Drivstoffdyse i eksosen", sv: "Bränsleinsprutare i avgasröret",
        es: "Inyector de combustible en el escape"
    }
    AFTERTREATMENT_PRESSURE_SENSOR Visit {
        en: "Exhaust fuel pressure sensor", da: "Føler for brændstoftryk til udstødningen",
        de: "Drucksensor der Abgaseinspritzung", nb: "Føler for drivstofftrykk til eksosen",
        sv: "Givare för bränsletryck till avgasröret", es: "Sensor de presión de combustible al escape"
    }
    AFTERTREATMENT_PURGE Visit {
        en: "Exhaust fuel purge valve", da: "Renseventil for brændstof i udstødningen",
        de: "Spülventil der Abgaseinspritzung", nb: "Renseventil for drivstoff i eksosen",
        sv: "Spolventil för bränsle i avgasröret", es: "Válvula de purga de combustible en el escape"
    }
    AFTERTREATMENT_SUPPLY Visit {
        en: "Exhaust fuel supply", da: "Brændstoftilførsel til udstødningen",
        de: "Kraftstoffzufuhr zum Abgas", nb: "Drivstofftilførsel til eksosen",
        sv: "Bränsletillförsel till avgasröret", es: "Suministro de combustible al escape"
    }
    CATALYST Visit {
        en: "Catalytic converter", da: "Katalysator", de: "Katalysator", nb: "Katalysator",
        sv: "Katalysator", es: "Catalizador"
    }
    CATALYST_HEATER Visit {
        en: "Catalyst heater", da: "Katalysatorvarmer", de: "Katalysatorheizung", nb: "Katalysatorvarmer",
        sv: "Katalysatorvärmare", es: "Calefactor del catalizador"
    }
    CATALYST_TEMPERATURE_SENSOR Visit {
        en: "Catalyst temperature sensor", da: "Katalysatortemperaturføler",
        de: "Katalysatortemperatursensor", nb: "Katalysatortemperaturføler",
        sv: "Katalysatortemperaturgivare", es: "Sensor de temperatura del catalizador"
    }
    EGR Visit {
        en: "Exhaust gas recirculation", da: "Recirkulation af udstødningsgas", de: "Abgasrückführung",
        nb: "Eksosresirkulasjon", sv: "Avgasåterföring", es: "Recirculación de gases de escape"
    }
    EGR_COOLER Visit {
        en: "Exhaust gas recirculation cooler", da: "Køler for recirkuleret gas",
        de: "Kühler der Abgasrückführung", nb: "Kjøler for resirkulert gass",
        sv: "Kylare för återförda avgaser", es: "Enfriador de gases recirculados"
    }
    EGR_COOLER_BYPASS Visit {
        en: "Exhaust gas recirculation cooler bypass", da: "Omløb om køler for recirkuleret gas",
        de: "Kühlerbypass der Abgasrückführung", nb: "Omløp rundt kjøler for resirkulert gass",
        sv: "Förbiledning av avgaskylare", es: "Derivación del enfriador de gases recirculados"
    }
    EGR_COOLER_BYPASS_SENSOR Visit {
        en: "Recirculation cooler bypass position sensor", da: "Stillingsføler for omløb om gaskøler",
        de: "Positionssensor des Kühlerbypasses der Abgasrückführung",
        nb: "Stillingsføler for omløp rundt gasskjøler", sv: "Lägesgivare för förbiledning av avgaskylare",
        es: "Sensor de posición de la derivación del enfriador"
    }
    EGR_COOLER_PUMP Visit {
        en: "Recirculation cooler pump", da: "Pumpe til gaskøler", de: "Kühlerpumpe der Abgasrückführung",
        nb: "Pumpe for gasskjøler", sv: "Pump för avgaskylare",
        es: "Bomba del enfriador de gases recirculados"
    }
    EGR_COOLING Visit {
        en: "Recirculation cooling", da: "Køling af recirkuleret gas", de: "Kühlung der Abgasrückführung",
        nb: "Kjøling av resirkulert gass", sv: "Kylning av återförda avgaser",
        es: "Refrigeración de gases recirculados"
    }
    EGR_COOLING_VALVE Visit {
        en: "Recirculation cooling valve", da: "Køleventil for recirkuleret gas",
        de: "Kühlventil der Abgasrückführung", nb: "Kjøleventil for resirkulert gass",
        sv: "Kylventil för återförda avgaser", es: "Válvula de refrigeración de gases recirculados"
    }
    EGR_SENSOR Visit {
        en: "Exhaust gas recirculation sensor", da: "Føler for recirkulation af udstødningsgas",
        de: "Sensor der Abgasrückführung", nb: "Føler for eksosresirkulasjon",
        sv: "Givare för avgasåterföring", es: "Sensor de recirculación de gases"
    }
    EGR_TEMPERATURE_SENSOR Visit {
        en: "Recirculated gas temperature sensor", da: "Temperaturføler for recirkuleret gas",
        de: "Temperatursensor der Abgasrückführung", nb: "Temperaturføler for resirkulert gass",
        sv: "Temperaturgivare för återförda avgaser", es: "Sensor de temperatura de los gases recirculados"
    }
    EGR_THROTTLE Visit {
        en: "Recirculation throttle", da: "Spjæld for recirkuleret gas",
        de: "Drosselklappe der Abgasrückführung", nb: "Spjeld for resirkulert gass",
        sv: "Spjäll för återförda avgaser", es: "Mariposa de gases recirculados"
    }
    EGR_VENT Visit {
        en: "Recirculation vent", da: "Udluftning for recirkuleret gas",
        de: "Entlüftung der Abgasrückführung", nb: "Lufting for resirkulert gass",
        sv: "Ventilation för återförda avgaser", es: "Ventilación de gases recirculados"
    }
    EXHAUST_BRAKE_INPUT Visit {
        en: "Exhaust brake input", da: "Indgang for udstødningsbremse", de: "Eingang der Motorbremse",
        nb: "Inngang for eksosbrems", sv: "Ingång för avgasbroms", es: "Entrada del freno de escape"
    }
    EXHAUST_FLOW_VALVE Tell {
        en: "Exhaust flap", da: "Udstødningsspjæld", de: "Abgasklappe", nb: "Eksosspjeld",
        sv: "Avgasspjäll", es: "Mariposa de escape"
    }
    EXHAUST_FLOW_VALVE_SENSOR Tell {
        en: "Exhaust flap position sensor", da: "Stillingsføler for udstødningsspjæld",
        de: "Positionssensor der Abgasklappe", nb: "Stillingsføler for eksosspjeld",
        sv: "Lägesgivare för avgasspjäll", es: "Sensor de posición de la mariposa de escape"
    }
    EXHAUST_HEAT_BYPASS Tell {
        en: "Exhaust heat exchanger valve", da: "Ventil for udstødningsvarmeveksler",
        de: "Ventil des Abgaswärmetauschers", nb: "Ventil for eksosvarmeveksler",
        sv: "Ventil för avgasvärmeväxlare", es: "Válvula del intercambiador de calor de escape"
    }
    EXHAUST_PRESSURE Visit {
        en: "Exhaust pressure", da: "Udstødningstryk", de: "Abgasdruck", nb: "Eksostrykk", sv: "Avgastryck",
        es: "Presión de escape"
    }
    EXHAUST_PRESSURE_SENSOR Visit {
        en: "Exhaust pressure sensor", da: "Udstødningstrykføler", de: "Abgasdrucksensor",
        nb: "Eksostrykkføler", sv: "Avgastryckgivare", es: "Sensor de presión de escape"
    }
    EXHAUST_PRESSURE_VALVE Visit {
        en: "Exhaust pressure valve", da: "Udstødningstrykventil", de: "Abgasdruckventil",
        nb: "Eksostrykkventil", sv: "Avgastryckventil", es: "Válvula de presión de escape"
    }
    EXHAUST_PRESSURE_VALVE_SENSOR Visit {
        en: "Exhaust pressure valve position sensor", da: "Stillingsføler for udstødningstrykventil",
        de: "Positionssensor des Abgasdruckventils", nb: "Stillingsføler for eksostrykkventil",
        sv: "Lägesgivare för avgastryckventil", es: "Sensor de posición de la válvula de presión de escape"
    }
    EXHAUST_TEMPERATURE Week {
        en: "Exhaust gas", da: "Udstødningsgas", de: "Abgas", nb: "Eksos", sv: "Avgas",
        es: "Gases de escape"
    }
    EXHAUST_TEMPERATURE_SENSOR Visit {
        en: "Exhaust gas temperature sensor", da: "Udstødningstemperaturføler", de: "Abgastemperatursensor",
        nb: "Eksostemperaturføler", sv: "Avgastemperaturgivare",
        es: "Sensor de temperatura de los gases de escape"
    }
    FIRED_HEATER Tell {
        en: "Fuel-fired heater", da: "Brændstofvarmer", de: "Kraftstoffheizung",
        nb: "Drivstoffvarmer, motoruavhengig", sv: "Bränslevärmare, motoroberoende",
        es: "Calefactor de combustible"
    }
    HC_CATALYST Visit {
        en: "Hydrocarbon catalyst", da: "Kulbrintekatalysator", de: "Kohlenwasserstoffkatalysator",
        nb: "Hydrokarbonkatalysator", sv: "Kolvätekatalysator", es: "Catalizador de hidrocarburos"
    }
    HEATED_CATALYST Visit {
        en: "Heated catalyst", da: "Opvarmet katalysator", de: "Beheizter Katalysator",
        nb: "Oppvarmet katalysator", sv: "Uppvärmd katalysator", es: "Catalizador calefactado"
    }
    MAIN_CATALYST Visit {
        en: "Main catalyst", da: "Hovedkatalysator", de: "Hauptkatalysator", nb: "Hovedkatalysator",
        sv: "Huvudkatalysator", es: "Catalizador principal"
    }
    NH3_HEATER Visit {
        en: "Ammonia sensor heater", da: "Ammoniakfølerens varmelegeme", de: "Heizung des Ammoniaksensors",
        nb: "Ammoniakkfølerens varmeelement", sv: "Ammoniakgivarens värmare",
        es: "Calefactor del sensor de amoníaco"
    }
    NH3_SENSOR Visit {
        en: "Ammonia sensor", da: "Ammoniakføler", de: "Ammoniaksensor", nb: "Ammoniakkføler",
        sv: "Ammoniakgivare", es: "Sensor de amoníaco"
    }
    NOX_ADSORBER Visit {
        en: "NOx storage catalyst", da: "NOx-lagerkatalysator", de: "NOx-Speicherkatalysator",
        nb: "NOx-lagringskatalysator", sv: "NOx-lagringskatalysator", es: "Catalizador acumulador de NOx"
    }
    NOX_HEATER Visit {
        en: "NOx sensor heater", da: "NOx-følerens varmelegeme", de: "Heizung des NOx-Sensors",
        nb: "NOx-følerens varmeelement", sv: "NOx-givarens värmare", es: "Calefactor del sensor de NOx"
    }
    NOX_SENSOR Visit {
        en: "NOx sensor", da: "NOx-føler", de: "NOx-Sensor", nb: "NOx-føler", sv: "NOx-givare",
        es: "Sensor de NOx"
    }
    O2_DOWNSTREAM Visit {
        en: "Oxygen sensors after the catalyst", da: "Lambdasonder efter katalysator",
        de: "Lambdasonden nach Katalysator", nb: "Lambdasonder etter katalysator",
        sv: "Lambdasonder efter katalysator", es: "Sondas lambda después del catalizador"
    }
    O2_HEATER Visit {
        en: "Oxygen sensor heater", da: "Lambdasondens varmelegeme", de: "Heizung der Lambdasonde",
        nb: "Lambdasondens varmeelement", sv: "Lambdasondens värmare", es: "Calefactor de la sonda lambda"
    }
    O2_NEGATIVE_CURRENT Visit {
        en: "Oxygen sensor negative current", da: "Lambdasondens negative strøm",
        de: "Negativer Strom der Lambdasonde", nb: "Lambdasondens negative strøm",
        sv: "Lambdasondens negativa ström", es: "Corriente negativa de la sonda lambda"
    }
    O2_POSITIVE_CURRENT Visit {
        en: "Oxygen sensor positive current", da: "Lambdasondens positive strøm",
        de: "Positiver Strom der Lambdasonde", nb: "Lambdasondens positive strøm",
        sv: "Lambdasondens positiva ström", es: "Corriente positiva de la sonda lambda"
    }
    O2_PUMP_CURRENT Visit {
        en: "Oxygen sensor pump current", da: "Lambdasondens pumpestrøm", de: "Pumpstrom der Lambdasonde",
        nb: "Lambdasondens pumpestrøm", sv: "Lambdasondens pumpström",
        es: "Corriente de bombeo de la sonda lambda"
    }
    O2_PUMP_TRIM Visit {
        en: "Oxygen sensor pump current trim", da: "Justering af lambdasondens pumpestrøm",
        de: "Abgleich des Pumpstroms der Lambdasonde", nb: "Justering av lambdasondens pumpestrøm",
        sv: "Justering av lambdasondens pumpström", es: "Ajuste de la corriente de bombeo de la sonda"
    }
    O2_REFERENCE Visit {
        en: "Oxygen sensor reference voltage", da: "Lambdasondens referencespænding",
        de: "Referenzspannung der Lambdasonde", nb: "Lambdasondens referansespenning",
        sv: "Lambdasondens referensspänning", es: "Tensión de referencia de la sonda lambda"
    }
    O2_SENSOR Visit {
        en: "Oxygen sensor", da: "Lambdasonde", de: "Lambdasonde", nb: "Lambdasonde", sv: "Lambdasond",
        es: "Sonda lambda"
    }
    O2_THIRD Visit {
        en: "Third oxygen sensors", da: "Tredje lambdasonder", de: "Dritte Lambdasonden",
        nb: "Tredje lambdasonder", sv: "Tredje lambdasonder", es: "Terceras sondas lambda"
    }
    O2_UPSTREAM Visit {
        en: "Oxygen sensors before the catalyst", da: "Lambdasonder før katalysator",
        de: "Lambdasonden vor Katalysator", nb: "Lambdasonder før katalysator",
        sv: "Lambdasonder före katalysator", es: "Sondas lambda antes del catalizador"
    }
    OZONE_CATALYST Tell {
        en: "Ozone catalyst sensor", da: "Føler for ozonkatalysator", de: "Sensor des Ozonkatalysators",
        nb: "Føler for ozonkatalysator", sv: "Givare för ozonkatalysator",
        es: "Sensor del catalizador de ozono"
    }
    OZONE_TEMPERATURE_SENSOR Tell {
        en: "Ozone catalyst temperature sensor", da: "Temperaturføler for ozonkatalysator",
        de: "Temperatursensor des Ozonkatalysators", nb: "Temperaturføler for ozonkatalysator",
        sv: "Temperaturgivare för ozonkatalysator", es: "Sensor de temperatura del catalizador de ozono"
    }
    PARTICULATE_FILTER Visit {
        en: "Particulate filter", da: "Partikelfilter", de: "Partikelfilter", nb: "Partikkelfilter",
        sv: "Partikelfilter", es: "Filtro de partículas"
    }
    PARTICULATE_PRESSURE Visit {
        en: "Particulate filter pressure", da: "Tryk over partikelfilter", de: "Druck am Partikelfilter",
        nb: "Trykk over partikkelfilter", sv: "Tryck över partikelfilter",
        es: "Presión del filtro de partículas"
    }
    PARTICULATE_PRESSURE_SENSOR Visit {
        en: "Particulate filter pressure sensor", da: "Trykføler for partikelfilter",
        de: "Drucksensor des Partikelfilters", nb: "Trykkføler for partikkelfilter",
        sv: "Tryckgivare för partikelfilter", es: "Sensor de presión del filtro de partículas"
    }
    PARTICULATE_REGENERATION Visit {
        en: "Particulate filter regeneration", da: "Regenerering af partikelfilter",
        de: "Regeneration des Partikelfilters", nb: "Regenerering av partikkelfilter",
        sv: "Regenerering av partikelfilter", es: "Regeneración del filtro de partículas"
    }
    REDUCTANT Visit {
        en: "AdBlue", da: "AdBlue", de: "AdBlue", nb: "AdBlue", sv: "AdBlue", es: "AdBlue"
    }
    REDUCTANT_AIR Visit {
        en: "AdBlue injection air", da: "AdBlue-blæseluft", de: "AdBlue-Einblasluft",
        nb: "AdBlue-blåseluft", sv: "AdBlue-blåsluft", es: "Aire de inyección de AdBlue"
    }
    REDUCTANT_AIR_PUMP Visit {
        en: "AdBlue air pump", da: "AdBlue-luftpumpe", de: "AdBlue-Luftpumpe", nb: "AdBlue-luftpumpe",
        sv: "AdBlue-luftpump", es: "Bomba de aire de AdBlue"
    }
    REDUCTANT_AIR_SENSOR Visit {
        en: "AdBlue air pressure sensor", da: "AdBlue-lufttrykføler", de: "AdBlue-Luftdrucksensor",
        nb: "AdBlue-lufttrykkføler", sv: "AdBlue-lufttryckgivare",
        es: "Sensor de presión de aire de AdBlue"
    }
    REDUCTANT_AIR_VALVE Visit {
        en: "AdBlue air valve", da: "AdBlue-luftventil", de: "AdBlue-Luftventil", nb: "AdBlue-luftventil",
        sv: "AdBlue-luftventil", es: "Válvula de aire de AdBlue"
    }
    REDUCTANT_CAP_SWITCH Tell {
        en: "AdBlue filler cap switch", da: "Kontakt i AdBlue-dæksel", de: "Schalter im AdBlue-Deckel",
        nb: "Bryter i AdBlue-lokk", sv: "Kontakt i AdBlue-lock", es: "Interruptor del tapón de AdBlue"
    }
    REDUCTANT_COOLANT_VALVE Visit {
        en: "AdBlue heater coolant valve", da: "Kølevæskeventil til AdBlue-varmer",
        de: "Kühlmittelventil der AdBlue-Heizung", nb: "Kjølevæskeventil for AdBlue-varmer",
        sv: "Kylvätskeventil för AdBlue-värmare", es: "Válvula de refrigerante del calefactor de AdBlue"
    }
    REDUCTANT_HEATER Visit {
        en: "AdBlue heater", da: "AdBlue-varmer", de: "AdBlue-Heizung", nb: "AdBlue-varmer",
        sv: "AdBlue-värmare", es: "Calefactor de AdBlue"
    }
    REDUCTANT_INJECTOR Visit {
        en: "AdBlue injector", da: "AdBlue-dyse", de: "AdBlue-Einspritzventil", nb: "AdBlue-dyse",
        sv: "AdBlue-insprutare", es: "Inyector de AdBlue"
    }
    REDUCTANT_LEVEL_SENSOR Visit {
        en: "AdBlue level sensor", da: "AdBlue-niveaumåler", de: "AdBlue-Füllstandsensor",
        nb: "AdBlue-nivåmåler", sv: "AdBlue-nivågivare", es: "Sensor de nivel de AdBlue"
    }
    REDUCTANT_METERING_HEATER Visit {
        en: "AdBlue metering unit heater", da: "Varmer til AdBlue-doseringsenhed",
        de: "Heizung der AdBlue-Dosiereinheit", nb: "Varmer for AdBlue-doseringsenhet",
        sv: "Värmare för AdBlue-doseringsenhet", es: "Calefactor del dosificador de AdBlue"
    }
    REDUCTANT_METERING_SENSOR Visit {
        en: "AdBlue metering unit temperature sensor", da: "Temperaturføler for AdBlue-doseringsenhed",
        de: "Temperatursensor der AdBlue-Dosiereinheit", nb: "Temperaturføler for AdBlue-doseringsenhet",
        sv: "Temperaturgivare för AdBlue-doseringsenhet",
        es: "Sensor de temperatura del dosificador de AdBlue"
    }
    REDUCTANT_MODULE Visit {
        en: "AdBlue control unit", da: "AdBlue-styreenhed", de: "AdBlue-Steuergerät",
        nb: "AdBlue-styreenhet", sv: "AdBlue-styrenhet", es: "Unidad de control de AdBlue"
    }
    REDUCTANT_MODULE_TEMPERATURE_SENSOR Visit {
        en: "AdBlue control unit temperature sensor", da: "Temperaturføler i AdBlue-styreenhed",
        de: "Temperatursensor im AdBlue-Steuergerät", nb: "Temperaturføler i AdBlue-styreenhet",
        sv: "Temperaturgivare i AdBlue-styrenhet", es: "Sensor de temperatura de la unidad de AdBlue"
    }
    REDUCTANT_PRESSURE_SENSOR Visit {
        en: "AdBlue pressure sensor", da: "AdBlue-trykføler", de: "AdBlue-Drucksensor",
        nb: "AdBlue-trykkføler", sv: "AdBlue-tryckgivare", es: "Sensor de presión de AdBlue"
    }
    REDUCTANT_PUMP Visit {
        en: "AdBlue pump", da: "AdBlue-pumpe", de: "AdBlue-Pumpe", nb: "AdBlue-pumpe", sv: "AdBlue-pump",
        es: "Bomba de AdBlue"
    }
    REDUCTANT_PURGE_VALVE Visit {
        en: "AdBlue purge valve", da: "AdBlue-tømmeventil", de: "AdBlue-Rückförderventil",
        nb: "AdBlue-tømmeventil", sv: "AdBlue-tömningsventil", es: "Válvula de vaciado de AdBlue"
    }
    REDUCTANT_QUALITY_SENSOR Visit {
        en: "AdBlue quality sensor", da: "AdBlue-kvalitetsføler", de: "AdBlue-Qualitätssensor",
        nb: "AdBlue-kvalitetsføler", sv: "AdBlue-kvalitetsgivare", es: "Sensor de calidad de AdBlue"
    }
    REDUCTANT_SUPPLY Visit {
        en: "AdBlue supply", da: "AdBlue-tilførsel", de: "AdBlue-Zufuhr", nb: "AdBlue-tilførsel",
        sv: "AdBlue-tillförsel", es: "Suministro de AdBlue"
    }
    REDUCTANT_SYSTEM Visit {
        en: "AdBlue system", da: "AdBlue-system", de: "AdBlue-System", nb: "AdBlue-system",
        sv: "AdBlue-system", es: "Sistema AdBlue"
    }
    REDUCTANT_TANK_TEMPERATURE_SENSOR Visit {
        en: "AdBlue tank temperature sensor", da: "AdBlue-tanktemperaturføler",
        de: "AdBlue-Tanktemperatursensor", nb: "AdBlue-tanktemperaturføler",
        sv: "AdBlue-tanktemperaturgivare", es: "Sensor de temperatura del depósito de AdBlue"
    }
    REDUCTANT_TEMPERATURE_SENSOR Visit {
        en: "AdBlue temperature sensor", da: "AdBlue-temperaturføler", de: "AdBlue-Temperatursensor",
        nb: "AdBlue-temperaturføler", sv: "AdBlue-temperaturgivare", es: "Sensor de temperatura de AdBlue"
    }
    SCR_CATALYST Visit {
        en: "SCR catalyst", da: "SCR-katalysator", de: "SCR-Katalysator", nb: "SCR-katalysator",
        sv: "SCR-katalysator", es: "Catalizador SCR"
    }
    SCR_PRECATALYST Visit {
        en: "SCR pre-catalyst", da: "SCR-forkatalysator", de: "SCR-Vorkatalysator",
        nb: "SCR-forkatalysator", sv: "SCR-förkatalysator", es: "Precatalizador SCR"
    }
    SECONDARY_AIR Tell {
        en: "Secondary air system", da: "Sekundærluftsystem", de: "Sekundärluftsystem",
        nb: "Sekundærluftsystem", sv: "Sekundärluftsystem", es: "Sistema de aire secundario"
    }
    SECONDARY_AIR_PUMP Tell {
        en: "Secondary air pump", da: "Sekundærluftpumpe", de: "Sekundärluftpumpe", nb: "Sekundærluftpumpe",
        sv: "Sekundärluftpump", es: "Bomba de aire secundario"
    }
    SECONDARY_AIR_SENSOR Tell {
        en: "Secondary air flow or pressure sensor", da: "Føler for sekundærluftens mængde eller tryk",
        de: "Sekundärluftmengen- oder Drucksensor", nb: "Føler for sekundærluftens mengde eller trykk",
        sv: "Givare för sekundärluftens flöde eller tryck",
        es: "Sensor de caudal o presión de aire secundario"
    }
    SECONDARY_AIR_VALVE Tell {
        en: "Secondary air valve", da: "Sekundærluftventil", de: "Sekundärluftventil",
        nb: "Sekundærluftventil", sv: "Sekundärluftventil", es: "Válvula de aire secundario"
    }
    SOOT_HEATER Visit {
        en: "Soot sensor heater", da: "Sodfølerens varmelegeme", de: "Heizung des Rußsensors",
        nb: "Sotfølerens varmeelement", sv: "Sotgivarens värmare", es: "Calefactor del sensor de hollín"
    }
    SOOT_SENSOR Visit {
        en: "Soot sensor", da: "Sodføler", de: "Rußsensor", nb: "Sotføler", sv: "Sotgivare",
        es: "Sensor de hollín"
    }
    SOOT_TEMPERATURE Visit {
        en: "Soot sensor temperature", da: "Sodfølerens temperatur", de: "Temperatur des Rußsensors",
        nb: "Sotfølerens temperatur", sv: "Sotgivarens temperatur", es: "Temperatura del sensor de hollín"
    }
    WARMUP_CATALYST Visit {
        en: "Close-coupled catalyst", da: "Forkatalysator", de: "Vorkatalysator", nb: "Forkatalysator",
        sv: "Förkatalysator", es: "Precatalizador"
    }
}
