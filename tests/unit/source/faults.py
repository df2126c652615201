"""A small catalog in files and as a document, and the faults that are planted in them, each with its line."""

from __future__ import annotations

from typing import NamedTuple

FILES = {
    "catalog.toml": """\
failwell = 1
name = "shop"
base = "https://errors.shop.example/"
dialect = "problem"
deprecation_days = 90

[policy]
challenge = "Bearer"
""",
    "about.md": """\
How the shop fails.

## Shape

As RFC 9457 says.
""",
    "sold_out.md": """\
+++
order = 10
status = [409, 410]
title = "Sold out"
retry = "later"
detail = "Only {left} left."
aliases = ["gone"]

[headers]
Retry-After = "{wait}"

[resolve]
action = "order"
url = "https://shop.example/{left}"

[members]
left = "integer"
wait = { type = "integer", on_wire = false, unit = "seconds" }

[lifecycle]
stage = "deprecated"
since = 2026-11-01
sunset = 2027-05-01

[[examples]]
status = 409

[examples.members]
left = 2

[[links]]
title = "Stock"
url = "https://shop.example/stock"
+++

## What happened

Somebody was faster.

## Why

Few were there.
""",
    "closed.md": """\
+++
order = 20
status = 503
title = "Closed"
redirect = { location = "/closed?error={code}", status = 303 }
+++

## What happened

It is night.
""",
    "locales/de/about.md": """\
Wie der Laden scheitert.
""",
    "locales/de/sold_out.md": """\
+++
title = "Ausverkauft"
detail = "Nur noch {left}."
+++

## What happened

Jemand war schneller.
""",
}

DOCUMENT = """\
{
  "failwell": 1,
  "name": "shop",
  "base": "https://errors.shop.example/",
  "dialect": {
    "name": "house", "media_type": "application/json",
    "limit_headers": "none",
    "shape": {
      "code": "{CODE}", "text": "{MESSAGE}",
      "{REST}": "{MEMBERS}"
    }
  },
  "about": "How it fails.",
  "deprecation_days": 90,
  "policy": {
    "challenge": "Bearer"
  },
  "problems": [
    {
      "code": "closed",
      "status": [503],
      "title": "Closed",
      "retry": "later",
      "members": {
        "left": {"type": "integer"}
      }
    },
    {
      "code": "sold_out",
      "status": [409, 410],
      "title": "Sold out",
      "retry": "later",
      "detail": "Only {left} left.",
      "prose": "Somebody was faster.",
      "aliases": ["gone"],
      "members": {
        "left": {"type": "integer"},
        "a, b.c": {"type": "string", "x-failwell": {
          "unit": "bytes"
        }}
      },
      "resolve": {
        "action": "order",
        "url": "https://shop.example/{left}"
      },
      "headers": {"Retry-After": "{left}"},
      "lifecycle": {
        "stage": "deprecated",
        "since": "2026-11-01",
        "sunset": "2027-05-01"
      },
      "examples": [
        {"status": 409},
        {"members": {"left": 2},
         "status": 410}
      ],
      "links": [{"title": "Stock", "url": "https://shop.example/"}]
    }
  ],
  "translations": {
    "de": {
      "about": "Wie es scheitert.",
      "problems": {
        "closed": {"title": "Zu"},
        "sold_out": {
          "title": "Ausverkauft",
          "detail": "Nur noch {left}."
        }
      }
    }
  }
}
"""


class Fault(NamedTuple):
    """What is put in place of what, and the error that it has to make."""

    file: str
    old: str
    new: str
    code: str
    line: int
    what: str


_H, _S, _C, _L = "catalog.toml", "sold_out.md", "closed.md", "locales/de/sold_out.md"

IN_FILES = (
    # -- the head
    Fault(_H, "failwell = 1\n", "", "unknown-form", 1, "does not say that it is a catalog"),
    Fault(_H, "failwell = 1", "failwell = 2", "unknown-form", 1, "version 2, which this version"),
    Fault(_H, "failwell = 1", "failwell = true", "unknown-form", 1, "does not say that it is a catalog"),
    Fault(_H, 'name = "shop"\n', "", "missing-word", 1, "name is missing"),
    Fault(_H, '"shop"', "5", "wrong-word", 2, "expected `str`, got `int`"),
    Fault(
        _H, "https://errors.shop.example/", "errors", "bad-catalog", 3, "cannot begin with the base 'errors'"
    ),
    Fault(_H, 'dialect = "problem"\n', "", "unknown-dialect", 1, "the dialect is missing"),
    Fault(_H, '"problem"', '"probelm"', "unknown-dialect", 4, "'probelm' is no dialect"),
    Fault(_H, "= 90", '= "90"', "wrong-word", 5, "expected `int`, got `str`"),
    Fault(_H, "= 90", "= -1", "wrong-word", 5, "deprecation_days=-1 is no notice"),
    Fault(_H, "deprecation_days", "deprecation_day", "unknown-word", 5, "no field 'deprecation_day'"),
    Fault(_H, "= 90", '= 90\nlanguage = "englisch!"', "bad-language", 6, "no language tag"),
    Fault(_H, "= 90", '= 90\nstandard = "camelCase"', "unknown-naming", 6, "standard = 'camelCase'"),
    Fault(_H, "= 90", "= 90\nstandard = []", "unknown-naming", 6, "standard = []"),
    Fault(_H, "challenge", "chalenge", "unknown-word", 8, "no field 'chalenge'"),
    Fault(_H, '"Bearer"', "1", "wrong-word", 8, "expected `str`"),
    Fault(_H, '"Bearer"', '"a\\nb"', "unknown-policy", 8, "is no policy"),
    Fault(_H, '"Bearer"', '"Bearer"\nunknown = "guess"', "wrong-word", 9, "invalid enum value 'guess'"),
    Fault(_H, '"Bearer"', '"Bearer"\nrequest_id_header = "a b"', "unknown-policy", 9, "'a b' is no policy"),
    Fault(
        _H, '"Bearer"', '"Bearer"\noffers = ["text/xml"]', "wrong-word", 9, "invalid enum value 'text/xml'"
    ),
    Fault(_H, '"Bearer"', '"Bearer"\noffers = "text/html"', "wrong-word", 9, "expected `array`, got `str`"),
    Fault(
        _H, '"Bearer"', '"Bearer"\noffers = ["text/html", "text/html"]', "unknown-policy", 9, "is no policy"
    ),
    Fault(_H, '"Bearer"', '"Bearer"\nvalidation = "nothing"', "unknown-policy", 9, "is no policy"),
    Fault(_H, "[policy]", "[policy", "broken-toml", 7, "expected ']'"),
    Fault(_H, "[policy]", 'policy = "Bearer"\n[other]', "unknown-word", 8, "no field 'other'"),
    Fault(_H, '"Bearer"', '"Bearer', "broken-toml", 8, "illegal character '\\n'"),
    Fault(_H, "= 90", '= 90\nname = "b"', "broken-toml", 6, "cannot overwrite a value"),
    Fault(
        _H, '"problem"', "{ name = 'h', shape = { code = '{COED}' } }", "unknown-slot", 4, "{COED} is no slot"
    ),
    Fault(
        _H,
        '"problem"',
        "{ name = 'h', shape = { m = '{MESSAGE}' } }",
        "dialect-without-identity",
        4,
        "neither",
    ),
    Fault(_H, '"problem"', "{ name = 'h', shape = 'x' }", "bad-dialect", 4, "shape is str"),
    Fault(_H, '"problem"', "{ name = 'h', form = {} }", "bad-dialect", 4, "does not have 'form'"),
    Fault(
        _H,
        '"problem"',
        "{ name = 'h', media_type = \"a\\nb\", shape = { c = '{CODE}' } }",
        "bad-dialect",
        4,
        "header",
    ),
    # -- the reference page
    Fault("about.md", "## Shape", "## Form", "bad-prose", 3, "'## Form' is not known"),
    Fault("about.md", "As RFC", "## Shape\n\nAs RFC", "bad-prose", 5, "'## Shape' stands twice"),
    Fault("about.md", "As RFC", "```json\nAs RFC", "bad-prose", 5, "begins with ``` has no end"),
    # -- problem types: form
    Fault(_S, "+++\norder", "order", "no-front-matter", 1, "does not begin with a line of +++"),
    Fault(_S, '/stock"\n+++\n', '/stock"\n', "no-front-matter", 1, "no second line of +++"),
    Fault(_S, '"Sold out"', "Sold out", "broken-toml", 4, "invalid value"),
    Fault(_S, "Only {left} left.", "Only {left left.", "stray-brace", 6, "belongs to no placeholder"),
    Fault(_S, "sunset = 2027", 'replaced_by = "nope"\nsunset = 2027', "unknown-successor", 23, "'nope'"),
    Fault(_S, "[lifecycle]", "[members]", "broken-toml", 20, "cannot declare"),
    Fault(_S, "## Why", "## Reason", "bad-prose", 40, "'## Reason' is not known"),
    Fault(_S, "## Why", "## What happened", "bad-prose", 40, "stands twice"),
    Fault(_S, "+++\n\n## What", "+++\n\nIt.\n\n## What", "bad-prose", 38, "again under it"),
    Fault(_S, "Few", "```\nFew", "bad-prose", 42, "has no end"),
    # -- problem types: fields
    Fault(_S, "order = 10", 'order = "first"', "wrong-word", 2, "order = 'first' is no number"),
    Fault(_S, "order = 10", "order = nan", "value-without-json", 2, "infinite"),
    Fault(_S, "[409, 410]", "[409, 200]", "bad-status", 3, "is not a status of an error"),
    Fault(_S, "[409, 410]", '[409, "410"]', "wrong-word", 3, "str where a whole number"),
    Fault(_S, "[409, 410]", "[]", "missing-word", 3, "needs status="),
    Fault(_S, "status = [409, 410]\n", "", "missing-word", 1, "needs status="),
    Fault(_S, 'title = "Sold out"\n', "", "missing-word", 1, "needs title="),
    Fault(_S, '"Sold out"', "true", "wrong-word", 4, "title= is bool"),
    Fault(_S, "Sold out", "{left}", "bad-title", 4, "cannot be a title"),
    Fault(_S, "Sold out", "a\\nb", "bad-title", 4, "cannot be a title"),
    Fault(_S, '"later"', '"soon"', "wrong-word", 5, "'soon' is no retry word"),
    Fault(_S, '"later"', "{ 409 = 'later' }", "bad-retry", 5, "does not fit"),
    Fault(_S, '"later"', "{ 409 = 'later', 410 = 'soon' }", "wrong-word", 5, "'soon' is no retry word"),
    Fault(_S, "{left} left", "{rest} left", "unknown-placeholder", 6, "asks for 'rest'"),
    Fault(_S, '["gone"]', '["gone", "a b"]', "bad-code", 7, "'a b' cannot be a code"),
    Fault(_S, '["gone"]', '"gone"', "wrong-word", 7, "str where a list is expected"),
    Fault(_S, '["gone"]', '["gone", 5]', "wrong-word", 7, "int where a text is expected"),
    Fault(
        _S, "Retry-After =", '"Retry After" =', "bad-header", 10, "'Retry After' cannot be a header's name"
    ),
    Fault(_S, '"{wait}"', "30", "wrong-word", 10, "int where a text is expected"),
    Fault(_S, '"{wait}"', '"{weight}"', "unknown-placeholder", 10, "asks for 'weight'"),
    Fault(_S, '"{wait}"', '"a\\nb"', "bad-header", 10, "cannot be the value of a header"),
    Fault(_S, 'action = "order"', 'actoin = "order"', "unknown-word", 13, "no field 'actoin'"),
    Fault(_S, 'action = "order"', "action = 5", "wrong-word", 13, "expected `str`"),
    Fault(_S, 'action = "order"', 'method = "GET"', "wrong-word", 12, "missing required field `action`"),
    Fault(_S, "example/{left}", "example/{id}", "unknown-placeholder", 14, "asks for 'id'"),
    Fault(_S, 'left = "integer"', 'left = "int"', "wrong-word", 17, "type = 'int'"),
    Fault(_S, 'left = "integer"', "left = 5", "wrong-word", 17, "int where a table"),
    Fault(_S, "on_wire = false", "onwire = false", "unknown-word", 18, "no field 'onwire'"),
    Fault(_S, "on_wire = false", 'on_wire = "no"', "wrong-word", 18, "expected `bool`"),
    Fault(_S, "on_wire = false", 'exposure = "some"', "wrong-word", 18, "invalid enum value 'some'"),
    Fault(_S, "on_wire = false", "statuses = [404]", "foreign-status", 18, "names status 404"),
    Fault(_S, "on_wire = false", "given = 1", "wrong-word", 18, "given = 1"),
    Fault(_S, "on_wire = false", 'name = "class"', "bad-member-name", 18, "a word of Python"),
    Fault(_S, "on_wire = false", 'name = "detail"', "reserved-member", 18, "already has 'detail'"),
    Fault(_S, "on_wire = false", 'name = "left"', "duplicate-member", 18, "both called 'left' in Python"),
    Fault(_S, 'type = "integer", on', 'schema = "{", on', "wrong-word", 18, "the schema is no JSON"),
    Fault(_S, "wait = {", '"" = {', "bad-wire-name", 18, "cannot be a name in JSON"),
    Fault(_S, "wait = {", "status = {", "unknown-placeholder", 10, "asks for 'wait'"),
    Fault(
        _S,
        'left = "integer"',
        'left = "integer"\ntitle = "string"',
        "member-shadows-dialect",
        18,
        "'title' itself",
    ),
    Fault(_S, '"deprecated"', '"old"', "wrong-word", 21, "invalid enum value 'old'"),
    Fault(_S, "2026-11-01", '"soon"', "wrong-word", 22, "invalid RFC3339 encoded date"),
    Fault(_S, "2027-05-01", "2026-12-01", "sunset-too-soon", 23, "sooner than the catalog promises"),
    Fault(_S, "since = 2026-11-01\n", "", "sunset-too-soon", 22, "a day that is not said"),
    Fault(_S, "sunset = 2027-05-01", 'replaced_by = "a b"', "bad-code", 23, "'a b' cannot be a code"),
    Fault(_S, "2027-05-01", "2025-05-01", "bad-lifecycle", 20, "sunset before it begins"),
    Fault(_S, "status = 409", "status = 404", "foreign-status", 26, "an example names status 404"),
    Fault(_S, "status = 409", "state = 409", "unknown-word", 26, "no field 'state'"),
    Fault(_S, "status = 409", "name = 5", "wrong-word", 26, "expected `str`"),
    Fault(_S, "left = 2\n", "left = inf\n", "value-without-json", 29, "infinite"),
    Fault(_S, 'url = "https://shop.example/stock"', "", "wrong-word", 31, "missing required field `url`"),
    Fault(_S, "order = 10", 'order = 10\ncode = "other"', "foreign-code", 3, "not the name of the file"),
    Fault(_S, "order = 10", 'order = 10\nprose = "x"', "unknown-word", 3, "prose stands in the front matter"),
    Fault(
        _S, "order = 10", "order = 10\nretry_by_status = {}", "unknown-word", 3, "no field 'retry_by_status'"
    ),
    Fault(_S, "order = 10", "order = 10\nstandard = 200", "bad-standard", 3, "is no condition"),
    Fault(_S, "order = 10", "order = 10\nstandard = 409", "standard-needs-members", 3, "nobody can give"),
    Fault(_S, "order = 10", "order = 10\nretryable = 1", "wrong-word", 3, "retryable= is int"),
    Fault(_S, "order = 10", "order = " + "9" * 5000, "broken-toml", 2, "4300 digits"),
    Fault(_S, "order = 10", "order = " + "[" * 5000, "nested-too-deeply", 1, "too deeply"),
    Fault(_S, "order = 10", "order = 10\n" + "a." * 3000 + "b = 1", "nested-too-deeply", 1, "too deeply"),
    Fault(_C, "?error={code}", "", "bad-redirect", 5, "does not carry the code"),
    Fault(_C, "status = 303", "status = 200", "bad-redirect", 5, "redirecting status"),
    Fault(
        _C, 'title = "Closed"', 'title = "Closed"\naliases = ["sold_out"]', "declared-twice", 5, "taken by"
    ),
    # -- translations
    Fault(_L, "title =", "titel =", "unknown-word", 2, "no field 'titel'"),
    Fault(_L, '"Ausverkauft"', "5", "wrong-word", 2, "expected `str`"),
    Fault(_L, "Ausverkauft", "{left}", "bad-title", 2, "cannot be a title"),
    Fault(_L, "{left}", "{rest}", "unknown-placeholder", 3, "asks for 'rest'"),
    Fault(_L, "## What happened", "## Was geschah", "bad-prose", 6, "'## Was geschah' is not known"),
    Fault("locales/de/about.md", "Wie der", "## Wie\n\nWie der", "bad-prose", 1, "'## Wie' is not known"),
    Fault(
        "locales/de/about.md", "Wie der", "+++\nsource = 5\n+++\nWie der", "wrong-word", 2, "int where a text"
    ),
    Fault(
        "locales/de/about.md", "Wie der", "+++\nsuorce = ''\n+++\nWie", "unknown-word", 2, "no field 'suorce'"
    ),
    Fault("locales/de/about.md", "Wie der", "+++\n+++\n\n## Wie\n", "bad-prose", 4, "'## Wie' is not known"),
    Fault("locales/de/about.md", "Wie der", "+++\nWie der", "no-front-matter", 1, "no second line of +++"),
)
"""In the files of the folder."""

IN_DOCUMENT = (
    Fault("", '"failwell": 1,', "", "unknown-form", 1, "does not say"),
    Fault("", '"failwell": 1', '"failwell": 2', "unknown-form", 2, "version 2, which this version"),
    Fault("", '"failwell": 1', '"failwell": true', "unknown-form", 2, "does not say"),
    Fault("", '"name": "shop",', "", "missing-word", 1, "name is missing"),
    Fault("", '"name": "shop"', '"name": ["shop"]', "wrong-word", 3, "expected `str`, got `array`"),
    Fault("", "https://errors.shop.example/", "shop", "bad-catalog", 4, "the base 'shop'"),
    Fault("", "{CODE}", "{COED}", "unknown-slot", 9, "{COED} is no slot"),
    Fault("", "{MEMBERS}", "x", "dialect-bad-key", 10, "no part of a dialect"),
    Fault("", '"none"', '"some"', "dialect-limit-headers", 7, "limit_headers='some'"),
    Fault("", '"media_type"', '"mediatype"', "bad-dialect", 6, "does not have 'mediatype'"),
    Fault("", '"How it fails."', '"a\\n\\n## Form"', "bad-prose", 13, "'## Form'"),
    Fault("", '"How it fails."', "{}", "wrong-word", 13, "expected `str`, got `object`"),
    Fault("", '"deprecation_days": 90', '"deprecation_days": 90.5', "wrong-word", 14, "expected `int`"),
    Fault("", '"challenge"', '"chalenge"', "unknown-word", 16, "no field 'chalenge'"),
    Fault("", '"policy": {', '"policy": [{', "broken-json", 18, "expected ',' or ']'"),
    Fault("", '"policy"', '"polity"', "unknown-word", 15, "no field 'polity'"),
    Fault("", '"code": "sold_out"', '"code": "closed"', "declared-twice", 29, "'closed' is taken"),
    Fault("", '["gone"]', '["closed"]', "declared-twice", 35, "'closed' is taken"),
    Fault("", '"sunset"', '"replaced_by": "nope", "sunset"', "unknown-successor", 50, "'nope'"),
    Fault("", '"code": "sold_out",', "", "missing-word", 28, "needs code="),
    Fault("", '"code": "sold_out"', '"code": 5', "wrong-word", 29, "code= is int"),
    Fault("", '"code": "sold_out"', '"code": "a b"', "bad-code", 29, "'a b' cannot be a code"),
    Fault("", "[409, 410]", "[409, 1000000000000000000000000000]", "bad-status", 30, "is not a status"),
    Fault("", "[409, 410]", "[409, true]", "wrong-word", 30, "bool where a whole number"),
    Fault("", "[409, 410]", "[[409], 410]", "wrong-word", 30, "list where a whole number"),
    Fault("", '"title": "Sold out"', '"title": null', "missing-word", 31, "needs title="),
    Fault(
        "",
        '"title": "Sold out",\n      "retry": "later"',
        '"title": "S",\n      "retry": "x"',
        "wrong-word",
        32,
        "'x'",
    ),
    Fault("", '"detail": "Only {left}', '"detail": "Only {rest}', "unknown-placeholder", 33, "'rest'"),
    Fault("", '"Somebody was faster."', '"x\\n## Why"', "bad-prose", 34, "'## Why' is not known"),
    Fault("", '"Somebody was faster."', '"```"', "bad-prose", 34, "has no end"),
    Fault("", '"unit": "bytes"', '"unit": 5', "wrong-word", 39, "expected `str`"),
    Fault("", '"unit": "bytes"', '"unti": "bytes"', "unknown-word", 39, "no field 'unti'"),
    Fault("", '"unit": "bytes"', '"statuses": [404]', "foreign-status", 39, "names status 404"),
    Fault("", '"x-failwell": {\n', '"x-failwell": 5, "y": {\n', "wrong-word", 38, "int where a table"),
    Fault("", '"a, b.c": {', '"code": {', "member-shadows-dialect", 38, "uses the name 'code'"),
    Fault("", '"left": {"type": "integer"},', '"left": 1,', "wrong-word", 37, "int where a table"),
    Fault("", '"action": "order",', "", "wrong-word", 42, "missing required field"),
    Fault("", "example/{left}", "example/{x}", "unknown-placeholder", 44, "asks for 'x'"),
    Fault("", '"Retry-After": "{left}"', '"Retry-After": "{x}"', "unknown-placeholder", 46, "asks for 'x'"),
    Fault("", '"2026-11-01"', "20261101", "wrong-word", 49, "expected `date | null`"),
    Fault("", '"2027-05-01"', '"2026-11-02"', "sunset-too-soon", 50, "sooner"),
    Fault("", '"status": 410}', '"status": 411}', "foreign-status", 55, "an example names status 411"),
    Fault("", '{"status": 409}', "409", "wrong-word", 53, "int where a table"),
    Fault("", '"links": [{"title": "Stock",', '"links": [{', "wrong-word", 57, "missing required field"),
    Fault("", '"about": "Wie es', '"abuot": "Wie es', "unknown-word", 62, "no field 'abuot'"),
    Fault("", '"Wie es scheitert."', '"Wie", "about_source": 5', "wrong-word", 62, "int where a text"),
    Fault("", '"closed": {"title"', '"shut": {"title"', "translation-of-what", 64, "does not have"),
    Fault("", "Nur noch {left}", "Nur noch {x}", "unknown-placeholder", 67, "asks for 'x'"),
    Fault("", '"title": "Ausverkauft"', '"titel": "Ausverkauft"', "unknown-word", 66, "no field 'titel'"),
    Fault("", '"de": {', '"english!": {', "bad-language", 61, "no language tag"),
    Fault("", '"translations": {', '"translations": 5, "x": {', "unknown-word", 60, "no field 'x'"),
    Fault("", '      "links"', '      "title": "Again", "links"', "key-twice", 57, "'title' stands twice"),
    Fault("", '"name": "shop"', '"name": "shop", "name": "two"', "key-twice", 3, "'name' stands twice"),
    Fault("", "}\n  ]", "}\n", "broken-json", 60, "malformed"),
    Fault("", '"base": "https', '"base": NaN, "x": "https', "broken-json", 4, "malformed"),
    Fault("", "[503]", "[1e999]", "broken-json", 21, "out of range"),
    Fault("", "How it fails.", "\\ud800", "broken-json", 13, "surrogate"),
    Fault("", "How it fails.", "a\tb", "broken-json", 13, "invalid character"),
)
"""In the text of the document."""
