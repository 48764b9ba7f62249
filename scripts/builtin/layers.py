"""Layers of the float network with their gradients, in plain numpy: NHWC activations, OHWI weights.

A layer has forward(x, train) -> y and backward(dy) -> dx; one with weights has `w`, `b` and, after
backward, `dw`, `db`.
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def same_padding(size, kernel, stride):
    """TensorFlow's SAME: (before, after), the odd one after."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class Conv:
    """k x k convolution with SAME padding."""

    def __init__(self, rng, inputs, outputs, kernel, stride=1):
        self.kernel, self.stride = kernel, stride
        fan_in = inputs * kernel * kernel
        self.w = rng.normal(0, np.sqrt(2 / fan_in), (outputs, kernel, kernel, inputs)).astype(np.float32)
        self.b = np.zeros(outputs, np.float32)

    def forward(self, x, train=False):
        k, s = self.kernel, self.stride
        self.pad = [same_padding(n, k, s) for n in x.shape[1:3]]
        padded = np.pad(x, [(0, 0), *self.pad, (0, 0)])
        windows = sliding_window_view(padded, (k, k), (1, 2))[:, ::s, ::s]
        self.shape = windows.shape[:3]
        columns = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, k * k * x.shape[3])
        if train:
            self.columns, self.padded_shape = columns, padded.shape
        return (columns @ self.w.reshape(len(self.w), -1).T + self.b).reshape(*self.shape, -1)

    def backward(self, dy):
        k, s = self.kernel, self.stride
        flat = dy.reshape(-1, dy.shape[3])
        self.dw = (flat.T @ self.columns).reshape(self.w.shape)
        self.db = flat.sum(0)
        dcolumns = (flat @ self.w.reshape(len(self.w), -1)).reshape(*self.shape, k, k, -1)
        dx = np.zeros(self.padded_shape, np.float32)
        height, width = self.shape[1] * s, self.shape[2] * s
        for i in range(k):
            for j in range(k):
                dx[:, i:i + height:s, j:j + width:s] += dcolumns[:, :, :, i, j]
        (top, bottom), (left, right) = self.pad
        return dx[:, top:dx.shape[1] - bottom, left:dx.shape[2] - right]


class Dense:
    """Fully connected, weights [outputs, inputs]."""

    def __init__(self, rng, inputs, outputs):
        self.w = rng.normal(0, np.sqrt(1 / inputs), (outputs, inputs)).astype(np.float32)
        self.b = np.zeros(outputs, np.float32)

    def forward(self, x, train=False):
        self.x = x
        return x @ self.w.T + self.b

    def backward(self, dy):
        self.dw, self.db = dy.T @ self.x, dy.sum(0)
        return dy @ self.w


class Relu:
    def forward(self, x, train=False):
        self.alive = x > 0
        return x * self.alive

    def backward(self, dy):
        return dy * self.alive


def quarters(x):
    """[N, H, W, C] -> [N, H/2, W/2, 4, C]: the four elements of each 2 x 2 window."""
    n, h, w, c = x.shape
    return x.reshape(n, h // 2, 2, w // 2, 2, c).transpose(0, 1, 3, 2, 4, 5).reshape(n, h // 2, w // 2, 4, c)


def unquarters(q):
    n, h, w, _, c = q.shape
    return q.reshape(n, h, w, 2, 2, c).transpose(0, 1, 3, 2, 4, 5).reshape(n, 2 * h, 2 * w, c)


class MaxPool:
    """2 x 2, stride 2; the gradient goes to the first of equal maxima."""

    def forward(self, x, train=False):
        q = quarters(x)
        self.first = np.arange(4)[:, None] == q.argmax(3)[:, :, :, None]
        return q.max(3)

    def backward(self, dy):
        return unquarters(dy[:, :, :, None] * self.first)


class AveragePool:
    """2 x 2, stride 2."""

    def forward(self, x, train=False):
        return quarters(x).mean(3)

    def backward(self, dy):
        return unquarters(np.repeat(dy[:, :, :, None] / 4, 4, axis=3))
