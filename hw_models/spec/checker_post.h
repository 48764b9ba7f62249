// POST's instructions: descriptors with a meaning, operands that fit each other and their memories.
#pragma once

#include "hw_models/spec/checker_listing.h"
#include "hw_models/spec/checker_ranges.h"
#include "hw_models/spec/descriptors.h"

namespace vernier {

// See check_fields. POST runs in program order, so its registers follow from the listing.
class PostChecker {
 public:
  explicit PostChecker(const Listing& listing) : listing_(listing) {}
  void check(std::size_t pc);

 private:
  void descriptor(const RangeChecker& range, const Instruction& any) const;
  void ofmap(const RangeChecker& range, const insn::PostOfmap& o) const;
  void scale(const RangeChecker& range, const insn::PostScale& s) const;
  void window(const RangeChecker& range, const insn::PostWindow& w) const;
  void operation(const RangeChecker& range, const Instruction& any) const;
  void drain(const RangeChecker& range, const insn::PostDrain& d) const;
  // Rows y0 .. y0 + rows - 1 of A and B, broadcast or not, and of the output.
  void pair(const RangeChecker& range, std::int64_t y0, std::int64_t rows) const;
  void copy(const RangeChecker& range, const insn::PostCopy& c) const;
  void move(const RangeChecker& range, const insn::PostMove& m) const;
  void pool(const RangeChecker& range, const insn::PostPool& p) const;
  void softmax(const RangeChecker& range, const insn::PostSoftmax& s) const;
  // Rows first .. first + count - 1 of A, and of the output with rows of the same length.
  void rowwise(const RangeChecker& range, std::int64_t first, std::int64_t count) const;
  void output_rows(const RangeChecker& range, std::int64_t first, std::int64_t count) const;

  const Listing& listing_;
  PostRegisters r_;
};

}  // namespace vernier
