#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/labels.h"
#include "sources/exposition/parser.h"

namespace vedette::sources::exposition {

// Reads the parts of one line from left to right. Its buffers last from line to line; the views
// it returns live until the next Begin. Errors say what was expected, without the line number. Not
// thread-safe.
class LineReader {
 public:
  explicit LineReader(const ParseOptions& options) : options_(options) {}
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  void Begin(std::string_view line);

  // name{labels} or {"name", labels}: the labels in labels().
  base::Result<> ReadSeries();
  const std::vector<model::Label>& labels() const { return labels_; }

  base::Result<double> ReadValue(std::string_view what);
  // A timestamp, if one follows, in milliseconds.
  base::Result<std::optional<int64_t>> ReadTimestamp();
  // An OpenMetrics exemplar, if one follows.
  base::Result<std::optional<ParsedExemplar>> ReadExemplar();
  base::Result<> ExpectEnd();

  // For comment lines: the next word, empty at the end; a family name, quoted or not; the rest.
  std::string_view ReadWord();
  // OpenMetrics only: exactly one space, which `what` must follow.
  base::Result<> ReadSpace(std::string_view what);
  // The same where blanks may follow it.
  base::Result<> ExpectSpace(std::string_view what);
  base::Result<std::string_view> ReadFamily();
  std::string ReadHelp();

 private:
  bool AtEnd() const { return rest_.empty(); }
  char Peek() const { return rest_.empty() ? '\0' : rest_[0]; }
  bool strict() const { return options_.format == Format::kOpenMetrics; }
  void SkipBlanks();  // nothing in OpenMetrics, where a space is a separator
  bool Take(char c);
  std::optional<double> Number(std::string_view word) const;
  std::string_view TakeName(bool colons);
  std::string_view Unescape();
  base::Result<std::string_view> ReadQuoted(std::string_view what, size_t bytes_max);
  base::Result<> ReadLabels(bool name_inside);
  base::Result<> ReadOneLabel(bool& name_inside);
  base::Result<> AddLabel(std::string_view name, std::string_view value);
  base::Error Expected(std::string_view what) const;

  const ParseOptions& options_;
  std::string_view rest_;
  std::vector<model::Label> labels_;
  std::vector<model::Label> exemplar_labels_;
  std::vector<model::Label>* target_ = &labels_;  // where labels go
  // Unescaped texts. Has room for a whole line, so that it does not move under the views into it.
  std::string unescaped_;
};

}  // namespace vedette::sources::exposition
