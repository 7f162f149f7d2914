"""What will probably happen: frames in, fitted models and scores out. No warehouse, no clock, no environment."""
