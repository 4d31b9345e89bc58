import there_is_no_such_module

start = there_is_no_such_module.start
