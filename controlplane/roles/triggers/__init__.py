"""Starts jobs by themselves: at clock times, and after others completed. Not how a job is checked and accepted."""
