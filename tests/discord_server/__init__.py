"""A stand-in for Discord on loopback: REST API and gateway, to which the real discord.py connects.

    async with DiscordServer() as server:
        with server.serving_this_process():
            ...  # start the bot with server.token
            interaction = await server.slash("ask", {"question": "Who won?"}, user=server.user("Ada"))
            message = await interaction.response(timeout=10)
            assert message.text == "..." and not message.pings and server.refusals == []

It enforces what Discord documents (see ``discord_rules``) and answers refusals with Discord's status, JSON
error code and error structure. What goes wrong is asked for::

    server.limit("POST", "/channels/*/messages", requests=2, seconds=1.0)   # also limit_everything
    server.fail_next("POST", "/interactions/*", 500)                        # also fail_for, reset_next, delay
    server.make_zombie()                                                    # also drop_gateway, gateway_paused, ...
    server.delete_channel(channel)                                          # also remove_bot, make_unavailable, ...
    server.guild_of_shard(1, 2, "The Second Half")                          # also fewest_shards, max_concurrency, ...
    server.permit(channel, server.bot, send_messages=False)                 # also change_role, archive, lock
    server.make_old(message, edits_left=0)
    server.advance(15 * 60)                                                 # the server's clock, not the machine's

To read it, begin with ``records``, then ``world``, ``messages`` and ``moderation`` (what there is and becomes of
it), ``gateway`` and ``rest`` with its ``..._paths`` (what the bot meets), ``actions`` and ``client`` (what users do,
as far as Discord's client lets them), ``faults`` and ``rate_limits``, and :class:`DiscordServer`, which is all of it.

Not there: voice, polls beyond storing them, pins, webhooks of channels, slow mode, events of
typing and reactions, the count of invalid requests after which Discord bars an address, the daily count of sessions.
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
