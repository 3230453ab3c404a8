#include "api/item_answer.h"

#include <algorithm>
#include <fmt/core.h>
#include <string_view>
#include <utility>

#include "base/json_writer.h"

namespace vedette::api {
namespace {

using sources::json_items::Rejection;

std::string Sentence(const Rejection& rejection) {
  return rejection.field.empty() ? "the item " + rejection.message
                                 : rejection.field + " " + rejection.message;
}

}  // namespace

void MergeRejections(std::vector<Rejection>& rejected, const std::vector<size_t>& indexes,
                     const std::vector<ingest::Rejection>& more) {
  for (const ingest::Rejection& rejection : more) {
    rejected.push_back({indexes[rejection.index], rejection.field, rejection.message});
  }
  std::ranges::sort(rejected, {}, &Rejection::index);
}

net::Response ItemsAnswer(const std::vector<std::string>& ids,
                          const std::vector<Rejection>& rejected) {
  const bool none = ids.empty() && !rejected.empty();
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject();
  if (none) {
    json.Key("error").BeginObject();
    json.Field("code", base::ErrorCodeName(base::ErrorCode::kInvalidArgument));
    json.Field("message", fmt::format("item {}: {}", rejected[0].index, Sentence(rejected[0])));
    if (!rejected[0].field.empty()) json.Field("field", rejected[0].field);
    json.EndObject();
  }
  json.Field("accepted", static_cast<uint64_t>(ids.size()));
  json.Field("ids", ids);
  if (!rejected.empty()) {
    json.Key("rejected").BeginArray();
    for (const Rejection& rejection : rejected) {
      json.BeginObject();
      json.Field("index", static_cast<uint64_t>(rejection.index));
      json.Field("field", rejection.field).Field("message", Sentence(rejection));
      json.EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
  return net::JsonResponse(none ? 400 : rejected.empty() ? 200 : 207, std::move(body));
}

bool IsNotJson(const net::Headers& headers) {
  std::string type(headers.Get("Content-Type"));
  for (char& c : type) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  for (const std::string_view other :
       {"application/x-www-form-urlencoded", "multipart/", "application/x-protobuf"}) {
    if (type.starts_with(other)) return true;
  }
  return false;
}

net::Response NotJsonAnswer() {
  net::Response response = ErrorResponse(base::InvalidArgument(
      "the body must be JSON: send the header Content-Type: application/json", "content-type"));
  response.status = 415;
  return response;
}

}  // namespace vedette::api
