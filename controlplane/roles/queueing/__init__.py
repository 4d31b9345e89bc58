"""One queue per algorithm: takes runnable tasks from drivers and grants them to workers. Not where jobs are driven."""
