"""Writes a .tflite file: tensors, buffers and operators in the order they are added."""
import flatbuffers
import tflite

ALIGNMENT = 16  # of each buffer's bytes, as the format's readers expect
# Oldest version of each operator that takes int8 tensors (the format's own table).
VERSIONS = {'CONV_2D': 3, 'ADD': 2, 'MAX_POOL_2D': 2, 'AVERAGE_POOL_2D': 2, 'RESHAPE': 1,
            'FULLY_CONNECTED': 4, 'SOFTMAX': 2}
TYPES = {'int8': tflite.TensorType.INT8, 'int32': tflite.TensorType.INT32}


class Writer:
    """Add tensors and operators, then take the bytes: one subgraph, one use."""

    def __init__(self, description):
        self.b = flatbuffers.Builder(1 << 16)
        self.description = description
        self.buffers = [self._buffer(None)]  # buffer 0 is the empty one, by convention
        self.tensors, self.operators, self.codes = [], [], []

    def _table(self, name, **fields):
        """A FlatBuffers table of the schema; fields are scalars or offsets."""
        getattr(tflite, name + 'Start')(self.b)
        for field, value in fields.items():
            if value is not None:
                getattr(tflite, f'{name}Add{field}')(self.b, value)
        return getattr(tflite, name + 'End')(self.b)

    def _vector(self, start, items, push):
        start(self.b, len(items))
        for item in reversed(items):
            push(item)
        return self.b.EndVector()

    def _ints(self, start, items):
        return self._vector(start, [int(i) for i in items], self.b.PrependInt32)

    def _offsets(self, start, items):
        return self._vector(start, items, self.b.PrependUOffsetTRelative)

    def _buffer(self, data):
        if data is None:
            return self._table('Buffer')
        raw = data.astype(data.dtype.newbyteorder('<')).tobytes()
        self.b.StartVector(1, len(raw), ALIGNMENT)
        self.b.head -= len(raw)
        self.b.Bytes[self.b.head:self.b.head + len(raw)] = raw
        return self._table('Buffer', Data=self.b.EndVector())

    def tensor(self, name, shape, dtype, scales=None, zero_point=0, data=None):
        """Adds a tensor and returns its index. scales: one, or one per element of dimension 0."""
        index = 0
        if data is not None:
            index = len(self.buffers)
            self.buffers.append(self._buffer(data))
        quantization = None
        if scales is not None:
            zeros = [zero_point] * len(scales)
            scale = self._vector(tflite.QuantizationParametersStartScaleVector,
                                 [float(s) for s in scales], self.b.PrependFloat32)
            zero = self._vector(tflite.QuantizationParametersStartZeroPointVector, zeros,
                                self.b.PrependInt64)
            quantization = self._table('QuantizationParameters', Scale=scale, ZeroPoint=zero)
        dims = self._ints(tflite.TensorStartShapeVector, shape)
        text = self.b.CreateString(name)
        self.tensors.append(self._table('Tensor', Shape=dims, Type=TYPES[dtype], Buffer=index,
                                        Name=text, Quantization=quantization))
        return len(self.tensors) - 1

    def operator(self, code, inputs, outputs, options, **fields):
        """Adds an operator: code as in BuiltinOperator, options as the name of its options table."""
        if code not in self.codes:
            self.codes.append(code)
        settings = self._table(options, **fields)
        ins = self._ints(tflite.OperatorStartInputsVector, inputs)
        outs = self._ints(tflite.OperatorStartOutputsVector, outputs)
        self.operators.append(self._table(
            'Operator', OpcodeIndex=self.codes.index(code), Inputs=ins, Outputs=outs,
            BuiltinOptionsType=getattr(tflite.BuiltinOptions, options), BuiltinOptions=settings))

    def new_shape(self, shape):
        """The vector that ReshapeOptions takes."""
        return self._ints(tflite.ReshapeOptionsStartNewShapeVector, shape)

    def finish(self, inputs, outputs):
        """The file's bytes."""
        ins = self._ints(tflite.SubGraphStartInputsVector, inputs)
        outs = self._ints(tflite.SubGraphStartOutputsVector, outputs)
        tensors = self._offsets(tflite.SubGraphStartTensorsVector, self.tensors)
        operators = self._offsets(tflite.SubGraphStartOperatorsVector, self.operators)
        name = self.b.CreateString('main')
        graph = self._table('SubGraph', Tensors=tensors, Inputs=ins, Outputs=outs,
                            Operators=operators, Name=name)
        numbers = {code: getattr(tflite.BuiltinOperator, code) for code in self.codes}
        codes = [self._table('OperatorCode', DeprecatedBuiltinCode=numbers[code],
                             BuiltinCode=numbers[code], Version=VERSIONS[code]) for code in self.codes]
        codes = self._offsets(tflite.ModelStartOperatorCodesVector, codes)
        graphs = self._offsets(tflite.ModelStartSubgraphsVector, [graph])
        buffers = self._offsets(tflite.ModelStartBuffersVector, self.buffers)
        text = self.b.CreateString(self.description)
        model = self._table('Model', Version=3, OperatorCodes=codes, Subgraphs=graphs,
                            Description=text, Buffers=buffers)
        self.b.Finish(model, file_identifier=b'TFL3')
        return bytes(self.b.Output())
