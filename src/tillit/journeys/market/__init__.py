"""What spans the apps of the care marketplace: which shows what of another on its pages, and who is told."""
