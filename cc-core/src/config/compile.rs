//! Layers over one another.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::compiled::Value;
use super::tree::{Key, Member, Node, Rollout, push_key};
use super::{Compiled, ConfigArm, ConfigError, ConfigProblem, Layer, MOST_LAYERS, Origin, Subject};

/// Compiles layers, each over those before it, to the document of one subject. See the [module](super) for how.
///
/// # Examples
///
/// ```
/// use cc_core::config::{Layer, Subject, compile};
///
/// let layer = Layer::parse(
///     "global",
///     r#"{"map": {"$rollout": {"experiment": "new_map", "percent": 10, "value": "new", "otherwise": "old"}}}"#,
/// )?;
/// // local/0 is in bucket 672 of new_map, semler/7 in 2,784: only the first is among the first 10 %.
/// let for_car = |car: &str| Ok::<_, Box<dyn std::error::Error>>(compile(&[layer.clone()], &Subject::vehicle(car.parse()?))?);
/// assert_eq!(for_car("local/0")?.to_json(), r#"{"map":"new"}"#);
/// assert_eq!(for_car("semler/7")?.to_json(), r#"{"map":"old"}"#);
///
/// let error = compile(&[layer.clone(), layer.clone()], &Subject::default()).unwrap_err();
/// assert_eq!(error.to_string(), "global: expected every layer once");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn compile(layers: &[Layer], subject: &Subject) -> Result<Compiled, ConfigError> {
    compile_refs(&layers.iter().collect::<Vec<_>>(), subject)
}

pub(super) fn compile_refs(layers: &[&Layer], subject: &Subject) -> Result<Compiled, ConfigError> {
    for (i, layer) in layers.iter().enumerate() {
        let problem = if i >= MOST_LAYERS {
            ConfigProblem::LayerCount
        } else if layers[..i].iter().any(|other| other.name == layer.name) {
            ConfigProblem::LayerTwice
        } else {
            continue;
        };
        return Err(ConfigError { layer: layer.name().into(), path: "".into(), place: None, problem });
    }
    let mut compiled = Compiled::default();
    for layer in layers {
        let mut merge = Merge { layer: &layer.name, subject, arms: &mut compiled.arms, path: String::new() };
        merge.members(&mut compiled.root, &layer.root);
    }
    compiled.arms.sort_by(|a, b| (&a.path, &a.experiment).cmp(&(&b.path, &b.experiment)));
    Ok(compiled)
}

/// One layer on its way into the document.
struct Merge<'a> {
    layer: &'a Arc<str>,
    subject: &'a Subject,
    arms: &'a mut Vec<ConfigArm>,
    path: String,
}

impl Merge<'_> {
    fn members(&mut self, into: &mut BTreeMap<Key, Value>, members: &BTreeMap<Key, Member>) {
        for (key, member) in members {
            let length = self.path.len();
            push_key(&mut self.path, &key.0);
            if let Some(member) = self.resolved(member)
                && let Some(value) = self.merged(into.remove(key), member)
            {
                into.insert(key.clone(), value);
            }
            self.path.truncate(length);
        }
    }

    /// What becomes of the value below when this one is laid over it; `None` where it is deleted.
    fn merged(&mut self, below: Option<Value>, member: &Member) -> Option<Value> {
        let origin = Origin { layer: self.layer.clone(), place: member.place };
        match &member.node {
            Node::Leaf(json) if **json == *"null" => None,
            Node::Leaf(json) => Some(Value::Leaf { json: json.clone(), origin }),
            Node::Object(members) => {
                let (mut object, origin) = match below {
                    Some(Value::Object { members, origin }) => (members, origin),
                    _ => (BTreeMap::new(), origin),
                };
                self.members(&mut object, members);
                Some(Value::Object { members: object, origin })
            }
            // Resolved before it comes here.
            Node::Rollout(_) => below,
        }
    }

    /// The value that the layer holds for the subject; `None` where it says nothing.
    fn resolved<'m>(&mut self, mut member: &'m Member) -> Option<&'m Member> {
        while let Node::Rollout(rollout) = &member.node {
            let arm = self.arm(rollout);
            self.arms.push(ConfigArm {
                path: self.path.as_str().into(),
                layer: self.layer.clone(),
                experiment: rollout.trial.experiment.name().clone(),
                arm: arm
                    .and_then(|i| rollout.trial.experiment.arms().get(i))
                    .map(|arm| Box::from(arm.name())),
            });
            let value = arm.and_then(|i| rollout.values.get(i)?.as_ref());
            member = value.or(rollout.otherwise.as_ref())?;
        }
        Some(member)
    }

    fn arm(&self, rollout: &Rollout) -> Option<usize> {
        let experiment = &rollout.trial.experiment;
        if let Some(forced) = self.subject.arms.get(experiment.name()) {
            return experiment.arms().iter().position(|arm| arm.name() == &**forced);
        }
        let vehicle = self.subject.vehicle_ref()?;
        let reached = rollout.trial.only.iter().all(|(attribute, values)| {
            self.subject.attribute(attribute).is_some_and(|value| values.iter().any(|known| **known == value))
        });
        if reached { experiment.arm_index(vehicle) } else { None }
    }
}
