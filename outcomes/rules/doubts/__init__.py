"""What to look at twice while something is entered: questions, never refusals or corrections."""
