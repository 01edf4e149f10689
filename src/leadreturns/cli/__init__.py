"""The command line: parse, call one workflow, hand the result to a writer, return an exit code."""
