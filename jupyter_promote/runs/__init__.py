"""Executing notebooks: parameters, kernels, engines."""
