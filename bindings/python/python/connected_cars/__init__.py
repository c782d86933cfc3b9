"""From a car's bytes to a recommendation a driver can act on.

Three things: :func:`decode` turns what a car, an adapter or the data stream sent into readings, trouble codes and
refusals; :class:`RulePack` runs rules over events and says what changed and what is open, which
:func:`merge_recommendations` joins with what a platform has; :func:`compile_config` makes one document of layers of
settings. They release the interpreter lock while they work.
Every item, change and recommendation has its canonical JSON in ``json``: the same bytes in every language of the SDK.
"""

from typing import TypeAlias

from ._cc import (
    ERROR_CODES,
    Action,
    Change,
    ChangeKind,
    CodeScan,
    CompiledConfig,
    ConfigArm,
    ConfigOrigin,
    MonitorReadiness,
    NegativeResponse,
    NoValue,
    OtherAnswer,
    Quantity,
    Reading,
    Recommendation,
    RecommendationText,
    RejectedLine,
    RulePack,
    RunOutcome,
    StreamEvent,
    TroubleCode,
    Unreadable,
    Urgency,
    VehicleProfile,
    compile_config,
    decode,
    merge_recommendations,
    read_recommendation,
    rollout_bucket,
    sdk_version,
)
from ._error import CcError

#: What :func:`decode` gives.
DecodedItem: TypeAlias = (
    Reading
    | NoValue
    | TroubleCode
    | NegativeResponse
    | CodeScan
    | MonitorReadiness
    | Unreadable
    | StreamEvent
    | OtherAnswer
)

__version__ = sdk_version()

__all__ = [
    "ERROR_CODES",
    "Action",
    "CcError",
    "Change",
    "ChangeKind",
    "CodeScan",
    "CompiledConfig",
    "ConfigArm",
    "ConfigOrigin",
    "DecodedItem",
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
