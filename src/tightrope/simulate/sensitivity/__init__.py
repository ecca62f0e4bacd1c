"""Which assumptions move the conclusions."""
