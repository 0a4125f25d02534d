"""discord.py meets rate limits and lost connections."""

import asyncio

import aiohttp
import pytest
from simulated_guild import DEADLINE, HEARTH, MEMBER, says


async def test_paces_itself_by_the_headers(bot):
    channel = bot.get_channel(HEARTH)
    async with asyncio.timeout(DEADLINE):
        sent = await asyncio.gather(*(channel.send(str(number)) for number in range(7)))
    assert len({message.id for message in sent}) == 7
    assert bot.connections.count(429) == 0


async def test_is_rate_limited_and_recovers(bot, simulated):
    address = f"{simulated.api}/channels/{HEARTH}/messages"
    async with aiohttp.ClientSession(headers=simulated.authorization) as other:
        for number in range(5):
            async with other.post(address, json={"content": f"From elsewhere {number}"}) as answer:
                assert answer.status == 200
    async with asyncio.timeout(DEADLINE):
        message = await bot.get_channel(HEARTH).send("In the end")
    assert bot.connections.count(429) >= 1
    assert (await message.channel.fetch_message(message.id)).content == "In the end"


async def test_waits_out_the_global_limit(bot, simulated):
    async with aiohttp.ClientSession(headers=simulated.authorization) as other:

        async def ask(channel):
            async with other.get(f"{simulated.api}/channels/{channel.id}") as answer:
                return answer.status, answer.headers, await answer.json()

        channels = bot.home.text_channels[:12]
        answers = await asyncio.gather(*(ask(channel) for channel in channels for _ in range(10)))
    refused = [(headers, body) for status, headers, body in answers if status == 429]
    assert refused
    for headers, body in refused:
        assert headers["X-RateLimit-Global"] == "true" and headers["X-RateLimit-Scope"] == "global"
        assert body["global"] is True and 0 < body["retry_after"] <= 1
    async with asyncio.timeout(DEADLINE):
        assert (await bot.fetch_channel(HEARTH)).name == "hearth"


@pytest.mark.parametrize("compression", ["zlib-stream", "none"], indirect=True)
async def test_resumes_and_hears_what_it_missed(bot, person):
    order = []

    @bot.event
    async def on_message(message):
        order.append(message.content)

    @bot.event
    async def on_resumed():
        order.append("resumed")

    @bot.event
    async def on_ready():
        order.append("ready")

    session = bot.ws.session_id
    async with person(MEMBER) as torvald:
        bot.connections.reachable.clear()
        gone, back = bot.will("disconnect"), bot.will("resumed")
        await bot.ws.close(code=4000)
        await gone
        await torvald.says("While you were away", HEARTH)
        await torvald.sees(says("While you were away"))
        bot.connections.reachable.set()
        await back
        heard = bot.will("message", lambda message: message.content == "And now")
        await torvald.says("And now", HEARTH)
        await heard
    assert bot.ws.session_id == session and len(bot.connections.gateways) == 2
    assert order == ["While you were away", "resumed", "And now"]
