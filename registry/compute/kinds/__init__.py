"""One module for each kind of check: select, compare, judge. Pure: no models, no settings, no clock."""
