"""What directory keeps."""
