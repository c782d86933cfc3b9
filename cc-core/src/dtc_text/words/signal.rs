//! How a part fails: its signal, its circuit, its communication.

use super::words;

words! { 10
    BUS_MINUS_HIGH Week {
        en: "negative line too high", da: "minusledning for høj", de: "Minusleitung zu hoch",
        nb: "minusledning for høy", sv: "minusledning för hög", es: "línea negativa demasiado alta"
    }
    BUS_MINUS_LOW Week {
        en: "negative line too low", da: "minusledning for lav", de: "Minusleitung zu niedrig",
        nb: "minusledning for lav", sv: "minusledning för låg", es: "línea negativa demasiado baja"
    }
    BUS_MINUS_OPEN Week {
        en: "negative line open", da: "minusledning afbrudt", de: "Minusleitung unterbrochen",
        nb: "minusledning brutt", sv: "minusledning avbruten", es: "línea negativa abierta"
    }
    BUS_OFF Week {
        en: "communication stopped", da: "kommunikation standset", de: "Kommunikation eingestellt",
        nb: "kommunikasjon stanset", sv: "kommunikation stoppad", es: "comunicación detenida"
    }
    BUS_PLUS_HIGH Week {
        en: "positive line too high", da: "plusledning for høj", de: "Plusleitung zu hoch",
        nb: "plussledning for høy", sv: "plusledning för hög", es: "línea positiva demasiado alta"
    }
    BUS_PLUS_LOW Week {
        en: "positive line too low", da: "plusledning for lav", de: "Plusleitung zu niedrig",
        nb: "plussledning for lav", sv: "plusledning för låg", es: "línea positiva demasiado baja"
    }
    BUS_PLUS_OPEN Week {
        en: "positive line open", da: "plusledning afbrudt", de: "Plusleitung unterbrochen",
        nb: "plussledning brutt", sv: "plusledning avbruten", es: "línea positiva abierta"
    }
    BUS_SHORT Week {
        en: "lines shorted together", da: "ledninger kortsluttet indbyrdes",
        de: "Leitungen miteinander kurzgeschlossen", nb: "ledninger kortsluttet mot hverandre",
        sv: "ledningar kortslutna mot varandra", es: "líneas en cortocircuito entre sí"
    }
    CIRCUIT Note {
        en: "circuit fault", da: "fejl i kredsløbet", de: "Fehler im Stromkreis", nb: "feil i kretsen",
        sv: "fel i kretsen", es: "fallo en el circuito"
    }
    CONTROL Note {
        en: "control circuit fault", da: "fejl i styrekredsen", de: "Fehler im Steuerkreis",
        nb: "feil i styrekretsen", sv: "fel i styrkretsen", es: "fallo en el circuito de mando"
    }
    CONTROL_HIGH Note {
        en: "control circuit signal too high", da: "signal i styrekredsen for højt",
        de: "Signal im Steuerkreis zu hoch", nb: "signal i styrekretsen for høyt",
        sv: "signal i styrkretsen för hög", es: "señal del circuito de mando demasiado alta"
    }
    CONTROL_INTERMITTENT Note {
        en: "control circuit intermittent", da: "styrekreds svigter til tider",
        de: "Steuerkreis zeitweise gestört", nb: "styrekrets svikter av og til",
        sv: "styrkrets bryts tidvis", es: "circuito de mando intermitente"
    }
    CONTROL_LOW Note {
        en: "control circuit signal too low", da: "signal i styrekredsen for lavt",
        de: "Signal im Steuerkreis zu niedrig", nb: "signal i styrekretsen for lavt",
        sv: "signal i styrkretsen för låg", es: "señal del circuito de mando demasiado baja"
    }
    CONTROL_OPEN Note {
        en: "control circuit open", da: "afbrudt styrekreds", de: "Steuerkreis unterbrochen",
        nb: "brudd i styrekretsen", sv: "avbrott i styrkretsen", es: "circuito de mando abierto"
    }
    CONTROL_RANGE Note {
        en: "control circuit signal out of range", da: "signal i styrekredsen uden for området",
        de: "Signal im Steuerkreis außerhalb des Bereichs", nb: "signal i styrekretsen utenfor området",
        sv: "signal i styrkretsen utanför området", es: "señal del circuito de mando fuera de rango"
    }
    CORRELATION Note {
        en: "values disagree", da: "værdier passer ikke sammen", de: "Werte passen nicht zusammen",
        nb: "verdier stemmer ikke overens", sv: "värden stämmer inte överens",
        es: "los valores no coinciden"
    }
    CURRENT_HIGH Note {
        en: "current too high", da: "strøm for høj", de: "Strom zu hoch", nb: "strøm for høy",
        sv: "ström för hög", es: "corriente demasiado alta"
    }
    CURRENT_LOW Note {
        en: "current too low", da: "strøm for lav", de: "Strom zu niedrig", nb: "strøm for lav",
        sv: "ström för låg", es: "corriente demasiado baja"
    }
    CURRENT_RANGE Note {
        en: "current out of range", da: "strøm uden for området", de: "Strom außerhalb des Bereichs",
        nb: "strøm utenfor området", sv: "ström utanför området", es: "corriente fuera de rango"
    }
    /// Of data, a plural in most languages.
    DATA_INVALID Note {
        en: "invalid", da: "ugyldige", de: "ungültig", nb: "ugyldige", sv: "ogiltiga", es: "no válidos"
    }
    DECELERATION Note {
        en: "signal implausible when slowing down", da: "usandsynligt signal ved motorbremsning",
        de: "Signal im Schubbetrieb unplausibel", nb: "usannsynlig signal ved motorbremsing",
        sv: "orimlig signal vid motorbroms", es: "señal no plausible al decelerar"
    }
    DELAYED_LEAN_RICH Note {
        en: "late change from lean to rich", da: "forsinket skift fra mager til fed",
        de: "verzögerter Wechsel von mager nach fett", nb: "forsinket skifte fra mager til fet",
        sv: "fördröjd växling från mager till fet", es: "cambio retrasado de pobre a rica"
    }
    DELAYED_RICH_LEAN Note {
        en: "late change from rich to lean", da: "forsinket skift fra fed til mager",
        de: "verzögerter Wechsel von fett nach mager", nb: "forsinket skifte fra fet til mager",
        sv: "fördröjd växling från fet till mager", es: "cambio retrasado de rica a pobre"
    }
    ELECTRICAL Note {
        en: "electrical fault", da: "elektrisk fejl", de: "elektrischer Fehler", nb: "elektrisk feil",
        sv: "elektriskt fel", es: "fallo eléctrico"
    }
    HEATER_SHORT Note {
        en: "signal line shorted to the heater", da: "signalledning kortsluttet til varmelegemet",
        de: "Signalleitung mit Heizung kurzgeschlossen", nb: "signalledning kortsluttet til varmeelementet",
        sv: "signalledning kortsluten till värmaren",
        es: "línea de señal en cortocircuito con el calefactor"
    }
    HIGH Note {
        en: "signal too high", da: "signal for højt", de: "Signal zu hoch", nb: "signal for høyt",
        sv: "signal för hög", es: "señal demasiado alta"
    }
    INTERMITTENT Note {
        en: "signal intermittent", da: "signal afbrydes til tider", de: "Signal zeitweise gestört",
        nb: "signal faller ut av og til", sv: "signal bortfaller tidvis", es: "señal intermitente"
    }
    INVALID_DATA Note {
        en: "sends invalid data", da: "sender ugyldige data", de: "sendet ungültige Daten",
        nb: "sender ugyldige data", sv: "skickar ogiltiga data", es: "envía datos no válidos"
    }
    ISOLATION Stop {
        en: "insulation too weak", da: "isolation for dårlig", de: "Isolation zu gering",
        nb: "isolasjon for dårlig", sv: "isolering för svag", es: "aislamiento insuficiente"
    }
    LOW Note {
        en: "signal too low", da: "signal for lavt", de: "Signal zu niedrig", nb: "signal for lavt",
        sv: "signal för låg", es: "señal demasiado baja"
    }
    MEMORY Week {
        en: "memory fault", da: "hukommelsesfejl", de: "Speicherfehler", nb: "minnefeil", sv: "minnesfel",
        es: "fallo de memoria"
    }
    NOT_PROGRAMMED Note {
        en: "not programmed", da: "ikke programmeret", de: "nicht programmiert", nb: "ikke programmert",
        sv: "inte programmerad", es: "sin programar"
    }
    NO_ACTIVITY Note {
        en: "signal does not change", da: "signal ændrer sig ikke", de: "Signal ändert sich nicht",
        nb: "signal endrer seg ikke", sv: "signal ändras inte", es: "la señal no cambia"
    }
    NO_COMMUNICATION Note {
        en: "no communication", da: "ingen kommunikation", de: "keine Verbindung",
        nb: "ingen kommunikasjon", sv: "ingen kommunikation", es: "sin comunicación"
    }
    NO_SIGNAL Note {
        en: "no signal", da: "intet signal", de: "kein Signal", nb: "ikke noe signal", sv: "ingen signal",
        es: "sin señal"
    }
    OPEN Note {
        en: "circuit open", da: "afbrudt kredsløb", de: "Stromkreis unterbrochen", nb: "brudd i kretsen",
        sv: "avbrott i kretsen", es: "circuito abierto"
    }
    OPENS_OFTEN Week {
        en: "opens too often", da: "åbner for ofte", de: "öffnet zu oft", nb: "åpner for ofte",
        sv: "öppnar för ofta", es: "apertura demasiado frecuente"
    }
    PROCESSOR Week {
        en: "processor fault", da: "processorfejl", de: "Prozessorfehler", nb: "prosessorfeil",
        sv: "processorfel", es: "fallo del procesador"
    }
    RANGE Note {
        en: "implausible signal", da: "usandsynligt signal", de: "Signal unplausibel",
        nb: "usannsynlig signal", sv: "orimlig signal", es: "señal no plausible"
    }
    RESISTANCE Note {
        en: "resistance out of range", da: "modstand uden for området",
        de: "Widerstand außerhalb des Bereichs", nb: "motstand utenfor området",
        sv: "resistans utanför området", es: "resistencia fuera de rango"
    }
    SAMPLE Note {
        en: "measuring gas implausible", da: "målegas usandsynlig", de: "Messgas unplausibel",
        nb: "målegass usannsynlig", sv: "mätgas orimlig", es: "muestra de gas no plausible"
    }
    SENSE Note {
        en: "feedback circuit fault", da: "fejl i tilbagemeldingskredsen", de: "Fehler im Rückmeldekreis",
        nb: "feil i tilbakemeldingskretsen", sv: "fel i återkopplingskretsen",
        es: "fallo en el circuito de retorno"
    }
    SENSE_HIGH Note {
        en: "feedback signal too high", da: "tilbagemelding for høj", de: "Rückmeldung zu hoch",
        nb: "tilbakemelding for høy", sv: "återkoppling för hög", es: "señal de retorno demasiado alta"
    }
    SENSE_INTERMITTENT Note {
        en: "feedback signal intermittent", da: "tilbagemelding svigter til tider",
        de: "Rückmeldung zeitweise gestört", nb: "tilbakemelding svikter av og til",
        sv: "återkoppling bryts tidvis", es: "señal de retorno intermitente"
    }
    SENSE_LOW Note {
        en: "feedback signal too low", da: "tilbagemelding for lav", de: "Rückmeldung zu niedrig",
        nb: "tilbakemelding for lav", sv: "återkoppling för låg", es: "señal de retorno demasiado baja"
    }
    SENSE_OPEN Note {
        en: "feedback circuit open", da: "afbrudt tilbagemeldingskreds", de: "Rückmeldekreis unterbrochen",
        nb: "brudd i tilbakemeldingskretsen", sv: "avbrott i återkopplingskretsen",
        es: "circuito de retorno abierto"
    }
    SENSE_RANGE Note {
        en: "feedback signal implausible", da: "usandsynlig tilbagemelding", de: "Rückmeldung unplausibel",
        nb: "usannsynlig tilbakemelding", sv: "orimlig återkoppling", es: "señal de retorno no plausible"
    }
    SHORT Note {
        en: "circuit shorted", da: "kortslutning i kredsløbet", de: "Kurzschluss im Stromkreis",
        nb: "kortslutning i kretsen", sv: "kortslutning i kretsen", es: "cortocircuito"
    }
    SLOW Note {
        en: "responds too slowly", da: "reagerer for langsomt", de: "reagiert zu langsam",
        nb: "reagerer for langsomt", sv: "reagerar för långsamt", es: "responde con demasiada lentitud"
    }
    SLOW_LEAN_RICH Note {
        en: "slow change from lean to rich", da: "langsomt skift fra mager til fed",
        de: "langsamer Wechsel von mager nach fett", nb: "langsomt skifte fra mager til fet",
        sv: "långsam växling från mager till fet", es: "cambio lento de pobre a rica"
    }
    SLOW_RICH_LEAN Note {
        en: "slow change from rich to lean", da: "langsomt skift fra fed til mager",
        de: "langsamer Wechsel von fett nach mager", nb: "langsomt skifte fra fet til mager",
        sv: "långsam växling från fet till mager", es: "cambio lento de rica a pobre"
    }
    SOFTWARE Note {
        en: "software does not match", da: "software passer ikke sammen",
        de: "Software passt nicht zusammen", nb: "programvare passer ikke sammen",
        sv: "programvara passar inte ihop", es: "software no compatible"
    }
    STOP_DEPLOY Week {
        en: "firing circuit fault", da: "fejl i udløserkredsen", de: "Fehler im Zündkreis",
        nb: "feil i utløserkretsen", sv: "fel i utlösarkretsen", es: "fallo en el circuito de disparo"
    }
    STUCK_LEAN Note {
        en: "signal stays at lean", da: "signal viser hele tiden mager blanding",
        de: "Signal bleibt auf mager", nb: "signal viser hele tiden mager blanding",
        sv: "signal visar hela tiden mager blandning", es: "la señal indica siempre mezcla pobre"
    }
    STUCK_RICH Note {
        en: "signal stays at rich", da: "signal viser hele tiden fed blanding",
        de: "Signal bleibt auf fett", nb: "signal viser hele tiden fet blanding",
        sv: "signal visar hela tiden fet blandning", es: "la señal indica siempre mezcla rica"
    }
    SUPPLY Note {
        en: "supply voltage fault", da: "fejl i forsyningsspændingen", de: "Fehler der Versorgungsspannung",
        nb: "feil i forsyningsspenningen", sv: "fel i matningsspänningen",
        es: "fallo de la tensión de alimentación"
    }
    SUPPLY_HIGH Note {
        en: "supply voltage too high", da: "forsyningsspænding for høj", de: "Versorgungsspannung zu hoch",
        nb: "forsyningsspenning for høy", sv: "matningsspänning för hög",
        es: "tensión de alimentación demasiado alta"
    }
    SUPPLY_LOW Note {
        en: "supply voltage too low", da: "forsyningsspænding for lav",
        de: "Versorgungsspannung zu niedrig", nb: "forsyningsspenning for lav",
        sv: "matningsspänning för låg", es: "tensión de alimentación demasiado baja"
    }
    SUPPLY_OPEN Note {
        en: "supply circuit open", da: "afbrudt forsyningskreds", de: "Versorgungskreis unterbrochen",
        nb: "brudd i forsyningskretsen", sv: "avbrott i matningskretsen",
        es: "circuito de alimentación abierto"
    }
    SWAPPED Note {
        en: "swapped with its neighbour", da: "ombyttet med naboen", de: "mit dem Nachbarn vertauscht",
        nb: "byttet om med naboen", sv: "förväxlad med grannen", es: "intercambio con el vecino"
    }
    VOLTAGE_HIGH Note {
        en: "voltage too high", da: "spænding for høj", de: "Spannung zu hoch", nb: "spenning for høy",
        sv: "spänning för hög", es: "tensión demasiado alta"
    }
    VOLTAGE_LOW Note {
        en: "voltage too low", da: "spænding for lav", de: "Spannung zu niedrig", nb: "spenning for lav",
        sv: "spänning för låg", es: "tensión demasiado baja"
    }
    VOLTAGE_UNSTABLE Note {
        en: "voltage unstable", da: "ustabil spænding", de: "Spannung schwankt", nb: "ustabil spenning",
        sv: "instabil spänning", es: "tensión inestable"
    }
    VOLTAGE_VARIATION Note {
        en: "voltage variation too large", da: "for stor spændingsforskel",
        de: "Spannungsabweichung zu groß", nb: "for stor spenningsforskjell",
        sv: "för stor spänningsskillnad", es: "variación de tensión excesiva"
    }
}
