"""An unmodified discord.py in the simulated guild: what works there for Discord's most used client works here."""

import io

import aiohttp
import discord
import pytest
from simulated_guild import (
    BOT,
    GUILD,
    HEARTH,
    MEMBER,
    MIRRALITH,
    RECRUITER,
    RECRUITERS,
    custom_ids,
    sample_id,
    says,
)

# Login


@pytest.mark.parametrize("compression", ["zlib-stream", "none"], indirect=True)
async def test_logs_in_with_and_without_compression(bot, compression):
    assert bot.connections.gateways[0].query.get("compress", "none") == compression
    assert bot.user.name == "Woadkeeper" and bot.user.bot
    assert (await bot.application_info()).owner.id == bot.home.owner_id


async def test_is_refused_with_a_wrong_token(pointed):
    async with discord.Client(intents=discord.Intents.default()) as stranger:
        with pytest.raises(discord.LoginFailure):
            await stranger.login("not-a-token")


async def test_the_api_names_the_gateway(bot, simulated):
    shards, url, limits = await bot.http.get_bot_gateway()
    assert (shards, url) == (1, simulated.gateway)
    assert limits["remaining"] == limits["total"] - 1


async def test_sees_the_guild_with_its_channels_roles_and_emoji(bot):
    guild = bot.get_guild(GUILD)
    assert guild.name == "Woad Cluster"
    hearth = guild.get_channel(HEARTH)
    assert (hearth.name, hearth.category.name) == ("hearth", "Community")
    assert guild.get_thread(sample_id(206)).parent.id == RECRUITERS
    recruiters = discord.utils.get(guild.roles, name="Recruiters")
    assert recruiters.mentionable and recruiters.permissions.manage_threads
    assert recruiters in guild.get_member(RECRUITER).roles
    assert not guild.get_channel(RECRUITERS).permissions_for(guild.get_member(MEMBER)).view_channel
    woad = discord.utils.get(guild.emojis, name="woad")
    assert (await woad.read()).startswith(b"\x89PNG")


async def test_asks_for_the_same_guild_over_rest(bot):
    fetched = await bot.fetch_guild(GUILD, with_counts=True)
    assert fetched.approximate_member_count == bot.home.member_count
    assert {channel.id for channel in await bot.home.fetch_channels()} == {each.id for each in bot.home.channels}
    assert {role.id for role in await bot.home.fetch_roles()} == {role.id for role in bot.home.roles}
    assert len(await bot.home.fetch_emojis()) == len(bot.home.emojis)
    assert {thread.id for thread in await bot.home.active_threads()} == {each.id for each in bot.home.threads}
    assert [guild.id async for guild in bot.fetch_guilds()] == [GUILD]


async def test_members_arrive_by_chunk(bot):
    guild = bot.home
    assert guild.chunked and len(guild.members) == guild.member_count
    assert [member.display_name for member in await guild.query_members("Torv")] == ["Torvald"]
    named = await guild.query_members(user_ids=[MEMBER, RECRUITER, sample_id(305)])
    assert {member.id for member in named} == {MEMBER, RECRUITER}
    assert (await guild.fetch_member(MEMBER)).display_name == "Torvald"
    assert len([member async for member in guild.fetch_members()]) == guild.member_count


# Messages


async def test_reads_history_page_by_page(bot):
    channel = bot.get_channel(MIRRALITH)
    oldest_first = [message async for message in channel.history(oldest_first=True)]
    assert "Clan Status" in oldest_first[0].content and len(oldest_first) == 8
    older = [message async for message in channel.history(limit=3, before=oldest_first[5])]
    assert [message.id for message in older] == [message.id for message in reversed(oldest_first[2:5])]
    around = [message async for message in channel.history(limit=3, around=oldest_first[4])]
    assert {message.id for message in around} == {message.id for message in oldest_first[3:6]}


async def test_reads_long_histories_in_both_directions(bot, person):
    channel = bot.get_channel(HEARTH)
    async with person(MEMBER) as torvald:
        heard = bot.will("message", lambda message: message.content == "Line 204")
        for number in range(205):
            await torvald.says(f"Line {number}", HEARTH)
        await heard
    newest_first = [message async for message in channel.history(limit=205)]
    assert [message.content for message in newest_first] == [f"Line {number}" for number in reversed(range(205))]
    first, last = newest_first[-1], newest_first[0]
    between = [message.content async for message in channel.history(limit=None, after=first, before=last)]
    assert between == [f"Line {number}" for number in range(1, 204)]


async def test_hears_what_a_person_says_and_replies(bot, person):
    async with person(MEMBER) as torvald:
        heard = bot.will("message", lambda message: message.author.id == MEMBER)
        await torvald.says("Is anybody there?", HEARTH)
        message = await heard
        assert message.content == "Is anybody there?" and message.guild.id == GUILD
        async with message.channel.typing():
            await message.reply("Always.", mention_author=True)
        reply = await torvald.sees(says("Always."))
        assert reply["message_reference"]["message_id"] == str(message.id)
        assert [user["id"] for user in reply["mentions"]] == [str(MEMBER)]


async def test_sends_an_embed_with_buttons(bot, person):
    embed = discord.Embed(title="Ashen Sovereigns", description="Elite end game", colour=0x4F7CAC)
    embed.set_author(name="WKAS").set_footer(text="3 places").add_field(name="Reserved", value="1", inline=True)
    view = discord.ui.View()
    view.add_item(discord.ui.Button(label="Join", style=discord.ButtonStyle.success, custom_id="join"))
    view.add_item(discord.ui.Button(label="Map", url="https://example.com/map", emoji="🧭"))
    async with person(MEMBER) as torvald:
        sent = await bot.get_channel(HEARTH).send("A clan", embed=embed, view=view)
        seen = await torvald.sees(says("A clan"))
        assert seen["embeds"][0]["fields"] == [{"name": "Reserved", "value": "1", "inline": True}]
        assert custom_ids(seen) == {"Join": "join", "Map": None}
    fetched = await sent.channel.fetch_message(sent.id)
    assert fetched.embeds[0].to_dict().items() >= embed.to_dict().items()
    assert [child.label for child in fetched.components[0].children] == ["Join", "Map"]


async def test_edits_pins_and_deletes(bot, person):
    async with person(MEMBER) as torvald:
        message = await bot.get_channel(HEARTH).send("Draft")
        await message.edit(content="Final", embed=discord.Embed(title="Now with an embed"))
        assert (await torvald.sees(says("Final")))["edited_timestamp"]
        await message.pin()
        assert [pin.id async for pin in message.channel.pins()] == [message.id]
        await message.unpin()
        await message.delete()
        await torvald.hears("deleted", lambda news: str(message.id) in news["ids"])
        with pytest.raises(discord.NotFound) as refusal:
            await message.channel.fetch_message(message.id)
        assert refusal.value.code == 10008


async def test_clears_away_several_messages(bot, person):
    channel = bot.get_channel(HEARTH)
    async with person(MEMBER) as torvald:
        said = bot.will("message", lambda message: message.content == "Two")
        await torvald.says("One", HEARTH)
        await torvald.says("Two", HEARTH)
        await said
        cleared = bot.will("raw_bulk_message_delete")
        await torvald.sees(says("Two"))
        purged = await channel.purge(limit=2)
        assert {message.content for message in purged} == {"One", "Two"}
        assert (await cleared).message_ids == {message.id for message in purged}
        await torvald.hears("deleted", lambda news: {str(message.id) for message in purged} == set(news["ids"]))


async def test_sees_reactions_and_reacts(bot, person):
    async with person(MEMBER) as torvald:
        message = await bot.get_channel(HEARTH).send("Who is in?")
        reacted = bot.will("raw_reaction_add", lambda event: event.user_id == MEMBER)
        await torvald.reacts("👍", message.channel.id, message.id)
        assert str((await reacted).emoji) == "👍"
        await message.add_reaction("👍")
        await message.add_reaction(discord.utils.get(bot.emojis, name="woad"))
        fetched = await message.channel.fetch_message(message.id)
        assert {str(each.emoji): each.count for each in fetched.reactions}["👍"] == 2
        assert {user.id async for user in fetched.reactions[0].users()} == {MEMBER, bot.user.id}
        removed = bot.will("raw_reaction_remove", lambda event: event.user_id == MEMBER)
        await message.remove_reaction("👍", bot.home.get_member(MEMBER))
        await removed
        cleared = bot.will("raw_reaction_clear_emoji")
        await message.clear_reaction("👍")
        assert str((await cleared).emoji) == "👍"
        cleared = bot.will("raw_reaction_clear")
        await message.clear_reactions()
        await cleared
        assert (await message.channel.fetch_message(message.id)).reactions == []
        with pytest.raises(discord.HTTPException) as refusal:
            await message.add_reaction("woad")
        assert (refusal.value.status, refusal.value.code) == (400, 10014)


async def test_uploads_a_file_and_reads_it_back(bot, person):
    content = bytes(range(256)) * 40
    async with person(MEMBER) as torvald:
        files = [
            discord.File(io.BytesIO(content), "ledger.bin", description="Numbers"),
            discord.File(io.BytesIO(b"hi"), "a.txt"),
        ]
        message = await bot.get_channel(HEARTH).send("Two files", files=files)
        seen = await torvald.sees(says("Two files"))
        assert [file["filename"] for file in seen["attachments"]] == ["ledger.bin", "a.txt"]
    assert [file.description for file in message.attachments] == ["Numbers", None]
    assert await message.attachments[0].read() == content
    kept = await message.edit(attachments=[message.attachments[1]])
    assert [file.filename for file in kept.attachments] == ["a.txt"]


async def test_shows_an_uploaded_picture_inside_an_embed(bot):
    picture = await discord.utils.get(bot.emojis, name="woad").read()
    embed = discord.Embed(title="Crest").set_image(url="attachment://crest.png")
    message = await bot.get_channel(HEARTH).send(embed=embed, file=discord.File(io.BytesIO(picture), "crest.png"))
    async with aiohttp.ClientSession() as session, session.get(message.embeds[0].image.url) as answer:
        assert await answer.read() == picture
