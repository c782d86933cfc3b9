//! Conversations between a driver and a workshop, and the messages in them.
//!
//! Of a conversation its head is kept: state, read marks, times. Each message is an item of its own, so that writing one costs the
//! same however many there are. Earlier versions kept all messages in the conversation, too: such a one is read, and made to a head
//! where it is written next.

use cc_core::platform::{Conversation, Message, MessageId, Participant};
use cc_core::{UserId, VehicleRef, WorkshopId};

use super::changes::{Asked, Kind, Stop, invalid};
use super::members::Members;
use super::{Collection, Item, Spot, care, last, refresh_whole_vehicle};
use crate::auth::Role;
use crate::auth::account::near;
use crate::problem::Problem;
use crate::storage::{Edit, JOINT, Scan, StorageError, View, key};

pub(super) fn change(edit: &mut dyn Edit, asked: &Asked<'_>) -> Result<u64, Stop> {
    let known = asked.item(edit)?.filter(|item| item.value.is_some());
    match (asked.kind, known) {
        (Kind::Put, None) => open(edit, asked),
        (Kind::Put, Some(item)) => {
            asked.own(&item)?;
            let (conversation, _) = side(asked, &item)?;
            if with(&asked.body)? != (conversation.vehicle.0, conversation.workshop.0) {
                return Err(invalid("a conversation keeps its vehicle and its workshop"));
            }
            Ok(item.version)
        }
        (Kind::Act, Some(item)) => {
            let (conversation, side) = side(asked, &item)?;
            let done = match asked.action().as_str() {
                "close" => conversation.close(asked.now),
                "reopen" => conversation.reopen(asked.now),
                "read" => {
                    let message = asked.body.text("messageId").and_then(|text| text.parse().ok());
                    let message = message.ok_or_else(|| invalid("messageId: expected a text"))?;
                    let found = find(edit, &asked.spot, &message)?;
                    conversation.with_messages(found).read(side, &message, asked.now)
                }
                _ => return Err(invalid("action: read, close or reopen")),
            };
            let done = done.map_err(invalid)?.without_messages();
            let mut only_later = done.clone();
            only_later.updated_at = conversation.updated_at;
            if only_later == conversation {
                // Nothing was changed, and nobody needs to hear of it.
                return Ok(item.version);
            }
            list(edit, &asked.spot, &conversation)?;
            save(edit, &asked.spot, item, &done)
        }
        (Kind::Act, None) => Err(Problem::not_found().into()),
        _ => Err(asked.not_here()),
    }
}

/// The conversation, and on which side of it the caller is.
fn side(asked: &Asked<'_>, item: &Item) -> Result<(Conversation, Participant), Stop> {
    let conversation = Conversation::from_json(item.value.as_deref().unwrap_or_default()).map_err(invalid)?;
    let workshop = asked.account.workshop.map(WorkshopId);
    if asked.is_own(item) {
        Ok((conversation, Participant::Driver))
    } else if asked.caller.has(Role::Workshop) && workshop == Some(conversation.workshop) {
        Ok((conversation, Participant::Workshop))
    } else {
        Err(Problem::forbidden().into())
    }
}

/// Which vehicle it is about, and with which workshop.
fn with(body: &Members) -> Result<(i64, i64), Stop> {
    let number = |name: &str| {
        let text = body.0.get(name).and_then(|text| text.parse::<i64>().ok());
        text.ok_or_else(|| invalid(format!("{name}: expected a number")))
    };
    Ok((number("vehicleId")?, number("workshopId")?))
}

fn open(edit: &mut dyn Edit, asked: &Asked<'_>) -> Result<u64, Stop> {
    let user = asked.user()?;
    let (vehicle, workshop) = with(&asked.body)?;
    if !asked.account.drives(vehicle) {
        return Err(Problem::not_found().because("a vehicle that is driven by oneself").into());
    }
    let org = &asked.spot.org;
    let vehicle_ref: VehicleRef = format!("{org}/{vehicle}").parse().map_err(invalid)?;
    let id = asked.spot.key.parse().map_err(invalid)?;
    let conversation = Conversation::open(id, vehicle_ref, UserId(user), WorkshopId(workshop), asked.now);
    let sub = &asked.caller.who.sub;
    let is_new = care::may(edit, org, sub, vehicle, workshop)?;
    lead_to(edit, &asked.spot, sub, &conversation)?;
    let item = Item::fresh(edit, &asked.spot, sub)?;
    let version = save(edit, &asked.spot, item, &conversation)?;
    // Of a workshop that sees the vehicle already, or has nobody who could, nobody is told.
    if is_new && !near(edit, org, &format!("workshop/{workshop}"))?.is_empty() {
        refresh_whole_vehicle(edit, org, vehicle)?;
    }
    Ok(version)
}

fn save(edit: &mut dyn Edit, spot: &Spot, mut item: Item, conversation: &Conversation) -> Result<u64, Stop> {
    item.value = Some(conversation.to_json());
    Ok(item.store(edit, spot)?)
}

/// Where the messages of a conversation are named.
fn talk(spot: &Spot) -> String {
    key(&["talk", &spot.org, &spot.key])
}

/// Writes the row by which a workshop sees the vehicle of a conversation.
pub(super) fn lead_to(
    edit: &mut dyn Edit,
    spot: &Spot,
    owner: &str,
    conversation: &Conversation,
) -> Result<(), StorageError> {
    let (vehicle, workshop) = (conversation.vehicle.0, conversation.workshop.0);
    edit.put(&care::row(spot, vehicle, workshop), owner.as_bytes())
}

/// Writes the row by which a conversation names a message.
fn name_message(edit: &mut dyn Edit, conversation: &Spot, message: &str) -> Result<(), StorageError> {
    edit.put(&format!("{}{JOINT}{message}", talk(conversation)), b"")
}

/// The same of a message that is kept, which says of which conversation it is.
pub(super) fn lead_to_message(edit: &mut dyn Edit, spot: &Spot, message: &str) -> Result<(), StorageError> {
    let members = Members::parse(message).unwrap_or_default();
    let Some(conversation) = members.text("conversationId") else { return Ok(()) };
    name_message(edit, &Spot::shared(&spot.org, Collection::Conversations, conversation), &spot.key)
}

fn spot_of(conversation: &Spot, message: &str) -> Spot {
    Spot::shared(&conversation.org, Collection::Messages, message)
}

/// Names the messages that stand in a conversation of an earlier version; they are items of their own already.
fn list(edit: &mut dyn Edit, spot: &Spot, conversation: &Conversation) -> Result<(), StorageError> {
    conversation.messages().iter().try_for_each(|message| name_message(edit, spot, message.id().as_str()))
}

/// A message, if it is in a conversation.
fn find(view: &dyn View, spot: &Spot, id: &MessageId) -> Result<Option<Message>, StorageError> {
    let item = Item::load(view, &spot_of(spot, id.as_str()))?;
    let mut members =
        item.and_then(|item| item.value).as_deref().and_then(Members::parse).unwrap_or_default();
    let is_in_it = members.text("conversationId").as_deref() == Some(&*spot.key);
    members.0.remove("conversationId");
    Ok(Some(members).filter(|_| is_in_it).and_then(|members| Message::from_json(members.to_json()).ok()))
}

/// Where messages of a conversation are, by their keys after one, so many at most.
pub(crate) fn messages(
    view: &dyn View,
    spot: &Spot,
    conversation: &Item,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<Spot>, StorageError> {
    let value = conversation.value.as_deref().unwrap_or_default();
    let whole = Conversation::from_json(value).ok().filter(|whole| !whole.messages().is_empty());
    let names: Vec<String> = if let Some(whole) = whole {
        let mut ids: Vec<&str> = whole.messages().iter().map(|message| message.id().as_str()).collect();
        ids.sort_unstable();
        ids.into_iter()
            .filter(|id| after.is_none_or(|after| *id > after))
            .take(limit)
            .map(str::to_owned)
            .collect()
    } else {
        let prefix = talk(spot);
        let after = after.map(|after| format!("{prefix}{JOINT}{after}"));
        let found = view.scan(Scan { prefix: &prefix, after: after.as_deref(), limit, backwards: false })?;
        found.iter().map(|(name, _)| last(name).to_owned()).collect()
    };
    Ok(names.iter().map(|name| spot_of(spot, name)).collect())
}

/// A message that is there says what it said; when it was sent is as the platform took it.
fn written_already(item: &Item, members: &Members, conversation: &str) -> Result<u64, Stop> {
    let mut known = item.value.as_deref().and_then(Members::parse).unwrap_or_default();
    let mut again = Members::parse(&members.to_json()).unwrap_or_default();
    again.set_text("conversationId", conversation);
    for members in [&mut known, &mut again] {
        members.0.remove("sentAt");
    }
    if known == again { Ok(item.version) } else { Err(invalid("a message is written once")) }
}

/// A message is written once, and changes nothing of its conversation.
pub(super) fn message(edit: &mut dyn Edit, asked: &Asked<'_>) -> Result<u64, Stop> {
    if asked.kind != Kind::Put {
        return Err(asked.not_here());
    }
    let known = asked.item(edit)?;
    let name = asked.body.text("conversationId").ok_or_else(|| invalid("conversationId: expected a text"))?;
    let spot = Spot::of(&asked.caller.who, Collection::Conversations, &name);
    let item = Item::load(edit, &spot)?.filter(|item| item.is_seen_by(&asked.caller.who).is_some());
    let item = item.ok_or_else(Problem::not_found)?;
    let (conversation, side) = side(asked, &item)?;
    let mut members = asked.body.clone();
    members.0.remove("conversationId");
    members.set_text("messageId", &asked.spot.key);
    members.set_text("from", side.as_str());
    // One that is null is one that is left out.
    members.0.retain(|name, value| name != "attachments" || value.trim() != "null");
    members.0.entry("attachments".to_owned()).or_insert_with(|| "[]".to_owned());
    if let Some(known) = known {
        return written_already(&known, &members, &name);
    }
    // When it was sent is the writer's to say, but not in the future.
    let sent = members.instant("sentAt").filter(|at| *at <= asked.now);
    members.set_text("sentAt", &crate::clock::text(sent.unwrap_or(asked.now)));
    let message = Message::from_json(members.to_json()).map_err(invalid)?;
    conversation.write(message, asked.now).map_err(invalid)?;
    members.set_text("conversationId", &name);
    let mut kept = Item::fresh(edit, &asked.spot, &item.owner)?;
    kept.value = Some(members.to_json());
    kept.facts.insert("workshop".to_owned(), conversation.workshop.to_string());
    if !conversation.messages().is_empty() {
        list(edit, &spot, &conversation)?;
        save(edit, &spot, item, &conversation.without_messages())?;
    }
    name_message(edit, &spot, &asked.spot.key)?;
    Ok(kept.store(edit, &asked.spot)?)
}
