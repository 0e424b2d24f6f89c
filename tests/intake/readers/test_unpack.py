"""What is taken out of a zip is bounded by what comes out of it, never by what it says; names stay in their folder."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import pytest

from geo.errors import InputRefused
from geo.intake import list_columns, read_table
from geo.intake.readers.limits import load_limits
from tests.bad_input.zips import lying_zip, overlapping_zip, write_bomb, write_link, write_zip

TABLE = b"id,name\n1,a\n"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files, to be empty again."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_the_one_file_that_can_be_read_is_read_and_nothing_is_left(tmp_path: Path, own_folder: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"folder/a.csv": TABLE, "about.pdf": b"x", "__MACOSX/._a.csv": b"x"})
    assert read_table(path)["name"].to_list() == ["a"]
    assert list(own_folder.iterdir()) == []


def test_names_with_the_separator_of_windows_are_names_in_folders(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"folder\\a.csv": TABLE, "folder\\b.csv": TABLE})
    assert read_table(path, part="b.csv")["name"].to_list() == ["a"]


def test_of_two_files_of_a_name_the_folder_tells_which(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"old/a.csv": TABLE, "new/a.csv": b"id,name\n1,b\n"})
    with pytest.raises(InputRefused, match=r"several files.*new/a\.csv, old/a\.csv"):
        read_table(path)
    assert read_table(path, part="new/a.csv")["name"].to_list() == ["b"]


@pytest.mark.parametrize(
    "name", ["../a.csv", "a/../../b.csv", "/etc/a.csv", "C:\\a.csv", "..\\..\\a.csv", "\\\\host\\a.csv"]
)
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    path = write_zip(tmp_path / "a.zip", {"good.csv": TABLE, name: TABLE})
    with pytest.raises(InputRefused, match=r"a\.zip: it holds a name that leads out of its folder.*Remedy: "):
        read_table(path, part="good.csv")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.zip", "temporary"]


def test_a_file_without_a_name_is_passed_over(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as bundle:
        bundle.writestr("a.csv", TABLE)
        bundle.writestr("b", b"")
        bundle.infolist()[1].filename = ""
    assert read_table(tmp_path / "a.zip")["name"].to_list() == ["a"]


def test_a_link_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=r"a\.csv is a link, not a file"):
        read_table(write_link(tmp_path / "a.zip", "a.csv", "/etc/passwd"))


def test_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    path = overlapping_zip(tmp_path / "a.zip", ["a.csv", "a.csv"], TABLE)
    with pytest.raises(InputRefused, match=r"two files of the name a\.csv"):
        read_table(path)


def test_a_password_is_told(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"a.csv": TABLE})
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(raw))
    with pytest.raises(InputRefused, match=r"a\.csv is protected by a password"):
        read_table(path)


def test_a_bomb_is_refused_by_its_ratio_and_leaves_nothing(tmp_path: Path, own_folder: Path) -> None:
    path = write_bomb(tmp_path / "a.zip", "a.csv", megabytes=100, head=TABLE)
    with pytest.raises(InputRefused, match=r"a\.csv unpacks to more than 200 times its size"):
        read_table(path)
    assert list(own_folder.iterdir()) == []


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_ways_of_packing_without_a_bound_are_refused(tmp_path: Path, method: int) -> None:
    with pytest.raises(InputRefused, match="packed in an unusual way"):
        read_table(write_bomb(tmp_path / "a.zip", "a.csv", megabytes=2, head=TABLE, method=method))


def test_a_size_that_lies_gives_no_byte_more(tmp_path: Path) -> None:
    path = lying_zip(tmp_path / "a.zip", "a.csv", TABLE + b"2,b\n" * 100_000, told=len(TABLE))
    assert len(read_table(path)) == 1


def test_what_is_too_much_by_the_limits_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_folder: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[zip]\nunpacked_bytes = 10\n", encoding="utf-8")
    monkeypatch.setenv("MAPLEGRID_LIMITS", str(own))
    with pytest.raises(InputRefused, match="it unpacks to more than 10 bytes"):
        read_table(write_zip(tmp_path / "a.zip", {"a.csv": TABLE}))
    assert list(own_folder.iterdir()) == []


def test_a_zip_in_a_zip_is_told_and_not_opened(tmp_path: Path) -> None:
    inner = write_zip(tmp_path / "inner.zip", {"a.csv": TABLE}).read_bytes()
    with pytest.raises(InputRefused, match="a zip in a zip"):
        read_table(write_zip(tmp_path / "a.zip", {"inner.zip": inner}))


def test_more_files_than_a_folder_holds_are_refused(tmp_path: Path) -> None:
    most = load_limits().zip_members
    path = overlapping_zip(tmp_path / "a.zip", [f"{place}.csv" for place in range(most + 1)], TABLE)
    with pytest.raises(InputRefused, match="it holds more than 10,000 files"):
        list_columns(path)


def test_a_list_without_end_is_not_read(tmp_path: Path) -> None:
    path = overlapping_zip(tmp_path / "a.zip", [f"{place:060d}.csv" for place in range(60_000)], TABLE)
    with pytest.raises(InputRefused, match="the list of its files is too long"):
        list_columns(path)


def test_no_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = write_zip(tmp_path / "a.zip", {"a.csv": TABLE})
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputRefused, match=r"no room to unpack a\.csv.*Remedy: make room"):
        read_table(path)
