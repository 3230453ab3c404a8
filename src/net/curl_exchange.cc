#include "net/curl_exchange.h"

#include <algorithm>
#include <cstdint>
#include <sys/socket.h>

namespace vedette::net {
namespace {

// The callbacks must not throw: curl is C.
curl_socket_t OpenSocket(void* context, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto& watch = *static_cast<CurlWatch*>(context);
  if (!IsAllowed(watch.addresses, address->addr)) {
    watch.address_refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int OnProgress(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) try {
  auto& watch = *static_cast<CurlWatch*>(context);
  watch.cancelled = watch.cancel && watch.cancel();
  return watch.cancelled ? 1 : 0;
} catch (...) {
  return 1;
}

void SetCertificates(CURL* easy, const ClientOptions& options) {
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, options.verify ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, options.verify ? 2L : 0L);
  if (!options.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  }
  if (!options.certificate_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_SSLCERT, options.certificate_file.c_str());
    curl_easy_setopt(easy, CURLOPT_SSLKEY, options.key_file.c_str());
  }
}

}  // namespace

base::Result<> InitCurl() {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK) return base::Internal("libcurl cannot be initialised");
  return {};
}

void SetUpExchange(CURL* easy, const ClientOptions& options, base::Duration timeout,
                   CurlWatch& watch) {
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(std::max<int64_t>(1, timeout.count())));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options.connect_timeout.count()));
  SetCertificates(easy, options);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &OpenSocket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &watch);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, watch.cancel ? 0L : 1L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &OnProgress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &watch);
}

base::Error ExchangeError(CURLcode code, const CurlWatch& watch, const std::string& where) {
  if (watch.cancelled) return base::Unavailable(where + ": cancelled");
  if (watch.address_refused) {
    return base::PermissionDenied(where + ": the address policy does not allow this target");
  }
  const std::string message = where + ": " + curl_easy_strerror(code);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return base::DeadlineExceeded(message);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS: return base::FailedPrecondition(message);
    case CURLE_OUT_OF_MEMORY: return base::Internal(message);
    default: return base::Unavailable(message);
  }
}

}  // namespace vedette::net
