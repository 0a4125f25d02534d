"""An unmodified discord.py bot that answers `@bot ping` with a reaction, pointed at the simulator by its environment.

Prints `ready` once it is.
"""

import os

import discord
import yarl

discord.http.Route.BASE = os.environ["DISCORD_API_BASE_URL"]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])

intents = discord.Intents.default()
intents.members = True
intents.message_content = True
# discord.py waits this long after the last guild for one more; the shortest time leaves its own work alone.
client = discord.Client(intents=intents, guild_ready_timeout=0.001, chunk_guilds_at_startup=False)


@client.event
async def on_ready():
    print("ready now", flush=True)


@client.event
async def on_message(message):
    if message.content == f"<@{client.user.id}> ping":
        await message.add_reaction("🏓")


client.run(os.environ["DISCORD_TOKEN"], log_handler=None)
