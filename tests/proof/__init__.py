"""What holds with much at once and for a long time."""
