"""The stand-in's commands, proved with the real discord.py: what is registered, offered and refused."""

import pytest
from discord_client import Bot, Json
from discord_rules import Refusal, check_commands
from discord_server import DiscordServer, NotOffered


async def test_synced_commands_are_kept_and_each_write_recorded(server: DiscordServer, bot: Bot) -> None:
    assert [command["name"] for command in await server.commands_synced()] == [
        "ask",
        "administer",
        "Quote this",
    ]
    assert [write.names for write in server.command_writes] == [("ask", "administer", "Quote this")]
    assert [command.name for command in await bot.tree.fetch_commands()] == [
        "ask",
        "administer",
        "Quote this",
    ]
    assert len(server.command_writes) == 1


@pytest.mark.parametrize(
    "command",
    [
        {"name": "Ask", "description": "Capitals"},
        {"name": "ask me", "description": "A space"},
        {"name": "ask", "description": ""},
        {"name": "ask", "description": "x" * 101},
        {"name": "ask", "description": "Typo", "integration_type": [0]},
        {"name": "ask", "description": "No such context", "contexts": [3]},
        {"name": "ask", "description": "Locale", "name_localizations": {"xx": "frag"}},
        {
            "name": "ask",
            "description": "Options",
            "options": [{"type": 3, "name": f"o{number}", "description": "One"} for number in range(26)],
        },
    ],
)
def test_a_command_that_discord_would_not_take_is_refused(command: Json) -> None:
    with pytest.raises(Refusal, match="50035"):
        check_commands([command])


def test_more_than_a_hundred_commands_are_refused() -> None:
    with pytest.raises(Refusal, match="30032"):
        check_commands([{"name": f"c{number}", "description": "One"} for number in range(101)])


@pytest.mark.parametrize(
    ("name", "options", "reason"),
    [
        ("search", {}, "no command 'search'"),
        ("ask", {}, "required"),
        ("ask", {"question": "ab"}, "length of 3 to 20"),
        ("ask", {"question": "x" * 21}, "length of 3 to 20"),
        ("ask", {"question": 7}, "takes"),
        ("ask", {"query": "Who won?"}, "no options"),
        ("administer", {}, "manage_guild"),
    ],
)
@pytest.mark.usefixtures("bot")
async def test_the_client_offers_only_what_was_registered(
    server: DiscordServer, name: str, options: Json, reason: str
) -> None:
    with pytest.raises(NotOffered, match=reason):
        await server.slash(name, options, user=server.user("Ada"))


async def test_a_command_is_offered_to_those_with_its_default_permissions(server: DiscordServer, bot: Bot) -> None:
    ada = server.user("Ada")
    server.role("Editors", ada, manage_guild=True)
    await server.slash("administer", user=ada)
    assert (await bot.interaction()).permissions.manage_guild
