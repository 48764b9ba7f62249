// A streamed group: its layers advance strip by strip, each as soon as the rows that it reads are
// there and its output has free row slots.
#pragma once

#include <vector>

#include "compiler/passes/row_use.h"
#include "compiler/plan.h"

namespace vernier::compiler {

struct StreamTensor {
  // A layer's operand: indices in Stream::layers() and of its inputs.
  struct Reader {
    std::size_t layer, input;
  };
  int tensor = -1;  // the storage
  int height = 0;
  int slots = 0;        // rows it holds at a time
  int load_step = 0;    // rows of one load; 0: a layer of the group writes it
  int producer = -1;    // index in Stream::layers()
  bool stored = false;  // goes to DRAM
  std::vector<Reader> readers;
  static constexpr int kAllRead = 1 << 30;
  int produced = 0;       // rows written or loaded so far
  int wanted = kAllRead;  // first row that a layer has still to read
  // First row that must stay or come next.
  int lowest() const { return std::min(produced, wanted); }
};

struct StreamLayer {
  struct Input {
    RowUse use;
    std::size_t tensor;      // index in Stream::tensors()
    int first = 0, end = 0;  // rows [first, end) that the next strip reads
  };
  int layer = -1;      // index in Plan::layers
  int height = 0;      // output rows
  int step = 0;        // rows of one strip
  int most = 0;        // rows that a strip may have
  bool whole = false;  // its rows are made at once
  bool mac = false;    // on the MAC array
  int done = 0;        // output rows made so far
  std::size_t output = 0;
  std::vector<Input> inputs;

  int next() const { return std::min(height, done + step); }
};

class Stream {
 public:
  // Layers first..last of the plan; cut() follows.
  Stream(const Plan& plan, int first, int last);
  // Strips of at most `cap` rows, with the least slots that can hold them: whole turns of the
  // banks, so that neighbours always lie in different ones; `tight`: fewer than one turn where
  // these do.
  void cut(const Plan& plan, int cap, bool tight = false);
  // As the group was placed: slots and steps are those of the plan.
  static Stream of_group(const Plan& plan, const Group& group);

  // Enlarges slots until the whole group can run; false when it never can.
  bool settle();
  // The machine can address the rings: their lengths fit the descriptors, and the kernel rows of
  // one pass lie in banks of their own.
  bool rings_run(const Plan& plan) const;

  // The next strip of layer l has all its rows, and its output the slots.
  bool ready(std::size_t l) const { return rows_there(l) && has_slots(layers_[l]); }
  void advance(std::size_t l);
  // The next load of tensor t, an input, has slots.
  bool can_load(std::size_t t) const;
  // Rows [first, end) of the next load.
  int load_end(std::size_t t) const;
  void load(std::size_t t);
  bool finished() const;

  const std::vector<StreamLayer>& layers() const { return layers_; }
  const std::vector<StreamTensor>& tensors() const { return tensors_; }

 private:
  std::size_t tensor_index(const Plan& plan, int storage);
  void add_layer(const Plan& plan, int layer);
  void size_slots();
  int rounded(const StreamTensor& tensor, int slots) const;
  // Before the first strip.
  void rewind();
  // The rows that the next strip of a layer reads, and what its operands' slots may let go.
  void look_ahead(std::size_t l);
  bool rows_there(std::size_t l) const;
  bool has_slots(const StreamLayer& l) const;
  bool run();
  bool grow();

  int banks_;
  bool tight_ = false;
  std::vector<StreamLayer> layers_;
  std::vector<StreamTensor> tensors_;
};

}  // namespace vernier::compiler
