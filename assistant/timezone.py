"""The time zone in which days are counted: where the windows are, wherever the machine stands."""

from __future__ import annotations

import datetime as dt

CHINA = dt.timezone(dt.timedelta(hours=8))
