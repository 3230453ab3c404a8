#include "diagnose/diff_nature.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>

namespace vedette::diagnose {
namespace {

constexpr size_t kMaxLines = 2000;
constexpr double kSameLine = 0.5;    // share of tokens from which two lines are versions of one
constexpr double kMovedShare = 0.5;  // of the removed lines, found again among the added
constexpr double kLargeFactor = 2;

constexpr auto kInertEndings = std::to_array<std::string_view>(
    {".css", ".scss", ".less", ".html", ".svg", ".png", ".md", ".rst", ".txt", "_test.go",
     "_test.cc", "_test.py", ".test.ts", ".test.js", ".spec.ts", "Test.java"});
constexpr auto kInertFolders =
    std::to_array<std::string_view>({"docs/", "doc/", "test/", "tests/", "testdata/", ".github/"});
constexpr auto kDependencyFiles = std::to_array<std::string_view>(
    {"go.mod", "go.sum", "package.json", "package-lock.json", "yarn.lock", "requirements.txt",
     "Cargo.toml", "Cargo.lock", "pom.xml", "build.gradle", "poetry.lock", "Gemfile.lock"});

bool IsInert(const std::string& file) {
  return std::any_of(kInertEndings.begin(), kInertEndings.end(),
                     [&](std::string_view ending) { return file.ends_with(ending); }) ||
         std::any_of(kInertFolders.begin(), kInertFolders.end(), [&](std::string_view folder) {
           return file.starts_with(folder) ||
                  file.find("/" + std::string(folder)) != std::string::npos;
         });
}

bool IsDependency(const std::string& file) {
  const size_t slash = file.rfind('/');
  const std::string_view name =
      std::string_view(file).substr(slash == std::string::npos ? 0 : slash + 1);
  return std::find(kDependencyFiles.begin(), kDependencyFiles.end(), name) !=
         kDependencyFiles.end();
}

std::string_view Trim(std::string_view line) {
  while (!line.empty() && std::isspace(static_cast<unsigned char>(line.front())) != 0) {
    line.remove_prefix(1);
  }
  while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0) {
    line.remove_suffix(1);
  }
  return line;
}

bool IsComment(std::string_view line) {
  return line.starts_with("//") || line.starts_with("#") || line.starts_with("--") ||
         line.starts_with("/*") || line.starts_with("*");
}

struct Lines {
  std::vector<std::string_view> removed;
  std::vector<std::string_view> added;
};

Lines Split(std::string_view diff) {
  Lines lines;
  for (size_t count = 0; !diff.empty() && count < kMaxLines; ++count) {
    const size_t end = std::min(diff.find('\n'), diff.size());
    const std::string_view line = diff.substr(0, end);
    diff.remove_prefix(std::min(end + 1, diff.size()));
    if (line.empty() || line.starts_with("---") || line.starts_with("+++")) continue;
    const std::string_view text = Trim(line.substr(1));
    if (text.size() < 2 || IsComment(text)) continue;  // a lone brace says nothing
    if (line.front() == '-') lines.removed.push_back(text);
    if (line.front() == '+') lines.added.push_back(text);
  }
  return lines;
}

// Words and numbers, a number with the letters that follow it, a quoted text as one.
std::vector<std::string_view> Tokens(std::string_view line) {
  std::vector<std::string_view> tokens;
  for (size_t i = 0; i < line.size();) {
    const auto letter = [&](size_t at) {
      return at < line.size() &&
             (std::isalnum(static_cast<unsigned char>(line[at])) != 0 || line[at] == '_');
    };
    size_t end = i + 1;
    if (line[i] == '"' || line[i] == '\'') {
      end = std::min(line.find(line[i], i + 1), line.size() - 1) + 1;
    } else if (letter(i)) {
      const bool number = std::isdigit(static_cast<unsigned char>(line[i])) != 0;
      while (letter(end) || (number && end < line.size() && line[end] == '.' && letter(end + 1))) {
        ++end;
      }
    } else {
      ++i;
      continue;
    }
    tokens.push_back(line.substr(i, end - i));
    i = end;
  }
  return tokens;
}

bool Contains(const std::vector<std::string_view>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

struct Value {
  double number = 0;
  std::string_view unit;
};

std::optional<Value> AsValue(std::string_view token) {
  Value value;
  const char* last = token.data() + token.size();
  const auto [end, error] = std::from_chars(token.data(), last, value.number);
  if (error != std::errc()) return std::nullopt;
  value.unit = std::string_view(end, static_cast<size_t>(last - end));
  return value;
}

double Likeness(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
  if (a.empty() || b.empty()) return 0;
  const auto common =
      std::count_if(a.begin(), a.end(), [&](std::string_view token) { return Contains(b, token); });
  return static_cast<double>(common) / static_cast<double>(std::max(a.size(), b.size()));
}

// How two versions of one line differ: kValue, kNudged, or kUnknown.
DiffNature Compare(const std::vector<std::string_view>& before,
                   const std::vector<std::string_view>& after) {
  DiffNature nature = DiffNature::kUnknown;
  if (before.size() != after.size()) return nature;
  for (size_t i = 0; i < before.size(); ++i) {
    if (before[i] == after[i]) continue;
    const std::optional<Value> was = AsValue(before[i]);
    const std::optional<Value> is = AsValue(after[i]);
    if (!was || !is) {
      // Another text, or the last word of a setting: "level: info", "15 * time.Minute".
      const bool text = before[i].front() == '"' && after[i].front() == '"';
      const bool setting = before.size() == 2 || std::any_of(before.begin(), before.end(), AsValue);
      if (text || (setting && i + 1 == before.size())) return DiffNature::kValue;
      continue;
    }
    const double low = std::min(std::abs(was->number), std::abs(is->number));
    const double high = std::max(std::abs(was->number), std::abs(is->number));
    if (was->unit != is->unit || high >= kLargeFactor * low) return DiffNature::kValue;
    nature = DiffNature::kNudged;
  }
  return nature;
}

DiffNature LargestValueChange(const Lines& lines) {
  DiffNature nature = DiffNature::kUnknown;
  std::vector<std::vector<std::string_view>> added;
  for (const std::string_view line : lines.added) added.push_back(Tokens(line));
  for (const std::string_view line : lines.removed) {
    if (Contains(lines.added, line)) continue;
    const std::vector<std::string_view> before = Tokens(line);
    const auto nearest = std::max_element(added.begin(), added.end(), [&](auto& a, auto& b) {
      return Likeness(before, a) < Likeness(before, b);
    });
    if (nearest == added.end() || Likeness(before, *nearest) < kSameLine) continue;
    nature = std::max(nature, Compare(before, *nearest));
  }
  return nature;
}

}  // namespace

DiffNature NatureOf(std::string_view diff, const std::vector<std::string>& files) {
  if (!files.empty() && std::all_of(files.begin(), files.end(), IsInert)) return DiffNature::kInert;
  if (!files.empty() && std::all_of(files.begin(), files.end(), IsDependency)) {
    return DiffNature::kDependency;
  }
  const Lines lines = Split(diff);
  if (lines.removed.empty()) return DiffNature::kUnknown;
  const DiffNature value = LargestValueChange(lines);
  if (value == DiffNature::kValue) return value;
  const auto kept =
      std::count_if(lines.removed.begin(), lines.removed.end(),
                    [&](std::string_view line) { return Contains(lines.added, line); });
  const bool nothing_new = std::all_of(lines.added.begin(), lines.added.end(),
                                       [&](auto line) { return Contains(lines.removed, line); });
  const auto removed = static_cast<ptrdiff_t>(lines.removed.size());
  if (nothing_new && kept < removed) return DiffNature::kRemoved;
  const auto fresh = std::count_if(lines.added.begin(), lines.added.end(),
                                   [&](auto line) { return !Contains(lines.removed, line); });
  if (static_cast<double>(kept) >= kMovedShare * static_cast<double>(removed) && fresh <= removed) {
    return DiffNature::kMoved;
  }
  return value;
}

std::string_view DescribeNature(DiffNature nature) {
  switch (nature) {
    case DiffNature::kUnknown: return "changes code";
    case DiffNature::kInert: return "touches only files that do not run";
    case DiffNature::kMoved: return "moves code without changing it";
    case DiffNature::kDependency: return "changes versions of libraries";
    case DiffNature::kNudged: return "changes a value by less than a factor of two";
    case DiffNature::kValue: return "changes a value";
    case DiffNature::kRemoved: return "takes code out without a replacement";
  }
  return "";
}

}  // namespace vedette::diagnose
