"""The simulated guild from outside: its process, and the people who use it through the chat page's connection."""

import asyncio
import contextlib
import dataclasses
import json
import os
import pathlib
import signal

import aiohttp

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Every wait in these tests ends by then; nothing here takes a tenth of it unless it is broken.
DEADLINE = 20


def sample_id(number):
    """The id with a number of the sample workbook's list of placeholder ids."""
    return 900_000_000_000_000_000 + number


GUILD = sample_id(601)
HEARTH = sample_id(204)
RECRUITERS = sample_id(205)
MIRRALITH = sample_id(212)
ANNOUNCEMENTS = sample_id(214)
MEMBER = sample_id(331)
ADMIN = sample_id(341)
RECRUITER = sample_id(351)
BOT = sample_id(360)


@dataclasses.dataclass
class SimulatedGuild:
    """Where a running `woadkeeper simulator` is found, as it prints it."""

    page: str
    api: str
    gateway: str
    token: str

    @property
    def cdn(self):
        return self.page.rstrip("/") + "/cdn"

    @property
    def authorization(self):
        return {"Authorization": f"Bot {self.token}"}


@contextlib.asynccontextmanager
async def running_simulator(traffic=None, *options):
    """Runs the simulator on a free port; `traffic` is a folder for what it records, `options` are of the program."""
    async with simulator_lines(traffic, *options) as lines:
        yield SimulatedGuild(**lines)


@contextlib.asynccontextmanager
async def simulator_lines(traffic=None, *options):
    """Runs the simulator as above; gives what it prints, by the first word of each line."""
    program = os.environ.get("WOADKEEPER", str(ROOT / ".build/debug/woadkeeper"))
    environment = dict(os.environ)
    environment.pop("WOADKEEPER_TRAFFIC", None)
    if traffic is not None:
        environment["WOADKEEPER_TRAFFIC"] = str(traffic)
    process = await asyncio.create_subprocess_exec(
        program, "simulator", "--port", "0", *options, stdout=asyncio.subprocess.PIPE, env=environment
    )
    try:
        lines = {}
        async with asyncio.timeout(DEADLINE):
            while "token" not in lines:
                line = (await process.stdout.readline()).decode()
                if not line:
                    raise RuntimeError("the simulator ended before it was ready")
                if line.strip():
                    name, value = line.split()
                    lines[name] = value
        yield lines
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(DEADLINE):
                status = await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
    assert status == 0, f"the simulator ended with status {status}"


class Person:
    """Somebody at the chat page. The protocol is told at the head of `chat.js`."""

    def __init__(self, socket):
        self._socket = socket
        self._heard = []
        self._news = asyncio.Condition()

    @classmethod
    @contextlib.asynccontextmanager
    async def at(cls, guild, user):
        """Opens the page as `user`."""
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(guild.page.replace("http", "ws", 1) + "chat/live") as socket:
                person = cls(socket)
                listening = asyncio.create_task(person._listen())
                try:
                    await person._order("as", person=str(user))
                    await person.hears("state")
                    yield person
                finally:
                    listening.cancel()

    async def _listen(self):
        async for message in self._socket:
            async with self._news:
                self._heard.append(json.loads(message.data))
                self._news.notify_all()

    async def hears(self, op, holds=lambda news: True):
        """The first news of a kind that `holds`, now or as it comes."""

        def found():
            return next((news for news in self._heard if news["op"] == op and holds(news)), None)

        async with asyncio.timeout(DEADLINE), self._news:
            return await self._news.wait_for(found)

    async def sees(self, holds):
        """The first state of a message that `holds`, now or as it comes."""
        return (await self.hears("message", lambda news: holds(news["message"])))["message"]

    async def reads(self, channel):
        """The latest messages of a channel, oldest first."""
        await self._order("open", channel=str(channel))
        return (await self.hears("messages", lambda news: news["channel"] == str(channel)))["messages"]

    async def says(self, text, channel, reply_to=None):
        await self._order("say", channel=str(channel), text=text, replyTo=reply_to and str(reply_to))

    async def clicks(self, message, custom_id):
        await self._order("click", channel=message["channel_id"], message=message["id"], customID=custom_id)

    async def chooses(self, values, message, custom_id):
        await self._order(
            "choose", channel=message["channel_id"], message=message["id"], customID=custom_id, values=values
        )

    async def submits(self, modal, fields):
        """Submits a modal that was heard, with a text or a list of values for each field."""
        values = {name: [value] if isinstance(value, str) else value for name, value in fields.items()}
        await self._order(
            "submit", interaction=modal["interaction"], customID=modal["modal"]["custom_id"], fields=values
        )

    async def commands(self, channel):
        """The slash commands offered in a channel, by name."""
        await self._order("commands", channel=str(channel))
        offered = await self.hears("commands", lambda news: news["channel"] == str(channel))
        return {command["name"]: command for command in offered["commands"]}

    async def runs(self, command, channel, **options):
        """Runs a slash command, its subcommands separated by spaces."""
        await self._order("run", channel=str(channel), command=command, options=options)

    async def types(self, text, option, command, channel, **others):
        """Types into an option and reads what is suggested, by the name shown."""
        options = {**others, option: text}
        await self._order("complete", channel=str(channel), command=command, focused=option, options=options)
        heard = await self.hears("choices", lambda news: (news["option"], news["typed"]) == (option, text))
        return {choice["name"]: choice["value"] for choice in heard["choices"]}

    async def reacts(self, emoji, channel, message):
        await self._order("react", channel=str(channel), message=str(message), emoji={"name": emoji}, on=True)

    async def _order(self, op, **details):
        await self._socket.send_json({"op": op, **details})


def says(text):
    """Whether a message, as the chat page gets it, says `text`."""
    return lambda message: message["content"] == text


def custom_ids(message):
    """The custom ids of a message's controls, by their label or placeholder."""
    controls = (control for row in message["components"] for control in row["components"])
    return {control.get("label") or control.get("placeholder"): control.get("custom_id") for control in controls}
