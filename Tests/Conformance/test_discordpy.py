"""An unmodified discord.py in the simulated guild: what works there for Discord's most used client works here."""

import asyncio
import io

import aiohttp
import discord
import pytest
from simulated_guild import (
    ANNOUNCEMENTS,
    DEADLINE,
    GUILD,
    HEARTH,
    MEMBER,
    MIRRALITH,
    RECRUITER,
    RECRUITERS,
    custom_ids,
    sample_id,
)


def says(text):
    """Whether a message, as the chat page gets it, says `text`."""
    return lambda message: message["content"] == text


# Login


async def test_logs_in_over_zlib_stream(bot):
    assert bot.connections.gateways[0].query["compress"] == "zlib-stream"
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
        await message.remove_reaction("👍", bot.user)
        await message.clear_reactions()


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


# Interactions


class Counter(discord.ui.View):
    """A button that counts, and one that answers only its presser."""

    def __init__(self):
        super().__init__(timeout=None)
        self.count = 0

    @discord.ui.button(label="Count", style=discord.ButtonStyle.primary)
    async def add(self, interaction, button):
        self.count += 1
        await interaction.response.edit_message(content=f"Counted {self.count}", view=self)

    @discord.ui.button(label="Secret")
    async def whisper(self, interaction, button):
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send(f"Only for {interaction.user.display_name}", ephemeral=True)
        await interaction.followup.send("And more", ephemeral=True)


async def test_answers_clicks(bot, person):
    async with person(MEMBER) as torvald, person(RECRUITER) as runa:
        await bot.get_channel(HEARTH).send("Counted 0", view=Counter())
        message = await torvald.sees(says("Counted 0"))
        controls = custom_ids(message)
        await torvald.clicks(message, controls["Count"])
        await torvald.sees(says("Counted 1"))
        await runa.clicks(message, controls["Count"])
        await torvald.sees(says("Counted 2"))
        await torvald.clicks(message, controls["Secret"])
        whispered = await torvald.sees(says("Only for Torvald"))
        assert whispered["flags"] & discord.MessageFlags(ephemeral=True).value
        await torvald.sees(says("And more"))
        # What Runa sees last shows that the whispers, which came before, passed her by.
        await torvald.says("After that", HEARTH)
        await runa.sees(says("After that"))
        assert not any("Only for" in message["content"] for message in await runa.reads(HEARTH))


async def test_answers_a_select(bot, person):
    class Choice(discord.ui.View):
        options = [discord.SelectOption(label=name, value=name.lower()) for name in ("Early", "Mid", "Late")]

        @discord.ui.select(placeholder="Stage", options=options, max_values=2)
        async def choose(self, interaction, select):
            await interaction.response.send_message("Chose " + ", ".join(sorted(select.values)), ephemeral=True)

    async with person(MEMBER) as torvald:
        await bot.get_channel(HEARTH).send("Which?", view=Choice())
        message = await torvald.sees(says("Which?"))
        await torvald.chooses(["mid", "late"], message, custom_ids(message)["Stage"])
        await torvald.sees(says("Chose late, mid"))


async def test_answers_a_modal(bot, person):
    class Form(discord.ui.Modal, title="Application"):
        power = discord.ui.TextInput(label="Power", placeholder="In millions")
        note = discord.ui.Label(
            text="Anything else?", component=discord.ui.TextInput(style=discord.TextStyle.long, required=False)
        )

        async def on_submit(self, interaction):
            await interaction.response.send_message(f"Power {self.power.value}; {self.note.component.value}")
            original = await interaction.original_response()
            await original.edit(content=original.content + "; noted")

    class Door(discord.ui.View):
        @discord.ui.button(label="Apply")
        async def open(self, interaction, button):
            await interaction.response.send_modal(Form())

    async with person(MEMBER) as torvald:
        await bot.get_channel(HEARTH).send("Come in", view=Door())
        message = await torvald.sees(says("Come in"))
        await torvald.clicks(message, custom_ids(message)["Apply"])
        form = await torvald.hears("modal")
        assert form["modal"]["title"] == "Application"
        row, label = form["modal"]["components"]
        power, note = row["components"][0]["custom_id"], label["component"]["custom_id"]
        await torvald.submits(form, {power: "12", note: "I like woad"})
        await torvald.sees(says("Power 12; I like woad; noted"))


async def test_registers_its_commands(bot):
    @bot.tree.command(description="Finds a clan")
    @discord.app_commands.describe(tag="The clan's tag", number="How many")
    async def clan(interaction: discord.Interaction, tag: str, number: discord.app_commands.Range[int, 1, 25] = 5):
        await interaction.response.send_message(tag)

    bot.tree.copy_global_to(guild=bot.home)
    synced = await bot.tree.sync(guild=bot.home)
    assert [command.name for command in synced] == ["clan"]
    fetched = await bot.tree.fetch_commands(guild=bot.home)
    assert [option.name for option in fetched[0].options] == ["tag", "number"]


# Threads, channels, members


async def test_creates_a_thread_and_closes_it(bot, person):
    async with person(MEMBER) as torvald:
        created = bot.will("thread_create")
        message = await bot.get_channel(ANNOUNCEMENTS).send("Trivia tonight")
        thread = await message.create_thread(name="Questions", auto_archive_duration=1440)
        assert (await created).id == thread.id
        await torvald.hears("channels", lambda news: any(each["id"] == str(thread.id) for each in news["channels"]))
        heard = bot.will("message", lambda message: message.channel.id == thread.id and message.author.id == MEMBER)
        await torvald.says("How many rounds?", thread.id)
        await heard
        await thread.add_user(discord.Object(RECRUITER))
        assert {member.id for member in await thread.fetch_members()} == {bot.user.id, MEMBER, RECRUITER}
        closed = await thread.edit(name="Closed", archived=True, locked=True)
        assert closed.archived and closed.locked
        archived = [each.name async for each in message.channel.archived_threads()]
        assert archived == ["Closed"]


async def test_gives_and_takes_roles(bot):
    member, role = bot.home.get_member(MEMBER), discord.utils.get(bot.home.roles, name="Dice")
    updated = bot.will("member_update", lambda before, after: role in after.roles)
    await member.add_roles(role, reason="Won the dice")
    await updated
    updated = bot.will("member_update", lambda before, after: role not in after.roles)
    await member.remove_roles(role)
    await updated
    await member.edit(nick="Torvald the Lucky")
    entries = [entry async for entry in bot.home.audit_logs(limit=3)]
    assert "Won the dice" in [entry.reason for entry in entries]


async def test_manages_a_channel(bot):
    created = await bot.home.create_text_channel("war-room", topic="Plans", reason="War")
    await created.set_permissions(bot.home.default_role, send_messages=False)
    await created.edit(topic="Better plans", slowmode_delay=5)
    assert (await bot.fetch_channel(created.id)).topic == "Better plans"
    await created.delete()


async def test_is_told_what_it_may_not_do(bot):
    with pytest.raises(discord.Forbidden) as refusal:
        await bot.home.get_member(bot.home.owner_id).edit(nick="Nobody")
    assert refusal.value.code == 50013
    with pytest.raises(discord.HTTPException) as refusal:
        await bot.get_channel(HEARTH).send("x" * 2001)
    assert (refusal.value.status, refusal.value.code) == (400, 50035)


# Limits and lost connections


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
