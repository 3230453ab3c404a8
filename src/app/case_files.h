#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace vedette::app {

// Reading the files of a case folder. Everything is bounded; errors name the file, and the line
// where there is one. Blocking.

constexpr size_t kMaxCaseFileBytes = size_t{256} << 20;

// kNotFound when there is no such file, kResourceExhausted beyond kMaxCaseFileBytes.
base::Result<std::string> ReadCaseFile(const std::filesystem::path& file);

// The same, parsed. kInvalidArgument when it is not JSON.
base::Result<base::Json> ReadCaseJson(const std::filesystem::path& file);
base::Result<base::Json> ParseCaseJson(const std::filesystem::path& file, std::string_view text);

// Calls `row` for each line of an RFC 4180 text, quoted cells unquoted; empty lines are left out.
// The views are valid during the call. Stops at the first error, which gets "file:line: " in front.
using CsvRow = std::function<base::Result<>(const std::vector<std::string_view>& cells)>;
base::Result<> ForEachCsvRow(const std::filesystem::path& file, std::string_view text,
                             const CsvRow& row);

// NaN for an empty cell, nothing for what is no number.
std::optional<double> ParseCsvNumber(std::string_view cell);

}  // namespace vedette::app
