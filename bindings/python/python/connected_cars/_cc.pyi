"""The native half of ``connected_cars``; written by hand, checked against the module by stubtest."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, Literal, final

__all__ = [
    "ERROR_CODES",
    "Action",
    "Change",
    "ChangeKind",
    "CodeScan",
    "CompiledConfig",
    "ConfigArm",
    "ConfigOrigin",
    "MonitorReadiness",
    "NegativeResponse",
    "NoValue",
    "OtherAnswer",
    "Quantity",
    "Reading",
    "Recommendation",
    "RecommendationText",
    "RejectedLine",
    "RulePack",
    "RunOutcome",
    "StreamEvent",
    "TroubleCode",
    "Unreadable",
    "Urgency",
    "VehicleProfile",
    "compile_config",
    "decode",
    "merge_recommendations",
    "read_recommendation",
    "rollout_bucket",
    "sdk_version",
]

ERROR_CODES: Final[list[str]]

@final
class ChangeKind:
    """What became of a recommendation."""

    RAISED: Final[ChangeKind]
    """It is new."""
    UPDATED: Final[ChangeKind]
    """It is still open, and says something else."""
    CLEARED: Final[ChangeKind]
    """It is over."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __int__(self) -> int: ...

@final
class Urgency:
    """How much it matters, from the least to the most."""

    INFO: Final[Urgency]
    """Good to know."""
    LOW: Final[Urgency]
    """When convenient."""
    MEDIUM: Final[Urgency]
    """Soon."""
    HIGH: Final[Urgency]
    """This week."""
    CRITICAL: Final[Urgency]
    """Now."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __int__(self) -> int: ...
    def __lt__(self, other: Urgency, /) -> bool: ...
    def __le__(self, other: Urgency, /) -> bool: ...
    def __gt__(self, other: Urgency, /) -> bool: ...
    def __ge__(self, other: Urgency, /) -> bool: ...

@final
class Action:
    """What a person should do."""

    TEXT_WORKSHOP: Final[Action]
    """Write to the workshop."""
    BOOK: Final[Action]
    """Book a visit at the workshop."""
    CALL_ASSISTANCE: Final[Action]
    """Call roadside assistance."""
    STOP_SAFELY: Final[Action]
    """Stop as soon as it is safe."""
    BATTERY_TEST: Final[Action]
    """Have the battery tested."""
    CHECK_YOURSELF: Final[Action]
    """Look at it yourself."""
    NOTHING: Final[Action]
    """Nothing; it is only said."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __int__(self) -> int: ...

@final
class Reading:
    """One signal's value."""

    @property
    def line(self) -> int:
        """The line that completed it, counted from 1."""

    @property
    def ecu(self) -> str | None:
        """Who sent it, where known: ``7E8``, or ``10`` on a K-line."""

    @property
    def at(self) -> datetime | None:
        """When, where the input says so."""

    @property
    def json(self) -> str:
        """The item as one line of JSON. It holds what the car said, a VIN included."""

    @property
    def signal(self) -> str:
        """The signal: an id of the catalogue, or of the signal set that was given."""

    @property
    def value(self) -> float | bool | str | date | datetime:
        """Its value."""

    @property
    def unit(self) -> str | None:
        """The unit of a number, such as ``km/h``."""

    @property
    def freeze_frame(self) -> int | None:
        """The freeze frame it was stored in: then it is not the value now."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class NoValue:
    """A signal that the car says has no value now."""

    @property
    def line(self) -> int:
        """The line that completed it, counted from 1."""

    @property
    def ecu(self) -> str | None:
        """Who sent it, where known: ``7E8``, or ``10`` on a K-line."""

    @property
    def at(self) -> datetime | None:
        """When, where the input says so."""

    @property
    def json(self) -> str:
        """The item as one line of JSON. It holds what the car said, a VIN included."""

    @property
    def signal(self) -> str:
        """The signal."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class TroubleCode:
    """One trouble code."""

    @property
    def line(self) -> int:
        """The line that completed it, counted from 1."""

    @property
    def ecu(self) -> str | None:
        """Who sent it, where known: ``7E8``, or ``10`` on a K-line."""

    @property
    def at(self) -> datetime | None:
        """When, where the input says so."""

    @property
    def json(self) -> str:
        """The item as one line of JSON. It holds what the car said, a VIN included."""

    @property
    def dtc(self) -> str:
        """Its canonical text, such as ``P0301`` or ``VAG 17978``."""

    @property
    def status(self) -> int | None:
        """Its status byte (ISO 14229-1), where there is one."""

    @property
    def service(self) -> int | None:
        """The service that read it, such as ``0x03``; none in the data stream."""

    @property
    def freeze_frame(self) -> int | None:
        """The freeze frame that it stored."""

    @property
    def diff(self) -> Literal["added", "changed", "removed"] | None:
        """What changed since the last scan, in the data stream."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class NegativeResponse:
    """An ECU refused a request, or asked for patience."""

    @property
    def line(self) -> int:
        """The line that completed it, counted from 1."""

    @property
    def ecu(self) -> str | None:
        """Who sent it, where known: ``7E8``, or ``10`` on a K-line."""

    @property
    def at(self) -> datetime | None:
        """When, where the input says so."""

    @property
    def json(self) -> str:
        """The item as one line of JSON. It holds what the car said, a VIN included."""

    @property
    def service(self) -> int:
        """The refused service."""

    @property
    def reason_code(self) -> int:
        """Why (ISO 14229-1, annex A.1)."""

    @property
    def reason(self) -> str | None:
        """The name of the reason, where it has one."""

    @property
    def pending(self) -> bool:
        """Whether the answer follows later."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class CodeScan:
    """A whole list of codes was read; its codes came before it, one item each."""

    @property
    def line(self) -> int:
        """The line that completed it, counted from 1."""

    @property
    def ecu(self) -> str | None:
        """Who sent it, where known: ``7E8``, or ``10`` on a K-line."""

    @property
    def at(self) -> datetime | None:
        """When, where the input says so."""

    @property
    def json(self) -> str:
        """The item as one line of JSON. It holds what the car said, a VIN included."""

    @property
    def service(self) -> Literal["pending", "permanent", "stored", "uds"]:
        """What was asked for."""

    @property
    def code_count(self) -> int:
        """How many codes the list has, possibly none."""

    @property
    def complete(self) -> bool:
        """Whether the list is known to be complete."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class MonitorReadiness:
    """The emission monitors."""

    @property
    def line(self) -> int:
        """The line that completed it, counted from 1."""

    @property
    def ecu(self) -> str | None:
        """Who sent it, where known: ``7E8``, or ``10`` on a K-line."""

    @property
    def at(self) -> datetime | None:
        """When, where the input says so."""

    @property
    def json(self) -> str:
        """The item as one line of JSON. It holds what the car said, a VIN included."""

    @property
    def lamp_on(self) -> bool:
        """Whether the ECU asks for the malfunction indicator lamp."""

    @property
    def code_count(self) -> int:
        """How many confirmed codes it holds."""

    @property
    def ready(self) -> list[str]:
        """The monitors the car has that are ready, by name."""

    @property
    def not_ready(self) -> list[str]:
        """The monitors the car has that are not ready, by name."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Unreadable:
    """Something that could not be read, or that the adapter reported."""

    @property
    def line(self) -> int:
        """The line that completed it, counted from 1."""

    @property
    def ecu(self) -> str | None:
        """Who sent it, where known: ``7E8``, or ``10`` on a K-line."""

    @property
    def at(self) -> datetime | None:
        """When, where the input says so."""

    @property
    def json(self) -> str:
        """The item as one line of JSON. It holds what the car said, a VIN included."""

    @property
    def reason(self) -> str:
        """Why: a fragment without a VIN or a position."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class StreamEvent:
    """Another event of the data stream; its JSON has the rest."""

    @property
    def line(self) -> int:
        """The line that completed it, counted from 1."""

    @property
    def ecu(self) -> str | None:
        """Who sent it, where known: ``7E8``, or ``10`` on a K-line."""

    @property
    def at(self) -> datetime | None:
        """When, where the input says so."""

    @property
    def json(self) -> str:
        """The item as one line of JSON. It holds what the car said, a VIN included."""

    @property
    def event_type(self) -> str:
        """The event's type, such as ``gps_position``."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class OtherAnswer:
    """Anything else a car answers; its JSON says it all."""

    @property
    def line(self) -> int:
        """The line that completed it, counted from 1."""

    @property
    def ecu(self) -> str | None:
        """Who sent it, where known: ``7E8``, or ``10`` on a K-line."""

    @property
    def at(self) -> datetime | None:
        """When, where the input says so."""

    @property
    def json(self) -> str:
        """The item as one line of JSON. It holds what the car said, a VIN included."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Quantity:
    """A number with its unit."""

    @property
    def value(self) -> float:
        """The number."""

    @property
    def unit(self) -> str | None:
        """Its unit, such as ``°C``."""

    def __new__(cls, value: float, unit: str | None = None) -> Quantity: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Change:
    """One change of one recommendation."""

    @property
    def at(self) -> datetime:
        """When, in the time of the events; to the microsecond (``json`` has more)."""

    @property
    def vehicle(self) -> str:
        """The vehicle with its organisation, such as ``local/0``."""

    @property
    def id(self) -> str:
        """The recommendation's id: 32 hexadecimal digits."""

    @property
    def rule(self) -> str:
        """The rule behind it."""

    @property
    def change(self) -> ChangeKind:
        """What became of it."""

    @property
    def urgency(self) -> Urgency:
        """How much it matters."""

    @property
    def action(self) -> Action:
        """What to do."""

    @property
    def due(self) -> datetime | None:
        """Until when, if there is a limit."""

    @property
    def message_key(self) -> str:
        """The key of its words in the pack; see ``RulePack.words``."""

    @property
    def arguments(self) -> dict[str, bool | Quantity | str]:
        """The arguments of the words."""

    @property
    def json(self) -> str:
        """The change as canonical JSON (RFC 8785)."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Recommendation:
    """A recommendation that is open now."""

    @property
    def id(self) -> str:
        """Its id: 32 hexadecimal digits."""

    @property
    def aliases(self) -> list[str]:
        """Ids of recommendations that were merged into this one, sorted."""

    @property
    def vehicle(self) -> str:
        """The vehicle with its organisation, such as ``local/0``."""

    @property
    def rule(self) -> str:
        """The rule behind it."""

    @property
    def group(self) -> str:
        """The group: at most one is open a vehicle and group. A rule without a group is its own."""

    @property
    def since(self) -> datetime:
        """When the fault began; to the microsecond (``json`` has more)."""

    @property
    def urgency(self) -> Urgency:
        """How much it matters."""

    @property
    def action(self) -> Action:
        """What to do."""

    @property
    def due(self) -> datetime | None:
        """Until when, if there is a limit."""

    @property
    def message_key(self) -> str:
        """The key of its words in the pack; see ``RulePack.words``."""

    @property
    def arguments(self) -> dict[str, bool | Quantity | str]:
        """The arguments of the words."""

    @property
    def json(self) -> str:
        """The recommendation as canonical JSON (RFC 8785): what ``merge_recommendations`` takes."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class RecommendationText:
    """The words of a recommendation in one language."""

    @property
    def title(self) -> str:
        """One line, for a list."""

    @property
    def text(self) -> str:
        """What to tell the driver."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class RejectedLine:
    """A line of the events that is no event."""

    @property
    def line(self) -> int:
        """The line, counted from 1, on which it begins."""

    @property
    def reason(self) -> str:
        """Why."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class VehicleProfile:
    """What one vehicle is, where a rule's figures depend on it."""

    @property
    def vehicle(self) -> str:
        """The vehicle with its organisation."""

    @property
    def engine_family(self) -> str | None:
        """The engine family, such as ``LM7``."""

    @property
    def model(self) -> str | None:
        """Maker and model."""

    @property
    def market(self) -> str | None:
        """The market it was made for."""

    @property
    def fleet(self) -> str | None:
        """The fleet it belongs to."""

    def __new__(
        cls,
        vehicle: str,
        *,
        engine_family: str | None = None,
        model: str | None = None,
        market: str | None = None,
        fleet: str | None = None,
    ) -> VehicleProfile: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class RunOutcome:
    """What a run gave."""

    @property
    def changes(self) -> list[Change]:
        """The changes, sorted by instant, vehicle and rule."""

    @property
    def state(self) -> bytes:
        """States and waiting events of all vehicles, for the next run."""

    @property
    def rejected(self) -> list[RejectedLine]:
        """The lines that are no events; they do not stop the rest."""

    @property
    def late(self) -> int:
        """How many events came too late to count."""

    @property
    def duplicates(self) -> int:
        """How many events were there twice."""

    @property
    def refused(self) -> int:
        """How many events name no vehicle, or lie outside the years 1678 to 2261."""

@final
class RulePack:
    """A checked pack of rules. Loading checks it anew, so keep it; it may be used from several threads at once."""

    @staticmethod
    def standard() -> RulePack:
        """The standard pack, which is part of the library."""

    @staticmethod
    def load(canonical: bytes | bytearray) -> RulePack:
        """Loads a pack in its canonical form (JSON), and checks it.

        Raises CcError (``pack_invalid``) with every finding.
        """

    @staticmethod
    def load_signed(signed_pack: bytes | bytearray, trusted_keys: str, now: datetime) -> RulePack:
        """Loads a signed pack if a trusted key that is valid at ``now`` has signed it; nothing of another one is read.

        ``trusted_keys``: a line a key: ``ed25519:`` and 64 hexadecimal digits, then ``from`` and ``until`` with an
        instant where it has them.
        ``now``: an aware instant. Without a trusted clock, the time that is known best.

        Raises CcError (``pack_untrusted``, ``pack_invalid``, ``option_invalid``).
        """

    def with_catalogue(self, language: str, catalogue: str) -> RulePack:
        """The same pack with messages in one more language, or with others for some of a language that it has.

        ``catalogue``: a file of messages in JSON, ``{"messages":{"de":{"overheat":{"text":"…"}}}}``; it may lack
        messages, and is checked against the rules that speak them. Rules and states stay as they are.

        Raises CcError (``pack_invalid``) with every finding.
        """

    @property
    def id(self) -> str:
        """The pack's name."""

    @property
    def version(self) -> str:
        """The pack's version."""

    @property
    def rule_ids(self) -> list[str]:
        """The ids of its rules, sorted."""

    @property
    def languages(self) -> list[str]:
        """The languages it has words in."""

    def words(
        self,
        language: str,
        message_key: str,
        arguments: Mapping[str, bool | Quantity | float | str] = ...,
    ) -> RecommendationText | None:
        """The words of a recommendation. Where the pack lacks the language, English; none where it lacks the key."""

    def run(
        self,
        events: bytes | bytearray,
        *,
        lateness: timedelta = ...,
        until: datetime | None = None,
        keep_waiting: bool = False,
        state: bytes | bytearray | None = None,
        profiles: Sequence[VehicleProfile] = ...,
    ) -> RunOutcome:
        """Runs the pack over events: push-v2 JSON, an array or one event a line, of any vehicles and in any order.

        ``lateness``: how much later than a newer one an event of the same vehicle may come and still count.
        ``until``: nothing before this (aware) instant will come any more; run up to it, keep the rest waiting.
        ``keep_waiting``: more events will come; keep those that the lateness does not release yet. Without this
        and without ``until``, everything is released.
        ``state``: what an earlier run gave; none for a fresh start.
        ``profiles``: what vehicles are; counts for those that have no state yet.

        Raises CcError (``state_invalid``, ``option_invalid``).
        """

    def recommendations(self, state: bytes | bytearray) -> list[Recommendation]:
        """What is open now: at most one recommendation a vehicle and group, sorted by vehicle and group.

        ``state``: what a run gave. Arguments have their values of the newest instant that the run has done.

        Raises CcError (``state_invalid``).
        """

def decode(
    data: bytes | bytearray,
    format: Literal["elm327", "candump", "asc", "csv", "pairs", "slcan", "push_v2"],
    *,
    framing: Literal["can", "kline"] | None = None,
    signal_sets: Sequence[bytes | bytearray] = ...,
    model_year: int | None = None,
) -> list[
    Reading
    | NoValue
    | TroubleCode
    | NegativeResponse
    | CodeScan
    | MonitorReadiness
    | Unreadable
    | StreamEvent
    | OtherAnswer
]:
    """Decodes a whole capture: readings, trouble codes, refusals and what cannot be read, in the order of the input.

    Damage is no error of the call: it is an item, and the rest is decoded all the same.

    ``framing``: the bus that carried answers without a header; by default pairs are CAN.
    ``signal_sets``: OBDb signal sets (JSON), the one that wins first.
    ``model_year``: of the car; signal sets choose their commands by it.

    Raises CcError (``signal_set_invalid``).
    """

@final
class ConfigOrigin:
    """Where a value comes from."""

    @property
    def path(self) -> str:
        """The value's JSON Pointer (RFC 6901)."""

    @property
    def layer(self) -> str:
        """The layer."""

    @property
    def line(self) -> int | None:
        """The line in the layer's text, counted from 1."""

    @property
    def column(self) -> int | None:
        """The byte within the line, counted from 1."""

    @property
    def json(self) -> str:
        """The same as canonical JSON."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class ConfigArm:
    """What an experiment meant for a document."""

    @property
    def path(self) -> str:
        """The JSON Pointer of the value that it decides."""

    @property
    def layer(self) -> str:
        """The layer it stands in."""

    @property
    def experiment(self) -> str:
        """The experiment."""

    @property
    def arm(self) -> str | None:
        """The arm; none where the subject takes no part."""

    @property
    def json(self) -> str:
        """The same as canonical JSON."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class CompiledConfig:
    """The settings of one subject."""

    @property
    def json(self) -> str:
        """The document, as canonical JSON."""

    @property
    def etag(self) -> str:
        """Its strong entity tag: SHA-256 in hexadecimal, in quotes."""

    @property
    def origins(self) -> list[ConfigOrigin]:
        """Where each value comes from, in the order of the document."""

    @property
    def arms(self) -> list[ConfigArm]:
        """What experiments meant for the document, sorted by path."""

def read_recommendation(json: str) -> Recommendation:
    """Reads a recommendation, such as one that a platform gave: canonical JSON, or any JSON with its members.

    ``aliases``, ``args`` and ``due`` may be absent or null; members that mean nothing here are passed over.

    Raises CcError (``recommendation_invalid``) that says where, and never what stands there.
    """

def merge_recommendations(first: str, second: str) -> Recommendation:
    """Makes one recommendation of two of one vehicle and group, each given as ``Recommendation.json`` or what
    ``read_recommendation`` takes.

    The one that started first gives id and start, and keeps the other's id as an alias; the more urgent one gives
    words, action and urgency; the earlier due date holds. The order does not matter, and a recommendation with itself
    is itself.

    Raises CcError (``recommendation_mismatch`` if vehicle or group differ, ``recommendation_invalid``).
    """

def compile_config(
    layers: Sequence[tuple[str, bytes | bytearray]],
    *,
    vehicle: str | None = None,
    attributes: Mapping[str, str] = ...,
) -> CompiledConfig:
    """Compiles layers of settings (a name and a JSON object each), each over those before it, by JSON Merge Patch.

    ``vehicle``: whom the document is for, such as ``local/0``; without one no experiment reaches it.
    ``attributes``: what else is known, such as ``{"market": "dk"}``; experiments may reach only some.

    Raises CcError (``config_invalid``, ``option_invalid``).
    """

def rollout_bucket(experiment: str, vehicle: str) -> int:
    """The bucket of a vehicle in an experiment, 0 to 9,999, the same on every platform.

    The vehicle takes part while its bucket is below the experiment's percentage times 100.

    Raises CcError (``option_invalid``).
    """

def sdk_version() -> str:
    """The version of the SDK, such as ``0.1.0``."""
