//! What files hold beside signals, damage and bounds.

use std::fmt::Write as _;

use cc_core::MeasureUnit;
use cc_obd::signals::dbc::{Dbc, DbcError};
use proptest::prelude::*;

use super::{base, values};

#[test]
fn a_line_that_cannot_be_read_is_left_out_and_the_rest_stands() {
    let head = "BO_ 1 M: 8 N\n SG_ A : 0|8@1+ (1,0) [0|0] \"\" X\n";
    for (line, fault) in [
        ("BO_ x M: 8 N", "line 3: expected the id of a message"),
        ("BO_ 1 Again: 8 N", "line 3: this message was described before"),
        ("BO_ 2048 TooWide: 8 N", "line 3: identifier wider than 11 bits, or 29 with bit 31 set"),
        ("BO_ 3758096384 TooWide: 8 N", "line 3: identifier wider than 11 bits, or 29 with bit 31 set"),
        ("BO_ 2 Long: 1786 N", "line 3: message length out of range"),
        ("BO_ 2 M 8 N", "line 3: expected `:`"),
        (" SG_ A : 0|8@1+ (1,0) [0|0] \"\" X", "line 3: this signal was described before"),
        (" SG_ B : 0|65@1+ (1,0) [0|0] \"\" X", "line 3: bit length out of range"),
        (" SG_ B : 0|0@1+ (1,0) [0|0] \"\" X", "line 3: bit length out of range"),
        (" SG_ B : 14280|8@1+ (1,0) [0|0] \"\" X", "line 3: start bit out of range"),
        (" SG_ B : 0|8@2+ (1,0) [0|0] \"\" X", "line 3: expected a byte order, 0 or 1"),
        (" SG_ B : 0|8@1* (1,0) [0|0] \"\" X", "line 3: expected a sign, `+` or `-`"),
        (" SG_ B : 0|8@1+ (1e999,0) [0|0] \"\" X", "line 3: expected a factor"),
        (" SG_ B : 0|8@1+ (1,0) [0|0] \"V X", "line 3: text without closing quote"),
        (" SG_ B q1 : 0|8@1+ (1,0) [0|0] \"\" X", "line 3: expected `:`, `M` or `m` and a number"),
        (" SG_ B : 99999999999|8@1+ (1,0) [0|0] \"\" X", "line 3: expected a start bit"),
        (" SG_ B : 0|8@1+ (0,7) [0|0] \"\" X", "line 3: factor out of range"),
        (" SG_ B : 0|16@1+ (1,0) [0|0] \"\" X\nSIG_VALTYPE_ 1 B : 2;", "line 3: float length out of range"),
        (" SG_ B : 0|32@1+ (1,0) [0|0] \"\" X\nSIG_VALTYPE_ 1 B : 2;", "line 3: float length out of range"),
        (" SG_ B : 0|64@1+ (1,0) [0|0] \"\" X\nSIG_VALTYPE_ 1 B : 1;", "line 3: float length out of range"),
        ("VAL_ 2 A 0 \"x\" ;", "line 3: no such message"),
        ("VAL_ 1 B 0 \"x\" ;", "line 3: no such signal"),
        ("VAL_ 1 A 0 x ;", "line 3: expected a text"),
        ("VAL_ 1 A Nowhere ;", "line 3: expected the name of a table"),
        ("SIG_VALTYPE_ 1 A : 3;", "line 3: expected a type from 0 to 2"),
        ("CM_ SG_ 1 A comment;", "line 3: expected a text"),
        ("CM_ \"never closed", "line 3: text without closing quote"),
        ("BA_ \"SPN\" SG_ 1 A x;", "line 3: expected a value"),
        ("nonsense", "line 3: unknown statement"),
        ("?", "line 3: expected a statement"),
    ] {
        let file = format!("{head}{line}\n\nBO_ 7 Next: 1 N\n SG_ C : 0|8@1+ (1,0) [0|0] \"\" X\n");
        let dbc = Dbc::parse(file.as_bytes()).unwrap();
        let faults: Vec<_> = dbc.faults().iter().map(ToString::to_string).collect();
        assert_eq!(faults, [fault], "{line}");
        assert_eq!(values(&dbc, base(1), &[5]), [("A".to_owned(), 5.0)], "{line}");
        assert_eq!(values(&dbc, base(7), &[6]), [("C".to_owned(), 6.0)], "{line}");
    }
    // These are told, and read all the same.
    for (line, fault) in [
        ("VAL_ 1 A 5 \"five\"", "line 5: expected `;`"),
        (" SG_ B : 60|8@1+ (1,0) [0|0] \"\" X", "line 3: the signal ends at bit 68, its message has 64"),
    ] {
        let dbc = Dbc::parse(format!("{head}{line}\n\nBO_ 7 Next: 1 N\n").as_bytes()).unwrap();
        assert_eq!(dbc.faults()[0].to_string(), fault);
        let text = dbc.decode(base(1), &[5]).next().unwrap().text();
        assert_eq!(text, line.starts_with("VAL").then_some("five"));
        assert_eq!(dbc.decode(base(1), &[5; 9]).count(), dbc.messages()[0].signals().len());
    }
}

#[test]
fn what_files_hold_beside_signals_does_not_disturb() {
    let file = "\u{FEFF}VERSION \"1.0\"\r\n\r\nNS_ : \r\n\tNS_DESC_\r\n\tCM_\r\n\tBA_DEF_\r\n\tSG_MUL_VAL_\r\n\r\nBS_: 500:12,24\r\n\r\n\
        BU_: A B\r\nVAL_TABLE_ T 1 \"x\" ;\r\n\r\nBO_ 3221225472 VECTOR__INDEPENDENT_SIG_MSG: 0 Vector__XXX\r\n \
        SG_ Lost : 0|8@1+ (1,0) [0|0] \"\" Vector__XXX\r\n\r\nBO_ 1 Short: 8 A // a note\r\n SG_ S : 0|8@1+ (1,0) [0|0] \"°C\"  A, B\r\n\r\n\
        BO_TX_BU_ 1 : A,B;\r\nEV_ Env: 0 [0|1] \"\" 0 2 DUMMY_NODE_VECTOR0 Vector__XXX;\r\nENVVAR_DATA_ Env: 5;\r\n\
        CM_ \"whole file\";\r\nCM_ BU_ A \"a node\";\r\nCM_ EV_ Env \"x\";\r\nCM_ BO_ 1 \"two\r\nBO_ 9 lines: 8 A\r\nwith \\\"quotes\\\"\";\r\n\
        CM_ SG_ 1 S \"says it\";\r\nBA_DEF_ \"BusType\" STRING ;\r\nBA_DEF_ SG_ \"SPN\" INT 0 524287;\r\nBA_DEF_ BO_ \"Rate\" FLOAT 0 1e3;\r\n\
        BA_DEF_REL_ BU_SG_REL_ \"R\" INT 0 1;\r\nBA_DEF_DEF_ \"BusType\" \"CAN\";\r\nBA_DEF_DEF_REL_ \"R\" 0;\r\nBA_ \"BusType\" \"CAN FD\";\r\n\
        BA_ \"NodeThing\" BU_ A 5;\r\nBA_ \"SystemMessageLongSymbol\" BO_ 1 \"Much_longer_name\";\r\n\
        BA_ \"SystemSignalLongSymbol\" SG_ 1 S \"Signal_with_a_long_name\";\r\nBA_REL_ \"R\" BU_SG_REL_ A SG_ 1 S 1;\r\n\
        VAL_ Env 0 \"a\" ;\r\nVAL_ 1 S 1 \"one\" 0 \"zero\" ;\r\nSIG_GROUP_ 1 G 1 : S;\r\nVAL_ 3221225472 Lost 0 \"x\" ;\r\n";
    let latin: Vec<u8> = file.chars().filter(|c| *c != '\u{FEFF}').map(|c| c as u8).collect();
    for bytes in [file.as_bytes(), &latin] {
        let dbc = Dbc::parse(bytes).unwrap();
        assert_eq!(dbc.faults(), []);
        let [message] = dbc.messages() else { panic!("{dbc:?}") };
        assert_eq!((message.name(), message.length(), message.id()), ("Much_longer_name", 8, base(1)));
        assert_eq!(message.comment(), Some("two\r\nBO_ 9 lines: 8 A\r\nwith \"quotes\""));
        let [signal] = message.signals() else { panic!("{message:?}") };
        assert_eq!(signal.name(), "Signal_with_a_long_name");
        assert_eq!(signal.id().as_str(), "Much_longer_name.Signal_with_a_long_name");
        assert_eq!((signal.unit(), signal.unit_text()), (Some(MeasureUnit::Celsius), "°C"));
        assert_eq!((signal.comment(), signal.range(), signal.spn()), (Some("says it"), None, None));
        assert_eq!((signal.factor(), signal.offset()), (1.0, 0.0));
        assert_eq!(signal.texts().collect::<Vec<_>>(), [(0, "zero"), (1, "one")]);
    }
}

#[test]
fn names_too_long_for_a_signal_id_stand_for_themselves_by_number() {
    for (message, signal, id) in [
        ("M".repeat(40), "S".repeat(20), format!("{}.{}", "M".repeat(40), "S".repeat(20))),
        ("M".repeat(50), "S".repeat(50), format!("001.{}", "S".repeat(50))),
        ("M".repeat(50), "S".repeat(70), "001.0".to_owned()),
    ] {
        let file = format!("BO_ 1 {message}: 1 N\n SG_ {signal} : 0|8@1+ (1,0) [0|0] \"\" X\n");
        let dbc = Dbc::parse(file.as_bytes()).unwrap();
        assert_eq!(dbc.messages()[0].signals()[0].id().as_str(), id);
    }
}

#[test]
fn hostile_files_are_bounded() {
    let blank = vec![b' '; (64 << 20) + 1];
    let error = Dbc::parse(&blank).unwrap_err();
    assert_eq!(error.to_string(), "67108865 bytes, a DBC file has at most 67108864");
    let mut file = String::new();
    for id in 0..=65_536 {
        let _ = writeln!(file, "BO_ {} M: 8 N", 0x8000_0000_u32 + id);
    }
    assert_eq!(
        Dbc::parse(file.as_bytes()).unwrap_err(),
        DbcError::TooMany { line: 65_537, what: "messages", most: 65_536 }
    );
    let mut file = "BO_ 1 M: 8 N\n".to_owned();
    for signal in 0..5000 {
        let _ = writeln!(file, " SG_ S{signal} : 0|8@1+ (1,0) [0|0] \"\" X");
    }
    let dbc = Dbc::parse(file.as_bytes()).unwrap();
    assert_eq!((dbc.messages()[0].signals().len(), dbc.fault_count()), (4096, 904));
    let file = format!("BO_ 1 M: 8 N\n{}", "CM_ \"x\n".repeat(3001));
    let dbc = Dbc::parse(file.as_bytes()).unwrap();
    assert_eq!(dbc.faults().len(), 1000);
    assert!(dbc.fault_count() > 1000);
    assert!(Dbc::parse(b"").unwrap().messages().is_empty());
    assert!(matches!(Dbc::parse(b"PK\x03\x04"), Err(DbcError::NotDbc(_))));
}

proptest! {
    #[test]
    fn no_text_breaks_the_parser(text in "((BO_|SG_|CM_|BA_|VAL_|SG_MUL_VAL_|BA_DEF_|NS_) ?[ \"A-C0-9:|@+(),;\\[\\]\n-]{0,30}\n?){0,8}") {
        let _ = Dbc::parse(text.as_bytes());
    }
}
