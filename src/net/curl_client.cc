#include <algorithm>
#include <curl/curl.h>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "net/client.h"
#include "net/curl_exchange.h"
#include "net/curl_handles.h"
#include "net/http_chars.h"

namespace vedette::net {
namespace {

constexpr size_t kHeaderBytesMax = 64 << 10;
constexpr size_t kHeadersMax = 200;

// A URL taken apart by curl itself, so that what we check is what it connects to.
struct Url {
  UrlHandle handle;
  std::string scheme;
  std::string origin;  // scheme://host:port, fit for messages
};

// One exchange as the callbacks see it. They must not throw: curl is C.
struct Exchange {
  const ClientRequest& request;
  Response response;
  size_t header_bytes = 0;
  CurlWatch watch{.addresses = request.addresses, .cancel = request.cancelled};
};

std::string UrlPart(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

base::Result<Url> ParseUrl(const std::string& text) {
  Url url{.handle = UrlHandle(curl_url()), .scheme = {}, .origin = {}};
  if (url.handle == nullptr) return base::Internal("no memory for a URL");
  const CURLUcode code = curl_url_set(url.handle.get(), CURLUPART_URL, text.c_str(),
                                      CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME);
  if (code == CURLUE_USER_NOT_ALLOWED) {
    return base::InvalidArgument("a URL must not hold a user or password; use a header", "url");
  }
  if (code != CURLUE_OK || text.find('\0') != std::string::npos) {
    return base::InvalidArgument("the URL is malformed", "url");
  }
  url.scheme = UrlPart(url.handle.get(), CURLUPART_SCHEME);
  if (url.scheme != "http" && url.scheme != "https") {
    return base::InvalidArgument("the scheme of a URL must be http or https", "url");
  }
  url.origin = url.scheme + "://" + UrlPart(url.handle.get(), CURLUPART_HOST) + ":" +
               UrlPart(url.handle.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  return url;
}

// A connection kept from an earlier request was opened under that request's policy.
int BeforeRequest(void* context, char* remote, char* /*local*/, int /*port*/, int /*local_port*/) {
  auto& exchange = *static_cast<Exchange*>(context);
  if (IsAllowed(exchange.request.addresses, std::string_view(remote))) return CURL_PREREQFUNC_OK;
  exchange.watch.address_refused = true;
  return CURL_PREREQFUNC_ABORT;
}

size_t OnBody(char* data, size_t unit, size_t count, void* context) try {
  auto& exchange = *static_cast<Exchange*>(context);
  const size_t size = unit * count;
  if (exchange.response.body.size() + size > exchange.request.response_bytes_max) {
    exchange.watch.too_large = true;
    return 0;
  }
  exchange.response.body.append(data, size);
  return size;
} catch (...) {
  return 0;
}

size_t OnHeader(char* data, size_t unit, size_t count, void* context) try {
  auto& exchange = *static_cast<Exchange*>(context);
  const size_t size = unit * count;
  exchange.header_bytes += size;
  std::string_view line(data, size);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) exchange.response.headers = {};  // an interim response came first
  const size_t colon = line.find(':');
  if (colon != std::string_view::npos && !line.starts_with("HTTP/")) {
    const std::string_view name = line.substr(0, colon);
    // curl has decoded the body.
    if (!EqualsIgnoreCase(name, "Content-Encoding")) {
      exchange.response.headers.Add(std::string(name),
                                    std::string(TrimBlanks(line.substr(colon + 1))));
    }
  }
  exchange.watch.too_large =
      exchange.header_bytes > kHeaderBytesMax || exchange.response.headers.size() > kHeadersMax;
  return exchange.watch.too_large ? 0 : size;
} catch (...) {
  return 0;
}

std::string Authority(const Url& url) {
  return UrlPart(url.handle.get(), CURLUPART_HOST) + ":" +
         UrlPart(url.handle.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

// `host` is a whole header line; empty: curl makes it of the URL.
base::Result<CurlList> MakeHeaders(const ClientRequest& request, const std::string& host) {
  // Without these curl would wait for "100 Continue" and name a form as the type.
  CurlList list(curl_slist_append(nullptr, "Expect:"));
  const auto add = [&list](const std::string& line) {
    list.reset(curl_slist_append(list.release(), line.c_str()));
  };
  if (!request.headers.Has("Content-Type")) add("Content-Type:");
  if (!host.empty() && !request.headers.Has("Host")) add(host);
  for (const Header& header : request.headers) {
    if (!IsToken(header.name) || !IsHeaderValue(header.value)) {
      return base::InvalidArgument("a request header is malformed", "headers");
    }
    // "Name;" is curl's way to say an empty value.
    add(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  }
  return list;
}

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

base::Error ErrorOf(CURLcode code, const Exchange& exchange, const std::string& origin) {
  const ClientRequest& request = exchange.request;
  const std::string where = request.method + " " + origin;
  if (exchange.watch.too_large) {
    return base::ResourceExhausted(where + ": the answer is larger than " +
                                       std::to_string(request.response_bytes_max) +
                                       " bytes, or its headers are",
                                   "response_bytes_max");
  }
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return base::InvalidArgument(where + ": " + curl_easy_strerror(code), "url");
    default: return ExchangeError(code, exchange.watch, where);
  }
}

class CurlClient final : public HttpClient {
 public:
  explicit CurlClient(ClientOptions options) : options_(std::move(options)) {}

  base::Result<Response> Fetch(const ClientRequest& request) override;

 private:
  EasyHandle TakeHandle() EXCLUDES(mutex_);
  void ReturnHandle(EasyHandle handle) EXCLUDES(mutex_);
  void SetUp(CURL* easy, const Url& url, const curl_slist* headers, Exchange& exchange) const;
  base::Result<Response> FetchOnce(CURL* easy, const Url& url, const ClientRequest& request) const;
  base::Result<ClientRequest> Redirected(CURL* easy, const Url& from,
                                         const ClientRequest& request) const;

  const ClientOptions options_;
  base::Mutex mutex_;
  std::vector<EasyHandle> idle_ GUARDED_BY(mutex_);
};

EasyHandle CurlClient::TakeHandle() {
  {
    base::MutexLock lock(mutex_);
    if (!idle_.empty()) {
      EasyHandle handle = std::move(idle_.back());
      idle_.pop_back();
      return handle;
    }
  }
  return EasyHandle(curl_easy_init());
}

void CurlClient::ReturnHandle(EasyHandle handle) {
  curl_easy_reset(handle.get());  // keeps its connections
  base::MutexLock lock(mutex_);
  if (idle_.size() < options_.idle_handles_max) idle_.push_back(std::move(handle));
}

void CurlClient::SetUp(CURL* easy, const Url& url, const curl_slist* headers,
                       Exchange& exchange) const {
  const ClientRequest& request = exchange.request;
  SetUpExchange(easy, options_, request.timeout, exchange.watch);
  curl_easy_setopt(easy, CURLOPT_CURLU, url.handle.get());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &BeforeRequest);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &OnBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &OnHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &exchange);
}

base::Result<Response> CurlClient::FetchOnce(CURL* easy, const Url& url,
                                             const ClientRequest& request) const {
  if (!IsToken(request.method)) return base::InvalidArgument("the method is malformed", "method");
  // The name of the certificate is no matter of HTTP.
  const std::string host =
      options_.server_name.empty() || url.scheme != "https" ? "" : "Host: " + Authority(url);
  VEDETTE_TRY(const CurlList headers, MakeHeaders(request, host));
  Exchange exchange{.request = request, .response = {}};
  SetUp(easy, url, headers.get(), exchange);
  UrlHandle renamed;
  CurlList connect_to;
  if (!options_.server_name.empty() && url.scheme == "https") {
    renamed.reset(curl_url_dup(url.handle.get()));
    connect_to.reset(curl_slist_append(nullptr, ("::" + Authority(url)).c_str()));
    curl_url_set(renamed.get(), CURLUPART_HOST, options_.server_name.c_str(), 0);
    curl_easy_setopt(easy, CURLOPT_CURLU, renamed.get());
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, connect_to.get());
  }
  const CURLcode code = curl_easy_perform(easy);
  if (code != CURLE_OK) return ErrorOf(code, exchange, url.origin);
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  exchange.response.status = static_cast<int>(status);
  return std::move(exchange.response);
}

base::Result<ClientRequest> CurlClient::Redirected(CURL* easy, const Url& from,
                                                   const ClientRequest& request) const {
  char* location = nullptr;
  curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &location);
  if (location == nullptr) {
    return base::FailedPrecondition(from.origin + ": a redirect names no location");
  }
  ClientRequest next = request;
  next.url = location;
  VEDETTE_TRY(Url to, ParseUrl(next.url));
  if (!options_.server_name.empty() &&
      UrlPart(to.handle.get(), CURLUPART_HOST) == options_.server_name) {
    // To the same server, which curl knows by the name in the certificate.
    const std::string host = UrlPart(from.handle.get(), CURLUPART_HOST);
    curl_url_set(to.handle.get(), CURLUPART_HOST, host.c_str(), 0);
    next.url = UrlPart(to.handle.get(), CURLUPART_URL);
    VEDETTE_TRY(to, ParseUrl(next.url));
  }
  if (from.scheme == "https" && to.scheme != "https") {
    return base::FailedPrecondition(from.origin + ": a redirect leads from https to http");
  }
  if (to.origin != from.origin) {
    next.headers = {};
    if (request.headers.Has("Accept")) {
      next.headers.Add("Accept", std::string(request.headers.Get("Accept")));
    }
  }
  curl_off_t spent_micros = 0;
  curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &spent_micros);
  next.timeout -= std::min(next.timeout, base::Duration(spent_micros / 1000));
  if (next.timeout.count() == 0) {
    return base::DeadlineExceeded(from.origin + ": no time is left to follow a redirect");
  }
  return next;
}

base::Result<Response> CurlClient::Fetch(const ClientRequest& request) {
  EasyHandle easy = TakeHandle();
  if (easy == nullptr) return base::Internal("curl has no memory for a request");
  const bool follow =
      request.redirects_max > 0 && (request.method == "GET" || request.method == "HEAD");
  ClientRequest hop = request;
  for (int redirects = 0;; ++redirects) {
    VEDETTE_TRY(const Url url, ParseUrl(hop.url));
    VEDETTE_TRY(Response response, FetchOnce(easy.get(), url, hop));
    if (!follow || !IsRedirect(response.status)) {
      ReturnHandle(std::move(easy));
      return response;
    }
    if (redirects == request.redirects_max) {
      return base::FailedPrecondition(url.origin + ": more than " +
                                      std::to_string(request.redirects_max) + " redirects");
    }
    VEDETTE_TRY(hop, Redirected(easy.get(), url, hop));
    curl_easy_reset(easy.get());
  }
}

}  // namespace

base::Result<std::unique_ptr<HttpClient>> MakeCurlClient(ClientOptions options) {
  VEDETTE_TRY_VOID(InitCurl());
  return std::make_unique<CurlClient>(std::move(options));
}

}  // namespace vedette::net
