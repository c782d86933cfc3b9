//! How a part fails: its movement, its state, what it does to the car.

use super::words;

words! { 11
    ACTIVE_LONG Note {
        en: "active too long", da: "aktiv for længe", de: "zu lange aktiv", nb: "aktiv for lenge",
        sv: "aktiv för länge", es: "actividad demasiado larga"
    }
    ADVANCED Visit {
        en: "timing too early", da: "tidspunkt for tidligt", de: "Zeitpunkt zu früh",
        nb: "tidspunkt for tidlig", sv: "inställning för tidig", es: "avance excesivo"
    }
    AIR_HIGH Note {
        en: "air flow too high", da: "luftmængde for høj", de: "Luftmasse zu hoch",
        nb: "luftmengde for høy", sv: "luftflöde för högt", es: "caudal de aire demasiado alto"
    }
    AIR_HIGH_SUDDEN Note {
        en: "sudden rise of air flow", da: "pludselig stigning i luftmængde",
        de: "Luftmasse plötzlich gestiegen", nb: "plutselig økning i luftmengde",
        sv: "plötslig ökning av luftflöde", es: "aumento repentino del caudal de aire"
    }
    AIR_LOW Note {
        en: "air flow too low", da: "luftmængde for lav", de: "Luftmasse zu gering",
        nb: "luftmengde for lav", sv: "luftflöde för lågt", es: "caudal de aire demasiado bajo"
    }
    AIR_LOW_SUDDEN Note {
        en: "sudden drop of air flow", da: "pludseligt fald i luftmængde",
        de: "Luftmasse plötzlich gesunken", nb: "plutselig fall i luftmengde",
        sv: "plötslig minskning av luftflöde", es: "caída repentina del caudal de aire"
    }
    APPLY_TIME Note {
        en: "apply time out of range", da: "indkoblingstid uden for området",
        de: "Schaltzeit außerhalb des Bereichs", nb: "innkoblingstid utenfor området",
        sv: "tillslagstid utanför området", es: "tiempo de acoplamiento fuera de rango"
    }
    ASH Visit {
        en: "too much ash", da: "for meget aske", de: "zu viel Asche", nb: "for mye aske",
        sv: "för mycket aska", es: "demasiada ceniza"
    }
    BALANCE Note {
        en: "contribution to power uneven", da: "ujævnt bidrag til ydelsen",
        de: "ungleicher Leistungsbeitrag", nb: "ujevnt bidrag til ytelsen",
        sv: "ojämnt bidrag till effekten", es: "aporte de potencia desigual"
    }
    CONSUMPTION_HIGH Note {
        en: "consumption too high", da: "forbrug for højt", de: "Verbrauch zu hoch", nb: "forbruk for høyt",
        sv: "förbrukning för hög", es: "consumo demasiado alto"
    }
    CONSUMPTION_LOW Note {
        en: "consumption too low", da: "forbrug for lavt", de: "Verbrauch zu niedrig",
        nb: "forbruk for lavt", sv: "förbrukning för låg", es: "consumo demasiado bajo"
    }
    COOLANT_COLD Note {
        en: "coolant does not get warm enough", da: "kølevæske bliver ikke varm nok",
        de: "Kühlmittel wird nicht warm genug", nb: "kjølevæske blir ikke varm nok",
        sv: "kylvätska blir inte varm nog", es: "el refrigerante no se calienta lo suficiente"
    }
    DETERIORATED Visit {
        en: "worn or aged", da: "slidt eller ældet", de: "verschlissen oder gealtert",
        nb: "slitt eller aldret", sv: "sliten eller åldrad", es: "desgaste o envejecimiento"
    }
    DIRECTION Note {
        en: "direction incorrect", da: "forkert retning", de: "Richtung falsch", nb: "feil retning",
        sv: "fel riktning", es: "sentido incorrecto"
    }
    DISCHARGED Note {
        en: "charge too low", da: "ladning for lav", de: "Ladung zu gering", nb: "lading for lav",
        sv: "laddning för låg", es: "carga demasiado baja"
    }
    END_STOPS Note {
        en: "end stops implausible", da: "endestop usandsynlige", de: "Endanschläge unplausibel",
        nb: "endestopp usannsynlige", sv: "ändlägen orimliga", es: "topes no plausibles"
    }
    FAULT Note {
        en: "fault", da: "fejl", de: "Fehler", nb: "feil", sv: "fel", es: "fallo"
    }
    FLOW_HIGH Note {
        en: "flow too high", da: "gennemstrømning for høj", de: "Durchfluss zu hoch",
        nb: "gjennomstrømning for høy", sv: "flöde för högt", es: "caudal demasiado alto"
    }
    FLOW_LOW Note {
        en: "flow too low", da: "gennemstrømning for lav", de: "Durchfluss zu gering",
        nb: "gjennomstrømning for lav", sv: "flöde för lågt", es: "caudal demasiado bajo"
    }
    FLOW_WRONG Note {
        en: "flow incorrect", da: "forkert gennemstrømning", de: "Durchfluss falsch",
        nb: "feil gjennomstrømning", sv: "felaktigt flöde", es: "caudal incorrecto"
    }
    FORCED_IDLE Week {
        en: "engine held at idle", da: "motor holdes i tomgang", de: "Motor auf Leerlauf begrenzt",
        nb: "motor holdes på tomgang", sv: "motor hålls på tomgång", es: "motor limitado al ralentí"
    }
    FORCED_LIMIT Week {
        en: "engine power limited", da: "motorydelse begrænset", de: "Motorleistung begrenzt",
        nb: "motoreffekt begrenset", sv: "motoreffekt begränsad", es: "potencia del motor limitada"
    }
    FORCED_STOP Assist {
        en: "engine switched off", da: "motor slukket", de: "Motor abgeschaltet", nb: "motor slått av",
        sv: "motor avstängd", es: "motor apagado"
    }
    IMBALANCE Visit {
        en: "uneven between cylinders", da: "ujævn mellem cylindrene",
        de: "zwischen den Zylindern ungleich", nb: "ujevn mellom sylindrene",
        sv: "ojämn mellan cylindrarna", es: "desigual entre cilindros"
    }
    INCOMPATIBLE Note {
        en: "does not match the rest", da: "passer ikke til resten", de: "passt nicht zum Rest",
        nb: "passer ikke til resten", sv: "passar inte till resten", es: "no es compatible con el resto"
    }
    INCORRECT Note {
        en: "wrong or unsuitable", da: "forkert eller uegnet", de: "falsch oder ungeeignet",
        nb: "feil eller uegnet", sv: "felaktig eller olämplig", es: "de tipo incorrecto o inadecuado"
    }
    KNOCK Week {
        en: "knocks too much", da: "banker for meget", de: "klopft zu stark", nb: "banker for mye",
        sv: "knackar för mycket", es: "picado excesivo"
    }
    LEAK Week {
        en: "leak", da: "læk", de: "Leck", nb: "lekkasje", sv: "läckage", es: "pérdida"
    }
    LEAKING Week {
        en: "leaks", da: "lækker", de: "undicht", nb: "lekker", sv: "läcker", es: "fuga"
    }
    LEAK_LARGE Note {
        en: "large leak", da: "stor læk", de: "großes Leck", nb: "stor lekkasje", sv: "stort läckage",
        es: "fuga grande"
    }
    LEAK_SMALL Note {
        en: "small leak", da: "lille læk", de: "kleines Leck", nb: "liten lekkasje", sv: "litet läckage",
        es: "fuga pequeña"
    }
    LEAK_TINY Note {
        en: "very small leak", da: "meget lille læk", de: "sehr kleines Leck", nb: "svært liten lekkasje",
        sv: "mycket litet läckage", es: "fuga muy pequeña"
    }
    LEARN_LIMIT Note {
        en: "learned value at its limit", da: "indlært værdi ved grænsen", de: "Lernwert an der Grenze",
        nb: "innlært verdi ved grensen", sv: "inlärt värde vid gränsen", es: "valor aprendido en el límite"
    }
    LEARN_LIMIT_HIGH Note {
        en: "learned value at its upper limit", da: "indlært værdi ved øvre grænse",
        de: "Lernwert an der oberen Grenze", nb: "innlært verdi ved øvre grense",
        sv: "inlärt värde vid övre gränsen", es: "valor aprendido en el límite superior"
    }
    LEARN_LIMIT_LOW Note {
        en: "learned value at its lower limit", da: "indlært værdi ved nedre grænse",
        de: "Lernwert an der unteren Grenze", nb: "innlært verdi ved nedre grense",
        sv: "inlärt värde vid undre gränsen", es: "valor aprendido en el límite inferior"
    }
    LEVEL_HIGH Note {
        en: "level too high", da: "niveau for højt", de: "Füllstand zu hoch", nb: "nivå for høyt",
        sv: "nivå för hög", es: "nivel demasiado alto"
    }
    LEVEL_LOW Note {
        en: "level too low", da: "niveau for lavt", de: "Füllstand zu niedrig", nb: "nivå for lavt",
        sv: "nivå för låg", es: "nivel demasiado bajo"
    }
    LIMIT_HIGH Note {
        en: "control at its limit, pressure too high", da: "regulering ved grænsen, tryk for højt",
        de: "Regelung an der Grenze, Druck zu hoch", nb: "regulering ved grensen, trykk for høyt",
        sv: "reglering vid gränsen, tryck för högt", es: "regulación en el límite, presión demasiado alta"
    }
    LIMIT_LOW Note {
        en: "control at its limit, pressure too low", da: "regulering ved grænsen, tryk for lavt",
        de: "Regelung an der Grenze, Druck zu niedrig", nb: "regulering ved grensen, trykk for lavt",
        sv: "reglering vid gränsen, tryck för lågt", es: "regulación en el límite, presión demasiado baja"
    }
    LOCKED_IN Note {
        en: "stuck in its locked position", da: "sidder fast i låst stilling",
        de: "klemmt in Verriegelungsstellung", nb: "sitter fast i låst stilling",
        sv: "har fastnat i låst läge", es: "se atasca en posición de bloqueo"
    }
    LOCK_MISSED Note {
        en: "does not reach its locked position", da: "når ikke låst stilling",
        de: "erreicht die Verriegelungsstellung nicht", nb: "når ikke låst stilling",
        sv: "når inte låst läge", es: "no alcanza la posición de bloqueo"
    }
    LOW_EFFICIENCY Visit {
        en: "efficiency too low", da: "virkningsgrad for lav", de: "Wirkungsgrad zu gering",
        nb: "virkningsgrad for lav", sv: "verkningsgrad för låg", es: "eficacia demasiado baja"
    }
    MAX_STOP Note {
        en: "upper end stop not reached as expected", da: "øverste endestop nås ikke som forventet",
        de: "oberer Anschlag nicht wie erwartet erreicht", nb: "øvre endestopp nås ikke som forventet",
        sv: "övre ändläge nås inte som väntat", es: "tope superior no alcanzado como se espera"
    }
    MIN_STOP Note {
        en: "lower end stop not reached as expected", da: "nederste endestop nås ikke som forventet",
        de: "unterer Anschlag nicht wie erwartet erreicht", nb: "nedre endestopp nås ikke som forventet",
        sv: "nedre ändläge nås inte som väntat", es: "tope inferior no alcanzado como se espera"
    }
    MISFIRE Week {
        en: "misfire detected", da: "fejltænding registreret", de: "Zündaussetzer erkannt",
        nb: "feiltenning oppdaget", sv: "misständning upptäckt", es: "fallo de encendido detectado"
    }
    NOT_ENGAGED Week {
        en: "does not engage", da: "kan ikke kobles ind", de: "lässt sich nicht einlegen",
        nb: "lar seg ikke koble inn", sv: "kan inte läggas i", es: "no se acopla"
    }
    NOT_LEARNED Note {
        en: "position or value not learned", da: "stilling eller værdi ikke indlært",
        de: "Position oder Wert nicht angelernt", nb: "stilling eller verdi ikke innlært",
        sv: "läge eller värde inte inlärt", es: "posición o valor sin aprender"
    }
    NO_BOOST Visit {
        en: "no boost pressure, mechanical cause", da: "intet ladetryk, mekanisk årsag",
        de: "kein Ladedruck, mechanische Ursache", nb: "ikke noe ladetrykk, mekanisk årsak",
        sv: "inget laddtryck, mekanisk orsak", es: "sin presión de sobrealimentación, causa mecánica"
    }
    NO_START Assist {
        en: "does not start", da: "starter ikke", de: "springt nicht an", nb: "starter ikke",
        sv: "startar inte", es: "no arranca"
    }
    OFFSET_MAX Note {
        en: "learned offset at its upper limit", da: "indlært forskydning ved øvre grænse",
        de: "Lernversatz an der oberen Grenze", nb: "innlært forskyvning ved øvre grense",
        sv: "inlärd förskjutning vid övre gränsen", es: "desfase aprendido en el límite superior"
    }
    OFFSET_MIN Note {
        en: "learned offset at its lower limit", da: "indlært forskydning ved nedre grænse",
        de: "Lernversatz an der unteren Grenze", nb: "innlært forskyvning ved nedre grense",
        sv: "inlärd förskjutning vid undre gränsen", es: "desfase aprendido en el límite inferior"
    }
    OVERBOOST Week {
        en: "boost pressure too high", da: "ladetryk for højt", de: "Ladedruck zu hoch",
        nb: "ladetrykk for høyt", sv: "laddtryck för högt",
        es: "presión de sobrealimentación demasiado alta"
    }
    OVERPRESSURE_OPENED Week {
        en: "has opened", da: "har åbnet", de: "hat geöffnet", nb: "har åpnet", sv: "har öppnat",
        es: "apertura registrada"
    }
    OVERSPEED Week {
        en: "speed too high", da: "omdrejningstal for højt", de: "Drehzahl zu hoch", nb: "turtall for høyt",
        sv: "varvtal för högt", es: "régimen demasiado alto"
    }
    PERFORMANCE Note {
        en: "does not work as expected", da: "virker ikke som forventet", de: "arbeitet nicht wie erwartet",
        nb: "virker ikke som forventet", sv: "fungerar inte som väntat", es: "no funciona como se espera"
    }
    POSITION_LOST Week {
        en: "unexpected movement", da: "uventet bevægelse", de: "unerwartete Bewegung",
        nb: "uventet bevegelse", sv: "oväntad rörelse", es: "movimiento inesperado"
    }
    PRESSURE_HIGH Week {
        en: "pressure too high", da: "tryk for højt", de: "Druck zu hoch", nb: "trykk for høyt",
        sv: "tryck för högt", es: "presión demasiado alta"
    }
    PRESSURE_LOW Week {
        en: "pressure too low", da: "tryk for lavt", de: "Druck zu niedrig", nb: "trykk for lavt",
        sv: "tryck för lågt", es: "presión demasiado baja"
    }
    PRESSURE_RANGE Note {
        en: "pressure out of range", da: "tryk uden for området", de: "Druck außerhalb des Bereichs",
        nb: "trykk utenfor området", sv: "tryck utanför området", es: "presión fuera de rango"
    }
    QUALITY Note {
        en: "quality insufficient", da: "kvalitet utilstrækkelig", de: "Qualität ungenügend",
        nb: "kvalitet utilstrekkelig", sv: "kvalitet otillräcklig", es: "calidad insuficiente"
    }
    QUANTITY_HIGH Note {
        en: "more than expected", da: "mere end forventet", de: "mehr als erwartet",
        nb: "mer enn forventet", sv: "mer än väntat", es: "más de lo esperado"
    }
    QUANTITY_LOW Note {
        en: "less than expected", da: "mindre end forventet", de: "weniger als erwartet",
        nb: "mindre enn forventet", sv: "mindre än väntat", es: "menos de lo esperado"
    }
    RATIO Week {
        en: "gear ratio incorrect", da: "forkert udveksling", de: "Übersetzung falsch",
        nb: "feil utveksling", sv: "fel utväxling", es: "relación de marchas incorrecta"
    }
    REGENERATION_OFTEN Visit {
        en: "regenerates too often", da: "regenererer for ofte", de: "regeneriert zu oft",
        nb: "regenererer for ofte", sv: "regenererar för ofta", es: "regeneración demasiado frecuente"
    }
    REGENERATION_TIME Visit {
        en: "regeneration takes too long", da: "regenerering varer for længe",
        de: "Regeneration dauert zu lange", nb: "regenerering varer for lenge",
        sv: "regenerering tar för lång tid", es: "regeneración demasiado larga"
    }
    REQUEST Visit {
        en: "asks for the warning lamp", da: "beder om advarselslampen", de: "fordert die Warnleuchte an",
        nb: "ber om varsellampen", sv: "begär varningslampan", es: "solicita el testigo"
    }
    RESTRICTED Note {
        en: "restricted", da: "delvist tilstoppet", de: "verengt", nb: "delvis tett", sv: "delvis igensatt",
        es: "obstrucción parcial"
    }
    RETARDED Visit {
        en: "timing too late", da: "tidspunkt for sent", de: "Zeitpunkt zu spät",
        nb: "tidspunkt for sent", sv: "inställning för sen", es: "retraso excesivo"
    }
    ROUGH Note {
        en: "runs roughly", da: "går ujævnt", de: "läuft unrund", nb: "går ujevnt", sv: "går ojämnt",
        es: "marcha irregular"
    }
    SHIFT Visit {
        en: "gear shift fault", da: "fejl ved gearskift", de: "Fehler beim Gangwechsel",
        nb: "feil ved girskift", sv: "fel vid växling", es: "fallo al cambiar de marcha"
    }
    SLIPPING Week {
        en: "slips", da: "glider", de: "rutscht", nb: "glir", sv: "slirar", es: "patina"
    }
    SOOT Week {
        en: "too much soot", da: "for meget sod", de: "zu viel Ruß", nb: "for mye sot",
        sv: "för mycket sot", es: "demasiado hollín"
    }
    SPEED_LIMIT Week {
        en: "engine speed limited", da: "motoromdrejninger begrænset", de: "Motordrehzahl begrenzt",
        nb: "motorturtall begrenset", sv: "motorvarvtal begränsat", es: "régimen del motor limitado"
    }
    SPEED_LOW Note {
        en: "speed too low", da: "omdrejningstal for lavt", de: "Drehzahl zu niedrig",
        nb: "turtall for lavt", sv: "varvtal för lågt", es: "régimen demasiado bajo"
    }
    STALLED Week {
        en: "blocked or stalled", da: "blokeret eller gået i stå", de: "blockiert oder stehen geblieben",
        nb: "blokkert eller stanset", sv: "blockerad eller stannad", es: "se bloquea o se detiene"
    }
    STUCK Note {
        en: "stuck", da: "sidder fast", de: "klemmt", nb: "sitter fast", sv: "har fastnat", es: "se atasca"
    }
    STUCK_CLOSED Note {
        en: "stuck closed", da: "sidder fast i lukket stilling", de: "klemmt geschlossen",
        nb: "sitter fast i lukket stilling", sv: "har fastnat i stängt läge",
        es: "se atasca en posición cerrada"
    }
    STUCK_IN Week {
        en: "does not disengage", da: "kan ikke kobles ud", de: "lässt sich nicht ausrücken",
        nb: "lar seg ikke koble ut", sv: "kan inte kopplas ur", es: "no se desacopla"
    }
    STUCK_OFF Note {
        en: "stays off or works too weakly", da: "forbliver udkoblet eller virker for svagt",
        de: "bleibt aus oder wirkt zu schwach", nb: "forblir utkoblet eller virker for svakt",
        sv: "förblir av eller verkar för svagt", es: "no se activa o actúa con poca fuerza"
    }
    STUCK_ON Note {
        en: "stays on", da: "forbliver indkoblet", de: "bleibt eingeschaltet", nb: "forblir innkoblet",
        sv: "förblir på", es: "no se desactiva"
    }
    STUCK_OPEN Note {
        en: "stuck open", da: "sidder fast i åben stilling", de: "klemmt offen",
        nb: "sitter fast i åpen stilling", sv: "har fastnat i öppet läge",
        es: "se atasca en posición abierta"
    }
    TIME_LONG Note {
        en: "takes too long", da: "tager for lang tid", de: "dauert zu lange", nb: "tar for lang tid",
        sv: "tar för lång tid", es: "tarda demasiado"
    }
    TIME_SHORT Note {
        en: "too quick", da: "for hurtigt", de: "zu schnell", nb: "for raskt", sv: "för snabbt",
        es: "demasiado rápido"
    }
    TOO_COLD Note {
        en: "too cold", da: "for kold", de: "zu kalt", nb: "for kald", sv: "för kall",
        es: "temperatura demasiado baja"
    }
    TOO_HIGH Note {
        en: "value too high", da: "værdi for høj", de: "Wert zu hoch", nb: "verdi for høy",
        sv: "värde för högt", es: "valor demasiado alto"
    }
    TOO_HOT Week {
        en: "too hot", da: "for varm", de: "zu heiß", nb: "for varm", sv: "för varm",
        es: "temperatura demasiado alta"
    }
    TOO_LEAN Visit {
        en: "too lean", da: "for mager", de: "zu mager", nb: "for mager", sv: "för mager",
        es: "demasiado pobre"
    }
    TOO_LEAN_IDLE Visit {
        en: "too lean at idle", da: "for mager i tomgang", de: "im Leerlauf zu mager",
        nb: "for mager på tomgang", sv: "för mager på tomgång", es: "demasiado pobre al ralentí"
    }
    TOO_LEAN_LOAD Visit {
        en: "too lean under load", da: "for mager under belastning", de: "unter Last zu mager",
        nb: "for mager under belastning", sv: "för mager under last", es: "demasiado pobre bajo carga"
    }
    TOO_LEAN_OFF_IDLE Visit {
        en: "too lean above idle", da: "for mager over tomgang", de: "über Leerlauf zu mager",
        nb: "for mager over tomgang", sv: "för mager över tomgång",
        es: "demasiado pobre por encima del ralentí"
    }
    TOO_LOW Note {
        en: "value too low", da: "værdi for lav", de: "Wert zu niedrig", nb: "verdi for lav",
        sv: "värde för lågt", es: "valor demasiado bajo"
    }
    TOO_RICH Visit {
        en: "too rich", da: "for fed", de: "zu fett", nb: "for fet", sv: "för fet", es: "demasiado rica"
    }
    TOO_RICH_IDLE Visit {
        en: "too rich at idle", da: "for fed i tomgang", de: "im Leerlauf zu fett",
        nb: "for fet på tomgang", sv: "för fet på tomgång", es: "demasiado rica al ralentí"
    }
    TOO_RICH_LOAD Visit {
        en: "too rich under load", da: "for fed under belastning", de: "unter Last zu fett",
        nb: "for fet under belastning", sv: "för fet under last", es: "demasiado rica bajo carga"
    }
    TOO_RICH_OFF_IDLE Visit {
        en: "too rich above idle", da: "for fed over tomgang", de: "über Leerlauf zu fett",
        nb: "for fet over tomgang", sv: "för fet över tomgång",
        es: "demasiado rica por encima del ralentí"
    }
    TRIM_MAX Note {
        en: "fuel correction at its upper limit", da: "brændstofkorrektion ved øvre grænse",
        de: "Kraftstoffkorrektur an der oberen Grenze", nb: "drivstoffkorreksjon ved øvre grense",
        sv: "bränslekorrigering vid övre gränsen", es: "corrección de combustible en el límite superior"
    }
    TRIM_MIN Note {
        en: "fuel correction at its lower limit", da: "brændstofkorrektion ved nedre grænse",
        de: "Kraftstoffkorrektur an der unteren Grenze", nb: "drivstoffkorreksjon ved nedre grense",
        sv: "bränslekorrigering vid undre gränsen", es: "corrección de combustible en el límite inferior"
    }
    UNDERBOOST Visit {
        en: "boost pressure too low", da: "ladetryk for lavt", de: "Ladedruck zu niedrig",
        nb: "ladetrykk for lavt", sv: "laddtryck för lågt",
        es: "presión de sobrealimentación demasiado baja"
    }
    WARMUP Note {
        en: "does not reach its temperature", da: "når ikke sin temperatur",
        de: "erreicht die Temperatur nicht", nb: "når ikke temperaturen", sv: "når inte sin temperatur",
        es: "no alcanza su temperatura"
    }
    WORN_OUT Visit {
        en: "worn out, to be replaced", da: "udtjent, skal udskiftes", de: "verbraucht, zu ersetzen",
        nb: "utslitt, må skiftes", sv: "uttjänt, måste bytas", es: "fin de vida útil, hay que sustituirla"
    }
    WRONG_PART Note {
        en: "wrong part fitted", da: "forkert del monteret", de: "falsches Teil verbaut",
        nb: "feil del montert", sv: "fel del monterad", es: "pieza incorrecta montada"
    }
}
