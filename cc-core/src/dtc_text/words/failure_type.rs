//! How a part failed, from the third byte of a code (SAE J2012-DA): the high nibble is a category.

use super::texts;
use crate::Language;

texts! {
    T01 {
        en: "general electrical fault", da: "generel elektrisk fejl", de: "allgemeiner elektrischer Fehler",
        nb: "generell elektrisk feil", sv: "allmänt elektriskt fel", es: "fallo eléctrico general"
    }
    T02 {
        en: "general signal fault", da: "generel signalfejl", de: "allgemeiner Signalfehler",
        nb: "generell signalfeil", sv: "allmänt signalfel", es: "fallo general de la señal"
    }
    T03 {
        en: "modulated signal fault", da: "fejl i moduleret signal", de: "Fehler im modulierten Signal",
        nb: "feil i modulert signal", sv: "fel i modulerad signal", es: "fallo de la señal modulada"
    }
    T04 {
        en: "fault inside the system", da: "fejl inde i systemet", de: "Fehler im System selbst",
        nb: "feil inne i systemet", sv: "fel inne i systemet", es: "fallo interno del sistema"
    }
    T05 {
        en: "programming fault", da: "programmeringsfejl", de: "Programmierfehler",
        nb: "programmeringsfeil", sv: "programmeringsfel", es: "fallo de programación"
    }
    T06 {
        en: "fault found by calculation", da: "fejl fundet ved beregning",
        de: "rechnerisch erkannter Fehler", nb: "feil funnet ved beregning",
        sv: "fel funnet genom beräkning", es: "fallo hallado por cálculo"
    }
    T07 {
        en: "mechanical fault", da: "mekanisk fejl", de: "mechanischer Fehler", nb: "mekanisk feil",
        sv: "mekaniskt fel", es: "fallo mecánico"
    }
    T08 {
        en: "bus signal or message fault", da: "fejl i bussignal eller besked",
        de: "Fehler in Bussignal oder Botschaft", nb: "feil i bussignal eller melding",
        sv: "fel i bussignal eller meddelande", es: "fallo de señal o mensaje del bus"
    }
    T09 {
        en: "part fault", da: "fejl i delen", de: "Bauteilfehler", nb: "feil i delen", sv: "fel i delen",
        es: "fallo de la pieza"
    }
    T11 {
        en: "shorted to ground", da: "kortsluttet til stel", de: "Kurzschluss nach Masse",
        nb: "kortsluttet til jord", sv: "kortsluten till jord", es: "cortocircuito a masa"
    }
    T12 {
        en: "shorted to battery", da: "kortsluttet til plus", de: "Kurzschluss nach Plus",
        nb: "kortsluttet til pluss", sv: "kortsluten till plus", es: "cortocircuito a positivo"
    }
    T13 {
        en: "line open", da: "afbrudt ledning", de: "Leitung unterbrochen", nb: "brudd i ledningen",
        sv: "ledningsavbrott", es: "línea abierta"
    }
    T14 {
        en: "shorted to ground or open", da: "kortsluttet til stel eller afbrudt",
        de: "Kurzschluss nach Masse oder Unterbrechung", nb: "kortsluttet til jord eller brudd",
        sv: "kortsluten till jord eller avbrott", es: "cortocircuito a masa o línea abierta"
    }
    T15 {
        en: "shorted to battery or open", da: "kortsluttet til plus eller afbrudt",
        de: "Kurzschluss nach Plus oder Unterbrechung", nb: "kortsluttet til pluss eller brudd",
        sv: "kortsluten till plus eller avbrott", es: "cortocircuito a positivo o línea abierta"
    }
    T16 {
        en: "voltage below the limit", da: "spænding under grænsen", de: "Spannung unter der Grenze",
        nb: "spenning under grensen", sv: "spänning under gränsen", es: "tensión por debajo del límite"
    }
    T17 {
        en: "voltage above the limit", da: "spænding over grænsen", de: "Spannung über der Grenze",
        nb: "spenning over grensen", sv: "spänning över gränsen", es: "tensión por encima del límite"
    }
    T18 {
        en: "current below the limit", da: "strøm under grænsen", de: "Strom unter der Grenze",
        nb: "strøm under grensen", sv: "ström under gränsen", es: "corriente por debajo del límite"
    }
    T19 {
        en: "current above the limit", da: "strøm over grænsen", de: "Strom über der Grenze",
        nb: "strøm over grensen", sv: "ström över gränsen", es: "corriente por encima del límite"
    }
    T1A {
        en: "resistance below the limit", da: "modstand under grænsen", de: "Widerstand unter der Grenze",
        nb: "motstand under grensen", sv: "resistans under gränsen",
        es: "resistencia por debajo del límite"
    }
    T1B {
        en: "resistance above the limit", da: "modstand over grænsen", de: "Widerstand über der Grenze",
        nb: "motstand over grensen", sv: "resistans över gränsen", es: "resistencia por encima del límite"
    }
    T1C {
        en: "voltage out of range", da: "spænding uden for området", de: "Spannung außerhalb des Bereichs",
        nb: "spenning utenfor området", sv: "spänning utanför området", es: "tensión fuera de rango"
    }
    T1D {
        en: "current out of range", da: "strøm uden for området", de: "Strom außerhalb des Bereichs",
        nb: "strøm utenfor området", sv: "ström utanför området", es: "corriente fuera de rango"
    }
    T1E {
        en: "resistance out of range", da: "modstand uden for området",
        de: "Widerstand außerhalb des Bereichs", nb: "motstand utenfor området",
        sv: "resistans utanför området", es: "resistencia fuera de rango"
    }
    T1F {
        en: "line intermittent", da: "ledning svigter til tider", de: "Leitung zeitweise gestört",
        nb: "ledning svikter av og til", sv: "ledning bryts tidvis", es: "línea intermitente"
    }
    T21 {
        en: "signal swing too small", da: "signaludsving for lille", de: "Signalausschlag zu klein",
        nb: "signalutslag for lite", sv: "signalutslag för litet", es: "amplitud de la señal insuficiente"
    }
    T22 {
        en: "signal swing too large", da: "signaludsving for stort", de: "Signalausschlag zu groß",
        nb: "signalutslag for stort", sv: "signalutslag för stort", es: "amplitud de la señal excesiva"
    }
    T23 {
        en: "signal stays low", da: "signal forbliver lavt", de: "Signal bleibt niedrig",
        nb: "signal forblir lavt", sv: "signal förblir låg", es: "la señal permanece baja"
    }
    T24 {
        en: "signal stays high", da: "signal forbliver højt", de: "Signal bleibt hoch",
        nb: "signal forblir høyt", sv: "signal förblir hög", es: "la señal permanece alta"
    }
    T25 {
        en: "signal shape wrong", da: "forkert signalform", de: "Signalform falsch", nb: "feil signalform",
        sv: "fel signalform", es: "forma de la señal incorrecta"
    }
    T26 {
        en: "signal changes too slowly", da: "signal ændrer sig for langsomt",
        de: "Signal ändert sich zu langsam", nb: "signal endrer seg for langsomt",
        sv: "signal ändras för långsamt", es: "la señal cambia con demasiada lentitud"
    }
    T27 {
        en: "signal changes too quickly", da: "signal ændrer sig for hurtigt",
        de: "Signal ändert sich zu schnell", nb: "signal endrer seg for raskt",
        sv: "signal ändras för snabbt", es: "la señal cambia con demasiada rapidez"
    }
    T28 {
        en: "zero point wrong", da: "forkert nulpunkt", de: "Nullpunkt falsch", nb: "feil nullpunkt",
        sv: "fel nollpunkt", es: "punto cero incorrecto"
    }
    T29 {
        en: "signal invalid", da: "ugyldigt signal", de: "Signal ungültig", nb: "ugyldig signal",
        sv: "ogiltig signal", es: "señal no válida"
    }
    T2A {
        en: "signal stuck within its range", da: "signal fastlåst inden for området",
        de: "Signal im Bereich festgefahren", nb: "signal fastlåst innenfor området",
        sv: "signal låst inom området", es: "señal bloqueada dentro del rango"
    }
    T2B {
        en: "signals cross-coupled", da: "signaler krydskoblet", de: "Signale verkoppelt",
        nb: "signaler krysskoblet", sv: "signaler korskopplade", es: "señales acopladas entre sí"
    }
    T2F {
        en: "signal erratic", da: "ustabilt signal", de: "Signal sprunghaft", nb: "ustabilt signal",
        sv: "instabil signal", es: "señal errática"
    }
    T31 {
        en: "no signal", da: "intet signal", de: "kein Signal", nb: "ikke noe signal", sv: "ingen signal",
        es: "sin señal"
    }
    T32 {
        en: "low phase too short", da: "lav fase for kort", de: "Low-Phase zu kurz",
        nb: "lav fase for kort", sv: "låg fas för kort", es: "fase baja demasiado corta"
    }
    T33 {
        en: "low phase too long", da: "lav fase for lang", de: "Low-Phase zu lang", nb: "lav fase for lang",
        sv: "låg fas för lång", es: "fase baja demasiado larga"
    }
    T34 {
        en: "high phase too short", da: "høj fase for kort", de: "High-Phase zu kurz",
        nb: "høy fase for kort", sv: "hög fas för kort", es: "fase alta demasiado corta"
    }
    T35 {
        en: "high phase too long", da: "høj fase for lang", de: "High-Phase zu lang",
        nb: "høy fase for lang", sv: "hög fas för lång", es: "fase alta demasiado larga"
    }
    T36 {
        en: "frequency too low", da: "frekvens for lav", de: "Frequenz zu niedrig", nb: "frekvens for lav",
        sv: "frekvens för låg", es: "frecuencia demasiado baja"
    }
    T37 {
        en: "frequency too high", da: "frekvens for høj", de: "Frequenz zu hoch", nb: "frekvens for høy",
        sv: "frekvens för hög", es: "frecuencia demasiado alta"
    }
    T38 {
        en: "frequency wrong", da: "forkert frekvens", de: "Frequenz falsch", nb: "feil frekvens",
        sv: "fel frekvens", es: "frecuencia incorrecta"
    }
    T39 {
        en: "too few pulses", da: "for få impulser", de: "zu wenige Impulse", nb: "for få pulser",
        sv: "för få pulser", es: "muy pocos impulsos"
    }
    T3A {
        en: "too many pulses", da: "for mange impulser", de: "zu viele Impulse", nb: "for mange pulser",
        sv: "för många pulser", es: "demasiados impulsos"
    }
    T41 {
        en: "checksum wrong", da: "forkert kontrolsum", de: "Prüfsumme falsch", nb: "feil kontrollsum",
        sv: "fel kontrollsumma", es: "suma de comprobación incorrecta"
    }
    T42 {
        en: "general memory fault", da: "generel hukommelsesfejl", de: "allgemeiner Speicherfehler",
        nb: "generell minnefeil", sv: "allmänt minnesfel", es: "fallo general de memoria"
    }
    T43 {
        en: "special memory fault", da: "fejl i særlig hukommelse", de: "Fehler im Sonderspeicher",
        nb: "feil i særskilt minne", sv: "fel i särskilt minne", es: "fallo de memoria especial"
    }
    T44 {
        en: "data memory fault", da: "fejl i datahukommelse", de: "Fehler im Datenspeicher",
        nb: "feil i dataminne", sv: "fel i dataminne", es: "fallo de memoria de datos"
    }
    T45 {
        en: "program memory fault", da: "fejl i programhukommelse", de: "Fehler im Programmspeicher",
        nb: "feil i programminne", sv: "fel i programminne", es: "fallo de memoria de programa"
    }
    T46 {
        en: "calibration memory fault", da: "fejl i kalibreringshukommelse",
        de: "Fehler im Parameterspeicher", nb: "feil i kalibreringsminne", sv: "fel i kalibreringsminne",
        es: "fallo de memoria de calibración"
    }
    T47 {
        en: "watchdog fault", da: "fejl i overvågningskreds", de: "Fehler der Watchdog-Überwachung",
        nb: "feil i overvåkingskrets", sv: "fel i övervakningskrets",
        es: "fallo del circuito de vigilancia"
    }
    T48 {
        en: "monitoring software fault", da: "fejl i overvågningssoftware",
        de: "Fehler der Überwachungssoftware", nb: "feil i overvåkingsprogramvare",
        sv: "fel i övervakningsprogramvara", es: "fallo del software de vigilancia"
    }
    T49 {
        en: "electronics fault inside", da: "intern elektronikfejl", de: "interner Elektronikfehler",
        nb: "intern elektronikkfeil", sv: "internt elektronikfel", es: "fallo electrónico interno"
    }
    T4A {
        en: "wrong part fitted", da: "forkert del monteret", de: "falsches Bauteil verbaut",
        nb: "feil del montert", sv: "fel del monterad", es: "pieza incorrecta montada"
    }
    T4B {
        en: "electronics too hot", da: "elektronik for varm", de: "Elektronik zu heiß",
        nb: "elektronikk for varm", sv: "elektronik för varm", es: "electrónica demasiado caliente"
    }
    T51 {
        en: "not programmed", da: "ikke programmeret", de: "nicht programmiert", nb: "ikke programmert",
        sv: "inte programmerad", es: "sin programar"
    }
    T52 {
        en: "not activated", da: "ikke aktiveret", de: "nicht aktiviert", nb: "ikke aktivert",
        sv: "inte aktiverad", es: "sin activar"
    }
    T53 {
        en: "deactivated", da: "deaktiveret", de: "deaktiviert", nb: "deaktivert", sv: "avaktiverad",
        es: "desactivación"
    }
    T54 {
        en: "calibration missing", da: "kalibrering mangler", de: "Kalibrierung fehlt",
        nb: "kalibrering mangler", sv: "kalibrering saknas", es: "falta la calibración"
    }
    T55 {
        en: "not configured", da: "ikke konfigureret", de: "nicht konfiguriert", nb: "ikke konfigurert",
        sv: "inte konfigurerad", es: "sin configurar"
    }
    T56 {
        en: "configuration does not fit", da: "konfiguration passer ikke", de: "Konfiguration passt nicht",
        nb: "konfigurasjon passer ikke", sv: "konfiguration passar inte", es: "configuración no compatible"
    }
    T57 {
        en: "software does not fit", da: "software passer ikke", de: "Software passt nicht",
        nb: "programvare passer ikke", sv: "programvara passar inte", es: "software no compatible"
    }
    T61 {
        en: "calculation of the signal wrong", da: "forkert signalberegning", de: "Signalberechnung falsch",
        nb: "feil signalberegning", sv: "fel signalberäkning", es: "cálculo de la señal incorrecto"
    }
    T62 {
        en: "comparison of signals failed", da: "sammenligning af signaler mislykket",
        de: "Signalvergleich fehlgeschlagen", nb: "sammenligning av signaler mislyktes",
        sv: "jämförelse av signaler misslyckades", es: "comparación de señales fallida"
    }
    T63 {
        en: "switched off for protection", da: "afbrudt af sikkerhedshensyn", de: "zum Schutz abgeschaltet",
        nb: "slått av for beskyttelse", sv: "avstängd som skydd", es: "desconexión por protección"
    }
    T64 {
        en: "plausibility check failed", da: "plausibilitetskontrol mislykket",
        de: "Plausibilitätsprüfung fehlgeschlagen", nb: "plausibilitetskontroll mislyktes",
        sv: "rimlighetskontroll misslyckades", es: "comprobación de plausibilidad fallida"
    }
    T65 {
        en: "too few changes of the signal", da: "for få signalskift", de: "zu wenige Signalwechsel",
        nb: "for få signalskifter", sv: "för få signalväxlingar", es: "muy pocos cambios de la señal"
    }
    T66 {
        en: "too many changes of the signal", da: "for mange signalskift", de: "zu viele Signalwechsel",
        nb: "for mange signalskifter", sv: "för många signalväxlingar",
        es: "demasiados cambios de la señal"
    }
    T67 {
        en: "signal wrong after an event", da: "forkert signal efter hændelse",
        de: "Signal nach Ereignis falsch", nb: "feil signal etter hendelse",
        sv: "fel signal efter händelse", es: "señal incorrecta tras un suceso"
    }
    T68 {
        en: "information about an event", da: "oplysning om en hændelse",
        de: "Information zu einem Ereignis", nb: "opplysning om en hendelse",
        sv: "upplysning om en händelse", es: "información de un suceso"
    }
    T71 {
        en: "actuator stuck", da: "aktuator sidder fast", de: "Steller klemmt", nb: "aktuator sitter fast",
        sv: "ställdon har fastnat", es: "actuador atascado"
    }
    T72 {
        en: "actuator stuck open", da: "aktuator sidder fast i åben stilling", de: "Steller klemmt offen",
        nb: "aktuator sitter fast i åpen stilling", sv: "ställdon har fastnat i öppet läge",
        es: "actuador atascado en posición abierta"
    }
    T73 {
        en: "actuator stuck closed", da: "aktuator sidder fast i lukket stilling",
        de: "Steller klemmt geschlossen", nb: "aktuator sitter fast i lukket stilling",
        sv: "ställdon har fastnat i stängt läge", es: "actuador atascado en posición cerrada"
    }
    T74 {
        en: "actuator slips", da: "aktuator glider", de: "Steller rutscht", nb: "aktuator glir",
        sv: "ställdon slirar", es: "el actuador patina"
    }
    T75 {
        en: "emergency position not reached", da: "nødstilling nås ikke",
        de: "Notstellung nicht erreichbar", nb: "nødstilling nås ikke", sv: "nödläge nås inte",
        es: "posición de emergencia inalcanzable"
    }
    T76 {
        en: "fitted in the wrong position", da: "monteret i forkert stilling",
        de: "in falscher Lage eingebaut", nb: "montert i feil stilling", sv: "monterad i fel läge",
        es: "montaje en posición incorrecta"
    }
    T77 {
        en: "commanded position not reached", da: "ønsket stilling nås ikke",
        de: "Sollposition nicht erreichbar", nb: "ønsket stilling nås ikke", sv: "begärt läge nås inte",
        es: "posición pedida inalcanzable"
    }
    T78 {
        en: "adjustment wrong", da: "forkert justering", de: "Einstellung falsch", nb: "feil justering",
        sv: "fel justering", es: "ajuste incorrecto"
    }
    T79 {
        en: "linkage fault", da: "fejl i mekanisk forbindelse", de: "Fehler im Gestänge",
        nb: "feil i mekanisk forbindelse", sv: "fel i mekanisk länk", es: "fallo del varillaje"
    }
    T7A {
        en: "leak or bad seal", da: "læk eller dårlig tætning", de: "Leck oder Dichtung defekt",
        nb: "lekkasje eller dårlig tetning", sv: "läckage eller dålig tätning",
        es: "fuga o junta defectuosa"
    }
    T7B {
        en: "fluid level too low", da: "væskestand for lav", de: "Flüssigkeitsstand zu niedrig",
        nb: "væskenivå for lavt", sv: "vätskenivå för låg", es: "nivel de líquido demasiado bajo"
    }
    T81 {
        en: "invalid serial data", da: "ugyldige serielle data", de: "ungültige serielle Daten",
        nb: "ugyldige serielle data", sv: "ogiltiga seriella data", es: "datos serie no válidos"
    }
    T82 {
        en: "message counter wrong", da: "forkert beskedtæller", de: "Botschaftszähler falsch",
        nb: "feil meldingsteller", sv: "fel meddelanderäknare", es: "contador de mensajes incorrecto"
    }
    T83 {
        en: "message protection value wrong", da: "forkert beskyttelsesværdi i besked",
        de: "Sicherungswert der Botschaft falsch", nb: "feil beskyttelsesverdi i melding",
        sv: "fel skyddsvärde i meddelande", es: "valor de protección del mensaje incorrecto"
    }
    T84 {
        en: "value below the allowed range", da: "værdi under tilladt område",
        de: "Wert unter dem zulässigen Bereich", nb: "verdi under tillatt område",
        sv: "värde under tillåtet område", es: "valor por debajo del rango permitido"
    }
    T85 {
        en: "value above the allowed range", da: "værdi over tilladt område",
        de: "Wert über dem zulässigen Bereich", nb: "verdi over tillatt område",
        sv: "värde över tillåtet område", es: "valor por encima del rango permitido"
    }
    T86 {
        en: "received signal invalid", da: "modtaget signal ugyldigt", de: "empfangenes Signal ungültig",
        nb: "mottatt signal ugyldig", sv: "mottagen signal ogiltig", es: "señal recibida no válida"
    }
    T87 {
        en: "message missing", da: "besked mangler", de: "Botschaft fehlt", nb: "melding mangler",
        sv: "meddelande saknas", es: "falta el mensaje"
    }
    T88 {
        en: "bus switched off", da: "bus afbrudt", de: "Bus abgeschaltet", nb: "buss slått av",
        sv: "buss avstängd", es: "bus desconectado"
    }
    T8F {
        en: "messages erratic", da: "ustabile beskeder", de: "Botschaften sprunghaft",
        nb: "ustabile meldinger", sv: "instabila meddelanden", es: "mensajes erráticos"
    }
    T91 {
        en: "value out of tolerance", da: "værdi uden for tolerancen", de: "Wert außerhalb der Toleranz",
        nb: "verdi utenfor toleransen", sv: "värde utanför toleransen", es: "valor fuera de tolerancia"
    }
    T92 {
        en: "works wrongly or too weakly", da: "virker forkert eller for svagt",
        de: "arbeitet falsch oder zu schwach", nb: "virker feil eller for svakt",
        sv: "fungerar fel eller för svagt", es: "funciona mal o con poca fuerza"
    }
    T93 {
        en: "does not work", da: "virker ikke", de: "arbeitet nicht", nb: "virker ikke",
        sv: "fungerar inte", es: "no funciona"
    }
    T94 {
        en: "works unexpectedly", da: "virker uventet", de: "arbeitet unerwartet", nb: "virker uventet",
        sv: "fungerar oväntat", es: "funciona de forma inesperada"
    }
    T95 {
        en: "assembled wrongly", da: "samlet forkert", de: "falsch montiert", nb: "satt sammen feil",
        sv: "felmonterad", es: "montaje incorrecto"
    }
    T96 {
        en: "fault inside the part", da: "fejl inde i delen", de: "Fehler im Bauteil selbst",
        nb: "feil inne i delen", sv: "fel inne i delen", es: "fallo interno de la pieza"
    }
    T97 {
        en: "blocked or hindered", da: "blokeret eller hindret", de: "blockiert oder behindert",
        nb: "blokkert eller hindret", sv: "blockerad eller hindrad", es: "bloqueo u obstrucción"
    }
    T98 {
        en: "part too hot", da: "del for varm", de: "Bauteil zu heiß", nb: "del for varm",
        sv: "del för varm", es: "pieza demasiado caliente"
    }
}

/// The numbers there are words for, in the order of the words.
const NUMBERS: [u8; 100] = [
    0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18,
    0x19, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A,
    0x2B, 0x2F, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x41, 0x42, 0x43, 0x44, 0x45,
    0x46, 0x47, 0x48, 0x49, 0x4A, 0x4B, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x61, 0x62, 0x63, 0x64,
    0x65, 0x66, 0x67, 0x68, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x7B, 0x81, 0x82,
    0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x8F, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98,
];

/// The words for a failure type byte, if there are any.
pub(in crate::dtc_text) fn words_for(number: u8, language: Language) -> Option<&'static str> {
    let at = NUMBERS.binary_search(&number).ok()?;
    Some(GROUP.get(at as u8, language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_its_words() {
        assert_eq!(usize::from(GROUP.len()), NUMBERS.len());
        assert!(NUMBERS.is_sorted_by(|a, b| a < b));
    }
}
