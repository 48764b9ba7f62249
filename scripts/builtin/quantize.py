"""Post-training quantization by the rules of the .tflite int8 scheme, from min/max calibration.

Activations: int8, one scale and zero point per tensor, real 0 exactly representable. Weights: int8
in -127..127, zero point 0, a scale per output channel (fully connected: one for all). Biases: int32,
scale input x weight.
"""
import numpy as np


def activation(low, high):
    """(scale, zero point) so that low..high, widened to hold 0, spans -128..127."""
    low, high = min(float(low), 0.0), max(float(high), 0.0)
    scale = np.float32((high - low) / 255)
    zero_point = int(np.clip(np.rint(-128 - low / float(scale)), -128, 127))
    return scale, zero_point


def quantized(real, scale, zero_point):
    return np.clip(np.rint(real / scale) + zero_point, -128, 127).astype(np.int8)


def weights(w, per_channel):
    """int8 weights and their float32 scales, [outputs] or [1]."""
    flat = np.abs(w.reshape(len(w), -1))
    top = flat.max(1) if per_channel else flat.max(keepdims=True).reshape(1)
    scales = (np.maximum(top, 1e-6) / 127).astype(np.float32)
    codes = np.rint(w / scales.reshape(-1, *[1] * (w.ndim - 1)))
    return np.clip(codes, -127, 127).astype(np.int8), scales


def bias(b, input_scale, weight_scales):
    """int32 biases and their float32 scales, one per weight scale."""
    scales = (np.float64(input_scale) * weight_scales.astype(np.float64)).astype(np.float32)
    return np.rint(b / scales.astype(np.float64)).astype(np.int32), scales


def calibrate(network, x, names):
    """{name: (scale, zero point)} from the extremes that the float network shows on x."""
    seen = network.forward(x)
    return {name: activation(seen[name].min(), seen[name].max()) for name in names}
