"""What each figure says, and pages to read about running a platform."""
