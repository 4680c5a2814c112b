"""What is looked at before it shows, and what is reported: queues, decisions with reasons, appeals, figures."""
