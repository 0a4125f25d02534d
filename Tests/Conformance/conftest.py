"""A simulator for each test, and an unmodified discord.py client that is pointed to it."""

import asyncio
import os

import aiohttp
import discord
import pytest
import pytest_asyncio
import yarl
from simulated_guild import BOT, DEADLINE, Person, running_simulator


class Connections:
    """What a client does on the network, seen through discord.py's own `http_trace` option.

    `reachable` can be cleared, so that a client that lost its gateway comes back only when the test says so.
    """

    def __init__(self):
        self.statuses = []
        self.gateways = []
        self.reachable = asyncio.Event()
        self.reachable.set()
        self.trace = aiohttp.TraceConfig()
        self.trace.on_request_start.append(self._starts)
        self.trace.on_request_end.append(self._ends)

    async def _starts(self, session, context, parameters):
        if parameters.url.path.rstrip("/") == "/gateway":
            self.gateways.append(parameters.url)
            await self.reachable.wait()

    async def _ends(self, session, context, parameters):
        self.statuses.append((parameters.method, parameters.url.path, parameters.response.status))

    def count(self, status):
        return sum(1 for _, _, each in self.statuses if each == status)


class PlainSocket(discord.gateway.DiscordWebSocket):
    """The library's own connection, asked not to compress: neither the stream nor single payloads."""

    @classmethod
    async def from_client(cls, client, **options):
        return await super().from_client(client, compress=False, **options)

    async def send_as_json(self, data):
        if data["op"] == self.IDENTIFY:
            data["d"]["compress"] = False
        await super().send_as_json(data)


class Bot(discord.Client):
    """A client that is logged in and knows what its connections do."""

    def __init__(self, guild, **options):
        intents = discord.Intents.default()
        intents.members = True
        intents.message_content = True
        self.connections = Connections()
        # After the last guild that it was told of, discord.py waits this long for one more before it is ready.
        super().__init__(
            intents=intents, http_trace=self.connections.trace, guild_ready_timeout=0.5, **options
        )
        self.tree = discord.app_commands.CommandTree(self)
        self.simulated = guild

    @property
    def home(self):
        return self.guilds[0]

    async def __aenter__(self):
        await super().__aenter__()
        self.life = asyncio.create_task(self.start(self.simulated.token))
        ready = asyncio.create_task(self.wait_until_ready())
        async with asyncio.timeout(DEADLINE):
            await asyncio.wait([ready, self.life], return_when=asyncio.FIRST_COMPLETED)
        if self.life.done():
            ready.cancel()
            await self.life
        return self

    async def __aexit__(self, *error):
        await self.rests()
        await super().__aexit__(*error)
        await self.life

    async def rests(self):
        """Waits for the handlers that are at work.

        People see what a handler did before the handler itself is told that it was done; and discord.py knows a view or
        a form only from then on, so that nobody may use it earlier.
        """
        handlers = ("discord-ui", "CommandTree", "discord.py: on_")
        at_work = [task for task in asyncio.all_tasks() if task.get_name().startswith(handlers)]
        if at_work:
            await asyncio.wait(at_work, timeout=DEADLINE)

    def will(self, event, check=None):
        """What an event will bring; to be called before what causes it."""
        return self.wait_for(event, check=check, timeout=DEADLINE)


@pytest_asyncio.fixture
async def simulated():
    async with running_simulator(os.environ.get("WOADKEEPER_TRAFFIC")) as guild:
        yield guild


@pytest.fixture
def pointed(simulated, monkeypatch):
    """Points discord.py to the simulator: three addresses, nothing else."""
    monkeypatch.setattr(discord.http.Route, "BASE", simulated.api)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(simulated.gateway))
    monkeypatch.setattr(discord.Asset, "BASE", simulated.cdn)
    return simulated


@pytest.fixture
def compression(request, monkeypatch):
    """How the gateway compresses: discord.py's own choice, or none where a test is parametrised so."""
    wanted = getattr(request, "param", "zlib-stream")
    if wanted == "none":
        monkeypatch.setattr(discord.client, "DiscordWebSocket", PlainSocket)
    return wanted


@pytest_asyncio.fixture
async def bot(pointed, compression):
    async with Bot(pointed) as client:
        assert client.user.id == BOT
        yield client


@pytest.fixture
def person(simulated):
    """Seats somebody at the chat page: `async with person(MEMBER) as torvald`."""
    return lambda user: Person.at(simulated, user)
