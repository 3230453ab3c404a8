#include "base/error.h"

#include <utility>

namespace vedette::base {

std::string_view ErrorCodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument: return "invalid_argument";
    case ErrorCode::kNotFound: return "not_found";
    case ErrorCode::kAlreadyExists: return "already_exists";
    case ErrorCode::kFailedPrecondition: return "failed_precondition";
    case ErrorCode::kResourceExhausted: return "resource_exhausted";
    case ErrorCode::kDeadlineExceeded: return "deadline_exceeded";
    case ErrorCode::kUnavailable: return "unavailable";
    case ErrorCode::kDataLoss: return "data_loss";
    case ErrorCode::kUnauthenticated: return "unauthenticated";
    case ErrorCode::kPermissionDenied: return "permission_denied";
    case ErrorCode::kUnimplemented: return "unimplemented";
    case ErrorCode::kInternal: return "internal";
  }
  return "internal";
}

bool IsRetryable(ErrorCode code) {
  return code == ErrorCode::kUnavailable || code == ErrorCode::kDeadlineExceeded ||
         code == ErrorCode::kResourceExhausted;
}

Error Error::With(std::string_view context) const {
  return {code, std::string(context) + ": " + message, field};
}

Error InvalidArgument(std::string message, std::string field) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(field)};
}
Error NotFound(std::string message) { return {ErrorCode::kNotFound, std::move(message), {}}; }
Error AlreadyExists(std::string message) {
  return {ErrorCode::kAlreadyExists, std::move(message), {}};
}
Error FailedPrecondition(std::string message) {
  return {ErrorCode::kFailedPrecondition, std::move(message), {}};
}
Error ResourceExhausted(std::string message, std::string field) {
  return {ErrorCode::kResourceExhausted, std::move(message), std::move(field)};
}
Error DeadlineExceeded(std::string message) {
  return {ErrorCode::kDeadlineExceeded, std::move(message), {}};
}
Error Unavailable(std::string message) { return {ErrorCode::kUnavailable, std::move(message), {}}; }
Error DataLoss(std::string message) { return {ErrorCode::kDataLoss, std::move(message), {}}; }
Error Unauthenticated(std::string message) {
  return {ErrorCode::kUnauthenticated, std::move(message), {}};
}
Error PermissionDenied(std::string message) {
  return {ErrorCode::kPermissionDenied, std::move(message), {}};
}
Error Unimplemented(std::string message) {
  return {ErrorCode::kUnimplemented, std::move(message), {}};
}
Error Internal(std::string message) { return {ErrorCode::kInternal, std::move(message), {}}; }

}  // namespace vedette::base
