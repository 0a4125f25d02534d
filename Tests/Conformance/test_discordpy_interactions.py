"""discord.py's commands, buttons, menus and forms, used by the people of the simulated guild."""

import discord
import pytest
from simulated_guild import GUILD, HEARTH, MEMBER, RECRUITER, custom_ids, says


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
        await bot.rests()
        assert form["modal"]["title"] == "Application"
        row, label = form["modal"]["components"]
        power, note = row["components"][0]["custom_id"], label["component"]["custom_id"]
        await torvald.submits(form, {power: "12", note: "I like woad"})
        await torvald.sees(says("Power 12; I like woad; noted"))


class Panel(discord.ui.View):
    """A recruiter's panel: pick an applicant and a stage, then write a note."""

    def __init__(self):
        super().__init__(timeout=None)
        self.chosen = {}
        self.confirm.disabled = True

    async def notes(self, interaction, name, values):
        self.chosen[name] = ", ".join(values)
        self.confirm.disabled = len(self.chosen) < 2
        await interaction.response.edit_message(content="; ".join(self.chosen.values()), view=self)

    @discord.ui.select(cls=discord.ui.UserSelect, placeholder="Applicant")
    async def person(self, interaction, select):
        await self.notes(interaction, "person", [user.display_name for user in select.values])

    @discord.ui.select(cls=discord.ui.RoleSelect, placeholder="Roles", max_values=2)
    async def roles(self, interaction, select):
        await self.notes(interaction, "roles", sorted(role.name for role in select.values))

    @discord.ui.button(label="Confirm", style=discord.ButtonStyle.success)
    async def confirm(self, interaction, button):
        await interaction.response.send_modal(Note(self))


class Note(discord.ui.Modal, title="Note"):
    text = discord.ui.Label(text="Note", component=discord.ui.TextInput(default="Welcome"))
    days = discord.ui.Label(
        text="Days",
        description="When to play",
        component=discord.ui.Select(
            options=[discord.SelectOption(label=day) for day in ("Fri", "Sat", "Sun")], max_values=3
        ),
    )

    def __init__(self, panel):
        super().__init__()
        self.panel = panel

    async def on_submit(self, interaction):
        days = ", ".join(self.days.component.values)
        await interaction.response.edit_message(content=f"{self.text.component.value}: {days}", view=None)


async def test_leads_through_a_panel_that_only_its_user_sees(bot, person):
    @bot.tree.command(description="Opens the panel", guild=discord.Object(GUILD))
    async def panel(interaction: discord.Interaction):
        await interaction.response.send_message("Nobody yet", view=Panel(), ephemeral=True)

    await bot.tree.sync(guild=bot.home)
    async with person(RECRUITER) as runa:
        await runa.runs("panel", HEARTH)
        shown = await runa.sees(says("Nobody yet"))
        await bot.rests()
        controls = custom_ids(shown)
        await runa.clicks(shown, controls["Confirm"])
        await runa.hears("failed")
        await runa.chooses([str(MEMBER)], shown, controls["Applicant"])
        await runa.sees(says("Torvald"))
        roles = [discord.utils.get(bot.home.roles, name=name) for name in ("Dice", "Recruiters")]
        await runa.chooses([str(role.id) for role in roles], shown, controls["Roles"])
        await runa.sees(says("Torvald; Dice, Recruiters"))
        await runa.clicks(shown, controls["Confirm"])
        form = await runa.hears("modal")
        await bot.rests()
        text, days = (label["component"] for label in form["modal"]["components"])
        assert text["value"] == "Welcome"
        await runa.submits(form, {text["custom_id"]: "Good", days["custom_id"]: ["Fri", "Sun"]})
        assert not (await runa.sees(says("Good: Fri, Sun")))["components"]


# Commands


@pytest.fixture
def clan(bot):
    """A command group with one command, whose `tag` completes."""

    class Clan(discord.app_commands.Group):
        @discord.app_commands.command(description="Finds a clan")
        @discord.app_commands.describe(tag="The clan's tag", number="How many", asker="Who asks")
        async def find(
            self,
            interaction: discord.Interaction,
            tag: str,
            number: discord.app_commands.Range[int, 1, 25] = 5,
            asker: discord.Member | None = None,
        ):
            await interaction.response.defer(ephemeral=number > 5, thinking=True)
            await interaction.followup.send(f"{number} × {tag} for {asker and asker.display_name}")
            await interaction.followup.send("More")

        @find.autocomplete("tag")
        async def tags(self, interaction: discord.Interaction, typed: str):
            known = {"Ashen Sovereigns": "WKAS", "Bramble": "WKBR"}
            shown = interaction.namespace.number and f" ({interaction.namespace.number})" or ""
            return [
                discord.app_commands.Choice(name=name + shown, value=tag)
                for name, tag in known.items()
                if name.lower().startswith(typed.lower())
            ]

    bot.tree.add_command(Clan(name="clan", description="Clans"), guild=discord.Object(GUILD))


async def test_registers_its_commands(bot, clan, person):
    synced = await bot.tree.sync(guild=bot.home)
    assert [command.name for command in synced] == ["clan"]
    fetched = await bot.tree.fetch_commands(guild=bot.home)
    assert [option.name for option in fetched[0].options[0].options] == ["tag", "number", "asker"]
    async with person(MEMBER) as torvald:
        offered = await torvald.commands(HEARTH)
        assert offered["clan find"]["description"] == "Finds a clan"
        assert [option["name"] for option in offered["clan find"]["options"]] == ["tag", "number", "asker"]
    edited = await synced[0].edit(description="All clans")
    assert (edited.id, edited.description) == (synced[0].id, "All clans")
    await edited.delete()
    assert await bot.tree.fetch_commands(guild=bot.home) == []


async def test_completes_and_answers_a_command_later(bot, clan, person):
    await bot.tree.sync(guild=bot.home)
    async with person(MEMBER) as torvald, person(RECRUITER) as runa:
        assert await torvald.types("", "tag", "clan find", HEARTH) == {"Ashen Sovereigns": "WKAS", "Bramble": "WKBR"}
        assert await torvald.types("br", "tag", "clan find", HEARTH, number=3) == {"Bramble (3)": "WKBR"}
        await torvald.runs("clan find", HEARTH, tag="WKBR", asker=str(RECRUITER))
        answered = await runa.sees(says("5 × WKBR for Runa"))
        assert answered["interaction_metadata"]["user"]["id"] == str(MEMBER)
        await runa.sees(says("More"))
        await torvald.runs("clan find", HEARTH, tag="WKAS", number=9)
        hidden = await torvald.sees(says("9 × WKAS for None"))
        assert hidden["flags"] & discord.MessageFlags(ephemeral=True).value


async def test_edits_and_removes_its_answers(bot, person):
    @bot.tree.command(description="Says something", guild=discord.Object(GUILD))
    async def speak(interaction: discord.Interaction):
        await interaction.response.send_message("First")
        await interaction.edit_original_response(content="Second")
        follow = await interaction.followup.send("Third", wait=True)
        await follow.edit(content="Fourth")
        await follow.delete()
        await interaction.delete_original_response()

    await bot.tree.sync(guild=bot.home)
    async with person(MEMBER) as torvald:
        await torvald.runs("speak", HEARTH)
        second = await torvald.sees(says("Second"))
        fourth = await torvald.sees(says("Fourth"))
        for message in (fourth, second):
            await torvald.hears("deleted", lambda news: message["id"] in news["ids"])


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
