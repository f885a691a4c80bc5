"""What each worker would else do anew, done once in the process that they are forked from.

Importing this module is what does it: a fork server imports, and runs nothing else.
"""

from pyoxigraph import Store

from kg import opened
from kg.serve import editor, pages
from kg.serve.messages import Limits

for _name in pages.templates().list_templates():
    pages.templates().get_template(_name)
editor.page(opened.of(Store()), Limits(), parameters={})
