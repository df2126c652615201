"""Browsers: hosted browser sessions. An error contract whose clients branch on the type URI."""
