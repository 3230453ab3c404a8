#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace vedette::model {

inline constexpr std::string_view kMetricName = "__name__";

struct Label {
  std::string_view name;
  std::string_view value;
  friend bool operator==(const Label&, const Label&) = default;
};

// A label set in its one canonical form: for each label, in byte order of the names, the name's
// length (LEB128), the name, the value's length, the value. Names are unique; a label without a
// value is no label and does not occur. Equal sets have equal bytes, so the bytes serve as key,
// on disk (docs/formats/labels.md) and in memory. The view does not own its bytes.
class LabelsView {
 public:
  class Iterator {
   public:
    using value_type = Label;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::forward_iterator_tag;
    Iterator() = default;
    explicit Iterator(std::string_view rest) : rest_(rest) { Read(); }
    const Label& operator*() const { return label_; }
    const Label* operator->() const { return &label_; }
    Iterator& operator++() {
      rest_ = next_;
      Read();
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) {
      return a.rest_.size() == b.rest_.size();
    }

   private:
    void Read() {
      if (!ReadShort()) ReadAny();
    }
    // Nearly all lengths take one byte: what most walks spend their time on is this. False when
    // the next label is another, or there is none.
    bool ReadShort() {
      const size_t left = rest_.size();
      if (left < 2) return false;
      const char* const p = rest_.data();
      const auto name_size = static_cast<unsigned char>(p[0]);
      if (name_size >= 0x80 || name_size + size_t{2} > left) return false;
      const auto value_size = static_cast<unsigned char>(p[1 + name_size]);
      const size_t size = size_t{2} + name_size + value_size;
      if (value_size >= 0x80 || size > left) return false;
      label_ = {{p + 1, name_size}, {p + 2 + name_size, value_size}};
      next_ = {p + size, left - size};
      return true;
    }
    void ReadAny();
    std::string_view rest_;
    std::string_view next_;
    Label label_;
  };

  LabelsView() = default;
  // REQUIRES: canonical bytes, from Labels or checked with ParseCanonical.
  static LabelsView FromCanonical(std::string_view bytes) { return LabelsView(bytes); }
  // For bytes from disk or a peer: kDataLoss unless they are canonical.
  static base::Result<LabelsView> ParseCanonical(std::string_view bytes);

  Iterator begin() const { return Iterator(bytes_); }
  Iterator end() const { return Iterator(bytes_.substr(bytes_.size())); }
  bool empty() const { return bytes_.empty(); }
  size_t size() const;  // number of labels; O(n)
  std::string_view bytes() const { return bytes_; }

  // The value of a label; empty when there is none. O(n).
  std::string_view Get(std::string_view name) const;
  // The value of __name__.
  std::string_view metric_name() const { return Get(kMetricName); }

  // The form people know: name{a="x",b="y"}, values escaped as PromQL does.
  std::string ToString() const;

  friend bool operator==(LabelsView a, LabelsView b) { return a.bytes_ == b.bytes_; }
  // By names and values in turn, as sorted output wants it.
  friend std::strong_ordering operator<=>(LabelsView a, LabelsView b);

 private:
  explicit LabelsView(std::string_view bytes) : bytes_(bytes) {}
  std::string_view bytes_;
};

// An owned label set.
class Labels {
 public:
  Labels() = default;
  explicit Labels(LabelsView view) : bytes_(view.bytes()) {}
  // Sorts; the last of equal names wins; empty values are left out.
  explicit Labels(std::vector<std::pair<std::string, std::string>> pairs);

  LabelsView view() const { return LabelsView::FromCanonical(bytes_); }
  operator LabelsView() const { return view(); }  // NOLINT(google-explicit-constructor)
  LabelsView::Iterator begin() const { return view().begin(); }
  LabelsView::Iterator end() const { return view().end(); }
  bool empty() const { return bytes_.empty(); }
  std::string_view Get(std::string_view name) const { return view().Get(name); }
  std::string_view metric_name() const { return view().metric_name(); }
  const std::string& bytes() const { return bytes_; }
  std::string ToString() const { return view().ToString(); }

  friend bool operator==(const Labels& a, const Labels& b) { return a.bytes_ == b.bytes_; }
  friend std::strong_ordering operator<=>(const Labels& a, const Labels& b) {
    return a.view() <=> b.view();
  }

 private:
  friend class LabelsBuilder;
  std::string bytes_;
};

// Makes label sets, reusing its buffers: the way for parsers and for query results. Views given
// to Set must live until the next Build. Not thread-safe.
class LabelsBuilder {
 public:
  LabelsBuilder() = default;
  explicit LabelsBuilder(LabelsView start) { Reset(start); }

  void Clear() { labels_.clear(); }
  void Reset(LabelsView start);
  void Set(std::string_view name, std::string_view value);  // replaces; empty removes
  void Remove(std::string_view name);
  // Keeps only (or all but) the named labels.
  void Keep(const std::vector<std::string>& names);
  void Drop(const std::vector<std::string>& names);
  // Adds without looking for an earlier one; Build then keeps the last of equal names.
  void Append(std::string_view name, std::string_view value) { labels_.push_back({name, value}); }
  // The labels added so far, in no defined order.
  const std::vector<Label>& labels() const { return labels_; }

  Labels Build();
  // The same into a caller's buffer, appended. True unless two labels had the same name.
  bool AppendCanonical(std::string& out);

 private:
  std::vector<Label> labels_;
};

// Appends one label to canonical bytes. REQUIRES: names in ascending order, value not empty.
void AppendCanonicalLabel(std::string& out, std::string_view name, std::string_view value);

// Reads or appends an unsigned LEB128 number. Read returns false when the bytes end too early.
bool ReadVarint(std::string_view& bytes, uint64_t& out);
void AppendVarint(std::string& out, uint64_t value);

}  // namespace vedette::model
