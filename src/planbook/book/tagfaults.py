"""What is wrong with a tag of a chapter, and the cure, in the user's language.

Jinja tells it in English and by its messages alone: those that an author meets are known here, others are quoted.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from jinja2 import TemplateNotFound, TemplateSyntaxError

from planbook.errors import InputError
from planbook.words import _, at_line

PAIRS = ("autoescape", "block", "call", "filter", "for", "if", "macro", "raw", "set", "with")
SINGLE = ("break", "continue", "do", "elif", "else", "extends", "from", "import", "include", "print")
TAGS = (*PAIRS, *(f"end{tag}" for tag in PAIRS), *SINGLE)
EXAMPLE = '{{ fact("plan.2021.households") }}'

UNKNOWN = re.compile(r"Encountered unknown tag '(?P<tag>.*?)'\.(?:.* closed is '(?P<open>.+)'\.)?$")
AT_END = re.compile(r"Unexpected end of template\..* closed is '(?P<open>.+)'\.$")
NO_END = re.compile("Missing end of (?P<open>comment|raw)")
TWICE = re.compile("block '(?P<name>.+)' defined twice$")
COMMENT = re.compile(r"\{##.*?##\}", re.S)
UNDEFINED = re.compile("'(?P<name>.+)' is undefined$")


def fault(error: TemplateSyntaxError, chapter: str) -> InputError:
    """What Jinja cannot read in a chapter (its name below chapters/), as an error with its cure."""
    said, line = error.message or "", error.lineno
    if found := UNKNOWN.match(said):
        message, cure = _misplaced(found["tag"], found["open"])
    elif found := AT_END.match(said):
        message, cure = _unclosed(_tag(found["open"]), _tag(f"end{found['open']}"))
        line = _opening(error.source or "", found["open"]) or line
    elif found := NO_END.match(said):
        message, cure = _unclosed(*(("{##", "##}") if found["open"] == "comment" else (_tag("raw"), _tag("endraw"))))
    elif found := TWICE.match(said):
        message, cure = _("two blocks are called {name}").format(**found.groupdict()), _("give one another name")
    elif message := _misspelt(said):
        cure = _("in a tag quotation marks and brackets are half-width, and a blank stands inside each end: {example}")
        cure = cure.format(example=EXAMPLE)
    else:
        message, cure = _("this tag cannot be read: {said}").format(said=said), ""
    return InputError(message, place=at_line(f"chapters/{chapter}", line), cure=cure)


def absent(error: TemplateNotFound, chapters: list[str]) -> tuple[str, str]:
    """A chapter that another extends or includes, and that there is not; and the cure."""
    near = get_close_matches(str(error.name), chapters, 1, 0.4)
    message = _("there is no chapter {name}").format(name=error.name)
    return message, _("the nearest is {tag}").format(tag=near[0]) if near else ""


def cannot(said: str) -> str:
    """Why a tag that can be read cannot be carried out."""
    if found := UNDEFINED.match(said):
        return _("nothing is called {name} here").format(**found.groupdict())
    return _("this cannot be carried out: {said}").format(said=said)


def _misplaced(tag: str, open: str | None) -> tuple[str, str]:
    """A tag that there is not, or that may not stand where it does."""
    shown = _tag(tag)
    if tag not in TAGS:
        near = [f"end{open}"] if open and tag.startswith("end") else get_close_matches(tag, TAGS, 1, 0.4)
        cure = _("the nearest is {tag}").format(tag=_tag(near[0])) if near else ""
        return _("there is no tag {tag}").format(tag=shown), cure
    if open and tag not in ("elif", "else"):
        message = _("{tag} may not stand here: {open} is still open").format(tag=shown, open=_tag(open))
        return message, _("write {end} before it").format(end=_tag(f"end{open}"))
    message = _("{tag} may not stand here: what it belongs to is not open").format(tag=shown)
    return message, _("remove it, or write before it the tag that it belongs to")


def _unclosed(open: str, end: str) -> tuple[str, str]:
    return _("{open} is not closed").format(open=open), _("write {end} where it ends").format(end=end)


def _opening(source: str, tag: str) -> int | None:
    """The line of the last of such tags that is left open: Jinja tells the end of the file."""
    source = COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), source)
    open: list[int] = []
    for number, line in enumerate(source.split("\n"), 1):
        for end, rest in re.findall(rf"{{%[-+]?\s*(end)?{tag}\b([^%]*)", line):
            if end:
                open = open[:-1]
            elif not (tag == "set" and "=" in rest):  # {% set a = 1 %} has no end
                open.append(number)
    return open[-1] if open else None


def _misspelt(said: str) -> str:
    """What is wrong within one tag; "" for what is not known here."""
    missing = _("before {there} something is missing: {wanted}")
    kinds = {
        r"unexpected char .(?P<sign>[\"']).": _("the quotation mark {sign} is not closed"),
        r"unexpected char .(?P<sign>.+). at \d+$": _("{sign} means nothing in a tag"),
        "expected token '.+', got '='$": _("= gives a name to a value; two values are compared with =="),
        "expected token '(?P<wanted>.+)', got '(?P<there>.+)'$": missing,
        "unexpected '(?P<there>.+)', expected '(?P<wanted>.+)'$": missing,
        r"unexpected (?P<there>end of template), expected '(?P<wanted>.+)'\.$": missing,
        "(unexpected|Expected an expression, got) '(?P<there>.+)'$": _(
            "{there} may not stand here, or something is missing before it"
        ),
    }
    for pattern, message in kinds.items():
        if found := re.match(pattern, said):
            return message.format(**{key: _named(value) for key, value in found.groupdict().items()})
    return ""


def _named(token: str) -> str:
    """What Jinja describes, as it is written or in words; anything else as it is."""
    return {
        "end of print statement": "}}",
        "end of statement block": "%}",
        "begin of print statement": "{{",
        "begin of statement block": "{%",
        "end of template": _("the end of the file"),
        "template data / text": _("text"),
        "name": _("a name"),
        "string": _("a text in quotation marks"),
        "integer": _("a number"),
        "float": _("a number"),
    }.get(token, token)


def _tag(name: str) -> str:
    return f"{{% {name} %}}"
