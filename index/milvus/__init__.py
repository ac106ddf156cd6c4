"""Milvus as what searches an archive: a server of its own, for archives that one machine is too small for.

`names` says what is called how, `publishing` puts generations there, `asking` searches them. Everything else of a
generation stays in its folder (docs/scale.md says why).
"""

from __future__ import annotations

import os

from index.errors import EngineRefuses

os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # it writes to standard error by itself
try:
    import pymilvus  # noqa: F401  # an extra: a sentence says how to get it
except ImportError as error:
    raise EngineRefuses("Milvus needs its client; install it with: pip install 'pullquote[milvus]'") from error
