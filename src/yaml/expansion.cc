#include "yaml/expansion.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <utility>
#include <vector>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

namespace vedette::yaml {
namespace {

constexpr const char* kMergeKey = "<<";
constexpr int kMergeDepthMax = 10;  // a mapping may name itself

class Counter final : public YAML::EventHandler {
 public:
  explicit Counter(size_t max) : max_(max) {}
  size_t total() const { return sizes_.back().second; }
  const YAML::Mark& document() const { return document_; }  // the last one

  void OnDocumentStart(const YAML::Mark& mark) override { document_ = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t anchor) override { Leaf(anchor, 1); }
  void OnScalar(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t anchor,
                const std::string& /*value*/) override {
    Leaf(anchor, 1);
  }
  void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    // A name that stands inside what it names unfolds for ever.
    Leaf(0, found == anchors_.end() ? max_ + 1 : found->second);
  }
  void OnSequenceStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/,
                       YAML::anchor_t anchor, YAML::EmitterStyle::value /*style*/) override {
    sizes_.emplace_back(anchor, 1);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    sizes_.emplace_back(anchor, 1);
  }
  void OnMapEnd() override { Close(); }

 private:
  void Leaf(YAML::anchor_t anchor, size_t size) {
    if (anchor != 0) anchors_[anchor] = size;
    sizes_.back().second = std::min(max_ + 1, sizes_.back().second + size);
  }
  void Close() {
    const auto [anchor, size] = sizes_.back();
    sizes_.pop_back();
    Leaf(anchor, size);
  }

  const size_t max_;
  YAML::Mark document_;
  std::map<YAML::anchor_t, size_t> anchors_;
  std::vector<std::pair<YAML::anchor_t, size_t>> sizes_ = {{0, 0}};  // of what is open
};

bool MergeInto(const YAML::Node& from, YAML::Node& out, std::set<std::string>& taken, int depth) {
  if (depth > kMergeDepthMax) return false;
  if (from.IsSequence()) {
    return std::all_of(from.begin(), from.end(), [&](const auto& one) {
      return one.IsMap() && MergeInto(one, out, taken, depth + 1);
    });
  }
  if (!from.IsMap()) return false;
  for (const auto& entry : from) {
    if (!entry.first.IsScalar() || entry.first.Scalar() == kMergeKey) continue;
    if (taken.insert(entry.first.Scalar()).second) out.force_insert(entry.first, entry.second);
  }
  const YAML::Node more = from[kMergeKey];
  return !more.IsDefined() || MergeInto(more, out, taken, depth + 1);
}

}  // namespace

Extent ExtentOf(const std::string& text, size_t max) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  Counter counter(max);
  parser.HandleNextDocument(counter);
  Extent extent{.values = counter.total(), .second = {}};
  if (parser.HandleNextDocument(counter)) extent.second = counter.document();
  return extent;
}

std::optional<YAML::Node> Merged(const YAML::Node& node) {
  if (!node.IsMap() || !node[kMergeKey].IsDefined()) return node;
  YAML::Node out(YAML::NodeType::Map);
  std::set<std::string> taken;
  for (const auto& entry : node) {
    if (entry.first.IsScalar() && entry.first.Scalar() == kMergeKey) continue;
    if (entry.first.IsScalar()) taken.insert(entry.first.Scalar());
    out.force_insert(entry.first, entry.second);
  }
  if (!MergeInto(node[kMergeKey], out, taken, 0)) return std::nullopt;
  return out;
}

}  // namespace vedette::yaml
