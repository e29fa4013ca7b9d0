"""Whether tests run with the option --thorough of scripts/test."""

import os
from typing import Final

THOROUGH: Final = os.environ.get("TEST_THOROUGHLY") == "true"
