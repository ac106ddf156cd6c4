"""Milvus as what searches an archive: a server of its own, for archives that one machine is too small for.

`names` says what is called how, `publishing` puts generations there, `asking` searches them. Everything else of a
generation stays in its folder (docs/scale.md says why).
"""
