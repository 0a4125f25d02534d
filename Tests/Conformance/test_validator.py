"""The check of recorded traffic: it accepts what the simulator and discord.py do, and notices one wrong field."""

import copy
import json
import os
import pathlib

import aiohttp
import pytest
import validate_traffic
from simulated_guild import HEARTH, running_simulator

OPENAPI = pathlib.Path(os.environ.get("DISCORD_OPENAPI", validate_traffic.__file__ + ".absent"))
pytestmark = pytest.mark.skipif(not OPENAPI.exists(), reason="there is no OpenAPI document at DISCORD_OPENAPI")

MESSAGE = {
    "content": "A clan",
    "embeds": [{"title": "Ashen Sovereigns", "fields": [{"name": "Reserved", "value": "1", "inline": True}]}],
    "components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": "Join", "custom_id": "join"}]}],
}


@pytest.fixture(scope="module")
def document():
    return validate_traffic.Document(OPENAPI)


@pytest.fixture
async def exchange(tmp_path):
    """A message that was really sent, as it was recorded."""
    async with running_simulator(tmp_path) as guild:
        async with aiohttp.ClientSession(headers=guild.authorization) as session:
            async with session.post(f"{guild.api}/channels/{HEARTH}/messages", json=MESSAGE) as answer:
                assert answer.status == 200
    records = [json.loads(line) for path in tmp_path.glob("*.jsonl") for line in path.read_text().splitlines()]
    assert [record["request"] for record in records] == [MESSAGE]
    return records[0]


def renamed(record, *path):
    """The record with the field at `path` misspelt."""
    record = copy.deepcopy(record)
    node = record
    for step in path[:-1]:
        node = node[step]
    node[path[-1] + "_"] = node.pop(path[-1])
    return record


async def test_accepts_a_recorded_exchange(document, exchange):
    assert validate_traffic.violations(document, exchange) == []


async def test_notices_a_misspelt_field(document, exchange):
    for path in [
        ("request", "content"),
        ("request", "embeds", 0, "title"),
        ("request", "embeds", 0, "fields", 0, "value"),
        ("request", "components", 0, "components", 0, "custom_id"),
        ("response", "id"),
        ("response", "author", "username"),
        ("response", "embeds", 0, "fields", 0, "inline"),
        ("response", "components", 0, "components", 0, "style"),
    ]:
        found = validate_traffic.violations(document, renamed(exchange, *path))
        assert len(found) >= 1, f"nothing found although {path} is misspelt"
        assert all(path[0] == "request" and " request: " in line or " 200: " in line for line in found), found


async def test_notices_a_wrong_query_path_and_status(document, exchange):
    for change, complaint in [
        ({"query": {"limits": "5"}}, "unknown query parameter 'limits'"),
        ({"path": "/channels/{channel_id}/mesages"}, "no such operation"),
        ({"status": 302}, "is not described"),
    ]:
        assert complaint in validate_traffic.violations(document, exchange | change)[0]


async def test_an_allowance_excuses_its_field_only(document, exchange):
    edit = exchange | {"method": "PATCH", "path": exchange["path"] + "/{message_id}"}
    with_tts = edit | {"request": {"content": "A clan", "tts": False}}
    assert validate_traffic.violations(document, with_tts) == []
    misspelt = edit | {"request": {"contents": "A clan", "tts": False}}
    assert len(validate_traffic.violations(document, misspelt)) == 1


async def test_checks_the_request_alone_where_the_answer_was_cut_off(document, exchange):
    cut = exchange | {"status": 0, "response": None}
    assert validate_traffic.violations(document, cut) == []
    assert len(validate_traffic.violations(document, renamed(cut, "request", "content"))) == 1
