"""The systems we compare with. Each script runs in ``benchmarks/.venv`` and shares nothing with our code."""
