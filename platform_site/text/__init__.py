"""Text that both apps write or read by the same rule. Standard library only: pure rooms import it too."""
