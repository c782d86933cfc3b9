"""What the package adds to the conformance cases: types, errors, threads."""

import json
import re
import threading
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

import connected_cars as cc
from connected_cars import CcError, Reading, RulePack, RunOutcome, TroubleCode, Unreadable, Urgency


def event(second: int, kind: str, value: str) -> str:
    return (
        f'{{"id":{second},"organizationKey":"local","vehicleId":0,'
        f'"time":"2026-05-01T10:00:{second:02}Z","type":"{kind}","value":{value}}}'
    )


HOT = "\n".join(
    [event(0, "car_ignition", "true")]
    + [event(second, "can_engine_coolant_temperature_celsius", "118") for second in range(15)]
).encode()


@pytest.fixture(scope="module")
def pack() -> RulePack:
    return RulePack.standard()


def test_a_reading_has_its_signal_value_and_unit() -> None:
    (item,) = cc.decode(b"010C>410C1AF8\n", "pairs")
    assert isinstance(item, Reading)
    assert (item.line, item.signal, item.value, item.unit) == (1, "engine_speed", 1726.0, "rpm")


def test_damage_is_an_item_and_does_not_stop_the_rest() -> None:
    damage, code, _ = cc.decode(bytearray(b"010C>41\n03>43010420\n"), "pairs")
    assert isinstance(damage, Unreadable) and damage.reason
    assert isinstance(code, TroubleCode) and (code.dtc, code.service) == ("P0420", 3)


def test_values_have_their_python_types() -> None:
    def value(kind: str, text: str) -> object:
        (item,) = cc.decode(event(0, kind, text).encode(), "push_v2")
        assert isinstance(item, Reading)
        assert item.at == datetime(2026, 5, 1, 10, tzinfo=timezone.utc)
        return item.value

    assert value("car_ignition", "true") is True
    assert value("can_odometer_km", "5") == 5.0
    assert str(value("can_last_service_at_date", '"2026-02-17"')) == "2026-02-17"
    assert value("can_engine_code", '"CRLB"') == "CRLB"


def test_the_standard_pack_says_what_to_do_and_in_which_words(pack: RulePack) -> None:
    (change,) = pack.run(HOT).changes
    assert (change.rule, change.change, change.action) == ("overheat", cc.ChangeKind.RAISED, cc.Action.STOP_SAFELY)
    assert Urgency.HIGH < change.urgency == Urgency.CRITICAL
    assert change.at == datetime(2026, 5, 1, 10, 0, 10, tzinfo=timezone.utc)
    english = pack.words("en", change.message_key, change.arguments)
    danish = pack.words("da", change.message_key, change.arguments)
    assert english is not None and danish is not None and english != danish
    assert "118" in english.text
    assert pack.words("en", "no_such_key") is None


def test_a_run_goes_on_from_the_state_of_the_one_before(pack: RulePack) -> None:
    lines = HOT.splitlines()
    late = timedelta(minutes=5)
    first = pack.run(b"\n".join(lines[:6]), lateness=late, keep_waiting=True)
    assert first.changes == []
    second = pack.run(b"\n".join(lines[6:]), lateness=late, state=first.state)
    assert second.changes == pack.run(HOT).changes


def test_what_is_open_is_asked_of_the_state(pack: RulePack) -> None:
    outcome = pack.run(HOT)
    (change,) = outcome.changes
    (mine,) = pack.recommendations(bytearray(outcome.state))
    assert (mine.rule, mine.id, mine.urgency, mine.due) == ("overheat", change.id, Urgency.CRITICAL, change.due)
    assert mine.since == datetime(2026, 5, 1, 10, tzinfo=timezone.utc)
    assert mine.arguments["temperature"] == cc.Quantity(118.0, "°C")
    assert cc.read_recommendation(mine.json) == mine == cc.merge_recommendations(mine.json, mine.json)
    assert pack.recommendations(pack.run(b"").state) == []
    with pytest.raises(CcError) as raised:
        pack.recommendations(b"state")
    assert raised.value.code == "state_invalid"


def test_one_is_made_of_the_phones_and_the_platforms(pack: RulePack) -> None:
    (mine,) = pack.recommendations(pack.run(HOT).state)
    theirs = json.loads(mine.json) | {"id": "ff" * 16, "since": "2026-05-01T10:00:02.5Z", "title": "Engine too hot"}
    theirs |= {"urgency": "high", "due": "2026-05-01T09:00:00Z"}
    one = cc.merge_recommendations(json.dumps(theirs), mine.json)
    assert one == cc.merge_recommendations(mine.json, json.dumps(theirs))
    assert (one.id, one.since, one.aliases) == (mine.id, mine.since, ["ff" * 16])
    assert (one.urgency, one.due) == (Urgency.CRITICAL, datetime(2026, 5, 1, 9, tzinfo=timezone.utc))
    for change, code, why in [
        ({"vehicle": "local/1"}, "recommendation_mismatch", "expected two recommendations of one vehicle"),
        ({"group": "brakes"}, "recommendation_mismatch", "expected two recommendations of one group"),
        ({"rule": None}, "recommendation_invalid", "second: rule: expected a value in the object at byte 0"),
    ]:
        with pytest.raises(CcError) as raised:
            cc.merge_recommendations(mine.json, json.dumps(theirs | change))
        assert (raised.value.code, str(raised.value)) == (code, why)


def test_errors_have_stable_codes_and_say_why() -> None:
    with pytest.raises(CcError) as raised:
        RulePack.load(b"no pack")
    assert raised.value.code == "pack_invalid"
    assert str(raised.value)


def test_what_cannot_be_an_argument_is_refused_the_python_way(pack: RulePack) -> None:
    with pytest.raises(ValueError):
        cc.decode(b"", "morse")  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        pack.run(b"", until=datetime(2026, 5, 1))
    with pytest.raises(ValueError):
        pack.run(b"", lateness=timedelta(seconds=-1))
    with pytest.raises(TypeError):
        cc.decode("text", "pairs")  # type: ignore[arg-type]


def test_an_instant_of_any_time_zone_will_do(pack: RulePack) -> None:
    zones = [timezone.utc, timezone(timedelta(hours=2)), timezone(timedelta(hours=-9, minutes=-30))]
    at = datetime(2026, 5, 1, 10, 0, 10, 1, tzinfo=timezone.utc)
    runs = [pack.run(HOT, lateness=timedelta(minutes=5), until=at.astimezone(zone)) for zone in zones]
    assert [len(run.changes) for run in runs] == [1, 1, 1]


def test_the_interpreter_runs_on_while_rust_works(pack: RulePack) -> None:
    many = HOT.replace(b"2026-05-01", b"2026-05-02").splitlines() * 20_000
    data = b"\n".join(many)
    ticks = 0
    outcome: list[RunOutcome] = []
    thread = threading.Thread(target=lambda: outcome.append(pack.run(data)))
    thread.start()
    while thread.is_alive():
        ticks += 1
        time.sleep(0.001)
    assert outcome and ticks > 5


def test_items_are_values_and_cannot_be_changed() -> None:
    first, second = (cc.decode(b"010C>410C1AF8\n", "pairs")[0] for _ in range(2))
    assert first == second
    with pytest.raises(AttributeError):
        first.line = 2  # type: ignore[misc]


def test_no_text_form_shows_a_vin(pack: RulePack) -> None:
    vin = "1HGCM82633A004352"
    (item,) = cc.decode(b"0902>490201" + vin.encode().hex().encode() + b"\n", "pairs")
    assert vin in item.json
    assert vin not in repr(item) and vin not in str(item)
    events = HOT.replace(b'"vehicleId":0', b'"vehicleId":0,"vin":"' + vin.encode() + b'"')
    assert vin not in repr(pack.run(events)) and vin not in repr(pack.run(events).changes)


def test_the_front_page_of_the_project_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(compile(example, "README.md", "exec"), {})
    promised = re.findall(r"# (engine_speed .*|P0301 .*|Engine issue.*)", example)
    assert capsys.readouterr().out.splitlines() == promised


def test_settings_say_where_they_come_from_and_hide_what_they_are() -> None:
    layers: list[tuple[str, bytes | bytearray]]
    layers = [("global", b'{"owner": "WVWZZZ1KZAM000001",\n "zoom": 12.50}'), ("vehicle", bytearray(b'{"zoom": null}'))]
    config = cc.compile_config(layers, vehicle="local/0")
    assert config.json == '{"owner":"WVWZZZ1KZAM000001"}'
    (origin,) = config.origins
    assert (origin.path, origin.layer, origin.line, origin.column) == ("/owner", "global", 1, 11)
    assert "WVW" not in repr(config) + repr(origin)
    with pytest.raises(CcError) as caught:
        cc.compile_config([("global", b'{"a": 1, "a": 2}')])
    assert (caught.value.code, str(caught.value)) == ("config_invalid", "global:1:10: /a: expected every key once")
    with pytest.raises(CcError) as caught:
        cc.rollout_bucket("new_map", "local")
    assert caught.value.code == "option_invalid"
