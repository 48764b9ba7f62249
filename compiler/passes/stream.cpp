#include "compiler/passes/stream.h"

#include "hw_models/spec/ports.h"

namespace vernier::compiler {
namespace {

// Bytes that one load should bring at least, so that instructions stay few.
constexpr int kLoadBytes = 2048;
// Rows of a strip of a POST layer: as many as keep its neighbours' rows few.
constexpr int kVectorStep = 4;

constexpr int kNoCap = 1 << 14;
// PostOfmap.ring, the narrowest of the descriptors.
constexpr int kMostRing = (1 << 12) - 1;

bool runs(const LayerPlan& layer) {
  return layer.mode == LayerPlan::Mode::kMatmul || layer.mode == LayerPlan::Mode::kVector;
}

}  // namespace

Stream::Stream(const Plan& plan, int first, int last) : banks_(plan.config.act_mem_banks) {
  for (int i = first; i <= last; ++i) {
    if (runs(plan.layers[static_cast<std::size_t>(i)])) add_layer(plan, i);
  }
  for (auto& t : tensors_) t.stored = plan.tensor(t.tensor).last > last;
}

void Stream::cut(const Plan& plan, int cap, bool tight) {
  tight_ = tight;
  for (auto& l : layers_) {
    l.step = l.whole ? l.height : std::clamp(std::min(l.most, cap), 1, l.height);
  }
  for (auto& t : tensors_) {
    if (t.producer >= 0) continue;
    const auto& rows = plan.tensor(t.tensor).rows;
    t.load_step = std::clamp(kLoadBytes / std::max(1, rows.w * rows.c), 1, cap);
  }
  size_slots();
  rewind();
}

std::size_t Stream::tensor_index(const Plan& plan, int storage) {
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    if (tensors_[i].tensor == storage) return i;
  }
  StreamTensor t;
  t.tensor = storage;
  t.height = plan.tensor(storage).rows.h;
  tensors_.push_back(t);
  return tensors_.size() - 1;
}

void Stream::add_layer(const Plan& plan, int layer) {
  const auto& p = plan.layers[static_cast<std::size_t>(layer)];
  StreamLayer l;
  l.layer = layer;
  for (const auto& use : row_uses(plan, p)) {
    const std::size_t t = tensor_index(plan, use.tensor);
    tensors_[t].readers.push_back({layers_.size(), l.inputs.size()});
    l.inputs.push_back({use, t});
    l.whole = l.whole || use.whole;
  }
  l.output = tensor_index(plan, plan.tensor(p.output).storage);
  tensors_[l.output].producer = static_cast<int>(layers_.size());
  l.height = tensors_[l.output].height;
  l.mac = p.mode == LayerPlan::Mode::kMatmul;
  l.most = l.mac ? p.matmul.tile_h : kVectorStep;
  layers_.push_back(std::move(l));
}

int Stream::rounded(const StreamTensor& tensor, int slots) const {
  const bool few = tight_ && slots < banks_ &&
                   std::none_of(tensor.readers.begin(), tensor.readers.end(),
                                [&](const auto& r) { return layers_[r.layer].mac; });
  return few ? slots : (slots + banks_ - 1) / banks_ * banks_;
}

// What the widest window takes, and the strip that is being written meanwhile.
void Stream::size_slots() {
  for (auto& tensor : tensors_) {
    int window = 0;
    for (const auto& r : tensor.readers) {
      const auto& use = layers_[r.layer].inputs[r.input].use;
      window = std::max(window, use.whole ? tensor.height
                                          : (layers_[r.layer].step - 1) * use.stride + use.extent);
    }
    const int step = tensor.producer < 0 ? tensor.load_step
                                         : layers_[static_cast<std::size_t>(tensor.producer)].step;
    const int want = window + (tensor.stored && window == 0 ? 2 * step : step);
    tensor.slots = std::min(tensor.height, rounded(tensor, want));
  }
}

void Stream::rewind() {
  for (auto& l : layers_) l.done = 0;
  for (auto& t : tensors_) {
    t.produced = 0;
    t.wanted = StreamTensor::kAllRead;  // of those that no layer reads
  }
  for (std::size_t l = 0; l < layers_.size(); ++l) look_ahead(l);
}

void Stream::look_ahead(std::size_t l) {
  auto& layer = layers_[l];
  for (auto& in : layer.inputs) {
    in.first = layer.done < layer.height ? in.use.first(layer.done) : StreamTensor::kAllRead;
    in.end = in.use.end(layer.next());
  }
  for (const auto& in : layer.inputs) {
    auto& tensor = tensors_[in.tensor];
    tensor.wanted = StreamTensor::kAllRead;
    for (const auto& r : tensor.readers) {
      tensor.wanted = std::min(tensor.wanted, layers_[r.layer].inputs[r.input].first);
    }
  }
}

Stream Stream::of_group(const Plan& plan, const Group& group) {
  Stream s(plan, group.first, group.last);
  s.cut(plan, kNoCap);
  for (auto& l : s.layers_) {
    const auto& p = plan.layers[static_cast<std::size_t>(l.layer)];
    l.step = p.strip_h;
  }
  for (auto& t : s.tensors_) {
    if (t.producer >= 0) {
      t.slots = plan.tensor(t.tensor).place.slots();
      continue;
    }
    for (const auto& loaded : group.loaded) {
      if (loaded.tensor != t.tensor) continue;
      t.slots = loaded.place.slots();
      t.load_step = loaded.step;
    }
  }
  s.rewind();
  return s;
}

bool Stream::rows_there(std::size_t l) const {
  const auto& layer = layers_[l];
  if (layer.done >= layer.height) return false;
  return std::all_of(layer.inputs.begin(), layer.inputs.end(),
                     [&](const auto& in) { return tensors_[in.tensor].produced >= in.end; });
}

bool Stream::has_slots(const StreamLayer& l) const {
  const auto& out = tensors_[l.output];
  return l.next() - out.lowest() <= out.slots;
}

void Stream::advance(std::size_t l) {
  auto& layer = layers_[l];
  layer.done = layer.next();
  tensors_[layer.output].produced = layer.done;
  look_ahead(l);
}

int Stream::load_end(std::size_t t) const {
  return std::min(tensors_[t].height, tensors_[t].produced + tensors_[t].load_step);
}

bool Stream::can_load(std::size_t t) const {
  const auto& tensor = tensors_[t];
  return tensor.producer < 0 && tensor.produced < tensor.height &&
         load_end(t) - tensor.lowest() <= tensor.slots;
}

void Stream::load(std::size_t t) { tensors_[t].produced = load_end(t); }

bool Stream::finished() const {
  return std::all_of(layers_.begin(), layers_.end(),
                     [](const StreamLayer& l) { return l.done >= l.height; });
}

// The deepest layer first, so that rows are used up as early as can be.
bool Stream::run() {
  while (!finished()) {
    bool moved = false;
    for (std::size_t t = 0; t < tensors_.size(); ++t) {
      for (; can_load(t); moved = true) load(t);
    }
    for (std::size_t l = layers_.size(); l-- > 0;) {
      if (!ready(l)) continue;
      advance(l);
      moved = true;
      break;
    }
    if (!moved) return false;
  }
  return true;
}

// More slots for every tensor whose writer waits for slots alone.
bool Stream::grow() {
  bool grown = false;
  const auto enlarge = [&](StreamTensor& t) {
    if (t.slots >= t.height) return;
    t.slots = std::min(t.height, rounded(t, t.slots + 1));
    grown = true;
  };
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    if (rows_there(l) && !has_slots(layers_[l])) enlarge(tensors_[layers_[l].output]);
  }
  for (std::size_t t = 0; t < tensors_.size(); ++t) {
    if (tensors_[t].producer < 0 && tensors_[t].produced < tensors_[t].height && !can_load(t)) {
      enlarge(tensors_[t]);
    }
  }
  return grown;
}

bool Stream::settle() {
  while (!run()) {
    if (!grow()) return false;
    rewind();
  }
  rewind();
  return true;
}

bool Stream::rings_run(const Plan& plan) const {
  const auto ring = [this](std::size_t t) {
    return tensors_[t].slots < tensors_[t].height ? tensors_[t].slots : 0;
  };
  for (std::size_t t = 0; t < tensors_.size(); ++t) {
    if (ring(t) > kMostRing) return false;
  }
  for (const auto& l : layers_) {
    const auto& p = plan.layers[static_cast<std::size_t>(l.layer)];
    if (p.mode != LayerPlan::Mode::kMatmul) continue;
    insn::MacKernel k = p.matmul.kernel;
    k.ring = ring(l.inputs.front().tensor);
    if (k.segments > segment_banks(plan.config, k)) return false;
  }
  return true;
}

}  // namespace vernier::compiler
