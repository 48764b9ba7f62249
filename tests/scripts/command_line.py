"""What the tests of the command line share: a folder with the built-in network, and the program run
in it."""
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VERNIER = Path(os.environ.get('VERNIER', ROOT / 'build' / 'vernier')).resolve()
CONFIGS = Path(os.environ.get('VERNIER_CONFIGS', ROOT / 'configs'))
KWS = ROOT.parent / 'shared' / 'models' / 'mlperf_tiny' / 'kws_dscnn_int8.tflite'
USAGE, REJECTED, RESOURCE = 2, 3, 4
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# The loader and the C library end so when they themselves do not get what they need.
LOADER = re.compile(rb'error while loading shared libraries|thread-local data')


def limited(**limits):
    """A preexec function that sets resource limits: limited(NOFILE=10)."""
    def apply():
        for name, value in limits.items():
            resource.setrlimit(getattr(resource, 'RLIMIT_' + name), (value, value))
    return apply


class CommandLine(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='vernier_cli_')
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        for source in ('models/builtin.tflite', 'models/builtin_input.npy', 'hw/base16.yaml'):
            shutil.copy(CONFIGS / source, self.folder)
        self.model = 'builtin.tflite'

    def start(self, *words, **options):
        options = {'cwd': self.folder, 'stdin': subprocess.DEVNULL, 'stdout': subprocess.PIPE,
                   'stderr': subprocess.PIPE, **options}
        return subprocess.Popen([VERNIER, *words], **options)

    def vernier(self, *words, **options):
        """(exit code, stdout, stderr)"""
        with self.start(*words, **options) as process:
            try:
                out, err = process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
            return process.returncode, out, err

    def golden(self, *words, **options):
        """A quick run that prints nothing."""
        return self.vernier('run', '--levels', 'golden', '--quiet', *words, **options)

    def assert_one_line(self, result, code, error='', text=''):
        got, _, err = result
        self.assertEqual(got, code, err)
        self.assertRegex(err, rb'\Aerror\[E-[A-Z]+-\d{3}\]: [\x20-\x7e]+\n\Z')
        self.assertIn(error.encode(), err)
        self.assertIn(text.encode(), err)

    def assert_fine(self, result):
        self.assertEqual((result[0], result[2]), (0, b''))
        return result[1]

    def assert_no_temporaries(self):
        self.assertEqual([p for p in self.folder.rglob('.vernier-*')], [])
