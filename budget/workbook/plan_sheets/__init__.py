"""The sheets of a plan: inputs, workings, results and checks, one module a sheet."""
