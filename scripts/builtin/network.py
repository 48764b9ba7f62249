"""The float network, its training, and the list of operators that quantization walks."""
import numpy as np

from builtin.layers import AveragePool, Conv, Dense, MaxPool, Relu

CALIBRATED = ['input', 'stem', 'down', 'squeeze', 'expand', 'sum', 'mix', 'logits']


class Network:
    """stem 3x3 -> down 3x3/2 -> [squeeze 1x1 -> expand 3x3, + skip] -> max 2x2 -> mix 3x3 ->
    average 2x2 -> fully connected. RELU after every convolution but `expand`, and after the sum."""

    def __init__(self, seed, classes):
        rng = np.random.Generator(np.random.PCG64(seed))
        self.weighted = {
            'stem': Conv(rng, 3, 16, 3),
            'down': Conv(rng, 16, 32, 3, 2),
            'squeeze': Conv(rng, 32, 16, 1),
            'expand': Conv(rng, 16, 32, 3),
            'mix': Conv(rng, 32, 32, 3),
            'logits': Dense(rng, 2 * 2 * 32, classes),
        }
        self.relu = {name: Relu() for name in ['stem', 'down', 'squeeze', 'sum', 'mix']}
        self.max_pool, self.average_pool = MaxPool(), AveragePool()

    def forward(self, x, train=False):
        """x: float32 [N, 16, 16, 3]. Returns every activation by name; 'logits' is [N, classes]."""
        def conv(name, value):
            y = self.weighted[name].forward(value, train)
            return self.relu[name].forward(y) if name in self.relu else y

        t = {'input': x}
        t['stem'] = conv('stem', x)
        t['down'] = conv('down', t['stem'])
        t['squeeze'] = conv('squeeze', t['down'])
        t['expand'] = conv('expand', t['squeeze'])
        t['sum'] = self.relu['sum'].forward(t['down'] + t['expand'])
        t['max'] = self.max_pool.forward(t['sum'])
        t['mix'] = conv('mix', t['max'])
        t['average'] = self.average_pool.forward(t['mix'])
        t['logits'] = self.weighted['logits'].forward(t['average'].reshape(len(x), -1))
        return t

    def backward(self, dlogits):
        def conv(name, dy):
            return self.weighted[name].backward(self.relu[name].backward(dy) if name in self.relu else dy)

        d = self.weighted['logits'].backward(dlogits).reshape(-1, 2, 2, 32)
        d = conv('mix', self.average_pool.backward(d))
        dsum = self.relu['sum'].backward(self.max_pool.backward(d))
        conv('stem', conv('down', dsum + conv('squeeze', conv('expand', dsum))))

    def accuracy(self, x, kinds):
        """Fraction of pictures whose largest logit is their kind."""
        hits = [self.forward(x[i:i + 256])['logits'].argmax(1) == kinds[i:i + 256]
                for i in range(0, len(x), 256)]
        return float(np.concatenate(hits).mean())


def train(network, x, kinds, epochs, seed, tell, batch=64, top_rate=2e-3):
    """Adam on the cross entropy, the rate falling along a half cosine; `tell(epoch, loss)` each epoch."""
    rng = np.random.Generator(np.random.PCG64(seed))
    moments = {}
    steps, step = epochs * (len(x) // batch), 0
    for epoch in range(epochs):
        order, total = rng.permutation(len(x)), 0.0
        for start in range(0, len(x) - batch + 1, batch):
            chosen = order[start:start + batch]
            logits = network.forward(x[chosen], train=True)['logits']
            p = np.exp(logits - logits.max(1, keepdims=True))
            p /= p.sum(1, keepdims=True)
            rows = np.arange(batch)
            total -= float(np.log(p[rows, kinds[chosen]] + 1e-9).mean())
            p[rows, kinds[chosen]] -= 1
            network.backward(p / np.float32(batch))
            step += 1
            rate = top_rate * 0.5 * (1 + np.cos(np.pi * step / steps))
            adam(network, moments, step, rate)
        tell(epoch, total / (len(x) // batch))


def adam(network, moments, step, rate, beta1=0.9, beta2=0.999, decay=1e-4):
    for name, layer in network.weighted.items():
        for part in ['w', 'b']:
            gradient = getattr(layer, 'd' + part)
            m, v = moments.get((name, part), (0, 0))
            m, v = beta1 * m + (1 - beta1) * gradient, beta2 * v + (1 - beta2) * gradient ** 2
            moments[name, part] = m, v
            update = (m / (1 - beta1 ** step)) / (np.sqrt(v / (1 - beta2 ** step)) + 1e-8)
            value = getattr(layer, part)
            value -= np.float32(rate) * (update + (decay * value if part == 'w' else 0)).astype(np.float32)
