#include "simulation/faults.h"

#include <utility>

namespace vedette::simulation {

base::Result<> FlakyDatabase::Transact(const std::function<base::Result<>(sql::Session&)>& body) {
  if (dead_) return Gone();
  if (refuse_ > 0) {
    --refuse_;
    return base::Unavailable("the disk refuses");
  }
  if (die_in_ == 0 || --die_in_ > 0) return inner_.Transact(body);
  dead_ = true;
  if (after_commit_) VEDETTE_TRY_VOID(inner_.Transact(body));
  return Gone();
}

base::Result<net::Response> Network::Fetch(const net::ClientRequest& request) {
  constexpr std::string_view kScheme = "http://";
  const size_t slash = request.url.find('/', kScheme.size());
  const std::string receiver = request.url.substr(kScheme.size(), slash - kScheme.size());
  const auto found = weather.find(receiver);
  const Weather now = found == weather.end() ? Weather::kFine : found->second;
  switch (now) {
    case Weather::kRefuses: return base::Unavailable("connection refused");
    case Weather::kBroken: return net::TextResponse(503, "");
    case Weather::kBusy: {
      net::Response response = net::TextResponse(429, "");
      response.headers.Set("Retry-After", std::to_string(1 + random_.Below(30)));
      return response;
    }
    case Weather::kSwallows:
    case Weather::kFine: break;
  }
  const bool answered = now == Weather::kFine;
  arrived({receiver, std::string(request.headers.Get("Idempotency-Key")), request.body, answered});
  if (!answered) return base::Error(base::DeadlineExceeded("no answer"));
  return net::TextResponse(200, "ok");
}

}  // namespace vedette::simulation
