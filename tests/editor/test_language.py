"""Korean is equal to English: every sentence has both."""

from __future__ import annotations

import ast
import json
import re
from io import BytesIO
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from core import segments as algebra
from core.errors import ClipOpsError, EditRefused
from editor.browser_strings import STRINGS
from editor.keys import KEYS
from editor.sentences import MISSING, TEMPLATES, translated
from tests.editor.conftest import Clip
from tests.support import REPOSITORY, library

EDITOR = REPOSITORY / "editor"
CATALOG = EDITOR / "translations" / "ko" / "LC_MESSAGES"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "N_": None,
}
HANGUL = re.compile("[가-힣]")


def korean() -> Catalog:
    return read_po(BytesIO((CATALOG / "messages.po").read_bytes()), locale="ko")


def said() -> set[str]:
    """Every text the pages, scripts and errors of the editor may say."""
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    found = extract_from_dir(EDITOR, methods, keywords=KEYWORDS)
    return {text if isinstance(text, str) else text[0] for _, _, text, _, _ in found}


def test_every_sentence_has_a_korean_one() -> None:
    catalog = korean()
    known = {m.id if isinstance(m.id, str) else m.id[0]: m for m in catalog if m.id}
    assert said() - set(known) == set()
    assert set(known) - said() == set()
    assert [text for text, m in known.items() if not m.string or m.fuzzy] == []


def test_every_korean_sentence_keeps_the_facts() -> None:
    for message in korean():
        if not message.id:
            continue
        english = message.id if isinstance(message.id, str) else message.id[0]
        translation = message.string if isinstance(message.string, str) else message.string[0]
        holes = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
        assert set(holes.findall(english)) == set(holes.findall(translation)), english


def test_the_compiled_catalog_is_the_written_one() -> None:
    compiled = read_mo(BytesIO((CATALOG / "messages.mo").read_bytes()))

    def words(catalog: Catalog) -> dict[str, list[str]]:
        return {m.id if isinstance(m.id, str) else m.id[0]: [*m.string] for m in catalog if m.id}

    assert words(compiled) == words(korean())


def test_scripts_say_only_what_the_server_translates() -> None:
    spoken: set[str] = set()
    for script in (EDITOR / "static" / "js").rglob("*.js"):
        text = script.read_text(encoding="utf-8")
        spoken |= set(re.findall(r'\bt\(\s*"((?:[^"\\]|\\.)*)"', text))
        spoken |= set(re.findall(r'const sentence =\s*"((?:[^"\\]|\\.)*)"', text))
        kinds = re.search(r"const KINDS = \{(.*)\}", text)
        spoken |= set(re.findall(r'"([^"]*)"', kinds.group(1))) if kinds else set()
    assert spoken == set(STRINGS)


def test_a_browser_that_prefers_korean_gets_korean(clip: Clip) -> None:
    headers = {"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.5"}
    page = clip.client.get("/", headers=headers).text
    assert '<html lang="ko"' in page
    assert "라이브러리" in page
    video = clip.client.get(f"/videos/{clip.id}", headers=headers).text
    assert "재생 위치에서 나누기 (B)" in video
    rows = video.split('id="rows"')[1]
    assert rows.index("빨간 재킷을 입은 사람이") < rows.index("A person in a red jacket")
    strings = json.loads(video.split('id="strings">')[1].split("</script>")[0])
    assert strings["Segment deleted"] == "구간을 삭제했습니다"


@pytest.mark.parametrize("asked", ["fr-FR,fr", "", "en-GB", "*"])
def test_everybody_else_gets_english(client: FlaskClient, asked: str) -> None:
    page = client.get("/", headers={"Accept-Language": asked}).text
    assert '<html lang="en"' in page


def test_the_choice_of_a_reader_wins_over_their_browser(client: FlaskClient) -> None:
    answer = client.post("/preferences", data={"language": "ko", "next": "/search?q=a"})
    assert answer.headers["Location"] == "/search?q=a"
    assert '<html lang="ko"' in client.get("/", headers={"Accept-Language": "en"}).text


def refusals() -> list[str]:
    """What the segment algebra says when it refuses, with real facts in it."""
    first = library.draft(1, 0, 10_000)
    second = library.draft(1, 12_000, 20_000)
    attempts = [
        lambda: algebra.split(first, 50),
        lambda: algebra.merge(second, first),
        lambda: algebra.trim(first, 0, 10_000, []),
        lambda: algebra.trim(first, 0, 100, []),
        lambda: algebra.require_free(5_000, 15_000, [second]),
    ]
    found = []
    for attempt in attempts:
        with pytest.raises(EditRefused) as refused:
            attempt()
        found.append(str(refused.value))
    return found


@pytest.mark.parametrize("sentence", refusals())
def test_a_refusal_with_its_facts_is_known(sentence: str) -> None:
    seen: list[tuple[str, dict[str, str]]] = []

    def remember(template: str, **facts: str) -> str:
        seen.append((template, facts))
        return template % facts if facts else template

    assert translated(sentence, remember) == sentence
    assert seen, f"no template for: {sentence}"


REFUSING = (
    "core/names.py",
    "pipeline/people.py",
    "pipeline/enrolling.py",
    "pipeline/undoing.py",
    "pipeline/recaption.py",
    "pipeline/models/picture_files.py",
    "db/people_history.py",
    "editor/enrolment.py",
)
# Said where the command line alone comes, or translated where it is raised.
NOT_ON_A_PAGE = ("does not lie in", "There is no file", "cannot be read:", "has no receipt")


def raised_in(module: str) -> list[str]:
    """The sentences a module raises, with a 7 in place of each fact."""
    errors = {"InputError", "NotFound", "EditRefused", "ModelError"}
    found = []
    for node in ast.walk(ast.parse((REPOSITORY / module).read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") in errors):
            continue
        match node.args:
            case [ast.Constant(value=str(text))]:
                found.append(text)
            case [ast.JoinedStr(values=parts)]:
                words = (p.value if isinstance(p, ast.Constant) else "7" for p in parts)
                found.append("".join(str(word) for word in words))
    return found


@pytest.mark.parametrize("module", REFUSING)
def test_every_refusal_about_people_and_captions_has_a_korean_one(module: str) -> None:
    said_here = [text for text in raised_in(module) if not any(x in text for x in NOT_ON_A_PAGE)]
    assert said_here
    assert [text for text in said_here if not has_template(text)] == []


def has_template(sentence: str) -> bool:
    used: list[str] = []

    def remember(template: str, **_facts: str) -> str:
        used.append(template)
        return template

    translated(sentence, remember)
    return bool(used)


def test_what_a_ready_video_lacks_is_said_in_korean() -> None:
    from pipeline.processing import NOT_DONE

    assert set(NOT_DONE.values()) == set(MISSING)
    catalog = korean()

    def translate(text: str, **facts: str) -> str:
        message = catalog.get(text)
        assert message is not None
        return str(message.string) % facts if facts else str(message.string)

    said = translated(
        "Faces were not looked for; clothes were not named. The process stopped in the middle of "
        "the stage faces, 3 times.",
        translate,
    )
    assert said.count("; ") == 1
    assert "stage" not in said
    assert len(HANGUL.findall(said)) > 20


def test_the_standing_message_of_each_error_is_known() -> None:
    def all_of(kind: type[ClipOpsError]) -> list[type[ClipOpsError]]:
        return [kind, *(below for child in kind.__subclasses__() for below in all_of(child))]

    shown = {"StaleRevision", "DatabaseUnavailable", "ServiceUnavailable", "RevertBlocked", "Busy"}
    messages = {error.__doc__ for error in all_of(ClipOpsError) if error.__name__ in shown}
    assert messages <= set(TEMPLATES)


def test_no_two_actions_share_a_key() -> None:
    combos = [combo for key in KEYS for combo in key.combos]
    assert len(combos) == len(set(combos))


def test_korean_letters_are_korean() -> None:
    same = {"Slack", "API"}
    for message in korean():
        if message.id and isinstance(message.string, str) and message.id not in same:
            assert HANGUL.search(message.string), message.id
