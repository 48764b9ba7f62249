#include "compiler/import/pool.h"

namespace vernier {

void import_average_pool(OpReader& op) { import_pool(op); }

}  // namespace vernier
