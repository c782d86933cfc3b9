//! Common suspect parameters of trucks (SAE J1939).

use super::texts;
use crate::Language;

texts! {
    S27 {
        en: "EGR valve position", da: "Stilling af EGR-ventil", de: "Position des AGR-Ventils",
        nb: "Stilling av EGR-ventil", sv: "EGR-ventilens läge", es: "Posición de la válvula EGR"
    }
    S51 {
        en: "Throttle position", da: "Gasspjældsstilling", de: "Drosselklappenstellung",
        nb: "Gasspjeldstilling", sv: "Gasspjällsläge", es: "Posición de la mariposa"
    }
    S84 {
        en: "Vehicle speed by the wheels", da: "Hastighed målt ved hjulene",
        de: "Radbasierte Geschwindigkeit", nb: "Hastighet målt ved hjulene",
        sv: "Hastighet mätt vid hjulen", es: "Velocidad según las ruedas"
    }
    S91 {
        en: "Accelerator pedal position", da: "Speederstilling", de: "Fahrpedalstellung",
        nb: "Gasspedalstilling", sv: "Gaspedalläge", es: "Posición del acelerador"
    }
    S94 {
        en: "Fuel delivery pressure", da: "Brændstoftryk", de: "Kraftstoffförderdruck",
        nb: "Drivstofftrykk", sv: "Bränsletryck", es: "Presión de suministro de combustible"
    }
    S96 {
        en: "Fuel level", da: "Brændstofniveau", de: "Kraftstoffstand", nb: "Drivstoffnivå",
        sv: "Bränslenivå", es: "Nivel de combustible"
    }
    S97 {
        en: "Water in fuel indicator", da: "Indikator for vand i brændstof",
        de: "Anzeige für Wasser im Kraftstoff", nb: "Indikator for vann i drivstoff",
        sv: "Indikator för vatten i bränsle", es: "Indicador de agua en el combustible"
    }
    S98 {
        en: "Engine oil level", da: "Motoroliestand", de: "Motorölstand", nb: "Motoroljenivå",
        sv: "Motoroljenivå", es: "Nivel de aceite del motor"
    }
    S100 {
        en: "Engine oil pressure", da: "Motorolietryk", de: "Motoröldruck", nb: "Motoroljetrykk",
        sv: "Motoroljetryck", es: "Presión de aceite del motor"
    }
    S101 {
        en: "Crankcase pressure", da: "Tryk i krumtaphus", de: "Kurbelgehäusedruck", nb: "Trykk i veivhus",
        sv: "Tryck i vevhus", es: "Presión del cárter"
    }
    S102 {
        en: "Boost pressure", da: "Ladetryk", de: "Ladedruck", nb: "Ladetrykk", sv: "Laddtryck",
        es: "Presión de sobrealimentación"
    }
    S103 {
        en: "Turbocharger speed", da: "Turboladerens omdrejningstal", de: "Turboladerdrehzahl",
        nb: "Turboladerens turtall", sv: "Turboaggregatets varvtal", es: "Régimen del turbocompresor"
    }
    S105 {
        en: "Intake manifold temperature", da: "Temperatur i indsugningsmanifold", de: "Saugrohrtemperatur",
        nb: "Temperatur i innsugsmanifold", sv: "Temperatur i insugsrör",
        es: "Temperatura del colector de admisión"
    }
    S106 {
        en: "Air inlet pressure", da: "Lufttryk ved indsugning", de: "Lufteinlassdruck",
        nb: "Lufttrykk ved innsug", sv: "Lufttryck vid insug", es: "Presión de entrada de aire"
    }
    S107 {
        en: "Air filter differential pressure", da: "Trykfald over luftfilter",
        de: "Druckabfall am Luftfilter", nb: "Trykkfall over luftfilter", sv: "Tryckfall över luftfilter",
        es: "Caída de presión en el filtro de aire"
    }
    S108 {
        en: "Barometric pressure", da: "Barometertryk", de: "Luftdruck", nb: "Barometertrykk",
        sv: "Barometertryck", es: "Presión atmosférica"
    }
    S110 {
        en: "Engine coolant temperature", da: "Motorens kølevæsketemperatur",
        de: "Motorkühlmitteltemperatur", nb: "Motorens kjølevæsketemperatur",
        sv: "Motorns kylvätsketemperatur", es: "Temperatura del refrigerante del motor"
    }
    S111 {
        en: "Engine coolant level", da: "Motorens kølevæskestand", de: "Motorkühlmittelstand",
        nb: "Motorens kjølevæskenivå", sv: "Motorns kylvätskenivå", es: "Nivel del refrigerante del motor"
    }
    S132 {
        en: "Engine intake air mass flow", da: "Motorens luftmasse", de: "Luftmassenstrom des Motors",
        nb: "Motorens luftmasse", sv: "Motorns luftmassa", es: "Caudal de aire del motor"
    }
    S157 {
        en: "Fuel rail pressure", da: "Tryk i brændstofskinne", de: "Raildruck",
        nb: "Trykk i drivstoffskinne", sv: "Tryck i bränslefördelningsrör",
        es: "Presión de la rampa de combustible"
    }
    S158 {
        en: "Battery voltage at the ignition switch", da: "Batterispænding ved tændingslås",
        de: "Batteriespannung am Zündschalter", nb: "Batterispenning ved tenningslås",
        sv: "Batterispänning vid tändningslås", es: "Tensión de la batería en el contacto"
    }
    S164 {
        en: "Injection control pressure", da: "Styretryk for indsprøjtning", de: "Einspritzsteuerdruck",
        nb: "Styretrykk for innsprøyting", sv: "Styrtryck för insprutning",
        es: "Presión de mando de inyección"
    }
    S168 {
        en: "Battery voltage", da: "Batterispænding", de: "Batteriespannung", nb: "Batterispenning",
        sv: "Batterispänning", es: "Tensión de la batería"
    }
    S171 {
        en: "Outside air temperature", da: "Udetemperatur", de: "Außentemperatur", nb: "Utetemperatur",
        sv: "Utetemperatur", es: "Temperatura exterior"
    }
    S172 {
        en: "Intake air temperature", da: "Indsugningsluftens temperatur", de: "Ansauglufttemperatur",
        nb: "Innsugsluftens temperatur", sv: "Insugsluftens temperatur",
        es: "Temperatura del aire de admisión"
    }
    S173 {
        en: "Exhaust gas temperature", da: "Udstødningstemperatur", de: "Abgastemperatur",
        nb: "Eksostemperatur", sv: "Avgastemperatur", es: "Temperatura de los gases de escape"
    }
    S174 {
        en: "Fuel temperature", da: "Brændstoftemperatur", de: "Kraftstofftemperatur",
        nb: "Drivstofftemperatur", sv: "Bränsletemperatur", es: "Temperatura del combustible"
    }
    S175 {
        en: "Engine oil temperature", da: "Motorolietemperatur", de: "Motoröltemperatur",
        nb: "Motoroljetemperatur", sv: "Motoroljetemperatur", es: "Temperatura del aceite del motor"
    }
    S177 {
        en: "Transmission oil temperature", da: "Gearolietemperatur", de: "Getriebeöltemperatur",
        nb: "Giroljetemperatur", sv: "Växellådsoljans temperatur", es: "Temperatura del aceite del cambio"
    }
    S190 {
        en: "Engine speed", da: "Motorens omdrejningstal", de: "Motordrehzahl", nb: "Motorturtall",
        sv: "Motorvarvtal", es: "Régimen del motor"
    }
    S191 {
        en: "Transmission output shaft speed", da: "Omdrejningstal på gearkassens udgangsaksel",
        de: "Drehzahl der Getriebeausgangswelle", nb: "Turtall på girkassens utgående aksel",
        sv: "Varvtal på växellådans utgående axel", es: "Régimen del eje de salida del cambio"
    }
    S237 {
        en: "Vehicle identification number", da: "Stelnummer", de: "Fahrzeugidentnummer",
        nb: "Understellsnummer", sv: "Chassinummer", es: "Número de bastidor"
    }
    S411 {
        en: "EGR differential pressure", da: "Differenstryk over EGR", de: "Differenzdruck der AGR",
        nb: "Differansetrykk over EGR", sv: "Differenstryck över EGR", es: "Presión diferencial de la EGR"
    }
    S412 {
        en: "EGR temperature", da: "EGR-temperatur", de: "AGR-Temperatur", nb: "EGR-temperatur",
        sv: "EGR-temperatur", es: "Temperatura de la EGR"
    }
    S520 {
        en: "Retarder torque", da: "Retardermoment", de: "Retardermoment", nb: "Retardermoment",
        sv: "Retardermoment", es: "Par del ralentizador"
    }
    S521 {
        en: "Brake pedal position", da: "Bremsepedalens stilling", de: "Bremspedalstellung",
        nb: "Bremsepedalens stilling", sv: "Bromspedalens läge", es: "Posición del pedal de freno"
    }
    S558 {
        en: "Idle validation switch", da: "Tomgangskontakt ved speeder",
        de: "Leerlaufschalter am Fahrpedal", nb: "Tomgangsbryter ved gasspedal",
        sv: "Tomgångskontakt vid gaspedal", es: "Interruptor de ralentí del pedal"
    }
    S563 {
        en: "Anti-lock brakes active", da: "ABS aktiv", de: "ABS aktiv", nb: "ABS aktiv", sv: "ABS aktiv",
        es: "ABS activo"
    }
    S597 {
        en: "Brake switch", da: "Bremsekontakt", de: "Bremsschalter", nb: "Bremsebryter",
        sv: "Bromskontakt", es: "Interruptor de freno"
    }
    S620 {
        en: "Five-volt sensor supply", da: "Følerforsyning, fem volt", de: "Sensorversorgung, fünf Volt",
        nb: "Følerforsyning, fem volt", sv: "Givarmatning, fem volt",
        es: "Alimentación de sensores de cinco voltios"
    }
    S626 {
        en: "Start enable device", da: "Starthjælp", de: "Starthilfevorrichtung", nb: "Starthjelp",
        sv: "Starthjälp", es: "Dispositivo de ayuda al arranque"
    }
    S627 {
        en: "Power supply", da: "Strømforsyning", de: "Spannungsversorgung", nb: "Strømforsyning",
        sv: "Strömförsörjning", es: "Alimentación eléctrica"
    }
    S628 {
        en: "Program memory", da: "Programhukommelse", de: "Programmspeicher", nb: "Programminne",
        sv: "Programminne", es: "Memoria de programa"
    }
    S629 {
        en: "Controller 1", da: "Styreenhed 1", de: "Steuergerät 1", nb: "Styreenhet 1", sv: "Styrenhet 1",
        es: "Unidad de control 1"
    }
    S630 {
        en: "Calibration memory", da: "Kalibreringshukommelse", de: "Kalibrierungsspeicher",
        nb: "Kalibreringsminne", sv: "Kalibreringsminne", es: "Memoria de calibración"
    }
    S636 {
        en: "Engine position sensor", da: "Føler for motorstilling", de: "Motorpositionssensor",
        nb: "Føler for motorstilling", sv: "Givare för motorläge", es: "Sensor de posición del motor"
    }
    S637 {
        en: "Engine timing sensor", da: "Føler for motorens styretider", de: "Sensor der Steuerzeiten",
        nb: "Føler for motorens styretider", sv: "Givare för motorns styrtider",
        es: "Sensor de sincronismo del motor"
    }
    S639 {
        en: "J1939 network", da: "J1939-netværk", de: "J1939-Netzwerk", nb: "J1939-nettverk",
        sv: "J1939-nätverk", es: "Red J1939"
    }
    S641 {
        en: "Variable turbocharger actuator", da: "Aktuator for variabel turbolader",
        de: "Steller des verstellbaren Laders", nb: "Aktuator for variabel turbolader",
        sv: "Ställdon för variabel turbo", es: "Actuador del turbo variable"
    }
    S647 {
        en: "Engine fan clutch", da: "Ventilatorkobling", de: "Lüfterkupplung", nb: "Viftekobling",
        sv: "Fläktkoppling", es: "Embrague del ventilador"
    }
    S651 {
        en: "Injector, cylinder 1", da: "Dyse, cylinder 1", de: "Einspritzventil, Zylinder 1",
        nb: "Dyse, sylinder 1", sv: "Insprutare, cylinder 1", es: "Inyector, cilindro 1"
    }
    S652 {
        en: "Injector, cylinder 2", da: "Dyse, cylinder 2", de: "Einspritzventil, Zylinder 2",
        nb: "Dyse, sylinder 2", sv: "Insprutare, cylinder 2", es: "Inyector, cilindro 2"
    }
    S653 {
        en: "Injector, cylinder 3", da: "Dyse, cylinder 3", de: "Einspritzventil, Zylinder 3",
        nb: "Dyse, sylinder 3", sv: "Insprutare, cylinder 3", es: "Inyector, cilindro 3"
    }
    S654 {
        en: "Injector, cylinder 4", da: "Dyse, cylinder 4", de: "Einspritzventil, Zylinder 4",
        nb: "Dyse, sylinder 4", sv: "Insprutare, cylinder 4", es: "Inyector, cilindro 4"
    }
    S655 {
        en: "Injector, cylinder 5", da: "Dyse, cylinder 5", de: "Einspritzventil, Zylinder 5",
        nb: "Dyse, sylinder 5", sv: "Insprutare, cylinder 5", es: "Inyector, cilindro 5"
    }
    S656 {
        en: "Injector, cylinder 6", da: "Dyse, cylinder 6", de: "Einspritzventil, Zylinder 6",
        nb: "Dyse, sylinder 6", sv: "Insprutare, cylinder 6", es: "Inyector, cilindro 6"
    }
    S677 {
        en: "Starter relay", da: "Startrelæ", de: "Anlasserrelais", nb: "Startrelé", sv: "Startrelä",
        es: "Relé de arranque"
    }
    S723 {
        en: "Engine speed sensor 2", da: "Omdrejningsføler 2", de: "Motordrehzahlsensor 2",
        nb: "Turtallsføler 2", sv: "Varvtalsgivare 2", es: "Sensor de régimen 2"
    }
    S729 {
        en: "Intake air heater 1", da: "Luftforvarmer 1", de: "Ansaugluftheizung 1", nb: "Luftforvarmer 1",
        sv: "Luftförvärmare 1", es: "Calentador de aire de admisión 1"
    }
    S1127 {
        en: "Turbocharger 1 boost pressure", da: "Ladetryk, turbolader 1", de: "Ladedruck, Turbolader 1",
        nb: "Ladetrykk, turbolader 1", sv: "Laddtryck, turbo 1",
        es: "Presión de sobrealimentación, turbo 1"
    }
    S1208 {
        en: "Engine oil pressure before the filter", da: "Motorolietryk før filter",
        de: "Motoröldruck vor dem Filter", nb: "Motoroljetrykk før filter",
        sv: "Motoroljetryck före filter", es: "Presión de aceite antes del filtro"
    }
    S1347 {
        en: "Fuel pump pressurising assembly", da: "Brændstofpumpens trykenhed",
        de: "Druckeinheit der Kraftstoffpumpe", nb: "Drivstoffpumpens trykkenhet",
        sv: "Bränslepumpens tryckenhet", es: "Conjunto de presión de la bomba de combustible"
    }
    S1761 {
        en: "AdBlue tank level", da: "Niveau i AdBlue-tank", de: "Füllstand des AdBlue-Tanks",
        nb: "Nivå i AdBlue-tank", sv: "Nivå i AdBlue-tank", es: "Nivel del depósito de AdBlue"
    }
    S3031 {
        en: "AdBlue tank temperature", da: "Temperatur i AdBlue-tank", de: "Temperatur des AdBlue-Tanks",
        nb: "Temperatur i AdBlue-tank", sv: "Temperatur i AdBlue-tank",
        es: "Temperatura del depósito de AdBlue"
    }
    S3216 {
        en: "NOx before aftertreatment", da: "NOx før efterbehandling",
        de: "NOx vor der Abgasnachbehandlung", nb: "NOx før etterbehandling",
        sv: "NOx före efterbehandling", es: "NOx antes del postratamiento"
    }
    S3226 {
        en: "NOx after aftertreatment", da: "NOx efter efterbehandling",
        de: "NOx nach der Abgasnachbehandlung", nb: "NOx etter etterbehandling",
        sv: "NOx efter efterbehandling", es: "NOx después del postratamiento"
    }
    S3242 {
        en: "Particulate filter inlet temperature", da: "Temperatur før partikelfilter",
        de: "Temperatur vor dem Partikelfilter", nb: "Temperatur før partikkelfilter",
        sv: "Temperatur före partikelfilter", es: "Temperatura antes del filtro de partículas"
    }
    S3251 {
        en: "Particulate filter differential pressure", da: "Differenstryk over partikelfilter",
        de: "Differenzdruck am Partikelfilter", nb: "Differansetrykk over partikkelfilter",
        sv: "Differenstryck över partikelfilter", es: "Presión diferencial del filtro de partículas"
    }
    S3361 {
        en: "AdBlue dosing unit", da: "AdBlue-doseringsenhed", de: "AdBlue-Dosiereinheit",
        nb: "AdBlue-doseringsenhet", sv: "AdBlue-doseringsenhet", es: "Unidad de dosificación de AdBlue"
    }
    S3364 {
        en: "AdBlue quality", da: "AdBlue-kvalitet", de: "AdBlue-Qualität", nb: "AdBlue-kvalitet",
        sv: "AdBlue-kvalitet", es: "Calidad del AdBlue"
    }
}

/// The numbers there are words for, in the order of the words.
const NUMBERS: [u32; 70] = [
    27, 51, 84, 91, 94, 96, 97, 98, 100, 101, 102, 103, 105, 106, 107, 108, 110, 111, 132, 157, 158, 164,
    168, 171, 172, 173, 174, 175, 177, 190, 191, 237, 411, 412, 520, 521, 558, 563, 597, 620, 626, 627, 628,
    629, 630, 636, 637, 639, 641, 647, 651, 652, 653, 654, 655, 656, 677, 723, 729, 1_127, 1_208, 1_347,
    1_761, 3_031, 3_216, 3_226, 3_242, 3_251, 3_361, 3_364,
];

/// The words for a suspect parameter number, if there are any.
pub(in crate::dtc_text) fn words_for(number: u32, language: Language) -> Option<&'static str> {
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
