"""Trade: what sanctions do to it, one matrix out of many reports, and re-exports brought to light."""
