#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "net/curl_exchange.h"
#include "net/curl_handles.h"
#include "net/mail.h"

namespace vedette::net {
namespace {

constexpr size_t kReplyBytesMax = 64 << 10;
constexpr size_t kLineBytesMax = 200;

// One message as the callbacks see it. They must not throw: curl is C.
struct Exchange {
  const MailRequest& request;
  size_t sent = 0;
  size_t reply_bytes = 0;
  std::string last_line;
  std::string refusal;  // the first reply of 4xx or 5xx
  CurlWatch watch{.addresses = request.addresses, .cancel = request.cancelled};
};

size_t OnRead(char* out, size_t unit, size_t count, void* context) {
  auto& exchange = *static_cast<Exchange*>(context);
  const std::string& message = exchange.request.message;
  const size_t size = std::min(unit * count, message.size() - exchange.sent);
  std::memcpy(out, message.data() + exchange.sent, size);
  exchange.sent += size;
  return size;
}

size_t OnReply(char* data, size_t unit, size_t count, void* context) try {
  auto& exchange = *static_cast<Exchange*>(context);
  const size_t size = unit * count;
  exchange.reply_bytes += size;
  exchange.watch.too_large = exchange.reply_bytes > kReplyBytesMax;
  if (exchange.watch.too_large) return 0;
  std::string_view line(data, size);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  exchange.last_line = line.substr(0, kLineBytesMax);
  const bool refused = line.starts_with('4') || line.starts_with('5');
  if (refused && exchange.refusal.empty()) exchange.refusal = exchange.last_line;
  return size;
} catch (...) {
  return 0;
}

// What goes into a command: a line feed would begin another one.
bool IsSafe(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7F && c != '<' && c != '>';
  });
}

bool IsAddress(std::string_view text) {
  const size_t at = text.rfind('@');
  return text.size() <= 254 && at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         IsSafe(text);
}

base::Result<> Check(const MailRequest& request) {
  const bool host_ok = !request.host.empty() && request.host.size() <= 253 &&
                       request.host.find_first_of("/@?#\\") == std::string::npos &&
                       IsSafe(request.host);
  if (!host_ok) return base::InvalidArgument("the host of a mail server is malformed", "host");
  if (!IsSafe(request.hello)) return base::InvalidArgument("the name is malformed", "hello");
  if (!IsAddress(request.from)) return base::InvalidArgument("is no address", "from");
  if (request.to.empty()) return base::InvalidArgument("there is no addressee", "to");
  for (const std::string& to : request.to) {
    if (!IsAddress(to)) return base::InvalidArgument("is no address", "to");
  }
  if (!request.user.empty() && request.security == MailSecurity::kPlain) {
    return base::InvalidArgument("a password is not sent without TLS", "security");
  }
  return {};
}

base::Error ErrorOf(CURLcode code, const Exchange& exchange) {
  const std::string where = "mail to " + exchange.request.host;
  if (exchange.watch.too_large) {
    return base::ResourceExhausted(where + ": the server says too much");
  }
  switch (code) {
    case CURLE_USE_SSL_FAILED:
      return base::FailedPrecondition(where + ": the server does not offer STARTTLS");
    case CURLE_SSL_CONNECT_ERROR:
      return base::FailedPrecondition(where + ": " + curl_easy_strerror(code));
    default: return ExchangeError(code, exchange.watch, where);
  }
}

MailAnswer AnswerOf(std::string_view line) {
  MailAnswer answer;
  for (size_t i = 0; i < 3 && i < line.size() && line[i] >= '0' && line[i] <= '9'; ++i) {
    answer.status = answer.status * 10 + (line[i] - '0');
  }
  if (line.size() > 4) answer.text = line.substr(4);
  return answer;
}

class CurlMailClient final : public MailClient {
 public:
  explicit CurlMailClient(ClientOptions options) : options_(std::move(options)) {}

  base::Result<MailAnswer> Send(const MailRequest& request) override;

 private:
  void SetUp(CURL* easy, const curl_slist* to, Exchange& exchange) const;

  const ClientOptions options_;
};

void CurlMailClient::SetUp(CURL* easy, const curl_slist* to, Exchange& exchange) const {
  const MailRequest& request = exchange.request;
  const bool tls = request.security == MailSecurity::kTls;
  const bool bare_v6 = request.host.find(':') != std::string::npos && request.host[0] != '[';
  const std::string host = bare_v6 ? "[" + request.host + "]" : request.host;
  // The path is the name that EHLO says.
  const std::string url = std::string(tls ? "smtps://" : "smtp://") + host + ":" +
                          std::to_string(request.port) + "/" + request.hello;
  SetUpExchange(easy, options_, request.timeout, exchange.watch);
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  const long use_ssl = request.security == MailSecurity::kPlain ? CURLUSESSL_NONE : CURLUSESSL_ALL;
  curl_easy_setopt(easy, CURLOPT_USE_SSL, use_ssl);
  if (!request.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, request.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  }
  if (!request.user.empty()) {
    curl_easy_setopt(easy, CURLOPT_USERNAME, request.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, request.password.c_str());
  }
  // Also of QUIT, after the message was taken.
  curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT,
                   static_cast<long>(std::max<int64_t>(1, request.timeout.count() / 1000)));
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(easy, CURLOPT_MAIL_FROM, ("<" + request.from + ">").c_str());
  curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to);
  curl_easy_setopt(easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.message.size()));
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, &OnRead);
  curl_easy_setopt(easy, CURLOPT_READDATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &OnReply);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &OnReply);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &exchange);
}

base::Result<MailAnswer> CurlMailClient::Send(const MailRequest& request) {
  VEDETTE_TRY_VOID(Check(request));
  const EasyHandle easy(curl_easy_init());
  if (easy == nullptr) return base::Internal("curl has no memory for a message");
  CurlList to;
  for (const std::string& address : request.to) {
    to.reset(curl_slist_append(to.release(), ("<" + address + ">").c_str()));
  }
  Exchange exchange{.request = request, .last_line = {}, .refusal = {}};
  SetUp(easy.get(), to.get(), exchange);
  const CURLcode code = curl_easy_perform(easy.get());
  if (code == CURLE_OK) {
    // Replies to QUIT come last; what counts is that the message was taken.
    MailAnswer answer{.status = 250, .text = {}};
    if (!exchange.refusal.empty()) answer.text = AnswerOf(exchange.refusal).text;
    return answer;
  }
  const bool refused = !exchange.refusal.empty() && code != CURLE_OPERATION_TIMEDOUT;
  if (!refused || exchange.watch.too_large || exchange.watch.cancelled ||
      exchange.watch.address_refused) {
    return ErrorOf(code, exchange);
  }
  MailAnswer answer = AnswerOf(exchange.refusal);
  answer.at_login = code == CURLE_LOGIN_DENIED;
  return answer;
}

}  // namespace

base::Result<std::unique_ptr<MailClient>> MakeCurlMailClient(ClientOptions options) {
  VEDETTE_TRY_VOID(InitCurl());
  return std::make_unique<CurlMailClient>(std::move(options));
}

}  // namespace vedette::net
