"""What sales keeps."""
