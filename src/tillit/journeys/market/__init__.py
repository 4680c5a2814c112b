"""What spans the apps of the care marketplace, each wire in a file of its own."""
