"""What an event means for its receivers: severity, incident, route, quiet hours, and the message. Pure."""
