"""Steps of the care marketplace, each a file of its own: `play(stage)` in the browser, `given(stage)` by actions."""
