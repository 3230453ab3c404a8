#include <algorithm>
#include <curl/curl.h>
#include <sys/socket.h>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "net/client.h"
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
  bool address_refused = false;
  bool too_large = false;
  bool cancelled = false;
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

curl_socket_t OpenSocket(void* context, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto& exchange = *static_cast<Exchange*>(context);
  if (!IsAllowed(exchange.request.addresses, address->addr)) {
    exchange.address_refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// A connection kept from an earlier request was opened under that request's policy.
int BeforeRequest(void* context, char* remote, char* /*local*/, int /*port*/, int /*local_port*/) {
  auto& exchange = *static_cast<Exchange*>(context);
  if (IsAllowed(exchange.request.addresses, std::string_view(remote))) return CURL_PREREQFUNC_OK;
  exchange.address_refused = true;
  return CURL_PREREQFUNC_ABORT;
}

size_t OnBody(char* data, size_t unit, size_t count, void* context) try {
  auto& exchange = *static_cast<Exchange*>(context);
  const size_t size = unit * count;
  if (exchange.response.body.size() + size > exchange.request.response_bytes_max) {
    exchange.too_large = true;
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
  exchange.too_large =
      exchange.header_bytes > kHeaderBytesMax || exchange.response.headers.size() > kHeadersMax;
  return exchange.too_large ? 0 : size;
} catch (...) {
  return 0;
}

int OnProgress(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) try {
  auto& exchange = *static_cast<Exchange*>(context);
  exchange.cancelled = exchange.request.cancelled && exchange.request.cancelled();
  return exchange.cancelled ? 1 : 0;
} catch (...) {
  return 1;
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
  if (exchange.too_large) {
    return base::ResourceExhausted(where + ": the answer is larger than " +
                                       std::to_string(request.response_bytes_max) +
                                       " bytes, or its headers are",
                                   "response_bytes_max");
  }
  if (exchange.cancelled) return base::Unavailable(where + ": cancelled");
  if (exchange.address_refused) {
    return base::PermissionDenied(where + ": the address policy does not allow this target");
  }
  const std::string message = where + ": " + curl_easy_strerror(code);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return base::DeadlineExceeded(message);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return base::InvalidArgument(message, "url");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS: return base::FailedPrecondition(message);
    case CURLE_OUT_OF_MEMORY: return base::Internal(message);
    default: return base::Unavailable(message);
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
  curl_easy_setopt(easy, CURLOPT_CURLU, url.handle.get());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(std::max<int64_t>(1, request.timeout.count())));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options_.connect_timeout.count()));
  SetCertificates(easy, options_);
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &OpenSocket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &BeforeRequest);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &OnBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &OnHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, request.cancelled ? 0L : 1L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &OnProgress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &exchange);
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

base::Result<std::unique_ptr<HttpClient>> MakeCurlClient(ClientOptions options) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK) return base::Internal("libcurl cannot be initialised");
  return std::make_unique<CurlClient>(std::move(options));
}

}  // namespace vedette::net
