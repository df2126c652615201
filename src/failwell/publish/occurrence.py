"""The occurrences of a problem type that pages and mocks show: one per status, and its named examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from failwell.declare import Example, Problem, Stage
from failwell.declare.template import Template
from failwell.publish.sample import sample_problem, status_of
from failwell.typing import Headers


class Shown(NamedTuple):
    """An occurrence to show.

    Attributes:
        status: its status.
        example: name of the example that it follows; empty for the usual one of its status.
        problem: the occurrence; None where there is none to show.
        fault: why there is none.
    """

    status: int
    example: str
    problem: Problem | None
    fault: str = ""


def occurrences(problem: type[Problem]) -> Iterator[Shown]:
    """What to show of a type: the usual occurrence of each status, then the other named examples.

    A removed type has none, and a faulty example does not hide the rest of a page.
    """
    record = problem.problem_type
    if record.lifecycle.stage is Stage.REMOVED:
        return
    usual: list[Example | None] = []
    for status in record.statuses:
        usual.append(next((e for e in record.examples if status_of(e, record) == status), None))
        yield _shown(problem, status, "")
    for example in record.examples:
        if example.name and not any(example is other for other in usual):
            yield _shown(problem, status_of(example, record), example.name)


def _shown(problem: type[Problem], status: int, example: str) -> Shown:
    try:
        return Shown(status, example, sample_problem(problem, status, example))
    except (TypeError, ValueError) as error:
        return Shown(status, example, None, str(error))


def changed(problem: Problem, values: Mapping[str, Any], headers: Headers) -> Problem:
    """The same occurrence with other values of some members, by attribute name, and header fields of its own.

    A text that was made from the members is made again.
    """
    record, state = problem.problem_type, vars(problem)
    members = {member.name: state[member.name] for member in record.members}
    written = Template(record.detail).fill(state) if record.detail else None
    detail = None if problem.detail == written else problem.detail
    return type(problem)(detail, status=problem.status, headers=headers, **{**members, **values})
