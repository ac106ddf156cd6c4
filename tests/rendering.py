"""What members see of Discord, as HTML with Discord's look (`rendering.css`): messages, modals, autocompletion.

    html = render_message(message_of(answer_message(answer)), LIGHT_PHONE)
    Path("answer.html").write_text(document(html))

A message is the stand-in server's own `Message`, with its author, flags, reference and interaction. Nothing is fetched:
pictures are the message's attachments, others show their description.
"""

from __future__ import annotations

import base64
import mimetypes
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import discord_rules as rules
from discord import ui
from discord_markdown import Node, Surroundings, element, html, seen
from discord_rules import Json
from discord_server import Attachment, Channel, Interaction, Message, User

COMMAND, COMPONENT = 2, 3  # kinds of interaction
BUTTON_STYLES = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link"}
USED = {"de": (" hat ", " verwendet"), "fr": (" a utilisé ", ""), "es-ES": (" ha usado ", "")}  # around a command
COUNTS = {1: "one", 2: "two", 3: "three", 4: "four"}
KILOBYTE, MEGABYTE = 1024, 1024 * 1024
MORNING = datetime(2026, 1, 12, 9, 30, tzinfo=UTC)  # when a message made for a picture is sent
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")  # what no HTML document can hold
STYLE = Path(__file__).with_suffix(".css")


class NotRendered(Exception):
    """Something in a message for which there is no rendering; the text names it."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a member's Discord is set: on a desktop 600 pixels for the message, on a phone 360 for everything."""

    theme: Literal["dark", "light"] = "dark"
    device: Literal["desktop", "phone"] = "desktop"


DARK, LIGHT = Look(), Look("light")
DARK_PHONE, LIGHT_PHONE = Look("dark", "phone"), Look("light", "phone")


def message_of(
    view: ui.LayoutView,
    *,
    author: User | None = None,
    files: Mapping[str, bytes] | None = None,
    flags: int = 0,
    reply_to: Message | None = None,
    interaction: Interaction | None = None,
) -> Message:
    """The message that a view would be, sent by the bot; `files` are its attachments by name."""
    return Message(
        reply_to.channel if reply_to else interaction.channel if interaction else Channel("questions"),
        author or User("Pullquote", is_bot=True),
        components=components_of(view),
        attachments=[Attachment(name, data) for name, data in (files or {}).items()],
        flags=flags | rules.COMPONENTS_V2,
        reply_to=reply_to,
        interaction=interaction,
        created_at=MORNING,
    )


def components_of(view: ui.LayoutView) -> list[Json]:
    made: list[Json] = view.to_components()  # type: ignore[no-untyped-call]  # discord.py forgot its type
    return made


def render_message(
    message: Message, look: Look = DARK, *, opened: str | None = None, now: datetime | None = None
) -> str:
    """A message as HTML. `opened` is the custom_id of a select shown with its options; `now` (the message's own time
    if not told) is when, and in which time zone, it is read.

    Raises `NotRendered` for a component of an unknown kind, and for embeds, polls and stickers.
    """
    if message.embeds or message.poll:
        raise NotRendered("an embed" if message.embeds else "a poll")
    sent = message.created_at
    surroundings = surroundings_of(message.channel, now or sent, locale_of(message))
    parts = Parts({one.filename: one for one in message.attachments}, surroundings, opened)
    classes = "message private" if message.ephemeral else "message"
    body = [*parts.before(message), avatar(message.author), who(message, sent.astimezone(surroundings.now.tzinfo))]
    if message.loading:
        dots = element("span", element("i"), element("i"), element("i"), classes="dots")
        body.append(element("div", dots, f"{message.author.name} is thinking...", classes="thinking"))
    else:
        body += parts.body(message)
    if message.ephemeral:
        notice: list[Node] = [icon("eye", 16), "Only you can see this • ", element("a", "Dismiss message")]
        body.append(element("div", *notice, classes="notice"))
    return framed(look, element("article", *body, classes=classes))


def render_modal(modal: Json, look: Look = DARK, *, app: str = "Pullquote", opened: str | None = None) -> str:
    """A modal, as the answer to an interaction has it: title and components. Raises `NotRendered`."""
    parts = Parts({}, Surroundings(now=MORNING), opened)
    shown = element(
        "section",
        element("header", element("b", modal["title"]), icon("close", 24)),
        element(
            "div",
            "This form will be submitted to ",
            element("b", app),
            ". Do not share passwords or other sensitive information.",
            classes="warning",
        ),
        element("div", *map(parts.part, modal["components"]), classes="questions"),
        element("footer", button("Cancel", "secondary"), button("Submit", "primary")),
        classes="modal",
    )
    return framed(look, element("div", shown, classes="popup"))


def render_autocomplete(
    command: str, typed: Mapping[str, str], choices: Sequence[str], look: Look = DARK, *, description: str = ""
) -> str:
    """A slash command being typed: `typed` are its options so far, and below the last, with its `description`, stand
    the `choices` offered for it, the first of them chosen."""
    *_, last = typed
    offered = [
        element("div", choice, classes="option chosen" if not number else "option")
        for number, choice in enumerate(choices)
    ] or [element("div", "No options match your search", classes="option")]
    heading = element("header", element("b", last), description)
    parameters = [
        element(
            "span",
            element("b", name),
            element("span", value, *([element("span", classes="caret")] if name == last else [])),
            classes="parameter typed" if name == last else "parameter",
        )
        for name, value in typed.items()
    ]
    composer = [avatar(User("Pullquote", is_bot=True)), element("b", f"/{command}"), *parameters]
    return framed(
        look,
        element(
            "div",
            element("div", heading, *offered, classes="suggestions"),
            element("div", *composer, classes="composer"),
            classes="popup",
        ),
    )


def document(*fragments: str) -> str:
    """A whole HTML document of fragments, one below the other, on nothing."""
    head = f'<meta charset="utf-8"><title>Discord</title>\n<style>\n{STYLE.read_text(encoding="utf-8")}</style>'
    return "\n".join(["<!doctype html>", head, *fragments])


def framed(look: Look, shown: ET.Element) -> str:
    return CONTROL.sub("\ufffd", html(element("div", shown, classes=f"discord {look.theme} {look.device}")))


def locale_of(message: Message) -> str:
    """The language of the Discord of the member whom a message answers."""
    return message.interaction.locale if message.interaction else "en-US"


def surroundings_of(channel: Channel, now: datetime, locale: str = "en-US") -> Surroundings:
    """Whom and what a text in a channel may mention by name."""
    if channel.guild is None:
        return Surroundings({user.id: user.name for user in channel.recipients}, now=now, locale=locale)
    return Surroundings(
        {user.id: user.name for user in channel.guild.members},
        {role.id: role.name for role in channel.guild.roles},
        {one.id: one.name for one in channel.guild.channels},
        now,
        locale,
    )


# Around a message


def avatar(user: User, size: str = "") -> ET.Element:
    """The picture of somebody: an initial on a colour of theirs, and for a bot a quotation mark."""
    classes = " ".join(filter(None, ["avatar", "bot" if user.is_bot else "", size]))
    hidden = {"aria-hidden": "true"}
    if user.is_bot:
        return element("div", "“", classes=classes, **hidden)
    colour = f"hsl({sum(map(ord, user.name)) * 47 % 360} 45% 45%)"
    return element("div", user.name[:1].upper(), classes=classes, style=f"background: {colour}", **hidden)


def who(message: Message, sent: datetime) -> ET.Element:
    """Who sent a message and when."""
    tag = [element("span", "APP", classes="app")] if message.author.is_bot else []
    time = element("time", f"{sent.hour % 12 or 12}:{sent:%M %p}")
    return element("div", element("b", message.author.name), *tag, time, classes="who")


def used(interaction: Interaction) -> list[Node]:
    """The line "Ada used /ask" in the member's language; the commands of a message's menu are named without a slash."""
    name, options = str(interaction.data["name"]), interaction.data.get("options") or []
    while options and options[0]["type"] in (rules.SUBCOMMAND, rules.SUBCOMMAND_GROUP):
        name, options = f"{name} {options[0]['name']}", options[0].get("options") or []
    slash = "/" if interaction.data.get("type", rules.CHAT_INPUT) == rules.CHAT_INPUT else ""
    before, after = USED.get(interaction.locale, (" used ", ""))
    command = element("a", slash + localised_name(interaction, name))
    return [avatar(interaction.user, "tiny"), element("b", interaction.user.name), before, command, after]


def localised_name(interaction: Interaction, name: str) -> str:
    """The name of a command in the member's language, where it has one."""
    written = (command for commands in interaction.server.commands.values() for command in commands)
    names = next((one.get("name_localizations") for one in written if one["name"] == name), None) or {}
    return str(names.get(interaction.locale, name))


def excerpt(message: Message, surroundings: Surroundings) -> ET.Element:
    """The beginning of a message, on one line; components show nothing of themselves there."""
    if not message.content:
        return element("span", "Click to see attachment", classes="excerpt")
    first = message.content.partition("\n")[0]
    return element("span", *seen(first, surroundings), classes="excerpt")


# Components


@dataclass(frozen=True)
class Parts:
    """The parts of one message or modal: its files by name, what its texts mention, and the select that is open."""

    files: Mapping[str, Attachment]
    surroundings: Surroundings
    opened: str | None = None
    kinds: Mapping[int, Callable[[Json], ET.Element]] = field(init=False)

    def __post_init__(self) -> None:
        kinds: dict[int, Callable[[Json], ET.Element]] = {
            rules.ROW: self.row,
            rules.BUTTON: self.button,
            **dict.fromkeys(rules.SELECTS, self.select),
            rules.TEXT_INPUT: self.text_input,
            rules.SECTION: self.section,
            rules.TEXT: lambda component: self.text(component["content"]),
            rules.THUMBNAIL: lambda component: self.picture(component, "thumbnail"),
            rules.GALLERY: self.gallery,
            rules.FILE: lambda component: self.hidden(component, self.file(component["file"]["url"])),
            rules.SEPARATOR: self.separator,
            rules.CONTAINER: self.container,
            rules.LABEL: self.label,
            rules.FILE_UPLOAD: lambda _: element("div", "Drop file here or browse", classes="field empty"),
            rules.RADIO_GROUP: self.choices,
            rules.CHECKBOX_GROUP: self.choices,
            rules.CHECKBOX: self.checkbox,
        }
        object.__setattr__(self, "kinds", kinds)

    def part(self, component: Json) -> ET.Element:
        """Any component. Raises `NotRendered` for a kind that is not known."""
        kind = component["type"]
        if kind not in self.kinds:
            raise NotRendered(f"a component of type {kind}")
        return self.kinds[kind](component)

    def parts(self, components: Iterable[Json]) -> ET.Element:
        return element("div", *map(self.part, components), classes="parts")

    def before(self, message: Message) -> list[Node]:
        """The line above a message: what it replies to, or the command that it answers."""
        replied, origin = message.reply_to, message.interaction
        if origin is not None and origin.kind == COMMAND:
            return [element("div", *used(origin), classes="before")]
        if origin is not None and origin.kind == COMPONENT:
            replied = origin.message
        if replied is None:
            return []
        if replied.deleted:
            return [element("div", element("i", "Original message was deleted"), classes="before")]
        tag = [element("span", "APP", classes="app")] if replied.author.is_bot else []
        name = element("b", replied.author.name)
        shown = [avatar(replied.author, "tiny"), *tag, name, excerpt(replied, self.surroundings)]
        return [element("div", *shown, classes="before")]

    def body(self, message: Message) -> list[Node]:
        edited = [element("span", "(edited)", classes="edited")] if message.edited_at else []
        shown: list[Node] = [self.text(message.content)] if message.content else []
        if message.components:
            shown.append(self.parts(message.components))
        if not message.is_v2:
            shown += [self.file(f"attachment://{name}") for name in self.files]
        return [*shown, *edited]

    def text(self, markdown: str) -> ET.Element:
        return element("div", *seen(markdown.strip(), self.surroundings), classes="text")

    def container(self, component: Json) -> ET.Element:
        colour = component.get("accent_color")
        accent = {} if colour is None else {"style": f"--accent: #{colour:06x}"}
        inside = self.parts(component["components"])
        box = element("div", inside, classes="container" if colour is None else "container accented", **accent)
        return self.hidden(component, box)

    def section(self, component: Json) -> ET.Element:
        return element("div", self.parts(component["components"]), self.part(component["accessory"]), classes="section")

    def row(self, component: Json) -> ET.Element:
        return element("div", *map(self.part, component["components"]), classes="row")

    def separator(self, component: Json) -> ET.Element:
        large = " large" if component.get("spacing", 1) == 2 else ""
        line = " line" if component.get("divider", True) else ""
        return element("div", classes=f"separator{large}{line}")

    def button(self, component: Json) -> ET.Element:
        style = BUTTON_STYLES.get(component["style"])
        if style is None:
            raise NotRendered(f"a button of style {component['style']}")
        is_disabled = component.get("disabled", False)
        return button(component.get("label") or "", style, component.get("emoji"), is_disabled=is_disabled)

    def hidden(self, component: Json, shown: ET.Element) -> ET.Element:
        """Something behind a spoiler where it is marked as one."""
        if not component.get("spoiler"):
            return shown
        return element("div", element("div", element("b", "SPOILER"), classes="cover"), shown, classes="hidden")

    # Files and pictures

    def picture(self, component: Json, classes: str = "") -> ET.Element:
        """A picture of the message; one from elsewhere, which is not fetched, shows its description."""
        described = component.get("description") or ""
        stored = self.stored(component["media"]["url"])
        if stored is None:
            shown = element("div", described or component["media"]["url"], classes="picture missing")
        else:
            data = base64.b64encode(stored.data).decode()
            kind = mimetypes.guess_type(stored.filename)[0] or "image/png"
            shown = element("img", classes="picture", src=f"data:{kind};base64,{data}", alt=described)
        return element("div", self.hidden(component, shown), classes=classes)

    def gallery(self, component: Json) -> ET.Element:
        pictures = [self.picture(item) for item in component["items"]]
        return element("div", *pictures, classes=f"gallery {COUNTS.get(len(pictures), 'many')}")

    def file(self, url: str) -> ET.Element:
        name = url.removeprefix("attachment://")
        stored = self.stored(url)
        size = [element("small", size_in_words(stored.size))] if stored else []
        return element("div", icon("file", 30), element("div", element("a", name), *size), classes="file")

    def stored(self, url: str) -> Attachment | None:
        return self.files.get(url.removeprefix("attachment://")) if url.startswith("attachment://") else None

    # What is chosen or written

    def select(self, component: Json) -> ET.Element:
        options = component.get("options") or []
        chosen = [option["label"] for option in options if option.get("default")]
        chosen += [self.entity(value) for value in component.get("default_values") or []]
        shown = ", ".join(chosen) or component.get("placeholder") or "Make a selection"
        classes = "field" if chosen else "field empty"
        value = element("div", element("span", shown, classes="value"), icon("down", 20), classes=classes)
        is_open = self.opened is not None and component["custom_id"] == self.opened
        popup = [element("div", *map(option_line, options), classes="options")] if is_open and options else []
        return element("div", value, *popup, classes=disabled("select", component.get("disabled", False)))

    def entity(self, value: Json) -> str:
        names = getattr(self.surroundings, f"{value['type']}s")
        return {"channel": "#"}.get(value["type"], "@") + str(names.get(int(value["id"]), "unknown"))

    def text_input(self, component: Json) -> ET.Element:
        value = component.get("value") or ""
        shown = value or component.get("placeholder") or ""
        classes = " ".join(["field", *([] if value else ["empty"]), *(["long"] if component["style"] == 2 else [])])
        box = element("div", element("span", shown, classes="value"), classes=classes)
        if not component.get("label"):
            return box
        return element("div", heading(component["label"], component.get("required", True)), box, classes="label")

    def label(self, component: Json) -> ET.Element:
        inner = component["component"]
        is_required = inner["type"] != rules.CHECKBOX and inner.get("required", True)
        described = [element("small", component["description"])] if component.get("description") else []
        return element("div", heading(component["label"], is_required), *described, self.part(inner), classes="label")

    def choices(self, component: Json) -> ET.Element:
        is_round = component["type"] == rules.RADIO_GROUP
        return element("div", *(choice_line(option, is_round) for option in component["options"]), classes="choices")

    def checkbox(self, component: Json) -> ET.Element:
        return choice_line({"label": "", **component}, is_round=False)


def button(label: str, style: str, emoji: Json | None = None, *, is_disabled: bool = False) -> ET.Element:
    sign = [emoji_of(emoji)] if emoji else []
    words = [element("span", label)] if label else []
    arrow = [icon("arrow", 16)] if style == "link" else []
    return element("span", *sign, *words, *arrow, classes=disabled(f"button {style}", is_disabled))


def disabled(classes: str, is_so: bool) -> str:
    return f"{classes} disabled" if is_so else classes


def emoji_of(emoji: Json) -> ET.Element:
    """An emoji; one of a server's own, whose picture is not here, by its name."""
    name = str(emoji.get("name") or "")
    return element("span", f":{name}:" if emoji.get("id") else name, classes="emoji")


def heading(text: str, is_required: bool) -> ET.Element:
    star: list[Node] = [" ", element("span", "*", classes="star")] if is_required else []
    return element("b", text, *star)


def option_line(option: Json) -> ET.Element:
    """An option of an opened select."""
    sign = [emoji_of(option["emoji"])] if option.get("emoji") else []
    words = element("div", option["label"], *described(option))
    return element("div", *sign, words, classes="option chosen" if option.get("default") else "option")


def choice_line(option: Json, is_round: bool) -> ET.Element:
    marks = " ".join([*(["round"] if is_round else []), *(["on"] if option.get("default") else [])])
    return element(
        "div", element("i", classes=marks), element("div", option["label"], *described(option)), classes="choice"
    )


def described(option: Json) -> list[Node]:
    return [element("small", option["description"])] if option.get("description") else []


def size_in_words(size: int) -> str:
    if size < KILOBYTE:
        return f"{size} bytes"
    return f"{size / MEGABYTE:.2f} MB" if size >= MEGABYTE else f"{size / KILOBYTE:.2f} KB"


# Lines on a square of 24.
ICONS: Mapping[str, str] = {
    "arrow": "M14 4h6v6 M20 4 10 14 M11 5H5v14h14v-6",
    "down": "M6 9.5 12 15.5 18 9.5",
    "close": "M6 6 18 18 M18 6 6 18",
    "eye": "M2.5 12S6 6 12 6s9.5 6 9.5 6-3.5 6-9.5 6S2.5 12 2.5 12Z M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z",
    "file": "M6 3h8l5 5v13H6Z M14 3v5h5 M9 13h7 M9 17h7",
}


def icon(name: str, size: int) -> ET.Element:
    """A line drawing in the colour of the text around it."""
    lines: dict[str, Any] = {"fill": "none", "stroke": "currentColor", "stroke-width": "2"}
    rounded = {"stroke-linecap": "round", "stroke-linejoin": "round"}
    path = element("path", d=ICONS[name], **lines, **rounded)
    return element("svg", path, width=str(size), height=str(size), viewBox="0 0 24 24", **{"aria-hidden": "true"})
