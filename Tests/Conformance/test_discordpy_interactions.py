"""discord.py's commands, buttons, menus and forms, used by the people of the simulated guild."""

import discord
import pytest
from simulated_guild import HEARTH, MEMBER, RECRUITER, custom_ids, says


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


async def test_is_too_late_after_three_seconds(bot, person):
    class Slow(discord.ui.View):
        @discord.ui.button(label="Wait")
        async def wait(self, interaction, button):
            pressed.set_result(interaction)

    pressed = bot.loop.create_future()
    async with person(MEMBER) as torvald:
        await bot.get_channel(HEARTH).send("Slow", view=Slow())
        message = await torvald.sees(says("Slow"))
        await torvald.clicks(message, custom_ids(message)["Wait"])
        interaction = await pressed
        await torvald.hears("failed")
        with pytest.raises(discord.NotFound) as refusal:
            await interaction.response.defer()
        assert refusal.value.code == 10062
