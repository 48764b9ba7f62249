#!/usr/bin/env python3
"""Golden beside LiteRT on the same networks, one thread, in one run.

usage: bench_golden.py VERNIER MODEL.tflite...

In each of several rounds every network runs on golden (each of its kernels), on LiteRT's reference
kernels (BUILTIN_REF) and on LiteRT's default, XNNPACK; the medians over the rounds of each round's
median CPU time per inference are printed, with their ratios. Exit codes: 0 done, 4 LiteRT is not
installed (see bench_requirements.txt), 1 a program failed.
"""
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

ROUNDS = 5
SECONDS = 0.3  # of CPU for each program, network and round


def golden_times(vernier, model):
    """Seconds per inference by kernels' name, in the order printed: plain first, a run's own last."""
    out = subprocess.run([vernier, 'bench', '--golden', model], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
    times = {}
    for line in out.splitlines()[2:]:
        name, numbers = line[:34].strip(), line[34:].split()
        times[name] = float(numbers[0]) * 1e-3
    return times


class Interpreter:
    """A network in LiteRT on one thread, with random inputs."""

    def __init__(self, litert, numpy, model, resolver):
        self.net = litert.Interpreter(model_path=model, num_threads=1,
                                      experimental_op_resolver_type=resolver)
        self.net.allocate_tensors()
        draw = numpy.random.default_rng(7)
        for d in self.net.get_input_details():
            shape, kind = d['shape'], d['dtype']
            if numpy.issubdtype(kind, numpy.integer):
                ends = numpy.iinfo(kind)
                value = draw.integers(ends.min, ends.max, shape, dtype=kind, endpoint=True)
            else:
                value = draw.standard_normal(shape).astype(kind)
            self.net.set_tensor(d['index'], value)
        self.net.invoke()

    def seconds(self):
        """Median CPU seconds per inference of one round."""
        times = []
        while len(times) < 3 or sum(times) < SECONDS:
            begin = time.process_time()
            self.net.invoke()
            times.append(time.process_time() - begin)
        return median(times)


def main():
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    vernier, models = sys.argv[1], sys.argv[2:]
    try:
        os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
        import numpy
        from ai_edge_litert import interpreter as litert
    except ImportError as e:
        print(f'bench_golden: {e}; install scripts/bench_requirements.txt', file=sys.stderr)
        return 4
    kinds = litert.OpResolverType
    nets = {m: {'ref': Interpreter(litert, numpy, m, kinds.BUILTIN_REF),
                'xnnpack': Interpreter(litert, numpy, m, kinds.AUTO)} for m in models}
    rounds = {m: [] for m in models}
    for _ in range(ROUNDS):
        for m in models:
            times = golden_times(vernier, m)
            times.update({name: net.seconds() for name, net in nets[m].items()})
            rounds[m].append(times)

    print(f'median CPU milliseconds per inference, one thread, {ROUNDS} rounds')
    columns = ['golden plain', 'golden fast', 'BUILTIN_REF', 'XNNPACK', 'REF / fast', 'fast / XNNPACK']
    print(f'{"network":<42}' + ''.join(f'{c:>15}' for c in columns) + '  kernels')
    for m in models:
        time_of = {name: median(r[name] for r in rounds[m]) for name in rounds[m][0]}
        fastest = [name for name in time_of if name.startswith('fast')][-1]
        plain, fast = time_of['plain'], time_of[fastest]
        ref, xnnpack = time_of['ref'], time_of['xnnpack']
        print(f'{Path(m).stem:<42}' + ''.join(f'{1e3 * t:>15.4f}' for t in (plain, fast, ref, xnnpack)) +
              f'{ref / fast:>15.1f}{fast / xnnpack:>15.2f}  {fastest}')
    return 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        print(f'bench_golden: {error}', file=sys.stderr)
        sys.exit(1)
