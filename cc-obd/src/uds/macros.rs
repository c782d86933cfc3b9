//! What the message types have in common, written once: reading, writing, names.

/// A byte with names: any value is kept, those of the standard have a constant and a name.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident & $mask:literal { $($value:literal $constant:ident $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(u8);

        impl $name {
            $(#[doc = concat!("`", $text, "`")] pub const $constant: Self = Self($value);)*

            /// The values that the standard names.
            pub const NAMES: &'static [(u8, &'static str)] = &[$(($value, $text)),*];

            #[doc = concat!("The value of these bits; those beyond ", stringify!($mask), " are not part of it.")]
            pub const fn from_raw(raw: u8) -> Self {
                Self(raw & $mask)
            }

            /// The bits.
            pub const fn raw(self) -> u8 {
                self.0
            }

            /// The name in the standard; `None` where it leaves the value to others.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($text),)*
                    _ => None,
                }
            }
        }

        impl crate::uds::part::SubFunction<'_> for $name {
            #[inline]
            fn read(
                value: u8,
                _: &mut crate::uds::part::Reader<'_>,
                _: crate::service::Layer,
            ) -> Result<Self, crate::service::AnswerError> {
                Ok(Self::from_raw(value))
            }

            #[inline]
            fn value(&self) -> u8 {
                self.0
            }

            #[inline]
            fn write_rest(&self, _: &mut alloc::vec::Vec<u8>) {}
        }

        impl crate::uds::part::Part<'_> for $name {
            #[inline]
            fn read(
                reader: &mut crate::uds::part::Reader<'_>,
                layer: crate::service::Layer,
            ) -> Result<Self, crate::service::AnswerError> {
                reader.byte(layer).map(Self::from_raw)
            }

            #[inline]
            fn write(&self, out: &mut alloc::vec::Vec<u8>) {
                out.push(self.0);
            }
        }

        #[cfg(test)]
        impl crate::uds::sample::Sample<'_> for $name {
            fn sample(from: &mut crate::uds::sample::Entropy<'_>) -> Self {
                Self::from_raw(from.byte())
            }
        }
    };
}

/// What follows a sub-function, which says what it is.
macro_rules! tagged {
    ($(#[$doc:meta])* $name:ident $(<$life:lifetime>)? {
        $($(#[$vdoc:meta])* $value:literal $variant:ident $text:literal
            { $($(#[$fdoc:meta])* $field:ident: $type:ty;)* })*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub enum $name $(<$life>)? {
            $(
                #[doc = concat!("`", stringify!($value), "` ", $text, ":")]
                $(#[$vdoc])*
                $variant { $($(#[$fdoc])* $field: $type,)* },
            )*
        }

        impl $(<$life>)? $name $(<$life>)? {
            /// The sub-functions that the standard names.
            pub const NAMES: &'static [(u8, &'static str)] = &[$(($value, $text)),*];

            /// The sub-function, seven bits.
            pub const fn sub_function(&self) -> u8 {
                match self {
                    $(Self::$variant { .. } => $value,)*
                }
            }

            /// What follows each of them, in the order of the message.
            pub const FIELDS: &'static [&'static [&'static str]] = &[$(&[$(stringify!($field)),*]),*];
        }

        impl<'m $(, $life)?> crate::uds::part::SubFunction<'m> for $name $(<$life>)?
        where $('m: $life, $life: 'm)?
        {
            #[inline]
            fn read(
                value: u8,
                reader: &mut crate::uds::part::Reader<'m>,
                layer: crate::service::Layer,
            ) -> Result<Self, crate::service::AnswerError> {
                match value {
                    $($value => {
                        $(let $field = crate::uds::part::Part::read(
                            reader,
                            crate::service::Layer::Field(stringify!($field)),
                        )?;)*
                        Ok(Self::$variant { $($field),* })
                    })*
                    _ => Err(crate::service::AnswerError::Truncated {
                        layer,
                        offset: reader.offset().saturating_sub(1),
                    }),
                }
            }

            #[inline]
            fn value(&self) -> u8 {
                self.sub_function()
            }

            #[inline]
            fn write_rest(&self, out: &mut alloc::vec::Vec<u8>) {
                match self {
                    $(Self::$variant { $($field),* } => {
                        $(crate::uds::part::Part::write($field, out);)*
                    })*
                }
                let _ = out;
            }
        }

        impl<'m $(, $life)?> crate::uds::part::Part<'m> for $name $(<$life>)?
        where $('m: $life, $life: 'm)?
        {
            #[inline]
            fn read(
                reader: &mut crate::uds::part::Reader<'m>,
                layer: crate::service::Layer,
            ) -> Result<Self, crate::service::AnswerError> {
                let value = reader.byte(layer)?;
                crate::uds::part::SubFunction::read(value, reader, layer)
            }

            #[inline]
            fn write(&self, out: &mut alloc::vec::Vec<u8>) {
                out.push(self.sub_function());
                crate::uds::part::SubFunction::write_rest(self, out);
            }
        }

        #[cfg(test)]
        impl<'m $(, $life)?> crate::uds::sample::Sample<'m> for $name $(<$life>)?
        where $('m: $life, $life: 'm)?
        {
            fn sample(from: &mut crate::uds::sample::Entropy<'m>) -> Self {
                let choice = usize::from(from.byte()) % Self::NAMES.len();
                match Self::NAMES[choice].0 {
                    $($value => Self::$variant { $($field: crate::uds::sample::Sample::sample(from)),* },)*
                    _ => unreachable!(),
                }
            }
        }
    };
}

/// A request: with `sub`, its first part is a sub-function whose top bit asks for no positive answer.
macro_rules! request {
    ($(#[$doc:meta])* $name:ident $(<$life:lifetime>)? = $service:literal {
        sub $(#[$sdoc:meta])* $sub:ident: $stype:ty;
        $($(#[$fdoc:meta])* $field:ident: $type:ty $(where $when:expr)?;)*
    }) => {
        message! {
            @struct $(#[$doc])* $name [$($life)?] {
                $(#[$sdoc])* $sub: $stype,
                /// Whether the ECU shall not send a positive answer (suppressPosRspMsgIndicationBit).
                suppress_positive_response: bool,
                $($(#[$fdoc])* $field: $type,)*
            }
        }
        impl $(<$life>)? $name $(<$life>)? {
            message! { @service $service $name [$($life)?] request }

            #[inline]
            fn read_parts(
                reader: &mut crate::uds::part::Reader<$($life)?>,
            ) -> Result<Self, crate::service::AnswerError> {
                let raw = reader.byte(crate::service::Layer::SubFunction)?;
                let suppress_positive_response = raw & crate::uds::part::SUPPRESS != 0;
                let $sub = <$stype as crate::uds::part::SubFunction>::read(
                    raw & !crate::uds::part::SUPPRESS,
                    reader,
                    crate::service::Layer::SubFunction,
                )?;
                $(let $field = message!(@read $field, $type, reader $(, $when)?);)*
                Ok(Self { $sub, suppress_positive_response, $($field),* })
            }

            #[inline]
            fn write_parts(&self, out: &mut alloc::vec::Vec<u8>) {
                let Self { $sub, suppress_positive_response, $($field),* } = *self;
                let suppress = if suppress_positive_response { crate::uds::part::SUPPRESS } else { 0 };
                out.push(crate::uds::part::SubFunction::value(&$sub) | suppress);
                crate::uds::part::SubFunction::write_rest(&$sub, out);
                $(message!(@write $field, out $(, $when)?);)*
            }
        }
        message! { @sample $name [$($life)?] { $sub: $stype, $($field: $type $(where $when)?,)* } suppress_positive_response }
    };
    ($(#[$doc:meta])* $name:ident $(<$life:lifetime>)? = $service:literal {
        $($(#[$fdoc:meta])* $field:ident: $type:ty $(where $when:expr)?;)*
    }) => {
        message! { @plain $(#[$doc])* $name [$($life)?] = $service request {
            $($(#[$fdoc])* $field: $type $(where $when)?;)*
        } }
    };
}

/// A positive answer: with `sub`, its first part is the sub-function of the request.
macro_rules! answer {
    ($(#[$doc:meta])* $name:ident $(<$life:lifetime>)? = $service:literal {
        sub $(#[$sdoc:meta])* $sub:ident: $stype:ty;
        $($(#[$fdoc:meta])* $field:ident: $type:ty $(where $when:expr)?;)*
    }) => {
        message! {
            @struct $(#[$doc])* $name [$($life)?] {
                $(#[$sdoc])* $sub: $stype,
                $($(#[$fdoc])* $field: $type,)*
            }
        }
        impl $(<$life>)? $name $(<$life>)? {
            message! { @service $service $name [$($life)?] answer }

            #[inline]
            fn read_parts(
                reader: &mut crate::uds::part::Reader<$($life)?>,
            ) -> Result<Self, crate::service::AnswerError> {
                let failed = reader.fail(crate::service::Layer::SubFunction);
                let raw = reader.byte(crate::service::Layer::SubFunction)?;
                if raw & crate::uds::part::SUPPRESS != 0 {
                    return Err(failed);
                }
                let $sub = <$stype as crate::uds::part::SubFunction>::read(
                    raw,
                    reader,
                    crate::service::Layer::SubFunction,
                )?;
                $(let $field = message!(@read $field, $type, reader $(, $when)?);)*
                Ok(Self { $sub, $($field),* })
            }

            #[inline]
            fn write_parts(&self, out: &mut alloc::vec::Vec<u8>) {
                let Self { $sub, $($field),* } = *self;
                out.push(crate::uds::part::SubFunction::value(&$sub));
                crate::uds::part::SubFunction::write_rest(&$sub, out);
                $(message!(@write $field, out $(, $when)?);)*
            }
        }
        message! { @sample $name [$($life)?] { $sub: $stype, $($field: $type $(where $when)?,)* } }
    };
    ($(#[$doc:meta])* $name:ident $(<$life:lifetime>)? = $service:literal {
        $($(#[$fdoc:meta])* $field:ident: $type:ty $(where $when:expr)?;)*
    }) => {
        message! { @plain $(#[$doc])* $name [$($life)?] = $service answer {
            $($(#[$fdoc])* $field: $type $(where $when)?;)*
        } }
    };
}

/// The parts of [`request!`] and [`answer!`].
macro_rules! message {
    (@struct $(#[$doc:meta])* $name:ident [$($life:lifetime)?] {
        $($(#[$fdoc:meta])* $field:ident: $type:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub struct $name $(<$life>)? {
            $($(#[$fdoc])* pub $field: $type,)*
        }
    };
    (@plain $(#[$doc:meta])* $name:ident [$($life:lifetime)?] = $service:literal $kind:ident {
        $($(#[$fdoc:meta])* $field:ident: $type:ty $(where $when:expr)?;)*
    }) => {
        message! { @struct $(#[$doc])* $name [$($life)?] { $($(#[$fdoc])* $field: $type,)* } }
        impl $(<$life>)? $name $(<$life>)? {
            message! { @service $service $name [$($life)?] $kind }

            #[inline]
            fn read_parts(
                reader: &mut crate::uds::part::Reader<$($life)?>,
            ) -> Result<Self, crate::service::AnswerError> {
                $(let $field = message!(@read $field, $type, reader $(, $when)?);)*
                let _ = reader;
                Ok(Self { $($field),* })
            }

            #[inline]
            fn write_parts(&self, out: &mut alloc::vec::Vec<u8>) {
                let Self { $($field),* } = *self;
                $(message!(@write $field, out $(, $when)?);)*
                let _ = out;
            }
        }
        message! { @sample $name [$($life)?] { $($field: $type $(where $when)?,)* } }
    };
    (@service $service:literal $name:ident [$($life:lifetime)?] request) => {
        /// The service byte that the request begins with.
        pub const SERVICE: u8 = $service;

        /// Reads a request, service byte first. Nothing may follow it.
        #[inline]
        pub fn parse(request: &$($life)? [u8]) -> Result<Self, crate::service::AnswerError> {
            let mut reader = crate::uds::request_reader(request, $service)?;
            let read = Self::read_parts(&mut reader)?;
            crate::uds::ends(&reader, false).map(|()| read)
        }

        /// Appends the request, service byte first.
        pub fn encode(&self, out: &mut alloc::vec::Vec<u8>) {
            out.push($service);
            self.write_parts(out);
        }
    };
    (@service $service:literal $name:ident [$($life:lifetime)?] answer) => {
        /// The service byte of the request; the answer begins with it and 0x40.
        pub const SERVICE: u8 = $service;

        /// Reads a positive answer, service byte first. Padding behind it is passed over.
        #[inline]
        pub fn parse(answer: &$($life)? [u8]) -> Result<Self, crate::service::AnswerError> {
            let mut reader = crate::uds::answer_reader(answer, $service)?;
            let read = Self::read_parts(&mut reader)?;
            crate::uds::ends(&reader, true).map(|()| read)
        }

        /// Appends the answer, service byte first.
        pub fn encode(&self, out: &mut alloc::vec::Vec<u8>) {
            out.push($service | 0x40);
            self.write_parts(out);
        }
    };
    (@read $field:ident, $type:ty, $reader:ident) => {
        <$type as crate::uds::part::Part>::read($reader, crate::service::Layer::Field(stringify!($field)))?
    };
    (@read $field:ident, $type:ty, $reader:ident, $when:expr) => {
        if $when {
            Some(crate::uds::part::Part::read($reader, crate::service::Layer::Field(stringify!($field)))?)
        } else {
            None
        }
    };
    (@write $field:ident, $out:ident) => {
        crate::uds::part::Part::write(&$field, $out);
    };
    (@write $field:ident, $out:ident, $when:expr) => {
        if $when {
            crate::uds::part::Part::write(&$field, $out);
        }
    };
    (@sample $name:ident [$($life:lifetime)?] { $($field:ident: $type:ty $(where $when:expr)?,)* } $($suppress:ident)?) => {
        #[cfg(test)]
        impl<'m $(, $life)?> crate::uds::sample::Sample<'m> for $name $(<$life>)?
        where $('m: $life, $life: 'm)?
        {
            fn sample(from: &mut crate::uds::sample::Entropy<'m>) -> Self {
                $(let $suppress = from.byte() & 1 != 0;)?
                $(let $field = message!(@one $type, from $(, $when)?);)*
                let _ = from;
                Self { $($suppress,)? $($field),* }
            }
        }
    };
    (@one $type:ty, $from:ident) => {
        <$type as crate::uds::sample::Sample>::sample($from)
    };
    (@one $type:ty, $from:ident, $when:expr) => {
        if $when { Some(crate::uds::sample::Sample::sample($from)) } else { None }
    };
}

/// A request of any service of a protocol: the table of its services is `SERVICES`, beside it.
macro_rules! request_enum {
    ($(#[$doc:meta])* $names:literal
        $($service:literal $name:literal $variant:ident $request:ident $(<$life:lifetime>)?;)*) => {
        $(#[$doc])*
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub enum Request<'a> {
            $(#[doc = concat!("`", stringify!($service), "` ", $name)] $variant($request $(<$life>)?),)*
        }

        impl<'a> Request<'a> {
            /// Reads a request. Nothing may follow it.
            pub fn parse(request: &'a [u8]) -> Result<Self, crate::service::AnswerError> {
                match request.first() {
                    $(Some($service) => $request::parse(request).map(Self::$variant),)*
                    _ => Err(crate::service::AnswerError::Truncated {
                        layer: crate::service::Layer::ServiceId,
                        offset: 0,
                    }),
                }
            }

            /// Appends the request.
            pub fn encode(&self, out: &mut alloc::vec::Vec<u8>) {
                match self {
                    $(Self::$variant(request) => request.encode(out),)*
                }
            }

            /// The service byte.
            pub const fn service(&self) -> u8 {
                match self {
                    $(Self::$variant(_) => $service,)*
                }
            }

            #[doc = $names]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $name,)*
                }
            }
        }

        #[cfg(test)]
        impl<'a> crate::uds::sample::Sample<'a> for Request<'a> {
            fn sample(from: &mut crate::uds::sample::Entropy<'a>) -> Self {
                match SERVICES[usize::from(from.byte()) % SERVICES.len()].service {
                    $($service => Self::$variant(crate::uds::sample::Sample::sample(from)),)*
                    _ => unreachable!(),
                }
            }
        }
    };
}
