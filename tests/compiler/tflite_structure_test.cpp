// bad_inputs.md 2.1, rows T6, T8 to T11, T26 to T28: operators, indices, dataflow, encodings.
#include <set>

#include "tests/compiler/tflite_cases.h"

namespace vernier {

TEST_CASE("an operator that is not supported is refused by index, name and code (T6)") {
  auto m = network_model();
  m.ops[2].code = 67;
  refused(m, ErrorId::TflOperator,
          {"subgraph 0, op 2 TRANSPOSE_CONV (code 67)", "supported: ADD, ", "SOFTMAX"});
  m.ops[2].code = 161;
  refused(m, ErrorId::TflOperator, {"op 2 RIGHT_SHIFT (code 161)"});
  m.ops[2].code = 4711;
  refused(m, ErrorId::TflOperator, {"op 2 operator code 4711 (code 4711)"});
  m.ops[2].code = INT32_MAX;
  refused(m, ErrorId::TflOperator, {"op 2 operator code 2147483647"});
}

TEST_CASE("a negative operator code is refused, whatever the other field says (T6)") {
  auto m = conv_model();
  m.ops[0].narrow_code = -5;
  refused(m, ErrorId::TflOperator, {"op 0 operator code -5"});
  m = conv_model();
  m.ops[0].code = -7;
  m.ops[0].narrow_code = 3;
  refused(m, ErrorId::TflOperator, {"op 0 operator code -7"});
}

TEST_CASE("both operator code fields are read, the larger counts") {
  auto m = conv_model();
  m.ops[0].code = 0;
  m.ops[0].narrow_code = 3;  // as files before the 32-bit field have it
  CHECK(imported(m).ops[0].type == OpType::Conv);
}

TEST_CASE("a custom operator is refused with its escaped name (T6)") {
  auto m = conv_model();
  m.ops[0].code = 32;
  m.ops[0].custom_code = "ethos-u\x1b[2J\n";
  refused(m, ErrorId::TflOperator, {"op 0 CUSTOM \"ethos-u\\x1b[2J\\x0a\" (code 32)"});
}

TEST_CASE("control flow is refused before anything runs (T8)") {
  for (const auto& [code, name] : {std::pair{129, "CALL_ONCE"}, std::pair{119, "WHILE"},
                                   std::pair{118, "IF"}, std::pair{31, "CALL"}}) {
    auto m = conv_model();
    m.ops[0].code = code;
    refused(m, ErrorId::TflOperator,
            {std::string("op 0 ") + name, "control flow is not supported"});
  }
}

TEST_CASE("a tensor index out of range names operator, slot and tensor count (T9)") {
  for (const int index : {4, INT32_MAX, -2, INT32_MIN}) {
    const auto found = "tensor index " + std::to_string(index) + ", must be 0..3 of 4 tensors";
    for (const unsigned slot : {0u, 1u, 2u}) {
      auto m = conv_model();
      m.ops[0].inputs[slot] = index;
      refused(m, ErrorId::TflIndex, {"op 0 CONV_2D, input " + std::to_string(slot), found});
    }
    auto m = conv_model();
    m.ops[0].outputs[0] = index;
    refused(m, ErrorId::TflIndex, {"op 0 CONV_2D, output 0", found});
    m = conv_model();
    m.inputs[0] = index;
    refused(m, ErrorId::TflIndex, {"graph input 0", found});
    m = conv_model();
    m.outputs[0] = index;
    refused(m, ErrorId::TflIndex, {"graph output 0", found});
  }
}

TEST_CASE("an absent operand (-1) is for optional slots only (T9)") {
  auto m = conv_model();
  m.ops[0].inputs[2] = -1;
  CHECK(imported(m).ops[0].inputs == std::vector<int>{0, 1, -1});
  m.ops[0].inputs.pop_back();
  CHECK(imported(m).ops[0].inputs == std::vector<int>{0, 1});
  m = conv_model();
  m.ops[0].inputs[1] = -1;
  refused(m, ErrorId::TflIndex, {"op 0 CONV_2D, input 1: tensor index -1", "optional"});
  m = conv_model();
  m.ops[0].outputs[0] = -1;
  refused(m, ErrorId::TflIndex, {"output 0: tensor index -1"});
  m = conv_model();
  m.outputs[0] = -1;
  refused(m, ErrorId::TflIndex, {"graph output 0: tensor index -1"});
}

TEST_CASE("an operator has as many operands as its table row says (T9)") {
  auto m = conv_model();
  m.ops[0].inputs = {0};
  refused(m, ErrorId::TflIndex, {"op 0 CONV_2D: 1 inputs, must be 2..3"});
  m.ops[0].inputs = {0, 1, 2, 2};
  refused(m, ErrorId::TflIndex, {"4 inputs"});
  m.ops[0].inputs = {};
  refused(m, ErrorId::TflIndex, {"0 inputs"});
  m = conv_model();
  m.ops[0].outputs = {};
  refused(m, ErrorId::TflIndex, {"0 outputs, must be 1"});
  m.ops[0].outputs = {3, 3};
  refused(m, ErrorId::TflIndex, {"2 outputs, must be 1"});
}

TEST_CASE("opcode and buffer indices are in range (T10)") {
  for (const std::uint32_t index : {1u, 0x7FFFFFFFu, 0xFFFFFFFFu}) {
    auto m = conv_model();
    m.ops[0].opcode_index = index;
    refused(m, ErrorId::TflIndex,
            {"op 0, field opcode_index: " + std::to_string(index) + ", must be 0..0"});
  }
  for (const std::uint32_t index : {3u, 0x7FFFFFFFu, 0xFFFFFFFFu}) {
    auto m = conv_model();
    m.tensors[1].buffer = index;
    refused(m, ErrorId::TflIndex,
            {"tensor 1 \"t1\": buffer " + std::to_string(index) + ", must be 0..2"});
  }
}

TEST_CASE("weights, bias and shapes need data (T11)") {
  for (const std::size_t t : {1u, 2u}) {
    auto m = conv_model();
    m.tensors[t].data.clear();
    refused(m, ErrorId::TflConstant, {"op 0 CONV_2D, input " + std::to_string(t), "has no data"});
    m = conv_model();
    m.tensors[t].buffer = 0;
    refused(m, ErrorId::TflConstant, {"has no data"});
  }
  auto shape = reshape_model();
  shape.tensors[1].data.clear();
  refused(shape, ErrorId::TflConstant, {"op 0 RESHAPE, input 1", "has no data"});
}

TEST_CASE("buffer 0 is the empty buffer (T11)") {
  auto m = conv_model();
  m.buffer_zero = {1, 2, 3};
  refused(m, ErrorId::TflConstant, {"buffer 0 holds 3 bytes, must be the empty buffer"});
}

TEST_CASE("weights that are computed at run time are refused (T11)") {
  ModelBuilder m;
  const int x = m.input({1, 8}, 0.5F, 0);
  const int w = m.input({1, 8}, 0.5F, 0);
  m.mark_output(m.fully_connected(x, w, -1, {}, 4.0F, 0));
  refused(m, ErrorId::TflConstant,
          {"op 0 FULLY_CONNECTED, input 1 (tensor 1 \"t1\") is computed at run time"});
}

TEST_CASE("activations that are constants are refused (T11)") {
  auto m = add_model();
  m.tensors[1].data.assign(12, 1);
  refused(m, ErrorId::TflConstant, {"tensor 1 \"t1\" is a graph input and a constant"});
  m = add_model();
  m.tensors[2].data.assign(12, 1);
  refused(m, ErrorId::TflConstant, {"output 0: tensor 2 \"t2\" is a constant"});
  m = softmax_model();
  const int other = m.input({1, 4}, 1.0F, 0);
  m.inputs = {other};
  m.tensors[0].data.assign(10, 1);
  refused(m, ErrorId::TflConstant, {"op 0 SOFTMAX, input 0 (tensor 0 \"t0\") is a constant"});
}

TEST_CASE("the same tensor as input and output of one operator is refused (T26)") {
  auto m = add_model();
  m.ops[0].outputs[0] = 1;
  m.outputs[0] = 1;
  refused(m, ErrorId::TflDataflow, {"op 0 ADD", "tensor 1 \"t1\"", "input as well"});
  m = add_model();
  m.ops[0].inputs[1] = 2;
  refused(m, ErrorId::TflDataflow, {"op 0 ADD", "tensor 2 \"t2\"", "output as well"});
}

TEST_CASE("a tensor written twice names the tensor and both operators (T26)") {
  auto m = network_model();
  m.ops[4].outputs[0] = m.ops[1].outputs[0];
  refused(m, ErrorId::TflDataflow, {"op 4 ADD", "is written by op 1 DEPTHWISE_CONV_2D already"});
  m = network_model();
  m.ops[4].outputs[0] = m.inputs[0];
  refused(m, ErrorId::TflDataflow, {"op 4 ADD", "is written by the graph's input already"});
}

TEST_CASE("a cycle, and an operator before its producer, name both operators (T26)") {
  auto m = network_model();
  m.ops[2].inputs[0] = m.ops[4].outputs[0];
  refused(m, ErrorId::TflDataflow, {"op 2 CONV_2D, input 0", "is read before op 4 ADD writes it"});
  m = network_model();
  std::swap(m.ops[0], m.ops[1]);
  refused(m, ErrorId::TflDataflow,
          {"op 0 DEPTHWISE_CONV_2D, input 0", "is read before op 1 CONV_2D writes it"});
}

TEST_CASE("a graph output is written by an operator, and no end is listed twice (T26)") {
  auto m = conv_model();
  m.outputs = {0};
  refused(m, ErrorId::TflDataflow, {"graph output 0: tensor 0", "written by no operator"});
  m.outputs = {1};
  refused(m, ErrorId::TflDataflow, {"graph output 0: tensor 1", "written by no operator"});
  m.outputs = {3, 3};
  refused(m, ErrorId::TflDataflow, {"graph output 1: tensor 3 \"t3\" is listed twice"});
  m = conv_model();
  m.inputs = {0, 0};
  refused(m, ErrorId::TflDataflow, {"graph input 1: tensor 0 \"t0\" is listed twice"});
}

TEST_CASE("sparse and variable tensors are refused by name (T27)") {
  auto m = conv_model();
  m.tensors[1].is_sparse = true;
  refused(m, ErrorId::TflEncoding, {"tensor 1 \"t1\"", "sparse"});
  m = conv_model();
  m.tensors[0].is_variable = true;
  refused(m, ErrorId::TflEncoding, {"tensor 0 \"t0\"", "variable"});
  m = conv_model();
  m.tensors[1].custom_quantization = true;
  refused(m, ErrorId::TflEncoding, {"tensor 1 \"t1\"", "custom quantization"});
}

TEST_CASE("custom options and data outside the FlatBuffer are refused by name (T27)") {
  auto m = conv_model();
  m.ops[0].custom_options = {1, 2, 3};
  refused(m, ErrorId::TflEncoding, {"op 0 CONV_2D", "custom options (FlexBuffer)"});
  m = conv_model();
  m.ops[0].large_custom_options_offset = 4096;
  refused(m, ErrorId::TflEncoding, {"op 0 CONV_2D", "outside the FlatBuffer"});
  m = conv_model();
  m.ops[0].mutating = {0, 1, 0};
  refused(m, ErrorId::TflEncoding, {"op 0 CONV_2D", "a variable"});
  m = conv_model();
  m.buffer_offset = 4096;
  refused(m, ErrorId::TflEncoding, {"outside the FlatBuffer"});
}

TEST_CASE("options of another operator, or none where some are needed, are refused") {
  // RESHAPE, QUANTIZE, DEQUANTIZE, PAD, TRANSPOSE and HARD_SWISH do without.
  const std::set<int> optional{22, 114, 6, 34, 39, 117};
  for (const auto& m : {network_model(), mixed_model()}) {
    for (std::size_t i = 0; i < m.ops.size(); ++i) {
      INFO("op " << i);
      auto other = m;
      other.ops[i].options_kind = m.ops[i].options_kind == 9 ? 1 : 9;
      refused(other, ErrorId::TflOptions, {"op " + std::to_string(i), "builtin options of kind"});
      auto none = m;
      none.ops[i].options_kind = 0;
      if (m.ops[i].options_kind == 0 || optional.count(m.ops[i].code) == 1) {
        CHECK_NOTHROW(imported(none));
      } else {
        refused(none, ErrorId::TflOptions, {"op " + std::to_string(i), "no options"});
      }
    }
  }
}

TEST_CASE("tensor names are arbitrary bytes and change nothing (T28)") {
  const Graph plain = imported(network_model());
  const std::string names[] = {"",
                               "../../etc/passwd",
                               std::string("a\0b", 3),
                               "\x1b[31mred\x1b[0m",
                               "\xff\xfe%s%n;rm -rf /",
                               std::string(1'000'000, 'x')};
  for (const auto& name : names) {
    auto m = network_model();
    for (auto& t : m.tensors) t.name = name;  // duplicates as well
    const Graph g = imported(m);
    CHECK(g.tensors[0].name == name);
    CHECK(g.ops.size() == plain.ops.size());

    m.ops[0].options.stride_h = 0;
    refused(m, ErrorId::TflField, {"field stride_h: 0"});
    m.tensors[0].shape[1] = -1;
    refused(m, ErrorId::TflShape, {"tensor 0 \""});
  }
}

TEST_CASE("unused tensors of any type and unread results are harmless (T28)") {
  auto m = conv_model();
  TensorRecord text;
  text.type = 5;  // string
  text.shape = {3};
  text.data = {1, 2, 3, 4};
  m.tensors.push_back(text);
  TensorRecord scalar;
  m.tensors.push_back(scalar);
  m.quantize(m.ops[0].outputs[0], 1.0F, 0);  // nobody reads it
  const Graph g = imported(m);
  CHECK(g.tensors.size() == m.tensors.size());
  CHECK_FALSE(g.tensors[4].is_constant);
  CHECK(g.ops.size() == 2);
}

}  // namespace vernier
