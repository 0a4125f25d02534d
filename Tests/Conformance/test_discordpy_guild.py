"""discord.py looks after the simulated guild: threads, channels, roles, and what it is refused."""

import discord
import pytest
from simulated_guild import ANNOUNCEMENTS, HEARTH, MEMBER, RECRUITER, RECRUITERS, sample_id


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


async def test_leads_a_private_thread_through_its_life(bot, person):
    recruiters = bot.get_channel(RECRUITERS)
    async with person(RECRUITER) as runa:
        thread = await recruiters.create_thread(name="🎫 Kestra", invitable=False)
        assert thread.type is discord.ChannelType.private_thread
        joined = bot.will("thread_member_join", lambda member: member.id == RECRUITER)
        await thread.add_user(discord.Object(RECRUITER))
        await joined
        await runa.hears("channels", lambda news: any(each["id"] == str(thread.id) for each in news["channels"]))

        renamed = bot.will("thread_update", lambda before, after: after.name == "✅ Kestra" and after.locked)
        await thread.edit(name="✅ Kestra", slowmode_delay=5, locked=True)
        await renamed
        archived = await thread.edit(archived=True)
        assert archived.archived and archived.locked
        with pytest.raises(discord.HTTPException) as refusal:
            await thread.edit(name="Too late")
        assert (refusal.value.status, refusal.value.code) == (400, 50083)
        assert [each.id async for each in recruiters.archived_threads(private=True)] == [thread.id]

        # discord.py forgets a thread when it is archived, so that only the raw event tells of its return.
        opened = bot.will("raw_thread_update", lambda event: not event.data["thread_metadata"]["archived"])
        reopened = await thread.edit(archived=False, locked=False)
        assert not reopened.archived and not reopened.locked
        await opened
        left = bot.will("raw_thread_member_remove", lambda event: event.data["removed_member_ids"] == [str(RECRUITER)])
        await thread.remove_user(discord.Object(RECRUITER))
        await left
        assert [member.id for member in await thread.fetch_members()] == [bot.user.id]
        gone = bot.will("raw_thread_delete", lambda event: event.thread_id == thread.id)
        await thread.delete()
        await gone


async def test_a_locked_thread_takes_no_words(bot, person):
    async with person(MEMBER) as torvald:
        thread = await bot.get_channel(HEARTH).create_thread(name="Closed", type=discord.ChannelType.public_thread)
        await thread.edit(locked=True)
        await torvald.says("Too late", thread.id)
        assert (await torvald.hears("failed"))["text"] == "Thread is locked"


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


async def test_makes_changes_and_removes_a_role(bot):
    made = bot.will("guild_role_create")
    role = await bot.home.create_role(name="Trial", colour=0x4F7CAC, mentionable=True, reason="A new clan")
    assert (await made).id == role.id
    changed = bot.will("guild_role_update", lambda before, after: after.id == role.id)
    await role.edit(name="Trial Members", hoist=True)
    assert (await changed)[1].name == "Trial Members"

    member = bot.home.get_member(MEMBER)
    updated = bot.will("member_update", lambda before, after: role in after.roles)
    kept = [each for each in member.roles if not each.is_default()]
    await member.edit(roles=[*kept, role], reason="On trial")
    await updated
    gone = bot.will("guild_role_delete", lambda each: each.id == role.id)
    await role.delete()
    await gone
    assert role.id not in [each.id for each in (await bot.home.fetch_member(MEMBER)).roles]


async def test_manages_a_channel(bot):
    created = await bot.home.create_text_channel("war-room", topic="Plans", reason="War")
    await created.set_permissions(bot.home.default_role, send_messages=False)
    await created.edit(topic="Better plans", slowmode_delay=5)
    assert (await bot.fetch_channel(created.id)).topic == "Better plans"
    await created.delete()


async def test_is_told_what_it_may_not_do(bot):
    guild, hearth = bot.home, bot.get_channel(HEARTH)
    highest = max(guild.roles)
    refusals = {
        (403, 50013): [
            guild.get_member(guild.owner_id).edit(nick="Nobody"),
            guild.get_member(MEMBER).add_roles(highest),
            highest.edit(name="Mine"),
        ],
        (404, 10003): [bot.fetch_channel(MEMBER)],
        (404, 10004): [bot.fetch_guild(MEMBER)],
        (404, 10007): [guild.fetch_member(sample_id(305))],
        (404, 10008): [hearth.fetch_message(MEMBER), hearth.get_partial_message(MEMBER).edit(content="x")],
        (404, 10011): [guild.get_member(MEMBER).add_roles(discord.Object(MEMBER))],
        (404, 10013): [bot.fetch_user(1)],
        (400, 50006): [hearth.send("")],
        (400, 50035): [hearth.send("x" * 2001), hearth.create_thread(name="x" * 101)],
    }
    for expected, attempts in refusals.items():
        for attempt in attempts:
            with pytest.raises(discord.HTTPException) as refusal:
                await attempt
            assert (refusal.value.status, refusal.value.code) == expected, attempt
