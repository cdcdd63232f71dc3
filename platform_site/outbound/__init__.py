"""What Plumbline sends to addresses that people typed in: to public places, or where the administrator allowed it."""
