from xl_collab.api.calendar import Calendar as Calendar
from xl_collab.api.opening import new_tracker as new_tracker, open_tracker as open_tracker
from xl_collab.api.tracker import Tracker as Tracker
from xl_collab.errors import XlCollabError as XlCollabError

__version__: str
