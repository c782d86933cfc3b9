//! Tokens to a tree: a Pratt parser with CEL's precedence, bounded in depth and size, that goes on after a mistake.

use super::ast::{Ast, AstId, AstKind, AstNode, BinaryOp, Call, Comparison, LogicOp};
use super::diagnostic::{Code, Sink, Span};
use super::lexer::{self, Token, TokenKind};
use super::units;
use super::{MAX_DEPTH, MAX_LENGTH, MAX_OPERATORS};

/// Reads the whole text as one expression; what could not be read is [`AstKind::Error`] and reported.
pub(super) fn parse(source: &str, sink: &mut Sink) -> Option<Ast> {
    if source.len() > MAX_LENGTH {
        let text = format!("an expression has at most {MAX_LENGTH} bytes");
        sink.report(Code::TooLong, Span::new(0, MAX_LENGTH), text, None);
        return None;
    }
    let tokens = lexer::tokens(source, sink);
    let mut parser =
        Parser { source, tokens, at: 0, nodes: Vec::new(), depth: 0, operators: 0, stopped: false, sink };
    let root = parser.expression().id;
    while parser.token().kind != TokenKind::End {
        parser.unexpected("the expression should end here");
        // What follows is read too, for its own mistakes.
        parser.at += 1;
        parser.recover();
        if parser.token().kind != TokenKind::End {
            parser.at += 1;
            if !matches!(parser.token().kind, TokenKind::End) {
                parser.expression();
            }
        }
    }
    Some(Ast { nodes: parser.nodes, root })
}

/// A parsed part, with the parentheses around it in its span.
#[derive(Clone, Copy)]
struct Parsed {
    id: AstId,
    span: Span,
}

/// An operator between two operands.
enum Infix {
    Logic(LogicOp),
    Binary(BinaryOp),
    In,
}

struct Parser<'a> {
    source: &'a str,
    tokens: Vec<Token>,
    at: usize,
    nodes: Vec<AstNode>,
    depth: u32,
    operators: u32,
    /// A limit was passed: the rest is not read.
    stopped: bool,
    sink: &'a mut Sink,
}

impl Parser<'_> {
    fn token(&self) -> &Token {
        let last = self.tokens.len() - 1;
        &self.tokens[if self.stopped { last } else { self.at.min(last) }]
    }

    fn word(&self) -> Option<&str> {
        (self.token().kind == TokenKind::Word).then(|| self.token().span.of(self.source))
    }

    fn at_sign(&self, sign: &str) -> bool {
        matches!(self.token().kind, TokenKind::Sign(found) if found == sign)
    }

    fn eat(&mut self, sign: &str) -> Option<Span> {
        let span = self.token().span;
        self.at_sign(sign).then(|| {
            self.at += 1;
            span
        })
    }

    fn node(&mut self, kind: AstKind, span: Span) -> Parsed {
        self.nodes.push(AstNode { kind, span });
        Parsed { id: self.nodes.len() - 1, span }
    }

    /// Counts an operator, a call or a list element.
    fn operator(&mut self, span: Span) {
        self.operators += 1;
        if self.operators > MAX_OPERATORS && !self.stopped {
            let text =
                format!("an expression has at most {MAX_OPERATORS} operators, calls and list elements");
            self.sink.report(Code::TooManyOperators, span, text, Some("split the rule in two".to_owned()));
            self.stopped = true;
        }
    }

    /// Reads a part one level deeper.
    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.depth == MAX_DEPTH {
            let span = self.token().span;
            if !self.stopped {
                let text = format!("an expression nests at most {MAX_DEPTH} deep");
                self.sink.report(Code::TooDeep, span, text, Some("split the rule in two".to_owned()));
                self.stopped = true;
            }
            return self.node(AstKind::Error, span);
        }
        self.depth += 1;
        let parsed = read(self);
        self.depth -= 1;
        parsed
    }

    fn unexpected(&mut self, wanted: &str) {
        let Token { kind, span } = self.token().clone();
        if self.stopped || kind == TokenKind::Error {
            return;
        }
        if kind == TokenKind::End {
            return self.sink.report(Code::UnexpectedEnd, span, format!("{wanted}, and the text ends"), None);
        }
        let suggestion = match span.of(self.source) {
            "and" => Some("write `&&`".to_owned()),
            "or" => Some("write `||`".to_owned()),
            "not" => Some("write `!`".to_owned()),
            "is" => Some("write `==`".to_owned()),
            "," => Some("a decimal number has a point, as in `12.4 V`".to_owned()),
            "°" | "%" => Some("write the unit right behind the number".to_owned()),
            _ => None,
        };
        self.sink.report(Code::UnexpectedToken, span, wanted, suggestion);
    }

    /// Skips to where an expression can go on: a closing bracket, a comma, a logic operator or the end.
    fn recover(&mut self) {
        let mut open = 0_u32;
        loop {
            match self.token().kind {
                TokenKind::End => return,
                TokenKind::Sign("(" | "[") => open += 1,
                TokenKind::Sign(")" | "]" | "," | "&&" | "||" | "?" | ":") if open == 0 => return,
                TokenKind::Sign(")" | "]") => open -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Closes a bracket; reports and recovers where it is missing.
    fn close(&mut self, sign: &'static str, opened: Span) -> Span {
        if let Some(span) = self.eat(sign) {
            return span;
        }
        self.unexpected(&format!("a `{sign}` is missing"));
        self.recover();
        self.eat(sign).unwrap_or(opened)
    }

    fn expression(&mut self) -> Parsed {
        self.nested(|parser| {
            let condition = parser.operand(0);
            let Some(question) = parser.eat("?") else { return condition };
            parser.operator(question);
            let then = parser.operand(0);
            let otherwise = if parser.eat(":").is_some() {
                parser.expression()
            } else {
                parser.unexpected("a `:` and the value for false should follow");
                parser.recover();
                if parser.eat(":").is_some() {
                    parser.expression()
                } else {
                    parser.node(AstKind::Error, question)
                }
            };
            let span = condition.span.to(otherwise.span);
            parser.node(AstKind::Conditional(condition.id, then.id, otherwise.id), span)
        })
    }

    /// Operands and the operators that bind tighter than `floor`; all of them group from the left.
    fn operand(&mut self, floor: u8) -> Parsed {
        let mut left = self.unary();
        while let Some((operator, binding)) = self.infix().filter(|(_, binding)| *binding > floor) {
            let sign = self.token().span;
            self.operator(sign);
            self.at += 1;
            left = match operator {
                Infix::In => self.list(left),
                Infix::Logic(op) => {
                    let right = self.operand(binding);
                    self.node(AstKind::Logic(op, left.id, right.id), left.span.to(right.span))
                }
                Infix::Binary(op) => {
                    let right = self.operand(binding);
                    self.node(AstKind::Binary(op, left.id, right.id), left.span.to(right.span))
                }
            };
        }
        left
    }

    fn infix(&self) -> Option<(Infix, u8)> {
        let compare = |comparison| (Infix::Binary(BinaryOp::Compare(comparison)), 3);
        Some(match self.token().kind {
            TokenKind::Sign("||") => (Infix::Logic(LogicOp::Or), 1),
            TokenKind::Sign("&&") => (Infix::Logic(LogicOp::And), 2),
            TokenKind::Sign("==") => compare(Comparison::Equal),
            TokenKind::Sign("!=") => compare(Comparison::NotEqual),
            TokenKind::Sign("<") => compare(Comparison::Less),
            TokenKind::Sign("<=") => compare(Comparison::LessEqual),
            TokenKind::Sign(">") => compare(Comparison::Greater),
            TokenKind::Sign(">=") => compare(Comparison::GreaterEqual),
            TokenKind::Sign("+") => (Infix::Binary(BinaryOp::Add), 4),
            TokenKind::Sign("-") => (Infix::Binary(BinaryOp::Subtract), 4),
            TokenKind::Sign("*") => (Infix::Binary(BinaryOp::Multiply), 5),
            TokenKind::Sign("/") => (Infix::Binary(BinaryOp::Divide), 5),
            TokenKind::Sign("%") => (Infix::Binary(BinaryOp::Remainder), 5),
            _ if self.word() == Some("in") => (Infix::In, 3),
            _ => return None,
        })
    }

    /// The list after `in`.
    fn list(&mut self, needle: Parsed) -> Parsed {
        let Some(opened) = self.eat("[") else {
            self.unexpected("a list in brackets should follow `in`, as in `gear in [1, 2]`");
            let right = self.operand(3);
            return self.node(AstKind::Error, needle.span.to(right.span));
        };
        let (elements, end) = self.elements("]", opened);
        self.node(AstKind::In(needle.id, elements), needle.span.to(end))
    }

    /// Expressions with commas between them up to the closing bracket; a comma may stand before it in a list.
    fn elements(&mut self, sign: &'static str, opened: Span) -> (Vec<AstId>, Span) {
        let mut elements = Vec::new();
        while !self.at_sign(sign) && self.token().kind != TokenKind::End {
            let element = self.expression();
            self.operator(element.span);
            elements.push(element.id);
            match self.eat(",") {
                Some(comma) if sign == ")" && self.at_sign(sign) => {
                    self.sink.report(
                        Code::UnexpectedToken,
                        comma,
                        "an argument should follow the comma",
                        None,
                    );
                }
                Some(_) => {}
                None => break,
            }
        }
        (elements, self.close(sign, opened))
    }

    fn unary(&mut self) -> Parsed {
        if let Some(span) = self.eat("!") {
            self.operator(span);
            let inner = self.nested(Self::unary);
            return self.node(AstKind::Not(inner.id), span.to(inner.span));
        }
        let Some(span) = self.eat("-") else { return self.member() };
        if let TokenKind::Int(_) | TokenKind::Double(_) | TokenKind::Quantity(..) = self.token().kind {
            // The sign belongs to the number: -9223372036854775808 is one, and so is -5 °F.
            return self.number(Some(span));
        }
        self.operator(span);
        let inner = self.nested(Self::unary);
        self.node(AstKind::Negate(inner.id), span.to(inner.span))
    }

    fn number(&mut self, minus: Option<Span>) -> Parsed {
        let Token { kind, span } = self.token().clone();
        self.at += 1;
        let span = minus.map_or(span, |minus| minus.to(span));
        let sign = if minus.is_some() { -1.0 } else { 1.0 };
        let kind = match kind {
            TokenKind::Int(magnitude) => {
                let value = if minus.is_some() {
                    0_i64.checked_sub_unsigned(magnitude)
                } else {
                    i64::try_from(magnitude).ok()
                };
                value.map(AstKind::Int)
            }
            TokenKind::Quantity(value, unit) if units::is_time(unit) => {
                units::nanos(sign * value, unit).map(AstKind::Duration)
            }
            TokenKind::Quantity(value, unit) => Some(AstKind::Quantity(sign * value, unit)),
            TokenKind::Double(value) => Some(AstKind::Double(sign * value)),
            _ => Some(AstKind::Error),
        };
        let kind = kind.unwrap_or_else(|| {
            self.sink.report(Code::BadNumber, span, "this number is out of range", None);
            AstKind::Error
        });
        self.node(kind, span)
    }

    /// A primary expression and the fields and calls behind it.
    fn member(&mut self) -> Parsed {
        let mut left = self.primary();
        while let Some(dot) = self.eat(".") {
            let Token { kind, span } = self.token().clone();
            if kind != TokenKind::Word {
                self.unexpected("a name should follow the dot");
                return self.node(AstKind::Error, left.span.to(dot));
            }
            let name = span.of(self.source).to_owned();
            self.at += 1;
            if let Some(opened) = self.eat("(") {
                self.operator(span);
                let (arguments, end) = self.elements(")", opened);
                let call = Call { name, name_span: span, receiver: Some(left.id), arguments };
                left = self.node(AstKind::Call(call), left.span.to(end));
            } else if let AstKind::Name(path) = &mut self.nodes[left.id].kind {
                *path = format!("{path}.{name}");
                let whole = self.nodes[left.id].span.to(span);
                self.nodes[left.id].span = whole;
                left.span = left.span.to(span);
            } else {
                if !matches!(self.nodes[left.id].kind, AstKind::Error) {
                    let text = "only names have fields";
                    self.sink.report(Code::UnexpectedToken, span, text, None);
                }
                left = self.node(AstKind::Error, left.span.to(span));
            }
        }
        left
    }

    fn primary(&mut self) -> Parsed {
        let Token { kind, span } = self.token().clone();
        match kind {
            TokenKind::Int(_) | TokenKind::Double(_) | TokenKind::Quantity(..) => self.number(None),
            TokenKind::Text(value) => {
                self.at += 1;
                self.node(AstKind::Text(value), span)
            }
            TokenKind::Param => {
                self.at += 1;
                let name = span.of(self.source).trim_start_matches('$').to_owned();
                self.node(AstKind::Param(name), span)
            }
            TokenKind::Error => {
                self.at += 1;
                self.node(AstKind::Error, span)
            }
            TokenKind::Sign("(") => {
                self.at += 1;
                let inner = self.expression();
                let end = self.close(")", span);
                Parsed { id: inner.id, span: span.to(end) }
            }
            TokenKind::Sign("[") => {
                self.at += 1;
                let text = "lists are left out, except after `in`";
                self.sink.report(Code::NotSupported, span, text, None);
                let (_, end) = self.elements("]", span);
                self.node(AstKind::Error, span.to(end))
            }
            TokenKind::Sign("{") => {
                self.sink.report(Code::NotSupported, span, "maps are left out", None);
                self.stopped = true;
                self.node(AstKind::Error, span)
            }
            TokenKind::Word => self.name(span),
            TokenKind::Sign(_) | TokenKind::End => {
                self.unexpected("a value should stand here");
                self.recover();
                self.node(AstKind::Error, span)
            }
        }
    }

    fn name(&mut self, span: Span) -> Parsed {
        let name = span.of(self.source);
        match name {
            "true" | "false" => {
                let kind = AstKind::Bool(name == "true");
                self.at += 1;
                return self.node(kind, span);
            }
            "null" => {
                let suggestion = Some("ask with `has(name)` whether a value is known".to_owned());
                self.sink.report(Code::NotSupported, span, "null is left out", suggestion);
                self.at += 1;
                return self.node(AstKind::Error, span);
            }
            "in" => {
                self.unexpected("a value should stand here");
                self.recover();
                return self.node(AstKind::Error, span);
            }
            _ if RESERVED.contains(&name) => {
                self.sink.report(Code::ReservedWord, span, "this word is reserved in CEL", None);
                self.at += 1;
                return self.node(AstKind::Error, span);
            }
            _ => {}
        }
        let name = name.to_owned();
        if name == "not"
            && matches!(
                self.tokens.get(self.at + 1),
                Some(Token { kind: TokenKind::Word | TokenKind::Param, .. })
            )
        {
            self.unexpected("this is not an operator here");
            self.at += 1;
            return self.nested(Self::unary);
        }
        self.at += 1;
        match self.eat("(") {
            Some(opened) => {
                self.operator(span);
                let (arguments, end) = self.elements(")", opened);
                let call = Call { name, name_span: span, receiver: None, arguments };
                self.node(AstKind::Call(call), span.to(end))
            }
            None => self.node(AstKind::Name(name), span),
        }
    }
}

/// Words that CEL keeps for the languages around it.
const RESERVED: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "namespace",
    "package",
    "return",
    "var",
    "void",
    "while",
];
