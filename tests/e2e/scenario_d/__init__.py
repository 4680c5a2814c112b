"""Scenario D of the product ("Tidboken", scheduling), a file a step; test_scenario_d.py runs them."""
