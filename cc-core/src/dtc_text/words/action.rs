//! What to do, a sentence a class of advice, in the order of the classes.

use super::texts;

texts! {
    NOTE {
        en: "Nothing needs to be done now.", da: "Der skal ikke gøres noget nu.",
        de: "Es ist jetzt nichts zu tun.", nb: "Det trengs ikke gjøres noe nå.",
        sv: "Inget behöver göras nu.", es: "No hay que hacer nada ahora."
    }
    TELL {
        en: "Mention it at the next workshop visit.", da: "Nævn det ved næste værkstedsbesøg.",
        de: "Beim nächsten Werkstattbesuch ansprechen.", nb: "Nevn det ved neste verkstedbesøk.",
        sv: "Nämn det vid nästa verkstadsbesök.", es: "Coméntelo en la próxima visita al taller."
    }
    CHECK {
        en: "Look at it yourself, and go to a workshop if it comes back.",
        da: "Se selv efter, og kør på værksted, hvis det kommer igen.",
        de: "Selbst nachsehen; kommt es wieder, in die Werkstatt.",
        nb: "Se etter selv, og dra til verksted hvis det kommer igjen.",
        sv: "Titta själv, och åk till verkstad om det kommer tillbaka.",
        es: "Revíselo usted mismo y vaya al taller si se repite."
    }
    BATTERY {
        en: "Have the battery and its charging tested.", da: "Få batteriet og dets ladning testet.",
        de: "Batterie und Ladung prüfen lassen.", nb: "Få batteriet og ladingen testet.",
        sv: "Låt testa batteriet och laddningen.", es: "Haga comprobar la batería y su carga."
    }
    VISIT {
        en: "Drive on and book a workshop visit soon.", da: "Kør videre, og book snart et værkstedsbesøg.",
        de: "Weiterfahren und bald einen Werkstatttermin buchen.",
        nb: "Kjør videre, og bestill verkstedtime snart.",
        sv: "Kör vidare och boka snart ett verkstadsbesök.",
        es: "Siga circulando y reserve pronto una visita al taller."
    }
    WEEK {
        en: "Drive gently and book a workshop visit this week.",
        da: "Kør forsigtigt, og book et værkstedsbesøg i denne uge.",
        de: "Schonend fahren und diese Woche einen Werkstatttermin buchen.",
        nb: "Kjør forsiktig, og bestill verkstedtime denne uken.",
        sv: "Kör försiktigt och boka ett verkstadsbesök denna vecka.",
        es: "Conduzca con cuidado y reserve una visita al taller esta semana."
    }
    ASSIST {
        en: "The car may stop or not start: call roadside assistance.",
        da: "Bilen kan gå i stå eller undlade at starte: ring efter vejhjælp.",
        de: "Das Auto kann stehen bleiben oder nicht anspringen: Pannenhilfe rufen.",
        nb: "Bilen kan stanse eller ikke starte: ring veihjelp.",
        sv: "Bilen kan stanna eller inte starta: ring vägassistans.",
        es: "El coche puede pararse o no arrancar: llame a la asistencia."
    }
    STOP {
        en: "Stop as soon as it is safe and do not drive on.",
        da: "Stands, så snart det er sikkert, og kør ikke videre.",
        de: "Sobald es sicher ist anhalten und nicht weiterfahren.",
        nb: "Stans så snart det er trygt, og kjør ikke videre.",
        sv: "Stanna så snart det är säkert och kör inte vidare.",
        es: "Deténgase en cuanto sea seguro y no siga conduciendo."
    }
}
