"""People who offer care and help, as facts with who says so and who checked them, and finding them."""
