"""What hiring keeps."""
