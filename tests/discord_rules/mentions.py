"""Whom a text mentions."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from discord_rules.forms import Json


@dataclass(frozen=True, slots=True)
class Mentions:
    """Who a message mentions: ids of users and of roles, and whether everyone."""

    users: tuple[int, ...] = ()
    roles: tuple[int, ...] = ()
    everyone: bool = False

    def __bool__(self) -> bool:
        return bool(self.users or self.roles or self.everyone)


NOBODY = Mentions()


def parse_mentions(
    text: str,
    allowed: Json | None,
    *,
    may_mention_everyone: bool,
    mentionable_roles: Collection[int],
    replied_to: int | None = None,
) -> Mentions:
    """Whom a text mentions under ``allowed_mentions``; absent, everything is parsed and replies mention.

    Mentions inside code and behind a backslash are counted too: what is asserted about a bot that shows texts
    of others should not hang on how Discord reads markdown.
    """
    default: Json = {"parse": ["users", "roles", "everyone"], "replied_user": True}
    rules = default if allowed is None else allowed
    parse = rules.get("parse", [])
    users = _allowed_ids(re.findall(r"<@!?(\d+)>", text), "users" in parse, rules.get("users"))
    roles = _allowed_ids(re.findall(r"<@&(\d+)>", text), "roles" in parse, rules.get("roles"))
    if replied_to is not None and rules.get("replied_user"):
        users = list(dict.fromkeys([*users, replied_to]))
    if not may_mention_everyone:
        roles = [role for role in roles if role in mentionable_roles]
    everyone = "everyone" in parse and may_mention_everyone and re.search(r"@(everyone|here)", text) is not None
    return Mentions(tuple(users), tuple(roles), everyone)


def _allowed_ids(found: Sequence[str], is_parsed: bool, listed: Sequence[object] | None) -> list[int]:
    ids = dict.fromkeys(map(int, found))
    return [number for number in ids if is_parsed or str(number) in map(str, listed or ())]
