#!/usr/bin/env python3
"""Counts the tests of one ctest run.

usage: ctest_summary.py JUNIT.xml CTEST_EXIT_CODE

First line: `PASSED FAILED`. Then one line per test that did not run by its own wish, or that passed
while saying that it left something out. A missing or damaged file, a test that could not be started,
one that ran no test case and an exit code that the counts do not explain are failures.
"""
import re
import sys
import xml.etree.ElementTree as ElementTree


def summarize(path, exit_code):
    passed, failed, notes = 0, 0, []
    try:
        cases = list(ElementTree.parse(path).getroot().iter('testcase'))
    except (OSError, ElementTree.ParseError):
        cases = []
    for case in cases:
        name, status = case.get('name'), case.get('status')
        skip = case.find('skipped')
        by_its_own_wish = skip is not None and skip.get('message', '').startswith('SKIP_')
        output = case.findtext('system-out', '')
        if re.search(r'^No tests ran', output, re.M):
            # Catch2 exits 0 when no case matches, as happens to a name that CMake cut at a `;`.
            failed += 1
            notes.append(f'{name}: no test case of that name exists; names must not hold a `;`')
        elif status == 'run' and case.find('failure') is None:
            passed += 1
            said = re.search(r'^.*\bskip.*$', output, re.I | re.M)
            if said:
                notes.append(f'{name}: {said.group(0).strip()}')
        elif status == 'disabled' or by_its_own_wish:
            notes.append(f'{name}: did not run')
        else:
            failed += 1
    if failed == 0 and (exit_code != 0 or not cases):
        failed = 1
    return passed, failed, notes


if __name__ == '__main__':
    passed_count, failed_count, all_notes = summarize(sys.argv[1], int(sys.argv[2]))
    print('\n'.join([f'{passed_count} {failed_count}'] + all_notes))
