"""What runs the product: embedded database, roles, secrets, supervisor and the `tillit` command."""
