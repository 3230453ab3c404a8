#include "release/joined_rows.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>
#include <vector>

namespace vedette::release {
namespace {

model::Labels WithLabel(model::LabelsView labels, std::string_view name, std::string_view value) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const model::Label& label : labels) {
    if (label.name != name) pairs.emplace_back(label.name, label.value);
  }
  pairs.emplace_back(name, value);
  return model::Labels(std::move(pairs));
}

}  // namespace

std::string Labelled(const std::string& question, std::string_view label, std::string_view value) {
  return fmt::format("label_replace({}, \"{}\", \"{}\", \"\", \"\")", question, label, value);
}

void Join(const std::string& question, std::string& joined) {
  if (!joined.empty()) joined += " or ";
  joined += question;
}

std::string Offset(int weeks) { return weeks == 0 ? "" : fmt::format(" offset {}w", weeks); }

std::string OfWeek(const std::string& question, int weeks) {
  return weeks == 0 ? question : Labelled(question, kWeeksAgo, fmt::format("{}", weeks));
}

void AddRows(const Rows& rows, std::string_view label, std::string_view value, base::Duration later,
             Rows& out) {
  if (out.grid.points == 0) {
    out.grid = rows.grid;
    out.grid.start_ms += later.count();
  }
  for (const query::MatrixSeries& row : rows.series) {
    query::MatrixSeries& added = out.series.emplace_back(row);
    if (!label.empty()) added.labels = WithLabel(row.labels, label, value);
    for (int64_t& t_ms : added.samples.t_ms) t_ms += later.count();
  }
  // As answers have them.
  std::sort(out.series.begin(), out.series.end(),
            [](const auto& a, const auto& b) { return a.labels < b.labels; });
}

Rows RowsWith(const Rows& rows, std::string_view label, std::string_view value) {
  Rows out;
  out.grid = rows.grid;
  out.source = rows.source;
  std::copy_if(rows.series.begin(), rows.series.end(), std::back_inserter(out.series),
               [&](const query::MatrixSeries& row) { return row.labels.Get(label) == value; });
  return out;
}

}  // namespace vedette::release
