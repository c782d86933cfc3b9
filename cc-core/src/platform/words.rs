//! Words and other texts, as they stand in JSON.

/// Words of a closed list, as they stand in JSON. A word this version does not know has no meaning.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// Every one, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word for it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::WordParseError;

            fn from_str(text: &str) -> Result<Self, $crate::WordParseError> {
                let word = Self::ALL.iter().copied().find(|word| word.as_str() == text);
                word.ok_or($crate::WordParseError { expected: $what })
            }
        }

        $crate::platform::words::text_field!($name, $what);
    };
}
pub(super) use words;

/// A type that JSON writes as the text it prints, and that refuses some texts.
macro_rules! text_field {
    ($name:ident, $what:expr) => {
        impl $crate::event::codec::FieldValue for $name {
            const KIND: &'static str = $what;

            fn read(
                json: &str,
            ) -> Result<$crate::event::codec::ReadValue<Self>, $crate::event::codec::Mismatch> {
                use $crate::event::codec::Keep;
                let text = $crate::event::codec::text(json, Self::KIND)?;
                Ok(match text.parse::<Self>() {
                    Ok(value) if alloc::format!("{value}") == *text => (Some(value), Keep::Nothing),
                    Ok(value) => (Some(value), Keep::Spelling),
                    Err(_) => (None, Keep::Content),
                })
            }

            fn write(&self, out: &mut alloc::string::String) {
                $crate::json::write_string(out, &alloc::format!("{self}"));
            }
        }
    };
}
pub(super) use text_field;
