//! Places in the car, and the words for cylinder, bank and sensor.

use super::words;
use crate::Language;

words! { 0
    UNIT_1 {
        en: "unit 1", da: "enhed 1", de: "Einheit 1", nb: "enhet 1", sv: "enhet 1", es: "unidad 1"
    }
    UNIT_2 {
        en: "unit 2", da: "enhed 2", de: "Einheit 2", nb: "enhet 2", sv: "enhet 2", es: "unidad 2"
    }
    LEFT {
        en: "left", da: "venstre", de: "links", nb: "venstre", sv: "vänster", es: "izquierda"
    }
    RIGHT {
        en: "right", da: "højre", de: "rechts", nb: "høyre", sv: "höger", es: "derecha"
    }
    CENTRE {
        en: "centre", da: "midten", de: "Mitte", nb: "midten", sv: "mitten", es: "centro"
    }
    REAR {
        en: "rear", da: "bag", de: "hinten", nb: "bak", sv: "bak", es: "trasera"
    }
    LEFT_FRONT {
        en: "front left", da: "for venstre", de: "vorn links", nb: "foran venstre", sv: "vänster fram",
        es: "delantera izquierda"
    }
    RIGHT_FRONT {
        en: "front right", da: "for højre", de: "vorn rechts", nb: "foran høyre", sv: "höger fram",
        es: "delantera derecha"
    }
    LEFT_REAR {
        en: "rear left", da: "bag venstre", de: "hinten links", nb: "bak venstre", sv: "vänster bak",
        es: "trasera izquierda"
    }
    RIGHT_REAR {
        en: "rear right", da: "bag højre", de: "hinten rechts", nb: "bak høyre", sv: "höger bak",
        es: "trasera derecha"
    }
    DRIVER {
        en: "driver", da: "fører", de: "Fahrer", nb: "fører", sv: "förare", es: "conductor"
    }
    FRONT_CENTRE {
        en: "front centre", da: "for midten", de: "vorn Mitte", nb: "foran midten", sv: "fram mitten",
        es: "delantera central"
    }
    PASSENGER {
        en: "front passenger", da: "forsædepassager", de: "Beifahrer", nb: "forsetepassasjer",
        sv: "framsätespassagerare", es: "acompañante"
    }
    SECOND_LEFT {
        en: "second row left", da: "anden række venstre", de: "zweite Reihe links", nb: "andre rad venstre",
        sv: "andra raden vänster", es: "segunda fila izquierda"
    }
    SECOND_CENTRE {
        en: "second row centre", da: "anden række midten", de: "zweite Reihe Mitte", nb: "andre rad midten",
        sv: "andra raden mitten", es: "segunda fila centro"
    }
    SECOND_RIGHT {
        en: "second row right", da: "anden række højre", de: "zweite Reihe rechts", nb: "andre rad høyre",
        sv: "andra raden höger", es: "segunda fila derecha"
    }
    THIRD_LEFT {
        en: "third row left", da: "tredje række venstre", de: "dritte Reihe links",
        nb: "tredje rad venstre", sv: "tredje raden vänster", es: "tercera fila izquierda"
    }
    THIRD_CENTRE {
        en: "third row centre", da: "tredje række midten", de: "dritte Reihe Mitte",
        nb: "tredje rad midten", sv: "tredje raden mitten", es: "tercera fila centro"
    }
    THIRD_RIGHT {
        en: "third row right", da: "tredje række højre", de: "dritte Reihe rechts", nb: "tredje rad høyre",
        sv: "tredje raden höger", es: "tercera fila derecha"
    }
}

/// The word before the number of a cylinder, a bank, both banks and a sensor.
pub(in crate::dtc_text) struct Numbered {
    pub(in crate::dtc_text) cylinder: &'static str,
    pub(in crate::dtc_text) bank: &'static str,
    pub(in crate::dtc_text) banks: &'static str,
    pub(in crate::dtc_text) sensor: &'static str,
}

/// The words before numbers in a language.
pub(in crate::dtc_text) const fn numbered(language: Language) -> Numbered {
    match language {
        Language::Danish => {
            Numbered { cylinder: "cylinder", bank: "bank", banks: "bank 1 og 2", sensor: "føler" }
        }
        Language::English => {
            Numbered { cylinder: "cylinder", bank: "bank", banks: "banks 1 and 2", sensor: "sensor" }
        }
        Language::German => {
            Numbered { cylinder: "Zylinder", bank: "Bank", banks: "Bank 1 und 2", sensor: "Sensor" }
        }
        Language::Norwegian => {
            Numbered { cylinder: "sylinder", bank: "bank", banks: "bank 1 og 2", sensor: "føler" }
        }
        Language::Spanish => {
            Numbered { cylinder: "cilindro", bank: "bancada", banks: "bancadas 1 y 2", sensor: "sensor" }
        }
        Language::Swedish => {
            Numbered { cylinder: "cylinder", bank: "bank", banks: "bank 1 och 2", sensor: "givare" }
        }
    }
}
