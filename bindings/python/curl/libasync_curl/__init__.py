"""libcurl's multi interface on a libasync loop: `status, body = await Curl().fetch(url)`."""

from __future__ import annotations

from ._curl import Curl

__all__ = ["Curl"]
