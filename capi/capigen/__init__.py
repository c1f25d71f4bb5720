"""capigen: Doxygen's XML of the C ABI in, header, symbol lists, docstrings, stubs and batch operations out.

Data flows one way: doxygen.py reads a Model (model.py, text.py), audit.py and audit_text.py refuse, batch.py adds the
operation codes, and the printers (header.py, symbols.py, batch.py, scripts.py, record.py) each make one kind of file.
main.py compares or writes them.
"""
