"""What runs outside of the server: the package `plumbline`, and how the server hands it out."""
