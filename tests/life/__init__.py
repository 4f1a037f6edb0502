"""A project played over many weeks of mail, and judged only by what people expect.

office.py says what can be done, acts.py does it at random, expect.py keeps a record of who wrote what
when and what each could see then, and judges. No file here may read or import a rule of merging: a proof
that shares the assumption of what it proves finds nothing.
"""
