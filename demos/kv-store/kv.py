"""A store for this demo: .provide wasi-mindmap:kv-store/kvdb python kv.py"""

STORE = {}


class Connection:
    """The resource `connection`. All connections share the store."""

    def get(self, key):
        return STORE.get(key)

    def set(self, key, value):
        STORE[key] = value

    def remove(self, key):
        return STORE.pop(key, None)

    def clear(self):
        STORE.clear()
