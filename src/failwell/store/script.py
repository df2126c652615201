"""The Lua of a transition as Redis runs it, with what it stands on around it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha1
from typing import NamedTuple

import msgspec

from failwell.typing import Args, Transition

# All or nothing: what a decision writes is kept back until it has come to its end. Every key expires.
_PRELUDE = """
local args, now = cmsgpack.unpack(ARGV[1]), tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local function look(i)
  local kept = redis.call('GET', KEYS[i])
  if kept then return cmsgpack.unpack(kept) end
end
local written = {}
local function write(i, entry) written[i] = entry end
local function decide()
"""
_EPILOGUE = """
end
local result = decide()
for i, entry in pairs(written) do
  local left = (type(entry) == 'table' and entry[1] or entry) - now
  if left > 0 then
    redis.call('SET', KEYS[i], cmsgpack.pack(entry), 'PX', math.ceil(left / 1000))
  else
    redis.call('DEL', KEYS[i])
  end
end
return result
"""


_encode = msgspec.msgpack.Encoder().encode
_STRING = b"\xdb"  # in MessagePack a string with four bytes of length


class Script(NamedTuple):
    """A script, and the digest by which a server knows it once it has run."""

    sha: str
    text: str


class Scripts:
    """The scripts of transitions, each made once."""

    def __init__(self) -> None:
        self._made: dict[str, Script] = {}

    def of(self, transition: Transition) -> Script:
        """The script that runs a transition.

        It takes the names of the keys; as arguments the transition's own in MessagePack, and the time in
        microseconds, or nothing for the server's.
        """
        made = self._made.get(transition.lua)
        if made is None:
            text = f"{_PRELUDE}{transition.lua}{_EPILOGUE}"
            made = Script(sha1(text.encode(), usedforsecurity=False).hexdigest(), text)
            self._made[transition.lua] = made
        return made


def encoded(args: Sequence[Args]) -> bytes:
    """Arguments in MessagePack, bytes as strings: Redis cannot read what MessagePack has for bytes."""
    for own in args:
        if bytes in map(type, own):
            return _encode(
                [[_string(value) if type(value) is bytes else value for value in one] for one in args]
            )
    return _encode(args)


def _string(value: bytes) -> msgspec.Raw:
    return msgspec.Raw(_STRING + len(value).to_bytes(4, "big") + value)
