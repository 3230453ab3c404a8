#include "sources/otlp/response.h"

#include <protozero/pbf_writer.hpp>

#include "base/json_writer.h"

namespace vedette::sources::otlp {
namespace {

// The numbers of google.rpc.Code.
int32_t RpcCode(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::kInvalidArgument: return 3;
    case base::ErrorCode::kDeadlineExceeded: return 4;
    case base::ErrorCode::kNotFound: return 5;
    case base::ErrorCode::kAlreadyExists: return 6;
    case base::ErrorCode::kPermissionDenied: return 7;
    case base::ErrorCode::kResourceExhausted: return 8;
    case base::ErrorCode::kFailedPrecondition: return 9;
    case base::ErrorCode::kUnimplemented: return 12;
    case base::ErrorCode::kInternal: return 13;
    case base::ErrorCode::kUnavailable: return 14;
    case base::ErrorCode::kDataLoss: return 15;
    case base::ErrorCode::kUnauthenticated: return 16;
  }
  return 2;
}

std::string_view RejectedField(Signal signal) {
  switch (signal) {
    case Signal::kMetrics: return "rejectedDataPoints";
    case Signal::kLogs: return "rejectedLogRecords";
    case Signal::kTraces: return "rejectedSpans";
  }
  return {};
}

}  // namespace

std::string SuccessBody(Form form, Signal signal, uint64_t refused, std::string_view message) {
  std::string body;
  const bool partial = refused > 0 || !message.empty();
  if (form == Form::kProtobuf) {
    if (!partial) return body;
    protozero::pbf_writer response(body);
    protozero::pbf_writer success(response, 1);
    if (refused > 0) success.add_int64(1, static_cast<int64_t>(refused));
    success.add_string(2, message.data(), message.size());
    success.commit();
    return body;
  }
  base::JsonWriter json(body);
  json.BeginObject();
  if (partial) {
    json.Key("partialSuccess").BeginObject();
    if (refused > 0) json.Field(RejectedField(signal), std::to_string(refused));
    json.Field("errorMessage", message).EndObject();
  }
  json.EndObject();
  return body;
}

std::string ErrorBody(Form form, const base::Error& error) {
  std::string body;
  if (form == Form::kProtobuf) {
    protozero::pbf_writer status(body);
    status.add_int32(1, RpcCode(error.code));
    status.add_string(2, error.message);
    return body;
  }
  base::JsonWriter json(body);
  json.BeginObject().Field("code", static_cast<int64_t>(RpcCode(error.code)));
  json.Field("message", error.message).EndObject();
  return body;
}

}  // namespace vedette::sources::otlp
