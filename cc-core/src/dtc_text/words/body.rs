//! Restraints: airbags, belts, occupant sensors.

use super::words;

words! { 8
    BELT_LAMP Tell {
        en: "Seat belt lamp", da: "Selelampe", de: "Gurtleuchte", nb: "Beltelampe", sv: "Bälteslampa",
        es: "Testigo del cinturón"
    }
    BELT_LOAD_LIMITER Week {
        en: "Seat belt load limiter", da: "Selens kraftbegrænser", de: "Gurtkraftbegrenzer",
        nb: "Beltets kraftbegrenser", sv: "Bältets kraftbegränsare",
        es: "Limitador de esfuerzo del cinturón"
    }
    BELT_PRETENSIONER Week {
        en: "Seat belt pretensioner", da: "Selestrammer", de: "Gurtstraffer", nb: "Beltestrammer",
        sv: "Bältessträckare", es: "Pretensor del cinturón"
    }
    BELT_SENSOR Week {
        en: "Seat belt sensor", da: "Seleføler", de: "Gurtsensor", nb: "Belteføler", sv: "Bältesgivare",
        es: "Sensor del cinturón"
    }
    CRASH_SENSOR_FRONT Week {
        en: "Front crash sensor", da: "Frontkollisionsføler", de: "Frontaufprallsensor",
        nb: "Frontkollisjonsføler", sv: "Frontkollisionsgivare", es: "Sensor de colisión frontal"
    }
    CRASH_SENSOR_SIDE Week {
        en: "Side crash sensor", da: "Sidekollisionsføler", de: "Seitenaufprallsensor",
        nb: "Sidekollisjonsføler", sv: "Sidokollisionsgivare", es: "Sensor de colisión lateral"
    }
    CURTAIN_AIRBAG Week {
        en: "Curtain airbag", da: "Gardinairbag", de: "Kopfairbag", nb: "Gardinkollisjonspute",
        sv: "Krockgardin", es: "Airbag de cortina"
    }
    FRONT_AIRBAG_STAGE Week {
        en: "Front airbag, stage", da: "Frontairbag, trin", de: "Frontairbag, Stufe",
        nb: "Frontkollisjonspute, trinn", sv: "Frontkrockkudde, steg", es: "Airbag frontal, etapa"
    }
    INFLATABLE_BELT Week {
        en: "Inflatable seat belt", da: "Oppustelig sele", de: "Aufblasbarer Gurt", nb: "Oppblåsbart belte",
        sv: "Uppblåsbart bälte", es: "Cinturón inflable"
    }
    KNEE_AIRBAG Week {
        en: "Knee airbag", da: "Knæairbag", de: "Knieairbag", nb: "Kneairbag", sv: "Knäkrockkudde",
        es: "Airbag de rodilla"
    }
    OCCUPANT_CLASSIFICATION Week {
        en: "Occupant classification", da: "Passagerregistrering", de: "Insassenklassifizierung",
        nb: "Passasjerregistrering", sv: "Passagerarklassning", es: "Clasificación de ocupantes"
    }
    OCCUPANT_POSITION Week {
        en: "Occupant position detection", da: "Registrering af siddestilling",
        de: "Sitzpositionserkennung", nb: "Registrering av sittestilling", sv: "Avkänning av sittställning",
        es: "Detección de posición del ocupante"
    }
    OCCUPANT_POSITION_SENSOR Week {
        en: "Occupant position sensor", da: "Siddestillingsføler", de: "Sitzpositionssensor",
        nb: "Sittestillingsføler", sv: "Sittställningsgivare", es: "Sensor de posición del ocupante"
    }
    OCCUPANT_SENSOR Week {
        en: "Occupant classification sensor", da: "Passagerføler", de: "Insassensensor",
        nb: "Passasjerføler", sv: "Passagerargivare", es: "Sensor de ocupante"
    }
    PASSENGER_OFF_LAMP Tell {
        en: "Passenger airbag off lamp", da: "Lampe for frakoblet passagerairbag",
        de: "Leuchte für abgeschalteten Beifahrerairbag", nb: "Lampe for utkoblet passasjerairbag",
        sv: "Lampa för frånkopplad passagerarkrockkudde", es: "Testigo de airbag de pasajero desconectado"
    }
    PASSENGER_OFF_SWITCH Tell {
        en: "Passenger airbag switch", da: "Kontakt til passagerairbag",
        de: "Schalter des Beifahrerairbags", nb: "Bryter for passasjerairbag",
        sv: "Brytare för passagerarkrockkudde", es: "Interruptor del airbag de pasajero"
    }
    RESTRAINT_LAMP Week {
        en: "Airbag lamp", da: "Airbaglampe", de: "Airbagleuchte", nb: "Airbaglampe", sv: "Krockkuddelampa",
        es: "Testigo del airbag"
    }
    RESTRAINT_SOUND Tell {
        en: "Airbag warning sound", da: "Airbagadvarselslyd", de: "Airbag-Warnton", nb: "Airbagvarsellyd",
        sv: "Varningsljud för krockkudde", es: "Aviso acústico del airbag"
    }
    ROLLOVER_SENSOR Week {
        en: "Rollover sensor", da: "Føler for rulning", de: "Überschlagsensor", nb: "Rulleføler",
        sv: "Vältgivare", es: "Sensor de vuelco"
    }
    SEAT_RECLINE_SENSOR Week {
        en: "Seat recline sensor", da: "Ryglænsføler", de: "Lehnensensor", nb: "Seteryggføler",
        sv: "Ryggstödsgivare", es: "Sensor de inclinación del respaldo"
    }
    SEAT_TRACK_SENSOR Week {
        en: "Seat track sensor", da: "Sædeskinneføler", de: "Sitzschienensensor", nb: "Seteskinneføler",
        sv: "Stolskenegivare", es: "Sensor del carril del asiento"
    }
    SIDE_AIRBAG Week {
        en: "Side airbag", da: "Sideairbag", de: "Seitenairbag", nb: "Sidekollisjonspute",
        sv: "Sidokrockkudde", es: "Airbag lateral"
    }
    STEERING_COLUMN_RELEASE Week {
        en: "Collapsible steering column", da: "Sammenskydelig ratstamme", de: "Nachgebende Lenksäule",
        nb: "Kollapsbar rattstamme", sv: "Kollapsbar rattstång", es: "Columna de dirección colapsable"
    }
}
