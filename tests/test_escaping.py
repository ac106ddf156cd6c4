"""What a member sees of an escaped text is the text."""

import re
import unicodedata

import pytest
from discord_rules import parse_mentions
from hypothesis import given
from hypothesis import strategies as st

from bot.escaping import escape

# How Discord's clients read a message, without its styles: what is markup is shown as its name in brackets.
BLOCKS = {
    "heading": r" *#{1,3}\s",
    "small": r" *-#\s",
    "list": r"\s*(?:[-*+]|\d+\.)\s",
    "block quote": r" *>(?:>>)?\s",
}
SPANS = {
    "mention": r"<(?:@[!&]?|#)\d+>|@everyone|@here|<id:\w+>",
    "emoji": r"<a?:\w+:\d+>|:[^\s:]+:",
    "time": r"<t:-?\d+(?::\w)?>",
    "command": r"</[^>:]+:\d+>",
    "link": r"<?(?:https?|steam|mailto):/*[^\s<]+|\[[^\]]+\]\([^)\s]+\)",
    "code": r"```[\s\S]+?```|`[\s\S]+?`",
    "bold": r"\*\*[\s\S]+?\*\*",
    "underline": r"__[\s\S]+?__",
    "italic": r"\*[^\s*][\s\S]*?\*|_[\s\S]+?_",
    "strike": r"~~[\s\S]+?~~",
    "spoiler": r"\|\|[\s\S]+?\|\|",
}
ANY_SPAN = re.compile("|".join(f"(?P<{name}>{sign})" for name, sign in SPANS.items()))
ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
NOT_SEEN = "\u2060\u2068\u2069"


def seen(markdown: str) -> str:
    """What a member sees of a message."""
    lines = "\n".join(begun(line) + inside(line) for line in markdown.split("\n"))
    return "".join(character for character in lines if character not in NOT_SEEN)


def begun(line: str) -> str:
    return next((f"[{name}]" for name, sign in BLOCKS.items() if re.match(sign, line)), "")


def inside(line: str) -> str:
    shown, place = "", 0
    while place < len(line):
        if escaped := ESCAPED.match(line, place):
            shown, place = shown + escaped[1], escaped.end()
        elif markup := ANY_SPAN.match(line, place):
            shown, place = f"{shown}[{markup.lastgroup}]", markup.end()
        else:
            shown, place = shown + line[place], place + 1
    return shown


def visible(text: str) -> str:
    """The text without what hides or reorders, each run of white space as one space."""
    kept = "".join(one for one in text if one.isspace() or not is_hidden(one))
    return (
        re.sub(r"[^\S\u00a0\u2007\u202f]+", " ", kept)
        .strip(" ")
        .translate(dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))
    )


def is_hidden(one: str) -> bool:
    reorders = unicodedata.bidirectional(one) in {
        "LRE",
        "RLE",
        "LRO",
        "RLO",
        "PDF",
        "LRI",
        "RLI",
        "FSI",
        "PDI",
    }
    hides = one in "\u180e\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\ufff9\ufffa\ufffb"
    return reorders or hides or unicodedata.category(one) == "Cc" or "\u206a" <= one <= "\u206f"


MARKUP = [
    "# Heading",
    "## Heading",
    "### Heading",
    "-# small",
    "- item",
    "* item",
    "+ item",
    "1. first",
    "24. December",
    "> quoted",
    ">>> quoted",
    "**bold**",
    "*italic*",
    "_italic_",
    "__underlined__",
    "***__all__***",
    "~~struck~~",
    "||spoiler||",
    "`code`",
    "```code block```",
    "[text](https://example.org)",
    "https://example.org/a_b_c",
    "<https://example.org>",
    "<@1>",
    "<@!1>",
    "<@&1>",
    "<#1>",
    "@everyone",
    "@here",
    "<:emoji:1>",
    "<a:emoji:1>",
    ":smile:",
    "<t:1:R>",
    "</ask:1>",
    "<id:guide>",
]


@pytest.mark.parametrize("markup", MARKUP)
def test_markup_is_shown_as_the_signs_it_is_made_of(markup: str) -> None:
    assert "[" in seen(markup).replace(markup, "")  # the reader above does see the markup
    assert seen(escape(markup)) == markup


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("Nothing to escape, not even (this) - or 3.14!", "Nothing to escape, not even (this) - or 3.14!"),
        ("It begins at 10:30.", "It begins at 10\\:30."),
        ("5 * 3 = 15", "5 \\* 3 = 15"),
        ("- a dash", "\\- a dash"),
        ("1. May", "1\\. May"),
        ("3.14 and -5 and +", "3.14 and -5 and +"),
        ("-5", "-5"),
        ("<@1>", "\\<@1\\>"),
        ("https://example.org", "https\\://example.org"),
        ("C:\\temp", "C\\:\\\\temp"),
        ("¯\\_(ツ)_/¯", "¯\\\\\\_(ツ)\\_/¯"),
        ("Hello @everyone!", "Hello @\u2060everyone!"),
    ],
)
def test_only_what_discord_would_read_is_escaped(text: str, markdown: str) -> None:
    assert escape(text) == markdown


def test_a_line_wrapped_by_hand_is_shown_on_one_line() -> None:
    assert escape("  The Lenner\r\n   burst its\tbanks.\u2028# Really.\n") == "The Lenner burst its banks. \\# Really."


def test_no_break_spaces_are_kept() -> None:
    assert escape("«\u00a0Bonjour\u00a0» 10\u202f000") == "«\u00a0Bonjour\u00a0» 10\u202f000"


def test_signs_that_reorder_or_hide_are_left_out() -> None:
    assert escape("price \u202e001\u202c, pass\u200bword\ufeff, a\x00b") == "price 001, password, ab"


def test_joiners_that_scripts_and_emoji_need_are_kept() -> None:
    assert escape("👩\u200d🚀 می\u200cخواهم") == "\u2068👩\u200d🚀 می\u200cخواهم\u2069"


def test_right_to_left_text_does_not_reorder_what_surrounds_it() -> None:
    assert escape("שלום") == "\u2068שלום\u2069"


def test_half_a_character_is_shown_as_unreadable() -> None:
    assert escape("a\ud800b") == "a\ufffdb"


SIGNS = st.text(alphabet="\\*_~|`<>[]()#:@-+.1 \n\tab/!&é“\u05d0\u200b\u202e\u2060\u2068\u00a0")
PIECES = st.lists(st.sampled_from([*MARKUP, " ", "\n", "\\", "x", "@", "\u200b"])).map("".join)
TEXTS = SIGNS | PIECES | st.text() | st.text(st.characters())


@given(TEXTS)
def test_what_is_seen_is_the_text(text: str) -> None:
    assert seen(escape(text)) == visible(text)


@given(TEXTS)
def test_nobody_is_mentioned_even_where_all_mentions_are_allowed(text: str) -> None:
    assert not parse_mentions(escape(text), None, may_mention_everyone=True, mentionable_roles=range(100))


@given(TEXTS, TEXTS)
def test_two_texts_on_one_line_do_not_touch_each_other(left: str, right: str) -> None:
    assert seen(f"**“{escape(left)}”** · {escape(right)}").startswith("[bold] · ")
