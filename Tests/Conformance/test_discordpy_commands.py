"""discord.py's slash commands with every kind of option, and what Discord refuses of them."""

import discord
import pytest
from simulated_guild import GUILD, HEARTH, MEMBER, RECRUITER, says


@pytest.fixture
def everything(bot):
    """A command three words deep that takes an option of every kind."""

    class List(discord.app_commands.Group):
        @discord.app_commands.command(description="Takes everything")
        @discord.app_commands.choices(
            stage=[discord.app_commands.Choice(name=name, value=name.lower()) for name in ("Early", "Late")]
        )
        async def all(
            self,
            interaction: discord.Interaction,
            text: str,
            number: discord.app_commands.Range[int, -5, 5],
            share: float,
            sure: bool,
            person: discord.Member,
            place: discord.TextChannel,
            role: discord.Role,
            stage: discord.app_commands.Choice[str] | None = None,
        ):
            values = [text, number, share, sure, person.display_name, place.name, role.name, stage and stage.value]
            await interaction.response.send_message(repr(values), ephemeral=True)

    class Perm(discord.app_commands.Group):
        pass

    outer = Perm(name="perm", description="Permissions")
    outer.add_command(List(name="bot", description="Of the bot"))
    bot.tree.add_command(outer, guild=discord.Object(GUILD))


def given(bot, **others):
    """A value for every option that must be given."""
    role = discord.utils.get(bot.home.roles, name="Dice")
    values = {"text": "woad", "number": 3, "share": 0.5, "sure": True}
    return {**values, "person": str(RECRUITER), "place": str(HEARTH), "role": str(role.id), **others}


async def test_gets_options_of_every_kind(bot, everything, person):
    await bot.tree.sync(guild=bot.home)
    async with person(MEMBER) as torvald:
        offered = await torvald.commands(HEARTH)
        options = offered["perm bot all"]["options"]
        assert [option["type"] for option in options] == [3, 4, 10, 5, 6, 7, 8, 3]
        await torvald.runs("perm bot all", HEARTH, **given(bot, stage="late"))
        await torvald.sees(says("['woad', 3, 0.5, True, 'Runa', 'hearth', 'Dice', 'late']"))


@pytest.mark.parametrize("wrong", [{"number": 6}, {"number": "3"}, {"sure": "yes"}, {"stage": "never"}])
async def test_is_not_told_of_values_that_an_option_does_not_take(bot, everything, person, wrong):
    await bot.tree.sync(guild=bot.home)
    async with person(MEMBER) as torvald:
        await torvald.runs("perm bot all", HEARTH, **given(bot, **wrong))
        await torvald.hears("failed")


@pytest.mark.parametrize(
    "command",
    [
        {"name": "Clan", "description": "A capital letter"},
        {"name": "clan", "description": ""},
        {"name": "clan", "description": "x" * 101},
        {"name": "clan", "description": "x", "options": [{"type": 3, "name": "a b", "description": "x"}]},
        {
            "name": "clan",
            "description": "Required behind optional",
            "options": [
                {"type": 3, "name": "a", "description": "x"},
                {"type": 3, "name": "b", "description": "x", "required": True},
            ],
        },
        {
            "name": "clan",
            "description": "Subcommands beside options",
            "options": [
                {"type": 1, "name": "a", "description": "x"},
                {"type": 3, "name": "b", "description": "x"},
            ],
        },
        {
            "name": "clan",
            "description": "Too many options",
            "options": [{"type": 3, "name": f"o{n}", "description": "x"} for n in range(26)],
        },
    ],
)
async def test_is_refused_commands_that_break_a_rule(bot, command):
    with pytest.raises(discord.HTTPException) as refusal:
        await bot.http.bulk_upsert_guild_commands(bot.application_id, GUILD, [command])
    assert (refusal.value.status, refusal.value.code) == (400, 50035)
    assert await bot.tree.fetch_commands(guild=bot.home) == []


async def test_replaces_a_public_promise_by_a_private_answer(bot, person):
    @bot.tree.command(description="Thinks, then whispers", guild=discord.Object(GUILD))
    async def think(interaction: discord.Interaction):
        await interaction.response.defer(thinking=True)
        await interaction.delete_original_response()
        await interaction.followup.send("Only for you", ephemeral=True)

    await bot.tree.sync(guild=bot.home)
    async with person(MEMBER) as torvald, person(RECRUITER) as runa:
        await torvald.runs("think", HEARTH)
        whispered = await torvald.sees(says("Only for you"))
        assert whispered["flags"] & discord.MessageFlags(ephemeral=True).value
        await torvald.says("After that", HEARTH)
        await runa.sees(says("After that"))
        assert [message["content"] for message in await runa.reads(HEARTH)] == ["After that"]


async def test_may_offer_twenty_five_choices_and_no_more(bot, person):
    refusals = []

    @bot.tree.command(description="Picks", guild=discord.Object(GUILD))
    async def pick(interaction: discord.Interaction, what: str):
        await interaction.response.send_message(what)

    @pick.autocomplete("what")
    async def offers(interaction: discord.Interaction, typed: str):
        # The library's own answer is held back by its limit, so this one goes round it.
        path = f"/interactions/{interaction.id}/{interaction.token}/callback"
        for count in (26, 25):
            choices = [{"name": f"No. {number}", "value": str(number)} for number in range(count)]
            try:
                await bot.http.request(discord.http.Route("POST", path), json={"type": 8, "data": {"choices": choices}})
            except discord.HTTPException as refusal:
                refusals.append(refusal.code)
        raise discord.app_commands.AppCommandError("answered already")

    @bot.tree.error
    async def answered(interaction, error):
        pass

    await bot.tree.sync(guild=bot.home)
    async with person(MEMBER) as torvald:
        assert len(await torvald.types("", "what", "pick", HEARTH)) == 25
    assert refusals == [50035]
