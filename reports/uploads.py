"""Receiving files: what is far too long never fills the disk."""

from django.core.files.uploadhandler import FileUploadHandler

from .attachments import MOST_BYTES


class CutLongFiles(FileUploadHandler):
    """Drops what comes after the first ``MOST_BYTES`` of a file. Stands first in FILE_UPLOAD_HANDLERS.

    What is kept is still longer than the limit (the piece that crosses it is kept whole), so the page that
    receives it sees that the file is too large and never takes a part for the whole.
    """

    def receive_data_chunk(self, raw_data, start):
        return None if start > MOST_BYTES else raw_data

    def file_complete(self, file_size):
        return None  # the handlers that follow have the file
