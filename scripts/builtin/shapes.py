"""The data: 16 x 16 RGB pictures of eight kinds of shape and texture, drawn with noise."""
import numpy as np

SIDE = 16
CLASSES = ['disc', 'ring', 'square', 'triangle', 'cross', 'rows', 'columns', 'checks']
NOISE = 0.16  # standard deviation added to each colour value; colours lie in 0..1
CONTRAST = 0.5  # least distance between the two colours of a picture


def mask(kind, rng):
    """Where the foreground is: a boolean [SIDE, SIDE] picture of CLASSES[kind]."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float64)
    cy, cx = rng.uniform(6, 9, 2)
    r = rng.uniform(3.5, 6)
    dy, dx = y - cy, x - cx
    far = np.maximum(np.abs(dy), np.abs(dx))
    period = rng.uniform(3, 6)
    py, px = rng.uniform(0, period, 2)
    rows, columns = (y + py) % period < period / 2, (x + px) % period < period / 2
    return [
        np.hypot(dy, dx) < r,
        np.abs(np.hypot(dy, dx) - r) < 1.2,
        far < 0.85 * r,
        (dy < 0.7 * r) & (np.abs(dx) < 0.6 * (dy + r)),
        (np.minimum(np.abs(dy), np.abs(dx)) < 1.1) & (far < r),
        rows,
        columns,
        rows ^ columns,
    ][kind]


def colours(rng):
    """Two colours that can be told apart."""
    while True:
        pair = rng.uniform(0, 1, (2, 3))
        if np.linalg.norm(pair[0] - pair[1]) >= CONTRAST:
            return pair


def draw(count, seed):
    """`count` pictures as uint8 [count, SIDE, SIDE, 3] and their kinds: picture i is of kind i mod 8."""
    rng = np.random.Generator(np.random.PCG64(seed))
    kinds = np.arange(count) % len(CLASSES)
    pictures = np.empty((count, SIDE, SIDE, 3), np.uint8)
    for i, kind in enumerate(kinds):
        fore, back = colours(rng)
        picture = np.where(mask(kind, rng)[..., None], fore, back)
        picture += rng.normal(0, NOISE, picture.shape)
        pictures[i] = np.clip(np.rint(255 * picture), 0, 255)
    return pictures, kinds
