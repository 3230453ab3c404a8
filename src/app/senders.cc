#include "app/senders.h"

#include <algorithm>
#include <filesystem>
#include <fmt/core.h>
#include <map>
#include <system_error>
#include <utility>

#include "base/check.h"
#include "base/files.h"
#include "yaml/limits.h"

namespace vedette::app {
namespace {

using sources::senders::Mapping;

constexpr size_t kFilesMax = 200;

// A file, or all files of a folder that end in .yml or .yaml.
std::vector<std::filesystem::path> FilesAt(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return {path};
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator it(path, error), end; !error && it != end;
       it.increment(error)) {
    const std::string extension = it->path().extension();
    if (extension == ".yml" || extension == ".yaml") files.push_back(it->path());
  }
  std::ranges::sort(files);
  return files;
}

void ReadMappingFile(yaml::YamlReader& reader, const std::filesystem::path& path,
                     std::vector<Mapping>& out) {
  const base::Result<std::string> text = base::ReadFile(path.string(), yaml::kDocumentBytesMax);
  if (!text.ok()) {
    reader.Problem("mappings", text.error().message);
    return;
  }
  std::vector<yaml::Diagnostic> problems;
  Mapping mapping = sources::senders::ReadMapping(*text, problems);
  for (const yaml::Diagnostic& problem : problems) {
    reader.Problem("mappings", problem.ToString(path.string()));
  }
  if (!problems.empty()) return;
  for (const std::string& failure : RunExamples(mapping)) {
    reader.Problem("mappings", fmt::format("{}: an example fails: {}", path.string(), failure));
  }
  out.push_back(std::move(mapping));
}

}  // namespace

std::vector<Mapping> ShippedSenders() {
  std::vector<Mapping> mappings;
  for (const base::EmbeddedFile& file : EmbeddedSenders()) {
    std::vector<yaml::Diagnostic> problems;
    mappings.push_back(sources::senders::ReadMapping(file.bytes, problems));
    VEDETTE_CHECK(problems.empty());  // a test reads what ships
  }
  std::ranges::sort(mappings, {}, &Mapping::name);
  return mappings;
}

void ReadIntake(yaml::YamlReader& reader, const std::string& folder, std::vector<Mapping>& out) {
  std::vector<std::string> paths;
  if (!reader.Read("mappings", paths)) return;
  size_t files = 0;
  for (const std::string& path : paths) {
    for (const std::filesystem::path& file : FilesAt(std::filesystem::path(folder) / path)) {
      if (++files > kFilesMax) {
        reader.Problem("mappings", fmt::format("more than {} files", kFilesMax));
        return;
      }
      ReadMappingFile(reader, file, out);
    }
  }
}

void Senders::Apply(const List& own) {
  std::map<std::string, Mapping> mappings;
  for (Mapping& mapping : ShippedSenders()) mappings[mapping.name] = std::move(mapping);
  for (const Mapping& mapping : own) mappings[mapping.name] = mapping;
  auto list = std::make_shared<List>();
  for (auto& [name, mapping] : mappings) list->push_back(std::move(mapping));
  base::MutexLock lock(mutex_);
  list_ = std::move(list);
}

std::shared_ptr<const Senders::List> Senders::list() const {
  base::MutexLock lock(mutex_);
  return list_;
}

}  // namespace vedette::app
