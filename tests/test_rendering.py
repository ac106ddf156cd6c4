"""What a member sees of a message: every kind of component, every form of markdown, and no tag out of a text."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import discord
import discord_rules as rules
import pytest
from discord import ui
from discord_markdown import Surroundings, html, seen
from discord_server import DiscordServer, Interaction, Message
from hypothesis import given
from hypothesis import strategies as st
from rendering import (
    DARK,
    LIGHT_PHONE,
    MORNING,
    NotRendered,
    document,
    message_of,
    render_autocomplete,
    render_message,
    render_modal,
)
from test_escaping import NOT_SEEN, TEXTS, visible

from bot.escaping import escape

EMPTY = {"img", "br", "meta"}
BLOCKS = {"article", "section", "header", "footer", "div", "h1", "h2", "h3", "small", "li", "pre", "blockquote"}
NOON = datetime(2025, 5, 8, 12, 0, tzinfo=UTC)
PNG = b"\x89PNG"


class Page(HTMLParser):
    """Reads HTML as a browser does: the tags in order, and the text that is not hidden, a line for each block."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.shown = ""
        self._open: list[bool] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self._open.append(dict(attrs).get("aria-hidden") == "true")
        self.shown += "\n" if tag in BLOCKS else ""

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()
        self.shown += "\n" if tag in BLOCKS else ""

    def handle_data(self, data: str) -> None:
        self.shown += "" if any(self._open) else data

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.shown.split("\n") if line.strip()]

    @property
    def classes(self) -> list[str]:
        return [attributes.get("class") or "" for _, attributes in self.tags]


def view(*items: ui.Item[ui.LayoutView]) -> ui.LayoutView:
    made = ui.LayoutView(timeout=None)
    for item in items:
        made.add_item(item)
    return made


def page(*items: ui.Item[ui.LayoutView], files: dict[str, bytes] | None = None, opened: str | None = None) -> Page:
    """What is seen of a message of components, without the line that says who sent it."""
    shown = Page(render_message(message_of(view(*items), files=files), opened=opened))
    assert shown.lines[0] == "PullquoteAPP9:30 AM"
    shown.shown = "\n".join(shown.lines[1:])
    return shown


def text(markdown: str) -> ui.TextDisplay[ui.LayoutView]:
    return ui.TextDisplay(markdown)


# Markdown


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("# Big", "<h1>Big</h1>"),
        ("## Large **and bold**", "<h2>Large <strong>and bold</strong></h2>"),
        ("### Medium\nbelow", "<h3>Medium</h3>below"),
        ("## It ends in signs ##", "<h2>It ends in signs </h2>"),
        ("#### Four are too many", "#### Four are too many"),
        ("#nothing", "#nothing"),
        ("a # b", "a # b"),
        ("-# small *print*", "<small>small <em>print</em></small>"),
        ("above\n-# small", "above\n<small>small</small>"),
        ("**bold**", "<strong>bold</strong>"),
        ("*italic* _italic_", "<em>italic</em> <em>italic</em>"),
        ("__under__", "<u>under</u>"),
        ("~~struck~~", "<s>struck</s>"),
        ("||hidden *words*||", '<span class="spoiler">hidden <em>words</em></span>'),
        ("***both***", "<em><strong>both</strong></em>"),
        ("***__all__***", "<em><strong><u>all</u></strong></em>"),
        ("**bold *and italic***", "<strong>bold <em>and italic</em></strong>"),
        ("snake_case_name", "snake_case_name"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("**open", "**open"),
        ("`*code*`", "<code>*code*</code>"),
        ("``a ` b``", "<code>a ` b</code>"),
        ("```py\nprint(1)\n```after", "<pre><code>print(1)</code></pre>after"),
        ("```**raw**```", "<pre><code>**raw**</code></pre>"),
        ("> quoted\n> *more*\nafter", "<blockquote>quoted\n<em>more</em></blockquote>after"),
        (">>> all\nthe rest", "<blockquote>all\nthe rest</blockquote>"),
        (">nothing", "&gt;nothing"),
        ("- one\n- two\nafter", "<ul><li>one</li><li>two</li></ul>after"),
        (
            "* one\n  - inner\n  - more\n* two",
            "<ul><li>one\n<ul><li>inner</li><li>more</li></ul></li><li>two</li></ul>",
        ),
        ("3. three\n4. four", '<ol start="3"><li>three</li><li>four</li></ol>'),
        ("-5", "-5"),
        ("[a *link*](https://example.org/a_b)", '<a href="https://example.org/a_b">a <em>link</em></a>'),
        (r"[\*no escapes\*](https://example.org)", r'<a href="https://example.org">\*no escapes\*</a>'),
        ("[trap](javascript:alert)", "[trap](javascript:alert)"),
        ("[https://a.org](https://b.org)", "[https://a.org](https://b.org)"),
        ("see https://example.org/a.", 'see <a href="https://example.org/a">https://example.org/a</a>.'),
        ("<https://example.org>", '<a href="https://example.org">https://example.org</a>'),
        (r"\*stars\* \# \<@1\>", "*stars* # &lt;@1&gt;"),
        (r"\a \\", "\\a \\"),
        ("<b>tag</b> & &amp;", "&lt;b&gt;tag&lt;/b&gt; &amp; &amp;amp;"),
        ("two\n\nlines", "two\n\nlines"),
        (":smile: 😀", ":smile: 😀"),
        ("<:owl:123>", '<span class="emoji">:owl:</span>'),
        ("@everyone", '<span class="mention">@everyone</span>'),
        ("</article read:5>", '<span class="mention">/article read</span>'),
    ],
)
def test_markdown_is_read_as_discord_reads_it(markdown: str, shown: str) -> None:
    assert html(*seen(markdown)) == shown


@pytest.mark.parametrize("sign", ["*", "**a", "_a", "||a", "[a", "> ", "* a\n", "*a **b "])
def test_a_message_full_of_signs_is_read_to_its_end(sign: str) -> None:
    signs = sign * (4000 // len(sign))
    assert Page(html(*seen(signs))).shown.count("a") == signs.count("a")


def test_who_and_what_is_mentioned_is_shown_by_name() -> None:
    surroundings = Surroundings({1: "Ada"}, {2: "Editors"}, {3: "questions"})
    assert Page(html(*seen("<@1> <@!1> <@&2> <#3>", surroundings))).shown == "@Ada @Ada @Editors #questions"
    assert Page(html(*seen("<@4> <@&5> <#6>", surroundings))).shown == "@unknown-user @deleted-role #unknown"


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        ("", "May 8, 2025 at 9:05 AM"),
        (":t", "9:05 AM"),
        (":T", "9:05:07 AM"),
        (":d", "5/8/2025"),
        (":D", "May 8, 2025"),
        (":f", "May 8, 2025 at 9:05 AM"),
        (":F", "Thursday, May 8, 2025 at 9:05 AM"),
        (":R", "3 hours ago"),
    ],
)
def test_a_time_is_shown_in_every_style(style: str, shown: str) -> None:
    written = int(datetime(2025, 5, 8, 9, 5, 7, tzinfo=UTC).timestamp())
    assert html(*seen(f"<t:{written}{style}>", Surroundings(now=NOON))) == f"<time>{shown}</time>"


@pytest.mark.parametrize(
    ("away", "shown"),
    [
        (timedelta(seconds=5), "in a few seconds"),
        (timedelta(minutes=-1), "a minute ago"),
        (timedelta(hours=1), "in an hour"),
        (timedelta(days=-20), "20 days ago"),
        (timedelta(days=60), "in 2 months"),
        (timedelta(days=-366), "a year ago"),
    ],
)
def test_a_distance_in_time_is_told_in_its_largest_unit(away: timedelta, shown: str) -> None:
    written = int((NOON + away).timestamp())
    assert html(*seen(f"<t:{written}:R>", Surroundings(now=NOON))) == f"<time>{shown}</time>"


def test_a_time_beyond_the_calendar_is_no_date() -> None:
    assert html(*seen("<t:99999999999999999>")) == "<time>Invalid date</time>"


@given(TEXTS)
def test_of_an_escaped_text_the_text_is_seen(given_text: str) -> None:
    shown = Page(html(*seen(escape(given_text))))
    assert shown.tags == []
    assert "".join(one for one in shown.shown if one not in NOT_SEEN) == visible(given_text)


MADE_OF_MARKDOWN = {
    "h1",
    "h2",
    "h3",
    "small",
    "blockquote",
    "ul",
    "ol",
    "li",
    "pre",
    "code",
    "a",
    "em",
    "strong",
    "u",
    "s",
}
HOSTILE = [
    "<script>",
    "<b onclick=x>",
    "</div>",
    "<!--",
    '">',
    "'>",
    "&lt;",
    '](https://x.org/"onclick=a)',
    "<a href=",
    "\0",
]
HOSTILE_TEXTS = TEXTS | st.lists(st.sampled_from([*HOSTILE, "**", "`", "||", "[a", "> ", "- ", "\n", " "])).map("".join)


@given(HOSTILE_TEXTS)
def test_no_text_becomes_a_tag_other_than_those_of_markdown(hostile: str) -> None:
    for tag, attributes in Page(html(*seen(hostile))).tags:
        assert tag in MADE_OF_MARKDOWN | {"span", "time"}
        assert attributes.keys() <= {"class", "href", "start"}
        assert (attributes.get("href") or "https://").startswith(("https://", "http://"))


# Components


def test_a_container_has_its_colour_at_its_side() -> None:
    shown = page(ui.Container(text("inside"), accent_colour=discord.Colour(0x2F6F4F)))
    assert shown.lines == ["inside"]
    assert ("div", {"class": "container accented", "style": "--accent: #2f6f4f"}) in shown.tags


def test_black_is_a_colour_and_none_is_not() -> None:
    assert "container accented" in page(ui.Container(text("x"), accent_colour=discord.Colour(0))).classes
    assert "container" in page(ui.Container(text("x"))).classes


def test_a_spoiler_is_covered() -> None:
    shown = page(ui.Container(text("who did it"), spoiler=True))
    assert shown.lines == ["SPOILER", "who did it"]
    assert "hidden" in shown.classes


def test_a_section_shows_its_button_after_its_text() -> None:
    shown = page(ui.Section(text("**Title**"), accessory=ui.Button(label="Read", url="https://example.org")))
    assert shown.lines == ["Title", "Read"]
    assert shown.classes[-4:-2] == ["button link", ""]
    assert [tag for tag, _ in shown.tags][-2:] == ["svg", "path"]  # its arrow


def test_a_picture_of_the_message_is_in_the_page() -> None:
    thumbnail: ui.Thumbnail[ui.LayoutView] = ui.Thumbnail("attachment://a.png", description="A bridge")
    shown = page(ui.Section(text("x"), accessory=thumbnail), files={"a.png": PNG})
    picture = {"class": "picture", "src": "data:image/png;base64,iVBORw==", "alt": "A bridge"}
    assert ("img", picture) in shown.tags


def test_a_picture_from_elsewhere_is_not_fetched_but_described() -> None:
    shown = page(ui.MediaGallery(discord.MediaGalleryItem("https://example.org/a.png", description="A bridge")))
    assert shown.lines == ["A bridge"]
    assert "img" not in dict(shown.tags)


@pytest.mark.parametrize(("count", "layout"), [(1, "one"), (2, "two"), (3, "three"), (4, "four"), (7, "many")])
def test_a_gallery_is_laid_out_by_its_number_of_pictures(count: int, layout: str) -> None:
    items = [discord.MediaGalleryItem("attachment://a.png") for _ in range(count)]
    shown = page(ui.MediaGallery(*items), files={"a.png": PNG})
    assert f"gallery {layout}" in shown.classes
    assert [tag for tag, _ in shown.tags].count("img") == count


@pytest.mark.parametrize(("size", "words"), [(900, "900 bytes"), (1536, "1.50 KB"), (3 * 1024 * 1024, "3.00 MB")])
def test_a_file_shows_its_name_and_size(size: int, words: str) -> None:
    assert page(ui.File("attachment://list.csv"), files={"list.csv": bytes(size)}).lines == ["list.csv", words]


@pytest.mark.parametrize(
    ("separator", "classes"),
    [
        (ui.Separator[ui.LayoutView](), "separator line"),
        (ui.Separator[ui.LayoutView](spacing=discord.SeparatorSpacing.large), "separator large line"),
        (ui.Separator[ui.LayoutView](visible=False), "separator"),
    ],
)
def test_a_separator_is_small_or_large_and_a_line_or_a_gap(
    separator: ui.Separator[ui.LayoutView], classes: str
) -> None:
    assert page(separator).classes[-1] == classes


def test_buttons_have_their_style_emoji_and_state() -> None:
    styles = [discord.ButtonStyle.primary, discord.ButtonStyle.success, discord.ButtonStyle.danger]
    buttons: list[ui.Button[ui.LayoutView]] = [ui.Button(label=style.name, style=style) for style in styles]
    back: ui.Button[ui.LayoutView] = ui.Button(label="Back", emoji="◀️", disabled=True)
    shown = page(ui.ActionRow(*buttons, back))
    assert [one for one in shown.classes if one.startswith("button")] == [
        "button primary",
        "button success",
        "button danger",
        "button secondary disabled",
    ]
    assert shown.lines == ["primarysuccessdanger◀️Back"]


ARTICLES = [
    discord.SelectOption(label="Flood", description="25 November 2024", emoji="📰"),
    discord.SelectOption(label="Vote"),
]


def test_a_select_shows_its_placeholder_and_opened_its_options() -> None:
    select: ui.Select[ui.LayoutView] = ui.Select(custom_id="articles", placeholder="Open an article", options=ARTICLES)
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow(select)
    assert page(row).lines == ["Open an article"]
    assert page(row, opened="articles").lines == ["Open an article", "📰", "Flood", "25 November 2024", "Vote"]


def test_a_select_shows_what_is_chosen() -> None:
    options = [discord.SelectOption(label="Newest", default=True), discord.SelectOption(label="Oldest")]
    assert page(ui.ActionRow(ui.Select(options=options))).lines == ["Newest"]


@pytest.mark.parametrize("kind", [ui.UserSelect, ui.RoleSelect, ui.MentionableSelect, ui.ChannelSelect])
def test_the_other_selects_show_their_placeholder(kind: type[ui.Select[ui.LayoutView]]) -> None:
    assert page(ui.ActionRow(kind(placeholder="Whom?"))).lines == ["Whom?"]
    assert page(ui.ActionRow(kind())).lines == ["Make a selection"]


def test_a_select_of_members_shows_the_chosen_by_name() -> None:
    server = DiscordServer()
    ada = server.user("Ada")
    chosen = discord.SelectDefaultValue(id=ada.id, type=discord.SelectDefaultValueType.user)
    asked = Message(server.channel("general"), ada, "?")
    chooser: ui.UserSelect[ui.LayoutView] = ui.UserSelect(default_values=[chosen])
    assert Page(render_message(message_of(view(ui.ActionRow(chooser)), reply_to=asked))).lines[-1] == "@Ada"


@pytest.mark.parametrize(
    ("component", "name"),
    [
        ({"type": 99}, "a component of type 99"),
        ({"type": 1, "components": [{"type": 2, "style": 6, "sku_id": "1"}]}, "a button of style 6"),
    ],
)
def test_an_unknown_kind_is_named(component: rules.Json, name: str) -> None:
    message = replace(message_of(view(text("x"))), components=[{"type": 17, "components": [component]}])
    with pytest.raises(NotRendered, match=f"^{name}$"):
        render_message(message)


def test_embeds_and_polls_are_not_left_out_silently() -> None:
    message = message_of(view(text("x")))
    with pytest.raises(NotRendered, match="an embed"):
        render_message(replace(message, embeds=[{"title": "x"}]))
    with pytest.raises(NotRendered, match="a poll"):
        render_message(replace(message, poll={"question": {"text": "x"}}))


# Around a message


@pytest.fixture
def server() -> DiscordServer:
    return DiscordServer()


def used(server: DiscordServer, data: rules.Json, kind: int = 2, message: Message | None = None) -> Interaction:
    return Interaction(server, kind, server.user("Ada"), server.channel("general"), data, "en-US", True, message)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ({"name": "ask", "type": 1, "options": [{"name": "question", "type": 3, "value": "Who?"}]}, "Ada used /ask"),
        ({"name": "article", "type": 1, "options": [{"name": "read", "type": 1}]}, "Ada used /article read"),
        ({"name": "Find coverage", "type": 3}, "Ada used Find coverage"),
    ],
)
def test_above_the_answer_to_a_command_stands_who_used_it(server: DiscordServer, data: rules.Json, line: str) -> None:
    shown = Page(render_message(message_of(view(text("Answer")), interaction=used(server, data))))
    assert shown.lines == [line, "PullquoteAPP9:30 AM", "Answer"]


def test_a_member_reads_discord_in_their_language(server: DiscordServer) -> None:
    server.commands[None] = [{"name": "ask", "name_localizations": {"de": "fragen"}}]
    interaction = used(server, {"name": "ask", "type": 1})
    interaction.locale = "de"
    shown = Page(render_message(message_of(view(text("<t:1746100800:D>")), interaction=interaction)))
    assert shown.lines[0] == "Ada hat /fragen verwendet"
    assert "1. Mai 2025" in shown.lines


def test_above_a_reply_stands_the_beginning_of_what_it_replies_to(server: DiscordServer) -> None:
    asked = Message(server.channel("general"), server.user("Ada"), "How **high**?\nReally")
    answer = message_of(view(text("Answer")), reply_to=asked)
    assert Page(render_message(answer)).lines == ["AdaHow high?", "PullquoteAPP9:30 AM", "Answer"]
    asked.deleted = True
    assert Page(render_message(answer)).lines[0] == "Original message was deleted"


def test_what_a_button_brings_stands_below_the_message_of_the_button(server: DiscordServer) -> None:
    first = message_of(view(text("Answer")))
    pressed = used(server, {"custom_id": "more", "component_type": 2}, kind=3, message=first)
    shown = Page(render_message(message_of(view(text("More")), interaction=pressed)))
    assert shown.lines == ["APPPullquoteClick to see attachment", "PullquoteAPP9:30 AM", "More"]


def test_a_private_answer_says_so_below() -> None:
    shown = Page(render_message(message_of(view(text("Answer")), flags=rules.EPHEMERAL)))
    assert shown.lines[-2:] == ["Answer", "Only you can see this • Dismiss message"]


def test_a_deferred_answer_is_being_thought_about(server: DiscordServer) -> None:
    waiting = Message(server.channel("general"), server.bot, flags=rules.LOADING, created_at=MORNING)
    assert Page(render_message(waiting)).lines == ["PullquoteAPP9:30 AM", "Pullquote is thinking..."]


def test_a_member_has_no_tag_and_a_changed_message_says_so(server: DiscordServer) -> None:
    said = Message(server.channel("general"), server.user("Ada"), "*Hello*", created_at=MORNING)
    said.edited_at = MORNING.isoformat()
    assert Page(render_message(said)).lines == ["Ada9:30 AM", "Hello", "(edited)"]


def test_the_look_is_that_of_the_theme_and_the_device() -> None:
    message = message_of(view(text("Answer")))
    assert Page(render_message(message, DARK)).classes[0] == "discord dark desktop"
    assert Page(render_message(message, LIGHT_PHONE)).classes[0] == "discord light phone"
    assert ".discord.light" in document(render_message(message))


# What pops up


class Feedback(ui.Modal, title="What was wrong?"):
    looked_for: ui.Label["Feedback"] = ui.Label(
        text="What did you look for?",
        description="One sentence is enough.",
        component=ui.TextInput(style=discord.TextStyle.long, placeholder="The year", required=False),
    )
    page_number: ui.Label["Feedback"] = ui.Label(text="Page", component=ui.TextInput(default="3"))
    kind: ui.Label["Feedback"] = ui.Label(text="Kind", component=ui.Select(options=ARTICLES, placeholder="Open one"))


async def test_a_modal_shows_its_title_questions_and_buttons() -> None:
    assert Page(render_modal(Feedback().to_dict())).lines == [
        "What was wrong?",
        "This form will be submitted to Pullquote. Do not share passwords or other sensitive information.",
        "What did you look for?",
        "One sentence is enough.",
        "The year",
        "Page *",
        "3",
        "Kind *",
        "Open one",
        "CancelSubmit",
    ]


def test_a_modal_may_ask_for_choices_files_and_old_inputs() -> None:
    options = [
        {"label": "Wrong", "value": "w", "default": True},
        {"label": "Old", "value": "o", "description": "Since"},
    ]
    components = [
        {"type": rules.TEXT, "content": "**Choose**"},
        {"type": rules.LABEL, "label": "Kind", "component": {"type": rules.RADIO_GROUP, "options": options}},
        {"type": rules.LABEL, "label": "Kinds", "component": {"type": rules.CHECKBOX_GROUP, "options": options[:1]}},
        {"type": rules.LABEL, "label": "Public", "component": {"type": rules.CHECKBOX, "default": True}},
        {"type": rules.LABEL, "label": "Photo", "component": {"type": rules.FILE_UPLOAD, "required": False}},
        {"type": rules.ROW, "components": [{"type": rules.TEXT_INPUT, "style": 1, "label": "Name", "required": False}]},
    ]
    shown = Page(render_modal({"title": "Report", "components": components}))
    assert shown.lines[2:-1] == [
        *("Choose", "Kind *", "Wrong", "Old", "Since", "Kinds *", "Wrong", "Public"),
        *("Photo", "Drop file here or browse", "Name"),
    ]
    assert [one for one in shown.classes if "on" in one.split()] == ["round on", "on", "on"]


def test_what_is_offered_stands_above_the_command_being_typed() -> None:
    shown = Page(
        render_autocomplete("article", {"title": "foot"}, ["Footbridge Opens", "Football"], description="Which?")
    )
    assert shown.lines == ["titleWhich?", "Footbridge Opens", "Football", "/articletitlefoot"]
    assert "option chosen" in shown.classes
    assert Page(render_autocomplete("article", {"title": "x"}, [])).lines[1] == "No options match your search"


# Texts of others


def message_with(name: str) -> Message:
    """A message with a text wherever there may be one that is not markdown."""
    server = DiscordServer()
    interaction = used(server, {"name": name, "type": 1})
    interaction.user = server.stranger(name)
    option = {"label": name, "value": "1", "description": name, "emoji": {"id": "1", "name": name}}
    media = {"url": f"https://example.org/{name}"}
    message = message_of(view(text("x")), author=server.stranger(name), interaction=interaction)
    return replace(
        message,
        flags=rules.COMPONENTS_V2 | rules.EPHEMERAL,
        components=[
            {"type": 1, "components": [{"type": 2, "style": 1, "label": name, "emoji": {"name": name}}]},
            {"type": 1, "components": [{"type": 3, "custom_id": name, "placeholder": name, "options": [option]}]},
            {"type": 12, "items": [{"media": media, "description": name}, {"media": media}]},
            {"type": 13, "file": {"url": f"attachment://{name}"}},
        ],
    )


def modal_with(name: str) -> rules.Json:
    text_input = {"type": 4, "style": 1, "label": name, "value": name}
    label = {"type": 18, "label": name, "description": name, "component": {"type": 4, "style": 2, "placeholder": name}}
    return {"title": name, "components": [{"type": 1, "components": [text_input]}, label]}


@given(HOSTILE_TEXTS.map(lambda hostile: f"x{hostile}"))
def test_a_text_changes_nothing_of_the_page_but_itself(hostile: str) -> None:
    renderings: list[Callable[[str], str]] = [
        lambda name: render_message(message_with(name), opened=name),
        lambda name: render_modal(modal_with(name)),
        lambda name: render_autocomplete(name, {"a": name}, [name], description=name),
    ]
    for render in renderings:
        tags = [(tag, attributes.get("class")) for tag, attributes in Page(render(hostile)).tags]
        assert tags == [(tag, attributes.get("class")) for tag, attributes in Page(render("x")).tags]
