//! The typed tree to bytecode: slots instead of names, and one operation where a comparison needs only one.

use std::fmt;

use cc_core::MeasureUnit;

use super::ast::{BinaryOp, Comparison, LogicOp};
use super::chain::Chain;
use super::tree::{Constant, Function, Kind, NodeId, Source, Tree};
use super::types::{Ty, UnitTy, Val};

/// An expression, compiled: evaluate it with [`Program::eval`], show how it came out with [`Program::explain`].
#[derive(Clone)]
pub(crate) struct Program {
    pub(super) text: Box<str>,
    pub(super) tree: Tree,
    pub(super) ops: Box<[Op]>,
    pub(super) constants: Box<[Constant]>,
    pub(super) conversions: Box<[(UnitTy, UnitTy)]>,
    /// The same without a stack, where the condition is simple enough.
    pub(super) chain: Option<Chain>,
    /// How many values the stack must hold.
    pub(super) stack: usize,
    reads: Box<[u16]>,
}

impl Program {
    /// The type of the value.
    pub(crate) fn ty(&self) -> Ty {
        self.tree.node(self.tree.root).ty
    }

    /// The comparisons that are all of the condition, if they are.
    pub(crate) fn chain(&self) -> Option<&Chain> {
        self.chain.as_ref()
    }

    /// The slots that the value depends on, ascending.
    pub(crate) fn reads(&self) -> &[u16] {
        &self.reads
    }
}

impl fmt::Debug for Program {
    /// Shows sizes only, never the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program")
            .field("ty", &self.ty())
            .field("ops", &self.ops.len())
            .finish_non_exhaustive()
    }
}

/// One step of the stack machine. Jumps go forward only.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Op {
    Constant(u16),
    Read(Source, Ty),
    ReadTime(Source, MeasureUnit),
    Has(Source, Ty),
    Not,
    Negate,
    Binary(BinaryOp),
    /// Compares a slot of doubles with a constant.
    CompareSlot {
        slot: u16,
        comparison: Comparison,
        constant: f64,
    },
    /// Compares a slot of doubles with a parameter.
    CompareSlotParam {
        slot: u16,
        comparison: Comparison,
        param: u16,
    },
    /// Compares a slot in a unit of time with a duration.
    CompareTime {
        slot: u16,
        unit: MeasureUnit,
        comparison: Comparison,
        nanos: i64,
    },
    /// Compares the double on top with a constant.
    CompareTop {
        comparison: Comparison,
        constant: f64,
    },
    /// `left op right` of two doubles.
    Double(BinaryOp),
    /// `left op right` of two slots of doubles.
    DoubleSlots {
        op: BinaryOp,
        left: u16,
        right: u16,
    },
    /// Goes on at the operation if the top decides the `&&` or `||`; it stays on top.
    Decided(LogicOp, u16),
    /// Joins the two truths on top, and goes on at the operation if that decides it.
    Join(LogicOp, u16),
    /// [`Op::CompareSlot`] and [`Op::Join`].
    JoinCompareSlot {
        logic: LogicOp,
        comparison: Comparison,
        slot: u16,
        end: u16,
        constant: f64,
    },
    /// Takes the condition: goes on behind this if true, there if false; if unknown, leaves unknown and goes to the end.
    Branch {
        otherwise: u16,
        end: u16,
    },
    Jump(u16),
    Convert(u16),
    Call(Function),
    CallTwo(Function),
    /// Takes an element, with the needle and the truth so far below it; goes to the end of the list if it is equal.
    Element(u16),
    /// Takes the needle from under the truth.
    EndList,
}

/// Bytecode of a checked tree.
pub(super) fn generate(text: &str, tree: Tree) -> Program {
    let mut generator = Generator {
        tree: &tree,
        ops: Vec::new(),
        constants: Vec::new(),
        conversions: Vec::new(),
        depth: 0,
        deepest: 0,
    };
    generator.emit(tree.root);
    let Generator { ops, constants, conversions, deepest, .. } = generator;
    let mut reads = Vec::new();
    for op in &ops {
        match *op {
            Op::Read(Source::Slot(slot), _)
            | Op::ReadTime(Source::Slot(slot), _)
            | Op::Has(Source::Slot(slot), _) => {
                reads.push(slot);
            }
            Op::CompareSlot { slot, .. }
            | Op::CompareSlotParam { slot, .. }
            | Op::CompareTime { slot, .. }
            | Op::JoinCompareSlot { slot, .. } => {
                reads.push(slot);
            }
            Op::DoubleSlots { left, right, .. } => reads.extend([left, right]),
            _ => {}
        }
    }
    reads.sort_unstable();
    reads.dedup();
    Program {
        text: text.into(),
        chain: Chain::of(&ops),
        ops: ops.into(),
        constants: constants.into(),
        conversions: conversions.into(),
        stack: deepest,
        reads: reads.into(),
        tree,
    }
}

struct Generator<'a> {
    tree: &'a Tree,
    ops: Vec<Op>,
    constants: Vec<Constant>,
    conversions: Vec<(UnitTy, UnitTy)>,
    depth: usize,
    deepest: usize,
}

impl Generator<'_> {
    /// Adds an operation that leaves `grows` more values than it takes; gives its place.
    fn op(&mut self, op: Op, grows: isize) -> usize {
        self.ops.push(op);
        self.depth = self.depth.saturating_add_signed(grows);
        self.deepest = self.deepest.max(self.depth);
        self.ops.len() - 1
    }

    /// The place of the next operation. A tree has at most a few thousand nodes, which fit 16 bits.
    fn here(&self) -> u16 {
        self.ops.len() as u16
    }

    fn constant(&mut self, value: &Constant) {
        let place = self.constants.iter().position(|known| known == value).unwrap_or_else(|| {
            self.constants.push(value.clone());
            self.constants.len() - 1
        });
        self.op(Op::Constant(place as u16), 1);
    }

    /// Operations that leave the value of a node on top. Recursion is bounded by the limits of the parser.
    fn emit(&mut self, id: NodeId) {
        let node = self.tree.node(id);
        if let Some(value) = &node.constant {
            return self.constant(value);
        }
        if let Some(op) = self.one_op(id) {
            self.op(op, 1);
            return;
        }
        if let Some((inner, comparison, constant)) = self.compared_with_constant(id) {
            self.emit(inner);
            self.op(Op::CompareTop { comparison, constant }, 0);
            return;
        }
        match &node.kind {
            Kind::Binary(..) => self.spine(id),
            // A literal is constant, and was emitted above.
            Kind::Literal => {}
            Kind::Read(source) => {
                self.op(Op::Read(*source, node.ty), 1);
            }
            Kind::ReadTime(source, unit) => {
                self.op(Op::ReadTime(*source, *unit), 1);
            }
            Kind::Has(name) => {
                let name = self.tree.node(*name);
                match name.kind {
                    Kind::Read(source) => self.op(Op::Has(source, name.ty), 1),
                    Kind::ReadTime(source, unit) => {
                        self.op(Op::Has(source, Ty::Double(UnitTy::absolute(unit))), 1)
                    }
                    _ => self.op(Op::Constant(u16::MAX), 1),
                };
            }
            Kind::Not(inner) => {
                self.emit(*inner);
                self.op(Op::Not, 0);
            }
            Kind::Negate(inner) => {
                self.emit(*inner);
                self.op(Op::Negate, 0);
            }
            Kind::Logic(op, ..) => self.chain(*op, id),
            Kind::Conditional(condition, then, otherwise) => match self.tree.constant(*condition) {
                Some(Val::Bool(true)) => self.emit(*then),
                Some(Val::Bool(false)) => self.emit(*otherwise),
                _ => {
                    self.emit(*condition);
                    let branch = self.op(Op::Jump(0), -1);
                    self.emit(*then);
                    let skip = self.op(Op::Jump(0), -1);
                    let start = self.here();
                    self.emit(*otherwise);
                    let end = self.here();
                    self.ops[branch] = Op::Branch { otherwise: start, end };
                    self.ops[skip] = Op::Jump(end);
                }
            },
            Kind::In(needle, elements) => {
                self.emit(*needle);
                self.constant(&Constant::Bool(false));
                let mut places = Vec::with_capacity(elements.len());
                for element in elements {
                    self.emit(*element);
                    places.push(self.op(Op::Element(0), -1));
                }
                let end = self.here();
                for place in places {
                    self.ops[place] = Op::Element(end);
                }
                self.op(Op::EndList, -1);
            }
            Kind::Convert(inner, from, to) => {
                self.emit(*inner);
                self.conversions.push((*from, *to));
                let place = self.conversions.len() - 1;
                self.op(Op::Convert(place as u16), 0);
            }
            Kind::Call(function, arguments) => {
                for argument in arguments {
                    self.emit(*argument);
                }
                match arguments.len() {
                    1 => self.op(Op::Call(*function), 0),
                    _ => self.op(Op::CallTwo(*function), -1),
                };
            }
        }
    }

    /// `a && b && c`, however it is grouped: the first that decides ends all of it.
    fn chain(&mut self, op: LogicOp, id: NodeId) {
        let mut operands = Vec::new();
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            match &self.tree.node(id).kind {
                Kind::Logic(inner, left, right) if *inner == op && self.tree.constant(id).is_none() => {
                    waiting.extend([*right, *left]);
                }
                _ => operands.push(id),
            }
        }
        let mut places = Vec::with_capacity(operands.len());
        for (place, operand) in operands.into_iter().enumerate() {
            let start = self.ops.len();
            self.emit(operand);
            if place == 0 {
                places.push(self.op(Op::Decided(op, 0), 0));
                continue;
            }
            if let [Op::CompareSlot { slot, comparison, constant }] = self.ops[start..] {
                self.ops.pop();
                let joined = Op::JoinCompareSlot { logic: op, comparison, slot, end: 0, constant };
                places.push(self.op(joined, -1));
            } else {
                places.push(self.op(Op::Join(op, 0), -1));
            }
        }
        let here = self.here();
        for place in places {
            if let Op::Decided(_, end) | Op::Join(_, end) | Op::JoinCompareSlot { end, .. } =
                &mut self.ops[place]
            {
                *end = here;
            }
        }
    }

    fn is_double(&self, id: NodeId) -> bool {
        matches!(self.tree.node(id).ty, Ty::Double(_))
    }

    /// The slot, where a node is nothing else.
    fn slot(&self, id: NodeId) -> Option<u16> {
        match self.tree.node(id).kind {
            Kind::Read(Source::Slot(slot)) => Some(slot),
            _ => None,
        }
    }

    /// `a + b + c` and other operators that group from the left, without recursion on the left.
    fn spine(&mut self, id: NodeId) {
        let mut waiting = Vec::new();
        let mut leftmost = id;
        while let Kind::Binary(op, left, right) = &self.tree.node(leftmost).kind
            && (leftmost == id || !self.is_short(leftmost))
        {
            let doubles =
                !matches!(op, BinaryOp::Compare(_)) && self.is_double(*left) && self.is_double(*right);
            waiting.push((*right, if doubles { Op::Double(*op) } else { Op::Binary(*op) }));
            leftmost = *left;
        }
        self.emit(leftmost);
        while let Some((right, op)) = waiting.pop() {
            self.emit(right);
            self.op(op, -1);
        }
    }

    /// Whether a node has a shorter form than its operands and an operation.
    fn is_short(&self, id: NodeId) -> bool {
        self.tree.constant(id).is_some()
            || self.one_op(id).is_some()
            || self.compared_with_constant(id).is_some()
    }

    /// The one operation that does all of a comparison or of an operator, if there is one.
    fn one_op(&self, id: NodeId) -> Option<Op> {
        let Kind::Binary(op, left, right) = self.tree.node(id).kind else { return None };
        if let Some((inner, comparison, constant)) = self.compared_with_constant(id) {
            return self.slot(inner).map(|slot| Op::CompareSlot { slot, comparison, constant });
        }
        if let Some(op) = self.compared_with_duration(op, left, right) {
            return Some(op);
        }
        if !self.is_double(left) || !self.is_double(right) {
            return None;
        }
        let slot = self.slot(left)?;
        match (op, &self.tree.node(right).kind) {
            (BinaryOp::Compare(comparison), Kind::Read(Source::Param(param))) => {
                Some(Op::CompareSlotParam { slot, comparison, param: *param })
            }
            (BinaryOp::Compare(_), _) => None,
            _ => Some(Op::DoubleSlots { op, left: slot, right: self.slot(right)? }),
        }
    }

    /// A comparison of a double with a constant, seen from the double.
    fn compared_with_constant(&self, id: NodeId) -> Option<(NodeId, Comparison, f64)> {
        let Kind::Binary(BinaryOp::Compare(comparison), left, right) = self.tree.node(id).kind else {
            return None;
        };
        let from_left = || Some((left, comparison, self.exact_double(right)?));
        let from_right = || Some((right, flipped(comparison), self.exact_double(left)?));
        (self.is_double(left).then(from_left).flatten())
            .or_else(|| self.is_double(right).then(from_right).flatten())
    }

    /// A comparison of a slot in a unit of time with a constant duration.
    fn compared_with_duration(&self, op: BinaryOp, left: NodeId, right: NodeId) -> Option<Op> {
        let BinaryOp::Compare(comparison) = op else { return None };
        let compared =
            |id: NodeId, comparison, with: NodeId| match (&self.tree.node(id).kind, self.tree.constant(with))
            {
                (Kind::ReadTime(Source::Slot(slot), unit), Some(Val::Duration(nanos))) => {
                    Some(Op::CompareTime { slot: *slot, unit: *unit, comparison, nanos })
                }
                _ => None,
            };
        compared(left, comparison, right).or_else(|| compared(right, flipped(comparison), left))
    }

    /// A constant number as a double, if none of it is lost.
    fn exact_double(&self, id: NodeId) -> Option<f64> {
        match self.tree.constant(id)? {
            Val::Double(value) => Some(value),
            Val::Int(value) if value.unsigned_abs() <= 1 << 53 => Some(value as f64),
            _ => None,
        }
    }
}

/// The comparison that holds with the sides swapped.
pub(super) fn flipped(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Equal | Comparison::NotEqual => comparison,
        Comparison::Less => Comparison::Greater,
        Comparison::LessEqual => Comparison::GreaterEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterEqual => Comparison::LessEqual,
    }
}
