#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/result.h"
#include "model/page.h"
#include "net/client.h"
#include "notify/delivery/channel.h"

namespace vedette::notify::delivery {

// A channel whose message is one HTTP request, and the pieces for those that need several. The
// client must outlive it.
class HttpChannel : public Channel {
 public:
  Answer Send(const model::Page& page, const Attempt& attempt) override;

 protected:
  explicit HttpChannel(net::HttpClient& client) : client_(client) {}

  virtual net::ClientRequest RequestFor(const model::Page& page, const Attempt& attempt) const = 0;
  // What the answer means; AnswerOf unless the receiver has ways of its own.
  virtual Answer Judge(const net::Response& response) const;

  net::HttpClient& client() const { return client_; }

 private:
  net::HttpClient& client_;
};

// The POST of a JSON body that hands the page over, with the page's key as Idempotency-Key.
net::ClientRequest JsonPost(std::string url, const model::Page& page, const Attempt& attempt,
                            std::string body);

// Who we are to a receiver: a user (basic authentication), a token (bearer), or nobody.
struct HttpLogin {
  std::string user = {};
  std::string password = {};
  std::string bearer_token = {};
};

// kInvalidArgument with the key at fault when it is both.
base::Result<> Validate(const HttpLogin& login);
// Sets the header Authorization.
void Authorize(net::ClientRequest& request, const HttpLogin& login);

// What the answer of an HTTP receiver means: 2xx delivered; 400, 413 and 422 refused; all others
// are worth another try, as are receivers that a person is still setting up (401, 403, 404).
// `retry_after` is the header's text: seconds, also with a fraction, else ignored.
Answer AnswerOf(int status, std::string_view retry_after);
Answer AnswerOf(const net::Response& response);
// The same when there was no complete answer: always worth another try.
Answer AnswerOf(const base::Error& error);

// ", " and what a provider says is wrong, if that is short and made of plain words; else empty.
// Its answers may hold what a stranger wrote, or a token.
std::string PlainWords(std::string_view text);

}  // namespace vedette::notify::delivery
