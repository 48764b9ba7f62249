// LOAD's and STORE's instructions: both ends of a transfer stay in their memories.
#pragma once

#include "hw_models/spec/checker_listing.h"

namespace vernier {

// See check_fields.
void check_transfer(const Listing& listing, std::size_t pc);

}  // namespace vernier
