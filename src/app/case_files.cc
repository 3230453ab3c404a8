#include "app/case_files.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <fmt/core.h>
#include <limits>

#include <nlohmann/json.hpp>

#include "base/files.h"

namespace vedette::app {
namespace {

constexpr size_t kMaxCells = 100'000;

// Splits one record off the front of `text`. Views point into `text`, or into `unquoted` for cells
// with doubled quotes. Nothing when a quote is not closed or a cell goes on after its quote.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {}

  bool AtEnd() const { return text_.empty(); }
  int line() const { return line_; }
  bool Next(std::vector<std::string_view>& cells);

 private:
  bool TakeQuoted(std::vector<std::string_view>& cells);

  std::string_view text_;
  int line_ = 0;
  int next_line_ = 1;
  std::deque<std::string> unquoted_;
};

bool CsvReader::TakeQuoted(std::vector<std::string_view>& cells) {
  std::string& cell = unquoted_.emplace_back();
  text_.remove_prefix(1);
  while (true) {
    const size_t quote = text_.find('"');
    if (quote == std::string_view::npos) return false;
    for (const char c : text_.substr(0, quote)) next_line_ += c == '\n' ? 1 : 0;
    cell += text_.substr(0, quote);
    text_.remove_prefix(quote + 1);
    if (text_.empty() || text_.front() != '"') break;
    cell += '"';
    text_.remove_prefix(1);
  }
  cells.push_back(cell);
  return text_.empty() || text_.front() == ',' || text_.front() == '\n' || text_.front() == '\r';
}

bool CsvReader::Next(std::vector<std::string_view>& cells) {
  cells.clear();
  unquoted_.clear();
  line_ = next_line_;
  while (true) {
    if (!text_.empty() && text_.front() == '"') {
      if (!TakeQuoted(cells)) return false;
    } else {
      const size_t end = std::min(text_.find_first_of(",\n"), text_.size());
      std::string_view cell = text_.substr(0, end);
      text_.remove_prefix(end);
      if ((text_.empty() || text_.front() == '\n') && cell.ends_with('\r')) cell.remove_suffix(1);
      cells.push_back(cell);
    }
    if (!text_.empty() && text_.front() == '\r') text_.remove_prefix(1);
    if (text_.empty()) break;
    const bool ends = text_.front() == '\n';
    text_.remove_prefix(1);
    if (ends) break;
  }
  ++next_line_;
  return true;
}

}  // namespace

base::Result<std::string> ReadCaseFile(const std::filesystem::path& file) {
  return base::ReadFile(file.string(), kMaxCaseFileBytes);
}

base::Result<base::Json> ParseCaseJson(const std::filesystem::path& file, std::string_view text) {
  base::Result<base::Json> json = base::ParseJson(text);
  if (!json.ok()) return json.error().With(file.string());
  return json;
}

base::Result<base::Json> ReadCaseJson(const std::filesystem::path& file) {
  VEDETTE_TRY(const std::string text, ReadCaseFile(file));
  return ParseCaseJson(file, text);
}

base::Result<> ForEachCsvRow(const std::filesystem::path& file, std::string_view text,
                             const CsvRow& row) {
  CsvReader reader(text);
  std::vector<std::string_view> cells;
  while (!reader.AtEnd()) {
    const bool read = reader.Next(cells);
    const auto where = [&] { return fmt::format("{}:{}", file.string(), reader.line()); };
    if (!read) return base::InvalidArgument(where() + ": a quote is not closed");
    if (cells.size() == 1 && cells.front().empty()) continue;
    if (cells.size() > kMaxCells) {
      return base::ResourceExhausted(fmt::format("{}: more than {} cells", where(), kMaxCells));
    }
    if (const base::Result<> done = row(cells); !done.ok()) return done.error().With(where());
  }
  return {};
}

std::optional<double> ParseCsvNumber(std::string_view cell) {
  if (cell.empty()) return std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size()) return std::nullopt;
  return value;
}

}  // namespace vedette::app
