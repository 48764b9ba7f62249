"""No run of ctest that went wrong may be counted as a good one."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / 'scripts' / 'ctest_summary.py'
PASS = '<testcase name="p" status="run"><system-out>ok</system-out></testcase>'
SKIP = '<testcase name="s" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase>'
FAIL = '<testcase name="f" status="fail"><failure message=""/></testcase>'
GONE = '<testcase name="g" status="notrun"><skipped message="Unable to find executable: /x"/></testcase>'
NONE = '<testcase name="n" status="run"><system-out>Filters: n\n\nNo tests ran\n</system-out></testcase>'
SAYS = '<testcase name="w" status="run"><system-out>a\n  /x is absent: skipping\n</system-out></testcase>'


class Summary(unittest.TestCase):
    def summary(self, text, code):
        with tempfile.NamedTemporaryFile('w', suffix='.xml') as file:
            file.write(text)
            file.flush()
            return subprocess.run([sys.executable, str(SCRIPT), file.name, str(code)], check=True,
                                  capture_output=True, text=True).stdout.splitlines()

    def test_cases_are_counted_by_what_became_of_them(self):
        cases = [(PASS * 2, 0, '2 0'), (PASS + FAIL, 8, '1 1'), (PASS + SKIP, 0, '1 0'),
                 (PASS + GONE, 8, '1 1'), (PASS + NONE, 0, '1 1'), (SAYS, 0, '1 0')]
        for text, code, counts in cases:
            with self.subTest(text=text):
                self.assertEqual(self.summary(f'<testsuite>{text}</testsuite>', code)[0], counts)

    def test_what_was_left_out_is_named(self):
        self.assertEqual(self.summary(f'<testsuite>{SAYS}{SKIP}</testsuite>', 0)[1:],
                         ['w: /x is absent: skipping', 's: did not run'])

    def test_nothing_read_or_an_unexplained_exit_code_is_a_failure(self):
        for text, code in [('', 0), ('<testsuite>', 0), ('<testsuite/>', 0)]:
            with self.subTest(text=text):
                self.assertEqual(self.summary(text, code), ['0 1'])
        self.assertEqual(self.summary(f'<testsuite>{PASS}</testsuite>', 8), ['1 1'])


if __name__ == '__main__':
    unittest.main()
