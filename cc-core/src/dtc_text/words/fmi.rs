//! How a parameter of a truck failed: the failure mode identifier (SAE J1939-73).

use super::texts;
use crate::Language;

texts! {
    M0 {
        en: "valid but far above normal", da: "gyldig, men langt over det normale",
        de: "gültig, aber weit über normal", nb: "gyldig, men langt over det normale",
        sv: "giltigt men långt över det normala", es: "válido pero muy por encima de lo normal"
    }
    M1 {
        en: "valid but far below normal", da: "gyldig, men langt under det normale",
        de: "gültig, aber weit unter normal", nb: "gyldig, men langt under det normale",
        sv: "giltigt men långt under det normala", es: "válido pero muy por debajo de lo normal"
    }
    M2 {
        en: "data erratic or incorrect", da: "data ustabile eller forkerte",
        de: "Daten sprunghaft oder falsch", nb: "data ustabile eller feil",
        sv: "data instabila eller felaktiga", es: "datos erráticos o incorrectos"
    }
    M3 {
        en: "voltage too high or shorted high", da: "spænding for høj eller kortsluttet til plus",
        de: "Spannung zu hoch oder Kurzschluss nach oben",
        nb: "spenning for høy eller kortsluttet til pluss",
        sv: "spänning för hög eller kortsluten till plus",
        es: "tensión demasiado alta o cortocircuito a alto"
    }
    M4 {
        en: "voltage too low or shorted low", da: "spænding for lav eller kortsluttet til stel",
        de: "Spannung zu niedrig oder Kurzschluss nach unten",
        nb: "spenning for lav eller kortsluttet til jord",
        sv: "spänning för låg eller kortsluten till jord",
        es: "tensión demasiado baja o cortocircuito a bajo"
    }
    M5 {
        en: "current too low or circuit open", da: "strøm for lav eller kredsløb afbrudt",
        de: "Strom zu niedrig oder Stromkreis offen", nb: "strøm for lav eller brutt krets",
        sv: "ström för låg eller avbrott", es: "corriente demasiado baja o circuito abierto"
    }
    M6 {
        en: "current too high or grounded", da: "strøm for høj eller forbundet til stel",
        de: "Strom zu hoch oder Masseschluss", nb: "strøm for høy eller jordet",
        sv: "ström för hög eller jordad", es: "corriente demasiado alta o a masa"
    }
    M7 {
        en: "mechanical system does not respond", da: "mekanisk system reagerer ikke",
        de: "Mechanik reagiert nicht", nb: "mekanisk system reagerer ikke",
        sv: "mekaniskt system svarar inte", es: "el sistema mecánico no responde"
    }
    M8 {
        en: "frequency or pulse abnormal", da: "unormal frekvens eller puls",
        de: "Frequenz oder Puls abnormal", nb: "unormal frekvens eller puls",
        sv: "onormal frekvens eller puls", es: "frecuencia o pulso anormal"
    }
    M9 {
        en: "updates too rare", da: "opdateres for sjældent", de: "Aktualisierung zu selten",
        nb: "oppdateres for sjelden", sv: "uppdateras för sällan", es: "actualización poco frecuente"
    }
    M10 {
        en: "changes abnormally", da: "unormal ændringshastighed", de: "Änderungsrate abnormal",
        nb: "unormal endringshastighet", sv: "onormal ändringshastighet", es: "ritmo de cambio anormal"
    }
    M11 {
        en: "cause not known", da: "årsag ukendt", de: "Ursache unbekannt", nb: "årsak ukjent",
        sv: "orsak okänd", es: "causa desconocida"
    }
    M12 {
        en: "unit or part bad", da: "defekt enhed eller del", de: "Gerät oder Bauteil defekt",
        nb: "defekt enhet eller del", sv: "defekt enhet eller del", es: "unidad o pieza defectuosa"
    }
    M13 {
        en: "out of calibration", da: "ude af kalibrering", de: "nicht kalibriert",
        nb: "ute av kalibrering", sv: "felkalibrerad", es: "fuera de calibración"
    }
    M14 {
        en: "special instructions apply", da: "særlige anvisninger gælder",
        de: "besondere Anweisungen gelten", nb: "særskilte anvisninger gjelder",
        sv: "särskilda anvisningar gäller", es: "se aplican instrucciones especiales"
    }
    M15 {
        en: "slightly above normal", da: "lidt over det normale", de: "etwas über normal",
        nb: "litt over det normale", sv: "något över det normala", es: "algo por encima de lo normal"
    }
    M16 {
        en: "moderately above normal", da: "noget over det normale", de: "mäßig über normal",
        nb: "noe over det normale", sv: "måttligt över det normala",
        es: "moderadamente por encima de lo normal"
    }
    M17 {
        en: "slightly below normal", da: "lidt under det normale", de: "etwas unter normal",
        nb: "litt under det normale", sv: "något under det normala", es: "algo por debajo de lo normal"
    }
    M18 {
        en: "moderately below normal", da: "noget under det normale", de: "mäßig unter normal",
        nb: "noe under det normale", sv: "måttligt under det normala",
        es: "moderadamente por debajo de lo normal"
    }
    M19 {
        en: "received data faulty", da: "fejl i modtagne data", de: "empfangene Daten fehlerhaft",
        nb: "feil i mottatte data", sv: "fel i mottagna data", es: "datos recibidos erróneos"
    }
    M20 {
        en: "drifted high", da: "drevet opad", de: "nach oben gedriftet", nb: "drevet oppover",
        sv: "drivit uppåt", es: "deriva hacia arriba"
    }
    M21 {
        en: "drifted low", da: "drevet nedad", de: "nach unten gedriftet", nb: "drevet nedover",
        sv: "drivit nedåt", es: "deriva hacia abajo"
    }
    M31 {
        en: "the condition exists", da: "tilstanden er til stede", de: "der Zustand liegt vor",
        nb: "tilstanden er til stede", sv: "tillståndet föreligger", es: "la condición existe"
    }
}

/// The numbers there are words for, in the order of the words.
const NUMBERS: [u8; 23] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 31];

/// The words for a failure mode identifier, if there are any.
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
