#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/labels.h"
#include "sources/otlp/names.h"
#include "sources/otlp/wire.h"

namespace vedette::sources::otlp {

// Makes the labels of the series of a point: those of its resource and scope, built once, merged
// with its own attributes. Not thread-safe.
class LabelMaker {
 public:
  explicit LabelMaker(Translation translation) : translation_(translation) {}

  // The labels that all following points share. Later ones of the same name win.
  void BeginResource() { base_.clear(); }
  // A promoted attribute gives way to an attribute of the point; other labels do not.
  void AddBase(std::string_view name, std::string_view value, bool gives_way);
  // Forgets what was added since the base had `size` labels.
  size_t base_size() const { return base_.size(); }
  void CutBase(size_t size) { base_.resize(size); }
  void FinishBase();  // before the first point

  // Collects an attribute of the point at hand. False when its value is nested too deep.
  void BeginPoint();
  [[nodiscard]] bool AddAttribute(const Attribute& attribute);
  size_t attributes() const { return own_.size(); }
  // After the last attribute; labels named `reserved` ("le", "quantile" or "") are left out.
  void FinishPoint(std::string_view reserved);

  // The canonical labels of one series of the point, valid until the next call. `reserved_value`
  // is that of the reserved label; empty: without it.
  model::LabelsView Series(std::string_view metric, std::string_view suffix,
                           std::string_view reserved_value = {});

  // The label's name for an attribute; lives as long as this object, or until Trim.
  std::string_view NameOf(std::string_view attribute);
  // Forgets names when there are unusually many.
  void Trim();

 private:
  struct BaseLabel {
    std::string name;
    std::string encoded;  // the label in canonical form; empty without a value
    bool gives_way = false;
  };
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  void MergeDuplicates();

  const Translation translation_;
  std::unordered_map<std::string, std::string, Hash, std::equal_to<>> names_;
  std::vector<BaseLabel> base_;
  std::vector<const BaseLabel*> sorted_base_;
  std::vector<model::Label> own_;
  std::deque<std::string> texts_;  // of values that are no strings
  std::string_view reserved_;
  std::string front_;   // canonical labels below __name__
  std::string middle_;  // between it and the reserved one
  std::string back_;
  std::string series_;
};

}  // namespace vedette::sources::otlp
