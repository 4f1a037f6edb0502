"""The letter that goes with a packet: what it says (content, words), as HTML (html), as dates (calendar)."""
