"""Whether tests take the time that scripts/test --thorough leaves them."""

import os
from typing import Final

THOROUGH: Final = os.environ.get("TEST_THOROUGHLY") == "true"
