"""The shop that customer.wat imports."""


class Item:
    LIVE = 0

    def __init__(self, price):
        self.made_with = price
        Item.LIVE += 1

    def price(self):
        return self.made_with * 10

    @classmethod
    def live(cls):
        return cls.LIVE

    def drop(self):
        Item.LIVE -= 1


def find(price):
    if price >= 100:
        raise Err()
    return Item(price)


def buy(item):
    Item.LIVE -= 1
    return item.made_with * 10


def add(a, b):
    if a < 0:
        raise ValueError("no debts")
    return a + b


def divide(a, b):
    if b == 0:
        raise Err(7)
    return a // b


def paint():
    return "green"


def close():
    pass
