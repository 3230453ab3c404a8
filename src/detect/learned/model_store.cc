#include "detect/learned/model_store.h"

#include <algorithm>
#include <charconv>
#include <fcntl.h>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <system_error>
#include <unistd.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/log.h"
#include "detect/learned/model_file.h"

namespace vedette::detect::learned {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".vdmodel";
constexpr std::string_view kCheckpoint = ".checkpoint";
constexpr size_t kNameBytes = 100;  // of a name that are in its folder's

// Tenants and services have any bytes; folders have hexadecimal digits. Longer names that begin
// alike are told apart by their digest.
std::string FolderName(std::string_view name) {
  std::string out = "_";
  for (const char c : name.substr(0, kNameBytes)) {
    out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  if (name.size() > kNameBytes) out += "_" + base::Sha256Hex(name).substr(0, 32);
  return out;
}

std::string FileName(uint32_t version) { return fmt::format("{:010}{}", version, kSuffix); }

base::Result<> Sync(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!synced) return base::Unavailable(path + ": cannot be brought to the disk");
  return {};
}

base::Result<> WriteDurably(const std::string& folder, const std::string& name,
                            const std::string& bytes) {
  std::error_code error;
  fs::create_directories(folder, error);
  const std::string unfinished = folder + "/unfinished";
  {
    std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) return base::Unavailable(unfinished + ": cannot be written");
  }
  VEDETTE_TRY_VOID(Sync(unfinished));
  fs::rename(unfinished, folder + "/" + name, error);
  if (error) return base::Unavailable(fmt::format("{}/{}: {}", folder, name, error.message()));
  return Sync(folder);
}

// What is in a folder; nothing in one that is not there. The error is that of the last that could
// not be read.
std::vector<fs::path> Entries(const fs::path& folder, std::error_code& failed) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    entries.push_back(it->path());
  }
  if (error && error != std::errc::no_such_file_or_directory) failed = error;
  return entries;
}

// The folders of all services, as TENANT/SERVICE.
std::vector<std::string> ServiceFolders(const std::string& folder, std::error_code& failed) {
  std::vector<std::string> folders;
  for (const fs::path& tenant : Entries(folder, failed)) {
    for (const fs::path& service : Entries(tenant, failed)) {
      folders.push_back((tenant.filename() / service.filename()).string());
    }
  }
  return folders;
}

// The files of a service's folder that end so, sorted: the oldest version of a model first.
std::vector<std::string> Files(const std::string& folder, std::string_view suffix = kSuffix) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == suffix) files.push_back(it->path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Above all that there are, so that no file which cannot be read, be it damaged or of a later
// program, is taken for a later one than this.
uint32_t NextVersion(const std::vector<std::string>& files) {
  uint32_t highest = 0;
  for (const std::string& each : files) {
    const std::string digits = fs::path(each).stem().string();
    uint32_t version = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), version);
    highest = std::max(highest, version);
  }
  return highest + 1;
}

base::Result<std::unique_ptr<Model>> ReadModel(const std::string& path) {
  VEDETTE_TRY(const std::string bytes, base::ReadFile(path, kModelBytesMax));
  return DecodeModel(bytes);
}

}  // namespace

base::Result<std::unique_ptr<ModelStore>> ModelStore::Open(std::string folder) {
  std::unique_ptr<ModelStore> store(new ModelStore(std::move(folder)));
  base::MutexLock lock(store->mutex_);
  std::error_code error;
  for (const std::string& service : ServiceFolders(store->folder_, error)) {
    store->ReadFolder(store->folder_ + "/" + service);
  }
  if (error) {
    base::LogWarning("not all models can be found",
                     {{"folder", store->folder_}, {"error", error.message()}});
  }
  return store;
}

base::Result<> ModelStore::LinkAll(const std::string& from, const std::string& to) {
  std::error_code unread;
  const std::vector<std::string> services = ServiceFolders(from, unread);
  if (unread) return base::Unavailable(fmt::format("{}: {}", from, unread.message()));
  for (const std::string& service : services) {
    const fs::path folder = fs::path(to) / service;
    std::error_code error;
    fs::create_directories(folder, error);
    for (const std::string& file : Files(from + "/" + service)) {
      // Of the versions of a service only the oldest go, unless the tenant does.
      fs::create_hard_link(file, folder / fs::path(file).filename(), error);
      if (error && error != std::errc::no_such_file_or_directory) {
        return base::Unavailable(fmt::format("{}: {}", file, error.message()));
      }
    }
    VEDETTE_TRY_VOID(Sync(folder.string()));
    VEDETTE_TRY_VOID(Sync(folder.parent_path().string()));
  }
  return Sync(to);
}

void ModelStore::ReadFolder(const std::string& folder) {
  std::vector<std::string> files = Files(folder);
  // The latest that can be read: a damaged one is as if it had not been trained.
  for (; !files.empty() && latest_.size() < kModelsMax; files.pop_back()) {
    base::Result<std::unique_ptr<Model>> model = ReadModel(files.back());
    if (model.ok()) {
      const Key key((*model)->tenant, (*model)->service);
      latest_[key] = *std::move(model);
      return;
    }
    base::LogWarning("a model cannot be read and is left out",
                     {{"file", files.back()}, {"error", model.error().message}});
  }
}

base::Result<ModelStore::Shared> ModelStore::Save(std::unique_ptr<Model> model) {
  const Key key(model->tenant, model->service);
  const std::string folder = FolderOf(key.first, key.second);
  base::MutexLock lock(mutex_);
  const auto before = latest_.find(key);
  if (before == latest_.end() && latest_.size() >= kModelsMax) {
    return base::ResourceExhausted(fmt::format("there are {} models already", kModelsMax));
  }
  model->version = NextVersion(Files(folder));
  if (before != latest_.end()) {
    model->version = std::max(model->version, before->second->version + 1);
  }
  VEDETTE_TRY_VOID(WriteDurably(folder, FileName(model->version), EncodeModel(*model)));
  std::vector<std::string> old = Files(folder);
  old.resize(old.size() - std::min(old.size(), kVersionsKept));
  const std::vector<std::string> checkpoints = Files(folder, kCheckpoint);
  old.insert(old.end(), checkpoints.begin(), checkpoints.end());
  for (const std::string& each : old) {
    std::error_code ignored;  // what stays is only in the way
    fs::remove(each, ignored);
  }
  Shared shared(std::move(model));
  latest_[key] = shared;
  return shared;
}

std::vector<ModelStore::Shared> ModelStore::List(const std::string& tenant) const {
  std::vector<Shared> list = All();
  std::erase_if(list, [&](const Shared& each) { return each->tenant != tenant; });
  return list;
}

std::vector<ModelStore::Shared> ModelStore::All() const {
  base::MutexLock lock(mutex_);
  std::vector<Shared> list;
  for (const auto& [key, model] : latest_) list.push_back(model);
  return list;
}

ModelStore::Shared ModelStore::Find(const std::string& tenant, const std::string& service) const {
  Shared latest = Latest(tenant, service);
  return latest && latest->kept ? latest : nullptr;
}

ModelStore::Shared ModelStore::Latest(const std::string& tenant, const std::string& service) const {
  base::MutexLock lock(mutex_);
  const auto found = latest_.find(Key(tenant, service));
  return found == latest_.end() ? nullptr : found->second;
}

std::string ModelStore::FolderOf(const std::string& tenant, const std::string& service) const {
  return fmt::format("{}/{}/{}", folder_, FolderName(tenant), FolderName(service));
}

std::string ModelStore::CheckpointPath(const std::string& tenant, const std::string& service,
                                       learn::NetworkKind kind) const {
  return fmt::format("{}/{}{}", FolderOf(tenant, service), learn::NetworkKindName(kind),
                     kCheckpoint);
}

base::Result<> ModelStore::DeleteTenant(const std::string& tenant) {
  base::MutexLock lock(mutex_);
  std::erase_if(latest_, [&](const auto& each) { return each.first.first == tenant; });
  std::error_code error;
  fs::remove_all(folder_ + "/" + FolderName(tenant), error);
  if (error) return base::Unavailable(fmt::format("{}: {}", folder_, error.message()));
  return {};
}

}  // namespace vedette::detect::learned
