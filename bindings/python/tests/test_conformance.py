"""Runs the cases that every language runs (bindings/conformance) and compares the answers byte for byte."""

import functools
import hashlib
import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import connected_cars as cc

FOLDER = Path(__file__).parents[2] / "conformance"
CASES: list[tuple[str, dict[str, Any]]] = [
    (f"{path.relative_to(FOLDER)}: {case['name']}", case)
    for path in sorted((FOLDER / "cases").rglob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))["cases"]
]


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[name for name, _ in CASES])
def test_the_answer_is_the_same_in_every_language(case: dict[str, Any]) -> None:
    assert answer(case) == case["expect"]


def test_as_many_cases_as_the_other_languages_run() -> None:
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    assert len(CASES) == manifest["cases"]
    if counts := os.environ.get("CC_CONFORMANCE_COUNTS"):
        Path(counts).mkdir(parents=True, exist_ok=True)
        Path(counts, "python").write_text(f"{len(CASES)}\n", encoding="utf-8")


def test_every_error_code_has_a_case() -> None:
    seen = {case["expect"]["error"] for _, case in CASES if "error" in case["expect"]}
    # A bug is the one thing that no input brings about.
    assert seen == set(cc.ERROR_CODES) - {"internal"}


def answer(case: dict[str, Any]) -> dict[str, Any]:
    try:
        match case["call"]:
            case "config":
                return compiled(case)
            case "decode":
                return decoded(case)
            case "merge":
                return merged(case)
            case "rollout":
                return buckets(case)
            case "words":
                return said(case)
            case _:
                return ran(case)
    except cc.CcError as error:
        return {"error": error.code}


def compiled(case: dict[str, Any]) -> dict[str, Any]:
    config = cc.compile_config(
        [(layer["name"], layer["json"].encode()) for layer in case.get("layers", [])],
        vehicle=case.get("vehicle"),
        attributes=case.get("attributes", {}),
    )
    rest = [origin.json for origin in config.origins] + [arm.json for arm in config.arms]
    return {"lines": [config.json, config.etag, *rest]}


def buckets(case: dict[str, Any]) -> dict[str, Any]:
    return {"lines": [str(cc.rollout_bucket(case["experiment"], vehicle)) for vehicle in case.get("vehicles", [])]}


def decoded(case: dict[str, Any]) -> dict[str, Any]:
    options = case.get("options", {})
    data = case["input"].encode() if "input" in case else bytes.fromhex(case["input_hex"])
    items = cc.decode(
        data,
        case["format"],
        framing=options.get("framing", "can"),
        signal_sets=[text.encode() for text in options.get("signal_sets", [])],
    )
    return {"lines": [item.json for item in items]}


def loaded(case: dict[str, Any]) -> cc.RulePack:
    if signed := case.get("signed"):
        now = datetime.fromisoformat(signed["now"])
        return cc.RulePack.load_signed(signed["file"].encode(), signed["trusted_keys"], now)
    return cc.RulePack.load(case["pack"].encode()) if "pack" in case else cc.RulePack.standard()


def said(case: dict[str, Any]) -> dict[str, Any]:
    pack = loaded(case)
    for catalogue in case.get("catalogues", []):
        pack = pack.with_catalogue(catalogue["language"], catalogue["json"])
    lines = [" ".join(pack.languages)]
    for language in case.get("languages", []):
        for key in case.get("messages", []):
            words = pack.words(language, key)
            lines += [words.title, words.text] if words else ["no such message"]
    return {"lines": lines}


def merged(case: dict[str, Any]) -> dict[str, Any]:
    pack = loaded(case)
    texts: list[str] = []
    # Each batch is a side of its own.
    for batch in case.get("batches", []):
        side = pack.run(batch["events"].encode(), lateness=timedelta(milliseconds=batch.get("lateness_ms", 0)))
        texts += [mine.json for mine in pack.recommendations(side.state)]
    texts += case.get("recommendations", [])
    one = functools.reduce(lambda first, second: cc.merge_recommendations(first, second).json, texts)
    return {"lines": [cc.read_recommendation(text).json for text in [*texts, one]]}


def ran(case: dict[str, Any]) -> dict[str, Any]:
    pack = loaded(case)
    state = bytes.fromhex(case["state_hex"]) if "state_hex" in case else None
    batches = []
    for batch in case["batches"]:
        outcome = pack.run(
            batch["events"].encode(),
            lateness=timedelta(milliseconds=batch.get("lateness_ms", 0)),
            until=datetime.fromisoformat(batch["until"]) if "until" in batch else None,
            keep_waiting=batch.get("keep_waiting", False),
            state=state,
            profiles=[cc.VehicleProfile(**profile) for profile in case.get("profiles", [])],
        )
        state = outcome.state
        answer = {
            "changes": [change.json for change in outcome.changes],
            "rejected": [{"line": line.line, "reason": line.reason} for line in outcome.rejected],
            "late": outcome.late,
        }
        if case.get("with_state"):
            vehicles = outcome.state.split(b"\n", 1)[1]
            answer["state_sha256"] = hashlib.sha256(vehicles).hexdigest()
        batches.append(answer)
    return {"batches": batches}
