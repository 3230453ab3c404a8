#include "model/labels.h"

#include <algorithm>
#include <optional>

namespace vedette::model {
namespace {

// Takes a length and that many bytes from the front of `rest`.
std::optional<std::string_view> TakeText(std::string_view& rest) {
  uint64_t length = 0;
  if (!ReadVarint(rest, length) || length > rest.size()) return std::nullopt;
  const std::string_view text = rest.substr(0, length);
  rest.remove_prefix(length);
  return text;
}

void AppendQuoted(std::string& out, std::string_view value) {
  out += '"';
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  out += '"';
}

bool NameLess(const Label& a, const Label& b) { return a.name < b.name; }

}  // namespace

bool ReadVarint(std::string_view& bytes, uint64_t& out) {
  out = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[0]);
    bytes.remove_prefix(1);
    out |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return shift < 63 || byte <= 1;
  }
  return false;
}

void AppendVarint(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

void AppendCanonicalLabel(std::string& out, std::string_view name, std::string_view value) {
  AppendVarint(out, name.size());
  out += name;
  AppendVarint(out, value.size());
  out += value;
}

void LabelsView::Iterator::ReadAny() {
  next_ = rest_;
  if (rest_.empty()) return;
  // Bytes that are not canonical end the walk: they never reach a LabelsView unchecked.
  const std::optional<std::string_view> name = TakeText(next_);
  const std::optional<std::string_view> value = name ? TakeText(next_) : std::nullopt;
  if (!value) {
    rest_ = next_ = rest_.substr(rest_.size());
    return;
  }
  label_ = {*name, *value};
}

base::Result<LabelsView> LabelsView::ParseCanonical(std::string_view bytes) {
  std::string_view rest = bytes;
  std::optional<std::string_view> previous;
  while (!rest.empty()) {
    const std::optional<std::string_view> name = TakeText(rest);
    const std::optional<std::string_view> value = name ? TakeText(rest) : std::nullopt;
    if (!value) return base::DataLoss("a label set ends in the middle of a label");
    if (name->empty() || value->empty()) return base::DataLoss("a label set has an empty text");
    if (previous && *previous >= *name) return base::DataLoss("a label set is not sorted");
    previous = name;
  }
  return LabelsView(bytes);
}

size_t LabelsView::size() const { return static_cast<size_t>(std::distance(begin(), end())); }

std::string_view LabelsView::Get(std::string_view name) const {
  for (const Label& label : *this) {
    if (label.name == name) return label.value;
  }
  return {};
}

std::string LabelsView::ToString() const {
  std::string out(metric_name());
  std::string rest;
  for (const Label& label : *this) {
    if (label.name == kMetricName) continue;
    if (!rest.empty()) rest += ',';
    rest += label.name;
    rest += '=';
    AppendQuoted(rest, label.value);
  }
  if (!rest.empty() || out.empty()) out += "{" + rest + "}";
  return out;
}

std::strong_ordering operator<=>(LabelsView a, LabelsView b) {
  return std::lexicographical_compare_three_way(
      a.begin(), a.end(), b.begin(), b.end(), [](const Label& x, const Label& y) {
        const std::strong_ordering by_name = x.name <=> y.name;
        return by_name != 0 ? by_name : x.value <=> y.value;
      });
}

Labels::Labels(std::vector<std::pair<std::string, std::string>> pairs) {
  LabelsBuilder builder;
  for (const auto& [name, value] : pairs) builder.Append(name, value);
  builder.AppendCanonical(bytes_);
}

void LabelsBuilder::Reset(LabelsView start) { labels_.assign(start.begin(), start.end()); }

void LabelsBuilder::Set(std::string_view name, std::string_view value) {
  Remove(name);
  if (!value.empty()) labels_.push_back({name, value});
}

void LabelsBuilder::Remove(std::string_view name) {
  std::erase_if(labels_, [&](const Label& label) { return label.name == name; });
}

void LabelsBuilder::Keep(const std::vector<std::string>& names) {
  std::erase_if(labels_, [&](const Label& label) {
    return std::find(names.begin(), names.end(), label.name) == names.end();
  });
}

void LabelsBuilder::Drop(const std::vector<std::string>& names) {
  std::erase_if(labels_, [&](const Label& label) {
    return std::find(names.begin(), names.end(), label.name) != names.end();
  });
}

Labels LabelsBuilder::Build() {
  Labels labels;
  AppendCanonical(labels.bytes_);
  return labels;
}

bool LabelsBuilder::AppendCanonical(std::string& out) {
  if (!std::is_sorted(labels_.begin(), labels_.end(), NameLess)) {
    std::stable_sort(labels_.begin(), labels_.end(), NameLess);
  }
  bool unique = true;
  for (size_t i = 0; i < labels_.size(); ++i) {
    if (i + 1 < labels_.size() && labels_[i + 1].name == labels_[i].name) {
      unique = false;  // a later label of the same name wins
      continue;
    }
    if (!labels_[i].value.empty()) AppendCanonicalLabel(out, labels_[i].name, labels_[i].value);
  }
  return unique;
}

}  // namespace vedette::model
