// Names of the .tflite format's enumerations, for messages: also of what is not supported.
#pragma once

#include <cstdint>
#include <string>

namespace vernier {

// TensorType: "float32", "int4"; "type 99" for a code the format does not have.
std::string tensor_type_name(int code);
// BuiltinOperator: "TRANSPOSE_CONV"; "operator code 999" for others.
std::string builtin_name(std::int64_t code);
// ActivationFunctionType: "TANH"; "activation 99" for others.
std::string activation_name(int code);
// Whether an operator calls another subgraph or holds state: IF, WHILE, CALL, CALL_ONCE.
bool is_control_flow(std::int64_t code);

}  // namespace vernier
