"""The desk: questions, complaints and praise from people to the organisation, by page, by mail and by telephone."""
