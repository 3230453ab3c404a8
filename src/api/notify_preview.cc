#include "api/notify_preview.h"

#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/item_answer.h"
#include "api/parameters.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace vedette::api {
namespace {

// A text member; absent leaves `out` as it is.
base::Result<bool> ReadText(const base::Json& json, const char* key, std::string& out,
                            const std::string& field) {
  const auto it = json.find(key);
  if (it == json.end() || it->is_null()) return false;
  if (!it->is_string()) return base::InvalidArgument("must be a text", field);
  out = it->get<std::string>();
  return true;
}

base::Result<> ReadTemplate(const base::Json& json, PreviewRequest& request) {
  const auto it = json.find("template");
  if (it == json.end() || it->is_null()) return {};
  if (!it->is_object()) return base::InvalidArgument("must be an object", "template");
  for (const auto& [key, value] : it->items()) {
    if (key != "title" && key != "text") {
      return base::InvalidArgument("unknown member", "template." + key);
    }
  }
  request.has_template = true;
  VEDETTE_TRY([[maybe_unused]] const bool title,
              ReadText(*it, "title", request.title, "template.title"));
  VEDETTE_TRY([[maybe_unused]] const bool text,
              ReadText(*it, "text", request.text, "template.text"));
  return {};
}

base::Result<PreviewRequest> ReadRequest(const Call& call) {
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  PreviewRequest request{.tenant = call.caller.tenant};
  VEDETTE_TRY(const bool receiver, ReadText(json, "receiver", request.receiver, "receiver"));
  VEDETTE_TRY(const bool kind, ReadText(json, "kind", request.kind, "kind"));
  if (receiver == kind || (request.receiver.empty() && request.kind.empty())) {
    return base::InvalidArgument("name a receiver or a kind", "receiver");
  }
  VEDETTE_TRY_VOID(ReadTemplate(json, request));
  std::string name;
  VEDETTE_TRY(const bool page, ReadText(json, "page", name, "page"));
  if (page) {
    const std::optional<model::PageKind> parsed = model::ParsePageKind(name);
    if (!parsed) return base::InvalidArgument("is no kind of page", "page");
    request.page = *parsed;
  }
  VEDETTE_TRY(const bool severity, ReadText(json, "severity", name, "severity"));
  if (severity) {
    const std::optional<model::Severity> parsed = model::ParseSeverity(name);
    if (!parsed) return base::InvalidArgument("must be info, warning or critical", "severity");
    request.severity = *parsed;
  }
  return request;
}

net::Response Answer(const PreviewFunction& preview, const Call& call) {
  if (IsNotJson(call.request.headers)) return NotJsonAnswer();
  const base::Result<PreviewRequest> request = ReadRequest(call);
  if (!request.ok()) return ErrorResponse(request.error());
  const base::Result<PreviewAnswer> answer = preview(*request);
  if (!answer.ok()) return ErrorResponse(answer.error());
  std::string body;
  base::JsonWriter(body)
      .BeginObject()
      .Field("receiver", request->receiver)
      .Field("kind", answer->kind)
      .Field("title", answer->title)
      .Field("text", answer->text)
      .Field("payload", answer->payload)
      .EndObject();
  return net::JsonResponse(200, std::move(body));
}

}  // namespace

std::vector<Route> NotifyPreviewRoutes(PreviewFunction preview) {
  return {{"POST", "/api/v1/notify/preview", Permission::kRespond,
           [preview = std::move(preview)](const Call& call) { return Answer(preview, call); },
           "previewNotification"}};
}

}  // namespace vedette::api
