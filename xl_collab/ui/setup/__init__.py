"""What makes the buttons work on a computer: install, uninstall, and the doctor who only looks."""
