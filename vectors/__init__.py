"""Test vectors: a contract and its problems on the wire, for implementations in any language."""
