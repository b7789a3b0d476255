#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts test cases in Meson's testlog.json.

Prints a line for each test and the output of those that failed; the last line is
"PASSED FAILED ENGINE_PASSED". A doctest executable and a run of the conformance suite count by their own
summary (a declared deviation neither as passed nor as failed), any other test as one case. One that crashed
or timed out, or whose summary does not explain its exit code, counts as a failure.
"""
import json
import re
import sys

SUMMARY = re.compile(r"\[doctest\] test cases:\s*(\d+) \|\s*(\d+) passed \|\s*(\d+) failed \|\s*(\d+) skipped")
CONFORMANCE = re.compile(
    r"conformance of .*: (\d+) passed, (\d+) failed, (\d+) deviating, (\d+) not applicable")
DEVIATION = re.compile(r"^deviating .*\n.*$", re.MULTILINE)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
OUTPUT_LIMIT = 20_000


def count(test, output):
    """(passed, failed, skipped) of one executable."""
    if test["result"] == "SKIP":
        return 0, 0, 1
    good = test["result"] in ("OK", "EXPECTEDFAIL")
    summary = CONFORMANCE.search(output)
    if summary is not None:
        passed, failed = int(summary.group(1)), int(summary.group(2))
        return passed, failed if good or failed else 1, int(summary.group(3)) + int(summary.group(4))
    summary = SUMMARY.search(output)
    if summary is None:
        # doctest prints a summary unless it crashed.
        return (1, 0, 0) if good else (0, 1, 0)
    passed, failed, skipped = (int(summary.group(i)) for i in (2, 3, 4))
    if not good and failed == 0:
        failed = 1
    return passed, failed, skipped


def main(path):
    passed = failed = engine_passed = 0
    try:
        with open(path, encoding="utf-8") as log:
            tests = [json.loads(line) for line in log]
    except FileNotFoundError:
        tests = []
    for test in tests:
        output = COLOUR.sub("", test.get("stdout", "") + test.get("stderr", ""))
        case_passed, case_failed, case_skipped = count(test, output)
        passed += case_passed
        failed += case_failed
        # "project:suite+suite / test"; the log has no field of its own for suites.
        suites = test["name"].split(" / ")[0].split(":")[-1].split("+")
        if "engine" in suites:
            engine_passed += case_passed
        line = f"   {test['name'].split(' / ')[-1]}: {case_passed} passed, {case_failed} failed"
        if case_skipped:
            line += f", {case_skipped} skipped"
        print(f"{line} ({test['duration']:.1f} s)")
        if CONFORMANCE.search(output):
            for deviation in DEVIATION.findall(output):
                print(f"      {deviation}")
        if case_failed:
            print(f"--- output, {test['result'].lower()}, exit code {test['returncode']}")
            print(output[-OUTPUT_LIMIT:].rstrip())
            print("---")
        elif case_skipped and test["result"] == "SKIP":
            print(output.strip()[:500])
    print(passed, failed, engine_passed)


main(sys.argv[1])
