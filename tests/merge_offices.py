"""The offices that must keep the rules of the merge; each is a function that opens one over a master's rows.

Whoever can send, collect, ask, answer and undo (life/office.py) is added to OFFICES by one line; all
histories (test_merge_rules.py) and all random merges (test_merge_agreement.py) then run over it too.
"""

from __future__ import annotations

import life.product
import merge_rules
from life.office import Opened

OFFICES: dict[str, Opened] = {"rules": merge_rules.Office, "product": life.product.TableOffice}
"""By name. The first is the plain reading of the rules, with which the others are compared."""
