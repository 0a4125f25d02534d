"""The real program, killed without warning, in the simulated guild: it goes on where it was."""

import asyncio
import contextlib
import json
import os
import shutil
import signal

from simulated_guild import ADMIN, BOT, DEADLINE, GUILD, HEARTH, MEMBER, ROOT, Person, sample_id

PROGRAM = os.environ.get("WOADKEEPER", str(ROOT / ".build/debug/woadkeeper"))


class BotProcess:
    """`woadkeeper run` with its log lines."""

    def __init__(self, process):
        self._process = process
        self.lines = []

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls, environment):
        process = await asyncio.create_subprocess_exec(
            PROGRAM, "run", stdout=asyncio.subprocess.PIPE, env=environment, limit=1 << 20
        )
        bot = cls(process)
        try:
            yield bot
        finally:
            if process.returncode is None:
                await bot.ends(signal.SIGTERM)

    async def logs(self, message):
        """Reads on until a line with this message."""
        async with asyncio.timeout(DEADLINE):
            while True:
                line = await self._process.stdout.readline()
                assert line, "the bot ended"
                self.lines.append(json.loads(line))
                if self.lines[-1]["msg"] == message:
                    return

    async def is_ready(self):
        await self.logs("Guild allow-list verified")

    async def ends(self, by):
        """Sends a signal and gives the exit status."""
        self._process.send_signal(by)
        async with asyncio.timeout(DEADLINE):
            await self._process.stdout.read()
            return await self._process.wait()


def has_bulb(message):
    return any(reaction["emoji"]["name"] == "💡" for reaction in message.get("reactions", []))


def shows(message, tag):
    return any(f"| {tag} |" in (embed.get("title") or "") for embed in message["embeds"])


async def test_a_killed_bot_resumes_and_answers_once_what_was_said_meanwhile(simulated, tmp_path):
    workbook = tmp_path / "workbook"
    shutil.copytree(ROOT / "Demo" / "Workbook", workbook)
    environment = {
        "DISCORD_TOKEN": simulated.token, "DISCORD_API_BASE_URL": simulated.api, "DISCORD_CDN_BASE_URL": simulated.cdn,
        "WORKBOOK": f"local:{workbook}", "STATE_DIR": str(tmp_path / "state"), "GUILD_IDS": str(GUILD),
        "LOG_CHANNEL_ID": str(sample_id(201)), "PORT": "0", "LOG_LEVEL": "DEBUG", "PATH": os.environ["PATH"],
    }
    async with Person.at(simulated, MEMBER) as member, Person.at(simulated, ADMIN) as reader:
        await member.reads(HEARTH)
        async with BotProcess.running(environment) as bot:
            await bot.is_ready()
            await member.says("!clan WKAS", HEARTH)
            card = await member.sees(lambda message: shows(message, "WKAS") and has_bulb(message))
            assert await bot.ends(signal.SIGKILL) == -signal.SIGKILL

        await member.reacts("💡", HEARTH, card["id"])
        await member.says("!clan WKBR", HEARTH)

        async with BotProcess.running(environment) as bot:
            await bot.is_ready()
            flipped = await member.sees(
                lambda message: message["id"] == card["id"]
                and "Entry Criteria:" in message["embeds"][0]["description"]
            )
            assert flipped["embeds"][0]["thumbnail"]["url"]
            await member.sees(lambda message: shows(message, "WKBR") and has_bulb(message))
            assert not [line for line in bot.lines if line.get("route") == "GET /gateway/bot"], "resumed, not identified"
            assert await bot.ends(signal.SIGTERM) == 0

        cards = [message for message in await reader.reads(HEARTH) if message["author"]["id"] == str(BOT)]
        assert sum(shows(message, "WKAS") for message in cards) == 1
        assert sum(shows(message, "WKBR") for message in cards) == 1
