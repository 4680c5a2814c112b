"""What documents keeps."""
