#!/usr/bin/env python3
"""The digests of tests/golden/operator_digests_test.cpp, from interpreters that are not ours.

usage: operator_digests.py

Makes the same pseudo-random one-operator models as that test, runs each on tflite-micro
(profile tflm, int8) and on ai-edge-litert's BUILTIN_REF (profile litert-ref, and uint8 in both
profiles), and prints one FNV-1a 64 digest of all output bytes per operator, type and profile.
Needs, from PyPI: numpy tflite flatbuffers tflite-micro ai-edge-litert.
"""
import flatbuffers
import numpy as np
import tflite as t
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from tflite_micro.python.tflite_micro import runtime

CASES = 100
TYPES = {'int8': t.TensorType.INT8, 'uint8': t.TensorType.UINT8, 'int32': t.TensorType.INT32}
OPTIONS = {'LEAKY_RELU': 'LeakyReluOptions', 'HARD_SWISH': 'HardSwishOptions', 'MUL': 'MulOptions',
           'SUB': 'SubOptions', 'MEAN': 'ReducerOptions'}


class Stream:
    """A linear congruential generator: the test draws the same numbers."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n


class Digest:
    def __init__(self):
        self.value = 0xcbf29ce484222325

    def add(self, data):
        for byte in data:
            self.value = (self.value ^ byte) * 0x100000001b3 % 2**64


class Tensor:
    def __init__(self, dtype, shape, scale=1.0, zero=0, data=None):
        self.dtype, self.shape, self.data = dtype, shape, data
        self.scale, self.zero = float(np.float32(scale)), zero


def vector(b, start, values, put):
    start(b, len(values))
    for v in reversed(values):
        put(v)
    return b.EndVector()


def tensor_table(b, tensor, buffer):
    name = b.CreateString('t')
    scale = vector(b, t.QuantizationParametersStartScaleVector, [tensor.scale], b.PrependFloat32)
    zero = vector(b, t.QuantizationParametersStartZeroPointVector, [tensor.zero], b.PrependInt64)
    t.QuantizationParametersStart(b)
    t.QuantizationParametersAddScale(b, scale)
    t.QuantizationParametersAddZeroPoint(b, zero)
    quant = t.QuantizationParametersEnd(b)
    shape = vector(b, t.TensorStartShapeVector, tensor.shape, b.PrependInt32)
    t.TensorStart(b)
    t.TensorAddShape(b, shape)
    t.TensorAddType(b, TYPES[tensor.dtype])
    t.TensorAddBuffer(b, buffer)
    t.TensorAddName(b, name)
    if tensor.dtype != 'int32':
        t.TensorAddQuantization(b, quant)
    return t.TensorEnd(b)


def model(op, operands, output, alpha):
    b = flatbuffers.Builder(4096)
    data, tables = [b''], []
    for x in operands + [output]:
        buffer = 0
        if x.data is not None:
            buffer = len(data)
            data.append(x.data.tobytes())
        tables.append(tensor_table(b, x, buffer))
    tensors = vector(b, t.SubGraphStartTensorsVector, tables, b.PrependUOffsetTRelative)
    options = None
    if op in OPTIONS:
        getattr(t, OPTIONS[op] + 'Start')(b)
        if op == 'LEAKY_RELU':
            t.LeakyReluOptionsAddAlpha(b, alpha)
        if op == 'MEAN':
            t.ReducerOptionsAddKeepDims(b, True)
        options = getattr(t, OPTIONS[op] + 'End')(b)
    ins = vector(b, t.OperatorStartInputsVector, list(range(len(operands))), b.PrependInt32)
    outs = vector(b, t.OperatorStartOutputsVector, [len(operands)], b.PrependInt32)
    t.OperatorStart(b)
    t.OperatorAddOpcodeIndex(b, 0)
    t.OperatorAddInputs(b, ins)
    t.OperatorAddOutputs(b, outs)
    if options is not None:
        t.OperatorAddBuiltinOptionsType(b, getattr(t.BuiltinOptions, OPTIONS[op]))
        t.OperatorAddBuiltinOptions(b, options)
    ops = vector(b, t.SubGraphStartOperatorsVector, [t.OperatorEnd(b)], b.PrependUOffsetTRelative)
    free = [i for i, x in enumerate(operands) if x.data is None]
    inputs = vector(b, t.SubGraphStartInputsVector, free, b.PrependInt32)
    outputs = vector(b, t.SubGraphStartOutputsVector, [len(operands)], b.PrependInt32)
    t.SubGraphStart(b)
    t.SubGraphAddTensors(b, tensors)
    t.SubGraphAddInputs(b, inputs)
    t.SubGraphAddOutputs(b, outputs)
    t.SubGraphAddOperators(b, ops)
    graphs = vector(b, t.ModelStartSubgraphsVector, [t.SubGraphEnd(b)], b.PrependUOffsetTRelative)
    code = getattr(t.BuiltinOperator, op)
    t.OperatorCodeStart(b)
    t.OperatorCodeAddDeprecatedBuiltinCode(b, code)
    t.OperatorCodeAddBuiltinCode(b, code)
    t.OperatorCodeAddVersion(b, 1 if op == 'HARD_SWISH' else 2)
    codes = vector(b, t.ModelStartOperatorCodesVector, [t.OperatorCodeEnd(b)], b.PrependUOffsetTRelative)
    tables = []
    for d in data:
        content = b.CreateByteVector(d) if d else None
        t.BufferStart(b)
        if content is not None:
            t.BufferAddData(b, content)
        tables.append(t.BufferEnd(b))
    buffers = vector(b, t.ModelStartBuffersVector, tables, b.PrependUOffsetTRelative)
    t.ModelStart(b)
    t.ModelAddVersion(b, 3)
    t.ModelAddOperatorCodes(b, codes)
    t.ModelAddSubgraphs(b, graphs)
    t.ModelAddBuffers(b, buffers)
    b.Finish(t.ModelEnd(b), b'TFL3')
    return bytes(b.Output())


def run(profile, dtype, file, inputs):
    if profile == 'tflm' and dtype == 'int8':
        it = runtime.Interpreter.from_bytes(file, arena_size=1 << 20)
        for i, x in enumerate(inputs):
            it.set_input(x, i)
        it.invoke()
        return it.get_output(0).tobytes()
    it = Interpreter(model_content=file, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    it.allocate_tensors()
    for d, x in zip(it.get_input_details(), inputs):
        it.set_tensor(d['index'], x)
    it.invoke()
    return it.get_tensor(it.get_output_details()[0]['index']).tobytes()


# The draws below are those of operator_digests_test.cpp, in the same order.
def draw_scale(s):
    return float(np.float32(1 + s.below(1 << 23) / 2.0**23)) * 2.0**-(1 + s.below(8))


def draw_zero(s, dtype):
    return s.below(256) - (128 if dtype == 'int8' else 0)


def draw_codes(s, dtype, shape):
    raw = [s.below(256) for _ in range(int(np.prod(shape)))]
    return np.array(raw, np.uint8).view(dtype).reshape(shape)


def case(op, dtype, s):
    """Operands, output, alpha, inputs. Half of the scales put some result on a tie."""
    scale, zero = draw_scale(s), draw_zero(s, dtype)
    ticks, halves = 1 + s.below(60), s.below(100) + 0.5
    low = -128 if dtype == 'int8' else 0
    if op in ('MUL', 'SUB'):
        shape, small = [1, 4, 8, 8], [8] if s.below(2) else [1, 4, 8, 8]
        scale2 = scale * 2.0 ** (s.below(7) - 3) if s.below(2) else draw_scale(s)
        unit = scale * scale2 * 25 if op == 'MUL' else min(scale, scale2)
        x = Tensor(dtype, shape, scale, zero)
        y = Tensor(dtype, small, scale2, draw_zero(s, dtype))
        out = Tensor(dtype, shape, unit * ticks / halves, draw_zero(s, dtype))
        return [x, y], out, 0, [draw_codes(s, dtype, shape), draw_codes(s, dtype, small)]
    if op == 'MEAN':
        shape = [1, 1 + s.below(12), 1 + s.below(12), 1 + s.below(8)]
        axes = [1, 2] if s.below(2) else [3]
        count = int(np.prod([shape[a] for a in axes]))
        kept = [1 if i in axes else d for i, d in enumerate(shape)]
        out = Tensor(dtype, kept, scale * ticks / count / halves, draw_zero(s, dtype))
        constant = Tensor('int32', [len(axes)], data=np.array(axes, np.int32))
        return [Tensor(dtype, shape, scale, zero), constant], out, 0, [draw_codes(s, dtype, shape)]
    shape = [1, 16, 16, 1]
    out = Tensor(dtype, shape, scale * ticks / halves, draw_zero(s, dtype))
    alpha = float(np.float32((s.below(4001) - 2000) / 1000.0))
    if op == 'RELU6' and s.below(2):
        out = Tensor(dtype, shape, scale, zero)
    if op == 'LOGISTIC':
        out = Tensor(dtype, shape, 1 / 256, low)
    if op == 'TANH':
        out = Tensor(dtype, shape, 1 / 128, low + 128)
    codes = np.arange(256, dtype=np.uint8).view(dtype).reshape(shape)
    return [Tensor(dtype, shape, scale, zero)], out, alpha, [codes]


def main():
    operators = ['RELU', 'RELU6', 'LEAKY_RELU', 'LOGISTIC', 'TANH', 'HARD_SWISH', 'QUANTIZE', 'MEAN', 'MUL', 'SUB']
    for index, op in enumerate(operators):
        for dtype in ('int8', 'uint8'):
            digests = []
            for profile in ('tflm', 'litert-ref'):
                stream, digest = Stream(index + 1), Digest()
                for _ in range(CASES):
                    operands, out, alpha, inputs = case(op, dtype, stream)
                    digest.add(run(profile, dtype, model(op, operands, out, alpha), inputs))
                digests.append(digest.value)
            print('%-11s %-6s tflm 0x%016x litert-ref 0x%016x' % (op, dtype, *digests))


if __name__ == '__main__':
    main()
