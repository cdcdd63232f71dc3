"""Where each page of the site lies."""
