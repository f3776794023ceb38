"""Scenarios with a name, from files; rules with priorities; distributions."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from in_process import in_process

from mockserver.bootstrap import build_app
from mockserver.domain.errors import BadInput
from mockserver.settings import Settings

BUSY_EVENING = """
[busy-evening]
default = { to = { reaction = "busy" } }

[[busy-evening.next]]
talk = 7.0

[[busy-evening.rules]]
match = { to = "09812300000" }
story = { talk = 5.0 }
priority = 2

[[busy-evening.faults]]
kind = "lost-answer"
match = { number = "09812300000" }

[[busy-evening.numbers]]
number = "+918047119999"

[[busy-evening.users]]
id = "u2001"
first_name = "Asha"
devices = [{ contact_uri = "+919812300001" }]

[[busy-evening.groups]]
name = "Evening"
user_ids = ["u2001"]

[[busy-evening.contacts]]
number = "+919812300000"
first_name = "Ravi"
"""
BRINGS = {"next": 1, "rules": 1, "faults": 1, "numbers": 1, "users": 1, "groups": 1, "contacts": 1}
WORLD = "/_mock/v1/worlds/mock"


@pytest.fixture
def write(tmp_path):
    def write_file(text, name="stories.toml"):
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write_file


def test_a_scenario_is_brought_into_a_world(write):
    """Stories, rules and people, all at once."""
    with in_process(build_app(Settings(clock="manual", scenarios=(write(BUSY_EVENING),)))) as http:
        assert {"scenarios": [{"name": "busy-evening", "brings": BRINGS}]} == http.request(
            "GET", "/_mock/v1/scenarios"
        ).json()

        applied = http.request("POST", f"{WORLD}/scenarios/named/busy-evening")

        assert (200, {"name": "busy-evening", "brings": BRINGS}) == (applied.status_code, applied.json())
        told = http.request("GET", f"{WORLD}/scenarios").json()
        assert ("busy", 7.0, [2]) == (
            told["default"]["to"]["reaction"],
            told["next"][0]["talk"],
            [rule["priority"] for rule in told["rules"]],
        )
        contacts = http.request("GET", f"{WORLD}/contacts").json()["contacts"]
        assert ["Ravi"] == [contact["first_name"] for contact in contacts]
        groups = http.request("GET", f"{WORLD}/groups").json()["groups"]
        assert {"id": 123457, "name": "Evening", "user_ids": ["u2001"]} in groups


def test_the_first_worlds_can_begin_with_one(write):
    """From JSON as from TOML."""
    scenario = {"busy": {"default": {"to": {"reaction": "busy"}}}}
    settings = Settings(scenarios=(write(json.dumps(scenario), "stories.json"),), scenario="busy")
    with in_process(build_app(settings)) as http:
        told = http.request("GET", f"{WORLD}/scenarios").json()

    assert "busy" == told["default"]["to"]["reaction"]


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("[a]\ntlak = 5", "a.toml", "unknown field `tlak`"),
        ("[a", "a.toml", "a.toml"),
        ('{"a": {"default": {"to": {"reaction": "busy", "digits": "1"}}}}', "a.json", "cannot have digits"),
        ("", "a.yaml", ".toml and .json"),
        ('{"a": {"outcomes": [{"percent": 60}]}}', "a.json", "come to 100, not 60"),
    ],
)
def test_a_wrong_file_is_refused_when_the_server_starts(text, name, said, write):
    """With the file and what is wrong in it."""
    path = write(text, name)
    with pytest.raises(BadInput) as refusal:
        build_app(Settings(scenarios=(path,), scenario="a"))

    assert said in refusal.value.message


def test_a_missing_file_or_name_is_refused_when_the_server_starts(write):
    """And a name that two files have."""
    with pytest.raises(BadInput, match="No such file"):
        build_app(Settings(scenarios=("/nowhere.toml",)))
    with pytest.raises(BadInput, match="none of the files"):
        build_app(Settings(scenarios=(write(BUSY_EVENING),), scenario="quiet"))
    with pytest.raises(BadInput, match="already"):
        build_app(Settings(scenarios=(write(BUSY_EVENING), write(BUSY_EVENING, "again.toml"))))


def test_a_folder_of_files_will_do(write, tmp_path):
    """All TOML and JSON files of it, and nothing else; one without any is refused, as it may not be mounted."""
    write(BUSY_EVENING)
    write('{"quiet": {}}', "quiet.json")
    write("Notes.", "notes.md")
    with in_process(build_app(Settings(scenarios=(str(tmp_path),)))) as http:
        named = http.request("GET", "/_mock/v1/scenarios").json()["scenarios"]
    (tmp_path / "empty").mkdir()

    assert ["busy-evening", "quiet"] == sorted(one["name"] for one in named)
    with pytest.raises(BadInput, match=r"no \.toml or \.json file") as refusal:
        build_app(Settings(scenarios=(str(tmp_path / "empty"),)))
    assert "mounted" in refusal.value.hint


def test_a_folder_that_cannot_be_read_is_refused(tmp_path, monkeypatch):
    """As a folder of root's that is mounted into a container of somebody else's."""

    def iterdir(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", iterdir)
    with pytest.raises(BadInput, match=f"{tmp_path}: Permission denied") as refusal:
        build_app(Settings(scenarios=(str(tmp_path),)))

    assert "10001" in refusal.value.hint


def test_an_unknown_name_is_refused(world, expect_refusal):
    """With those that there are."""
    expect_refusal(world.ask("POST", "/scenarios/named/quiet"), 404, "unknown-scenario")


def test_of_several_rules_the_highest_priority_holds(world):
    """Of equals the first; each counts its matches."""
    low, high, equal = (
        world.do("POST", "/scenarios/rules", {"story": {"talk": talk}, "priority": priority, "times": 1})
        for talk, priority in ((1, 0), (2, 5), (3, 5))
    )
    talks = []
    for number in range(4):
        sid = world.place(f"+91981111000{number}")
        talks.append(world.get(f"/calls/{sid}")["story"]["talk"])

    assert [2, 3, 1, 20] == talks
    matched = {rule["id"]: rule["matched"] for rule in world.get("/scenarios")["rules"]}
    assert {low["id"]: 1, high["id"]: 1, equal["id"]: 1} == matched


def test_a_distribution_is_what_calls_draw_from(world):
    """In its proportions, more or less, and the same with the same seed."""
    shares = [{"percent": 90, "side": "to", "reaction": "busy"}, {"percent": 10, "side": "from", "reaction": "rejects"}]
    told = world.do("PUT", "/scenarios/distribution", {"outcomes": shares})

    sids = [world.place(f"+9198111{number:05}") for number in range(200)]
    world.advance(500)
    outcomes = Counter(world.get(f"/calls/{sid}")["call"]["outcome"] for sid in sids)

    assert "random" == told["outcomes"]
    assert 200 == outcomes["to-unanswered"] + outcomes["from-unanswered"]
    assert 8 <= outcomes["from-unanswered"] <= 35


@pytest.mark.parametrize(
    "outcomes",
    [
        [],
        [{"percent": 99}],
        [{"percent": 100, "side": "from", "reaction": "no-answer", "gives_up": True}],
        [{"percent": 100, "reaction": "busy", "is_machine": True}],
    ],
)
def test_a_distribution_that_contradicts_itself_is_refused(outcomes, world, expect_refusal):
    """The refusal says what is wrong."""
    expect_refusal(world.ask("PUT", "/scenarios/distribution", {"outcomes": outcomes}), 400, "bad-story")
