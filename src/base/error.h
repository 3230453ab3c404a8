#pragma once

#include <string>
#include <string_view>

namespace vedette::base {

// What went wrong in the world (input, disk, network, another process), as a value.
// The code tells the caller what to do; the message tells a person what happened, with the
// context that each layer adds on the way up. Programming mistakes are not Errors: see check.h.
enum class ErrorCode {
  kInvalidArgument,     // the input is wrong and will stay wrong
  kNotFound,            // the named thing does not exist
  kAlreadyExists,       // the named thing exists and must not
  kFailedPrecondition,  // the state of the system forbids it; change the state first
  kResourceExhausted,   // a limit or quota is reached; back off
  kDeadlineExceeded,    // it took too long and was given up
  kUnavailable,         // try again later
  kDataLoss,            // stored data is damaged
  kUnauthenticated,     // who are you?
  kPermissionDenied,    // known, and not allowed
  kUnimplemented,       // not part of this version
  kInternal,            // a fault inside; worth a look
};

// A stable lower-case name such as "invalid_argument": the `code` of JSON errors and logs.
std::string_view ErrorCodeName(ErrorCode code);

// True when the same request may succeed later without a change.
bool IsRetryable(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  // For invalid input and limits: the field or limit at fault, for instance "labels.__name__" or
  // "limits.max_series". Empty when there is none.
  std::string field;

  // The same error with "context: " before its message.
  Error With(std::string_view context) const;
};

Error InvalidArgument(std::string message, std::string field = {});
Error NotFound(std::string message);
Error AlreadyExists(std::string message);
Error FailedPrecondition(std::string message);
Error ResourceExhausted(std::string message, std::string field = {});
Error DeadlineExceeded(std::string message);
Error Unavailable(std::string message);
Error DataLoss(std::string message);
Error Unauthenticated(std::string message);
Error PermissionDenied(std::string message);
Error Unimplemented(std::string message);
Error Internal(std::string message);

}  // namespace vedette::base
