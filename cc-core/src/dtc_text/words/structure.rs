//! What the structure of a code says by itself.

use super::words;

words! { 0
    POWERTRAIN {
        en: "Powertrain", da: "Drivlinje", de: "Antrieb", nb: "Drivlinje", sv: "Drivlina",
        es: "Tren motriz"
    }
    FUEL_AND_AIR {
        en: "Fuel and air metering", da: "Brændstof- og luftdosering", de: "Kraftstoff- und Luftzumessung",
        nb: "Drivstoff- og luftdosering", sv: "Bränsle- och luftdosering",
        es: "Dosificación de combustible y aire"
    }
    INJECTION {
        en: "Injection", da: "Indsprøjtning", de: "Einspritzung", nb: "Innsprøyting", sv: "Insprutning",
        es: "Inyección"
    }
    IGNITION {
        en: "Ignition and misfire", da: "Tænding og fejltænding", de: "Zündung und Zündaussetzer",
        nb: "Tenning og feiltenning", sv: "Tändning och misständning",
        es: "Encendido y fallos de encendido"
    }
    EMISSIONS {
        en: "Emission control", da: "Udstødningsrensning", de: "Abgasreinigung", nb: "Avgassrensing",
        sv: "Avgasrening", es: "Control de emisiones"
    }
    SPEED_AND_IDLE {
        en: "Speed, idle and auxiliary inputs", da: "Hastighed, tomgang og hjælpeindgange",
        de: "Geschwindigkeit, Leerlauf und Zusatzeingänge", nb: "Hastighet, tomgang og hjelpeinnganger",
        sv: "Hastighet, tomgång och hjälpingångar", es: "Velocidad, ralentí y entradas auxiliares"
    }
    COMPUTER {
        en: "Control unit and outputs", da: "Styreenhed og udgange", de: "Steuergerät und Ausgänge",
        nb: "Styreenhet og utganger", sv: "Styrenhet och utgångar", es: "Unidad de control y salidas"
    }
    GEARBOX {
        en: "Transmission system", da: "Transmission", de: "Kraftübertragung", nb: "Transmisjon",
        sv: "Kraftöverföring", es: "Transmisión"
    }
    ELECTRIC_DRIVE {
        en: "Electric drive", da: "Eldrift", de: "Elektroantrieb", nb: "Elektrisk drift", sv: "Eldrift",
        es: "Propulsión eléctrica"
    }
    CYLINDER_CONTROL {
        en: "Cylinder shut-off and valves", da: "Cylinderafbrydelse og ventiler",
        de: "Zylinderabschaltung und Ventile", nb: "Sylinderutkobling og ventiler",
        sv: "Cylinderavstängning och ventiler", es: "Desconexión de cilindros y válvulas"
    }
    CHASSIS {
        en: "Chassis system", da: "Undervogn", de: "Fahrwerk", nb: "Understell", sv: "Chassi", es: "Chasis"
    }
    BODY {
        en: "Body system", da: "Karrosseri", de: "Karosserie", nb: "Karosseri", sv: "Kaross",
        es: "Carrocería"
    }
    NETWORK {
        en: "Network between control units", da: "Netværk mellem styreenheder",
        de: "Netzwerk der Steuergeräte", nb: "Nettverk mellom styreenheter",
        sv: "Nätverk mellan styrenheter", es: "Red entre unidades de control"
    }
    CODE {
        en: "Trouble code", da: "Fejlkode", de: "Fehlercode", nb: "Feilkode", sv: "Felkod",
        es: "Código de avería"
    }
    MAKER_SPECIFIC {
        en: "meaning given by the maker", da: "betydning fastsat af fabrikanten",
        de: "Bedeutung vom Hersteller festgelegt", nb: "betydning fastsatt av produsenten",
        sv: "betydelse bestäms av tillverkaren", es: "significado definido por el fabricante"
    }
    RESERVED {
        en: "reserved, no meaning given yet", da: "reserveret, endnu uden betydning",
        de: "reserviert, noch ohne Bedeutung", nb: "reservert, ennå uten betydning",
        sv: "reserverad, ännu utan betydelse", es: "reservado, aún sin significado"
    }
    NOT_LISTED {
        en: "standard code without words here", da: "standardkode, ikke beskrevet her",
        de: "Normcode, hier nicht beschrieben", nb: "standardkode, ikke beskrevet her",
        sv: "standardkod, inte beskriven här", es: "código normalizado sin descripción aquí"
    }
    FAILURE_TYPE {
        en: "failure type", da: "fejltype", de: "Fehlerart", nb: "feiltype", sv: "feltyp",
        es: "tipo de fallo"
    }
    FAILURE_MODE {
        en: "failure mode", da: "fejlmåde", de: "Fehlermodus", nb: "feilmåte", sv: "felsätt",
        es: "modo de fallo"
    }
    PARAMETER {
        en: "Parameter", da: "Parameter", de: "Parameter", nb: "Parameter", sv: "Parameter",
        es: "Parámetro"
    }
}
