"""What the API takes and gives, by noun. Inputs are checked for shape here and for sense by actions."""
