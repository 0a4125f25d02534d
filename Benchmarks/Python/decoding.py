"""How fast discord.py decodes the dispatches that come on standard input, one a line, the last being GUILD_CREATE.

Prints four rates a second: all events but the guild as dictionaries, the guild as dictionaries, the messages alone as
dictionaries, and the messages alone as `discord.Message`, which is what handlers of a bot get.
"""

import sys
import time

import discord
from discord.utils import _from_json

frames = [line.decode() for line in sys.stdin.buffer.read().split(b"\n")]
events, guild = frames[:-1], frames[-1:]
messages = [frame for frame in events if _from_json(frame)["t"] == "MESSAGE_CREATE"]


def rate(work):
    best = 0.0
    for _ in range(6):
        start, count = time.perf_counter(), 0
        while (elapsed := time.perf_counter() - start) < 0.4:
            work()
            count += 1
        best = max(best, count / elapsed)
    return best


def dictionaries(frames):
    for frame in frames:
        _from_json(frame)


def built(state):
    for frame in messages:
        state.parse_message_create(_from_json(frame)["d"])


def knowing_the_guild():
    """The state of a client that has seen READY and the guild."""
    state = discord.Client(intents=discord.Intents.all())._connection
    body = _from_json(guild[0])["d"]
    user = {"id": "1", "username": "bench", "discriminator": "0", "avatar": None, "global_name": None}
    state.user = discord.user.ClientUser(state=state, data=user)
    state._add_guild_from_data(body)
    return state


state = knowing_the_guild()
print(rate(lambda: dictionaries(events)))
print(rate(lambda: dictionaries(guild)))
print(rate(lambda: dictionaries(messages)))
print(rate(lambda: built(state)))
