#include "incident/journal/attachments.h"

#include <fmt/core.h>
#include <utility>

#include "base/digest.h"
#include "base/utf8.h"

namespace vedette::incident::journal {
namespace {

using sql::Int;
using sql::Text;
using sql::Time;

constexpr const char* kTable = R"(
CREATE TABLE attachments (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  name TEXT NOT NULL,
  content_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  added_by TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  bytes BLOB NOT NULL);
CREATE INDEX attachments_by_incident ON attachments (tenant, incident_id, id))";

constexpr const char* kColumns =
    "id, tenant, incident_id, name, content_type, size, sha256, added_by, added_at";

Attachment ReadRow(const sql::Row& row) {
  return {.id = std::string(row.GetText(0)),
          .tenant = std::string(row.GetText(1)),
          .incident_id = std::string(row.GetText(2)),
          .name = std::string(row.GetText(3)),
          .content_type = std::string(row.GetText(4)),
          .size = row.GetInt(5),
          .sha256 = std::string(row.GetText(6)),
          .added_by = std::string(row.GetText(7)),
          .added_at = row.GetTime(8)};
}

base::Result<> CheckRoom(sql::Session& session, const Attachment& attachment) {
  int64_t count = 0;
  int64_t total = 0;
  VEDETTE_TRY_VOID(
      session.Query("SELECT COUNT(*) FROM attachments WHERE tenant = ? AND incident_id = ?",
                    {Text(attachment.tenant), Text(attachment.incident_id)},
                    [&](const sql::Row& row) { count = row.GetInt(0); }));
  VEDETTE_TRY_VOID(session.Query("SELECT COALESCE(SUM(size), 0) FROM attachments WHERE tenant = ?",
                                 {Text(attachment.tenant)},
                                 [&](const sql::Row& row) { total = row.GetInt(0); }));
  if (count >= kAttachmentsOfAnIncidentMax) {
    return base::ResourceExhausted(
        fmt::format("the incident has {} attachments, which is the "
                    "limit",
                    count));
  }
  if (total + attachment.size > kAttachmentBytesOfATenantMax) {
    return base::ResourceExhausted(
        fmt::format("attachments of the tenant take {} bytes; the limit "
                    "is {}",
                    total, kAttachmentBytesOfATenantMax));
  }
  return {};
}

}  // namespace

std::string_view SniffContentType(std::string_view bytes) {
  struct Magic {
    std::string_view begin;
    std::string_view type;
  };
  static constexpr Magic kMagic[] = {{"\x89PNG\r\n\x1a\n", "image/png"},
                                     {"\xff\xd8\xff", "image/jpeg"},
                                     {"GIF87a", "image/gif"},
                                     {"GIF89a", "image/gif"},
                                     {"%PDF-", "application/pdf"},
                                     {"PK\x03\x04", "application/zip"},
                                     {"\x1f\x8b", "application/gzip"},
                                     {"(\xb5/\xfd", "application/zstd"}};
  for (const Magic& magic : kMagic) {
    if (bytes.starts_with(magic.begin)) return magic.type;
  }
  const bool text = base::IsValidUtf8(bytes) && bytes.find('\0') == std::string_view::npos;
  return text ? "text/plain; charset=utf-8" : "application/octet-stream";
}

base::Result<std::unique_ptr<Attachments>> Attachments::Open(sql::Database& database) {
  const sql::Migration steps[] = {{1, "attachments", kTable}};
  VEDETTE_TRY_VOID(database.Migrate("attachments", steps));
  return std::unique_ptr<Attachments>(new Attachments(database));
}

base::Result<Attachment> Attachments::Add(Attachment attachment, std::string_view bytes) {
  if (bytes.empty()) return base::InvalidArgument("the body is empty", "body");
  if (bytes.size() > kAttachmentBytesMax) {
    return base::InvalidArgument(
        fmt::format("has {} bytes; the limit is {}", bytes.size(), kAttachmentBytesMax), "body");
  }
  attachment.size = static_cast<int64_t>(bytes.size());
  attachment.content_type = SniffContentType(bytes);
  attachment.sha256 = base::Sha256Hex(bytes);
  VEDETTE_TRY_VOID(database_.Transact([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(CheckRoom(session, attachment));
    VEDETTE_TRY_VOID(session.Execute(
        fmt::format("INSERT INTO attachments ({}, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    kColumns),
        {Text(attachment.id), Text(attachment.tenant), Text(attachment.incident_id),
         Text(attachment.name), Text(attachment.content_type), Int(attachment.size),
         Text(attachment.sha256), Text(attachment.added_by), Time(attachment.added_at),
         sql::Blob{std::string(bytes)}}));
    return {};
  }));
  return attachment;
}

base::Result<std::vector<Attachment>> Attachments::List(const model::TenantName& tenant,
                                                        std::string_view incident_id) const {
  std::vector<Attachment> found;
  VEDETTE_TRY_VOID(database_.Read([&](sql::Session& session) {
    return session.Query(
        fmt::format("SELECT {} FROM attachments WHERE tenant = ? AND incident_id = ? ORDER BY id",
                    kColumns),
        {Text(tenant), Text(incident_id)},
        [&](const sql::Row& row) { found.push_back(ReadRow(row)); });
  }));
  return found;
}

base::Result<Attachments::File> Attachments::Read(const model::TenantName& tenant,
                                                  std::string_view incident_id,
                                                  std::string_view id) const {
  File file;
  VEDETTE_TRY_VOID(database_.Read([&](sql::Session& session) {
    return session.Query(
        fmt::format("SELECT {}, bytes FROM attachments WHERE tenant = ? AND incident_id = ? AND "
                    "id = ?",
                    kColumns),
        {Text(tenant), Text(incident_id), Text(id)}, [&](const sql::Row& row) {
          file = {.attachment = ReadRow(row), .bytes = std::string(row.GetBlob(9))};
        });
  }));
  if (file.attachment.id.empty()) return base::NotFound("there is no such attachment");
  return file;
}

base::Result<> Attachments::Remove(const model::TenantName& tenant, std::string_view incident_id,
                                   std::string_view id) {
  return database_.Transact([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(
        const int64_t gone,
        session.Execute("DELETE FROM attachments WHERE tenant = ? AND incident_id = ? AND id = ?",
                        {Text(tenant), Text(incident_id), Text(id)}));
    if (gone == 0) return base::NotFound("there is no such attachment");
    return {};
  });
}

}  // namespace vedette::incident::journal
