#include "sources/otlp/labels.h"

#include <algorithm>
#include <utility>

namespace vedette::sources::otlp {
namespace {
constexpr size_t kNamesKept = 10'000;
}

void LabelMaker::AddBase(std::string_view name, std::string_view value, bool gives_way) {
  if (name.empty()) return;
  BaseLabel& label = base_.emplace_back();
  label.name = name;
  label.gives_way = gives_way;
  if (!value.empty()) model::AppendCanonicalLabel(label.encoded, name, value);
}

void LabelMaker::FinishBase() {
  sorted_base_.clear();
  for (const BaseLabel& label : base_) sorted_base_.push_back(&label);
  std::ranges::stable_sort(sorted_base_, {}, &BaseLabel::name);
  // The last of equal names stays.
  const auto equal = [](const BaseLabel* a, const BaseLabel* b) { return a->name == b->name; };
  const auto kept = std::unique(sorted_base_.rbegin(), sorted_base_.rend(), equal);
  sorted_base_.erase(sorted_base_.begin(), kept.base());
}

void LabelMaker::BeginPoint() {
  own_.clear();
  texts_.clear();
}

std::string_view LabelMaker::NameOf(std::string_view attribute) {
  auto found = names_.find(attribute);
  if (found == names_.end()) {
    found = names_.emplace(attribute, LabelName(attribute, translation_)).first;
  }
  return found->second;
}

void LabelMaker::Trim() {
  if (names_.size() > kNamesKept) names_.clear();
}

bool LabelMaker::AddAttribute(const Attribute& attribute) {
  std::string_view value = StringOf(attribute.value);
  if (value.data() == nullptr) {
    std::string& text = texts_.emplace_back();
    if (!AppendValue(attribute.value, text)) return false;
    value = text;
  }
  const std::string_view name = NameOf(attribute.key);
  if (!name.empty()) own_.push_back({name, value});
  return true;
}

// Attributes whose names became equal share one label, in the order of the attributes.
void LabelMaker::MergeDuplicates() {
  for (size_t i = 1; i < own_.size();) {
    if (own_[i].name != own_[i - 1].name) {
      ++i;
      continue;
    }
    std::string& text = texts_.emplace_back(own_[i - 1].value);
    text.append(";").append(own_[i].value);
    own_[i - 1].value = text;
    own_.erase(own_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void LabelMaker::FinishPoint(std::string_view reserved) {
  reserved_ = reserved;
  // Few, and nearly always in order: by insertion, which keeps the order of equal names.
  for (size_t i = 1; i < own_.size(); ++i) {
    for (size_t k = i; k > 0 && own_[k].name < own_[k - 1].name; --k) {
      std::swap(own_[k], own_[k - 1]);
    }
  }
  MergeDuplicates();
  front_.clear();
  middle_.clear();
  back_.clear();
  const auto part_of = [&](std::string_view name) -> std::string& {
    const bool front = name[0] != '_' ? name[0] < '_' : name < model::kMetricName;
    if (front) return front_;
    return reserved.empty() || name < reserved ? middle_ : back_;
  };
  const auto is_taken = [&](std::string_view name) {
    return name == model::kMetricName || (!reserved.empty() && name == reserved);
  };
  const auto put_own = [&](const model::Label& label) {
    if (label.value.empty() || is_taken(label.name)) return;
    model::AppendCanonicalLabel(part_of(label.name), label.name, label.value);
  };
  auto own = own_.begin();
  for (const BaseLabel* base : sorted_base_) {
    for (; own != own_.end() && own->name < base->name; ++own) put_own(*own);
    const bool both = own != own_.end() && own->name == base->name;
    if (both && base->gives_way) {
      put_own(*own);
    } else if (!is_taken(base->name)) {
      part_of(base->name) += base->encoded;
    }
    if (both) ++own;
  }
  for (; own != own_.end(); ++own) put_own(*own);
}

model::LabelsView LabelMaker::Series(std::string_view metric, std::string_view suffix,
                                     std::string_view reserved_value) {
  series_ = front_;
  model::AppendVarint(series_, model::kMetricName.size());
  series_ += model::kMetricName;
  model::AppendVarint(series_, metric.size() + suffix.size());
  series_ += metric;
  series_ += suffix;
  series_ += middle_;
  if (!reserved_value.empty()) model::AppendCanonicalLabel(series_, reserved_, reserved_value);
  series_ += back_;
  return model::LabelsView::FromCanonical(series_);
}

}  // namespace vedette::sources::otlp
