"""What templates may ask for: `{% load ui %}`."""
