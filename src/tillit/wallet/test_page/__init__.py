"""The test provider's own side: a small HTTP service and one page, as another company would run them.

It shares with us what a provider shares: the organisation's secret, and what is sent. Only in demos and tests.
"""
