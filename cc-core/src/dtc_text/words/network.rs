//! Data buses and the control units on them.

use super::words;

words! { 9
    ACCESSORY_RELAY Visit {
        en: "Accessory relay", da: "Tilbehørsrelæ", de: "Zubehörrelais", nb: "Tilbehørsrelé",
        sv: "Tillbehörsrelä", es: "Relé de accesorios"
    }
    BUS_HIGH_SPEED Week {
        en: "High-speed CAN bus", da: "Højhastigheds-CAN-bus", de: "Highspeed-CAN-Bus",
        nb: "Høyhastighets-CAN-buss", sv: "Höghastighets-CAN-buss", es: "Bus CAN de alta velocidad"
    }
    BUS_LOW_SPEED Visit {
        en: "Low-speed CAN bus", da: "Lavhastigheds-CAN-bus", de: "Lowspeed-CAN-Bus",
        nb: "Lavhastighets-CAN-buss", sv: "Låghastighets-CAN-buss", es: "Bus CAN de baja velocidad"
    }
    BUS_MEDIUM_SPEED Week {
        en: "Medium-speed CAN bus", da: "Mellemhastigheds-CAN-bus", de: "Mediumspeed-CAN-Bus",
        nb: "Mellomhastighets-CAN-buss", sv: "Medelhastighets-CAN-buss", es: "Bus CAN de velocidad media"
    }
    BUS_MODULE Week {
        en: "Control unit data bus", da: "Styreenhedernes databus", de: "Datenbus der Steuergeräte",
        nb: "Styreenhetenes databuss", sv: "Styrenheternas databuss", es: "Bus de datos de las unidades"
    }
    BUS_VEHICLE Week {
        en: "Vehicle data bus", da: "Bilens databus", de: "Fahrzeug-Datenbus", nb: "Bilens databuss",
        sv: "Bilens databuss", es: "Bus de datos del vehículo"
    }
    INTERNAL_SOFTWARE Visit {
        en: "Control unit software", da: "Styreenhedens software", de: "Software des Steuergeräts",
        nb: "Styreenhetens programvare", sv: "Styrenhetens programvara",
        es: "Software de la unidad de control"
    }
    M_ABS Week {
        en: "Anti-lock brake module", da: "ABS-modul", de: "ABS-Steuergerät", nb: "ABS-modul",
        sv: "ABS-modul", es: "Módulo ABS"
    }
    M_ACTIVE_VIBRATION Tell {
        en: "Active vibration module", da: "Modul for aktiv vibrationsdæmpning",
        de: "Steuergerät der aktiven Schwingungsdämpfung", nb: "Modul for aktiv vibrasjonsdemping",
        sv: "Modul för aktiv vibrationsdämpning", es: "Módulo de vibración activa"
    }
    M_AC_COMPRESSOR Tell {
        en: "Air conditioning compressor module", da: "Klimakompressormodul",
        de: "Klimakompressor-Steuergerät", nb: "Klimakompressormodul", sv: "Klimatkompressormodul",
        es: "Módulo del compresor del aire acondicionado"
    }
    M_AC_CONVERTER Visit {
        en: "DC/AC converter module", da: "DC/AC-omformermodul", de: "DC/AC-Wandlermodul",
        nb: "DC/AC-omformermodul", sv: "DC/AC-omvandlarmodul", es: "Módulo del convertidor CC/CA"
    }
    M_AIR_CONDITIONING Tell {
        en: "Air conditioning control module", da: "Klimaanlægsmodul", de: "Klimasteuergerät",
        nb: "Klimaanleggsmodul", sv: "Luftkonditioneringsmodul", es: "Módulo del aire acondicionado"
    }
    M_ALT_FUEL Week {
        en: "Alternative fuel control module", da: "Modul for alternativt brændstof",
        de: "Steuergerät für alternativen Kraftstoff", nb: "Modul for alternativt drivstoff",
        sv: "Modul för alternativt bränsle", es: "Módulo de combustible alternativo"
    }
    M_AMPLIFIER Note {
        en: "Audio amplifier", da: "Lydforstærker", de: "Audioverstärker", nb: "Lydforsterker",
        sv: "Ljudförstärkare", es: "Amplificador de audio"
    }
    M_ANTENNA Note {
        en: "Antenna module", da: "Antennemodul", de: "Antennenmodul", nb: "Antennemodul",
        sv: "Antennmodul", es: "Módulo de la antena"
    }
    M_AUDIBLE Tell {
        en: "Warning sound module", da: "Advarselslydmodul", de: "Warntonmodul", nb: "Varsellydmodul",
        sv: "Varningsljudmodul", es: "Módulo de avisos acústicos"
    }
    M_AUDIO Note {
        en: "Digital audio module", da: "Digitallydmodul", de: "Digital-Audio-Modul", nb: "Digitallydmodul",
        sv: "Digitalljudmodul", es: "Módulo de audio digital"
    }
    M_AUTOMATED_DRIVING Week {
        en: "Automated driving module", da: "Modul for automatisk kørsel",
        de: "Steuergerät für automatisiertes Fahren", nb: "Modul for automatisert kjøring",
        sv: "Modul för automatiserad körning", es: "Módulo de conducción automatizada"
    }
    M_AUX_HEATER Tell {
        en: "Auxiliary heater module", da: "Modul for ekstravarmer", de: "Zusatzheizungsmodul",
        nb: "Modul for ekstravarmer", sv: "Extravärmarmodul", es: "Módulo del calefactor auxiliar"
    }
    M_AWD Week {
        en: "All-wheel drive module", da: "Firehjulstræksmodul", de: "Allradsteuergerät",
        nb: "Firehjulstrekkmodul", sv: "Fyrhjulsdriftsmodul", es: "Módulo de tracción total"
    }
    M_AWD_CLUTCH Week {
        en: "Four-wheel drive clutch module", da: "Firehjulstrækskoblingsmodul",
        de: "Steuergerät der Allradkupplung", nb: "Firehjulstrekkoblingsmodul",
        sv: "Modul för fyrhjulsdriftens koppling", es: "Módulo del embrague de tracción total"
    }
    M_BATTERY_ENERGY Week {
        en: "Battery energy control module", da: "Batteristyringsmodul", de: "Batterie-Energiesteuergerät",
        nb: "Batteristyringsmodul", sv: "Batteristyrmodul", es: "Módulo de energía de la batería"
    }
    M_BATTERY_INTERFACE Week {
        en: "High-voltage battery interface module", da: "Interfacemodul for højvoltsbatteri",
        de: "Schnittstellenmodul der Hochvoltbatterie", nb: "Grensesnittmodul for høyspentbatteri",
        sv: "Gränssnittsmodul för högvoltsbatteri", es: "Módulo de interfaz de la batería de alta tensión"
    }
    M_BATTERY_MONITOR Battery {
        en: "Battery monitor", da: "Batteriovervågning", de: "Batterieüberwachung", nb: "Batteriovervåking",
        sv: "Batteriövervakning", es: "Monitor de batería"
    }
    M_BATTERY_SENSOR Week {
        en: "High-voltage battery sensor module", da: "Følermodul for højvoltsbatteri",
        de: "Sensormodul der Hochvoltbatterie", nb: "Følermodul for høyspentbatteri",
        sv: "Givarmodul för högvoltsbatteri", es: "Módulo de sensores de la batería de alta tensión"
    }
    M_BELT Week {
        en: "Seat belt pretensioner module", da: "Selestrammermodul", de: "Gurtstraffermodul",
        nb: "Beltestrammermodul", sv: "Bältessträckarmodul", es: "Módulo del pretensor"
    }
    M_BODY Visit {
        en: "Body control module", da: "Karrosserimodul", de: "Karosseriesteuergerät", nb: "Karosserimodul",
        sv: "Karossmodul", es: "Módulo de carrocería"
    }
    M_BRAKE Week {
        en: "Brake system module", da: "Bremsesystemmodul", de: "Bremsensteuergerät",
        nb: "Bremsesystemmodul", sv: "Bromssystemmodul", es: "Módulo del sistema de frenos"
    }
    M_BRAKE_BOOSTER Week {
        en: "Electronic brake booster", da: "Elektronisk bremseforstærker",
        de: "Elektronischer Bremskraftverstärker", nb: "Elektronisk bremseforsterker",
        sv: "Elektronisk bromsservo", es: "Servofreno electrónico"
    }
    M_CAMERA_REAR Tell {
        en: "Rear camera", da: "Bagkamera", de: "Rückfahrkamera", nb: "Ryggekamera", sv: "Backkamera",
        es: "Cámara trasera"
    }
    M_CAMSHAFT Visit {
        en: "Camshaft module", da: "Knastakselmodul", de: "Nockenwellensteuergerät", nb: "Kamakselmodul",
        sv: "Kamaxelmodul", es: "Módulo del árbol de levas"
    }
    M_CHARGER Week {
        en: "Battery charger module", da: "Lademodul", de: "Ladesteuergerät", nb: "Lademodul",
        sv: "Laddarmodul", es: "Módulo del cargador"
    }
    M_CHASSIS Week {
        en: "Chassis module", da: "Chassismodul", de: "Fahrwerksteuergerät", nb: "Chassismodul",
        sv: "Chassimodul", es: "Módulo del chasis"
    }
    M_CHASSIS_IMAGE Visit {
        en: "Image processing module", da: "Billedbehandlingsmodul", de: "Bildverarbeitungsmodul",
        nb: "Bildebehandlingsmodul", sv: "Bildbehandlingsmodul", es: "Módulo de procesado de imagen"
    }
    M_CLUSTER Visit {
        en: "Instrument cluster", da: "Kombiinstrument", de: "Kombiinstrument", nb: "Kombiinstrument",
        sv: "Kombiinstrument", es: "Cuadro de instrumentos"
    }
    M_COMPASS Note {
        en: "Compass module", da: "Kompasmodul", de: "Kompassmodul", nb: "Kompassmodul", sv: "Kompassmodul",
        es: "Módulo de la brújula"
    }
    M_COMPUTER Note {
        en: "Computer", da: "Computer", de: "Computer", nb: "Datamaskin", sv: "Dator", es: "Ordenador"
    }
    M_CONVENIENCE Note {
        en: "Seat and mirror memory module", da: "Modul for sæde- og spejlhukommelse",
        de: "Sitz- und Spiegelspeichermodul", nb: "Modul for sete- og speilminne",
        sv: "Modul för stols- och spegelminne", es: "Módulo de memoria de asiento y espejos"
    }
    M_COOLANT_PUMP Week {
        en: "Coolant pump module", da: "Kølevæskepumpemodul", de: "Kühlmittelpumpenmodul",
        nb: "Kjølevæskepumpemodul", sv: "Kylvätskepumpmodul", es: "Módulo de la bomba de refrigerante"
    }
    M_CRUISE Visit {
        en: "Cruise control module", da: "Fartpilotmodul", de: "Tempomatsteuergerät",
        nb: "Cruisekontrollmodul", sv: "Farthållarmodul", es: "Módulo de control de crucero"
    }
    M_DC_CONVERTER Week {
        en: "DC/DC converter module", da: "DC/DC-omformermodul", de: "DC/DC-Wandlermodul",
        nb: "DC/DC-omformermodul", sv: "DC/DC-omvandlarmodul", es: "Módulo del convertidor CC/CC"
    }
    M_DISC_PLAYER Note {
        en: "Disc player", da: "Diskafspiller", de: "Disc-Spieler", nb: "Platespiller", sv: "Skivspelare",
        es: "Reproductor de discos"
    }
    M_DISTANCE Visit {
        en: "Front distance sensor", da: "Frontafstandsføler", de: "Abstandssensor vorn",
        nb: "Frontavstandsføler", sv: "Främre avståndsgivare", es: "Sensor de distancia delantero"
    }
    M_DOOR Tell {
        en: "Door module", da: "Dørmodul", de: "Türsteuergerät", nb: "Dørmodul", sv: "Dörrmodul",
        es: "Módulo de puerta"
    }
    M_DOOR_SWITCH Tell {
        en: "Door switch module", da: "Dørkontaktmodul", de: "Türschaltermodul", nb: "Dørbrytermodul",
        sv: "Dörrkontaktmodul", es: "Módulo de interruptores de puerta"
    }
    M_DRIVER_MONITOR Tell {
        en: "Driver monitoring module", da: "Førerovervågningsmodul", de: "Fahrerbeobachtungsmodul",
        nb: "Førerovervåkingsmodul", sv: "Förarövervakningsmodul", es: "Módulo de vigilancia del conductor"
    }
    M_DRIVE_MOTOR Week {
        en: "Drive motor control module", da: "Elmotormodul", de: "Elektromotor-Steuergerät",
        nb: "Elmotormodul", sv: "Elmotormodul", es: "Módulo del motor eléctrico"
    }
    M_EGR Visit {
        en: "Exhaust gas recirculation control module", da: "Modul for recirkulation af udstødningsgas",
        de: "AGR-Steuergerät", nb: "Eksosresirkulasjonsmodul", sv: "Modul för avgasåterföring",
        es: "Módulo de recirculación de gases"
    }
    M_EMISSIONS_INFO Visit {
        en: "Emission control information", da: "Information om udstødningskontrol",
        de: "Abgasrelevante Informationen", nb: "Informasjon om utslippskontroll",
        sv: "Information om avgaskontroll", es: "Información de control de emisiones"
    }
    M_ENGINE Assist {
        en: "Engine control module", da: "Motorstyringsmodul", de: "Steuergerät Motor",
        nb: "Motorstyringsmodul", sv: "Motorstyrmodul", es: "Módulo de control del motor"
    }
    M_ENTERTAINMENT_REAR Note {
        en: "Rear entertainment module", da: "Underholdningsmodul bag", de: "Unterhaltungsmodul hinten",
        nb: "Underholdningsmodul bak", sv: "Underhållningsmodul bak",
        es: "Módulo de entretenimiento trasero"
    }
    M_ENTRAPMENT Tell {
        en: "Pinch protection module", da: "Klembeskyttelsesmodul", de: "Einklemmschutzmodul",
        nb: "Klembeskyttelsesmodul", sv: "Klämskyddsmodul", es: "Módulo antipinzamiento"
    }
    M_EXHAUST_SENSOR Visit {
        en: "Exhaust gas sensor module", da: "Modul for udstødningsføler", de: "Abgassensormodul",
        nb: "Eksosfølermodul", sv: "Avgasgivarmodul", es: "Módulo del sensor de gases de escape"
    }
    M_FOLDING_TOP Tell {
        en: "Folding top module", da: "Kalechemodul", de: "Verdeckmodul", nb: "Kalesjemodul",
        sv: "Suffletmodul", es: "Módulo de la capota"
    }
    M_FUEL_PUMP Assist {
        en: "Fuel pump control module", da: "Brændstofpumpemodul", de: "Kraftstoffpumpen-Steuergerät",
        nb: "Drivstoffpumpemodul", sv: "Bränslepumpmodul", es: "Módulo de la bomba de combustible"
    }
    M_GATEWAY Week {
        en: "Gateway", da: "Gateway", de: "Gateway", nb: "Gateway", sv: "Gateway", es: "Pasarela de datos"
    }
    M_GEAR_SHIFT Week {
        en: "Gear shift control module", da: "Gearskiftemodul", de: "Gangschaltsteuergerät",
        nb: "Girskiftemodul", sv: "Växlingsmodul", es: "Módulo de cambio de marcha"
    }
    M_GENERATOR Battery {
        en: "Alternator module", da: "Generatormodul", de: "Generatorsteuergerät", nb: "Dynamomodul",
        sv: "Generatormodul", es: "Módulo del alternador"
    }
    M_GLOW_PLUG Tell {
        en: "Glow plug control module", da: "Gløderørsmodul", de: "Glühkerzensteuergerät",
        nb: "Glødepluggmodul", sv: "Glödstiftsmodul", es: "Módulo de bujías de precalentamiento"
    }
    M_GPS Note {
        en: "Satellite positioning module", da: "Satellitpositionsmodul", de: "Satellitenortungsmodul",
        nb: "Satellittposisjonsmodul", sv: "Satellitpositionsmodul",
        es: "Módulo de posicionamiento por satélite"
    }
    M_GRILLE Tell {
        en: "Grille shutter module", da: "Kølerspjældmodul", de: "Kühlerjalousiemodul",
        nb: "Kjølerspjeldmodul", sv: "Kylarspjällmodul", es: "Módulo de la persiana del radiador"
    }
    M_HEADLAMP Tell {
        en: "Headlamp module", da: "Forlygtemodul", de: "Scheinwerfermodul", nb: "Frontlysmodul",
        sv: "Strålkastarmodul", es: "Módulo de faros"
    }
    M_HEADLAMP_LEVEL Tell {
        en: "Headlamp levelling module", da: "Lyshøjdemodul", de: "Leuchtweitenmodul", nb: "Lyshøydemodul",
        sv: "Ljushöjdsmodul", es: "Módulo de nivel de faros"
    }
    M_HEAD_UP Tell {
        en: "Head-up display", da: "Head-up-display", de: "Head-up-Display", nb: "Head-up-display",
        sv: "Head-up-display", es: "Pantalla de proyección"
    }
    M_HEATED_WHEEL Note {
        en: "Heated steering wheel module", da: "Ratvarmemodul", de: "Lenkradheizungsmodul",
        nb: "Rattvarmemodul", sv: "Rattvärmemodul", es: "Módulo del volante calefactado"
    }
    M_HVAC Tell {
        en: "Climate control module", da: "Klimastyringsmodul", de: "Steuergerät der Klimaautomatik",
        nb: "Klimastyringsmodul", sv: "Klimatstyrmodul", es: "Módulo de climatización"
    }
    M_HVAC_REAR Tell {
        en: "Rear climate control module", da: "Klimastyringsmodul bag", de: "Klimasteuergerät hinten",
        nb: "Klimastyringsmodul bak", sv: "Klimatstyrmodul bak", es: "Módulo de climatización trasera"
    }
    M_HYBRID Week {
        en: "Hybrid powertrain module", da: "Hybriddrivlinjemodul", de: "Hybridantriebssteuergerät",
        nb: "Hybriddrivlinjemodul", sv: "Hybriddrivlinemodul", es: "Módulo del tren motriz híbrido"
    }
    M_IMAGE_SENSOR Visit {
        en: "Camera sensor", da: "Kameraføler", de: "Kamerasensor", nb: "Kameraføler", sv: "Kameragivare",
        es: "Sensor de cámara"
    }
    M_IMMOBILISER Assist {
        en: "Immobiliser module", da: "Startspærremodul", de: "Steuergerät der Wegfahrsperre",
        nb: "Startsperremodul", sv: "Startspärrsmodul", es: "Módulo del inmovilizador"
    }
    M_INFORMATION Tell {
        en: "Information display", da: "Informationsdisplay", de: "Informationsanzeige",
        nb: "Informasjonsdisplay", sv: "Informationsdisplay", es: "Pantalla de información"
    }
    M_INJECTOR Assist {
        en: "Fuel injector control module", da: "Dysemodul", de: "Einspritzsteuergerät", nb: "Dysemodul",
        sv: "Insprutarmodul", es: "Módulo de inyectores"
    }
    M_INTERIOR_LIGHT Tell {
        en: "Interior lighting module", da: "Kabinelysmodul", de: "Innenlichtmodul", nb: "Kupélysmodul",
        sv: "Kupéljusmodul", es: "Módulo de luz interior"
    }
    M_LATERAL Week {
        en: "Lateral acceleration sensor module", da: "Modul for sideaccelerationsføler",
        de: "Querbeschleunigungssensormodul", nb: "Modul for sideakselerasjonsføler",
        sv: "Modul för sidoaccelerationsgivare", es: "Módulo del sensor de aceleración lateral"
    }
    M_LIGHTING_AUTO Tell {
        en: "Automatic lighting module", da: "Lysautomatikmodul", de: "Lichtautomatikmodul",
        nb: "Lysautomatikkmodul", sv: "Ljusautomatikmodul", es: "Módulo de luces automáticas"
    }
    M_LIGHTING_FRONT Tell {
        en: "Front lighting module", da: "Lysmodul for", de: "Lichtmodul vorn", nb: "Lysmodul foran",
        sv: "Ljusmodul fram", es: "Módulo de luces delanteras"
    }
    M_LIGHTING_REAR Tell {
        en: "Rear lighting module", da: "Lysmodul bag", de: "Lichtmodul hinten", nb: "Lysmodul bak",
        sv: "Ljusmodul bak", es: "Módulo de luces traseras"
    }
    M_MIRROR Tell {
        en: "Mirror module", da: "Spejlmodul", de: "Spiegelmodul", nb: "Speilmodul", sv: "Spegelmodul",
        es: "Módulo de retrovisores"
    }
    M_MULTI_AXIS Week {
        en: "Multi-axis acceleration sensor module", da: "Modul for fleraksers accelerationsføler",
        de: "Mehrachs-Beschleunigungssensormodul", nb: "Modul for fleraksers akselerasjonsføler",
        sv: "Modul för fleraxlig accelerationsgivare", es: "Módulo del sensor de aceleración multieje"
    }
    M_NAVIGATION Note {
        en: "Navigation module", da: "Navigationsmodul", de: "Navigationsmodul", nb: "Navigasjonsmodul",
        sv: "Navigationsmodul", es: "Módulo de navegación"
    }
    M_NAVIGATION_DISPLAY Note {
        en: "Navigation display", da: "Navigationsdisplay", de: "Navigationsanzeige",
        nb: "Navigasjonsdisplay", sv: "Navigationsdisplay", es: "Pantalla de navegación"
    }
    M_NH3 Visit {
        en: "Ammonia sensor module", da: "Ammoniakfølermodul", de: "Ammoniaksensormodul",
        nb: "Ammoniakkfølermodul", sv: "Ammoniakgivarmodul", es: "Módulo del sensor de amoníaco"
    }
    M_NIGHT_VISION Tell {
        en: "Night vision module", da: "Nattesynsmodul", de: "Nachtsichtmodul", nb: "Nattsynmodul",
        sv: "Mörkerseendemodul", es: "Módulo de visión nocturna"
    }
    M_NOX Visit {
        en: "NOx sensor module", da: "NOx-følermodul", de: "NOx-Sensormodul", nb: "NOx-følermodul",
        sv: "NOx-givarmodul", es: "Módulo del sensor de NOx"
    }
    M_OBSTACLE Tell {
        en: "Side obstacle module", da: "Modul for hindringer i siden", de: "Seitenhinderniserkennung",
        nb: "Modul for sidehindringer", sv: "Sidohindermodul", es: "Módulo de obstáculos laterales"
    }
    M_OCCUPANT Week {
        en: "Occupant detection module", da: "Passagerregistreringsmodul", de: "Insassenerkennungsmodul",
        nb: "Passasjerregistreringsmodul", sv: "Passageraravkänningsmodul",
        es: "Módulo de detección de ocupantes"
    }
    M_PARKING Tell {
        en: "Parking assist module", da: "Parkeringsassistentmodul", de: "Parkhilfesteuergerät",
        nb: "Parkeringsassistentmodul", sv: "Parkeringshjälpmodul", es: "Módulo de ayuda al aparcamiento"
    }
    M_PARK_BRAKE Week {
        en: "Parking brake module", da: "Parkeringsbremsemodul", de: "Feststellbremsensteuergerät",
        nb: "Parkeringsbremsmodul", sv: "Parkeringsbromsmodul", es: "Módulo del freno de estacionamiento"
    }
    M_PARK_LOCK Week {
        en: "Park lock module", da: "Parkeringslåsmodul", de: "Parksperrenmodul", nb: "Parkeringslåsmodul",
        sv: "Parkeringslåsmodul", es: "Módulo de bloqueo de aparcamiento"
    }
    M_PEDAL Assist {
        en: "Accelerator pedal module", da: "Speedermodul", de: "Fahrpedalmodul", nb: "Gasspedalmodul",
        sv: "Gaspedalmodul", es: "Módulo del pedal del acelerador"
    }
    M_POWER_STEERING Week {
        en: "Power steering module", da: "Servostyringsmodul", de: "Lenkungssteuergerät",
        nb: "Servostyringsmodul", sv: "Servostyrningsmodul", es: "Módulo de la dirección asistida"
    }
    M_RADAR_FRONT Visit {
        en: "Front radar", da: "Frontradar", de: "Frontradar", nb: "Frontradar", sv: "Frontradar",
        es: "Radar delantero"
    }
    M_RADAR_REAR Visit {
        en: "Rear radar", da: "Bagradar", de: "Heckradar", nb: "Bakradar", sv: "Bakradar",
        es: "Radar trasero"
    }
    M_RADIO Note {
        en: "Radio", da: "Radio", de: "Radio", nb: "Radio", sv: "Radio", es: "Radio"
    }
    M_RAIN Tell {
        en: "Rain sensor module", da: "Regnfølermodul", de: "Regensensormodul", nb: "Regnfølermodul",
        sv: "Regngivarmodul", es: "Módulo del sensor de lluvia"
    }
    M_RANGE Week {
        en: "Gear selector module", da: "Gearvælgermodul", de: "Wählhebelmodul", nb: "Girvelgermodul",
        sv: "Växelväljarmodul", es: "Módulo del selector de marchas"
    }
    M_REAR_GATE Tell {
        en: "Tailgate module", da: "Bagklapmodul", de: "Heckklappenmodul", nb: "Bakluksmodul",
        sv: "Bakluckemodul", es: "Módulo del portón"
    }
    M_REDUCTANT Visit {
        en: "AdBlue control module", da: "AdBlue-modul", de: "Steuergerät AdBlue", nb: "AdBlue-modul",
        sv: "AdBlue-modul", es: "Módulo AdBlue"
    }
    M_REDUCTANT_HEATER Visit {
        en: "AdBlue heater module", da: "AdBlue-varmermodul", de: "AdBlue-Heizungsmodul",
        nb: "AdBlue-varmermodul", sv: "AdBlue-värmarmodul", es: "Módulo del calefactor de AdBlue"
    }
    M_REDUCTANT_QUALITY Visit {
        en: "AdBlue quality module", da: "AdBlue-kvalitetsmodul", de: "AdBlue-Qualitätsmodul",
        nb: "AdBlue-kvalitetsmodul", sv: "AdBlue-kvalitetsmodul", es: "Módulo de calidad de AdBlue"
    }
    M_REMOTE Tell {
        en: "Remote control module", da: "Fjernbetjeningsmodul", de: "Fernbedienungsmodul",
        nb: "Fjernkontrollmodul", sv: "Fjärrstyrningsmodul", es: "Módulo de mando a distancia"
    }
    M_RESTRAINTS Week {
        en: "Airbag module", da: "Airbagmodul", de: "Airbagsteuergerät", nb: "Airbagmodul",
        sv: "Krockkuddemodul", es: "Módulo del airbag"
    }
    M_RESTRAINT_SENSOR Week {
        en: "Crash sensor module", da: "Kollisionsfølermodul", de: "Aufprallsensormodul",
        nb: "Kollisjonsfølermodul", sv: "Kollisionsgivarmodul", es: "Módulo del sensor de colisión"
    }
    M_RIDE_LEVEL Visit {
        en: "Ride level module", da: "Niveaureguleringsmodul", de: "Niveauregelsteuergerät",
        nb: "Nivåreguleringsmodul", sv: "Nivåregleringsmodul", es: "Módulo de nivel de suspensión"
    }
    M_ROCKER_ARM Visit {
        en: "Rocker arm control module", da: "Vippearmsmodul", de: "Kipphebelsteuergerät",
        nb: "Vippearmmodul", sv: "Vipparmsmodul", es: "Módulo de balancines"
    }
    M_ROOF Tell {
        en: "Movable roof module", da: "Tagmodul", de: "Dachmodul", nb: "Takmodul", sv: "Takmodul",
        es: "Módulo del techo móvil"
    }
    M_RUNNING_BOARD Tell {
        en: "Running board module", da: "Trinbrætmodul", de: "Trittbrettmodul", nb: "Stigtrinnmodul",
        sv: "Fotstegsmodul", es: "Módulo del estribo"
    }
    M_SEAT Tell {
        en: "Seat module", da: "Sædemodul", de: "Sitzsteuergerät", nb: "Setemodul", sv: "Stolsmodul",
        es: "Módulo del asiento"
    }
    M_SECURITY Visit {
        en: "Vehicle security module", da: "Alarmmodul", de: "Diebstahlwarnmodul", nb: "Alarmmodul",
        sv: "Larmmodul", es: "Módulo de seguridad del vehículo"
    }
    M_SIDE_RESTRAINTS Week {
        en: "Side airbag module", da: "Sideairbagmodul", de: "Seitenairbagsteuergerät",
        nb: "Sideairbagmodul", sv: "Sidokrockkuddemodul", es: "Módulo del airbag lateral"
    }
    M_SOOT Visit {
        en: "Soot sensor module", da: "Sodfølermodul", de: "Rußsensormodul", nb: "Sotfølermodul",
        sv: "Sotgivarmodul", es: "Módulo del sensor de hollín"
    }
    M_STEERING_ANGLE Week {
        en: "Steering angle sensor module", da: "Ratvinkelmodul", de: "Lenkwinkelsensormodul",
        nb: "Rattvinkelmodul", sv: "Rattvinkelmodul", es: "Módulo del sensor de ángulo de dirección"
    }
    M_STEERING_COLUMN Week {
        en: "Steering column module", da: "Ratstammemodul", de: "Lenksäulenmodul", nb: "Rattstammemodul",
        sv: "Rattstångsmodul", es: "Módulo de la columna de dirección"
    }
    M_STEERING_EFFORT Week {
        en: "Steering effort module", da: "Styrekraftmodul", de: "Lenkkraftsteuergerät",
        nb: "Styrekraftmodul", sv: "Styrkraftsmodul", es: "Módulo de esfuerzo de dirección"
    }
    M_SUBSCRIPTION Note {
        en: "Subscription receiver", da: "Abonnementsmodtager", de: "Abo-Empfänger",
        nb: "Abonnementsmottaker", sv: "Abonnemangsmottagare", es: "Receptor de suscripción"
    }
    M_SUNROOF Tell {
        en: "Sunroof module", da: "Soltagsmodul", de: "Schiebedachmodul", nb: "Soltakmodul",
        sv: "Soltaksmodul", es: "Módulo del techo solar"
    }
    M_TACHOGRAPH Visit {
        en: "Tachograph", da: "Fartskriver", de: "Fahrtenschreiber", nb: "Fartsskriver", sv: "Färdskrivare",
        es: "Tacógrafo"
    }
    M_TELEMATICS Tell {
        en: "Telematics module", da: "Telematikmodul", de: "Telematikmodul", nb: "Telematikkmodul",
        sv: "Telematikmodul", es: "Módulo de telemática"
    }
    M_TELEPHONE Note {
        en: "Telephone module", da: "Telefonmodul", de: "Telefonmodul", nb: "Telefonmodul",
        sv: "Telefonmodul", es: "Módulo del teléfono"
    }
    M_TELEVISION Note {
        en: "Television", da: "Fjernsyn", de: "Fernsehempfänger", nb: "Fjernsyn", sv: "Tv",
        es: "Televisión"
    }
    M_THERMAL Week {
        en: "Thermal management module", da: "Varmestyringsmodul", de: "Thermomanagementmodul",
        nb: "Varmestyringsmodul", sv: "Värmestyrningsmodul", es: "Módulo de gestión térmica"
    }
    M_THROTTLE Assist {
        en: "Throttle control module", da: "Gasspjældsmodul", de: "Drosselklappen-Steuergerät",
        nb: "Gasspjeldmodul", sv: "Gasspjällmodul", es: "Módulo de la mariposa"
    }
    M_TRANSFER_CASE Week {
        en: "Transfer case control module", da: "Fordelergearmodul",
        de: "Steuergerät des Verteilergetriebes", nb: "Fordelingsgirkassemodul", sv: "Fördelningslådsmodul",
        es: "Módulo de la caja de transferencia"
    }
    M_TRANSMISSION Week {
        en: "Transmission control module", da: "Gearkassestyringsmodul", de: "Getriebesteuergerät",
        nb: "Girkassestyringsmodul", sv: "Växellådsstyrmodul", es: "Módulo de control del cambio"
    }
    M_TURBO Visit {
        en: "Turbocharger control module", da: "Turboladermodul", de: "Ladersteuergerät",
        nb: "Turboladermodul", sv: "Turbomodul", es: "Módulo del turbo"
    }
    M_TYRE_PRESSURE Visit {
        en: "Tyre pressure monitoring module", da: "Dæktrykmodul", de: "Reifendrucksteuergerät",
        nb: "Dekktrykkmodul", sv: "Däcktrycksmodul", es: "Módulo de presión de neumáticos"
    }
    M_VEHICLE_DYNAMICS Week {
        en: "Vehicle dynamics module", da: "Køredynamikmodul", de: "Fahrdynamiksteuergerät",
        nb: "Kjøredynamikkmodul", sv: "Kördynamikmodul", es: "Módulo de dinámica del vehículo"
    }
    M_WINDOW Tell {
        en: "Window motor", da: "Rudemotor", de: "Fensterhebermotor", nb: "Vindusmotor", sv: "Fönstermotor",
        es: "Motor de ventanilla"
    }
    M_WIRELESS_CHARGER Note {
        en: "Wireless phone charger", da: "Trådløs telefonlader", de: "Kabelloses Telefonladegerät",
        nb: "Trådløs telefonlader", sv: "Trådlös telefonladdare", es: "Cargador inalámbrico de teléfono"
    }
    M_YAW Week {
        en: "Yaw rate sensor module", da: "Drejningsfølermodul (yaw)", de: "Gierratensensormodul",
        nb: "Dreiingsfølermodul (yaw)", sv: "Girhastighetsgivarmodul", es: "Módulo del sensor de guiñada"
    }
    RECEIVED_DATA Visit {
        en: "Received data", da: "Modtagne data", de: "Empfangene Daten", nb: "Mottatte data",
        sv: "Mottagna data", es: "Datos recibidos"
    }
    UNIT_BATTERY Battery {
        en: "Supply from the starter battery", da: "Forsyning fra startbatteri",
        de: "Versorgung aus der Starterbatterie", nb: "Forsyning fra startbatteri",
        sv: "Matning från startbatteri", es: "Alimentación desde la batería de arranque"
    }
    UNIT_GROUND Week {
        en: "Control unit ground", da: "Styreenhedens stelforbindelse", de: "Masse des Steuergeräts",
        nb: "Styreenhetens jordforbindelse", sv: "Styrenhetens jordförbindelse",
        es: "Masa de la unidad de control"
    }
    UNIT_IDENTITY Visit {
        en: "Stored vehicle identification number", da: "Gemt stelnummer",
        de: "Gespeicherte Fahrzeugidentnummer", nb: "Lagret understellsnummer", sv: "Lagrat chassinummer",
        es: "Número de bastidor guardado"
    }
    UNIT_ITSELF Week {
        en: "Control unit", da: "Styreenhed", de: "Steuergerät", nb: "Styreenhet", sv: "Styrenhet",
        es: "Unidad de control"
    }
    UNIT_POWER Week {
        en: "Control unit supply input", da: "Styreenhedens forsyningsindgang",
        de: "Versorgungseingang des Steuergeräts", nb: "Styreenhetens forsyningsinngang",
        sv: "Styrenhetens matningsingång", es: "Entrada de alimentación de la unidad"
    }
}
