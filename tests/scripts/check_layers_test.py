"""A tree with one planted fault must be refused, at the fault's line; the same tree without it passes."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / 'scripts' / 'check_layers.py'
CLEAN = {
    'hw_models/spec/isa.h': '#pragma once\n#include <cstdint>\n#include <fmt/core.h>\n',
    'hw_models/spec/isa_io.cpp': '#include <yaml-cpp/yaml.h>\n#include "hw_models/spec/isa.h"\n',
    'hw_models/golden/golden.h': '#include "hw_models/spec/isa.h"\n',
    'hw_models/cycle/core.h': '#include <systemc>\n#include "hw_models/spec/isa.h"\n',
    'compiler/import/a.cpp': '#include "x_generated.h"\n#include <flatbuffers/flatbuffers.h>\n',
    'compiler/compile.h': '#include "hw_models/spec/isa.h"\n',
    'sim/run.cpp': '#include "compiler/compile.h"\n#include "hw_models/cycle/core.h"\n',
    'sim/verilated/unit.cpp': '#include "Vunit.h"\n#include <verilated.h>\n',
    'tests/spec/a_test.cpp': '#include <catch2/catch.hpp>\n#include "sim/verilated/abi.h"\n',
    'sim/verilated/abi.h': '#pragma once\n',
    'rtl/top.sv': '`include "top.svh"\n',
    'rtl/top.svh': '// macros\n',
    'hw_models/spec/long.def': 'ROW\n' * 500,
}


class CheckLayers(unittest.TestCase):
    def run_on(self, changed):
        with tempfile.TemporaryDirectory() as root:
            for path, text in {**CLEAN, **changed}.items():
                file = Path(root) / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            return subprocess.run([sys.executable, str(SCRIPT), root], capture_output=True, text=True)

    def test_a_clean_tree_passes(self):
        done = self.run_on({})
        self.assertEqual((done.returncode, done.stdout), (0, 'check_layers: 13 files, 0 findings\n'))

    def test_an_empty_tree_is_a_failure(self):
        with tempfile.TemporaryDirectory() as root:
            self.assertEqual(subprocess.run([sys.executable, str(SCRIPT), root],
                                            capture_output=True).returncode, 1)

    def test_each_planted_fault_is_found_at_its_line(self):
        planted = {
            'hw_models/spec/bad.h': '\n#include "compiler/compile.h"\n',
            'hw_models/golden/bad.h': '\n#include "hw_models/cycle/core.h"\n',
            'hw_models/cycle/bad.h': '\n#include "compiler/compile.h"\n',
            'compiler/bad.h': '\n#include "hw_models/golden/golden.h"\n',
            'compiler/bad.cpp': '\n#include "sim/verilated/abi.h"\n',
            'compiler/passes/bad.cpp': '\n  #  include "hw_models/cycle/core.h"  // why\n',
            'hw_models/spec/bad.cpp': '\n#include <yaml-cpp/yaml.h>\n',
            'hw_models/golden/bad.cpp': '\n#include <systemc>\n',
            'hw_models/cycle/bad.cpp': '\n#include <CLI/CLI.hpp>\n',
            'sim/bad.cpp': '\n#include "Vunit.h"\n',
            'sim/bad2.cpp': '\n#include <verilated.h>\n',
            'sim/bad3.cpp': '\n#include "run.h"\n',
            'sim/bad4.cpp': '\n#include "../compiler/compile.h"\n',
            'hw_models/spec/bad9.cpp': '\n#include "hw_models/spec/../golden/golden.h"\n',
            'sim/bad5.cpp': '\n#include <sim/run.h>\n',
            'compiler/lower/bad.cpp': '\n#include "x_generated.h"\n',
            'sim/bad6.cpp': '\n#include "compiler/absent.h"\n',
            'sim/bad7.cpp': '\n#include <boost/any.hpp>\n',
            'sim/bad8.cpp': '\n#include <catch2/catch.hpp>\n',
            'rtl/bad.sv': '\n`include "../hw_models/spec/isa.h"\n',
            'rtl/bad2.sv': '\n`include "absent.svh"\n',
        }
        for path, text in planted.items():
            with self.subTest(path=path):
                done = self.run_on({path: text})
                self.assertEqual(done.returncode, 1)
                lines = done.stdout.splitlines()
                self.assertEqual(len(lines), 2, done.stdout)
                self.assertTrue(lines[0].startswith(f'{path}:2: '), done.stdout)

    def test_four_hundred_lines_pass_and_one_more_does_not(self):
        for lines, code in [(400, 0), (401, 1)]:
            with self.subTest(lines=lines):
                self.assertEqual(self.run_on({'sim/long.cpp': '//\n' * lines}).returncode, code)


if __name__ == '__main__':
    unittest.main()
