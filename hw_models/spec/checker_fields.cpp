#include "hw_models/spec/checker_fields.h"

#include "hw_models/spec/checker_mac.h"
#include "hw_models/spec/checker_post.h"
#include "hw_models/spec/checker_transfers.h"

namespace vernier {

void check_fields(const Listing& listing) {
  MacChecker mac(listing);
  PostChecker post(listing);
  for (std::size_t pc = 0; pc < listing.size(); ++pc) {
    switch (engine_of(listing.insns[pc])) {
      case Engine::Load:
      case Engine::Store:
        check_transfer(listing, pc);
        break;
      case Engine::Mac:
        mac.check(pc);
        break;
      case Engine::Post:
        post.check(pc);
        break;
      case Engine::Dispatch:
        break;
    }
  }
  mac.finish();
}

}  // namespace vernier
