"""The REST shim: turns HTTP requests into calls of the method table and answers into JSON.

Routes come from the ``google.api.http`` annotations of the contract; what those cannot say is in ``handwritten``. No
decision about jobs, pipelines or algorithms is made here.
"""
