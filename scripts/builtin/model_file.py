"""The quantized network as a .tflite file."""
import numpy as np
import tflite

from builtin.quantize import bias, weights
from builtin.tflite_writer import Writer

NONE, RELU = tflite.ActivationFunctionType.NONE, tflite.ActivationFunctionType.RELU
SAME, VALID = tflite.Padding.SAME, tflite.Padding.VALID


def model_file(network, ranges, classes):
    """The file's bytes. ranges: {tensor: (scale, zero point)} as quantize.calibrate gives them."""
    w = Writer('Vernier built-in: shapes and textures, int8')
    index = {}

    def activation(name, shape):
        scale, zero_point = ranges[name]
        index[name] = w.tensor(name, shape, 'int8', [scale], zero_point)

    def parameters(name, source, per_channel):
        layer = network.weighted[name]
        codes, scales = weights(layer.w, per_channel)
        biases, bias_scales = bias(layer.b, ranges[source][0], scales)
        return [index[source], w.tensor(f'{name}/weights', codes.shape, 'int8', scales, data=codes),
                w.tensor(f'{name}/bias', biases.shape, 'int32', bias_scales, data=biases)]

    def conv(name, source, shape, act):
        inputs = parameters(name, source, per_channel=True)
        activation(name, shape)
        stride = network.weighted[name].stride
        w.operator('CONV_2D', inputs, [index[name]], 'Conv2DOptions', Padding=SAME, StrideW=stride,
                   StrideH=stride, FusedActivationFunction=act, DilationWFactor=1, DilationHFactor=1)

    def pool(code, name, source, shape):
        # A pool moves codes or averages them; it never rescales, so both ends share one scale.
        ranges[name] = ranges[source]
        activation(name, shape)
        w.operator(code, [index[source]], [index[name]], 'Pool2DOptions', Padding=VALID, StrideW=2,
                   StrideH=2, FilterWidth=2, FilterHeight=2, FusedActivationFunction=NONE)

    activation('input', [1, 16, 16, 3])
    conv('stem', 'input', [1, 16, 16, 16], RELU)
    conv('down', 'stem', [1, 8, 8, 32], RELU)
    conv('squeeze', 'down', [1, 8, 8, 16], RELU)
    conv('expand', 'squeeze', [1, 8, 8, 32], NONE)
    activation('sum', [1, 8, 8, 32])
    w.operator('ADD', [index['down'], index['expand']], [index['sum']], 'AddOptions',
               FusedActivationFunction=RELU)
    pool('MAX_POOL_2D', 'max', 'sum', [1, 4, 4, 32])
    conv('mix', 'max', [1, 4, 4, 32], RELU)
    pool('AVERAGE_POOL_2D', 'average', 'mix', [1, 2, 2, 32])
    flat = np.array([1, 128], np.int32)
    shape = w.tensor('flat/shape', [2], 'int32', data=flat)
    ranges['flat'] = ranges['average']
    activation('flat', flat)
    w.operator('RESHAPE', [index['average'], shape], [index['flat']], 'ReshapeOptions',
               NewShape=w.new_shape(flat))
    inputs = parameters('logits', 'flat', per_channel=False)
    activation('logits', [1, classes])
    w.operator('FULLY_CONNECTED', inputs, [index['logits']], 'FullyConnectedOptions',
               FusedActivationFunction=NONE)
    ranges['probabilities'] = (np.float32(1 / 256), -128)  # what the format prescribes for SOFTMAX
    activation('probabilities', [1, classes])
    w.operator('SOFTMAX', [index['logits']], [index['probabilities']], 'SoftmaxOptions', Beta=1.0)
    return w.finish([index['input']], [index['probabilities']])
