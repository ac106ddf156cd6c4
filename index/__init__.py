"""The subject: articles, passages, search, quotes and the saved index. Nothing here knows of Discord or of `bot`.

A file becomes an `Article` (`formats`, `articles`, `corpus`), an article `Passages` (`passages`), passages vectors and
token bits (`embeddings`, run by `engine`) and words; `build` is that pipeline, `generations` what it leaves on disk.
A question is answered by `answers`: `archive` retrieves, `quotes` picks the sentences, `confidence` says how sure it
is.
"""
