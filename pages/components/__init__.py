"""What pages share, a module named after what it shows."""
