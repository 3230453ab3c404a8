#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/route.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace vedette::api::compat::chatbot {

// The parameters of a request of source system S5: members of a JSON object, fields of a form, or
// parameters of the query. Not thread-safe.
class Request {
 public:
  // kInvalidArgument for a body that is no JSON object. `call` outlives it.
  static base::Result<Request> Read(const Call& call);

  // Empty when absent. kInvalidArgument with the field.
  base::Result<std::string> Text(std::string_view name) const;
  // A number of units, fractions allowed, of at most `most` of them; `otherwise` when absent.
  base::Result<base::Duration> Span(std::string_view name, base::Duration unit, int64_t otherwise,
                                    int64_t most) const;

 private:
  Request(const Call& call, base::Json body) : call_(call), body_(std::move(body)) {}

  const Call& call_;
  base::Json body_;
};

}  // namespace vedette::api::compat::chatbot
