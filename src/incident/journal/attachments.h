#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/tenant.h"
#include "sql/database.h"

namespace vedette::incident::journal {

// A file that somebody put to an incident. `content_type` is what the bytes look like, never what
// the sender says: one of a few that no browser runs.
struct Attachment {
  std::string id;  // "at_" and a ULID
  model::TenantName tenant;
  std::string incident_id;
  std::string name;
  std::string content_type;
  int64_t size = 0;
  std::string sha256;
  std::string added_by;
  base::TimePoint added_at;
};

inline constexpr size_t kAttachmentBytesMax = 10 << 20;
inline constexpr int64_t kAttachmentsOfAnIncidentMax = 50;
inline constexpr int64_t kAttachmentBytesOfATenantMax = 512 << 20;

// The type of a file by its first bytes: pictures, PDF, archives, text; else octets.
std::string_view SniffContentType(std::string_view bytes);

// The files of incidents, in the state database, for as long as the incidents. Thread-safe.
class Attachments {
 public:
  static base::Result<std::unique_ptr<Attachments>> Open(sql::Database& database);

  // Size, type and sum are filled in. kInvalidArgument, kResourceExhausted.
  base::Result<Attachment> Add(Attachment attachment, std::string_view bytes);
  // Oldest first.
  base::Result<std::vector<Attachment>> List(const model::TenantName& tenant,
                                             std::string_view incident_id) const;
  struct File {
    Attachment attachment;
    std::string bytes;
  };
  // kNotFound.
  base::Result<File> Read(const model::TenantName& tenant, std::string_view incident_id,
                          std::string_view id) const;
  base::Result<> Remove(const model::TenantName& tenant, std::string_view incident_id,
                        std::string_view id);

 private:
  explicit Attachments(sql::Database& database) : database_(database) {}

  sql::Database& database_;
};

}  // namespace vedette::incident::journal
