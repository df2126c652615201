"""A made-up hour of an API's life: who comes, how often, and what becomes of their requests.

Every number that shapes the traffic stands in `TRAFFIC`, with its reason. Nobody's traffic is just so; the
point is that ordinary people err too, misconfigured clients err all the time, and attackers also succeed.
`python -m tests.simulation.hour [seed …]` prints what probing makes of the whole hour.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import merge
from itertools import count
from random import Random
from statistics import median
from typing import Literal, NamedTuple

from failwell.guard.address import address_subject
from failwell.guard.probing import Probing, RequestOutcome, Verdict
from failwell.store import Memory

HOUR = 3_600.0
START = 1_795_000_000_000_000  # microseconds

Camp = Literal["ordinary", "misconfigured", "attacker"]


@dataclass(frozen=True)
class Traffic:
    """The numbers of the hour. People and clients are counted for a full hour; a smaller one has a share."""

    # Ordinary people, with a browser or an application, and a key once they have logged in.
    users: int = 5_000
    natted: int = 800  # a campus behind one address: its logins and anonymous requests are one subject
    user_requests: tuple[float, float] = (4.4, 1.0)  # log-normal: 80 an hour in the middle, a few over 600
    login_rush: float = 0.5  # of them begin in the first 15 minutes, as on a working day
    mistyped: float = 0.12  # wrong passwords per attempt: what login pages see, mostly mended at once
    key_expires: float = 0.1  # come with a key that is over, are told so, and log in again
    stale_link: float = 0.015  # requests for what was deleted meanwhile: bookmarks, old mails
    not_allowed: float = 0.005  # for what is a colleague's
    retried: int = 3  # times that a page which fails is loaded at most
    browser_noise: float = 3.0  # requests of browsers for icons and the like that nobody has, per session
    landing: float = 6.0  # anonymous requests that are served, per session: the pages before the login

    # Clients that make one mistake again and again.
    misconfigured: int = 50
    polls: tuple[float, float] = (2.0, 60.0)  # seconds between two tries; short ones as likely as long ones
    same_office: int = 3  # of the wrong keys come from the campus, and make its address look bad

    # Clients that keep a copy and ask for everything in it, with what was deleted meanwhile.
    syncers: int = 20
    copies: tuple[int, int] = (200, 1_500)  # items in a copy
    stale: tuple[float, float] = (0.02, 0.30)  # of them deleted: in clusters, as folders are
    cluster: int = 15  # items of a deleted folder at most, which stand together in the copy

    # Attackers, a quarter of each kind: 324, so that five per cent are some. As of everybody else a third
    # have a network of IPv6, and another address in it each time.
    attackers: int = 324
    mixing: float = 0.3  # of them hide among successes
    successes: tuple[float, float] = (0.1, 0.4)  # of their requests: with more they would be slow
    rotating: float = 0.3  # of enumerators change between keys of their own
    keys: int = 3  # that such a one has: free accounts are easily had, but not by the hundred
    guesses: tuple[float, float] = (0.5, 20.0)  # seconds between two of a stuffer: rate limits slow them down
    walks: tuple[float, float] = (0.2, 4.0)  # of an enumerator: to see some thousand ids within hours
    slow_walks: tuple[float, float] = (25.0, 80.0)  # of a slow one: 45 to 144 in the hour
    scans: tuple[float, float] = (0.2, 4.0)  # of a scanner: its list is long, and it tries many hosts
    lengths: tuple[float, float] = (240.0, 1_500.0)  # seconds of an attack; slow ones take the whole hour
    hits: float = 0.03  # guesses and walks that find something


TRAFFIC = Traffic()


class Request(NamedTuple):
    """One request, as far as probing is told; `number` keeps the order of those of one instant."""

    at: float
    number: int
    who: str
    subject: str | None
    outcome: RequestOutcome
    target: str | None = None
    credential: str | None = None


@dataclass
class Hour:
    """The people and clients of one hour, and their requests in the order of time."""

    seed: int
    size: float = 1.0
    traffic: Traffic = TRAFFIC
    camps: dict[str, Camp] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.campus = "198.51.100.1"
        self._numbers = count()
        self._streams: list[Iterator[Request]] = []
        traffic = self.traffic
        users = self._share(traffic.users)
        natted = self._share(traffic.natted)
        for number in range(users):
            address = self.campus if number < natted else self._address(number)
            self._add("ordinary", "user", number, _user, address)
        mistakes = (_wrong_key, _wrong_path, _missing_key, _wrong_base, _gone_target)
        for number in range(max(self._share(traffic.misconfigured), len(mistakes))):
            mistake = mistakes[number % len(mistakes)]
            in_office = number < traffic.same_office * len(mistakes) and mistake is _wrong_key
            address = self.campus if in_office else self._address(10_000 + number)
            self._add("misconfigured", mistake.__name__[1:], number, mistake, address)
        for number in range(max(self._share(traffic.syncers), 4)):
            self._add("ordinary", "syncer", number, _syncer, self._address(20_000 + number))
        attacks = (_stuffer, _enumerator, _slow_enumerator, _scanner)
        for number in range(max(self._share(traffic.attackers), 24)):
            attack = attacks[number % len(attacks)]
            self._add("attacker", attack.__name__[1:], number, attack, self._address(30_000 + number))

    def _share(self, number: int) -> int:
        return round(number * self.size)

    def _address(self, number: int) -> str:
        """Of every third a network of IPv6."""
        if number % 3 == 0:
            return f"2001:db8:{number:x}:1::/64"
        return f"{10 + number // 65_536}.{number // 256 % 256}.{number % 256}.7"

    def _add(self, camp: Camp, kind: str, number: int, life: Life, address: str) -> None:
        who = f"{kind} {number}"
        self.camps[who], self.kinds[who] = camp, kind
        self._streams.append(life(Person(who, address, Random(f"{self.seed} {who}"), self)))

    def requests(self) -> Iterable[Request]:
        """All requests in the order of time."""
        return merge(*self._streams)

    def next_number(self) -> int:
        return next(self._numbers)


class Person:
    """Somebody or something that makes requests."""

    def __init__(self, who: str, address: str, random: Random, hour: Hour) -> None:
        self.who, self.address, self.random, self.hour = who, address, random, hour
        self.traffic = hour.traffic
        self.key: str | None = None

    def request(
        self,
        at: float,
        outcome: RequestOutcome,
        target: str | None = None,
        credential: str | None = None,
        *,
        key: str | None = None,
    ) -> Request:
        """A request with a key, or else one of the address."""
        subject = key or address_subject(self.some_address())
        return Request(at, self.hour.next_number(), self.who, subject, outcome, target, credential)

    def some_address(self) -> str:
        """The address; of a network of IPv6 another one each time."""
        network, is_network, _ = self.address.partition("/64")
        return f"{network}{self.random.getrandbits(16):x}" if is_network else network

    def between(self, bounds: tuple[float, float]) -> float:
        """A number between two, small ones as likely as large ones."""
        low, high = bounds
        return float(low * (high / low) ** self.random.random())

    def ticks(self, start: float, end: float, every: float) -> Iterator[float]:
        """Instants that lie about so far apart."""
        at = start + self.random.random() * every
        while at < min(end, HOUR):
            yield at
            at += every * self.random.uniform(0.7, 1.3)


Life = Callable[[Person], Iterator[Request]]

_NOISE = (
    *("/favicon.ico", "/apple-touch-icon.png", "/apple-touch-icon-precomposed.png", "/robots.txt"),
    *("/apple-touch-icon-120x120.png", "/manifest.json", "/browserconfig.xml", "/sitemap.xml"),
    *("/.well-known/traffic-advice", "/.well-known/change-password", "/service-worker.js", "/ads.txt"),
)


def _user(person: Person) -> Iterator[Request]:
    random, traffic = person.random, person.traffic
    rushes = random.random() < traffic.login_rush
    at = random.uniform(0, 900) if rushes else random.uniform(0, HOUR)
    requests = random.lognormvariate(*traffic.user_requests)
    gap = HOUR / max(requests, 1)
    if random.random() < traffic.key_expires:
        yield person.request(at, "missing", "/v1/me")
    for _ in range(round(random.expovariate(1 / traffic.landing))):
        at += random.expovariate(2)
        yield person.request(at, "ok")
    for path in random.sample(_NOISE, min(round(random.expovariate(1 / traffic.browser_noise)), 8)):
        at += random.random()
        yield person.request(at, "unrouted", path)
    while random.random() < traffic.mistyped:
        at += random.uniform(3, 15)
        yield person.request(at, "credential", "/login", f"{person.who} {random.randrange(4)}")
    at += random.uniform(3, 15)
    yield person.request(at, "ok")
    key = f"key of {person.who}"
    while at < HOUR:
        at += random.expovariate(1 / gap)
        chance = random.random()
        if chance > traffic.stale_link + traffic.not_allowed:
            yield person.request(at, "ok", key=key)
            continue
        outcome: RequestOutcome = "absent" if chance < traffic.stale_link else "forbidden"
        target = f"/v1/items/{random.randrange(10**6)}"
        for _ in range(random.randint(1, traffic.retried)):
            at += random.uniform(0.5, 3)
            yield person.request(at, outcome, target, key=key)


# ----------------------------------------------------------------------------------- misconfigured clients


def _wrong_key(person: Person) -> Iterator[Request]:
    """Retries a key with a letter missing, on several targets."""
    for at in person.ticks(0, HOUR, person.between(person.traffic.polls)):
        path = f"/v1/reports/{person.random.randrange(40)}"
        yield person.request(at, "credential", path, f"wrong key of {person.who}")


def _wrong_path(person: Person) -> Iterator[Request]:
    """Polls a path that was renamed; every third also does something right."""
    key, works = f"key of {person.who}", person.random.random() < 1 / 3
    for at in person.ticks(person.random.uniform(0, 1_200), HOUR, person.between(person.traffic.polls)):
        if works and person.random.random() < 0.3:
            yield person.request(at, "ok", key=key)
        yield person.request(at, "unrouted", "/v1/report", key=key)


def _missing_key(person: Person) -> Iterator[Request]:
    """A health check without a key."""
    for at in person.ticks(0, HOUR, person.between(person.traffic.polls)):
        yield person.request(at, "missing", person.random.choice(("/v1/status", "/v1/me")))


def _wrong_base(person: Person) -> Iterator[Request]:
    """Has /v1 twice in its base URL, and asks there for many things by number."""
    for at in person.ticks(person.random.uniform(0, 1_200), HOUR, person.between(person.traffic.polls)):
        yield person.request(at, "unrouted", f"/v1/v1/items/{person.random.randrange(1_000)}")


def _gone_target(person: Person) -> Iterator[Request]:
    """Polls two things of which it was not told that they were deleted."""
    key = f"key of {person.who}"
    targets = [f"/v1/items/{person.random.randrange(10**6)}" for _ in range(2)]
    for at in person.ticks(0, HOUR, person.between(person.traffic.polls)):
        yield person.request(at, "absent", person.random.choice(targets), key=key)


def _syncer(person: Person) -> Iterator[Request]:
    random, traffic, key = person.random, person.traffic, f"key of {person.who}"
    size, share = random.randint(*traffic.copies), random.uniform(*traffic.stale)
    stale: set[int] = set()
    while len(stale) < share * size:
        start = random.randrange(size)
        stale.update(range(start, min(start + random.randint(1, traffic.cluster), size)))
    at, pause = random.uniform(0, 600), random.uniform(300, 1_200)
    while at < HOUR:
        for number in range(size):
            at += random.uniform(0.05, 0.6)
            target = f"/v1/items/{person.who} {number}"
            yield person.request(at, "absent" if number in stale else "ok", target, key=key)
        at += pause


# ----------------------------------------------------------------------------------------------- attackers


def _attack(
    person: Person, every: tuple[float, float], *, whole: bool = False
) -> Iterator[tuple[float, bool]]:
    """The instants of an attack, and whether the attacker does something right there, to hide."""
    random, traffic = person.random, person.traffic
    mixed = random.uniform(*traffic.successes) if random.random() < traffic.mixing else 0.0
    length = HOUR if whole else random.uniform(*traffic.lengths)
    start = random.uniform(0, HOUR - length)
    for at in person.ticks(start, start + length, person.between(every)):
        yield at, random.random() < mixed + traffic.hits


def _stuffer(person: Person) -> Iterator[Request]:
    """Tries leaked names and passwords, each once or twice."""
    for at, is_right in _attack(person, person.traffic.guesses):
        guess = f"leaked {person.random.randrange(10**6)}"
        yield person.request(at, "ok" if is_right else "credential", "/login", None if is_right else guess)


def _walk(person: Person, every: tuple[float, float], *, whole: bool = False) -> Iterator[Request]:
    random = person.random
    keys: list[str | None] = [f"key {number} of {person.who}" for number in range(person.traffic.keys)]
    if random.random() >= person.traffic.rotating:
        keys = [keys[0] if random.random() < 0.7 else None]
    number, step = random.randrange(10**6), random.choice((1, 1, 7, 1_000))
    outcome: RequestOutcome = random.choice(("absent", "absent", "forbidden"))
    for turn, (at, is_right) in enumerate(_attack(person, every, whole=whole)):
        number += step
        key = keys[turn // 20 % len(keys)]
        yield person.request(at, "ok" if is_right else outcome, f"/v1/items/{number}", key=key)


def _enumerator(person: Person) -> Iterator[Request]:
    """Asks for one id after the other, of some fast enough to see all in a day."""
    return _walk(person, person.traffic.walks)


def _slow_enumerator(person: Person) -> Iterator[Request]:
    """The same, but slowly enough not to be seen in a few minutes."""
    return _walk(person, person.traffic.slow_walks, whole=True)


_WORDS = ("admin", "backup", "config", "db", "env", "git", "old", "shell", "test", "wp", "xmlrpc", "panel")
_ENDINGS = (".php", ".zip", ".bak", ".sql", "/", ".yml", ".env", ".jsp", ".asp", ".txt", ".log", ".tar")


def _scanner(person: Person) -> Iterator[Request]:
    """Goes through a list of paths at which something was once left lying about."""
    random = person.random
    for at, is_right in _attack(person, person.traffic.scans):
        path = f"/{random.choice(_WORDS)}{random.choice(('', '-', '_', '.'))}{random.choice(_WORDS)}"
        yield person.request(at, "ok" if is_right else "unrouted", path + random.choice(_ENDINGS))


# -------------------------------------------------------------------------------------------- what is found


@dataclass
class Report:
    """What probing said of everybody in an hour."""

    hour: Hour
    requests: int = 0
    errors: int = 0
    known: int = 0
    found: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    began: dict[str, float] = field(default_factory=dict)
    alarmed: dict[str, float] = field(default_factory=dict)

    def of(self, camp: Camp) -> list[str]:
        return [who for who, its in self.hour.camps.items() if its == camp]

    @property
    def flagged(self) -> dict[str, set[str]]:
        """Ordinary people and syncers of whom anything was said."""
        return {who: self.found[who] for who in self.of("ordinary") if self.found[who]}

    @property
    def accused(self) -> dict[str, set[str]]:
        """Misconfigured clients that were called attackers."""
        return {who: kinds for who in self.of("misconfigured") if (kinds := self.found[who] - _MISTAKE)}

    @property
    def labelled(self) -> int:
        """Misconfigured clients of which it was said that they are."""
        return sum(self.found[who] == _MISTAKE for who in self.of("misconfigured"))

    @property
    def missed(self) -> list[str]:
        """Attackers that were not called so."""
        return [who for who in self.of("attacker") if not self.found[who] - _MISTAKE]

    def __str__(self) -> str:
        attackers, mistaken = self.of("attacker"), self.of("misconfigured")
        missed = Counter(self.hour.kinds[who] for who in self.missed)
        delays: dict[str, list[float]] = defaultdict(list)
        for who, at in self.alarmed.items():
            if who in self.began:
                delays[self.hour.kinds[who]].append(at - self.began[who])
        first = ", ".join(f"{kind} {median(its):.0f} s" for kind, its in sorted(delays.items()))
        return (
            f"seed {self.hour.seed}: {self.requests} requests, {self.errors} errors, "
            f"{self.known} subjects with errors; flagged {len(self.flagged)} of {len(self.of('ordinary'))}, "
            f"accused {len(self.accused)} and labelled {self.labelled} of {len(mistaken)}, "
            f"found {len(attackers) - len(self.missed)} of {len(attackers)}; missed {dict(missed)}; "
            f"first alarm, median: {first}"
        )


_MISTAKE = {"misconfiguration"}


def live(hour: Hour) -> Report:
    """Lets probing see an hour, at virtual time.

    What is said of a subject is said of everybody behind it who erred there, attackers aside: so a campus'
    address counts against ordinary people, and a misconfigured client is judged by its own subject.
    """
    now = START
    report = Report(hour)
    store = Memory(clock=lambda: now)
    probing = Probing(store=store, secret=b"hour %d" % hour.seed)
    verdicts: dict[str, list[tuple[float, Verdict]]] = defaultdict(list)
    people: Mapping[str, set[str]] = defaultdict(set)
    for at, _, who, subject, outcome, target, credential in hour.requests():
        now = START + round(at * 1_000_000)
        report.requests += 1
        if outcome != "ok":
            report.errors += 1
            people[subject or ""].add(who)
            if hour.camps[who] == "attacker":
                report.began.setdefault(who, at)
        verdict = probing.observe(subject=subject, outcome=outcome, target=target, credential=credential)
        if verdict is not None:
            verdicts[subject or ""].append((at, verdict))
    report.known = store.size
    for subject, told in verdicts.items():
        for at, verdict in told:
            for who in people[subject]:
                report.found[who].add(verdict.kind)
                if verdict.is_attack:
                    report.alarmed[who] = min(at, report.alarmed.get(who, at))
    return report


if __name__ == "__main__":
    for seed in map(int, sys.argv[1:] or ["1"]):
        result = live(Hour(seed))
        print(f"{result}\n  flagged {str(result.flagged)[:500]}\n  accused {str(result.accused)[:500]}")  # noqa: T201 - its purpose
