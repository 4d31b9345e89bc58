"""What the program does: one package per role. Roles do not know each other; they meet in ports."""
