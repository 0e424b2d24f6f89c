"""What the compiled inner loops share: how a function is compiled, and arrays that are passed without being counted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import numba
from numba.core.caching import FunctionCache
from numba.extending import intrinsic, register_jitable
from numpy.typing import NDArray

__all__ = ["SourceCache", "compiled", "fingerprint", "inner", "pointer", "shifted", "whole"]

_Function = TypeVar("_Function", bound=Callable[..., Any])
_Array = TypeVar("_Array", bound=NDArray[Any])


def compiled(function: _Function) -> _Function:
    """Compile a function of numbers and arrays; it holds no lock while it runs.

    The machine code is kept on disk for the next start, as long as no source that it was made of changes. Where neither
    the package's folder nor the user's cache folder may be written (a read-only install), it is compiled in memory at
    each start instead.
    """
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
    dispatcher: Any = numba.njit(**options)(function)
    with suppress(RuntimeError):  # numba: "cannot cache function: no locator available"
        dispatcher._cache = SourceCache(function)  # type: ignore[no-untyped-call]  # numba types no caches
    return cast(_Function, dispatcher)


class SourceCache(FunctionCache):
    """Numba's cache, which looks at the file of a function alone, made to look at those of the functions in it too."""

    def _index_key(self, sig: Any, codegen: Any) -> tuple[Any, ...]:  # noqa: ANN401  # numba's own names
        return *super()._index_key(sig, codegen), fingerprint()  # type: ignore[no-untyped-call]


@cache
def fingerprint() -> str:
    """Hash the sources that machine code is made of: those of this folder's compiled modules."""
    folder = Path(__file__).parent
    sources = [folder / "compiled.py", folder / "exact.py", *sorted(folder.glob("raster_*.py"))]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def inner(function: _Function) -> _Function:
    """Mark a function that compiled ones call; from Python it is called as it stands.

    It is compiled into its callers alone, without an entrance from Python: half of the time is saved.
    """
    return register_jitable(error_model="numpy")(function)


class _Pointer(Protocol):
    def __call__(self, array: _Array, /) -> _Array: ...


class _Shifted(Protocol):
    def __call__(self, start: _Array, items: int, /) -> _Array: ...


@intrinsic
def _whole(typing: Any, number: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:  # noqa: ANN401
        return context.cast(builder, values[0], signature.args[0], signature.return_type)

    return numba.types.int64(number), generate


@intrinsic
def _pointer(typing: Any, array: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:  # noqa: ANN401
        return context.make_array(signature.args[0])(context, builder, values[0]).data

    pointer_type: Any = numba.types.CPointer
    return pointer_type(array.dtype)(array), generate


@intrinsic
def _shifted(typing: Any, start: Any, items: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:  # noqa: ANN401
        return builder.gep(values[0], [values[1]])

    return start(start, numba.types.intp), generate


whole = cast(Callable[[int], int], _whole)
"""Gives a whole number the one type that compiled functions are called with, so that each is compiled once."""

pointer = cast(_Pointer, _pointer)
"""Gives the first item of a contiguous array as something to index from, which keeps no count of its users.

Arrays that are handed from function to function are counted up and down at each call, in one place in memory that all
threads fight for: that took nine tenths of the time. The caller has to hold the array. An array of more dimensions is
one long row.
"""

shifted = cast(_Shifted, _shifted)
"""Gives a pointer that is some items further on."""
