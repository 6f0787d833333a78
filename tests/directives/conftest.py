"""A copy of the data files that a test may spoil."""

import csv
import shutil

import pytest

from directives.loading import DATA


@pytest.fixture
def files(tmp_path):
    """A copy of the app's data files that a test may spoil."""
    return Files(shutil.copytree(DATA, tmp_path / "data"))


class Files:
    def __init__(self, folder):
        self.folder = folder

    def rows(self, name):
        with (self.folder / name).open(encoding="utf-8", newline="") as stream:
            return list(csv.reader(stream))

    def write(self, name, rows):
        with (self.folder / name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)

    def line(self, name, key):
        """The line of the row whose first column is ``key`` (for tasks: whose second column is)."""
        column = 1 if name == "tasks.csv" else 0
        return next(n for n, row in enumerate(self.rows(name), 1) if row[column] == key)

    def set(self, name, key, /, **values):
        """Change columns of the row with this key; returns its line."""
        rows, line = self.rows(name), self.line(name, key)
        for column, value in values.items():
            rows[line - 1][rows[0].index(column)] = value
        self.write(name, rows)
        return line

    def add(self, name, like, /, **values):
        """Append a copy of the row with key ``like``, changed; returns its line."""
        rows = self.rows(name)
        row = list(rows[self.line(name, like) - 1])
        for column, value in values.items():
            row[rows[0].index(column)] = value
        self.write(name, [*rows, row])
        return len(rows) + 1

    def text(self, name, old, new):
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
