"""What messaging keeps."""
