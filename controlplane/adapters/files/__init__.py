"""The embedded object store: a folder of plain files, and URLs that let the holder use one object for a while."""

from controlplane.adapters.files.presign import Grant, verify_presigned
from controlplane.adapters.files.store import FileObjectStore

__all__ = ["FileObjectStore", "Grant", "verify_presigned"]
