"""The documents (文书) of an application: issued by the worker, read, signed for, printed again."""
