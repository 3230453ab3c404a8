#include "api/attachments.h"

#include <fmt/core.h>
#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/parameters.h"
#include "base/id.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/log.h"
#include "base/utf8.h"

namespace vedette::api {
namespace {

using base::JsonWriter;
using incident::journal::Attachment;
using incident::journal::Attachments;

constexpr size_t kNameBytesMax = 200;
constexpr size_t kUpdateBytesMax = 3'000;

void Write(JsonWriter& json, const Attachment& attachment) {
  json.BeginObject()
      .Field("id", attachment.id)
      .Field("name", attachment.name)
      .Field("content_type", attachment.content_type)
      .Field("size", attachment.size)
      .Field("sha256", attachment.sha256)
      .Field("added_by", attachment.added_by)
      .Field("added_at", attachment.added_at)
      .Field("url", fmt::format("/api/v1/incidents/{}/attachments/{}", attachment.incident_id,
                                attachment.id));
}

// A name that is no path and cannot end a header.
base::Result<std::string> ReadName(const Call& call) {
  VEDETTE_TRY(std::string name, ReadText(call, "name", kNameBytesMax));
  if (name.empty()) return BadParameter("name", "is missing: what is the file called?");
  if (!base::IsValidUtf8(name)) return BadParameter("name", "must be UTF-8");
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '/' || c == '\\' || c == '"') {
      return BadParameter("name", "must not hold control characters, quotation marks or slashes");
    }
  }
  if (name == "." || name == "..") return BadParameter("name", "is no name of a file");
  return name;
}

// Only ASCII may stand in filename=, so that comes beside the full name (RFC 6266).
std::string Disposition(const std::string& name) {
  std::string plain;
  std::string encoded;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool safe = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                      (byte >= 'a' && byte <= 'z') || c == '.' || c == '-' || c == '_';
    plain += byte < 0x80 ? c : '_';
    encoded += safe ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return fmt::format("attachment; filename=\"{}\"; filename*=UTF-8''{}", plain, encoded);
}

// The row in the timeline. The file is there whether or not it can be written now.
void Note(const AttachmentSources& sources, const Call& call, const std::string& text) {
  const base::Result<model::Incident> noted =
      sources.command({.kind = incident::CommandKind::kComment,
                       .tenant = call.caller.tenant,
                       .incident_id = std::string(call.PathValue("id")),
                       .actor = call.caller.name,
                       .text = text});
  if (!noted.ok()) {
    base::LogWarning("an attachment is not in the timeline", {{"error", noted.error().message}});
  }
}

base::Result<net::Response> List(const AttachmentSources& sources, const Call& call) {
  VEDETTE_TRY_VOID(sources.find(call.caller.tenant, call.PathValue("id")));
  VEDETTE_TRY(const std::vector<Attachment> found,
              sources.files.List(call.caller.tenant, call.PathValue("id")));
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("attachments").BeginArray();
  for (const Attachment& attachment : found) {
    Write(json, attachment);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return net::JsonResponse(200, body);
}

base::Result<net::Response> Add(const AttachmentSources& sources, const Call& call) {
  VEDETTE_TRY(std::string name, ReadName(call));
  VEDETTE_TRY_VOID(sources.find(call.caller.tenant, call.PathValue("id")));
  VEDETTE_TRY(const Attachment attachment,
              sources.files.Add({.id = "at_" + base::NewId(call.now),
                                 .tenant = call.caller.tenant,
                                 .incident_id = std::string(call.PathValue("id")),
                                 .name = std::move(name),
                                 .content_type = {},
                                 .sha256 = {},
                                 .added_by = call.caller.name,
                                 .added_at = call.now},
                                call.request.body));
  Note(sources, call, fmt::format("attached {} ({} bytes)", attachment.name, attachment.size));
  std::string body;
  JsonWriter json(body);
  Write(json, attachment);
  if (call.Parameter("share").value_or("") == "true") {
    const base::Result<int64_t> shared = sources.share({attachment, call.request.body});
    json.Field("shared", shared.value_or(0));
    if (!shared.ok()) json.Field("share_error", shared.error().message);
  }
  json.EndObject();
  return net::JsonResponse(201, body);
}

base::Result<net::Response> Download(const AttachmentSources& sources, const Call& call) {
  VEDETTE_TRY(Attachments::File file, sources.files.Read(call.caller.tenant, call.PathValue("id"),
                                                         call.PathValue("attachment")));
  net::Response response;
  response.status = 200;
  response.headers.Set("Content-Type", file.attachment.content_type);
  response.headers.Set("Content-Disposition", Disposition(file.attachment.name));
  response.headers.Set("Content-Security-Policy", "default-src 'none'; sandbox");
  response.body = std::move(file.bytes);
  return response;
}

base::Result<net::Response> Update(const AttachmentSources& sources, const Call& call) {
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  VEDETTE_TRY(const std::string words, ReadText(json, "text", kUpdateBytesMax));
  if (words.empty()) return BadParameter("text", "is missing: what shall they hear?");
  VEDETTE_TRY_VOID(sources.command({.kind = incident::CommandKind::kComment,
                                    .tenant = call.caller.tenant,
                                    .incident_id = std::string(call.PathValue("id")),
                                    .actor = call.caller.name,
                                    .text = "update for stakeholders: " + words}));
  const base::Result<int64_t> told = sources.update(std::string(call.PathValue("id")), words);
  std::string body;
  JsonWriter out(body);
  out.BeginObject().Field("told", told.value_or(0));
  if (!told.ok()) out.Field("error", told.error().message);
  out.EndObject();
  return net::JsonResponse(200, body);
}

base::Result<net::Response> Remove(const AttachmentSources& sources, const Call& call) {
  VEDETTE_TRY(
      const Attachments::File file,
      sources.files.Read(call.caller.tenant, call.PathValue("id"), call.PathValue("attachment")));
  VEDETTE_TRY_VOID(
      sources.files.Remove(call.caller.tenant, call.PathValue("id"), call.PathValue("attachment")));
  Note(sources, call, fmt::format("removed the attachment {}", file.attachment.name));
  net::Response response;
  response.status = 204;
  return response;
}

}  // namespace

std::vector<Route> AttachmentRoutes(AttachmentSources given) {
  const auto sources = std::make_shared<const AttachmentSources>(std::move(given));
  using Handle = base::Result<net::Response> (*)(const AttachmentSources&, const Call&);
  const auto route = [&](std::string method, std::string_view rest, Permission permission,
                         std::string operation, Handle handle) {
    return Route{.method = std::move(method),
                 .pattern = fmt::format("/api/v1/incidents/{{id}}/{}", rest),
                 .permission = permission,
                 .handler = MakeHandler(sources, handle),
                 .operation = std::move(operation)};
  };
  return {
      route("GET", "attachments", Permission::kRead, "listAttachments", List),
      WithLargeBody(route("POST", "attachments", Permission::kRespond, "addAttachment", Add)),
      route("GET", "attachments/{attachment}", Permission::kRead, "getAttachment", Download),
      route("DELETE", "attachments/{attachment}", Permission::kRespond, "removeAttachment", Remove),
      route("POST", "updates", Permission::kRespond, "updateStakeholders", Update)};
}

}  // namespace vedette::api
