"""The command line as a user meets it: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from conftest import MILVUS, Pullquote
from platformdirs import user_cache_path

from bot.language import language
from config.settings import SAMPLE_ARCHIVE

ROOT = Path(__file__).parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    archive = tmp_path / "articles"
    archive.mkdir()
    (archive / "bridge.txt").write_text('1.05.2025\n\n"Bridge"\n\nThe bridge is 84 metres long. It is open.\n')
    return archive


COMMANDS = ["run", "build", "ask", "search", "status", "rollback", "evaluate", "sources", "fetch", "export"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(pullquote: Pullquote, command: str) -> None:
    shown = pullquote(command, "--help")
    assert shown.code == 0
    assert f"pullquote {command}" in shown.out.split("Example")[1]
    assert "--config" in shown.out


def test_without_a_command_the_help_names_them_all(pullquote: Pullquote) -> None:
    shown = pullquote()
    for command in COMMANDS:
        assert f" {command} " in shown.out + shown.err


def test_a_build_reports_what_it_found_and_what_it_skipped(pullquote: Pullquote, folder: Path) -> None:
    (folder / "empty.txt").touch()
    first = pullquote("build", folder)
    assert first.code == 0
    assert "Generation 000001: 1 passage (1 embedded, 0 copied)" in first.err
    assert "Articles: 1 added, 0 changed, 0 removed, 0 unchanged, 1 skipped." in first.err
    assert "skipped empty.txt: empty" in first.err
    assert re.search(r"Done\s.*100%", first.err)
    again = pullquote("build")
    assert "Nothing changed: 1 article, no new generation needed." in again.err
    assert "skipped empty.txt: empty" in pullquote("status").out


def test_ask_as_json_keeps_the_contract(pullquote: Pullquote, town_index: Path) -> None:
    (answer,) = pullquote("ask", "How long is the footbridge?", "--json", "--index", town_index).json
    contract = ["question", "answered", "confidence", "seconds", "quotes", "passages"]
    assert list(answer) == [*contract, "perhaps", "understood", "asked", "reports"]
    quote, passage = answer["quotes"][0], answer["passages"][0]
    assert list(quote) == [
        "article",
        "title",
        "published",
        "source",
        "start",
        "end",
        "text",
        "score",
        "also_in",
        "answering",
    ]
    assert list(passage) == ["article", "start", "end", "score"]
    text = (SAMPLE_ARCHIVE / quote["article"]).read_bytes().decode()
    assert text[quote["start"] : quote["end"]] == quote["text"]
    assert (quote["score"], passage["score"], len(answer["quotes"]), len(answer["passages"])) == (1.0, 1.0, 5, 10)


def test_ask_quotes_only_what_was_published_between_two_days(pullquote: Pullquote, town_index: Path) -> None:
    dates = ["--after", "2024-09", "--before", "1.10.2024"]
    (answer,) = pullquote("ask", "How much will the bridge cost?", *dates, "--json", "--index", town_index).json
    assert {quote["published"][:7] for quote in answer["quotes"]} == {"2024-09"}
    (nothing,) = pullquote("ask", "How much?", "--before", "1990", "--json", "--index", town_index).json
    assert nothing["understood"] == ["no article is of the dates and the source asked for"]
    assert (nothing["answered"], nothing["confidence"], nothing["quotes"], nothing["passages"]) == (False, 0.0, [], [])


def test_what_was_understood_is_said_above_the_answer(pullquote: Pullquote, town_index: Path) -> None:
    shown = pullquote("ask", "How long will the fotbridge be, as planned in January 2024?", "--index", town_index).out
    assert shown.startswith(
        "Understood: “fotbridge” as “footbridge”; articles from 1 January 2024 to 31 January 2024 first.\n"
    )


def test_ask_without_a_question_answers_each_line_in_order(pullquote: Pullquote, town_index: Path) -> None:
    questions = ["How long is the footbridge?", "Who is the mayor of Paris?", "How many visitors came?"]
    ran = pullquote("ask", "--json", "--index", town_index, stdin="\n".join([questions[0], "", *questions[1:]]))
    assert [answer["question"] for answer in ran.json] == questions


def test_a_line_without_a_word_does_not_stop_the_others(pullquote: Pullquote, town_index: Path) -> None:
    ran = pullquote("ask", "--json", "--index", town_index, stdin="?!\nHow long is the footbridge?\n")
    assert ran.code == 1
    refused, answered = ran.json  # one object for each line
    assert (refused["question"], answered["question"]) == ("?!", "How long is the footbridge?")
    assert refused["error"].startswith("There is no word in this question")
    assert "“?!”: There is no word in this question" in ran.err


def test_an_answer_shows_the_quote_with_title_and_date(pullquote: Pullquote, folder: Path) -> None:
    pullquote("build", folder)
    shown = pullquote("ask", "How long is the bridge?").out
    assert "“The bridge is 84 metres long.” It is open." in shown
    assert "— Bridge, 1 May 2025" in shown


def test_what_the_archive_does_not_say_is_said(pullquote: Pullquote, town_index: Path) -> None:
    shown = pullquote("ask", "What is the boiling point of tungsten?", "--index", town_index).out
    assert shown.startswith("The archive does not say.\nWhat comes nearest:\n")


def test_search_prints_passages_and_json_with_their_text(pullquote: Pullquote, folder: Path) -> None:
    pullquote("build", folder)
    assert "Bridge, 1 May 2025" in pullquote("search", "metres").out
    (found,) = pullquote("search", "metres", "--json").json
    assert found["text"] == "The bridge is 84 metres long. It is open."
    assert (found["article"], found["published"]) == ("bridge.txt", "2025-05-01")
    assert "Nothing" not in pullquote("search", "metres").out
    nearest = pullquote("search", "eyelid lotion").out
    assert nearest.startswith("Nothing in the archive matches well; these passages come nearest.\n  Bridge")
    assert pullquote("search", "metres", "--before", "2025").out == "Nothing in the archive matches.\n"


def test_status_says_what_searches(pullquote: Pullquote, town_index: Path) -> None:
    (told,) = pullquote("status", "--index", town_index, "--json").json
    assert told["searched_by"].startswith("Milvus at" if MILVUS else "FAISS")
    assert f"searched by  {told['searched_by']}" in pullquote("status", "--index", town_index).out


def test_status_names_generation_counts_and_dates(pullquote: Pullquote, folder: Path) -> None:
    pullquote("build", folder)
    (status,) = pullquote("status", "--json").json
    assert (status["generation"], status["articles"], status["first_day"]) == ("000001", 1, "2025-05-01")
    assert status["bytes"] > 1000
    assert "2025-05-01 to 2025-05-01" in pullquote("status").out


def test_rollback_goes_back_and_says_so(pullquote: Pullquote, folder: Path) -> None:
    pullquote("build", folder)
    (folder / "b.txt").write_text("Title\n\nText.\n")
    pullquote("build")
    assert pullquote("rollback").out == "Generation 000001 is current again.\n"
    ran = pullquote("rollback")
    assert (ran.code, ran.out) == (1, "")
    assert "Error: There is no generation before 000001" in ran.err


def test_rollback_goes_to_any_kept_generation(pullquote: Pullquote, folder: Path) -> None:
    pullquote("build", folder)
    (folder / "b.txt").write_text("Title\n\nText.\n")
    pullquote("build")
    assert pullquote("rollback", "1").out == "Generation 000001 is current again.\n"
    assert pullquote("rollback", "2").out == "Generation 000002 is current again.\n"
    ran = pullquote("rollback", "7")
    assert (ran.code, ran.out) == (1, "")
    assert "Error: Generation 7 is not kept; those that are: 000001, 000002. Nothing was changed." in ran.err


def test_a_plan_says_what_a_build_would_do_and_does_nothing(pullquote: Pullquote, folder: Path) -> None:
    pullquote("build", folder)
    (folder / "bridge.txt").unlink()
    (folder / "b.txt").write_text("Title\n\nText.\n")
    (folder / "c.txt").touch()
    assert pullquote("build", "--plan").out.splitlines() == [
        "Would add 1 article:",
        "  b.txt",
        "Would change 0 articles.",
        "Would remove 1 article:",
        "  bridge.txt",
        "0 unchanged, 1 skipped.",
        "  skipped c.txt: empty",
        "More than 20% of the archive would be gone: only `pullquote build --shrink` does that.",
    ]
    *_, planned = pullquote("build", "--plan", "--json").json
    assert planned["plan"] == {
        "changes": {"added": 1, "changed": 0, "removed": 1, "unchanged": 0},
        "added": ["b.txt"],
        "changed": [],
        "removed": ["bridge.txt"],
        "articles": 1,
        "lost": 1,
        "skipped": 1,
        "remarks": [{"path": "c.txt", "reason": "empty", "kept": False, "kind": "empty", "detail": ""}],
    }
    assert pullquote("status", "--json").json[0]["generation"] == "000001"


def test_a_build_that_would_lose_much_asks_and_its_failure_is_json_where_that_is_wanted(
    pullquote: Pullquote, folder: Path
) -> None:
    first, *_, last = pullquote("build", folder, "--json").json
    nothing = {"rate": None, "seconds_left": None}
    assert first == {"progress": {"stage": "Reading articles", "done": 1, "total": 1, **nothing, "share": 0.02}}
    assert (last["report"]["generation"], last["report"]["changes"]["added"]) == ("000001", 1)
    (folder / "bridge.txt").rename(folder.parent / "bridge.txt")
    (folder / "b.txt").write_text("Title\n\nText.\n")
    sentence = "This build would remove 1 of 1 articles (100%; without asking it may 20%, archive.max_removed_share)."
    refused = pullquote("build")
    assert refused.code == 1
    assert (
        f"Error: {sentence} If a folder is missing, bring it back; if it is meant: `pullquote build --shr"
        in refused.err
    )
    refused = pullquote("build", "--json")
    failure = refused.json[-1]
    assert refused.code == 1
    assert failure["error"].startswith(sentence)
    assert (failure["kind"], failure["fields"]) == ("Shrinking", {"lost": 1, "articles": 1, "most": 0.2})
    assert "0 added, 0 changed" not in pullquote("build", "--shrink").err
    assert pullquote("status", "--json").json[0]["changes"]["removed"] == 1


def test_run_serves_the_generation_before_a_damaged_one_and_says_so(pullquote: Pullquote, folder: Path) -> None:
    pullquote("build", folder)
    (folder / "b.txt").write_text("Title\n\nText.\n")
    pullquote("build")
    index = Path(pullquote("status", "--json").json[0]["index"])
    file = index / "generations" / "000002" / "vectors.faiss"
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    ran = pullquote("run", stdin="How long is the bridge?\n")
    assert ran.code == 0
    assert "Generation 000002 is damaged (vectors.faiss is not as it was written). Set aside, not deleted: " in ran.err
    assert "000002.damaged. Generation 000001 is current." in ran.err
    assert "Pullquote answers from 1 article" in ran.out
    assert "84 metres long" in ran.out
    assert pullquote("status", "--json").json[0]["damaged"] == ["000002.damaged"]
    assert "000002.damaged: set aside" in pullquote("status").out


def test_run_builds_anew_where_no_generation_is_good(pullquote: Pullquote, folder: Path) -> None:
    pullquote("build", folder)
    index = Path(pullquote("status", "--json").json[0]["index"])
    (index / "generations" / "000001" / "tokens.npy").unlink()
    ran = pullquote("run", stdin="How long is the bridge?\n")
    assert "No other generation is left; the index has to be made anew." in ran.err
    assert "Generation 000002: 1 passage (1 embedded, 0 copied)" in ran.err
    assert "84 metres long" in ran.out


def test_evaluate_measures_a_question_set_and_keeps_its_index_where_told(pullquote: Pullquote, tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "articles").symlink_to(SAMPLE_ARCHIVE)
    rows = (ROOT / "tests" / "town" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "set" / "questions.jsonl").write_text("\n".join(rows[:5]), encoding="utf-8")
    (figures,) = pullquote("evaluate", tmp_path / "set", "--index", tmp_path / "kept", "--json").json
    assert (figures["questions"], figures["absent"], figures["auroc"]) == (5, 0, None)
    assert figures["passage_at_5"] >= 0.8
    assert (tmp_path / "kept" / "current").read_text() == "000001\n"
    assert "passage at 5" in pullquote("evaluate", tmp_path / "set", "--index", tmp_path / "kept").out


def test_evaluate_ranks_given_candidates(pullquote: Pullquote, tmp_path: Path) -> None:
    row = {
        "question": "How long is the bridge?",
        "candidates": ["She sang.", "The bridge is 84 metres long."],
        "labels": [0, 1],
    }
    (tmp_path / "selection.jsonl").write_text(json.dumps(row))
    (figures,) = pullquote("evaluate", "--selection", tmp_path / "selection.jsonl", "--json").json
    assert figures == {
        "questions": 1,
        "mean_average_precision": 1.0,
        "mean_reciprocal_rank": 1.0,
        "precision_at_1": 1.0,
    }


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["ask", "Who?"], "There is no index in .* yet; make one with `pullquote build FOLDER`."),
        (["status"], "There is no index in "),
        (["rollback"], "There is no index in "),
        (["build", "gone"], "There is no folder gone; name the folder that holds your articles."),
        (["ask", "  "], "The question is empty; ask something."),
        (["search", "-bridge"], "A search needs at least one word to find"),
        (["search", "bridge", "--after", "soon"], "“soon” is no date; write it as 2025-05-01"),
        (["ask", "Who?", "--before", "soon"], "“soon” is no date; write it as 2025-05-01"),
        (["ask", "Who?", "--after", "2025", "--before", "2024"], "Nothing is published from 2025-01-01 on and before"),
        (["evaluate"], "Name a question set to measure on"),
        (["evaluate", "gone"], "gone is no question set"),
        (["status", "--config", "gone.toml"], "There is no settings file gone.toml."),
    ],
)
def test_every_failure_is_one_sentence_on_standard_error(
    pullquote: Pullquote, arguments: list[str], sentence: str
) -> None:
    ran = pullquote(*arguments)
    assert (ran.code, ran.out) == (1, "")
    assert "Traceback" not in ran.err
    (line,) = [line for line in ran.err.splitlines() if line.strip()]
    assert line.startswith("Error: ")
    assert sentence.split(" in .*")[0] in line


@pytest.mark.parametrize(
    "arguments", [["no-such-command"], ["ask", "--no-such-option"], ["search"], ["search", "a", "--afer", "b"]]
)
def test_wrong_usage_exits_with_2(pullquote: Pullquote, arguments: list[str]) -> None:
    assert pullquote(*arguments).code == 2


def test_run_without_a_token_builds_the_sample_archive_and_opens_a_chat(pullquote: Pullquote) -> None:
    ran = pullquote("run", stdin="How long is the footbridge?\n?!\nExit.\n")
    assert ran.code == 0
    assert "Generation 000001: 92 passages" in ran.err
    assert "DISCORD_TOKEN is not set: this is the console chat." in ran.err
    assert "Pullquote answers from 46 articles from 11 January 2024 to 4 December 2025." in ran.out
    assert "84 metres" in ran.out
    assert "There is no word in this question; ask something." in ran.out


def test_a_question_of_the_chat_goes_on_from_the_one_before(pullquote: Pullquote) -> None:
    first = "Who will be the first woman to lead the Rovers?"
    ran = pullquote("run", stdin=f"{first}\nAnd how often did she play for the county?\n")
    assert f"Understood: it goes on from “{first}”." in ran.out
    assert "“She played 42 times for the county" in ran.out


def test_a_server_that_is_gone_is_told_once_and_ends_no_chat(
    pullquote: Pullquote, folder: Path, tmp_path: Path
) -> None:
    pullquote("build", folder)
    config = tmp_path / "own.toml"
    config.write_text('[index]\nengine = "milvus"\n[milvus]\naddress = "http://127.0.0.1:1"\nseconds = 1\n')
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PULLQUOTE_")}
    program = [sys.executable, "-c", "from bot.cli import main; main()"]  # pytest would take what is logged
    for command, failed, code in ((["ask", "Bridge?"], 1, 1), (["run"], 2, 0)):
        ran = subprocess.run(
            [*program, *command, "--config", str(config)],
            input="How long is the bridge?\nIs it open?\n",
            env=environment | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.stdout + ran.stderr).count("The archive is unreachable") == failed
        assert ran.returncode == code


def test_build_without_a_folder_goes_on_with_the_last_one_not_with_the_sample(
    pullquote: Pullquote, folder: Path
) -> None:
    pullquote("build", folder)
    (folder / "b.txt").write_text("Title\n\nText.\n")
    assert "Articles: 1 added, 0 changed, 0 removed, 1 unchanged" in pullquote("build").err


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PULLQUOTE_")}
    return {**plain, "XDG_DATA_HOME": str(tmp_path / "data"), "HF_HUB_OFFLINE": "1", "COLUMNS": "200", **more}


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_from_a_wheel_in_another_folder_without_a_network_it_is_the_same(tmp_path: Path, town_index: Path) -> None:
    """The wheel is unpacked and run by itself: the checkout is not on its path."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    assert not (installed / "tests").exists()
    for folder in ("bot/languages", "index/learned"):
        assert names_in(installed / folder) == names_in(ROOT / folder)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    no_network = "import socket; socket.socket.connect = None; "
    program = f"import sys; sys.path.insert(0, {str(installed)!r}); {no_network}import bot.cli; "
    checked = f"assert bot.cli.__file__.startswith({str(installed)!r}), bot.cli.__file__; "
    greeted = (
        "from bot.language import LANGUAGES, language; "
        "print(*(language(code).say('notice-help') for code in LANGUAGES)); "
    )
    chat = subprocess.run(
        [sys.executable, "-c", program + checked + greeted + "bot.cli.main()", "run"],
        cwd=elsewhere,
        env=environment(tmp_path),
        input="How long is the footbridge?\n",
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert chat.returncode == 0, chat.stderr
    assert "Generation 000001: 92 passages" in chat.stderr
    assert "84 metres" in chat.stdout
    for code in ("de", "en", "es", "fr"):
        assert language(code).say("notice-help") in chat.stdout
    built = tmp_path / "data" / "pullquote" / "index" / "generations" / "000001"
    for file in ("articles.sqlite", "passages.npy", "sentences.npy"):
        original = (town_index / "generations" / "000001" / file).read_bytes()
        assert (built / file).read_bytes() == original


def test_module_bot_is_pullquote_run(tmp_path: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True
    )
    assert shown.returncode == 0
    assert "Serve: as a Discord bot where DISCORD_TOKEN is set" in shown.stdout


def test_nothing_is_looked_up_and_nothing_left_in_the_home_folder(tmp_path: Path, town_index: Path) -> None:
    """OpenVINO by itself asks for the address of a counting service and keeps a number of its user in `~/intel`."""
    (tmp_path / "home").mkdir()
    looked_up = (
        "import socket, sys; sys.addaudithook(lambda event, _: event == 'socket.getaddrinfo' and print('LOOKUP')); "
    )
    ran = subprocess.run(
        [sys.executable, "-c", f"{looked_up}import bot.cli; bot.cli.main()", "ask", "Who?", "--index", str(town_index)],
        cwd=ROOT,
        env=environment(tmp_path, HOME=str(tmp_path / "home"), XDG_CACHE_HOME=str(user_cache_path())),
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert ran.returncode == 0, ran.stderr
    assert "LOOKUP" not in ran.stdout
    assert list((tmp_path / "home").iterdir()) == []


def test_ctrl_c_is_a_sentence_and_the_index_is_as_it_was(tmp_path: Path) -> None:
    index = tmp_path / "index"
    building = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED_BUILD, "build", "corpus", "--index", str(index)],
        cwd=ROOT,
        env=environment(tmp_path),
        stderr=subprocess.PIPE,
        text=True,
    )
    _, said = building.communicate(timeout=60)
    assert building.returncode == 130
    assert said.endswith("Stopped. An index that was being built is as it was before.\n")
    assert "Traceback" not in said
    assert list((index / "generations").iterdir()) == []


INTERRUPTED_BUILD = """
import os, signal
import bot.cli, index.build
def interrupted(*_):
    os.kill(os.getpid(), signal.SIGINT)
index.build.write_store = interrupted
bot.cli.main()
"""
PULLQUOTE = f"{sys.executable} -c 'from bot.cli import main; main()'"


def shell(command: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, timeout=110
    )


def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path, town_index: Path) -> None:
    ran = shell(f"{PULLQUOTE} search the --limit 100 --json --index {town_index} | head -n 1", tmp_path)
    assert json.loads(ran.stdout)["article"].endswith(".txt")
    assert "Traceback" not in ran.stderr


def test_a_full_disk_is_one_sentence(tmp_path: Path, town_index: Path) -> None:
    ran = shell(f"{PULLQUOTE} status --index {town_index} > /dev/full", tmp_path)
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr


def test_a_build_for_which_the_disk_has_no_room_is_one_sentence_and_the_next_one_works(tmp_path: Path) -> None:
    build = f"{PULLQUOTE} build corpus --index {tmp_path / 'index'}"
    ran = shell(f"ulimit -f 60; {build}", tmp_path)  # no file above 60 kB; the vectors alone have 71
    assert ran.returncode == 1
    assert "Error: There is no room where the index is kept" in ran.stderr
    assert "File too large); make some, then try again. The index is as it was before." in ran.stderr
    assert "Traceback" not in ran.stderr
    assert list((tmp_path / "index" / "generations").iterdir()) == []
    assert "92 embedded" in shell(build, tmp_path).stderr


def test_questions_that_are_not_utf_8_are_answered_and_stop_nothing(tmp_path: Path, town_index: Path) -> None:
    lines = r"printf 'Who is Ma\xb3ecki?\nHow long is the footbridge?\n'"
    ran = shell(f"{lines} | {PULLQUOTE} ask --json --index {town_index}", tmp_path)
    assert [json.loads(line)["question"] for line in ran.stdout.splitlines()] == [
        "Who is Ma\ufffdecki?",
        "How long is the footbridge?",
    ]


def test_what_nobody_foresaw_is_one_sentence_with_its_place(
    pullquote: Pullquote, town_index: Path, tmp_path: Path
) -> None:
    index = tmp_path / "copy"
    shutil.copytree(town_index, index)
    file = index / "generations" / "000001" / "passages.npy"
    rows = np.load(file)
    rows[:, 0] += 1000  # articles that are not there
    np.save(file, rows)
    ran = pullquote("ask", "How long is the footbridge?", "--index", index)
    assert (ran.code, ran.out) == (1, "")
    assert "Traceback" not in ran.err
    assert "Something unexpected went wrong (ValueError at store.py:" in ran.err
    assert "`pullquote build --anew`" in ran.err
    assert "92 embedded, 0 copied" in pullquote("build", SAMPLE_ARCHIVE, "--anew", "--index", index).err
    assert "84 metres" in pullquote("ask", "How long is the footbridge?", "--index", index).out


def test_a_damaged_index_is_built_again_from_its_own_folder(pullquote: Pullquote, folder: Path, tmp_path: Path) -> None:
    index = tmp_path / "data" / "pullquote" / "index"
    pullquote("build", folder)
    (index / "generations" / "000001" / "passages.npy").write_bytes(b"damaged")
    assert "is damaged" in pullquote("status").err
    assert "Articles: 1 added" in pullquote("build").err
    assert pullquote("status", "--json").json[0]["folder"] == str(folder)


def test_control_characters_of_an_article_do_not_reach_the_terminal(pullquote: Pullquote, folder: Path) -> None:
    (folder / "esc.md").write_text(
        '---\ntitle: "Red \\e[31m"\n---\nThe \x1b[31mred\x1b[0m clock stopped.\n' + "x " * 2000
    )
    pullquote("build", folder)
    shown = pullquote("ask", "Which clock stopped?").out + pullquote("search", "clock").out
    assert "clock stopped." in shown
    assert "\x1b" not in shown


def test_answers_to_many_questions_say_which_question_they_answer(pullquote: Pullquote, town_index: Path) -> None:
    shown = pullquote("ask", "--index", town_index, stdin="How long is the footbridge?\nWho is the mayor?\n").out
    assert [line for line in shown.splitlines() if line.startswith("? ")] == [
        "? How long is the footbridge?",
        "? Who is the mayor?",
    ]


def test_a_rollback_in_a_folder_without_an_index_makes_none(pullquote: Pullquote, tmp_path: Path) -> None:
    assert pullquote("rollback", "--index", tmp_path / "typo").code == 1
    assert not (tmp_path / "typo").exists()


def test_a_token_that_is_none_is_refused_before_anything_is_built(
    pullquote: Pullquote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", " ")
    ran = pullquote("run")
    assert ran.code == 1
    assert "There is no token: set DISCORD_TOKEN" in ran.err
    assert "%" not in ran.err


@pytest.mark.parametrize("command", ["ask 'How long is the footbridge?'", "run", "status", "search bridge"])
def test_serving_never_imports_what_is_only_needed_to_learn_and_to_convert(
    command: str, tmp_path: Path, town_index: Path
) -> None:
    heavy = ["torch", "sentence_transformers", "transformers", "sklearn", "scipy", "pandas", "trafilatura"]
    program = (
        "import sys, bot.cli\n"
        "try: bot.cli.main()\n"
        "except SystemExit as end: assert not end.code\n"
        f"print('imported:', [name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    (tmp_path / "program.py").write_text(program)
    where = f"--index {town_index} < /dev/null"
    ran = shell(f"PYTHONPATH={ROOT} {sys.executable} {tmp_path / 'program.py'} {command} {where}", tmp_path)
    assert "imported: []" in ran.stderr


def test_a_build_with_ray_says_what_to_install_where_it_is_not(
    pullquote: Pullquote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    ran = pullquote("build", SAMPLE_ARCHIVE, "--ray", "127.0.0.1:6379")
    assert ran.code == 1
    assert ran.err.splitlines()[-1] == (
        "Error: Building with Ray needs Ray on every machine: pip install 'pullquote[ray]'"
    )
