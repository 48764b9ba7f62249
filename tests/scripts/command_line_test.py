"""Options and paths held to rows C1 to C3 and F2 of the catalogue of bad inputs, and what reports
hold: whatever it is given, the command line ends with its exit code and one line."""
import json
import os
import shutil
import time
import unittest

from command_line import KWS, REJECTED, RESOURCE, USAGE, CommandLine


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
                 (['run', '--golden', 'slow'], 'slow'),
                 (['run', '--levels', 'gold'], 'gold'), (['run', '--levels', 'rtl'], 'rtl'),
                 (['run', '--levels', 'golden,golden'], 'golden'), (['run', '--levels', ''], ''),
                 (['run', '--profile', 'x'], "'x' is no profile, must be tflm, litert-ref, ruy, single, f32"),
                 (['run', '--profile', 'tflm', '--profile', 'ruy'], "'tflm' and 'ruy'"),
                 (['run', '--profile', '99=ruy'], '99=ruy meets no operator'),
                 (['run', '--profile', 'CONV2D=ruy'], 'did you mean CONV_2D?'),
                 (['run', '--with', 'x'], 'MODULE=FILE.sv'),
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

    def test_an_arithmetic_that_the_machine_lacks_runs_on_golden_alone(self):
        for profile in ('litert-ref', 'f32', 'FULLY_CONNECTED=f32'):
            words = ['--profile', profile, '--random', '1']
            self.assert_one_line(self.vernier('run', *words), REJECTED, 'E-CMP-004')
            self.assert_fine(self.golden(*words))

    def test_a_dump_names_the_reference_whose_values_it_holds(self):
        uint8 = KWS.parents[1] / 'mobilenet' / 'mobilenet_v1_0.25_128_quant_uint8.tflite'
        cases = [([], 'tflm'), (['--profile', 'ruy'], 'ruy')]
        if uint8.exists():
            cases += [([str(uint8)], 'litert-ref'), ([str(uint8), '--profile', 'ruy'], 'ruy')]
        for words, engine in cases:
            self.assert_fine(self.golden(*words, '--random', '1', '--dump', engine + str(len(words))))
            dump = json.loads((self.folder / (engine + str(len(words))) / 'tensors.json').read_text())
            self.assertEqual(dump['engine'], engine)

    def test_a_network_with_depthwise_layers_runs_on_all_machines(self):
        if not KWS.exists():
            self.skipTest(f'{KWS} is absent')
        self.assert_fine(self.vernier('run', str(KWS), '--random', '1'))


if __name__ == '__main__':
    unittest.main()
