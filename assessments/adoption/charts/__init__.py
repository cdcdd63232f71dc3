"""Charts and tables of the page of adoption."""
