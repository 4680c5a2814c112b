"""What moderation keeps."""
