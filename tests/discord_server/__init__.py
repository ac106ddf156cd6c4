"""A stand-in for Discord on loopback: REST API and gateway, to which the real discord.py connects.

    async with DiscordServer() as server:
        with server.serving_this_process():
            ...  # start the bot with server.token
            interaction = await server.slash("ask", {"question": "Who won?"}, user=server.user("Ada"))
            message = await interaction.response(timeout=10)
            assert message.text == "..." and not message.pings and server.refusals == []

It enforces what Discord documents (see ``discord_rules``) and answers refusals with Discord's status, JSON
error code and error structure. To read it, begin with ``records``, then ``world`` and ``messages`` (what there
is), ``gateway`` and ``rest`` with its ``..._paths`` (what the bot meets), ``actions`` and ``client`` (what users
do, as far as Discord's client lets them), ``faults``, and :class:`DiscordServer`, which is all of it.

Not there: rate limits (but see :meth:`DiscordServer.fail_next`), voice, polls beyond storing them, pins,
webhooks of channels, more than one shard.
"""

from discord_server.gateway import MESSAGE_CONTENT
from discord_server.interactions import Interaction, Refused
from discord_server.records import Attachment, Channel, Guild, Message, NotOffered, Role, User
from discord_server.server import DiscordServer

__all__ = [
    "MESSAGE_CONTENT",
    "Attachment",
    "Channel",
    "DiscordServer",
    "Guild",
    "Interaction",
    "Message",
    "NotOffered",
    "Refused",
    "Role",
    "User",
]
