"""What comes from MLflow without anybody asking here: its events, and the hourly import of servers that a team owns."""
