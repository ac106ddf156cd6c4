"""Messages on the stand-in, proved with the real discord.py: what is taken, refused, mentioned and shown."""

import asyncio
import io
from typing import Any

import discord
import pytest
from discord_client import (
    NOBODY,
    Bot,
    Json,
    button,
    edit_raw,
    general,
    layout,
    post_raw,
    row,
    text,
    v2,
)
from discord_rules import EPHEMERAL
from discord_server import MESSAGE_CONTENT, DiscordServer


def error_codes(errors: Json) -> set[str]:
    """The codes anywhere in the nested errors of a refusal."""
    found = {error["code"] for error in errors.get("_errors", [])}
    return found.union(*(error_codes(nested) for key, nested in errors.items() if key != "_errors"))


REFUSED_MESSAGES: dict[str, tuple[str, Json]] = {
    "content too long": ("BASE_TYPE_MAX_LENGTH", {"content": "x" * 2001}),
    "unknown key": ("UNKNOWN_KEY", {"content": "x", "ephemeral": True}),
    "ephemeral outside of interactions": ("FLAGS_INVALID", {"content": "x", "flags": EPHEMERAL}),
    "embed description too long": ("BASE_TYPE_MAX_LENGTH", {"embeds": [{"description": "x" * 4097}]}),
    "embeds too long together": (
        "MAX_EMBED_SIZE_EXCEEDED",
        {"embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]},
    ),
    "V2 component without the flag": ("UNION_TYPE_CHOICES", {"components": [text("x")]}),
    "content beside V2": ("MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", v2(text("x"), content="x")),
    "embeds beside V2": (
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        v2(text("x"), embeds=[{"title": "x"}]),
    ),
    "empty text display": ("BASE_TYPE_BAD_LENGTH", v2(text(" "))),
    "4001 characters of text": (
        "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
        v2(text("x" * 2000), {"type": 17, "components": [text("x" * 2001)]}),
    ),
    "41 components": (
        "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
        v2(*[{"type": 17, "components": [text("x")] * 39}, text("x")]),
    ),
    "unknown component": ("UNION_TYPE_CHOICES", v2({"type": 99})),
    "unknown key in a component": ("UNKNOWN_KEY", v2({**text("x"), "style": 1})),
    "section without accessory": ("BASE_TYPE_REQUIRED", v2({"type": 9, "components": [text("x")]})),
    "section of four texts": (
        "BASE_TYPE_BAD_LENGTH",
        v2({"type": 9, "components": [text("x")] * 4, "accessory": button("b")}),
    ),
    "section within a section": (
        "UNION_TYPE_CHOICES",
        v2(
            {
                "type": 9,
                "components": [{"type": 9, "components": [text("x")], "accessory": button("a")}],
                "accessory": button("b"),
            }
        ),
    ),
    "container within a container": (
        "UNION_TYPE_CHOICES",
        v2({"type": 17, "components": [{"type": 17, "components": [text("x")]}]}),
    ),
    "empty container": ("BASE_TYPE_BAD_LENGTH", v2({"type": 17, "components": []})),
    "button outside of a row": ("UNION_TYPE_CHOICES", v2(button("b"))),
    "label too long": ("BASE_TYPE_MAX_LENGTH", v2(row(button("b", label="x" * 81)))),
    "neither label nor emoji": ("BUTTON_COMPONENT_INVALID_LABEL", v2(row(button("b", label=None)))),
    "custom_id too long": ("BASE_TYPE_BAD_LENGTH", v2(row(button("x" * 101)))),
    "empty custom_id": ("BASE_TYPE_BAD_LENGTH", v2(row(button("")))),
    "custom_id twice": ("COMPONENT_CUSTOM_ID_DUPLICATED", v2(row(button("b")), row(button("b")))),
    "link with custom_id": (
        "BUTTON_COMPONENT_CUSTOM_ID_AND_URL",
        v2(row(button("b", style=5, url="https://example.org"))),
    ),
    "link without url": ("BASE_TYPE_REQUIRED", v2(row({"type": 2, "style": 5, "label": "x"}))),
    "link with another scheme": (
        "URL_TYPE_INVALID_URL",
        v2(row({"type": 2, "style": 5, "label": "x", "url": "file:///etc"})),
    ),
    "six buttons in a row": ("BASE_TYPE_BAD_LENGTH", v2(row(*[button(f"b{number}") for number in range(6)]))),
    "26 options": (
        "BASE_TYPE_BAD_LENGTH",
        v2(
            row(
                {
                    "type": 3,
                    "custom_id": "s",
                    "options": [{"label": f"{number}", "value": f"{number}"} for number in range(26)],
                }
            )
        ),
    ),
    "file that is not attached": (
        "ATTACHMENT_NOT_FOUND",
        v2({"type": 13, "file": {"url": "attachment://missing.txt"}}),
    ),
    "parse and list of users": (
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
    ),
    "unknown reply": ("REPLIES_UNKNOWN_MESSAGE", {"content": "x", "message_reference": {"message_id": "1"}}),
}


@pytest.mark.parametrize(("reason", "payload"), REFUSED_MESSAGES.values(), ids=REFUSED_MESSAGES.keys())
async def test_a_message_against_the_rules_is_refused(
    server: DiscordServer, bot: Bot, reason: str, payload: Json
) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await post_raw(bot, payload)
    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert error_codes(server.refusals[0].errors or {}) == {reason}
    assert server.channel("general").messages == []


async def test_messages_at_the_limits_are_taken(server: DiscordServer, bot: Bot) -> None:
    await post_raw(bot, {"content": "x" * 2000})
    await post_raw(bot, v2(text("x" * 4000)))
    await post_raw(bot, v2({"type": 17, "components": [text("x")] * 39}))
    await post_raw(bot, v2(row(*[button("x" * 99 + str(number), label="x" * 80) for number in range(5)])))
    assert server.refusals == []


async def test_an_error_says_where_the_problem_is(server: DiscordServer, bot: Bot) -> None:
    with pytest.raises(discord.HTTPException):
        await post_raw(bot, v2(text("x"), row(button("b", label="x" * 81))))
    assert server.refusals[0].errors == {
        "components": {
            "1": {
                "components": {
                    "0": {
                        "label": {
                            "_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 80 or fewer in length."}]
                        }
                    }
                }
            }
        }
    }


@pytest.mark.usefixtures("server")
async def test_an_empty_message_is_refused(bot: Bot) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await general(bot).send("")
    assert (refused.value.status, refused.value.code) == (400, 50006)


async def test_components_v2_is_for_good(server: DiscordServer, bot: Bot) -> None:
    await general(bot).send(view=layout(discord.ui.TextDisplay("x")))
    message = await server.next_message(server.channel("general"))
    with pytest.raises(discord.HTTPException) as refused:
        await edit_raw(bot, message, {"flags": 0, "content": "x", "components": []})
    assert refused.value.code == 50035
    with pytest.raises(discord.HTTPException) as refused:
        await edit_raw(bot, message, {"content": "x"})
    assert refused.value.code == 50035
    await edit_raw(bot, message, {"components": [text("y")]})
    assert (message.text, message.is_v2) == ("y", True)


async def test_a_repeated_nonce_sends_once(server: DiscordServer, bot: Bot) -> None:
    first = await general(bot).send("Once.", nonce="question-7")
    second = await general(bot).send("Once.", nonce="question-7")
    assert first.id == second.id
    assert len(server.channel("general").messages) == 1


async def test_a_file_is_stored_and_can_be_shown(server: DiscordServer, bot: Bot) -> None:
    file = discord.File(io.BytesIO(b"The whole article."), "article.txt", description="As published")
    shown: discord.ui.File[Any] = discord.ui.File("attachment://article.txt")
    sent_message = await general(bot).send(view=layout(shown), file=file)
    stored = (await server.next_message(server.channel("general"))).attachments[0]
    assert (stored.filename, stored.size, stored.description) == ("article.txt", 18, "As published")
    assert await sent_message.attachments[0].read() == b"The whole article."


async def test_a_mention_is_replied_to(server: DiscordServer, bot: Bot) -> None:
    channel = server.channel("general")
    asked = await server.say(channel, server.user("Ada"), f"{server.bot.mention} who won?")
    heard = await bot.message()
    assert heard.content == f"{server.bot.mention} who won?"
    await heard.reply("They did.", allowed_mentions=NOBODY)
    reply = await server.next_message(channel)
    assert (reply.text, reply.reply_to) == ("They did.", asked)
    assert not reply.pings
    assert server.refusals == []


async def test_a_reply_to_a_deleted_message_is_refused_unless_it_may_be_missing(
    server: DiscordServer, bot: Bot
) -> None:
    channel = server.channel("general")
    said = await server.say(channel, server.user("Ada"), f"{server.bot.mention} who won?")
    heard = await bot.message()
    server.delete(said)
    assert await asyncio.wait_for(bot.deleted.get(), 5) == said.id
    with pytest.raises(discord.HTTPException) as refused:
        await heard.reply("They did.")
    assert (refused.value.code, "message_reference" in refused.value.text) == (50035, True)
    await general(bot).send("They did.", reference=heard.to_reference(fail_if_not_exists=False))
    assert (await server.next_message(channel)).reply_to is None


async def test_by_default_everything_in_a_message_pings(server: DiscordServer, bot: Bot) -> None:
    server.permit(server.channel("general"), server.bot, mention_everyone=True)
    ada, editors = server.user("Ada"), server.role("Editors")
    await general(bot).send(f"@everyone {ada.mention} <@&{editors.id}>")
    pings = (await server.next_message(server.channel("general"))).pings
    assert (pings.users, pings.roles, pings.everyone) == ((ada.id,), (editors.id,), True)


async def test_without_the_permission_roles_and_everyone_are_not_pinged(server: DiscordServer, bot: Bot) -> None:
    hidden, open_to_all = server.role("Editors"), server.role("Readers", mentionable=True)
    await general(bot).send(f"@everyone <@&{hidden.id}> <@&{open_to_all.id}>")
    pings = (await server.next_message(server.channel("general"))).pings
    assert (pings.roles, pings.everyone) == ((open_to_all.id,), False)


async def test_text_displays_ping_too_and_allowed_mentions_prevents_it(server: DiscordServer, bot: Bot) -> None:
    channel, ada = server.channel("general"), server.user("Ada")
    view = layout(discord.ui.TextDisplay(f"Asked by {ada.mention}"))
    await general(bot).send(view=view)
    await general(bot).send(view=view, allowed_mentions=NOBODY)
    assert (await server.next_message(channel)).pings.users == (ada.id,)
    assert not (await server.next_message(channel)).pings


async def test_an_edit_mentions_but_does_not_ping(server: DiscordServer, bot: Bot) -> None:
    ada = server.user("Ada")
    message = await general(bot).send("Wait.")
    await message.edit(content=f"{ada.mention} has asked.")
    stored = await server.next_message(server.channel("general"))
    assert (stored.mentions.users, stored.pings.users) == ((ada.id,), ())
    await message.edit(content=f"{ada.mention} asked.", allowed_mentions=NOBODY)
    assert not stored.mentions


async def test_the_answer_after_a_deferral_pings_like_a_new_message(server: DiscordServer, bot: Bot) -> None:
    ada = server.user("Ada")
    asked = await server.slash("ask", {"question": "Who won?"})
    interaction = await bot.interaction()
    await interaction.response.defer()
    await interaction.edit_original_response(content=f"{ada.mention}!")
    assert (await asked.response()).pings.users == (ada.id,)


async def test_reactions_are_put_and_taken_away(server: DiscordServer, bot: Bot) -> None:
    message = await general(bot).send("Who won?")
    await message.add_reaction("👍")
    stored = await server.next_message(server.channel("general"))
    assert stored.reactions == {"👍": [server.bot]}
    assert bot.user is not None
    await message.remove_reaction("👍", bot.user)
    assert stored.reactions == {}


async def test_typing_is_noticed(server: DiscordServer, bot: Bot) -> None:
    async with general(bot).typing():
        pass
    assert len(server.channel("general").typing) == 1


async def test_threads_are_started_from_a_message_and_in_a_forum(server: DiscordServer, bot: Bot) -> None:
    message = await general(bot).send("Who won?")
    thread = await message.create_thread(name="Who won?")
    await thread.send("They did.")
    assert (await server.next_message(server.channel("Who won?"))).text == "They did."
    with pytest.raises(discord.HTTPException) as refused:
        await message.create_thread(name="Again")
    assert refused.value.code == 160004
    post = await server.post(server.forum("questions"), server.user("Ada"), "Cup", f"{server.bot.mention} who?")
    heard = await bot.message()
    assert (heard.channel.id, heard.id) == (post.id, post.id)
    await heard.reply("They did.")
    assert (await server.next_message(post)).text == "They did."


async def test_history_and_single_messages_can_be_read(server: DiscordServer, bot: Bot) -> None:
    channel, ada = server.channel("general"), server.user("Ada")
    said = [await server.say(channel, ada, f"{server.bot.mention} {word}") for word in ("One", "Two")]
    read = [message.content async for message in general(bot).history(limit=10)]
    assert read == [f"{server.bot.mention} Two", f"{server.bot.mention} One"]
    assert (await general(bot).fetch_message(said[0].id)).content == f"{server.bot.mention} One"


async def test_history_hides_content_without_the_intent(server: DiscordServer, bot: Bot) -> None:
    said = await server.say(server.channel("general"), server.user("Ada"), "A secret.")
    assert [message.content async for message in general(bot).history(limit=10)] == [""]
    assert (await general(bot).fetch_message(said.id)).content == ""
    server.enabled_intents = MESSAGE_CONTENT
    assert (await general(bot).fetch_message(said.id)).content == "A secret."


async def test_a_reply_hides_the_content_of_what_it_replies_to_unless_the_bot_may_see_it(
    server: DiscordServer, bot: Bot
) -> None:
    channel, ada = server.channel("general"), server.user("Ada")
    said = await server.say(channel, ada, "A secret.")
    await bot.message()
    await server.say(channel, server.user("Bo"), f"{server.bot.mention} is that so?", reply_to=said)
    assert referenced(await bot.message()).content == ""
    await general(bot).send("They did.")
    await server.say(channel, ada, "And then?", reply_to=await server.next_message(channel))
    assert referenced(await bot.message()).content == "They did."


def referenced(message: discord.Message) -> discord.Message:
    """The message it replies to, as it came with it."""
    assert message.reference is not None
    assert isinstance(message.reference.resolved, discord.Message)
    return message.reference.resolved


async def test_a_deleted_message_cannot_be_edited(server: DiscordServer, bot: Bot) -> None:
    message = await general(bot).send("They did.")
    server.delete(await server.next_message(server.channel("general")))
    with pytest.raises(discord.NotFound) as refused:
        await message.edit(content="They did not.")
    assert refused.value.code == 10008


async def test_an_old_message_can_be_edited_only_so_often(server: DiscordServer, bot: Bot) -> None:
    server.seconds_between_late_edits = 0.001
    message = await general(bot).send("One.")
    stored = await server.next_message(server.channel("general"))
    server.make_old(stored, edits_left=1)
    await message.edit(content="Two.")
    with pytest.raises(discord.HTTPException) as refused:
        await message.edit(content="Three.")
    assert (refused.value.status, refused.value.code, stored.text) == (429, 30046, "Two.")


async def test_edits_of_a_message_count_from_its_first_hour_on(server: DiscordServer, bot: Bot) -> None:
    message = await general(bot).send("One.")
    (await server.next_message(server.channel("general"))).edits_left = 0
    await message.edit(content="Two.")
    server.seconds_between_late_edits = 0.001
    server.advance(3601)
    with pytest.raises(discord.HTTPException) as refused:
        await message.edit(content="Three.")
    assert refused.value.code == 30046


async def test_a_direct_message_is_opened_and_may_be_declined(server: DiscordServer, bot: Bot) -> None:
    ada = server.user("Ada")
    user = await bot.fetch_user(ada.id)
    await user.send("Good morning.")
    assert (await server.next_message(server.direct_message(ada))).text == "Good morning."
    ada.accepts_direct_messages = False
    with pytest.raises(discord.Forbidden) as refused:
        await user.send("Still there?")
    assert refused.value.code == 50007
