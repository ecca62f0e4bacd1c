import os

import pytest

from tightrope.case import check_case, load_case
from tightrope.case.files import Folder


@pytest.mark.parametrize(
    ("data", "value", "line"),
    [
        (b"id,name\nKAZ,Qaz\xe4q\n", "byte 0xe4", 2),
        ("id,name".encode("utf-16"), "byte 0xff", 1),
        (b"id,name\nA\x00B\n", "control character '\\x00'", 2),
        (b"id\n\x1b[31m\n", "control character '\\x1b'", 2),
    ],
)
def test_what_is_no_plain_text_is_refused(tmp_path, data, value, line):
    (tmp_path / "a.csv").write_bytes(data)
    folder = Folder(tmp_path)
    assert folder.text("a.csv") is None
    (problem,) = folder.problems
    assert (problem.file, problem.value, problem.line) == ("a.csv", value, line)


def test_a_mark_at_the_beginning_is_dropped(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbfid\n")
    assert Folder(tmp_path).text("a.csv") == "id\n"


def test_a_big_file_is_refused_unread(folder):
    with (folder / "decisions.yaml").open("ab") as stream:
        stream.truncate(100_000_000)  # a hole: nothing is written, and nothing may be read
    (problem,) = check_case(folder)
    assert (problem.file, problem.value) == ("decisions.yaml", "100,000,000 bytes")
    assert problem.expected == "at most 20,000,000 bytes"


def test_the_limit_can_be_set(folder):
    problems = check_case(folder, limit=100)
    assert {"ties.csv", "case.yaml"} <= {problem.file for problem in problems}


@pytest.mark.parametrize("name", ["ties.csv", "parameters/more.yaml", "parameters"])
def test_a_link_out_of_the_folder_is_refused(folder, tmp_path, name):
    outside = tmp_path / "outside"
    path = folder / name
    if path.exists():
        path.rename(outside)
    else:
        outside.write_text("a: {}", encoding="utf-8")
    path.symlink_to(outside)
    found = {(problem.file, problem.value) for problem in check_case(folder)}
    expected = "parameters/model.yaml" if name == "parameters" else name
    assert (expected, "leads out of the case folder") in found


def test_a_link_inside_the_folder_is_followed(folder):
    (folder / "ties.csv").rename(folder / "ties_2021.txt")
    (folder / "ties.csv").symlink_to("ties_2021.txt")
    assert check_case(folder) == ()


def test_a_pipe_is_refused_and_not_waited_for(folder):
    (folder / "votes.csv").unlink()
    os.mkfifo(folder / "votes.csv")
    (problem,) = check_case(folder)
    assert problem.value == "not a plain file"


def test_a_folder_in_the_place_of_a_file_is_refused(folder):
    (folder / "votes.csv").unlink()
    (folder / "votes.csv").mkdir()
    assert [problem.file for problem in check_case(folder)] == ["votes.csv"]


def test_a_file_under_a_slightly_wrong_name_is_pointed_out(folder):
    (folder / "votes.csv").rename(folder / "vote.csv")
    (problem,) = check_case(folder)
    assert problem.remedy == "Rename vote.csv to votes.csv."


def test_a_parameter_file_with_another_ending_is_not_passed_over(folder):
    (folder / "parameters/model.yaml").rename(folder / "parameters/model.yml")
    problems = check_case(folder)
    assert ("parameters/model.yml", "not read") in {(problem.file, problem.value) for problem in problems}


def test_line_ends_of_windows_change_nothing(folder):
    before = load_case(folder)
    for path in folder.rglob("*.*"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_case(folder).digest == before.digest
