"""The API at its edge: what no client should send is refused as Discord refuses it, and the simulator lives on."""

import asyncio
import collections
import json
import random

import aiohttp
import pytest
from simulated_guild import BOT, DEADLINE, GUILD, HEARTH, MEMBER, running_simulator, sample_id

JSON = {"Content-Type": "application/json"}
MESSAGES = f"/channels/{HEARTH}/messages"
COMMANDS = f"/applications/{BOT}/guilds/{GUILD}/commands"


@pytest.fixture
async def simulated():
    # What is sent here is wrong on purpose, and nothing for the check of recorded traffic.
    async with running_simulator(None, "--unlimited") as guild:
        yield guild


@pytest.fixture
async def api(simulated):
    """Asks the API and reads its answer: `await api("POST", "/channels/…", json={…})`."""
    async with aiohttp.ClientSession(headers=simulated.authorization) as session:

        async def ask(method, path, **options):
            async with asyncio.timeout(DEADLINE):
                async with session.request(method, simulated.api + path, **options) as answer:
                    text = await answer.text()
                    return answer.status, json.loads(text) if text else None

        yield ask


def leaves(tree):
    """The errors of a form by their path, checked for their shape on the way."""
    assert isinstance(tree, dict) and tree, f"{tree!r} is no tree of errors"
    found = {}
    for key, value in tree.items():
        if key == "_errors":
            assert len(tree) == 1, "a field is refused as a whole or for what is in it"
            assert value and all({"code", "message"} == set(error) for error in value)
            assert all(isinstance(text, str) and text for error in value for text in error.values())
            found[()] = [error["code"] for error in value]
        else:
            found |= {(key, *path): codes for path, codes in leaves(value).items()}
    return found


def is_refusal(status, body):
    """Checks that an answer is one of Discord's errors."""
    assert 400 <= status < 500, (status, body)
    assert isinstance(body["message"], str) and body["message"] and isinstance(body["code"], int), body
    if body["code"] == 50035:
        assert status == 400 and leaves(body["errors"])
    else:
        assert "errors" not in body


async def test_refuses_what_nobody_may_ask(api, simulated):
    for method, path, headers, expected in [
        ("GET", "/users/@me", {"Authorization": ""}, (401, 0)),
        ("GET", "/users/@me", {"Authorization": "Bot wrong"}, (401, 0)),
        ("GET", "/users/@me", {"Authorization": f"Bearer {simulated.token}"}, (401, 0)),
        ("POST", MESSAGES, {"Authorization": "Bot wrong"}, (401, 0)),
        ("GET", "/nothing/here", {}, (404, 0)),
        ("DELETE", "/gateway", {}, (405, 0)),
        ("PUT", MESSAGES, {}, (405, 0)),
        ("GET", f"/channels/{MEMBER}", {}, (404, 10003)),
        ("GET", "/channels/hearth", {}, (400, 50035)),
        ("GET", f"{MESSAGES}?limit=0", {}, (400, 50035)),
        ("GET", f"{MESSAGES}?limit=many", {}, (400, 50035)),
        ("GET", f"{MESSAGES}?before=yesterday", {}, (400, 50035)),
        ("GET", f"/channels/{2**64}/messages", {}, (400, 50035)),
        ("GET", f"/applications/{MEMBER}/commands", {}, (404, 10002)),
        ("PATCH", f"/guilds/{GUILD}/members/{sample_id(305)}", {}, (404, 10007)),
        ("POST", "/interactions/1/token/callback", {}, (404, 10062)),
        ("POST", f"/webhooks/{BOT}/token", {}, (401, 50027)),
    ]:
        status, body = await api(method, path, headers=headers)
        is_refusal(status, body)
        assert (status, body["code"]) == expected, (method, path, body)


async def test_refuses_bodies_that_it_cannot_read(api):
    deep = b'{"content":' + b"[" * 5000 + b"]" * 5000 + b"}"
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    for headers, data, expected in [
        (JSON, b"{", 50109),
        (JSON, b'{"content": "x",}', 50109),
        (JSON, b'{"content": "\xff"}', 50109),
        (JSON, b"\x00" * 100, 50109),
        (JSON, deep, 50109),
        (JSON, b"[]", 50035),
        (JSON, b'"x"', 50035),
        (JSON, b"null", 50035),
        ({"Content-Type": "text/plain"}, b'{"content": "x"}', 50035),
        (form, b"--y\r\n", 0),
        (form, b'--x\r\nContent-Disposition: form-data; name="payload_json"\r\n\r\n{\r\n--x--', 0),
        (form, b"--x\r\n\r\n--x--", 0),
        ({"Content-Type": "multipart/form-data"}, b"--x--", 0),
    ]:
        status, body = await api("POST", MESSAGES, headers=headers, data=data)
        is_refusal(status, body)
        assert (status, body["code"]) == (400, expected), (data[:60], body)


async def test_names_the_field_that_is_wrong(api):
    for path, body, wrong in [
        (MESSAGES, {"content": "x" * 2001}, {("content",): ["BASE_TYPE_MAX_LENGTH"]}),
        (MESSAGES, {"content": {}}, {("content",): ["STRING_TYPE_CONVERT"]}),
        (MESSAGES, {"embeds": {}}, {("embeds",): ["LIST_TYPE_CONVERT"]}),
        (MESSAGES, {"embeds": ["x"]}, {("embeds", "0"): ["MODEL_TYPE_CONVERT"]}),
        (
            MESSAGES,
            {"embeds": [{"title": "x", "fields": [{"name": "x" * 257}]}]},
            {
                ("embeds", "0", "fields", "0", "name"): ["BASE_TYPE_MAX_LENGTH"],
                ("embeds", "0", "fields", "0", "value"): ["BASE_TYPE_REQUIRED"],
            },
        ),
        (MESSAGES, {"content": "x", "allowed_mentions": "all"}, None),
        (
            f"/channels/{HEARTH}/messages",
            {"components": [{"type": 1, "components": [{"type": 2, "style": 9, "custom_id": 5}]}]},
            None,
        ),
        (f"/channels/{HEARTH}/messages/bulk-delete", {"messages": ["x"]}, {("messages", "0"): ["NUMBER_TYPE_COERCE"]}),
        (
            f"/guilds/{GUILD}/roles",
            {"name": "", "colors": 5},
            {("name",): ["BASE_TYPE_REQUIRED"], ("colors",): ["MODEL_TYPE_CONVERT"]},
        ),
        (
            f"/guilds/{GUILD}/channels",
            {"name": "x", "permission_overwrites": [[]]},
            {("permission_overwrites", "0", "id"): ["BASE_TYPE_REQUIRED"]},
        ),
        (f"/channels/{HEARTH}/threads", {"name": None}, {("name",): ["BASE_TYPE_REQUIRED"]}),
        (f"/guilds/{GUILD}/channels", {"name": "x", "type": 11}, {("type",): ["BASE_TYPE_CHOICES"]}),
        ("/users/@me/channels", {}, {("recipient_id",): ["BASE_TYPE_REQUIRED"]}),
        (
            COMMANDS,
            {
                "name": "x",
                "description": "x",
                "options": [
                    {"type": 4, "name": "n", "description": "n", "min_value": "x"},
                    {"type": 3, "name": "t", "description": "t", "max_length": 9000},
                    {"type": 7, "name": "c", "description": "c", "channel_types": [99]},
                ],
            },
            {
                ("options", "0", "min_value"): ["NUMBER_TYPE_COERCE"],
                ("options", "1", "max_length"): ["NUMBER_TYPE_MAX"],
                ("options", "2", "channel_types", "0"): ["NUMBER_TYPE_MAX"],
            },
        ),
        (
            COMMANDS,
            {"name": "Clan"},
            {("name",): ["APPLICATION_COMMAND_INVALID_NAME"], ("description",): ["BASE_TYPE_REQUIRED"]},
        ),
    ]:
        status, answer = await api("POST", path, json=body)
        is_refusal(status, answer)
        assert (status, answer["code"]) == (400, 50035), (path, body, answer)
        found = leaves(answer["errors"])
        assert found == wrong or wrong is None, (body, found)
    status, answer = await api("PUT", COMMANDS, json={})
    assert (status, leaves(answer["errors"])) == (400, {(): ["LIST_TYPE_CONVERT"]})


# Requests that are right, each to be made wrong in one place.
RIGHT = [
    ("POST", f"/channels/{HEARTH}/messages", {
        "content": "x", "nonce": "1", "enforce_nonce": True, "flags": 4, "message_reference": {"message_id": "1"},
        "allowed_mentions": {"parse": ["users"], "roles": ["1"], "replied_user": True},
        "embeds": [{"title": "x", "color": 1, "url": "https://example.com/", "timestamp": "2026-01-01T00:00:00Z",
                    "image": {"url": "https://example.com/x.png"}, "author": {"name": "x"}, "footer": {"text": "x"},
                    "fields": [{"name": "x", "value": "x", "inline": True}]}],
        "components": [
            {"type": 1, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": "a", "emoji": {"name": "💡"}}]},
            {"type": 1, "components": [{"type": 3, "custom_id": "b", "min_values": 1, "max_values": 1,
                                        "options": [{"label": "x", "value": "x"}]}]}],
        "attachments": [{"id": "0", "description": "x"}],
    }),
    ("PATCH", f"/channels/{HEARTH}/messages/1", {"content": "x", "flags": 4, "embeds": []}),
    ("POST", f"/channels/{HEARTH}/threads", {"name": "x", "type": 11, "auto_archive_duration": 60, "invitable": True}),
    ("PUT", f"/channels/{HEARTH}/permissions/1", {"type": 0, "allow": "1", "deny": "2"}),
    ("PATCH", f"/channels/{HEARTH}", {"topic": "x", "position": 1, "parent_id": "1", "nsfw": False,
                                      "permission_overwrites": [{"id": "1", "type": 0, "allow": "1"}]}),
    ("POST", f"/channels/{HEARTH}/messages/bulk-delete", {"messages": ["1", "2"]}),
    ("POST", f"/guilds/{GUILD}/roles", {"name": "x", "permissions": "0", "colors": {"primary_color": 1}, "hoist": True}),
    ("PATCH", f"/guilds/{GUILD}/members/{MEMBER}", {"nick": "x", "roles": ["1"]}),
    ("PUT", COMMANDS, [{"name": "x", "description": "x", "options": [
        {"type": 1, "name": "y", "description": "y", "options": [
            {"type": 3, "name": "z", "description": "z", "required": True, "choices": [{"name": "x", "value": "x"}]},
            {"type": 4, "name": "n", "description": "n", "min_value": 1}]}]}]),
    ("POST", "/interactions/1/token/callback", {"type": 4, "data": {"content": "x"}}),
]  # fmt: skip
WRONG = [
    None, True, 0, -1, 1.5, 2**63, 2**64 + 1, 1e308, "", " ", "x", "x" * 7000, "💡" * 1500, "\u0000", "\ud800", "1e5",
    "9" * 400, [], [[]], [None] * 30, {}, {"": {}}, {"x": [{}]}, [{"type": 1}], [{"id": {}}],
]  # fmt: skip


def places(node, path=()):
    """All paths into a body, the body itself included."""
    yield path
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


LEFT_OUT = object()


def altered(body, place, value):
    """A copy of a body with another value at a place, or with none."""
    copy = json.loads(json.dumps(body))
    node = copy
    for key in place[:-1]:
        node = node[key]
    if value is LEFT_OUT:
        del node[place[-1]]
    else:
        node[place[-1]] = value
    return copy


async def test_outlives_whatever_is_sent(api, simulated):
    choose = random.Random(20_261_125)
    seen = collections.Counter()
    for _ in range(1000):
        method, path, body = choose.choice(RIGHT)
        place = choose.choice([path for path in places(body) if path])
        data = json.dumps(altered(body, place, choose.choice([*WRONG, LEFT_OUT]))).encode()
        if choose.random() < 0.2:
            cut = choose.randrange(len(data))
            data = data[:cut] + choose.randbytes(choose.randrange(4)) + data[cut + 1 :]
        status, answer = await api(method, path, headers=JSON, data=data)
        seen[status] += 1
        if status >= 400:
            is_refusal(status, answer)
    assert seen[400] > 300 and seen[200] > 10, seen
    assert (await api("GET", "/users/@me"))[1]["id"] == str(BOT)
