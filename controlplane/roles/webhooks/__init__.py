"""Sends reports of jobs to URLs that their pipelines name. Not how HTTP is spoken, nor what a report says."""
