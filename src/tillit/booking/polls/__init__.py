"""Polls for a common time: hosts propose times, whoever has the link says when they can, the hosts choose one."""
