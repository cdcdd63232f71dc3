"""Pure rules of adoption."""
