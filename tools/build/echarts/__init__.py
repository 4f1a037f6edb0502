"""The chart library of the page of many trackers: derived from npm's packages, checked by CI."""
