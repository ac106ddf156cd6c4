"""The pictures of messages: each shows what it is named for, and a photograph is cut to it."""

from io import BytesIO

import pictures
import pytest
from PIL import Image
from test_rendering import Page


def lines(name: str) -> list[str]:
    picture = next(picture for picture in pictures.PICTURES if picture.name == name)
    return Page(picture.render(picture.look)).lines


def test_every_picture_has_a_name_of_its_own_and_is_of_a_message() -> None:
    names = [picture.name for picture in pictures.PICTURES]
    assert len(set(names)) == len(names)
    assert all("PullquoteAPP9:30 AM" in lines(name) for name in names)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("answer", "“He will be followed by his assistant, Nadia Fournier, the first woman to lead the team.”"),
        ("no-answer", "The archive does not say."),
        ("reports", "Older reports say otherwise:"),
        ("help", "Ada@Pullquote"),
        ("error", "Too many questions at once just now. Please ask again in a moment."),
        ("answer-private", "Only you can see this • Dismiss message"),
    ],
)
def test_a_picture_shows_what_it_is_named_for(name: str, line: str) -> None:
    assert line in lines(name)


def test_a_quote_that_no_article_has_is_not_photographed() -> None:
    with pytest.raises(LookupError, match="no sentence of 2024-11-25-flood begins with 'The moon'"):
        pictures.quote("2024-11-25-flood", "The moon")


@pytest.mark.skipif(pictures.find_browser() is None, reason="no Chromium is installed")
def test_a_photograph_is_cut_to_the_message_at_twice_its_size() -> None:
    picture = next(picture for picture in pictures.PICTURES if picture.name == "error")
    photograph = Image.open(BytesIO(pictures.photograph(picture.render(picture.look)))).convert("RGB")
    assert photograph.width == 2 * 696
    assert 150 < photograph.height < 250
    assert len(photograph.getcolors() or []) <= pictures.COLOURS
    assert photograph.getpixel((0, 0)) == pytest.approx((0x1A, 0x1A, 0x1E), abs=4)  # the dark theme
