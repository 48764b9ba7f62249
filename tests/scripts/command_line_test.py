"""The command line held to rows C1 to C9, F1, F2 and F10 of the catalogue of bad inputs: whatever it
is given, it ends with its exit code and one line."""
import fcntl
import json
import os
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
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


class Options(CommandLine):
    """C1"""

    def test_a_wrong_command_line_is_one_line_with_exit_code_2(self):
        cases = [([], 'verb'), (['frobnicate'], 'known verb'), (['comple'], 'did you mean compile?'),
                 (['config', 'dif', 'a', 'b'], 'did you mean diff?'), (['rtl'], ''), (['trace'], ''),
                 (['run', '--confg', 'tiny'], 'did you mean --config?'),
                 (['run', '--config'], '--config'), (['run', '--config='], '--config'),
                 (['run', '--config', 'tiny', '--config', 'tiny'], '--config'),
                 (['run', '--seed', '1', '--seed', '2'], '--seed'),
                 (['run', '--quiet', '--quiet'], '--quiet'), (['run', '--quiet=no'], 'quiet'),
                 (['run', self.model, self.model], self.model), (['run', '-rf'], '-rf'),
                 (['run', ''], 'MODEL'), (['run', '--report', ''], '--report'),
                 (['run', '--dump', ''], '--dump'), (['run', '--config', ''], '--config'),
                 (['run', '--levels', 'gold'], 'gold'), (['run', '--levels', 'rtl'], 'rtl'),
                 (['run', '--levels', 'golden,golden'], 'golden'), (['run', '--levels', ''], ''),
                 (['run', '--profile', 'x'], "'x'"), (['run', '--with', 'x'], 'MODULE=FILE.sv'),
                 (['run', '--timing-only', '--random', '2'], '--random'),
                 (['run', '--timing-only', '--input', 'x.npy'], '--input'),
                 (['run', '--timing-only', '--levels', 'golden'], '--timing-only'),
                 (['run', '--timing-only', '--dump', 'd'], '--dump'),
                 (['run', '--random', '2', '--input', 'x.npy'], '--input'),
                 (['run', '--levels', 'golden', '--trace', 't'], 'cycle level'),
                 (['run', '--levels', 'golden', '--with', 'vernier_requantizer=x.sv'], 'units'),
                 (['run', '--trace-accumulators'], '--trace'), (['compile', '-o', 'x'], 'MODEL'),
                 (['compile', self.model], '-o'), (['explain'], 'KEY'), (['explain', 'rows?'], ''),
                 (['sweep', 'x.yaml'], '-o'), (['sweep', 'x', '-o', 'd', '--shard', '3/2'], '3/2')]
        for words, text in cases:
            with self.subTest(words=words):
                result = self.vernier(*words)
                self.assert_one_line(result, USAGE, text='' if text == 'verb' else text)
                self.assertEqual(result[1], b'')

    def test_a_number_is_plain_decimal_digits_in_its_range(self):
        options = [(['run', '--levels', 'golden', '--random'], ['0', '1000001']),
                   (['run', '--levels', 'golden', '--seed'], ['18446744073709551616']),
                   (['sweep', 'x.yaml', '-o', 'd', '-j'], ['0', '257'])]
        for words, out_of_range in options:
            for number in ['-1', 'abc', '1e9', '', '0x10', '010', '+3', '1.5', ' 3', '3 ', '9' * 40,
                           *out_of_range]:
                with self.subTest(option=words[-1], number=number):
                    self.assert_one_line(self.vernier(*words, number), USAGE, text=words[-1])

    def test_the_ends_of_a_range_are_in_it(self):
        self.assert_fine(self.golden('--random', '1', '--seed', '0'))
        self.assert_fine(self.golden('--random', '2', '--seed', '18446744073709551615'))

    def test_help_and_version_are_no_errors(self):
        for words in (['--help'], ['run', '--help'], ['config', 'diff', '--help'], ['--version']):
            self.assertNotEqual(self.assert_fine(self.vernier(*words)), b'')


class Paths(CommandLine):
    """C2, C3, C8, F2"""

    def test_no_output_replaces_an_input_or_another_output(self):
        (self.folder / 'link').symlink_to(self.model)
        os.link(self.folder / self.model, self.folder / 'hard')
        (self.folder / 'd').mkdir()
        shutil.copy(self.folder / 'builtin_input.npy', self.folder / 'd' / 't0.npy')
        here = self.folder.name
        before = (self.folder / self.model).read_bytes()
        for words in (['run', self.model, '--report', self.model],
                      ['run', self.model, '--report', 'link'], ['run', self.model, '--csv', 'hard'],
                      ['run', 'link', '--trace', f'../{here}/{self.model}'],
                      ['run', '--config', './base16.yaml', '--html', 'base16.yaml'],
                      ['run', '--input', 'builtin_input.npy', '--csv', 'builtin_input.npy'],
                      ['run', '--with', 'vernier_requantizer=own.sv', '--report', 'own.sv'],
                      ['run', '--report', 'new', '--csv', './new'],
                      ['run', '--input', 'd/t0.npy', '--dump', 'd'],
                      ['run', '--dump', 'd', '--report', 'd/tensors.json'],
                      ['compile', self.model, '-o', self.model],
                      ['compile', self.model, '-o', 'new', '--disasm', 'new'],
                      ['trace', 'csv', self.model, '-o', 'hard']):
            with self.subTest(words=words):
                self.assert_one_line(self.vernier(*words), USAGE, 'E-CLI-004')
        self.assertEqual((self.folder / self.model).read_bytes(), before)

    def test_an_output_that_cannot_be_written_is_told_before_anything_is_computed(self):
        (self.folder / 'file').write_text('x')
        (self.folder / 'dir').mkdir()
        (self.folder / 'link').symlink_to('file')
        os.mkfifo(self.folder / 'fifo')
        files = ['dir', 'dir/', 'link', 'fifo', '/dev/null', '/dev/full', 'none/x', 'file/x',
                 'x' * 256, 'y/' * 2000 + 'y']
        for option in ('--report', '--csv', '--trace', '--perfetto', '--html'):
            for path in files:
                with self.subTest(option=option, path=path[:20]):
                    begin = time.monotonic()
                    # A million runs: what is checked late is not told in time.
                    result = self.vernier('run', '--random', '1000000', option, path)
                    self.assert_one_line(result, RESOURCE, 'E-IO-004')
                    self.assertLess(time.monotonic() - begin, 5)
        for path in ('file', 'fifo', '/dev/null', 'none/x', 'file/x', 'x' * 256):
            with self.subTest(dump=path[:20]):
                result = self.vernier('run', '--random', '1000000', '--dump', path)
                self.assert_one_line(result, RESOURCE, 'E-IO-004')

    def test_a_folder_without_permission_is_told(self):
        shut = self.folder / 'shut'
        shut.mkdir()
        shut.chmod(0o555)
        options = {}
        if os.geteuid() == 0:  # root may write anywhere: be nobody
            self.folder.chmod(0o755)
            options = {'user': 65534, 'group': 65534, 'cwd': '/'}
            try:
                self.assert_fine(self.vernier('--version', **options))
            except (OSError, AssertionError):
                self.skipTest('nobody cannot run the executable')
        for option in ('--report', '--dump'):
            result = self.golden(option, str(shut / 'x'), **options)
            self.assert_one_line(result, RESOURCE, 'E-IO-004', 'Permission denied')

    def test_an_input_that_is_no_file_is_rejected(self):
        os.mkfifo(self.folder / 'fifo')
        for path in ('fifo', '.', '/dev/zero'):
            self.assert_one_line(self.golden(path), REJECTED, 'E-IO-002')
            self.assert_one_line(self.golden('--input', path), REJECTED, 'E-IO-002')
        for path in ('none', 'y/' * 2000 + 'y', 'z' * 4000):
            self.assert_one_line(self.golden(path), RESOURCE, 'E-IO-001')

    def test_odd_names_work_everywhere_and_no_shell_reads_them(self):
        names = [b'-rf', b'new\nline', b'\xff\xfe\x80', b'n' * 255, b'$(touch pwn)', b'; touch pwn',
                 b'`touch pwn`', b'%s%n{}{0}', b"'\"\\", b'\x1b[31m']
        for name in names:
            with self.subTest(name=name):
                shutil.copy(self.folder / self.model, os.fsencode(self.folder) + b'/' + name)
                self.assert_fine(self.golden('--', name))
                report = self.vernier('run', '--levels', 'golden', '--json', '--', name)
                self.assertEqual(json.loads(self.assert_fine(report))['divergences'], 0)
                os.unlink(os.fsencode(self.folder) + b'/' + name)
                self.assert_one_line(self.golden('--', name), RESOURCE, 'E-IO-001')
                option = b'--disasm=' + name
                self.assertEqual(self.vernier('compile', self.model, b'-o', b'p', option)[0], 0)
                self.assert_fine(self.golden(b'--report=' + name, b'--dump=' + name[:-1] + b'.'))
                self.assertGreater(os.stat(os.fsencode(self.folder) + b'/' + name).st_size, 0)
                os.unlink(os.fsencode(self.folder) + b'/' + name)
                self.assert_one_line(self.golden(b'--config=' + name), RESOURCE)
                self.assert_one_line(self.vernier('explain', '--', name), USAGE)
        self.assertFalse((self.folder / 'pwn').exists())


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


class Reports(CommandLine):
    """architecture.md 1.5"""
    KEYS = {'schema', 'tool_version', 'model', 'config', 'profile', 'runs', 'levels',
            'tensors_compared', 'elements_compared', 'divergences', 'cycles', 'time_us', 'energy_pj',
            'layers'}
    LAYER_KEYS = {'index', 'name', 'op', 'shape_in', 'shape_out', 'macs', 'cycles', 'cycles_compute',
                  'cycles_dram_exposed', 'cycles_stall', 'util_pct', 'bound_cycles',
                  'dram_bytes_read', 'dram_bytes_written', 'energy_pj', 'energy'}

    def report(self, *words):
        return json.loads(self.assert_fine(self.vernier('run', '--json', *words)))

    def test_the_report_has_its_keys_and_its_sums_hold(self):
        for config in ('base16', 'tiny', 'base8x32'):
            with self.subTest(config=config):
                r = self.report('--config', config)
                self.assertLessEqual(self.KEYS, r.keys())
                self.assertLessEqual({'name', 'sha256'}, r['model'].keys())
                self.assertEqual(r['levels'], ['golden', 'cycle', 'units'])
                self.assertGreater(r['tensors_compared'], 0)
                self.assertGreater(r['elements_compared'], r['tensors_compared'])
                self.assertEqual(r['divergences'], 0)
                cycles, layers = r['cycles']['cycle'], r['layers']
                lanes = r['config']['array']['rows'] * r['config']['array']['cols']
                self.assertEqual(sum(l['cycles'] for l in layers), cycles)
                self.assertEqual(r['time_us'], cycles / r['config']['clock_mhz'])
                self.assertAlmostEqual(sum(l['energy_pj'] for l in layers), r['energy_pj'], 3)
                for l in layers:
                    self.assertLessEqual(self.LAYER_KEYS, l.keys())
                    split = l['cycles_compute'] + l['cycles_dram_exposed']
                    self.assertEqual(split + sum(l['cycles_stall'].values()), l['cycles'])
                    self.assertAlmostEqual(sum(l['energy'].values()), l['energy_pj'], 3)
                    self.assertEqual(sum(l['lane_cycles'].values()), lanes * l['cycles'])
                    self.assertGreaterEqual(min(l['lane_cycles'].values()), 0)
                # A tile may work beyond its layer's end: multiplications agree in the sum.
                work = sum(l['lane_cycles'][k] for l in layers for k in ('active', 'zero'))
                self.assertEqual(work, sum(l['macs'] for l in layers))

    def test_timing_alone_counts_the_same_cycles_and_energy(self):
        whole, timing = self.report('--levels', 'cycle'), self.report('--timing-only')
        for key in ('cycles', 'time_us', 'energy_pj', 'layers'):
            self.assertEqual(whole[key], timing[key])
        self.assertEqual(self.report('--random', '3', '--seed', '7')['cycles'], whole['cycles'])

    def test_the_printed_report_is_the_written_one(self):
        out = self.assert_fine(self.vernier('run', '--json', '--report', 'r'))
        self.assertEqual(out.strip(), (self.folder / 'r').read_bytes().strip())

    def test_quiet_prints_nothing(self):
        for words in (['run'], ['run', '--timing-only'], ['run', '--random', '2']):
            self.assertEqual(self.assert_fine(self.vernier(*words, '--quiet')), b'')
        self.assert_one_line(self.vernier('run', 'none', '--quiet'), RESOURCE)

    def test_an_operator_that_the_machine_lacks_runs_on_golden_alone(self):
        if not KWS.exists():
            self.skipTest(f'{KWS} is absent')
        self.assert_one_line(self.vernier('run', str(KWS), '--random', '1'), REJECTED, 'E-CMP-001')
        self.assert_fine(self.golden(str(KWS), '--random', '1'))


if __name__ == '__main__':
    if not VERNIER.exists():
        sys.exit(f'{VERNIER} is absent: run scripts/build.sh vernier')
    unittest.main()
