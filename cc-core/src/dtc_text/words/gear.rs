//! Transmission and clutch.

use super::words;

words! { 5
    CLUTCH Week {
        en: "Clutch", da: "Kobling", de: "Kupplung", nb: "Clutch", sv: "Koppling", es: "Embrague"
    }
    CLUTCH_ACTUATOR Week {
        en: "Clutch actuator", da: "Koblingsaktuator", de: "Kupplungssteller", nb: "Clutchaktuator",
        sv: "Kopplingsställdon", es: "Actuador del embrague"
    }
    CLUTCH_ACTUATOR_SENSOR Week {
        en: "Clutch actuator position sensor", da: "Stillingsføler for koblingsaktuator",
        de: "Positionssensor des Kupplungsstellers", nb: "Stillingsføler for clutchaktuator",
        sv: "Lägesgivare för kopplingsställdon", es: "Sensor de posición del actuador del embrague"
    }
    CLUTCH_PEDAL_SENSOR Visit {
        en: "Clutch pedal position sensor", da: "Koblingspedalføler", de: "Kupplungspedalsensor",
        nb: "Clutchpedalføler", sv: "Kopplingspedalgivare", es: "Sensor del pedal de embrague"
    }
    CLUTCH_POSITION Week {
        en: "Clutch position control", da: "Styring af koblingens stilling",
        de: "Kupplungspositionsregelung", nb: "Styring av clutchens stilling",
        sv: "Styrning av kopplingens läge", es: "Control de la posición del embrague"
    }
    CLUTCH_PRESSURE_SENSOR Week {
        en: "Clutch pressure sensor", da: "Koblingstrykføler", de: "Kupplungsdrucksensor",
        nb: "Clutchtrykkføler", sv: "Kopplingstryckgivare", es: "Sensor de presión del embrague"
    }
    CLUTCH_SENSOR Week {
        en: "Clutch position sensor", da: "Koblingsføler", de: "Kupplungspositionssensor",
        nb: "Clutchføler", sv: "Kopplingslägesgivare", es: "Sensor de posición del embrague"
    }
    CLUTCH_SWITCH Tell {
        en: "Clutch pedal switch", da: "Koblingspedalkontakt", de: "Kupplungspedalschalter",
        nb: "Clutchpedalbryter", sv: "Kopplingspedalkontakt", es: "Interruptor del pedal de embrague"
    }
    DOWNSHIFT_SWITCH Tell {
        en: "Downshift switch", da: "Kontakt til nedgearing", de: "Herunterschalttaste",
        nb: "Bryter for nedgiring", sv: "Nedväxlingskontakt", es: "Interruptor de bajada de marcha"
    }
    DRIVE_SWITCH Visit {
        en: "Drive switch", da: "Kontakt for kørestilling", de: "Schalter der Fahrstellung",
        nb: "Bryter for kjørestilling", sv: "Kontakt för körläge", es: "Interruptor de posición de marcha"
    }
    ENGINE_DISCONNECT_CLUTCH Week {
        en: "Engine disconnect clutch", da: "Kobling mellem motor og gearkasse", de: "Trennkupplung",
        nb: "Skillekobling", sv: "Frånskiljningskoppling", es: "Embrague de desconexión del motor"
    }
    ENGINE_DISCONNECT_CLUTCH_SENSOR Week {
        en: "Disconnect clutch pressure sensor", da: "Trykføler for kobling mellem motor og gearkasse",
        de: "Drucksensor der Trennkupplung", nb: "Trykkføler for skillekobling",
        sv: "Tryckgivare för frånskiljningskoppling", es: "Sensor de presión del embrague de desconexión"
    }
    ENGINE_SPEED_INPUT Week {
        en: "Engine speed input of the transmission", da: "Gearkassens indgang for omdrejningstal",
        de: "Drehzahleingang des Getriebes", nb: "Girkassens inngang for turtall",
        sv: "Växellådans varvtalsingång", es: "Entrada de régimen del cambio"
    }
    FLUID_COOLER Week {
        en: "Transmission fluid cooler", da: "Gearoliekøler", de: "Getriebeölkühler", nb: "Giroljekjøler",
        sv: "Växellådsoljekylare", es: "Enfriador de aceite del cambio"
    }
    FLUID_LEVEL_SENSOR Visit {
        en: "Transmission fluid level sensor", da: "Gearolieniveauføler", de: "Getriebeölstandsensor",
        nb: "Giroljenivåføler", sv: "Växellådsoljans nivågivare",
        es: "Sensor de nivel del aceite del cambio"
    }
    FLUID_PRESSURE_SENSOR Visit {
        en: "Transmission fluid pressure sensor", da: "Gearolietrykføler", de: "Getriebeöldrucksensor",
        nb: "Giroljetrykkføler", sv: "Växellådsoljans tryckgivare",
        es: "Sensor de presión del aceite del cambio"
    }
    FLUID_TEMPERATURE_SENSOR Visit {
        en: "Transmission fluid temperature sensor", da: "Gearolietemperaturføler",
        de: "Getriebeöltemperatursensor", nb: "Giroljetemperaturføler",
        sv: "Växellådsoljans temperaturgivare", es: "Sensor de temperatura del aceite del cambio"
    }
    FOUR_WHEEL_LOW_SWITCH Tell {
        en: "Low range switch", da: "Kontakt for terrængear", de: "Schalter der Geländeuntersetzung",
        nb: "Bryter for terrenggir", sv: "Kontakt för terrängväxel", es: "Interruptor de la reductora"
    }
    FOUR_WHEEL_SWITCH Tell {
        en: "Four-wheel drive switch", da: "Firehjulstrækskontakt", de: "Allradschalter",
        nb: "Firehjulstrekkbryter", sv: "Fyrhjulsdriftskontakt", es: "Interruptor de tracción total"
    }
    FRICTION_ELEMENT Week {
        en: "Transmission clutch or brake", da: "Gearkassens kobling eller bremse",
        de: "Kupplung oder Bremse im Getriebe", nb: "Girkassens kobling eller brems",
        sv: "Växellådans koppling eller broms", es: "Embrague o freno del cambio"
    }
    GATE_SELECT Week {
        en: "Gate select actuator", da: "Aktuator for gearrækkevalg", de: "Wählsteller",
        nb: "Aktuator for girportvalg", sv: "Ställdon för växelgrind", es: "Actuador de selección de fila"
    }
    GATE_SELECT_SENSOR Week {
        en: "Gate select position", da: "Gearrækkestilling", de: "Gassenposition", nb: "Girportstilling",
        sv: "Växelgrindsläge", es: "Posición de selección de fila"
    }
    GEAR Week {
        en: "Gear", da: "Gear", de: "Gang", nb: "Gir", sv: "Växel", es: "Marcha"
    }
    GEAR_LEVER_LOCK Tell {
        en: "Gear lever lock", da: "Gearstangslås", de: "Wählhebelsperre", nb: "Girspaklås",
        sv: "Växelspakslås", es: "Bloqueo de la palanca de cambios"
    }
    GEAR_LEVER_SENSOR Visit {
        en: "Gear lever position sensor", da: "Gearstangsføler", de: "Schalthebelsensor",
        nb: "Girspakføler", sv: "Växelspaksgivare", es: "Sensor de la palanca de cambios"
    }
    GEAR_SHIFT_SENSOR Week {
        en: "Gear shift position", da: "Gearskiftestilling", de: "Schaltposition", nb: "Girskiftestilling",
        sv: "Växlingsläge", es: "Posición de cambio"
    }
    HYDRAULIC_ACCUMULATOR Week {
        en: "Hydraulic accumulator valve", da: "Ventil for hydraulikakkumulator",
        de: "Ventil des Hydraulikspeichers", nb: "Ventil for hydraulikkakkumulator",
        sv: "Ventil för hydraulackumulator", es: "Válvula del acumulador hidráulico"
    }
    HYDRAULIC_OIL_SENSOR Week {
        en: "Hydraulic oil temperature sensor", da: "Hydraulikolietemperaturføler",
        de: "Hydrauliköltemperatursensor", nb: "Hydraulikkoljetemperaturføler",
        sv: "Hydrauloljans temperaturgivare", es: "Sensor de temperatura del aceite hidráulico"
    }
    HYDRAULIC_PRESSURE_SENSOR Week {
        en: "Hydraulic pressure sensor of the transmission", da: "Gearkassens hydrauliktrykføler",
        de: "Hydraulikdrucksensor des Getriebes", nb: "Girkassens hydraulikktrykkføler",
        sv: "Växellådans hydraultryckgivare", es: "Sensor de presión hidráulica del cambio"
    }
    HYDRAULIC_PUMP Week {
        en: "Hydraulic pump", da: "Hydraulikpumpe", de: "Hydraulikpumpe", nb: "Hydraulikkpumpe",
        sv: "Hydraulpump", es: "Bomba hidráulica"
    }
    HYDRAULIC_PUMP_RELAY Week {
        en: "Hydraulic pump relay", da: "Hydraulikpumperelæ", de: "Relais der Hydraulikpumpe",
        nb: "Hydraulikkpumperelé", sv: "Hydraulpumprelä", es: "Relé de la bomba hidráulica"
    }
    HYDRAULIC_UNIT Week {
        en: "Hydraulic unit", da: "Hydraulikenhed", de: "Hydraulikeinheit", nb: "Hydraulikkenhet",
        sv: "Hydraulenhet", es: "Unidad hidráulica"
    }
    INPUT_SPEED_SENSOR Week {
        en: "Input shaft speed sensor", da: "Omdrejningsføler på indgangsaksel",
        de: "Eingangsdrehzahlsensor", nb: "Turtallsføler på inngående aksel",
        sv: "Varvtalsgivare på ingående axel", es: "Sensor de régimen del eje de entrada"
    }
    KICKDOWN_SWITCH Tell {
        en: "Kick-down switch", da: "Kickdown-kontakt", de: "Kickdown-Schalter", nb: "Kickdown-bryter",
        sv: "Kickdown-kontakt", es: "Interruptor de kick-down"
    }
    MANUAL_MODE Tell {
        en: "Manual shift mode", da: "Manuelt gearskift", de: "Manueller Schaltmodus", nb: "Manuell giring",
        sv: "Manuellt växelläge", es: "Modo manual de cambio"
    }
    MIDDLE_SPEED_SENSOR Week {
        en: "Intermediate shaft speed sensor", da: "Omdrejningsføler på mellemaksel",
        de: "Zwischenwellendrehzahlsensor", nb: "Turtallsføler på mellomaksel",
        sv: "Varvtalsgivare på mellanaxel", es: "Sensor de régimen del eje intermedio"
    }
    MODE_SWITCH Tell {
        en: "Transmission mode switch", da: "Gearprogramvælger", de: "Getriebeprogrammschalter",
        nb: "Girprogramvelger", sv: "Växelprogramväljare", es: "Selector de programa del cambio"
    }
    NEUTRAL Week {
        en: "Neutral", da: "Frigear", de: "Leerlaufstellung", nb: "Fri", sv: "Friläge", es: "Punto muerto"
    }
    NEUTRAL_SENSOR Tell {
        en: "Neutral position sensor", da: "Føler for frigear", de: "Sensor der Leerlaufstellung",
        nb: "Føler for fri", sv: "Givare för friläge", es: "Sensor de punto muerto"
    }
    OUTPUT_SPEED_SENSOR Week {
        en: "Output shaft speed sensor", da: "Omdrejningsføler på udgangsaksel",
        de: "Ausgangsdrehzahlsensor", nb: "Turtallsføler på utgående aksel",
        sv: "Varvtalsgivare på utgående axel", es: "Sensor de régimen del eje de salida"
    }
    PARK_LOCK Week {
        en: "Park lock", da: "Parkeringslås", de: "Parksperre", nb: "Parkeringslås", sv: "Parkeringslås",
        es: "Bloqueo de aparcamiento"
    }
    PARK_NEUTRAL_SWITCH Visit {
        en: "Park and neutral switch", da: "Kontakt for parkering og frigear",
        de: "Schalter für Park- und Leerlaufstellung", nb: "Bryter for parkering og fri",
        sv: "Kontakt för parkering och friläge", es: "Interruptor de aparcamiento y punto muerto"
    }
    PARK_PAWL_SENSOR Visit {
        en: "Park pawl sensor", da: "Føler for parkeringspal", de: "Sensor der Parksperre",
        nb: "Føler for parkeringssperre", sv: "Givare för parkeringsspärr",
        es: "Sensor del trinquete de aparcamiento"
    }
    PARK_SENSOR Visit {
        en: "Park position sensor", da: "Føler for parkeringsstilling", de: "Sensor der Parkstellung",
        nb: "Føler for parkeringsstilling", sv: "Givare för parkeringsläge",
        es: "Sensor de posición de aparcamiento"
    }
    PRESSURE_SOLENOID Week {
        en: "Transmission pressure valve", da: "Gearkassens trykventil", de: "Getriebe-Druckventil",
        nb: "Girkassens trykkventil", sv: "Växellådans tryckventil", es: "Válvula de presión del cambio"
    }
    PRESSURE_SOLENOID_DATA Week {
        en: "Transmission pressure valve data", da: "Data for gearkassens trykventil",
        de: "Daten des Getriebe-Druckventils", nb: "Data for girkassens trykkventil",
        sv: "Data för växellådans tryckventil", es: "Datos de la válvula de presión del cambio"
    }
    RANGE_CONTROL Visit {
        en: "Gear selector control", da: "Gearvælgerstyring", de: "Wählbereichssteuerung",
        nb: "Girvelgerstyring", sv: "Växelväljarstyrning", es: "Mando del selector"
    }
    RANGE_CONTROL_SENSOR Visit {
        en: "Gear selector control position sensor", da: "Stillingsføler for gearvælgerstyring",
        de: "Positionssensor der Wählbereichssteuerung", nb: "Stillingsføler for girvelgerstyring",
        sv: "Lägesgivare för växelväljarstyrning", es: "Sensor de posición del mando del selector"
    }
    RANGE_DISPLAY Tell {
        en: "Gear display", da: "Gearvisning", de: "Ganganzeige", nb: "Girvisning", sv: "Växelindikering",
        es: "Indicador de marcha"
    }
    RANGE_SENSOR Visit {
        en: "Gear selector sensor", da: "Gearvælgerføler", de: "Wählhebelsensor", nb: "Girvelgerføler",
        sv: "Växelväljargivare", es: "Sensor del selector de marchas"
    }
    REVERSE Week {
        en: "Reverse gear", da: "Bakgear", de: "Rückwärtsgang", nb: "Revers", sv: "Backväxel",
        es: "Marcha atrás"
    }
    REVERSE_INHIBIT Visit {
        en: "Reverse inhibit", da: "Bakgearsspærre", de: "Rückwärtsgangsperre", nb: "Reverssperre",
        sv: "Backspärr", es: "Bloqueo de la marcha atrás"
    }
    REVERSE_INPUT Tell {
        en: "Reverse input", da: "Indgang for bakgear", de: "Eingang des Rückwärtsgangs",
        nb: "Inngang for revers", sv: "Ingång för backväxel", es: "Entrada de marcha atrás"
    }
    REVERSE_OUTPUT Tell {
        en: "Reverse output", da: "Udgang for bakgear", de: "Ausgang des Rückwärtsgangs",
        nb: "Utgang for revers", sv: "Utgång för backväxel", es: "Salida de marcha atrás"
    }
    SHIFT Week {
        en: "Gear shift", da: "Gearskift", de: "Gangwechsel", nb: "Girskifte", sv: "Växling",
        es: "Cambio de marcha"
    }
    SHIFT_ACTUATOR Week {
        en: "Gear shift actuator", da: "Gearskifteaktuator", de: "Schaltsteller", nb: "Girskifteaktuator",
        sv: "Växlingsställdon", es: "Actuador de cambio"
    }
    SHIFT_FORK Week {
        en: "Shift fork", da: "Skiftegaffel", de: "Schaltgabel", nb: "Skiftegaffel", sv: "Växelgaffel",
        es: "Horquilla de cambio"
    }
    SHIFT_FORK_ACTUATOR Week {
        en: "Shift fork actuator", da: "Aktuator for skiftegaffel", de: "Schaltgabelsteller",
        nb: "Aktuator for skiftegaffel", sv: "Växelgaffelställdon", es: "Actuador de la horquilla"
    }
    SHIFT_FORK_SENSOR Week {
        en: "Shift fork position sensor", da: "Stillingsføler for skiftegaffel",
        de: "Schaltgabelpositionssensor", nb: "Stillingsføler for skiftegaffel", sv: "Växelgaffelgivare",
        es: "Sensor de posición de la horquilla"
    }
    SHIFT_FORWARD Week {
        en: "Forward shift actuator", da: "Aktuator for fremadgående skift", de: "Vorwärtsschaltsteller",
        nb: "Aktuator for foroverskift", sv: "Ställdon för växling framåt",
        es: "Actuador de cambio adelante"
    }
    SHIFT_MODULE Week {
        en: "Gear shift control unit", da: "Skiftestyreenhed", de: "Schaltsteuergerät",
        nb: "Skiftestyreenhet", sv: "Växlingsstyrenhet", es: "Unidad de control de cambio de marcha"
    }
    SHIFT_MODULE_LINK Week {
        en: "Link to the gear shift control unit", da: "Forbindelse til skiftestyreenhed",
        de: "Verbindung zum Schaltsteuergerät", nb: "Forbindelse til skiftestyreenhet",
        sv: "Förbindelse till växlingsstyrenhet", es: "Enlace con la unidad de cambio de marcha"
    }
    SHIFT_REVERSE Week {
        en: "Reverse shift actuator", da: "Aktuator for baglæns skift", de: "Rückwärtsschaltsteller",
        nb: "Aktuator for bakoverskift", sv: "Ställdon för växling bakåt", es: "Actuador de cambio atrás"
    }
    SHIFT_SOLENOID Week {
        en: "Shift valve", da: "Skifteventil", de: "Schaltventil", nb: "Skifteventil", sv: "Växlingsventil",
        es: "Electroválvula de cambio"
    }
    SHIFT_TIMING_SOLENOID Week {
        en: "Shift timing valve", da: "Ventil for skiftetidspunkt", de: "Ventil des Schaltzeitpunkts",
        nb: "Ventil for skiftetidspunkt", sv: "Ventil för växlingstidpunkt",
        es: "Electroválvula de sincronización del cambio"
    }
    SKIP_SHIFT Tell {
        en: "Skip shift solenoid", da: "Magnetventil for gearoverspring",
        de: "Magnetventil der Gangauslassung", nb: "Magnetventil for girhopp",
        sv: "Magnetventil för växelhopp", es: "Electroválvula de salto de marcha"
    }
    TCM_LINK Week {
        en: "Link to the transmission control unit", da: "Forbindelse til gearkassestyreenhed",
        de: "Verbindung zum Getriebesteuergerät", nb: "Forbindelse til girkassestyreenhet",
        sv: "Förbindelse till växellådsstyrenhet", es: "Enlace con la unidad del cambio"
    }
    TCM_POWER_INPUT Week {
        en: "Transmission control unit power input", da: "Gearkassestyreenhedens strømindgang",
        de: "Stromeingang des Getriebesteuergeräts", nb: "Girkassestyreenhetens strøminngang",
        sv: "Växellådsstyrenhetens strömingång", es: "Alimentación de la unidad del cambio"
    }
    TCM_POWER_RELAY Week {
        en: "Transmission control unit relay", da: "Gearkassestyreenhedens relæ",
        de: "Relais des Getriebesteuergeräts", nb: "Girkassestyreenhetens relé",
        sv: "Växellådsstyrenhetens relä", es: "Relé de la unidad del cambio"
    }
    TCM_SPEED_OUTPUT Week {
        en: "Engine speed output of the transmission", da: "Gearkassens udgang for omdrejningstal",
        de: "Drehzahlausgang des Getriebes", nb: "Girkassens utgang for turtall",
        sv: "Växellådans varvtalsutgång", es: "Salida de régimen del cambio"
    }
    TORQUE_CONVERTER Week {
        en: "Torque converter", da: "Momentomformer", de: "Drehmomentwandler", nb: "Momentomformer",
        sv: "Momentomvandlare", es: "Convertidor de par"
    }
    TORQUE_CONVERTER_CLUTCH Week {
        en: "Torque converter clutch", da: "Momentomformerens kobling", de: "Wandlerkupplung",
        nb: "Momentomformerens kobling", sv: "Momentomvandlarens koppling",
        es: "Embrague del convertidor de par"
    }
    TORQUE_CONVERTER_SOLENOID Week {
        en: "Torque converter pressure valve", da: "Trykventil for momentomformer",
        de: "Druckventil der Wandlerkupplung", nb: "Trykkventil for momentomformer",
        sv: "Tryckventil för momentomvandlare", es: "Válvula de presión del convertidor"
    }
    TRACTION_INPUT Week {
        en: "Traction control input", da: "Indgang for antispin", de: "Eingang der Antriebsschlupfregelung",
        nb: "Inngang for antispinn", sv: "Antispinningång", es: "Entrada del control de tracción"
    }
    TRANSFER_CASE_CONTROL Week {
        en: "Transfer case control", da: "Styring af fordelergear", de: "Steuerung des Verteilergetriebes",
        nb: "Styring av fordelingsgirkasse", sv: "Styrning av fördelningslåda",
        es: "Control de la caja de transferencia"
    }
    TRANSMISSION Week {
        en: "Transmission", da: "Gearkasse", de: "Getriebe", nb: "Girkasse", sv: "Växellåda",
        es: "Caja de cambios"
    }
    TRANSMISSION_CONTROL Week {
        en: "Transmission control", da: "Gearkassestyring", de: "Getriebesteuerung", nb: "Girkassestyring",
        sv: "Växellådsstyrning", es: "Control del cambio"
    }
    TRANSMISSION_FLUID Week {
        en: "Transmission fluid", da: "Gearolie", de: "Getriebeöl", nb: "Girolje", sv: "Växellådsolja",
        es: "Aceite del cambio"
    }
    TRANSMISSION_PUMP Week {
        en: "Electric transmission fluid pump", da: "Elektrisk gearoliepumpe",
        de: "Elektrische Getriebeölpumpe", nb: "Elektrisk giroljepumpe", sv: "Elektrisk växellådsoljepump",
        es: "Bomba eléctrica de aceite del cambio"
    }
    TRANSMISSION_PUMP_CURRENT Week {
        en: "Phase current of the transmission fluid pump", da: "Gearoliepumpens fasestrøm",
        de: "Phasenstrom der Getriebeölpumpe", nb: "Giroljepumpens fasestrøm",
        sv: "Växellådsoljepumpens fasström", es: "Corriente de fase de la bomba de aceite del cambio"
    }
    TRANSMISSION_PUMP_FEEDBACK Week {
        en: "Feedback of the transmission fluid pump", da: "Gearoliepumpens tilbagemelding",
        de: "Rückmeldung der Getriebeölpumpe", nb: "Giroljepumpens tilbakemelding",
        sv: "Växellådsoljepumpens återkoppling", es: "Retorno de la bomba de aceite del cambio"
    }
    TRANSMISSION_PUMP_MOTOR Week {
        en: "Motor of the transmission fluid pump", da: "Gearoliepumpens motor",
        de: "Motor der Getriebeölpumpe", nb: "Giroljepumpens motor", sv: "Växellådsoljepumpens motor",
        es: "Motor de la bomba de aceite del cambio"
    }
    TRANSMISSION_PUMP_TEMPERATURE_SENSOR Week {
        en: "Temperature sensor of the transmission fluid pump", da: "Gearoliepumpens temperaturføler",
        de: "Temperatursensor der Getriebeölpumpe", nb: "Giroljepumpens temperaturføler",
        sv: "Växellådsoljepumpens temperaturgivare",
        es: "Sensor de temperatura de la bomba de aceite del cambio"
    }
    UPSHIFT_SWITCH Tell {
        en: "Upshift switch", da: "Kontakt til opgearing", de: "Hochschalttaste",
        nb: "Bryter for oppgiring", sv: "Uppväxlingskontakt", es: "Interruptor de subida de marcha"
    }
    UP_DOWN_SWITCH Tell {
        en: "Shift switches", da: "Skiftekontakter", de: "Schalttasten", nb: "Skiftebrytere",
        sv: "Växlingskontakter", es: "Interruptores de cambio"
    }
}
