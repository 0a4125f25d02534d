"""What discord.py sends and Discord takes, though the OpenAPI document does not name it.

Each entry is one field of one kind of request, with the reason. An entry takes exactly that field out of the request
(or spells it as the document does) before the request is checked, so everything around it is still checked in full.
"""

import copy
import dataclasses
import re
import typing


class Dropped:
    """Stands for a field that is taken out."""


def dropped(value):
    return Dropped


def as_text(value):
    return str(value) if isinstance(value, int) else value


def as_number(value):
    return int(value) if isinstance(value, str) and value.isdigit() else value


@dataclasses.dataclass(frozen=True)
class Allowance:
    """A field at `path` (`*` is every element) in requests whose method and path match `operation`."""

    operation: str
    path: str
    change: typing.Callable
    why: str


MESSAGES = r"(POST|PATCH) (/channels/\{channel_id\}/messages|/webhooks/)"
CALLBACK = r"POST /interactions/"

ALLOWANCES = [
    Allowance(r"PATCH .*/messages/", "tts", dropped, "one form for new and edited messages; edits ignore it"),
    Allowance(CALLBACK, "data/tts", dropped, "one form for new and edited messages; edits ignore it"),
    Allowance(MESSAGES, "embeds/*/flags", dropped, "Embed.to_dict() keeps the flags of a received embed, here 0"),
    Allowance(CALLBACK, "data/embeds/*/flags", dropped, "Embed.to_dict() keeps the flags of a received embed, here 0"),
    Allowance(MESSAGES, "attachments/*/id", as_text, "Discord takes snowflakes as numbers, too"),
    Allowance(MESSAGES, "message_reference/*id", as_text, "Discord takes snowflakes as numbers, too"),
    Allowance(r"POST .*/messages/bulk-delete$", "messages/*", as_text, "Discord takes snowflakes as numbers, too"),
    *(
        Allowance(MESSAGES, f"attachments/*/{name}", dropped, "Attachment.to_dict() repeats what it received")
        for name in ("content_type", "proxy_url", "size", "spoiler", "url", "height", "width")
    ),
    Allowance(r"PUT .*/commands$", "*/nsfw", dropped, "documented under Application Commands, Create"),
    Allowance(r"PATCH .*/members/\{user_id\}$", "roles/*", as_text, "Discord takes snowflakes as numbers, too"),
    Allowance(r"(POST|PATCH) .*/roles", "permissions", as_number, "documented under Create Guild Role as a string"),
    Allowance(r"PUT .*/permissions/", "id", dropped, "repeats the id of the path"),
    *(
        Allowance(r"PUT .*/permissions/", name, as_number, "documented under Edit Channel Permissions as a string")
        for name in ("allow", "deny")
    ),
]


def adapted(operation, body):
    """The body as the document would have it: a copy, changed only where an allowance names a field."""
    body = copy.deepcopy(body)
    for allowance in ALLOWANCES:
        if re.match(allowance.operation, operation):
            _change(body, allowance.path.split("/"), allowance.change)
    return body


def _change(node, path, change):
    head, rest = path[0], path[1:]
    if isinstance(node, dict):
        keys = [key for key in node if key == head or (head.startswith("*") and key.endswith(head[1:]))]
    elif isinstance(node, list) and head == "*":
        keys = range(len(node))
    else:
        return
    for key in keys:
        if rest:
            _change(node[key], rest, change)
        else:
            value = change(node[key])
            if value is Dropped:
                del node[key]
            else:
                node[key] = value
