"""Probing: what it says of whom, and that it does nothing unasked."""

from __future__ import annotations

import logging
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec
import pytest

from failwell.exceptions import DeclarationError
from failwell.guard.address import address_subject
from failwell.guard.probing import (
    Probing,
    RequestOutcome,
    Verdict,
    outcome_of,
)
from failwell.guard.thresholds import Thresholds
from failwell.store import Memory
from tests.unit.guard.frozen_clock import FrozenClock
from tests.unit.guard.probes import SECRET, guess, kinds

# ---------------------------------------------------------------------------- what errors amount to


def test_different_wrong_credentials_are_guessing(probing: Probing, clock: FrozenClock) -> None:
    told = guess(probing)
    assert kinds(told) == ["credential_guessing"]
    (verdict,) = filter(None, told)
    assert verdict.is_attack
    assert 6 <= told.index(verdict) + 1 <= 10  # eight, about
    assert verdict.errors == verdict.requests == told.index(verdict) + 1
    assert (verdict.targets, verdict.routes, verdict.blocked_until) == (0, 0, None)
    assert (verdict.first, verdict.last) == (clock.now, clock.now)
    assert not verdict.degraded


@pytest.mark.parametrize("outcome", ["absent", "forbidden"])
def test_different_targets_are_enumeration(
    probing: Probing, clock: FrozenClock, outcome: RequestOutcome
) -> None:
    told = []
    for number in range(200):
        told.append(probing.observe(subject="key", outcome=outcome, target=f"/v1/items/{number}"))
        clock.move(1)
    assert kinds(told) == ["enumeration"]
    assert told.index(next(filter(None, told))) >= 120


def test_a_deleted_folder_at_the_head_of_a_copy_is_no_enumeration(
    probing: Probing, clock: FrozenClock
) -> None:
    told = []
    for number in range(1_000):
        if number < 50 or number % 4 == 0:
            told.append(probing.observe(subject="key", outcome="absent", target=f"/v1/items/{number}"))
        else:
            probing.observe(subject="key", outcome="ok")
        clock.move(0.3)
    assert kinds(told) == []


def test_different_unmatched_paths_are_scanning(probing: Probing) -> None:
    told = [
        probing.observe(subject="192.0.2.1", status=404, is_routed=False, target=f"/{word}{ending}")
        for word in ("wp", "git", "xml", "shop", "sql", "tmp", "old", "my")
        for ending in (".php", ".zip", ".jsp", "/", ".sql", ".txt")
    ]
    assert kinds(told) == ["scanning"]


def test_a_target_now_and_then_for_long_is_slow_enumeration(probing: Probing, clock: FrozenClock) -> None:
    told = []
    for number in range(60):
        told.append(probing.observe(subject="key", outcome="absent", target=f"/v1/items/{number}"))
        clock.move(60)
    assert kinds(told) == ["slow_enumeration"] * 5  # it is told again now and then
    slow = next(filter(None, told))
    assert slow.last - slow.first >= 600_000_000


@pytest.mark.parametrize(
    "mistake",
    [
        {"outcome": "credential", "credential": "the same wrong key"},
        {"outcome": "unrouted", "target": "/v1/report"},
        {"outcome": "absent", "target": "/v1/items/1"},
        {"outcome": "missing", "target": "/health"},
        {"status": 401},
        {"status": 404},
    ],
)
def test_the_same_mistake_again_and_again_is_a_misconfiguration(
    probing: Probing, clock: FrozenClock, mistake: dict[str, Any]
) -> None:
    told = []
    for _ in range(60):
        told.append(probing.observe(subject="key", **mistake))
        clock.move(10)
    assert set(kinds(told)) == {"misconfiguration"}
    assert not next(filter(None, told)).is_attack


def test_a_wrong_base_url_is_one_mistake_whatever_the_ids_are(probing: Probing) -> None:
    told = [
        probing.observe(
            subject="192.0.2.1", outcome="unrouted", target=f"/v1/v1/items/{UUID(int=2**120 + number)}"
        )
        for number in range(100)
    ]
    assert kinds(told) == ["misconfiguration"]


def test_who_errs_now_and_then_is_nothing(probing: Probing, clock: FrozenClock) -> None:
    told = []
    for number in range(300):
        for _ in range(9):
            probing.observe(subject="key", outcome="ok")
        told.append(probing.observe(subject="key", outcome="absent", target=f"/v1/items/{number}"))
        clock.move(5)
    assert kinds(told) == []


def test_successes_among_them_hide_no_attacker_that_errs_more_often(probing: Probing) -> None:
    told = []
    for number in range(200):
        if number % 3 == 0:
            probing.observe(subject="192.0.2.1", outcome="ok")
        told.append(probing.observe(subject="192.0.2.1", outcome="credential", credential=f"guess {number}"))
    assert kinds(told) == ["credential_guessing"]


def test_missing_credentials_are_no_guesses_however_many(probing: Probing, clock: FrozenClock) -> None:
    told = []
    for number in range(500):
        told.append(probing.observe(subject="192.0.2.1", outcome="missing", target=f"/v1/{number}"))
        clock.move(1)
    assert set(kinds(told)) == {"misconfiguration"}


def test_one_who_repeats_himself_makes_no_guessers_of_his_neighbours(
    probing: Probing, clock: FrozenClock
) -> None:
    told = []
    for number in range(600):
        told.append(probing.observe(subject="192.0.2.1", outcome="credential", credential="wrong key"))
        if number % 60 == 0:  # of a neighbour, who then gets it right, as most do at once
            mistyped = f"pasword {number}"
            told.append(probing.observe(subject="192.0.2.1", outcome="credential", credential=mistyped))
        if number % 10 == 0:
            probing.observe(subject="192.0.2.1", outcome="ok")
        clock.move(1)
    assert "credential_guessing" not in kinds(told)


def test_who_rotates_secrets_and_addresses_of_one_network_is_found(probing: Probing) -> None:
    told = [
        probing.observe(
            subject=address_subject(f"2001:db8::{number:x}"), outcome="credential", credential=b"%d" % number
        )
        for number in range(20)
    ]
    assert kinds(told) == ["credential_guessing"]


def test_each_verdict_is_told_once_in_five_minutes_at_most(probing: Probing, clock: FrozenClock) -> None:
    instants = []
    for number in range(7_200):
        if probing.observe(subject="192.0.2.1", outcome="credential", credential=f"guess {number}"):
            instants.append(clock.now)
        clock.move(1)
    gaps = [later - earlier for earlier, later in pairwise(instants)]
    assert len(instants) >= 7_200 // 620
    assert all(300_000_000 <= gap <= 620_000_000 for gap in gaps)


def test_an_attack_after_a_misconfiguration_is_told(probing: Probing) -> None:
    told = [probing.observe(subject="a", outcome="credential", credential="wrong key") for _ in range(30)]
    assert kinds([*told, *guess(probing, subject="a")]) == ["misconfiguration", "credential_guessing"]


def test_subjects_count_for_themselves(probing: Probing) -> None:
    for subject in ("1", 1, b"1", UUID(int=1), "x" * 1_000_000):
        told = [
            probing.observe(subject=subject, outcome="credential", credential=f"{number}")
            for number in range(20)
        ]
        assert kinds(told) == ["credential_guessing"]
        assert [verdict.subject for verdict in told if verdict] == [probing.name_of(subject)]


def test_nobody_is_not_observed(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    probing = Probing(store=store, blocks={"credential_guessing"})
    assert probing.observe(subject=None, outcome="credential", credential="x") is None
    probing.check(subject=None)
    assert store.size == 0


def test_only_errors_reach_the_store(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    probing = Probing(store=store)
    for number in range(1_000):
        probing.observe(subject=number, outcome="ok")
        probing.observe(subject=number, status=200)
        probing.observe(subject=number, outcome="other")
        probing.observe(subject=number, status=500)
        probing.observe(subject=number, outcome="absent", weight=0)
    assert store.size == 0


def test_successes_are_remembered_until_the_next_error_and_fade(clock: FrozenClock) -> None:
    probing = Probing(store=Memory(clock=clock), thresholds=Thresholds(errors=1, same_share=1))

    def requests(subject: str) -> int:
        verdict = probing.observe(subject=subject, outcome="absent", target="/")
        assert verdict is not None
        return verdict.requests

    requests("other")
    for subject in ("a", "b", "c"):
        for _ in range(40):
            probing.observe(subject=subject, outcome="ok")
    assert requests("a") == 41
    clock.move(300)
    probing.observe(subject="other", outcome="absent", target="/")
    assert requests("b") == 21
    clock.move(300)
    probing.observe(subject="other", outcome="absent", target="/")
    assert requests("c") == 1


def test_successes_of_rotating_subjects_take_a_bounded_amount_of_memory() -> None:
    probing = Probing(store=Memory())
    for number in range(120_000):
        probing.observe(subject=number, outcome="ok")
    assert len(probing._successes) + len(probing._successes_before) <= 100_002


# ---------------------------------------------------------------------------- what a request's end means


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *((200, "ok"), (204, "ok"), (304, "ok"), (401, "missing"), (403, "forbidden"), (404, "absent")),
        *((405, "unrouted"), (410, "absent"), (400, "other"), (409, "other"), (422, "other")),
        *((429, "other"), (500, "other"), (503, "other")),
    ],
)
def test_a_status_tells_how_a_request_ended(status: int, outcome: RequestOutcome) -> None:
    assert outcome_of(status, has_credential=False) == outcome


def test_a_credential_and_a_route_tell_more() -> None:
    assert outcome_of(401, has_credential=True) == "credential"
    assert outcome_of(404, has_credential=True, is_routed=False) == "unrouted"


def test_a_code_says_more_than_a_status(clock: FrozenClock) -> None:
    probing = Probing(
        store=Memory(clock=clock),
        outcomes={"wrong_password": "credential", "token_expired": "missing"},
    )
    told = [
        probing.observe(subject="a", status=400, code="wrong_password", credential=f"guess {number}")
        for number in range(20)
    ]
    assert kinds(told) == ["credential_guessing"]
    told = [
        probing.observe(subject="b", status=401, code="token_expired", credential=f"token {number}")
        for number in range(100)
    ]
    assert kinds(told) == ["misconfiguration"]
    assert probing.observe(subject="c", status=500, code="unknown") is None


def test_a_heavy_error_counts_like_several(probing: Probing) -> None:
    told = [
        probing.observe(subject="a", outcome="unrouted", target=path, weight=8)
        for path in ("/.git/config", "/wp-login.php", "/.ssh/id_rsa")
    ]
    assert kinds(told) == ["scanning"]


# ---------------------------------------------------------------------------- verdicts and their callback


def test_verdicts_go_to_the_callback(clock: FrozenClock) -> None:
    seen: list[Verdict] = []
    probing = Probing(store=Memory(clock=clock), on_verdict=seen.append)
    assert seen == list(filter(None, guess(probing)))
    assert len(seen) == 1


def test_a_callback_that_fails_is_logged_and_the_request_goes_on(
    clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(verdict: Verdict) -> None:
        raise OSError(verdict.kind)

    probing = Probing(store=Memory(clock=clock), on_verdict=fail)
    with caplog.at_level(logging.ERROR, "failwell.guard"):
        assert kinds(guess(probing)) == ["credential_guessing"]
    assert "on_verdict failed on a verdict of credential_guessing" in caplog.text


def test_a_verdict_holds_nothing_personal_and_no_secret(clock: FrozenClock) -> None:
    store = Memory(clock=clock)
    probing = Probing(store=store, secret=SECRET)
    (verdict,) = filter(None, guess(probing, subject="jane@example.org"))
    shown = (
        msgspec.json.encode(verdict) + repr(verdict).encode() + repr(list(store._entries.values())).encode()
    )
    assert b"jane" not in shown
    assert b"guess " not in shown


def test_what_a_subject_is_called_depends_on_the_secret() -> None:
    first, second, third = (Probing(store=Memory(), secret=secret) for secret in (b"a", b"a", b"b"))
    assert first.name_of("x") == second.name_of("x") != third.name_of("x")
    assert Probing(store=Memory()).name_of("x") != Probing(store=Memory()).name_of("x")


# ---------------------------------------------------------------------------- bounded memory


def flood(subjects: int, max_subjects: int) -> None:
    """Ten thousand subjects a second err once each, after a quarter of what fits has erred six times."""
    clock = FrozenClock()
    store = Memory(max_subjects=max_subjects, clock=clock)
    probing = Probing(store=store, secret=SECRET)
    attackers = [f"attacker {number}" for number in range(max_subjects // 4)]
    for attacker in attackers:
        guess(probing, 6, attacker)
    for number in range(subjects):
        probing.observe(subject=number, outcome="credential", credential="x")
        clock.now += 100
    assert store.size <= max_subjects
    assert all(f"probing:subject:s:{attacker}" in store._entries for attacker in attackers)
    more = [f"other guess {number}" for number in range(6)]
    for attacker in attackers:
        told = [probing.observe(subject=attacker, outcome="credential", credential=one) for one in more]
        assert kinds(told) == ["credential_guessing"]


def test_a_flood_of_subjects_pushes_out_no_attacker_that_was_counted() -> None:
    flood(20_000, 400)


@pytest.mark.soak
def test_a_flood_of_a_million_subjects_pushes_out_no_attacker_that_was_counted() -> None:
    flood(1_000_000, 10_000)


# ---------------------------------------------------------------------------- wrong calls and declarations


@pytest.mark.parametrize("subject", [True, 1.5, ["a"]])
def test_a_subject_of_a_wrong_type_is_refused(probing: Probing, subject: Any) -> None:
    for outcome in ("ok", "absent"):
        with pytest.raises(TypeError, match="cannot be a subject"):
            probing.observe(subject=subject, outcome=outcome)


def test_an_outcome_or_a_status_is_needed(probing: Probing) -> None:
    with pytest.raises(TypeError, match="neither outcome nor status"):
        probing.observe(subject="a")
    with pytest.raises(TypeError, match="neither outcome nor status"):
        probing.observe(subject="a", code="unknown")


def test_an_unknown_outcome_is_refused(probing: Probing) -> None:
    with pytest.raises(ValueError, match="'fine' is not an outcome"):
        probing.observe(subject="a", outcome="fine")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("weight", "error"), [(-1, ValueError), (9, ValueError), (1.0, TypeError), (True, TypeError)]
)
def test_a_weight_is_a_small_whole_number(probing: Probing, weight: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=f"weight is {weight}"):
        probing.observe(subject="a", outcome="absent", weight=weight)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"blocks": {"enumerating"}}, "probing-blocks"),
        ({"blocks": "scanning"}, "probing-blocks"),
        ({"block_for": 0}, "probing-block-for"),
        ({"block_for": 1.5}, "probing-block-for"),
        ({"block_for": 10**9}, "probing-block-for"),
        ({"outcomes": {"a": "fine"}}, "probing-outcomes"),
        ({"secret": "text"}, "probing-secret"),
        ({"secret": b"x" * 65}, "probing-secret"),
        ({"on_verdict": 1}, "guard-on-verdict"),
        ({"problem": 1}, "guard-problem"),
        ({"on_outage": "shut"}, "guard-on-outage"),
        ({"store": None}, "guard-store"),
    ],
)
def test_a_wrong_declaration_is_refused(given: dict[str, Any], code: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        Probing(**{"store": Memory(), **given})
    assert caught.value.code == code
    assert caught.value.hint
