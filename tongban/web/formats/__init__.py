"""How are days and instants written in each language?"""
