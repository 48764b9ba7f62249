#!/usr/bin/env python3
"""Trains and quantizes the built-in network on pictures that it draws, and writes configs/models/builtin*.

usage: scripts/venv.sh build/train_venv scripts/train_requirements.txt
       build/train_venv/bin/python scripts/train_builtin.py [OUTDIR]

All draws are seeded and BLAS runs on one thread, so the same numpy on the same kind of CPU writes the
same bytes. Prints the accuracy on held-out pictures, float and int8 (run by TensorFlow Lite Micro).
"""
import os
import sys
import time
from pathlib import Path

os.environ['OPENBLAS_NUM_THREADS'] = '1'  # before numpy: the order of a sum depends on it
import numpy as np  # noqa: E402
from tflite_micro.python.tflite_micro import runtime  # noqa: E402

from builtin import shapes  # noqa: E402
from builtin.model_file import model_file  # noqa: E402
from builtin.network import CALIBRATED, Network, train  # noqa: E402
from builtin.quantize import calibrate  # noqa: E402

TRAINING, HELD_OUT, CALIBRATION, SAMPLES, EPOCHS = 8192, 2048, 512, 16, 14


def real(pictures):
    return pictures.astype(np.float32) / np.float32(255)


def codes(pictures):
    """What the quantized input tensor holds: scale 1/255, zero point -128, so no picture is rounded."""
    return (pictures.astype(np.int16) - 128).astype(np.int8)


def int8_accuracy(model, pictures, kinds):
    interpreter = runtime.Interpreter.from_bytes(model)
    hits = 0
    for x, kind in zip(codes(pictures), kinds):
        interpreter.set_input(x[None], 0)
        interpreter.invoke()
        hits += int(interpreter.get_output(0).argmax() == kind)
    return hits / len(kinds)


DESCRIPTION = """# The built-in network

`builtin.tflite` tells {classes} apart
in pictures of 16 x 16 RGB points. `vernier run` without a model runs it: a fresh clone has a whole
network, each operator of which the accelerator executes.

| layer | operator | output |
|---|---|---|
| stem | CONV_2D 3 x 3, RELU | 16 x 16 x 16 |
| down | CONV_2D 3 x 3, stride 2, RELU | 8 x 8 x 32 |
| squeeze | CONV_2D 1 x 1, RELU | 8 x 8 x 16 |
| expand | CONV_2D 3 x 3 | 8 x 8 x 32 |
| sum | ADD of down and expand, RELU | 8 x 8 x 32 |
| max | MAX_POOL_2D 2 x 2 | 4 x 4 x 32 |
| mix | CONV_2D 3 x 3, RELU | 4 x 4 x 32 |
| average | AVERAGE_POOL_2D 2 x 2 | 2 x 2 x 32 |
| flat | RESHAPE | 128 |
| logits | FULLY_CONNECTED | 8 |
| probabilities | SOFTMAX | 8 |

Activations are int8 per tensor, convolution weights int8 per output channel, biases int32; {size:,} bytes.

`scripts/train_builtin.py` made all files here: it draws {training:,} noisy pictures (`scripts/builtin/shapes.py`),
trains in float32 for {epochs} epochs with gradients written in numpy, takes the extremes of every
activation on {calibration} of them, quantizes, and prints the accuracy on {held_out:,} pictures that it drew apart:

| float32 | int8, run by TensorFlow Lite Micro |
|---|---|
| {float_accuracy:.2f} % | {int8_accuracy:.2f} % |

`builtin_input.npy`: {samples} held-out pictures as the int8 input tensor, [{samples}, 16, 16, 3];
picture i is of kind i mod 8, in the order above.
"""


def main():
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / 'configs/models'
    started = time.monotonic()
    pictures, kinds = shapes.draw(TRAINING, seed=1)
    held_out, held_out_kinds = shapes.draw(HELD_OUT, seed=2)
    network = Network(seed=3, classes=len(shapes.CLASSES))

    def tell(epoch, loss):
        print(f'epoch {epoch + 1}/{EPOCHS}: loss {loss:.4f}, {time.monotonic() - started:.0f} s', file=sys.stderr)

    train(network, real(pictures), kinds, EPOCHS, seed=4, tell=tell)
    ranges = calibrate(network, real(pictures[:CALIBRATION]), CALIBRATED)
    ranges['input'] = (np.float32(1 / 255), -128)
    model = model_file(network, ranges, len(shapes.CLASSES))
    figures = dict(float_accuracy=100 * network.accuracy(real(held_out), held_out_kinds),
                   int8_accuracy=100 * int8_accuracy(model, held_out, held_out_kinds))
    out.mkdir(parents=True, exist_ok=True)
    (out / 'builtin.tflite').write_bytes(model)
    np.save(out / 'builtin_input.npy', codes(held_out[:SAMPLES]))
    (out / 'builtin.md').write_text(DESCRIPTION.format(
        classes=', '.join(shapes.CLASSES[:-1]) + ' and ' + shapes.CLASSES[-1], size=len(model),
        training=TRAINING, epochs=EPOCHS, calibration=CALIBRATION, held_out=HELD_OUT, samples=SAMPLES,
        **figures))
    print(f"held-out accuracy: float32 {figures['float_accuracy']:.2f} %, int8 {figures['int8_accuracy']:.2f} %; "
          f'{len(model)} bytes')


if __name__ == '__main__':
    main()
