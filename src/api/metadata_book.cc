#include "api/metadata_book.h"

#include <array>
#include <utility>

namespace vedette::api {
namespace {

// Suffixes that histograms, summaries and OpenMetrics counters give their series.
constexpr std::array<std::string_view, 6> kSuffixes = {"_bucket", "_count",   "_sum",
                                                       "_total",  "_created", "_info"};

constexpr size_t kNameBytesMax = 1'024;

std::string Clipped(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xC0) == 0x80) --bytes_max;
  return std::string(text.substr(0, bytes_max));
}

}  // namespace

base::Result<std::unique_ptr<MetadataBook>> MetadataBook::Open(sql::Database& database,
                                                               Options options) {
  const sql::Migration steps[] = {{1, "metric metadata", R"sql(
CREATE TABLE metric_metadata (
  tenant TEXT NOT NULL,
  family TEXT NOT NULL,
  type TEXT NOT NULL,
  help TEXT NOT NULL,
  unit TEXT NOT NULL,
  PRIMARY KEY (tenant, family)
);
)sql"}};
  VEDETTE_TRY_VOID(database.Migrate("metadata", steps));
  std::unique_ptr<MetadataBook> book(new MetadataBook(database, options));
  VEDETTE_TRY_VOID(book->Load());
  return book;
}

base::Result<> MetadataBook::Load() {
  std::map<model::TenantName, Families> tenants;
  VEDETTE_TRY_VOID(database_.Read([&](sql::Session& session) {
    return session.Query("SELECT tenant, family, type, help, unit FROM metric_metadata", {},
                         [&](const sql::Row& row) {
                           tenants[std::string(row.GetText(0))].insert_or_assign(
                               std::string(row.GetText(1)),
                               Entry{std::string(row.GetText(2)), std::string(row.GetText(3)),
                                     std::string(row.GetText(4))});
                         });
  }));
  const base::MutexLock lock(mutex_);
  tenants_ = std::move(tenants);
  return {};
}

void MetadataBook::Note(const model::TenantName& tenant, const FamilyMetadata& metadata) {
  if (metadata.family.empty() || metadata.family.size() > kNameBytesMax) return;
  const base::MutexLock lock(mutex_);
  Families& families = tenants_[tenant];
  const auto found = families.find(metadata.family);
  Entry entry{Clipped(metadata.type, 64), Clipped(metadata.help, options_.help_bytes_max),
              Clipped(metadata.unit, 64)};
  if (found != families.end() && found->second == entry) return;
  if (found == families.end() && families.size() >= options_.families_max) {
    ++left_out_;
    return;
  }
  changed_[tenant].insert_or_assign(std::string(metadata.family), entry);
  families.insert_or_assign(std::string(metadata.family), std::move(entry));
}

MetadataBook::Families MetadataBook::Find(const model::TenantName& tenant, std::string_view metric,
                                          size_t limit) const {
  Families result;
  const base::MutexLock lock(mutex_);
  const auto families = tenants_.find(tenant);
  if (families == tenants_.end() || limit == 0) return result;
  if (!metric.empty()) {
    const auto found = families->second.find(metric);
    if (found != families->second.end()) result.insert(*found);
    return result;
  }
  for (const auto& family : families->second) {
    if (result.size() == limit) break;
    result.insert(result.end(), family);
  }
  return result;
}

MetadataBook::Named MetadataBook::OfSeries(const model::TenantName& tenant,
                                           std::string_view series_name) const {
  const base::MutexLock lock(mutex_);
  const auto families = tenants_.find(tenant);
  if (families == tenants_.end()) return {};
  const Families& all = families->second;
  if (const auto found = all.find(series_name); found != all.end()) {
    return {found->first, found->second};
  }
  for (const std::string_view suffix : kSuffixes) {
    if (!series_name.ends_with(suffix)) continue;
    const auto found = all.find(series_name.substr(0, series_name.size() - suffix.size()));
    if (found != all.end()) return {found->first, found->second};
  }
  return {};
}

base::Result<> MetadataBook::Save() {
  std::map<model::TenantName, std::map<std::string, Entry>> changed;
  {
    const base::MutexLock lock(mutex_);
    changed.swap(changed_);
  }
  if (changed.empty()) return {};
  const base::Result<> saved = database_.Transact([&](sql::Session& session) -> base::Result<> {
    for (const auto& [tenant, families] : changed) {
      for (const auto& [family, entry] : families) {
        VEDETTE_TRY_VOID(
            session.Execute("INSERT INTO metric_metadata (tenant, family, type, help, unit) "
                            "VALUES (?, ?, ?, ?, ?) ON CONFLICT (tenant, family) DO UPDATE SET "
                            "type = excluded.type, help = excluded.help, unit = excluded.unit",
                            {sql::Text(tenant), sql::Text(family), sql::Text(entry.type),
                             sql::Text(entry.help), sql::Text(entry.unit)}));
      }
    }
    return {};
  });
  if (!saved.ok()) {
    // For the next turn; what was said meanwhile is newer.
    const base::MutexLock lock(mutex_);
    for (auto& [tenant, families] : changed) changed_[tenant].merge(families);
  }
  return saved;
}

base::Result<> MetadataBook::DeleteTenant(const model::TenantName& tenant) {
  {
    const base::MutexLock lock(mutex_);
    tenants_.erase(tenant);
    changed_.erase(tenant);
  }
  return database_.Transact([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(
        session.Execute("DELETE FROM metric_metadata WHERE tenant = ?", {sql::Text(tenant)}));
    return {};
  });
}

uint64_t MetadataBook::left_out() const {
  const base::MutexLock lock(mutex_);
  return left_out_;
}

}  // namespace vedette::api
