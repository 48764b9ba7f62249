"""The command line in bad surroundings, rows C4 to C9, F1 and F10 of the catalogue of bad inputs: it
ends with its exit code, one line and no partial output."""
import fcntl
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import time
import unittest
from pathlib import Path

from command_line import ENDING, LOADER, RESOURCE, CommandLine, limited


class Outputs(CommandLine):
    """C4, C5"""

    def verbs(self):
        self.assertEqual(self.vernier('compile', self.model, '-o', 'p')[0], 0)
        self.assert_fine(self.vernier('run', '--levels', 'cycle', '--quiet', '--trace', 't'))
        return [['run', '--levels', 'golden'], ['run', '--levels', 'cycle', '--json'],
                ['compile', self.model, '-o', 'q'], ['disasm', 'p'], ['check', 'p'],
                ['trace', 'diff', 't', 't'], ['explain', 'array.rows'], ['config', 'table'],
                ['config', 'diff', 'base16', 'tiny'], ['--help'], ['run', '--help'], ['--version']]

    def test_every_verb_notices_that_its_output_goes_nowhere(self):
        for words in self.verbs():
            with self.subTest(words=words), open('/dev/full', 'wb') as full:
                self.assert_one_line(self.vernier(*words, stdout=full), RESOURCE, 'E-IO-004',
                                     'No space left')
            with self.subTest(words=words, closed='stdout'):
                result = self.vernier(*words, stdout=None, preexec_fn=lambda: os.close(1))
                self.assert_one_line(result, RESOURCE, 'E-IO-004', 'Bad file descriptor')
            with self.subTest(words=words, closed='pipe'):
                read, write = os.pipe()
                os.close(read)
                result = self.vernier(*words, stdout=write)
                os.close(write)
                self.assert_one_line(result, RESOURCE, 'E-IO-004', 'Broken pipe')

    def test_a_reader_that_stops_early_leaves_no_partial_file(self):
        self.verbs()
        read, write = os.pipe()
        fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
        process = self.start('disasm', 'p', stdout=write)
        os.close(write)
        self.assertTrue(os.read(read, 10))
        os.close(read)
        err = process.communicate(timeout=20)[1]
        self.assert_one_line((process.returncode, b'', err), RESOURCE, 'E-IO-004')
        result = self.vernier('run', '--report', 'r', stdout=None, preexec_fn=lambda: os.close(1))
        self.assert_one_line(result, RESOURCE)
        self.assert_no_temporaries()
        json.loads((self.folder / 'r').read_bytes())

    def test_a_closed_stderr_does_not_harm(self):
        result = self.golden('--report', 'r', preexec_fn=lambda: os.close(2))
        self.assertEqual(result[0], 0)
        json.loads((self.folder / 'r').read_bytes())
        self.assertEqual(self.golden('none', preexec_fn=lambda: os.close(2))[0], RESOURCE)

    def test_surroundings_change_no_byte(self):
        words = ['run', '--levels', 'golden,cycle', '--quiet', '--report', 'r', '--html', 'h',
                 '--csv', 'c', '--trace', 't']
        surroundings = [{}, {'env': {}}, {'env': {'LC_ALL': 'de_DE.UTF-8', 'LANG': 'tr_TR'}},
                        {'env': {'TZ': 'Asia/Kathmandu', 'LC_ALL': 'C', 'COLUMNS': '3'}},
                        {'env': {'HOME': '/nowhere', 'TMPDIR': '/nowhere', 'PATH': '/nowhere'}},
                        {'umask': 0o777}, {'preexec_fn': os.setsid}]
        seen = set()
        for options in surroundings:
            with self.subTest(**options):
                self.assert_fine(self.vernier(*words, **options))
                if 'umask' in options:
                    for name in 'rhct':
                        self.assertEqual(stat.S_IMODE((self.folder / name).stat().st_mode), 0)
                        (self.folder / name).chmod(0o600)
                seen.add(tuple((self.folder / name).read_bytes() for name in 'rhct'))
                for name in 'rhct':
                    (self.folder / name).unlink()
        self.assertEqual(len(seen), 1)

    def test_a_folder_that_is_deleted_under_us_is_told(self):
        gone = self.folder / 'gone'

        def leave():
            gone.mkdir(exist_ok=True)
            os.chdir(gone)
            gone.rmdir()
        self.assert_one_line(self.golden('--report', 'r', preexec_fn=leave), RESOURCE)
        self.assert_one_line(self.golden('none', preexec_fn=leave), RESOURCE)
        self.assert_fine(self.golden('--report', str(self.folder / 'r'), preexec_fn=leave))


class Signals(CommandLine):
    """C6"""

    def stop(self, number, delay, words):
        process = self.start(*words, start_new_session=True)
        time.sleep(delay)
        process.send_signal(number)
        err = process.communicate(timeout=20)[1]
        self.assertIn(process.returncode, (-number, 128 + number), err)
        self.assertNotIn(b'error[', err)
        self.assert_no_temporaries()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                os.killpg(process.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.01)
        self.fail('a child lives on')

    def test_a_run_ends_at_once_without_partial_output(self):
        words = ['run', '--levels', 'golden,cycle', '--quiet', '--random', '100000', '--report', 'r',
                 '--trace', 't', '--perfetto', 'p', '--html', 'h', '--dump', 'd']
        for number in ENDING:
            for delay in (0, 0.003, 0.01, 0.03, 0.1, 0.4):
                with self.subTest(signal=number.name, delay=delay):
                    self.stop(number, delay, words)
                    for name in 'rh':
                        self.assertFalse((self.folder / name).exists())

    def test_an_output_is_whole_or_not_there_at_any_moment(self):
        words = ['run', '--levels', 'cycle', '--timing-only', '--quiet', '--report', 'r']
        whole = 0
        for i in range(24):
            process = self.start(*words)
            time.sleep(0.002 * i)
            process.send_signal(ENDING[i % 3])
            process.communicate(timeout=20)
            self.assert_no_temporaries()
            if (self.folder / 'r').exists():
                json.loads((self.folder / 'r').read_bytes())
                whole += 1
        self.assert_fine(self.vernier(*words))
        json.loads((self.folder / 'r').read_bytes())

    def test_a_sweep_ends_with_its_workers(self):
        (self.folder / 's.yaml').write_text(
            'schema: 1\nbase: base16\naxes:\n  dram.latency_cycles: {range: [1, 9999, 1]}\n'
            'models: [builtin]\n')
        for number in ENDING:
            for delay in (0.005, 0.3):
                with self.subTest(signal=number.name, delay=delay):
                    self.stop(number, delay, ['sweep', 's.yaml', '-o', 'out', '-j', '2', '--quiet'])

    def test_a_signal_that_the_caller_ignores_stays_ignored(self):
        process = self.start('run', '--levels', 'golden', '--quiet', '--random', '2000',
                             preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        time.sleep(0.05)
        process.send_signal(signal.SIGHUP)
        self.assertEqual((process.communicate(timeout=40)[1], process.returncode), (b'', 0))


class Resources(CommandLine):
    """C7, F1"""
    WORDS = ['run', '--levels', 'golden,cycle', '--quiet', '--report', 'r', '--csv', 'c', '--html',
             'h', '--trace', 't', '--perfetto', 'p', '--dump', 'd']
    FILES = 'rchtp'

    def assert_survives(self, result):
        """Done, or one line and exit code 4; True when done."""
        if result[0] == 127 and LOADER.search(result[2]):
            return False
        if result[0] != 0:
            self.assert_one_line(result, RESOURCE)
        self.assert_no_temporaries()
        return result[0] == 0

    def test_memory_runs_out_in_one_line(self):
        done = [self.assert_survives(self.vernier(*self.WORDS, preexec_fn=limited(AS=mib << 19)))
                for mib in range(24, 200, 5)]
        self.assertIn(True, done)
        self.assertIn(False, done)
        for mib in (60, 100, 200):
            result = self.golden('--random', '1000000', preexec_fn=limited(AS=mib << 20))
            self.assert_one_line(result, RESOURCE, 'E-IO-005')

    def test_few_descriptors_and_a_small_stack_are_enough_or_told(self):
        self.assertTrue([self.assert_survives(self.vernier(*self.WORDS, preexec_fn=limited(NOFILE=n)))
                         for n in range(4, 13)][-1])
        for kib in (64, 128, 1024):
            self.assert_survives(self.vernier(*self.WORDS, preexec_fn=limited(STACK=kib << 10)))

    def assert_old_or_new(self):
        for name in self.FILES:
            text = (self.folder / name).read_bytes()
            self.assertTrue(text == b'old' or len(text) > 500, name)
        dump = self.folder / 'd'
        names = {p.name for p in dump.iterdir()} if dump.exists() else set()
        self.assertTrue(not names or 'tensors.json' in names, names)
        shutil.rmtree(dump, ignore_errors=True)

    def test_a_full_disk_leaves_old_outputs_as_they_are(self):
        limits, done = [0, 1, 100], False
        while not done:
            limit = limits.pop(0) if limits else int(limit * 1.5)
            for name in self.FILES:
                (self.folder / name).write_bytes(b'old')
            with self.subTest(limit=limit):
                done = self.assert_survives(
                    self.vernier(*self.WORDS, preexec_fn=limited(FSIZE=limit)))
                self.assert_old_or_new()
            self.assertLess(limit, 1 << 24)

    def test_a_full_file_system_leaves_old_outputs_as_they_are(self):
        full = self.folder / 'full'
        full.mkdir()
        mount = ['mount', '-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', str(full)]
        if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
            self.skipTest('tmpfs cannot be mounted')
        self.addCleanup(subprocess.run, ['umount', str(full)], check=True)
        self.folder = full
        refused = 0
        for blocks in range(0, 64, 7):
            for name in self.FILES:
                (full / name).write_bytes(b'old')
            (full / 'ballast').write_bytes(bytes(blocks << 12) if blocks < 59 else bytes(58 << 12))
            refused += not self.assert_survives(self.vernier(*self.WORDS))
            self.assert_old_or_new()
        self.assertGreater(refused, 2)


class Libraries(CommandLine):
    """C9, F10"""

    def build(self):
        code, out, err = self.vernier('rtl', 'build', '--config', 'base4x4',
                                      env={**os.environ, 'VERNIER_CACHE': str(self.folder / 'c')})
        self.assertEqual(code, 0, err)
        return Path(re.search(rb'library +(.*)', out)[1].decode()), b'built now' in out, err

    def test_a_library_in_the_cache_that_is_not_ours_is_built_anew_and_said_once(self):
        path, built, err = self.build()
        self.assertEqual((built, err), (True, b''))
        self.assertEqual(self.build(), (path, False, b''))
        good = path.read_bytes()
        middle = len(good) // 2
        damaged = [good[:middle], good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1:], b'',
                   Path('/proc/self/exe').read_bytes()]
        for text in damaged:
            with self.subTest(bytes=len(text)):
                path.write_bytes(text)
                _, built, err = self.build()
                self.assertTrue(built)
                self.assertEqual(err.count(b'rebuilding'), 1, err)
                self.assertEqual(self.build(), (path, False, b''))


if __name__ == '__main__':
    unittest.main()
